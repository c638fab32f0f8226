import { drainDirty } from '../../src/catalogue/match.ts';
import { projectChanges } from '../../src/catalogue/project.ts';
import { Egress } from '../../src/harvesters/egress.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { type HarvestDeps, runHarvest } from '../../src/jobs/harvest-job.ts';
import { type DryRun, dryImport, runImport } from '../../src/jobs/import-job.ts';
import type { RunSummary } from '../../src/jobs/run-under-lease.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { ThreadWork } from '../../src/jobs/thread-work.ts';
import { WorkerPool } from '../../src/jobs/worker-pool.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { AppError } from '../../src/lib/errors.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { loopbackTransport, silentLogger } from './harvest-rig.ts';

export interface HarvesterOptions {
	readonly leaseSeconds?: number;
	readonly clock?: Clock;
	readonly threads?: number;
	readonly connections?: number;
	/** In place of work in threads of its own. */
	readonly work?: ThreadWork;
}

export interface ImportOptions {
	readonly snapshot?: boolean;
	readonly signal?: AbortSignal;
	readonly columns?: Readonly<Record<string, string>>;
	readonly rejects?: string;
}

/** A worker as the service wires it, with a lease of its own length; may reach loopback. */
export class Harvester {
	readonly database: Database;
	readonly deps: HarvestDeps;
	readonly #pool: WorkerPool;
	readonly #work: ThreadWork;

	constructor(databaseUrl: string, options: HarvesterOptions = {}) {
		const clock = options.clock ?? systemClock;
		this.database = openDatabase(databaseUrl, { max: options.connections ?? 10, applicationName: 'test-harvester' });
		this.#pool = new WorkerPool(options.threads ?? 1);
		this.#work = options.work ?? new ThreadWork(this.#pool);
		this.deps = {
			database: this.database,
			work: this.#work,
			transport: loopbackTransport(clock),
			egress: new Egress({ allowPrivate: ['127.0.0.0/8'] }),
			clock,
			logger: silentLogger,
			...(options.leaseSeconds === undefined ? {} : { leaseSeconds: options.leaseSeconds }),
		};
	}

	async harvest(source: string | number, options: { full?: boolean; signal?: AbortSignal } = {}): Promise<RunSummary> {
		return await runHarvest(this.deps, { source, ...options });
	}

	async importFile(path: string, library: string, options: ImportOptions = {}): Promise<RunSummary> {
		return await runImport(this.deps, {
			path,
			library,
			snapshot: options.snapshot === true,
			...(options.signal === undefined ? {} : { signal: options.signal }),
			...(options.columns === undefined ? {} : { columns: options.columns }),
			...(options.rejects === undefined ? {} : { rejects: options.rejects }),
		});
	}

	async dryImport(path: string, library: string, options: Pick<ImportOptions, 'snapshot' | 'columns'> = {}): Promise<DryRun> {
		return await dryImport(this.deps, { path, library, ...options, snapshot: options.snapshot === true });
	}

	/** Harvests as soon as nobody else does. */
	async harvestWhenFree(source: string): Promise<RunSummary> {
		return await this.whenFree(() => this.harvest(source));
	}

	/** Runs as soon as nobody else does. */
	async whenFree(run: () => Promise<RunSummary>): Promise<RunSummary> {
		for (;;) {
			try {
				return await run();
			} catch (error) {
				if (!(error instanceof AppError) || error.code !== 'busy') throw error;
				await systemClock.sleep(100);
			}
		}
	}

	/** Matches until nothing is dirty and projects until nothing is new, as soon as nobody else does. */
	async unite(): Promise<void> {
		const { database } = this;
		const common = { database, clock: systemClock, logger: silentLogger };
		const engine = new PostgresSearchEngine(database.pool);
		while ((await drainDirty({ ...common, batchMax: 20, work: this.#work })) === null) await systemClock.sleep(50);
		const documents = (): Promise<number | null> => projectChanges({ ...common, engine, work: (input) => this.#work.documents(input) });
		while ((await documents()) === null) await systemClock.sleep(50);
	}

	async close(): Promise<void> {
		await this.deps.transport.close();
		await this.#pool.close();
		await this.database.close();
	}
}

/** Adds a library and its source of the same code. */
export async function addProvider(
	database: Database,
	code: string,
	url: string,
	settings: { format?: string; schedule?: string } = {},
): Promise<number> {
	await database.pool.query("insert into library (code, name, kind) values ($1, $1, 'school') on conflict do nothing", [code]);
	const { rows } = await database.pool.query<{ id: number }>(
		"insert into source (code, library, kind, url, format, schedule) values ($1, $1, 'oai-pmh', $2, $3, $4) returning id",
		[code, url, settings.format ?? null, settings.schedule ?? null],
	);
	return rows[0]?.id ?? 0;
}
