import type { HttpTransport } from '../harvesters/http-transport.ts';
import { harvestOaiPmh } from '../harvesters/oai-pmh.ts';
import type { Checkpoint } from '../harvesters/page.ts';
import { AppError } from '../lib/errors.ts';
import type { Ledger, RunMode } from '../store/harvest-run.ts';
import { type HarvestSource, harvestSource } from '../store/harvest-source.ts';
import { type RunDeps, type RunSummary, runUnderLease } from './run-under-lease.ts';

export interface HarvestDeps extends RunDeps {
	readonly transport: HttpTransport;
}

export interface HarvestRequest {
	readonly source: string | number;
	readonly full?: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: (ledger: Ledger, total: number | null) => void;
}

/** Harvests one source once, under its lease: goes on with a run that was cut off, or begins one. */
export async function runHarvest(deps: HarvestDeps, request: HarvestRequest): Promise<RunSummary> {
	const source = await harvestSource(deps.database.pool, request.source);
	if (source.kind !== 'oai-pmh') {
		throw new AppError('usage', `source ${source.code} is of kind ${source.kind}, which cannot be harvested`, {
			hint:
				source.kind === 'file'
					? 'its files are imported: lienthong import FILE'
					: 'only sources of kind oai-pmh are harvested by this version',
		});
	}
	return await runUnderLease(
		deps,
		source,
		{
			mode: modeOf(source, request.full === true),
			read: async ({ run, intake, logger, signal, setFormat }) => {
				const outcome = await harvestOaiPmh({
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
					onProgress: (said) => request.onProgress?.(intake.ledger, said.total),
				});
				await intake.flush();
				request.onProgress?.(intake.ledger, intake.ledger.listed);
				return outcome;
			},
		},
		request.signal,
	);
}

/** Providers that keep no lasting record of deletions are read whole each time: unchanged records cost little. */
function modeOf(source: HarvestSource, full: boolean): RunMode {
	if (full || source.harvestedUntil === null) return 'full';
	return source.settings['deletedRecord'] === 'persistent' ? 'incremental' : 'full';
}
