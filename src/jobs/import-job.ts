import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { DryIntake, type Refused } from '../catalogue/dry-intake.ts';
import { type FileCheckpoint, readFileInto } from '../harvesters/file.ts';
import { readingOf } from '../harvesters/file-records.ts';
import { openFile } from '../harvesters/open-file.ts';
import { AppError } from '../lib/errors.ts';
import { type Ledger, noteFile } from '../store/harvest-run.ts';
import { type HarvestSource, harvestSource } from '../store/harvest-source.ts';
import { ensureFileSource, fileSource } from '../store/source.ts';
import { type RunDeps, type RunSummary, runUnderLease } from './run-under-lease.ts';

export interface ImportRequest {
	readonly path: string;
	/** What the file is called, where the path does not say. */
	readonly name?: string;
	/** The file belongs to the only source of files of this library, which is made with the first, or to this source. */
	readonly library: string;
	readonly source?: string | null;
	/** The file is the whole catalogue: what is missing from it is gone. Else it adds and changes. */
	readonly snapshot: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: (ledger: Ledger) => void;
}

export interface DryRun extends Ledger {
	readonly file: string;
	readonly format: string;
	readonly source: string | null;
	readonly refused: readonly Refused[];
}

async function sha256(path: string, signal: AbortSignal | undefined): Promise<string> {
	const hash = createHash('sha256');
	for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) }))
		hash.update(piece);
	return hash.digest('hex');
}

async function sourceOf(deps: RunDeps, id: number | string, library: string): Promise<HarvestSource> {
	const source = await harvestSource(deps.database.pool, id);
	if (source.kind === 'file' && source.library === library) return source;
	throw new AppError('usage', `source ${source.code} is no source of files of library ${library}`, {
		hint: 'lienthong source list shows the sources; without --source the library gets one for its files',
	});
}

/**
 * Imports a file as a run of its library's source of files: the same intake, ledger, quarantine and resumption as a harvest. All or nothing: a
 * file that turns out broken half-way leaves nothing behind. AppErrors of openFile; busy while another import of the source is under way.
 */
export async function runImport(deps: RunDeps, request: ImportRequest): Promise<RunSummary> {
	const file = await openFile(request.path, request.name);
	const id = request.source ?? (await ensureFileSource(deps.database, request.library));
	const source = await sourceOf(deps, id, request.library);
	const reading = readingOf(file, source.settings);
	const digest = await sha256(request.path, request.signal);
	const isThisFile = (checkpoint: unknown): checkpoint is FileCheckpoint => (checkpoint as FileCheckpoint | null)?.file === digest;
	const mode = request.snapshot ? 'full' : 'incremental';
	return await runUnderLease(
		deps,
		source,
		{
			mode,
			whole: true,
			continues: isThisFile,
			read: async ({ run, intake, signal, setFormat }) => {
				await noteFile(deps.database.pool, run.id, { name: file.name, format: reading.format, sha256: digest });
				setFormat(reading.format);
				await readFileInto({
					bytes: file.bytes(),
					file: digest,
					reading: deps.work.openPage({ format: reading.format, file: reading }),
					checkpoint: isThisFile(run.checkpoint) ? run.checkpoint : null,
					sink: intake,
					drop: (handle) => deps.work.drop(handle),
					signal,
					onPart: () => request.onProgress?.(intake.ledger),
				});
				await intake.flush();
				request.onProgress?.(intake.ledger);
				return { state: 'complete', firstResponseDate: null, flags: [], deletedRecord: null, fullList: run.mode === 'full' };
			},
		},
		request.signal,
	);
}

/** What an import would do: the same reading, nothing written, not even the source. */
export async function dryImport(deps: RunDeps, request: ImportRequest): Promise<DryRun> {
	const file = await openFile(request.path, request.name);
	const id = request.source ?? (await fileSource(deps.database.pool, request.library));
	const source = id === undefined ? null : await sourceOf(deps, id, request.library);
	const reading = readingOf(file, source?.settings ?? {});
	const intake = new DryIntake(deps.database, deps.work, source?.id ?? null);
	await readFileInto({
		bytes: file.bytes(),
		file: '',
		reading: deps.work.openPage({ format: reading.format, file: reading }),
		checkpoint: null,
		sink: intake,
		drop: () => undefined,
		signal: request.signal ?? new AbortController().signal,
		onPart: () => request.onProgress?.(intake.ledger),
	});
	const ledger = await intake.end(request.snapshot);
	return { ...ledger, file: file.name, format: reading.format, source: source?.code ?? null, refused: intake.refused };
}
