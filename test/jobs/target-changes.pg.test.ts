import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/jobs/run-under-lease.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { addSource } from '../../src/store/source.ts';
import type { ChildTask } from '../support/harvest-child.ts';
import type { Harvester } from '../support/harvester.ts';
import { harvesterForTests } from '../support/harvester-for-tests.ts';
import { hasPeer } from '../support/peers.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import { type Misbehaviour, startSimpleServer } from '../support/simple-server.ts';
import { addLibrary } from '../support/world.ts';
import { startZebra } from '../support/zebra.ts';

let made: TestDatabase;
let harvester: Harvester;

harvesterForTests((database, worker) => {
	made = database;
	harvester = worker;
});

const FATES = ['listed', 'created', 'updated', 'unchanged', 'deleted', 'quarantined', 'repeated', 'ignored', 'vanished'] as const;
const counts = (run: RunSummary): Record<string, number> =>
	Object.fromEntries(FATES.filter((key) => run[key] !== 0).map((key) => [key, run[key]]));

/** The record as it is after a change today. */
const changed = (record: MarcRecord): MarcRecord => {
	const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
	const fields = record.fields.map((field) => (field.tag === '005' ? { ...field, value: `${day}120000.0` } : field));
	return { ...record, fields };
};

interface Running {
	readonly address: string;
	readonly port: number;
	readonly stop: () => Promise<void>;
}

/** A source whose target is started anew with other records for each harvest. */
async function sourceOf(library: string, kind: 'z3950' | 'sru', settings: Readonly<Record<string, unknown>>) {
	await addLibrary(made.database, library);
	const { code } = await addSource(made.database, { library, kind, url: 'x', settings });
	return async (target: Running, full = false): Promise<RunSummary> => {
		const url = kind === 'z3950' ? target.address : `http://127.0.0.1:${target.port}/Default`;
		await made.database.pool.query('update source set url = $2 where code = $1', [code, url]);
		try {
			return await harvester.harvest(code, { full });
		} finally {
			await target.stop();
		}
	};
}

it.runIf(hasPeer('Net::Z3950::SimpleServer'))(
	'a target that finds nothing is told so with what to do, not taken for an empty library in silence',
	async () => {
		const harvest = await sourceOf('leer', 'z3950', {});
		expect(await harvest(await startSimpleServer([], {}))).toMatchObject({
			state: 'complete',
			listed: 0,
			error: { message: expect.stringContaining('finds nothing'), hint: expect.stringContaining('allQuery') },
		});
		// it has records, and does not know the first way to ask for all of them
		expect(await harvest(await startSimpleServer(sampleMarc(30), { noAllRecords: true }))).toMatchObject({
			state: 'complete',
			listed: 30,
			error: null,
		});
	},
);

describe.runIf(hasPeer('zebrasrv'))('zebrasrv, asked for changes by day', () => {
	const records = sampleMarc(320);

	it.each([
		['z3950', '1012'],
		['sru', 'rec.lastModificationDate'],
	] as const)(
		'over %s: gives these alone, in slices, and all when a record is gone',
		async (kind, changesBy) => {
			const harvest = await sourceOf(`CHANGES-${kind}`, kind, { changesBy, resultSetMax: 150 });
			const old = records.slice(0, 300);
			expect(counts(await harvest(await startZebra(old)))).toEqual({ listed: 300, created: 300 });
			const still = await harvest(await startZebra(old));
			expect([still.state, still.flags, counts(still)]).toEqual(['complete', ['changes-only'], {}]);

			const now = [...old.map((record, i) => (i < 5 ? changed(record) : record)), ...records.slice(300, 303).map(changed)];
			const some = await harvest(await startZebra(now));
			expect([some.state, some.flags, counts(some)]).toEqual(['complete', ['changes-only'], { listed: 8, created: 3, updated: 5 }]);

			const fewer = await harvest(await startZebra(now.slice(2)));
			expect(fewer).toMatchObject({ state: 'complete', vanished: 2, updated: 0 });
			expect(fewer.flags).toContain('read-whole');
			const after = await harvest(await startZebra(now.slice(2)));
			expect([after.flags, after.listed, after.unchanged]).toEqual([['changes-only'], 6, 6]);
			expect((await harvest(await startZebra(now.slice(2)), true)).listed).toBe(301);
		},
		60_000,
	);
});

describe.runIf(hasPeer('Net::Z3950::SimpleServer'))('a scripted target, asked for changes by day', () => {
	const records = sampleMarc(120);
	const start = (some: readonly MarcRecord[], how: Misbehaviour = {}) => startSimpleServer(some, how);

	it('that takes no ranges, or whose source names no index, is read whole', async () => {
		const plain = await sourceOf('PLAIN', 'z3950', {});
		await plain(await start(records));
		expect(counts(await plain(await start(records)))).toEqual({ listed: 120, unchanged: 120 });
		const harvest = await sourceOf('NORANGES', 'z3950', { changesBy: '1012' });
		await harvest(await start(records));
		expect(counts(await harvest(await start(records, { noRanges: true })))).toEqual({ listed: 120, unchanged: 120 });
	});

	it('that adds a record without a new day of change is found out by its count', async () => {
		const harvest = await sourceOf('UNDATED', 'z3950', { changesBy: '1012' });
		await harvest(await start(records.slice(0, 100)));
		const run = await harvest(await start(records));
		expect(run).toMatchObject({ state: 'complete', created: 20, unchanged: 100 });
		expect(run.flags).toContain('read-whole');
	});

	it('that does not hand out one of its changes leaves a run that is incomplete and removes nothing', async () => {
		const harvest = await sourceOf('HANGS', 'z3950', { changesBy: '1012' });
		await harvest(await start(records));
		const poor = await harvest(await start(records.map(changed), { diagnosticAt: [7] }));
		expect(poor).toMatchObject({ state: 'incomplete', vanished: 0 });
		const again = await harvest(await start(records.map(changed)));
		expect([again.state, again.updated + again.unchanged]).toEqual(['complete', 120]);
	});

	it.each([8, 16, 24])(
		'goes on with the changes after a kill (at query %i)',
		async (query) => {
			const harvest = await sourceOf(`KILL${query}`, 'z3950', { changesBy: '1012', presentMax: 10 });
			await harvest(await start(records.slice(0, 110)));
			const now = [...records.slice(0, 60).map(changed), ...records.slice(60, 110), ...records.slice(110).map(changed)];
			const target = await start(now);
			const code = `kill${query}`;
			await made.database.pool.query('update source set url = $2 where code = $1', [code, target.address]);
			const task: ChildTask = {
				databaseUrl: made.url,
				sources: [code],
				runs: 2,
				unite: false,
				leaseSeconds: 1,
				dieAt: { query, sent: false },
			};
			expect(spawnSync(process.execPath, ['test/support/harvest-child.ts', JSON.stringify(task)]).signal).toBe('SIGKILL');
			const run = await harvester.harvestWhenFree(code);
			await target.stop();
			expect([run.state, run.flags, run.created, run.updated, run.listed - run.repeated]).toEqual([
				'complete',
				['changes-only'],
				10,
				60,
				70,
			]);
		},
		60_000,
	);

	it('is read whole again when four weeks have gone', async () => {
		const harvest = await sourceOf('WEEKS', 'z3950', { changesBy: '1012' });
		await harvest(await start(records));
		expect((await harvest(await start(records))).listed).toBe(0);
		await made.database.pool.query("update run set started_at = started_at - interval '29 days'");
		expect((await harvest(await start(records))).listed).toBe(120);
	});
});
