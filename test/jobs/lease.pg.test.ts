import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Intake } from '../../src/catalogue/intake.ts';
import { releaseRun, stageRemovals } from '../../src/catalogue/release.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import type { AppError } from '../../src/lib/errors.ts';
import { withTransaction } from '../../src/store/database.ts';
import { openRun } from '../../src/store/harvest-run.ts';
import { assertFence, dropLease, renewLease, takeLease } from '../../src/store/lease.ts';
import type { ChildTask } from '../support/harvest-child.ts';
import { withProvider } from '../support/harvest-rig.ts';
import { addProvider, Harvester } from '../support/harvester.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import type { Fault } from '../support/scripted-provider.ts';
import { localWork } from '../support/world.ts';

let made: TestDatabase;

beforeAll(async () => {
	made = await testDatabase();
});

afterAll(() => made.drop());

async function until(what: () => Promise<boolean>): Promise<void> {
	while (!(await what())) await systemClock.sleep(20);
}

const oneNumber = async (sql: string): Promise<number> => (await made.database.pool.query<{ n: number }>(sql)).rows[0]?.n ?? -1;

/** Everything that a harvest writes, as one text. */
async function written(): Promise<string> {
	const { rows } = await made.database.pool.query(
		`select (select max(seq) from change) as seq, (select count(*) from version) as versions, (select count(*) from parcel) as parcels,
			(select json_agg(r order by id) from run r) as runs, (select json_agg(s order by id) from source s) as sources,
			(select json_agg(r order by id) from source_record r) as records, (select count(*) from dirty) as dirty,
			(select count(*) from staged_change) as staged, (select count(*) from quarantine) as quarantine`,
	);
	return JSON.stringify(rows);
}

describe('a lease', () => {
	it('is held by one, renewed by its holder alone, and passes on when it lapses', async () => {
		const { pool } = made.database;
		const source = await addProvider(made.database, 'lease', 'http://127.0.0.1/');
		const first = (await takeLease(pool, source, 'a', 60)) as number;
		expect(await takeLease(pool, source, 'b', 60)).toBeNull();
		expect([await renewLease(pool, source, first, 0), await renewLease(pool, source, first + 1, 60)]).toEqual([true, false]);
		const second = (await takeLease(pool, source, 'b', 60)) as number;
		expect(second).toBeGreaterThan(first);
		expect(await renewLease(pool, source, first, 60)).toBe(false);
		await dropLease(pool, source, first);
		expect(await takeLease(pool, source, 'c', 60)).toBeNull();
		await dropLease(pool, source, second);
		expect(await takeLease(pool, source, 'c', 60)).not.toBeNull();
	});

	it('that was lost lets nothing be written: no page, no removal, no release', async () => {
		const { pool } = made.database;
		const source = await addProvider(made.database, 'fenced', 'http://127.0.0.1/');
		const fence = (await takeLease(pool, source, 'a', 0)) as number;
		const run = await withTransaction(made.database, (client) => openRun(client, source, { mode: 'full' }));
		const intake = new Intake(made.database, localWork, systemClock, {
			id: run.id,
			sourceId: source,
			fence,
			staged: false,
			format: () => 1,
			ledger: run.ledger,
		});
		await takeLease(pool, source, 'b', 60);
		const before = await written();
		const page = [{ identifier: 'r1', digest: new Uint8Array(16), deleted: true, datestamp: null, raw: '', decoded: null }];
		const writes = [
			() => intake.accept({ items: page, handle: page, repairs: [], checkpoint: { at: 1 } }).then(() => intake.flush()),
			() => stageRemovals(made.database, { id: run.id, sourceId: source, fence }),
			() => releaseRun(made.database, { id: run.id, sourceId: source, fence }),
			() => withTransaction(made.database, (client) => assertFence(client, source, fence)),
		];
		for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'fenced' });
		expect(await written()).toBe(before);
	});

	it('lost while its worker was stopped: another ends the run, and the first, woken, writes nothing', async () => {
		let asked = 0;
		// the third page comes while the worker that asked for it is stopped
		const late: Fault = {
			verb: 'ListRecords',
			from: 3,
			times: 1,
			reply: (good) => {
				asked++;
				return { ...good, delayMs: 1_500 };
			},
		};
		await withProvider({ faults: [late], pageSize: 5 }, async (provider) => {
			provider.fill(30);
			await addProvider(made.database, 'stopped', provider.url);
			const task: ChildTask = { databaseUrl: made.url, sources: ['stopped'], runs: 1, unite: false, leaseSeconds: 1 };
			const first = spawn(process.execPath, [join(import.meta.dirname, '../support/harvest-child.ts'), JSON.stringify(task)], {
				stdio: ['ignore', 'ignore', 'pipe'],
			});
			let said = '';
			first.stderr.on('data', (data: Buffer) => (said += data.toString()));
			const ended = new Promise<number | null>((resolve) => first.on('close', resolve));
			const pages = "select r.pages as n from run r join source s on s.id = r.source_id where s.code = 'stopped'";
			await until(async () => asked === 1 && (await oneNumber(pages)) === 2);
			first.kill('SIGSTOP');
			const second = new Harvester(made.url, { leaseSeconds: 1 });
			const run = await second.harvestWhenFree('stopped');
			await second.close();
			expect([run.state, run.created]).toEqual(['complete', 30]);
			expect(await oneNumber("select count(*)::int as n from run r join source s on s.id = r.source_id where s.code = 'stopped'")).toBe(1);
			const before = await written();
			first.kill('SIGCONT');
			expect(await ended).not.toBe(0);
			expect(said).toMatch(/lease .* (was lost|passed to another)/);
			expect(await written()).toBe(before);
		});
	});
});

describe('five workers with twenty triggers each', () => {
	it('never run one source twice at once', async () => {
		await withProvider({ pageSize: 5 }, async (provider) => {
			provider.fill(20);
			await addProvider(made.database, 'wanted', provider.url);
			const workers = Array.from({ length: 5 }, () => new Harvester(made.url, { connections: 4 }));
			const triggers = workers.flatMap((worker) => Array.from({ length: 20 }, () => worker.harvest('wanted', { full: true })));
			const ends = await Promise.allSettled(triggers);
			await Promise.all(workers.map((worker) => worker.close()));
			const runs = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
			expect(runs.length).toBeGreaterThan(0);
			expect(runs.every((run) => run.state === 'complete' && run.listed === 20)).toBe(true);
			expect(new Set(runs.map((run) => run.run)).size).toBe(runs.length);
			for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'busy' } satisfies Partial<AppError>);
			const overlaps = await oneNumber(
				'select count(*)::int as n from run a join run b on b.source_id = a.source_id and b.id > a.id and b.started_at < a.finished_at',
			);
			expect(overlaps).toBe(0);
			expect(
				await oneNumber(
					"select count(*)::int as n from version v join source_record r on r.id = v.record_id join source s on s.id = r.source_id where s.code = 'wanted'",
				),
			).toBe(20);
		});
	});
});
