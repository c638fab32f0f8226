import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/catalogue/decide.ts';
import { decideHeldRun, waitingRun } from '../../src/catalogue/held-run.ts';
import { showProposal } from '../../src/catalogue/show-reidentification.ts';
import { type SampleLibrary, sampleNetwork } from '../../src/demo/cataloguing.ts';
import { startProviders } from '../../src/demo/provider.ts';
import { HeldRuns } from '../../src/jobs/held-runs.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { publicId } from '../../src/lib/ids.ts';
import { ENTITY, OP } from '../../src/store/change-log.ts';
import { harvestSource } from '../../src/store/harvest-source.ts';
import { moveSource } from '../../src/store/source.ts';
import type { ChildReport, ChildTask } from '../support/harvest-child.ts';
import { withProvider } from '../support/harvest-rig.ts';
import { addProvider, type Harvester } from '../support/harvester.ts';
import { harvesterForTests } from '../support/harvester-for-tests.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { header, type ProviderRecord, renderMarc } from '../support/scripted-provider.ts';

let made: TestDatabase;
let harvester: Harvester;

harvesterForTests((database, worker) => {
	made = database;
	harvester = worker;
});

const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await made.database.pool.query(sql, values)).rows as T[];
const source = (code: string) => harvestSource(made.database.pool, code);
const move = async (code: string, url: string, format: string | null = null): Promise<void> =>
	moveSource(made.database, (await source(code)).id, { kind: 'oai-pmh', url, format, set: null, settings: {} });

