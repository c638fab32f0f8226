import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/jobs/run-under-lease.ts';
import { withProvider } from '../support/harvest-rig.ts';
import { addProvider, type Harvester } from '../support/harvester.ts';
import { harvesterForTests } from '../support/harvester-for-tests.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { errorPage, type ProviderOptions, type ProviderRecord, renderMarc, type ScriptedProvider } from '../support/scripted-provider.ts';

let made: TestDatabase;
let harvester: Harvester;
let sources = 0;

harvesterForTests((database, worker) => {
	made = database;
	harvester = worker;
});

const FATES = ['created', 'updated', 'unchanged', 'deleted', 'quarantined', 'repeated', 'ignored'] as const;

/** What a run says of itself in short: the counts that are not zero. */
function counts(run: RunSummary): Record<string, number> {
	const shown = ['listed', ...FATES, 'vanished'] as const;
	return Object.fromEntries(shown.filter((key) => run[key] !== 0).map((key) => [key, run[key]]));
}

/** A source with a life: what the provider says changes, and each harvest is checked for its balance. */
class Life {
	readonly provider: ScriptedProvider;
	readonly source: string;

	constructor(provider: ScriptedProvider, source: string) {
		this.provider = provider;
		this.source = source;
	}

	async harvest(options: { full?: boolean } = {}): Promise<RunSummary> {
		const run = await harvester.harvest(this.source, options);
		expect(FATES.reduce((sum, fate) => sum + run[fate], 0)).toBe(run.listed);
		const { rows } = await made.database.pool.query('select * from run where id = $1', [run.run]);
		for (const key of ['listed', ...FATES, 'vanished', 'state'] as const) expect(rows[0][key], key).toBe(run[key]);
		return run;
	}

	async #column<T>(sql: string): Promise<T[]> {
		const { rows } = await made.database.pool.query<{ it: T }>(sql, [this.source]);
		return rows.map((row) => row.it);
	}

	living = (): Promise<string[]> =>
		this.#column(
			'select identifier as it from source_record r join source s on s.id = r.source_id where s.code = $1 and not deleted and current_no > 0 order by 1',
		);

	stale = (): Promise<string[]> =>
		this.#column('select identifier as it from source_record r join source s on s.id = r.source_id where s.code = $1 and stale order by 1');

	quarantine = (): Promise<string[]> =>
		this.#column('select identifier as it from quarantine q join source s on s.id = q.source_id where s.code = $1 order by 1');

	/** Records waiting for the matcher. */
	dirty = (): Promise<string[]> =>
		this.#column(
			'select identifier as it from dirty d join source_record r on r.id = d.record_id join source s on s.id = r.source_id where s.code = $1 order by 1',
		);

	async version(identifier: string): Promise<number> {
		const { rows } = await made.database.pool.query<{ no: number }>(
			'select current_no as no from source_record r join source s on s.id = r.source_id where s.code = $1 and identifier = $2',
			[this.source, identifier],
		);
		return rows[0]?.no ?? -1;
	}
}

async function live(options: ProviderOptions, use: (life: Life) => Promise<void>): Promise<void> {
	await withProvider(options, async (provider) => {
		const code = `life-${++sources}`;
		await addProvider(made.database, code, provider.url);
		await use(new Life(provider, code));
		await made.database.pool.query('delete from dirty');
	});
}

const ids = (...numbers: number[]): string[] => numbers.map((n) => `r${n}`).sort();
const count = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const BROKEN = 'BROKEN';
/** Records whose title says so are broken XML, and those of authorities have the leader of one. */
function render(record: ProviderRecord): string {
	if (record.deleted) return renderMarc(record);
	if (record.title.startsWith(BROKEN)) return renderMarc(record).replace('</leader>', '</lead>');
	if (record.title.startsWith('AUTHORITY')) return renderMarc(record).replace('00000nam', '00000nz ');
	return renderMarc(record);
}

/** A provider whose clock is moved by the test. */
function clocked(options: ProviderOptions = {}): { options: ProviderOptions; at: (iso: string) => void } {
	let now = '2026-06-01T00:00:00Z';
	const at = (iso: string): void => {
		now = iso;
	};
	return { options: { render, ...options, now: () => now }, at };
}

