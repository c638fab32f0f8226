import { randomUUID } from 'node:crypto';
import { Intake } from '../catalogue/intake.ts';
import { releaseRun, stageRemovals } from '../catalogue/release.ts';
import type { Egress } from '../harvesters/egress.ts';
import { BusyError } from '../harvesters/http-errors.ts';
import type { HttpTransport } from '../harvesters/http-transport.ts';
import { type HarvestOutcome, harvestOaiPmh } from '../harvesters/oai-pmh.ts';
import type { Checkpoint } from '../harvesters/page.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { type Database, withTransaction } from '../store/database.ts';
import { closeRun, type Ledger, type OpenRun, openRun, type RunEnd, type RunMode, type RunState } from '../store/harvest-run.ts';
import { type HarvestSource, harvestSource, hasLivingRecords, setNotBefore } from '../store/harvest-source.ts';
import { assertFence, dropLease, LEASE_SECONDS, renewLease, takeLease } from '../store/lease.ts';
import { readTarget, type TargetRun } from './read-target.ts';
import type { ThreadWork } from './thread-work.ts';

/** Place of a format in version.format. */
export const FORMATS = ['', 'marcxml', 'oai_dc', 'iso2709', 'marc-json', 'rows', 'opac'] as const;

export interface HarvestDeps {
	readonly database: Database;
	readonly work: ThreadWork;
	readonly transport: HttpTransport;
	readonly egress: Egress;
	readonly clock: Clock;
	readonly logger: Logger;
	/** Lowered in tests of leases. */
	readonly leaseSeconds?: number;
}

export interface HarvestRequest {
	readonly source: string | number;
	readonly full?: boolean;
	/** A person waits: a provider that does not answer at all is asked once more, not for half a minute. */
	readonly attended?: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: (ledger: Ledger, total: number | null) => void;
}

/** A run as it ended. */
export interface RunSummary extends Ledger {
	readonly run: number;
	readonly source: string;
	readonly mode: RunMode;
	readonly state: Exclude<RunState, 'running'>;
	readonly seconds: number;
	readonly flags: readonly string[];
	readonly error: RunEnd['error'];
}

/** Harvests one source once, under its lease: goes on with a run that was cut off, or begins one. */
export async function runHarvest(deps: HarvestDeps, request: HarvestRequest): Promise<RunSummary> {
	const source = await harvestSource(deps.database.pool, request.source);
	if (source.kind === 'file') {
		throw new AppError('usage', `source ${source.code} is of kind ${source.kind}, which cannot be harvested`, {
			hint: 'only sources of kind oai-pmh, z3950 and sru are',
		});
	}
	const holder = randomUUID();
	const fence = await takeLease(deps.database.pool, source.id, holder, deps.leaseSeconds);
	if (fence === null) {
		throw new AppError('busy', `source ${source.code} is being harvested by another process`, {
			hint: 'wait for it to end; lienthong runs shows how far it is',
			retriable: true,
		});
	}
	const lost = new AbortController();
	const beat = setInterval(() => keepLease(deps, source.id, fence, lost), ((deps.leaseSeconds ?? LEASE_SECONDS) * 1000) / 3);
	const signal = request.signal === undefined ? lost.signal : AbortSignal.any([lost.signal, request.signal]);
	try {
		return await leased(deps, source, fence, { ...request, signal });
	} finally {
		clearInterval(beat);
		await dropLease(deps.database.pool, source.id, fence);
	}
}

function keepLease(deps: HarvestDeps, sourceId: number, fence: number, lost: AbortController): void {
	renewLease(deps.database.pool, sourceId, fence, deps.leaseSeconds).then(
		(held) => {
			if (!held) lost.abort(new AppError('fenced', `the lease of source ${sourceId} was lost`));
		},
		(error: unknown) => deps.logger.warn({ error, sourceId }, 'the lease could not be renewed'),
	);
}

async function leased(
	deps: HarvestDeps,
	source: HarvestSource,
	fence: number,
	request: HarvestRequest & { signal: AbortSignal },
): Promise<RunSummary> {
	const began = deps.clock.now();
	const run = await withTransaction(deps.database, async (client) => {
		await assertFence(client, source.id, fence);
		return await openRun(client, source.id, modeOf(source, request.full === true));
	});
	const logger = deps.logger.child({ source: source.code, run: run.id });
	let format = 0;
	const intake = new Intake(deps.database, deps.work, deps.clock, {
		id: run.id,
		sourceId: source.id,
		fence,
		staged: run.staged,
		format: () => format,
		ledger: run.ledger,
	});
	if (run.resumed) await intake.resume();
	let outcome: Outcome | null = null;
	let failure: unknown = null;
	try {
		outcome = await readSource(deps, source, {
			run,
			intake,
			logger,
			attended: request.attended === true,
			signal: request.signal,
			setFormat: (name) => {
				format = FORMATS.indexOf(name);
			},
			onProgress: (total) => request.onProgress?.(intake.ledger, total),
		});
		await intake.flush();
		request.onProgress?.(intake.ledger, intake.ledger.listed);
	} catch (error) {
		failure = error;
		await intake.flush().catch(() => undefined);
	}
	const end = await finish(deps, { source, run, fence, intake, outcome, failure });
	const seconds = (deps.clock.now() - began) / 1000;
	return {
		run: run.id,
		source: source.code,
		mode: run.mode,
		state: end.state,
		...intake.ledger,
		vanished: end.vanished,
		seconds,
		flags: end.flags,
		error: end.error,
	};
}

