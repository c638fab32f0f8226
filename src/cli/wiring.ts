import { availableParallelism } from 'node:os';
import { followCollections } from '../catalogue/collections.ts';
import type { DumpManifest } from '../catalogue/dump-manifest.ts';
import { drainDirty, type MatchOptions, type MatchProgress } from '../catalogue/match.ts';
import { type DryRunOptions, dryRun, type RulesDryRun } from '../catalogue/match-dry-run.ts';
import { type ProjectOptions, projectChanges, rebuildIndex } from '../catalogue/project.ts';
import type { CheckAddress } from '../catalogue/webhooks.ts';
import { Egress } from '../harvesters/egress.ts';
import { httpPost } from '../harvesters/http-post.ts';
import { type HttpTransport, httpTransport } from '../harvesters/http-transport.ts';
import { probeOaiPmh, type SourceProbe } from '../harvesters/identify-source.ts';
import { probeTarget, type TargetProbe } from '../harvesters/probe-target.ts';
import type { SearchEngine } from '../index/engine.ts';
import { DumpSchedule } from '../jobs/dump-schedule.ts';
import { type HarvestRequest, runHarvest } from '../jobs/harvest-job.ts';
import { type DryRun, dryImport, type ImportRequest, type ImportSummary, runImport } from '../jobs/import-job.ts';
import { withLeanHeap } from '../jobs/lean-heap.ts';
import { type DumpDeps, makeDumps } from '../jobs/make-dumps.ts';
import type { RunDeps, RunSummary } from '../jobs/run-under-lease.ts';
import { systemClock } from '../jobs/system-clock.ts';
import { takeFolder } from '../jobs/take-folder.ts';
import { ThreadWork } from '../jobs/thread-work.ts';
import { Uploads } from '../jobs/uploads.ts';
import { WebhookDelivery } from '../jobs/webhook-delivery.ts';
import { WorkerPool } from '../jobs/worker-pool.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { harvestSource } from '../store/harvest-source.ts';
import { searchEngine } from './search-engine.ts';

const CONNECTIONS_MAX = 20;
/** A thread takes some 60 MB. */
const THREADS_MAX = 4;

export interface ServiceOptions {
	readonly databaseUrl: string;
	/** null, or left out: search is in Postgres. */
	readonly openSearchUrl?: string | null;
	/** CIDRs of private networks that sources may be in. */
	readonly allowPrivate: readonly string[];
	readonly logger: Logger;
	readonly version: string;
	/** Address of who runs this service, told to the providers it harvests. */
	readonly contact: string;
}

/** The look of an egress guard at an address before it is kept. */
export const addressCheck =
	(egress: Egress): CheckAddress =>
	async (text) => {
		const { href, hostname } = egress.checkedUrl(text);
		await egress.addresses(hostname);
		return href;
	};

/** Where dumps go, how many stay, and whose the ids in them are. */
export type DumpRequest = Pick<DumpDeps, 'folder' | 'kept' | 'agency' | 'signal' | 'formats' | 'onProgress'>;

/** Everything that works on the catalogue, wired once for the server and for commands. */
export class Service {
	readonly database: Database;
	readonly engine: SearchEngine;
	readonly transport: HttpTransport;
	readonly checkAddress: CheckAddress;
	readonly #egress: Egress;
	readonly #userAgent: string;
	readonly clock: Clock = systemClock;
	readonly logger: Logger;
	readonly #pool: WorkerPool;
	readonly #work: ThreadWork;