describe('the life of a source, run by run', () => {
	it('creates, updates, deletes, takes back, and leaves alone', async () => {
		const { options, at } = clocked();
		await live(options, async (life) => {
			life.provider.fill(12);
			const first = await life.harvest();
			expect([first.mode, first.state, counts(first)]).toEqual(['full', 'complete', { listed: 12, created: 12 }]);
			expect(await life.living()).toEqual(ids(...count(1, 12)));

			at('2026-06-03T00:00:00Z');
			life.provider.put('r3', '2026-06-02T00:00:00Z', { title: 'Nhan đề mới' });
			life.provider.put('r4', '2026-06-02T00:00:00Z');
			life.provider.remove('r5', '2026-06-02T00:00:00Z');
			life.provider.remove('r90', '2026-06-02T00:00:00Z');
			life.provider.put('r13', '2026-06-02T00:00:00Z');
			const second = await life.harvest();
			expect([second.mode, counts(second)]).toEqual(['incremental', { listed: 5, created: 1, updated: 1, unchanged: 1, deleted: 2 }]);
			expect(await life.living()).toEqual(life.provider.living());
			expect([await life.version('r3'), await life.version('r4'), await life.version('r5')]).toEqual([2, 1, 1]);

			at('2026-06-05T00:00:00Z');
			life.provider.put('r5', '2026-06-04T00:00:00Z');
			life.provider.put('r90', '2026-06-04T00:00:00Z');
			const third = await life.harvest();
			expect(counts(third)).toEqual({ listed: 2, updated: 2 });
			expect(await life.living()).toEqual(life.provider.living());
			expect(await life.dirty()).toContain('r90');

			at('2026-06-07T00:00:00Z');
			const fourth = await life.harvest();
			expect([fourth.state, counts(fourth)]).toEqual(['complete', {}]);
			expect(await life.living()).toEqual(life.provider.living());
		});
	});

	it('reads everything again without a new version when asked for the whole list', async () => {
		await live({ pageSize: 4 }, async (life) => {
			life.provider.fill(9);
			life.provider.remove('r2', '2026-05-01T00:00:00Z');
			await life.harvest();
			const before = await made.database.pool.query('select count(*)::int as n, max(seq) as seq from change');
			const again = await life.harvest({ full: true });
			expect([again.mode, counts(again)]).toEqual(['full', { listed: 9, unchanged: 9 }]);
			expect((await made.database.pool.query('select count(*)::int as n, max(seq) as seq from change')).rows).toEqual(before.rows);
		});
	});

	it('counts as repeated what one run lists twice, and keeps the last state', async () => {
		const twice = (records: ProviderRecord[]): ProviderRecord[] => [...records, ...records.slice(0, 3)];
		await live({ order: twice }, async (life) => {
			life.provider.fill(7);
			expect(counts(await life.harvest())).toEqual({ listed: 10, created: 7, repeated: 3 });
			expect(counts(await life.harvest({ full: true }))).toEqual({ listed: 10, unchanged: 7, repeated: 3 });
		});
	});

	it('follows a record that is deleted on one page and alive on the next', async () => {
		const deadFirst = (records: ProviderRecord[]): ProviderRecord[] =>
			records
				.flatMap((r) => (r.identifier === 'r2' ? [{ ...r, deleted: true }] : [r]))
				.concat(records.filter((r) => r.identifier === 'r2'));
		await live({ order: deadFirst, pageSize: 1 }, async (life) => {
			life.provider.fill(3);
			expect(counts(await life.harvest())).toEqual({ listed: 4, created: 2, updated: 1, deleted: 1 });
			expect(await life.living()).toEqual(ids(1, 2, 3));
			expect(await life.dirty()).toEqual(ids(1, 2, 3));
		});
	});

	it('counts authorities as ignored, by name', async () => {
		await live({ render }, async (life) => {
			life.provider.fill(4);
			life.provider.put('a1', '2026-02-01T00:00:00Z', { title: 'AUTHORITY of one' });
			const run = await life.harvest();
			expect(counts(run)).toEqual({ listed: 5, created: 4, ignored: 1 });
			const { rows } = await made.database.pool.query('select notes from run where id = $1', [run.run]);
			expect(rows[0].notes.ignored).toEqual({ authority: 1 });
			expect(await life.living()).toEqual(ids(1, 2, 3, 4));
		});
	});
});