/** A worker in a process of its own, and how it ended. */
async function childOf(task: ChildTask): Promise<{ readonly signal: string | null; readonly out: string }> {
	const child = spawn(process.execPath, ['test/support/harvest-child.ts', JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
	let out = '';
	child.stdout.on('data', (piece) => (out += piece));
	const [, signal] = await once(child, 'close');
	return { signal: signal as string | null, out };
}

/** A library as another system gives it: all identifiers, control numbers, dates and the order of its records are that system's. */
function reissued(library: SampleLibrary, path: string): SampleLibrary {
	const records = library.records.map((record, i) => {
		const number = String(90_000 - i);
		const anew = (xml: string): string =>
			xml
				.replace(/(<controlfield tag="001">)[^<]*/, `$1${number}`)
				.replace(/(<controlfield tag="003">)[^<]*/, '$1VN-KOHA')
				.replace(/(<controlfield tag="005">)[^<]*/, '$120260901080000.0');
		return {
			...record,
			identifier: `oai:koha.example.vn:${number}`,
			datestamp: '2026-09-01T08:00:00Z',
			metadata: new Map([...record.metadata].map(([prefix, xml]) => [prefix, anew(xml)])),
		};
	});
	records.sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
	return { ...library, path, records, busyEvery: 0 };
}

describe('a library that changes its system', () => {
	it('keeps its union ids, decisions and first-seen dates under new identifiers at a new address', { timeout: 240_000 }, async () => {
		const { libraries } = sampleNetwork(3);
		const province = libraries.find(({ code }) => code === 'HP-TV') as SampleLibrary;
		const district = libraries.find(({ code }) => code === 'CH-TV') as SampleLibrary;
		const running = await startProviders([province, district, reissued(province, '/koha/oai')], systemClock);
		try {
			for (const library of [province, district]) {
				await addProvider(made.database, library.code, running.origin + library.path, {
					format: library.format === 'oai_dc' ? 'oai_dc' : library.marcPrefix,
				});
				expect(await harvester.harvest(library.code)).toMatchObject({ state: 'complete' });
			}
			await harvester.unite();
			const pair = await rows<{ a: number; b: number }>(
				`select a.record_id as a, b.record_id as b from cluster_member a join cluster_member b using (union_id)
				join source_record r on r.id = a.record_id join source s on s.id = r.source_id and s.code = 'HP-TV'
				join source_record o on o.id = b.record_id join source t on t.id = o.source_id and t.code = 'CH-TV' order by 1 limit 1`,
			);
			const judged = { a: publicId(pair[0]?.a ?? 0), b: publicId(pair[0]?.b ?? 0) };
			await decide(made.database, { ...judged, verdict: 'not-same', by: 'Thủ thư', reason: 'hai bản khác nhau', confirm: [] });
			await harvester.unite();

			const unions = () => rows('select record_id, union_id from cluster_member order by 1');
			const firstSeen = () => rows('select record_id, received_at from version where no = 1 order by 1');
			const provinceRecords = () =>
				rows<{ id: number; identifier: string }>(
					"select r.id, r.identifier from source_record r join source s on s.id = r.source_id where s.code = 'HP-TV' and not r.deleted and r.current_no > 0 order by 1",
				);
			const before = { unions: await unions(), seen: await firstSeen(), records: await provinceRecords() };
			const [mark] = await rows<{ seq: number }>('select max(seq)::int as seq from change');
			expect(before.records.length).toBeGreaterThan(1_000);

			await move('HP-TV', `${running.origin}/koha/oai`, province.marcPrefix);
			const run = await harvester.harvest('HP-TV');
			expect(run).toMatchObject({ state: 'held', error: { code: 'held' } });
			expect(await unions()).toEqual(before.unions);
			await expect(harvester.harvest('HP-TV')).rejects.toMatchObject({ code: 'held' });
			const proposal = await showProposal(made.database.pool, await waitingRun(made.database, await source('HP-TV')));
			expect(proposal).toMatchObject({
				gone: before.records.length,
				come: before.records.length,
				pairs: before.records.length,
				ambiguous: 0,
			});
			expect(proposal.samples).toHaveLength(10);

			expect(await decideHeldRun(made.database, await source('HP-TV'), 'accept')).toMatchObject({ joined: before.records.length });
			await harvester.unite();
			expect(await unions()).toEqual(before.unions);
			expect(await firstSeen()).toEqual(before.seen);
			const after = await provinceRecords();
			expect(after.map(({ id }) => id)).toEqual(before.records.map(({ id }) => id));
			expect(after.every(({ identifier }) => identifier.startsWith('oai:koha.example.vn:'))).toBe(true);
			// whoever follows the union hears of updates only
			expect(await rows('select distinct op from change where seq > $1 and entity = $2', [mark?.seq, ENTITY.union])).toEqual([
				{ op: OP.updated },
			]);
			expect(await rows('select verdict from decision where undone_at is null')).toHaveLength(1);
			// and the next harvest finds nothing new
			expect(await harvester.harvest('HP-TV', { full: true })).toMatchObject({ state: 'complete', created: 0, updated: 0, vanished: 0 });
		} finally {
			await running.close();
		}
	});
});

describe('a run with records under other identifiers', () => {
	it('is released at once where they are few', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(40);
			await addProvider(made.database, 'few', provider.url);
			await harvester.harvest('few');
			const ids = () =>
				rows("select r.id from source_record r join source s on s.id = r.source_id where s.code = 'few' and not r.deleted order by 1");
			const before = await ids();
			provider.rename('r7', 'oai:new:7');
			expect(await harvester.harvest('few', { full: true })).toMatchObject({
				state: 'complete',
				created: 0,
				updated: 1,
				unchanged: 39,
				vanished: 0,
			});
			expect(await ids()).toEqual(before);
			expect(await rows("select notes->'reidentified' as n from run order by id desc limit 1")).toEqual([{ n: 1 }]);
		});
	});

	it('asks a person from the first record above a twentieth on', async () => {
		for (const [renamed, state] of [
			[2, 'complete'],
			[3, 'held'],
		] as const) {
			await withProvider({}, async (provider) => {
				provider.fill(40);
				const code = `edge${renamed}`;
				await addProvider(made.database, code, provider.url);
				await harvester.harvest(code);
				for (let i = 1; i <= renamed; i++) provider.rename(`r${i}`, `new${i}`);
				expect(await harvester.harvest(code, { full: true })).toMatchObject({ state });
			});
		}
	});

	it('ends the same when it is killed anywhere near its end and started again', { timeout: 120_000 }, async () => {
		const living = (code: string) =>
			rows<{ id: number; identifier: string }>(
				'select r.id, r.identifier from source_record r join source s on s.id = r.source_id where s.code = $1 and not r.deleted and r.current_no > 0 order by 1',
				[code],
			);
		const child = (source: string, query: number): ChildTask => ({
			databaseUrl: made.url,
			sources: [source],
			runs: 2,
			unite: false,
			leaseSeconds: 1,
			...(query === 0 ? {} : { dieAt: { query, sent: false } }),
		});
		let queries = 0;
		for (const before of [0, 3, 6, 9, 12, 15]) {
			await withProvider({}, async (provider) => {
				provider.fill(40);
				const code = `killed${before}`;
				await addProvider(made.database, code, provider.url);
				await harvester.harvest(code);
				const ids = (await living(code)).map(({ id }) => id);
				provider.rename('r7', 'new7');
				// the provider is asked from where the last harvest ended, so this one is made a whole one
				await rows('update source set harvested_until = null where code = $1', [code]);
				// the provider is served by this process: the child must not block it
				const ended = await childOf(child(code, before === 0 ? 0 : queries - before));
				if (before === 0) queries = (JSON.parse(ended.out) as ChildReport).queries[0] ?? 0;
				else expect(ended.signal).toBe('SIGKILL');
				expect(await harvester.harvestWhenFree(code)).toMatchObject({ state: 'complete', vanished: 0 });
				const now = await living(code);
				expect(now.map(({ id }) => id)).toEqual(ids);
				expect(now.map(({ identifier }) => identifier).sort()).toEqual(provider.living());
			});
		}
	});

	it('leaves apart what is like several, and waits for the rest', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(10);
			for (const id of ['r1', 'r2']) provider.put(id, '2026-01-01T00:01:00Z', { title: 'Toán 5' });
			await addProvider(made.database, 'alike', provider.url);
			await harvester.harvest('alike');
			for (let i = 1; i <= 10; i++) provider.rename(`r${i}`, `new${i}`);
			expect(await harvester.harvest('alike', { full: true })).toMatchObject({ state: 'held' });
			const held = await waitingRun(made.database, await source('alike'));
			expect(await showProposal(made.database.pool, held)).toMatchObject({ gone: 10, come: 10, pairs: 8, ambiguous: 2 });
			await expect(move('alike', provider.url)).rejects.toMatchObject({ code: 'held' });
			expect(await decideHeldRun(made.database, await source('alike'), 'refuse')).toMatchObject({ joined: 0 });
			expect(
				await rows(
					"select count(*) filter (where deleted)::int as gone, count(*)::int as n from source_record r join source s on s.id = r.source_id where s.code = 'alike'",
				),
			).toEqual([{ gone: 10, n: 20 }]);
			await expect(waitingRun(made.database, await source('alike'))).rejects.toMatchObject({ code: 'not-found' });
		});
	});

	it.each(['accept', 'refuse'] as const)('keeps in quarantine what could not be read, whatever is decided (%s)', async (decision) => {
		const render = (record: ProviderRecord): string =>
			record.title === 'unreadable' ? `<record>${header(record)}<metadata/></record>` : renderMarc(record);
		await withProvider({ render }, async (provider) => {
			provider.fill(5);
			const code = `quarantine-${decision}`;
			await addProvider(made.database, code, provider.url);
			await harvester.harvest(code);
			for (let i = 1; i <= 5; i++) provider.rename(`r${i}`, `x${i}`);
			provider.put('bad', '2026-01-01T00:01:00Z', { title: 'unreadable' });
			expect(await harvester.harvest(code, { full: true })).toMatchObject({ state: 'held', quarantined: 1 });
			await decideHeldRun(made.database, await source(code), decision);
			expect(await rows('select q.identifier from quarantine q join source s on s.id = q.source_id where s.code = $1', [code])).toEqual([
				{ identifier: 'bad' },
			]);
		});
	});

	// kept; joining; joined, about to be released
	it.each([5, 12, 20])('decided by a process that is killed at query %i, is done by the next as it was decided', async (query) => {
		await withProvider({}, async (provider) => {
			const code = `cut-${query}`;
			provider.fill(30);
			await addProvider(made.database, code, provider.url);
			await harvester.harvest(code);
			for (let i = 1; i <= 30; i++) provider.rename(`r${i}`, `x${i}`);
			const { run, state } = await harvester.harvest(code, { full: true });
			expect(state).toBe('held');
			const task = { databaseUrl: made.url, sources: [code], runs: 1, unite: false, leaseSeconds: 1, decide: 'accept' } as const;
			expect(await childOf({ ...task, dieAt: { query, sent: false } })).toEqual({ signal: 'SIGKILL', out: '' });
			const refused = decideHeldRun(made.database, await source(code), 'refuse');
			await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^(?:busy|conflict)$/) });
			const jobs = new HeldRuns(harvester.deps);
			const ended = 'select state, vanished, created, updated from run where id = $1';
			while ((await rows<{ state: string }>(ended, [run]))[0]?.state === 'held') {
				await jobs.tick();
				await systemClock.sleep(50);
			}
			expect(await rows(ended, [run])).toEqual([{ state: 'complete', vanished: 0, created: 0, updated: 30 }]);
			const living =
				"select count(*)::int as n from source_record r join source s on s.id = r.source_id where s.code = $1 and not deleted and identifier like 'x%'";
			expect(await rows(living, [code])).toEqual([{ n: 30 }]);
		});
	});

	it('is forgotten when it is dropped: nothing of it was seen, and the next reads everything again', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(5);
			await addProvider(made.database, 'glitch', provider.url);
			await harvester.harvest('glitch');
			for (let i = 1; i <= 5; i++) provider.rename(`r${i}`, `x${i}`);
			expect(await harvester.harvest('glitch', { full: true })).toMatchObject({ state: 'held' });
			await decideHeldRun(made.database, await source('glitch'), 'drop');
			for (let i = 1; i <= 5; i++) provider.rename(`x${i}`, `r${i}`);
			expect(await harvester.harvest('glitch', { full: true })).toMatchObject({ state: 'complete', unchanged: 5, created: 0, vanished: 0 });
		});
	});
});
