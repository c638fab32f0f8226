import { Intake } from '../catalogue/intake.ts';
import { type Reidentification, reidentify } from '../catalogue/reidentify.ts';
import { keepUnlisted, releaseRun, stageRemovals } from '../catalogue/release.ts';
import { withLease } from '../catalogue/with-lease.ts';
import { BusyError } from '../harvesters/http-errors.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { type Database, withTransaction } from '../store/database.ts';
import { closeRun, dropStaged, type Ledger, type OpenRun, openRun, type RunEnd, type RunMode } from '../store/harvest-run.ts';
import { type HarvestSource, hasLivingRecords, setNotBefore } from '../store/harvest-source.ts';
import { assertFence } from '../store/lease.ts';
import type { ThreadWork } from './thread-work.ts';

/** Place of a format in version.format. */
export const FORMATS = ['', 'marcxml', 'oai_dc', 'iso2709', 'marc-json', 'rows', 'opac'] as const;

export interface RunDeps {
	readonly database: Database;
	readonly work: ThreadWork;
	readonly clock: Clock;
	readonly logger: Logger;
	/** Lowered in tests of leases. */
	readonly leaseSeconds?: number;
}

/** What a reader of a source, of any kind, says at its end. */
export interface RunOutcome {
	/** `incomplete`: what was read may be kept, nothing may be removed, and the next run begins where this one did. */
	readonly state: 'complete' | 'incomplete';
	/** Where the next incremental run begins; null leaves that as it was. */
	readonly firstResponseDate: string | null;
	readonly flags: readonly string[];
	readonly reason?: string;
	readonly error?: AppError;
	/** What an OAI-PMH provider says of deletions; null for other kinds. */
	readonly deletedRecord: string | null;
	/** The whole list was read: what was not in it is gone. */
	readonly fullList: boolean;
	/** It was read, but what was not in it may be what could not be read: it stays, save what came under another identifier. */
	readonly doubtfulList?: boolean;
}

/** What a reader works with: it hands its parts to `intake`, and says by `setFormat` what the records are in. */
export interface RunContext {
	readonly run: OpenRun;
	readonly intake: Intake;
	readonly logger: Logger;
	readonly signal: AbortSignal;
	readonly setFormat: (format: (typeof FORMATS)[number]) => void;
}

export interface RunPlan {
	readonly mode: RunMode;
	/** All or nothing: staged even when it is the first, and nothing is released unless the run is complete. */
	readonly whole?: boolean;
	/** Whether a run that was cut off is this one; one that is not is cancelled, or waits for its turn again. Left out: it always is. */
	readonly continues?: (checkpoint: unknown) => boolean;
	/** Goes on with, or begins, the run of this number, or none: AppError conflict when it has ended. */
	readonly only?: number;
	readonly read: (context: RunContext) => Promise<RunOutcome>;
}

/** A run as it ended. */
export interface RunSummary extends Ledger {
	readonly run: number;
	readonly source: string;
	readonly mode: RunMode;
	readonly state: RunEnd['state'];
	readonly seconds: number;
	readonly flags: readonly string[];
	readonly error: RunEnd['error'];
}

/** Runs a source once under its lease: goes on with a run that was cut off, or begins one. AppError busy while another process does. */
export async function runUnderLease(
	deps: RunDeps,
	source: HarvestSource,
	plan: RunPlan,
	stop: AbortSignal | undefined,
): Promise<RunSummary> {
	return await withLease(
		deps.database,
		source,
		async (fence, lost) => await leased(deps, source, fence, plan, stop === undefined ? lost : AbortSignal.any([lost, stop])),
		deps,
	);
}

