import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/jobs/run-under-lease.ts';
import { addSource } from '../../src/store/source.ts';
import type { Harvester } from '../support/harvester.ts';
import { harvesterForTests } from '../support/harvester-for-tests.ts';
import { hasPeer } from '../support/peers.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import { startSimpleServer } from '../support/simple-server.ts';
import { addLibrary } from '../support/world.ts';
import { startZebra } from '../support/zebra.ts';

let made: TestDatabase;
let harvester: Harvester;

harvesterForTests((database, worker) => {
	made = database;
	harvester = worker;
});

const FATES = ['created', 'updated', 'unchanged', 'deleted', 'quarantined', 'repeated', 'ignored'] as const;

const counts = (run: RunSummary): Record<string, number> =>
	Object.fromEntries(['listed' as const, ...FATES, 'vanished' as const].filter((key) => run[key] !== 0).map((key) => [key, run[key]]));

async function source(library: string, kind: string, url: string, settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
	await addLibrary(made.database, library);
	return (await addSource(made.database, { library, kind, url, settings })).code;
}

const moveTo = (code: string, url: string): Promise<unknown> =>
	made.database.pool.query('update source set url = $2 where code = $1', [code, url]);

async function living(code: string): Promise<number> {
	const { rows } = await made.database.pool.query<{ n: number }>(
		'select count(*)::int as n from source_record r join source s on s.id = r.source_id where s.code = $1 and not deleted and current_no > 0',
		[code],
	);
	return rows[0]?.n ?? -1;
}

describe.runIf(hasPeer('zebrasrv') && hasPeer('Net::Z3950::SimpleServer'))('the life of a source that is searched', () => {
	const records = sampleMarc(400);

	it.each(['z3950', 'sru'])('over %s: created, unchanged, changed and gone by digest', async (kind) => {
		const address = (target: { address: string; port: number }) =>
			kind === 'z3950' ? target.address : `http://127.0.0.1:${target.port}/Default`;
		const first = await startZebra(records);
		const code = await source(`LIFE-${kind}`, kind, address(first), { resultSetMax: 150 });
		const begun = await harvester.harvest(code);
		expect(begun).toMatchObject({ state: 'complete', flags: ['split'], error: null });
		expect(counts(begun)).toEqual({ listed: 400, created: 400 });
		expect(counts(await harvester.harvest(code))).toEqual({ listed: 400, unchanged: 400 });
		await first.stop();

		const changed = records.slice(20).map((record, i) => (i < 5 ? { ...record, fields: record.fields.slice(0, -1) } : record));
		const second = await startZebra(changed);
		await moveTo(code, address(second));
		expect(counts(await harvester.harvest(code))).toEqual({ listed: 380, updated: 5, unchanged: 375, vanished: 20 });
		expect(await living(code)).toBe(380);
		await second.stop();
	});

	it('an incomplete run removes nothing and says which slices lack what', async () => {
		const whole = await startSimpleServer(records, {});
		const code = await source('LACKS', 'z3950', whole.address);
		expect((await harvester.harvest(code)).state).toBe('complete');
		await whole.stop();
		const poor = await startSimpleServer(records.slice(50), { diagnosticAt: [3], handsOut: 200, noRanges: true });
		await moveTo(code, poor.address);
		const run = await harvester.harvest(code);
		expect(run).toMatchObject({
			state: 'incomplete',
			vanished: 0,
			error: { code: 'z3950-error', message: expect.stringMatching(/all records \(200 of 350/) },
		});
		expect(run.quarantined).toBe(1);
		expect(await living(code)).toBe(400);
		await poor.stop();
	});

	it('a wrong login fails the run and keeps everything', async () => {
		const closed = await startSimpleServer(records, { login: ['u', 'p'] });
		const code = await source('CLOSED', 'z3950', closed.address, { user: 'u', password: 'wrong' });
		expect(await harvester.harvest(code)).toMatchObject({ state: 'failed', listed: 0, error: { code: 'login-refused' } });
		await closed.stop();
	});
});
