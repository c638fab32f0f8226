import type { Egress } from '../harvesters/egress.ts';
import type { HttpTransport } from '../harvesters/http-transport.ts';
import { harvestOaiPmh } from '../harvesters/oai-pmh.ts';
import type { Checkpoint } from '../harvesters/page.ts';
import { AppError } from '../lib/errors.ts';
import type { Ledger, RunMode } from '../store/harvest-run.ts';
import { type HarvestSource, harvestSource } from '../store/harvest-source.ts';
import { readTarget } from './read-target.ts';
import { type RunContext, type RunDeps, type RunOutcome, type RunSummary, runUnderLease } from './run-under-lease.ts';

export interface HarvestDeps extends RunDeps {
	readonly transport: HttpTransport;
	readonly egress: Egress;
}

export interface HarvestRequest {
	readonly source: string | number;
	readonly full?: boolean;
	/** A person waits: a provider that does not answer at all is asked once more, not for half a minute. */
	readonly attended?: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: (ledger: Ledger, total: number | null) => void;
}

/** Harvests one source once, under its lease: goes on with a run that was cut off, or begins one. */
export async function runHarvest(deps: HarvestDeps, request: HarvestRequest): Promise<RunSummary> {
	const source = await harvestSource(deps.database.pool, request.source);
	if (source.kind === 'file') {
		throw new AppError('usage', `source ${source.code} is of kind ${source.kind}, which cannot be harvested`, {
			hint: 'its files are imported: lienthong import FILE; a folder it watches is looked into by lienthong serve',
		});
	}
	const mode = modeOf(source, request.full === true);
	const read = async (context: RunContext): Promise<RunOutcome> => {
		const { intake } = context;
		const onProgress = (total: number | null): void => request.onProgress?.(intake.ledger, total);
		const outcome = await readSource(deps, source, { ...context, attended: request.attended === true, onProgress });
		await intake.flush();
		onProgress(intake.ledger.listed);
		return outcome;
	};
	return await runUnderLease(deps, source, { mode, read }, request.signal);
}

interface Reading extends RunContext {
	readonly attended: boolean;
	readonly onProgress: (total: number | null) => void;
}

/** Reads a source by its protocol. */
async function readSource(deps: HarvestDeps, source: HarvestSource, reading: Reading): Promise<RunOutcome> {
	const { run, intake, logger, signal, attended, setFormat, onProgress } = reading;
	if (source.kind !== 'oai-pmh') return await readTarget(deps, source, reading);
	return await harvestOaiPmh({
		source: { url: source.url, set: source.set, format: source.format, settings: source.settings },
		mode: run.mode,
		harvestedUntil: source.harvestedUntil?.toISOString() ?? null,
		checkpoint: run.checkpoint as Checkpoint | null,
		transport: deps.transport,
		openPage: (options) => {
			setFormat(options.format);
			return deps.work.openPage({ ...options, expectsNew: source.harvestedUntil === null });
		},
		sink: intake,
		clock: deps.clock,
		logger,
		signal,
		...(attended ? { openingRetries: 1 } : {}),
		onProgress: (said) => onProgress(said.total),
	});
}

/**
 * Providers that keep no lasting record of deletions are read whole each time: unchanged records cost little. Of targets that are searched those
 * that list changes by day are asked for these.
 */
function modeOf(source: HarvestSource, full: boolean): RunMode {
	if (full || source.harvestedUntil === null) return 'full';
	if (source.kind !== 'oai-pmh') return source.settings['changesBy'] === undefined ? 'full' : 'incremental';
	return source.settings['deletedRecord'] === 'persistent' ? 'incremental' : 'full';
}