async function leased(deps: RunDeps, source: HarvestSource, fence: number, plan: RunPlan, signal: AbortSignal): Promise<RunSummary> {
	const began = deps.clock.now();
	const run = await withTransaction(deps.database, async (client) => {
		await assertFence(client, source.id, fence);
		return await openRun(client, source.id, plan);
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
	let outcome: RunOutcome | null = null;
	let failure: unknown = null;
	const setFormat: RunContext['setFormat'] = (name) => {
		format = FORMATS.indexOf(name);
	};
	try {
		outcome = await plan.read({ run, intake, logger, signal, setFormat });
		await intake.flush();
	} catch (error) {
		failure = error;
		await intake.flush().catch(() => undefined);
	}
	const end = await finish(deps, { source, run, fence, intake, outcome, failure, whole: plan.whole === true });
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

interface Finishing {
	readonly source: HarvestSource;
	readonly run: OpenRun;
	readonly fence: number;
	readonly intake: Intake;
	readonly outcome: RunOutcome | null;
	readonly failure: unknown;
	readonly whole: boolean;
}

/** Releases what was staged and ends the run. A run cut off by a lost lease or a stop stays open, to be resumed. */
async function finish(deps: RunDeps, f: Finishing): Promise<RunEnd> {
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
	if (f.whole && state === 'incomplete') state = 'failed';
	const keeps = state !== 'failed' && mayBeRenumbered(f, state);
	if (keeps) await stageRemovals(deps.database, staged);
	let held: RunEnd['held'];
	let renamed: Reidentification = { pairs: 0, waits: false };
	if (state === 'complete' || state === 'incomplete') {
		if (run.staged) renamed = await reidentify(deps.database, staged);
		if (renamed.waits) held = { state, pairs: renamed.pairs, keeps };
		else {
			if (keeps) await keepUnlisted(deps.database, staged);
			await releaseRun(deps.database, staged);
		}
	}
	if (!renamed.waits) vanished = countRenamed(f.intake.ledger, vanished, renamed.pairs);
	if (failure instanceof BusyError) await setNotBefore(deps.database.pool, source.id, new Date(failure.notBefore));
	const end: RunEnd = {
		state: held === undefined ? state : 'held',
		...(held === undefined ? {} : { held }),
		vanished,
		harvestedUntil: state === 'complete' ? (outcome?.firstResponseDate ?? null) : null,
		error:
			held !== undefined ? described(waiting(source, renamed.pairs)) : failure instanceof AppError ? described(failure) : reasonOf(outcome),
		flags,
		deletedRecord: outcome?.deletedRecord ?? null,
	};
	await withTransaction(deps.database, async (client) => {
		await assertFence(client, source.id, fence);
		if (f.whole && state === 'failed') await dropStaged(client, run.id);
		await closeRun(client, run.id, source.id, end);
	});
	return end;
}

/**
 * Whether what a list that was not whole brought is compared with what it did not have: the same under other identifiers, it keeps its ids. So it is where a
 * library changed its system (`source replace` has a source read from its beginning) and not all came.
 */
const mayBeRenumbered = ({ source, run, intake, outcome }: Finishing, state: RunEnd['state']): boolean =>
	run.staged && intake.ledger.created > 0 && (outcome?.doubtfulList === true || (state === 'incomplete' && source.harvestedUntil === null));

/** Counts what came under other identifiers as updated. */
function countRenamed(ledger: Ledger, vanished: number, pairs: number): number {
	ledger.created -= pairs;
	ledger.updated += pairs;
	return Math.max(0, vanished - pairs);
}

const waiting = (source: HarvestSource, pairs: number): AppError =>
	new AppError(
		'held',
		`${pairs} records that are gone came again under other identifiers: more than a twentieth, so the run waits for a person`,
		{
			hint: `lienthong source rekey ${source.code} shows them, and with --accept, --refuse or --drop ends the wait`,
		},
	);

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const reasonOf = (outcome: RunOutcome | null): RunEnd['error'] => {
	if (outcome?.error !== undefined) return described(outcome.error);
	return outcome?.reason === undefined ? null : { code: 'oai-pmh-error', message: outcome.reason, hint: '' };
};

const described = ({ code, message, hint }: AppError): RunEnd['error'] => ({ code, message, hint });