	constructor(options: ServiceOptions) {
		this.database = openDatabase(options.databaseUrl, { max: CONNECTIONS_MAX, applicationName: 'lienthong' });
		this.engine = searchEngine(options.openSearchUrl ?? null, this.database.pool);
		this.#egress = new Egress({ allowPrivate: options.allowPrivate });
		this.checkAddress = addressCheck(this.#egress);
		this.#userAgent = `lienthong/${options.version} (+${options.contact})`;
		this.transport = httpTransport({
			egress: this.#egress,
			clock: systemClock,
			userAgent: this.#userAgent,
		});
		this.logger = options.logger;
		this.#pool = new WorkerPool(Math.min(THREADS_MAX, Math.max(2, availableParallelism())));
		this.#work = new ThreadWork(this.#pool);
	}

	async harvest(request: HarvestRequest): Promise<RunSummary> {
		const deps = { ...this.#runDeps(), transport: this.transport, egress: this.#egress };
		return await withLeanHeap(async () => await runHarvest(deps, request));
	}

	async importFile(request: ImportRequest): Promise<ImportSummary> {
		return await withLeanHeap(async () => await runImport(this.#runDeps(), request));
	}

	/** What an import would do; keeps nothing. */
	async dryImport(request: ImportRequest): Promise<DryRun> {
		return await dryImport(this.#runDeps(), request);
	}

	/** Harvests a source that is due, or takes the files of the folder that it watches. */
	async runDue(source: number, signal: AbortSignal): Promise<readonly object[]> {
		const { kind } = await harvestSource(this.database.pool, source);
		return kind === 'file' ? await takeFolder(this.#runDeps(), source, signal) : [await this.harvest({ source, signal })];
	}

	/** What takes files in over HTTP; they lie under `folder` until their runs have ended. */
	uploads(folder: string, importBegins?: () => () => void): Uploads {
		return new Uploads({ ...this.#runDeps(), folder, ...(importBegins === undefined ? {} : { importBegins }) });
	}

	#runDeps(): RunDeps {
		return { database: this.database, work: this.#work, clock: this.clock, logger: this.logger };
	}

	/** Looks at a source, by id or code, and keeps nothing. Throws the AppErrors of a harvest. */
	async probe(idOrCode: string, signal: AbortSignal): Promise<SourceProbe | TargetProbe> {
		const { transport, clock, logger } = this;
		const source = await harvestSource(this.database.pool, idOrCode);
		const { code, url, settings, set, format } = source;
		if (source.kind === 'file')
			throw new AppError('usage', `source ${code} is of kind file: there is nobody to be asked`, {
				hint: 'lienthong import FILE --library CODE --dry-run shows what a file of it would do',
			});
		try {
			if (source.kind !== 'oai-pmh')
				return await probeTarget(source, { transport, egress: this.#egress, clock, logger, signal, retries: 0 });
			return await probeOaiPmh({ url, settings, set, format, transport, clock, logger, signal });
		} catch (error) {
			if (!(error instanceof AppError)) throw error;
			throw new AppError(error.code, `source ${code}: ${error.message}`, { hint: error.hint, cause: error });
		}
	}

	/** Drains the dirty records; null when another process is doing so. */
	async match(
		options: Pick<MatchOptions, 'signal' | 'onBatch' | 'batchMax' | 'decisionsOnly' | 'afresh'> = {},
	): Promise<MatchProgress | null> {
		const { database, clock, logger } = this;
		return await withLeanHeap(async () => await drainDirty({ database, clock, logger, work: this.#work, ...options }));
	}

	/** What the rules of this program would change; writes nothing. */
	async foresee(options: Pick<DryRunOptions, 'signal' | 'lang'>): Promise<RulesDryRun> {
		const { database, logger } = this;
		return await dryRun(database, { logger, score: (request) => this.#work.score(request), ...options });
	}

	/** Brings the search index up to date; null when another process is doing so. */
	async project(options: Pick<ProjectOptions, 'signal' | 'onBatch'> = {}): Promise<number | null> {
		const { database, engine } = this;
		const projection = { ...this.#projection(), ...options };
		let taken = await withLeanHeap(async () => await projectChanges(projection));
		if (taken === null) return null;
		// records that entered or left a collection are documents to be written again, and may enter or leave those that name it
		while (((await followCollections({ database, engine, ...options })) ?? 0) > 0) taken += (await projectChanges(projection)) ?? 0;
		return taken;
	}

	async reindex(options: Pick<ProjectOptions, 'signal' | 'onBatch'> = {}): Promise<number | null> {
		return await rebuildIndex({ ...this.#projection(), ...options });
	}

	/** Tells webhooks of changes until the signal. */
	async tellWebhooks(publicUrl: string, signal: AbortSignal): Promise<void> {
		const { database, clock, logger } = this;
		const http = httpPost({ egress: this.#egress, userAgent: this.#userAgent });
		await new WebhookDelivery({ database, clock, logger, http, publicUrl }).run(signal);
		await http.close();
	}

	/** Writes a full dump of the union as it is, and the delta since the last. */
	async dump(request: DumpRequest): Promise<readonly DumpManifest[]> {
		return await makeDumps(this.#dumpDeps(request));
	}

	/** What writes dumps on a schedule. AppError usage for a schedule that is none. */
	dumpSchedule(request: DumpRequest, schedule: string, timeZone: string): DumpSchedule {
		return new DumpSchedule({ ...this.#dumpDeps(request), logger: this.logger, schedule, timeZone });
	}

	#dumpDeps(request: DumpRequest): DumpDeps {
		const { database, clock } = this;
		return { ...request, database, clock, threads: this.#pool.lanes, render: (batch) => this.#work.dump(batch) };
	}

	#projection(): Omit<ProjectOptions, 'signal' | 'onBatch'> {
		const { database, engine, logger } = this;
		return { database, engine, logger, work: (input) => this.#work.documents(input) };
	}

	async close(): Promise<void> {
		await this.transport.close();
		await this.#pool.close();
		await this.engine.close();
		await this.database.close();
	}
}