describe('what cannot be read', () => {
	it('is quarantined; a record readable before keeps its version, marked stale, until it can be read again', async () => {
		const { options, at } = clocked();
		await live(options, async (life) => {
			life.provider.fill(6);
			await life.harvest();
			at('2026-06-03T00:00:00Z');
			life.provider.put('r3', '2026-06-02T00:00:00Z', { title: BROKEN });
			expect(counts(await life.harvest())).toEqual({ listed: 1, quarantined: 1 });
			expect([await life.living(), await life.stale(), await life.quarantine(), await life.version('r3')]).toEqual([
				ids(...count(1, 6)),
				['r3'],
				['r3'],
				1,
			]);

			at('2026-06-05T00:00:00Z');
			life.provider.put('r3', '2026-06-04T00:00:00Z');
			expect(counts(await life.harvest())).toEqual({ listed: 1, updated: 1 });
			expect([await life.stale(), await life.quarantine(), await life.version('r3')]).toEqual([[], [], 2]);
		});
	});

	it('leaves the quarantine when a record that never could be read can be', async () => {
		const { options, at } = clocked();
		await live(options, async (life) => {
			life.provider.fill(2);
			life.provider.put('b1', '2026-02-01T00:00:00Z', { title: BROKEN });
			expect(counts(await life.harvest())).toEqual({ listed: 3, created: 2, quarantined: 1 });
			expect(await life.quarantine()).toEqual(['b1']);
			at('2026-06-03T00:00:00Z');
			life.provider.put('b1', '2026-06-02T00:00:00Z');
			expect(counts(await life.harvest())).toEqual({ listed: 1, created: 1 });
			expect(await life.quarantine()).toEqual([]);
		});
	});

	it('leaves the quarantine when the record is deleted', async () => {
		const { options, at } = clocked();
		await live(options, async (life) => {
			life.provider.fill(1);
			life.provider.put('b1', '2026-02-01T00:00:00Z', { title: BROKEN });
			await life.harvest();
			at('2026-06-03T00:00:00Z');
			life.provider.remove('b1', '2026-06-02T00:00:00Z');
			expect(counts(await life.harvest())).toEqual({ listed: 1, deleted: 1 });
			expect(await life.quarantine()).toEqual([]);
		});
	});

	it('is no reason to think a record gone, whatever its identifier', async () => {
		await live({ render, deletedRecord: 'no' }, async (life) => {
			life.provider.fill(2);
			life.provider.put('a&b', '2026-02-01T00:00:00Z');
			await life.harvest();
			life.provider.put('a&b', '2026-02-01T00:00:00Z', { title: BROKEN });
			expect(counts(await life.harvest())).toEqual({ listed: 3, unchanged: 2, quarantined: 1 });
			expect([await life.living(), await life.stale()]).toEqual([['a&b', 'r1', 'r2'], ['a&b']]);
		});
	});
});

