import type { Intake } from '../catalogue/intake.ts';
import { ChangedSince, changedFrom } from '../harvesters/changed-since.ts';
import type { Egress } from '../harvesters/egress.ts';
import type { HttpTransport } from '../harvesters/http-transport.ts';
import { openTarget } from '../harvesters/open-target.ts';
import type { RawFormat } from '../harvesters/raw-record.ts';
import { isUnsupported, type RecordTarget } from '../harvesters/record-target.ts';
import { harvestSlices, type SliceCheckpoint, type SliceOutcome } from '../harvesters/slice-harvest.ts';
import { ALL } from '../harvesters/slice-query.ts';
import { targetSettings } from '../harvesters/target-settings.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from '../store/database.ts';
import type { OpenRun } from '../store/harvest-run.ts';
import type { HarvestSource } from '../store/harvest-source.ts';
import { knownTotal, noteTotal } from '../store/target-total.ts';
import type { ThreadWork } from './thread-work.ts';

/** Changes alone are read for so long at most: a deletion that an addition made up for shows when all is read. */
const WHOLE_EVERY_DAYS = 28;

export interface TargetDeps {
	readonly database: Database;
	readonly work: ThreadWork;
	readonly transport: HttpTransport;
	readonly egress: Egress;
	readonly clock: Clock;
}

export interface TargetRun {
	readonly run: OpenRun;
	readonly intake: Intake;
	readonly logger: Logger;
	readonly signal: AbortSignal;
	readonly setFormat: (format: RawFormat) => void;
	readonly onProgress: (total: number | null) => void;
}

/** What a run over a target that is searched says at its end, as any run does. */
export interface TargetOutcome {
	readonly state: 'complete' | 'incomplete';
	readonly firstResponseDate: string;
	readonly flags: readonly string[];
	readonly error?: AppError;
	readonly deletedRecord: null;
	readonly fullList: boolean;
}

/** Where a run goes on; `since` while it reads changes alone, yyyymmdd. */
type Checkpoint = SliceCheckpoint & { readonly since?: string };

/**
 * Reads a source of kind z3950 or sru. Targets of these kinds tell of no deletions, so a run reads everything and compares, unless the source
 * names an index of days of change (`changesBy`): then it reads what changed, and everything all the same when the target's count is not what it
 * was with the new records added.
 */
export async function readTarget(deps: TargetDeps, source: HarvestSource, run: TargetRun): Promise<TargetOutcome> {
	const began = new Date(deps.clock.now()).toISOString();
	const { changesBy } = targetSettings(source.settings);
	const target = openTarget(source, { ...deps, logger: run.logger, signal: run.signal });
	const ended = (outcome: SliceOutcome, fullList: boolean, ...flags: string[]): TargetOutcome => {
		const said =
			outcome.error ??
			(outcome.reason === undefined
				? outcome.tally.total === 0 && fullList
					? nothingFound(source)
					: undefined
				: incomplete(source, outcome.reason));
		return {
			state: outcome.state,
			firstResponseDate: began,
			flags: [...outcome.flags, ...flags],
			...(said === undefined ? {} : { error: said }),
			deletedRecord: null,
			fullList,
		};
	};
	try {
		const checkpoint = run.run.checkpoint as Checkpoint | null;
		const since = checkpoint === null ? await windowOf(deps, source, run, target) : (checkpoint.since ?? null);
		if (since !== null && changesBy !== undefined) {
			const changes = await slices(deps, source, run, new ChangedSince(target, changesBy, since), checkpoint, since);
			if (changes.state === 'complete' && (await addsUp(deps, source, run, target))) return ended(changes, false, 'changes-only');
			run.logger.info({ since }, 'the changes do not make up the count of the target: all is read');
		}
		const whole = await slices(deps, source, run, target, since === null ? checkpoint : null, null);
		const { total } = whole.tally;
		if (whole.state === 'complete' && total !== null && !whole.flags.includes('count-changed'))
			await noteTotal(deps.database.pool, run.run.id, total, true);
		return ended(whole, whole.state === 'complete', ...(since === null ? [] : ['read-whole']));
	} finally {
		target.close();
	}
}

async function slices(
	deps: TargetDeps,
	source: HarvestSource,
	{ intake, logger, signal, setFormat, onProgress }: TargetRun,
	target: RecordTarget,
	checkpoint: Checkpoint | null,
	since: string | null,
): Promise<SliceOutcome> {
	const settings = targetSettings(source.settings);
	return await harvestSlices({
		target,
		settings,
		checkpoint,
		readRecords: async (records) => {
			setFormat(records.find(({ problem }) => problem === null)?.format ?? 'iso2709');
			return await deps.work.readRecords(records, settings.recordEncoding ?? null);
		},
		sink:
			since === null
				? intake
				: {
						accept: async (part) =>
							await intake.accept({ ...part, checkpoint: part.checkpoint === null ? null : { ...part.checkpoint, since } }),
					},
		distinct: async () => {
			await intake.flush();
			return intake.ledger.listed - intake.ledger.repeated;
		},
		logger,
		signal,
		onProgress: (_, total) => onProgress(total),
	});
}

/** The day from which on changes are enough, or null when all is to be read. */
async function windowOf(
	{ database }: TargetDeps,
	source: HarvestSource,
	{ run, logger }: TargetRun,
	target: RecordTarget,
): Promise<string | null> {
	const { changesBy, identifiers } = targetSettings(source.settings);
	if (run.mode === 'full' || changesBy === undefined || identifiers !== undefined || source.harvestedUntil === null) return null;
	if ((await knownTotal(database.pool, source.id, WHOLE_EVERY_DAYS)) === undefined) return null;
	const since = changedFrom(source.harvestedUntil);
	try {
		const { hits } = await new ChangedSince(target, changesBy, since).count(ALL);
		return hits === null ? null : since;
	} catch (error) {
		if (!isUnsupported(error)) throw error;
		logger.warn({ changesBy, error: (error as Error).message }, 'the target takes no ranges of that index: all is read');
		return null;
	}
}

/** Whether the target has as many records as before with the new ones; notes it when it has. Whatever else was met is looked at whole. */
async function addsUp({ database }: TargetDeps, source: HarvestSource, { run, intake }: TargetRun, target: RecordTarget): Promise<boolean> {
	const { created, deleted, quarantined, ignored } = intake.ledger;
	const before = await knownTotal(database.pool, source.id, WHOLE_EVERY_DAYS);
	const { hits, doubtful } = await target.count(ALL);
	if (before === undefined || hits === null || doubtful || deleted + quarantined + ignored > 0 || hits !== before.total + created)
		return false;
	await noteTotal(database.pool, run.id, hits, false);
	return true;
}

const nothingFound = ({ kind }: HarvestSource): AppError =>
	new AppError(kind === 'sru' ? 'sru-error' : 'z3950-error', 'the target finds nothing when it is asked for all records', {
		hint: `if it has some, set allQuery of the source to a query that finds every record (${kind === 'sru' ? 'CQL' : '@attr 1=… in prefix notation'})`,
	});

const incomplete = ({ kind }: HarvestSource, reason: string): AppError =>
	new AppError(kind === 'sru' ? 'sru-error' : 'z3950-error', reason, {
		hint: 'nothing was removed; run it again, and if it stays so, set resultSetMax, indexes or allQuery of the source',
	});
