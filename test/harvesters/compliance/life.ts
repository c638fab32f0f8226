import { expect } from 'vitest';
import type { RunSummary } from '../../../src/jobs/run-under-lease.ts';
import { ThreadWork } from '../../../src/jobs/thread-work.ts';
import { WorkerPool } from '../../../src/jobs/worker-pool.ts';
import { TestClock } from '../../support/harvest-rig.ts';
import { Harvester } from '../../support/harvester.ts';
import type { TestDatabase } from '../../support/postgres.ts';
import type { Book, Kind, Library } from './library.ts';

const FATES = ['created', 'updated', 'unchanged', 'deleted', 'quarantined', 'repeated', 'ignored'] as const;

/** The counts of a run that are not zero. */
export const counts = (run: RunSummary): Record<string, number> =>
	Object.fromEntries((['listed', ...FATES, 'vanished'] as const).filter((key) => run[key] !== 0).map((key) => [key, run[key]]));

export const numbers = (books: readonly Book[]): string[] => books.map(({ number }) => number).sort();

/** Stops before the part that it is told, until it is opened. */
class GatedWork extends ThreadWork {
	readonly reached = Promise.withResolvers<void>();
	readonly #opened = Promise.withResolvers<void>();
	#parts = 0;

	open(): void {
		this.#opened.resolve();
	}

	override async prepare(...args: Parameters<ThreadWork['prepare']>): ReturnType<ThreadWork['prepare']> {
		if (++this.#parts === STOPS_BEFORE) {
			this.reached.resolve();
			await this.#opened.promise;
		}
		return await super.prepare(...args);
	}
}

const STOPS_BEFORE = 3;

/** One library of a kind, in a database, run by run. Each run is checked for its balance. */
export class Life {
	readonly kind: Kind;
	readonly library: Library;
	readonly made: TestDatabase;
	readonly #harvester: Harvester;

	constructor(kind: Kind, library: Library, made: TestDatabase, harvester: Harvester) {
		this.kind = kind;
		this.library = library;
		this.made = made;
		this.#harvester = harvester;
	}

	async harvest(): Promise<RunSummary> {
		return await this.#checked(await this.library.harvest(this.#harvester));
	}

	/** Another library of the kind, in the same database. */
	async another(name: string): Promise<Life> {
		return new Life(this.kind, await this.kind.open(this.made, `${this.library.code}-${name}`), this.made, this.#harvester);
	}

	/** What a run over these books comes to. */
	async take(books: readonly Book[], ...trouble: [Parameters<Library['serve']>[1]?]): Promise<RunSummary> {
		await this.library.serve(books, ...trouble);
		return await this.harvest();
	}

	/** What a run ends with that cannot be: its error, or that of the run that it became. */
	async failure(): Promise<{ readonly code: string; readonly message: string; readonly hint: string } | null> {
		return await this.library.harvest(this.#harvester).then(
			(run) => run.error,
			(error) => error,
		);
	}

	/** A run that stops in its middle, its first parts committed; does `then` and lets it go on. Gives what it threw. */
	async stopped(signal: AbortSignal, then: () => Promise<void>): Promise<unknown> {
		const pool = new WorkerPool(1);
		const work = new GatedWork(pool);
		const other = new Harvester(this.made.url, { clock: new TestClock(), work });
		try {
			const run = this.library.harvest(other, { signal }).then(
				() => null,
				(error: unknown) => error,
			);
			await Promise.race([work.reached.promise, run]);
			await then();
			work.open();
			return await run;
		} finally {
			await other.close();
			await pool.close();
		}
	}

	async #checked(run: RunSummary): Promise<RunSummary> {
		expect(FATES.reduce((sum, fate) => sum + run[fate], 0)).toBe(run.listed);
		const { rows } = await this.made.database.pool.query('select * from run where id = $1', [run.run]);
		for (const key of ['listed', ...FATES, 'vanished', 'state'] as const) expect(rows[0][key], key).toBe(run[key]);
		return run;
	}

	async #column<T>(sql: string): Promise<T[]> {
		const { rows } = await this.made.database.pool.query<{ it: T }>(sql, [this.library.code]);
		return rows.map((row) => row.it);
	}

	living = (): Promise<string[]> =>
		this.#column(
			`select identifier as it from source_record r join source s on s.id = r.source_id
			where s.code = $1 and not deleted and current_no > 0 order by identifier collate "C"`,
		);

	quarantine = (): Promise<{ code: string; reason: string }[]> =>
		this.#column(
			`select json_build_object('code', q.code, 'reason', q.reason) as it from quarantine q join source s on s.id = q.source_id
			where s.code = $1 order by q.id`,
		);

	runs = (): Promise<{ id: number; state: string }[]> =>
		this.#column(
			"select json_build_object('id', r.id, 'state', r.state) as it from run r join source s on s.id = r.source_id where s.code = $1 order by r.id",
		);

	/** What the source's records are, whoever made them: identifier, number of the version, life, and what they say. */
	image = (): Promise<string[]> =>
		this.#column(
			`select concat_ws(' ', identifier, current_no, r.deleted, stale, encode(v.digest, 'hex')) as it
			from source_record r join source s on s.id = r.source_id left join version v on v.record_id = r.id and v.no = r.current_no
			where s.code = $1 and (current_no > 0 or r.deleted) order by identifier collate "C"`,
		);

	/** Features and repairs of a record's current version. */
	async version(number: string): Promise<{ features: string; repairs: string }> {
		const { rows } = await this.made.database.pool.query<{ features: string; repairs: string }>(
			`select v.features, v.repairs::text as repairs from version v join source_record r on r.id = v.record_id and r.current_no = v.no
			join source s on s.id = r.source_id where s.code = $1 and r.identifier = $2`,
			[this.library.code, number],
		);
		return rows[0] ?? { features: '', repairs: '' };
	}

	/** Everything that harvests of any source write, but the runs themselves. */
	async written(): Promise<string> {
		const { rows } = await this.made.database.pool.query(
			`select (select max(seq) from change) as seq, (select count(*) from version) as versions, (select count(*) from parcel) as parcels,
				(select count(*) from dirty) as dirty, (select count(*) from staged_change) as staged, (select count(*) from quarantine) as quarantine,
				(select md5(string_agg(r::text, ',' order by id)) from source_record r) as records`,
		);
		return JSON.stringify(rows);
	}

	/** The same with the runs and the source. */
	async writtenAtAll(): Promise<string> {
		const { rows } = await this.made.database.pool.query(
			'select (select json_agg(r order by id) from run r) as runs, (select json_agg(s order by id) from source s) as sources',
		);
		return `${await this.written()} ${JSON.stringify(rows)}`;
	}

	/** Another worker has the source now. */
	async takeLeaseAway(): Promise<void> {
		await this.made.database.pool.query(
			"update source set fence = fence + 1, lease_holder = 'another', lease_until = clock_timestamp() + interval '1 hour' where code = $1",
			[this.library.code],
		);
	}

	async giveLeaseBack(): Promise<void> {
		await this.made.database.pool.query('update source set lease_holder = null, lease_until = null where code = $1', [this.library.code]);
	}
}