describe('whole lists', () => {
	it('remove what a provider without deletions no longer has', async () => {
		await live({ deletedRecord: 'no' }, async (life) => {
			life.provider.fill(11);
			await life.harvest();
			life.provider.remove('r4', '2026-05-01T00:00:00Z');
			life.provider.remove('r9', '2026-05-01T00:00:00Z');
			const run = await life.harvest();
			expect([run.mode, run.state, counts(run)]).toEqual(['full', 'complete', { listed: 9, unchanged: 9, vanished: 2 }]);
			expect(await life.living()).toEqual(life.provider.living());
			expect(counts(await life.harvest())).toEqual({ listed: 9, unchanged: 9 });
			life.provider.put('r4', '2026-05-02T00:00:00Z');
			expect(counts(await life.harvest())).toEqual({ listed: 10, updated: 1, unchanged: 9 });
			expect(await life.living()).toEqual(life.provider.living());
		});
	});

	it.each([
		['noRecordsMatch', errorPage('noRecordsMatch')],
		['a list with nothing in it', errorPage('x').replace(/<error.*<\/error>/, '<ListRecords></ListRecords>')],
	])('remove nothing when empty: %s', async (_, body) => {
		let empty = false;
		await live({ deletedRecord: 'no', faults: [{ verb: 'ListRecords', reply: (good) => (empty ? { body } : good) }] }, async (life) => {
			life.provider.fill(5);
			await life.harvest();
			empty = true;
			const run = await life.harvest();
			expect([run.state, run.flags, counts(run)]).toEqual(['incomplete', ['empty-list'], {}]);
			expect(await life.living()).toEqual(ids(...count(1, 5)));
		});
	});

	it('that break off release what was read and remove nothing', async () => {
		let broken = false;
		const web = { body: '<html><body>Bảo trì</body></html>' };
		await live(
			{
				deletedRecord: 'no',
				faults: [
					{
						verb: 'ListRecords',
						reply: (good, request) => (broken && request.params.get('resumptionToken')?.startsWith('10|') ? web : good),
					},
				],
			},
			async (life) => {
				life.provider.fill(15);
				await life.harvest();
				broken = true;
				life.provider.put('r1', '2026-01-01T00:01:00Z', { title: 'Nhan đề khác' });
				life.provider.remove('r2', '2026-05-01T00:00:00Z');
				const run = await life.harvest();
				expect([run.state, counts(run)]).toEqual(['incomplete', { listed: 10, updated: 1, unchanged: 9 }]);
				expect(run.error?.message).toContain('web page');
				expect([await life.living(), await life.version('r1'), await life.dirty()]).toEqual([
					ids(...count(1, 15)),
					2,
					ids(...count(1, 15)),
				]);
				broken = false;
				expect(counts(await life.harvest())).toEqual({ listed: 14, unchanged: 14, vanished: 1 });
				expect(await life.living()).toEqual(life.provider.living());
			},
		);
	});

	// in a later harvest everything is staged first: the removals, then the release in batches, then the end of the run
	it.each([
		['while the list is staged', 'before insert on staged_change for each row when (not new.deleted and new.no > 1)'],
		['while the removals are staged', 'before insert on staged_change for each row when (new.deleted)'],
		['while the removals are released', 'before delete on staged_change for each row when (old.deleted)'],
		['when all is released', "before update on run for each row when (new.state <> 'running')"],
	])('count what vanished once when they die %s and go on', async (_, when) => {
		const { pool } = made.database;
		const outcome = async (dies: boolean): Promise<unknown> => {
			let result: unknown;
			await live({ deletedRecord: 'no' }, async (life) => {
				life.provider.fill(15);
				await life.harvest();
				life.provider.put('r14', '2026-05-01T00:00:00Z', { title: 'Nhan đề khác' });
				for (const gone of ['r2', 'r7', 'r12']) life.provider.remove(gone, '2026-05-01T00:00:00Z');
				if (dies) {
					await pool.query("create function die() returns trigger language plpgsql as $$ begin raise exception 'cut off here'; end $$");
					await pool.query(`create trigger die ${when} execute function die()`);
					try {
						await expect(life.harvest()).rejects.toThrow('cut off here');
					} finally {
						await pool.query('drop function die cascade');
					}
				}
				const run = await life.harvest();
				result = [run.state, run.flags, counts(run)];
				expect(await life.living()).toEqual(life.provider.living());
				const runs = 'select 1 from run r join source s on s.id = r.source_id where s.code = $1';
				expect((await pool.query(runs, [life.source])).rowCount).toBe(2);
			});
			return result;
		};
		const calm = await outcome(false);
		expect(calm).toEqual(['complete', [], { listed: 12, updated: 1, unchanged: 11, vanished: 3 }]);
		expect(await outcome(true)).toEqual(calm);
	});

	it('that were cut off and cannot go on release what was read', async () => {
		let gone = false;
		const stop = new AbortController();
		const cut = {
			verb: 'ListRecords',
			from: 5,
			times: 1,
			reply: (good: { body: string | Buffer }) => {
				stop.abort();
				return good;
			},
		};
		const missing = { reply: (good: { body: string | Buffer }) => (gone ? { status: 404, body: 'moved away' } : good) };
		await live({ faults: [cut, missing], pageSize: 5 }, async (life) => {
			life.provider.fill(15);
			await life.harvest();
			for (const n of count(1, 15)) life.provider.put(`r${n}`, '2026-06-01T00:00:00Z', { title: `Mới ${n}` });
			await expect(harvester.harvest(life.source, { signal: stop.signal })).rejects.toThrow();
			gone = true;
			const run = await life.harvest();
			expect(run.state).toBe('incomplete');
			expect(run.updated).toBeGreaterThan(0);
			const { rows } = await made.database.pool.query('select 1 from staged_change where run_id = $1', [run.run]);
			expect(rows).toEqual([]);
			expect(await life.version('r1')).toBe(2);
		});
	});
});
