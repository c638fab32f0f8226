import type { Intake } from '../catalogue/intake.ts';
import type { Egress } from '../harvesters/egress.ts';
import type { HttpTransport } from '../harvesters/http-transport.ts';
import { openTarget } from '../harvesters/open-target.ts';
import type { RawFormat } from '../harvesters/raw-record.ts';
import { harvestSlices, type SliceCheckpoint } from '../harvesters/slice-harvest.ts';
import { targetSettings } from '../harvesters/target-settings.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { HarvestSource } from '../store/harvest-source.ts';
import type { ThreadWork } from './thread-work.ts';

export interface TargetDeps {
	readonly work: ThreadWork;
	readonly transport: HttpTransport;
	readonly egress: Egress;
	readonly clock: Clock;
}

export interface TargetRun {
	readonly checkpoint: unknown;
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

/** Reads a source of kind z3950 or sru whole: targets of these kinds tell of no deletions, so each run compares everything. */
export async function readTarget(deps: TargetDeps, source: HarvestSource, run: TargetRun): Promise<TargetOutcome> {
	const began = new Date(deps.clock.now()).toISOString();
	const { intake, logger, signal } = run;
	const settings = targetSettings(source.settings);
	const target = openTarget(source, { ...deps, logger, signal });
	try {
		const outcome = await harvestSlices({
			target,
			settings,
			checkpoint: run.checkpoint as SliceCheckpoint | null,
			readRecords: async (records) => {
				run.setFormat(records.find(({ problem }) => problem === null)?.format ?? 'iso2709');
				return await deps.work.readRecords(records, settings.recordEncoding ?? null);
			},
			sink: intake,
			distinct: async () => {
				await intake.flush();
				return intake.ledger.listed - intake.ledger.repeated;
			},
			logger,
			signal,
			onProgress: (_, total) => run.onProgress(total),
		});
		const { state, flags, reason, error } = outcome;
		const said = error ?? (reason === undefined ? undefined : incomplete(source, reason));
		return {
			state,
			firstResponseDate: began,
			flags,
			...(said === undefined ? {} : { error: said }),
			deletedRecord: null,
			fullList: state === 'complete',
		};
	} finally {
		target.close();
	}
}

const incomplete = ({ kind }: HarvestSource, reason: string): AppError =>
	new AppError(kind === 'sru' ? 'sru-error' : 'z3950-error', reason, {
		hint: 'nothing was removed; run it again, and if it stays so, set resultSetMax, indexes or allQuery of the source',
	});