type Outcome = Pick<HarvestOutcome, 'state' | 'firstResponseDate' | 'reason' | 'error' | 'fullList'> & {
	readonly flags: readonly string[];
	readonly deletedRecord: string | null;
};

interface Reading extends Omit<TargetRun, 'setFormat' | 'checkpoint'> {
	readonly run: OpenRun;
	readonly attended: boolean;
	readonly setFormat: (format: (typeof FORMATS)[number]) => void;
}

/** Reads a source by its protocol. */
async function readSource(deps: HarvestDeps, source: HarvestSource, reading: Reading): Promise<Outcome> {
	const { run, intake, logger, signal, attended, setFormat, onProgress } = reading;
	if (source.kind !== 'oai-pmh') return await readTarget(deps, source, { ...reading, checkpoint: run.checkpoint });
	return await harvestOaiPmh({
		source: { url: source.url, set: source.set, format: source.format, settings: source.settings },
		mode: run.mode,
		harvestedUntil: source.harvestedUntil?.toISOString() ?? null,
		checkpoint: run.checkpoint as Checkpoint | null,
		transport: deps.transport,
		openPage: (options) => {
			setFormat(options.format);
			return deps.work.openPage(options);
		},
		sink: intake,
		clock: deps.clock,
		logger,
		signal,
		...(attended ? { openingRetries: 1 } : {}),
		onProgress: (said) => onProgress(said.total),
	});
}

/** Providers that keep no lasting record of deletions are read whole each time: unchanged records cost little. */
function modeOf(source: HarvestSource, full: boolean): RunMode {
	if (full || source.harvestedUntil === null) return 'full';
	return source.settings['deletedRecord'] === 'persistent' ? 'incremental' : 'full';
}

interface Finishing {
	readonly source: HarvestSource;
	readonly run: OpenRun;
	readonly fence: number;
	readonly intake: Intake;
	readonly outcome: Outcome | null;
	readonly failure: unknown;
}

/** Releases what was staged and ends the run. A run cut off by a lost lease or a stop stays open, to be resumed. */
async function finish(deps: HarvestDeps, f: Finishing): Promise<RunEnd> {
	const { source, run, fence, outcome, failure } = f;
	if (failure instanceof AppError && failure.code === 'fenced') throw failure;
	if (failure !== null && (!(failure instanceof AppError) || isAbort(failure))) throw failure;
	const staged = { id: run.id, sourceId: source.id, fence };
	const flags = [...(outcome?.flags ?? [])];
	let state: RunEnd['state'] = outcome === null ? 'failed' : outcome.state;
	// a run that was cut off and cannot go on has listed something before
	if (failure instanceof AppError && (failure.retriable || f.intake.ledger.listed > 0)) state = 'incomplete';
	let vanished = 0;
	if (state === 'complete' && outcome?.fullList === true) {
		if (f.intake.ledger.listed === 0 && (await hasLivingRecords(deps.database.pool, source.id))) {
			state = 'incomplete';
			flags.push('empty-list');
		} else vanished = await stageRemovals(deps.database, staged);
	}
	if (state === 'complete' || state === 'incomplete') await releaseRun(deps.database, staged);
	if (failure instanceof BusyError) await setNotBefore(deps.database.pool, source.id, new Date(failure.notBefore));
	const end: RunEnd = {
		state,
		vanished,
		harvestedUntil: state === 'complete' ? (outcome?.firstResponseDate ?? null) : null,
		error: failure instanceof AppError ? described(failure) : reasonOf(outcome),
		flags,
		deletedRecord: outcome?.deletedRecord ?? null,
	};
	await withTransaction(deps.database, async (client) => {
		await assertFence(client, source.id, fence);
		await closeRun(client, run.id, source.id, end);
	});
	return end;
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const reasonOf = (outcome: Outcome | null): RunEnd['error'] => {
	if (outcome?.error !== undefined) return described(outcome.error);
	return outcome?.reason === undefined ? null : { code: 'oai-pmh-error', message: outcome.reason, hint: '' };
};

const described = ({ code, message, hint }: AppError): RunEnd['error'] => ({ code, message, hint });
