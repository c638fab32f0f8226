import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nextDue, Scheduler } from '../../src/jobs/scheduler.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { databaseNow, dueSources } from '../../src/store/harvest-source.ts';
import { takeLease } from '../../src/store/lease.ts';
import { silentLogger, TestClock, withProvider } from '../support/harvest-rig.ts';
import { addProvider, Harvester } from '../support/harvester.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import type { Reply } from '../support/scripted-provider.ts';

let made: TestDatabase;
const NIGHTLY = '0 2 * * *';
const never = new AbortController().signal;

beforeAll(async () => {
	made = await testDatabase();
});

afterAll(() => made.drop());

beforeEach(async () => {
	await made.database.pool.query('truncate source, library, run cascade');
});

function scheduler(harvest: (source: number) => Promise<unknown>, sourcesAtOnce?: number): Scheduler {
	const { database } = made;
	return new Scheduler({
		database,
		clock: systemClock,
		logger: silentLogger,
		harvest,
		...(sourcesAtOnce === undefined ? {} : { sourcesAtOnce }),
	});
}

/** A nightly source whose due time, as an SQL expression, is given. */
async function source(code: string, due: string, notBefore = 'null'): Promise<number> {
	const id = await addProvider(made.database, code, 'http://127.0.0.1/', { schedule: NIGHTLY });
	await made.database.pool.query(`update source set due_at = ${due}, not_before = ${notBefore} where id = $1`, [id]);
	return id;
}

const dueAt = async (id: number): Promise<Date | null> =>
	(await made.database.pool.query<{ due_at: Date | null }>('select due_at from source where id = $1', [id])).rows[0]?.due_at ?? null;

describe('cron text', () => {
	it.each([
		[NIGHTLY, 'Asia/Ho_Chi_Minh', '2026-01-01T00:00:00Z', '2026-01-01T19:00:00.000Z'],
		[NIGHTLY, 'Asia/Ho_Chi_Minh', '2026-01-01T19:00:00Z', '2026-01-02T19:00:00.000Z'],
		[NIGHTLY, 'UTC', '2026-01-01T00:00:00Z', '2026-01-01T02:00:00.000Z'],
		['30 23 * * 0', 'Asia/Ho_Chi_Minh', '2026-01-01T00:00:00Z', '2026-01-04T16:30:00.000Z'],
		['0 0 1 7 *', 'Asia/Ho_Chi_Minh', '2026-07-01T00:00:00Z', '2027-06-30T17:00:00.000Z'],
	])('%s in %s after %s is %s', (schedule, zone, from, due) => {
		expect(nextDue(schedule, zone, new Date(from))?.toISOString()).toBe(due);
	});

	it.each([
		['every night', 'Asia/Ho_Chi_Minh'],
		['0 25 * * *', 'Asia/Ho_Chi_Minh'],
		[NIGHTLY, 'Asia/Quang_Ngai'],
	])('"%s" in %s is refused, and it is said how it should look', (schedule, zone) => {
		expect(() => nextDue(schedule, zone, new Date())).toThrow(
			expect.objectContaining({ code: 'usage', hint: expect.stringContaining('five fields') }),
		);
	});
});

describe('the schedule', () => {
	it('gives a new source its due time in the time zone of the source, and runs nothing before it', async () => {
		const id = await source('new', 'null');
		const asked: number[] = [];
		const one = scheduler(async (which) => asked.push(which));
		const before = await databaseNow(made.database.pool);
		await one.tick(never);
		await one.settled();
		expect(asked).toEqual([]);
		expect(await dueAt(id)).toEqual(nextDue(NIGHTLY, 'Asia/Ho_Chi_Minh', before));
	});

	it('catches up once with what was missed while nothing was up', async () => {
		const id = await source('missed', "now() - interval '9 days'");
		const asked: number[] = [];
		const one = scheduler(async (which) => asked.push(which));
		for (let i = 0; i < 3; i++) {
			await one.tick(never);
			await one.settled();
		}
		expect(asked).toEqual([id]);
		expect(((await dueAt(id)) as Date).getTime()).toBeGreaterThan(Date.now());
	});

	it('is kept once by any number of workers', async () => {
		const ids = [await source('one', "now() - interval '1 minute'"), await source('two', "now() - interval '2 minutes'")];
		const asked: number[] = [];
		const workers = Array.from({ length: 5 }, () => scheduler(async (which) => asked.push(which)));
		await Promise.all(workers.map((worker) => worker.tick(never)));
		await Promise.all(workers.map((worker) => worker.settled()));
		expect(asked.sort()).toEqual(ids.sort());
	});

	it('waits as long as a provider asked for', async () => {
		await source('busy', "now() - interval '1 day'", "now() + interval '1 hour'");
		const rested = await source('rested', "now() - interval '1 day'", "now() - interval '1 second'");
		const asked: number[] = [];
		const one = scheduler(async (which) => asked.push(which));
		await one.tick(never);
		await one.settled();
		expect(asked).toEqual([rested]);
	});

	it('lets neither a slow nor a failing source delay another', async () => {
		const slow = await source('slow', "now() - interval '2 days'");
		const failing = await source('failing', "now() - interval '1 day'");
		const asked: number[] = [];
		let release: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const one = scheduler(async (which) => {
			asked.push(which);
			if (which === slow) await gate;
			if (which === failing) throw new Error('no answer');
		}, 2);
		await one.tick(never);
		const other = await source('other', "now() - interval '1 hour'");
		while (!asked.includes(other)) await one.tick(never);
		await one.tick(never);
		release();
		await one.settled();
		expect(asked.sort((a, b) => a - b)).toEqual([slow, failing, other]);
	});

	it('goes on with a run that was cut off, scheduled or not, but not while it is under way', async () => {
		const id = await addProvider(made.database, 'cut', 'http://127.0.0.1/');
		await made.database.pool.query("insert into run (source_id, mode, staged) values ($1, 'full', false)", [id]);
		expect(await dueSources(made.database.pool, 9)).toEqual([id]);
		const asked: number[] = [];
		const one = scheduler(async (which) => asked.push(which));
		await one.tick(never);
		await one.settled();
		expect(asked).toEqual([id]);
		await takeLease(made.database.pool, id, 'another', 60);
		await one.tick(never);
		await one.settled();
		expect(asked).toEqual([id]);
	});
});

describe('a provider that is busy for long', () => {
	it('is left in peace for as long as it said, and then harvested from where it was', async () => {
		let busy = true;
		const reply = (good: Reply): Reply => (busy ? { status: 503, headers: { 'retry-after': '3600' }, body: 'later' } : good);
		await withProvider({ faults: [{ verb: 'ListRecords', from: 3, reply }], pageSize: 5 }, async (provider) => {
			provider.fill(20);
			const id = await addProvider(made.database, 'rests', provider.url, { schedule: NIGHTLY });
			const worker = new Harvester(made.url, { clock: new TestClock() });
			const first = await worker.harvest(id);
			expect([first.state, first.created]).toEqual(['incomplete', 10]);
			const { rows } = await made.database.pool.query<{ waits: boolean }>(
				"select not_before between now() + interval '55 minutes' and now() + interval '65 minutes' as waits from source where id = $1",
				[id],
			);
			expect(rows).toEqual([{ waits: true }]);
			expect(await dueSources(made.database.pool, 9)).toEqual([]);
			busy = false;
			const second = await worker.harvest(id);
			expect([second.state, second.listed, second.created]).toEqual(['complete', 20, 10]);
			await worker.close();
		});
	});
});
