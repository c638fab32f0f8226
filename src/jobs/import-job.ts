import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { DryIntake, type Foreseen } from '../catalogue/dry-intake.ts';
import { type FileCheckpoint, readFileInto } from '../harvesters/file.ts';
import { keptSettings, previewOf, readingOf, type TablePreview } from '../harvesters/file-reading.ts';
import type { FileReading } from '../harvesters/file-records.ts';
import { type OpenedFile, openFile } from '../harvesters/open-file.ts';
import type { PageEnd } from '../harvesters/page.ts';
import { AppError } from '../lib/errors.ts';
import { type Ledger, noteFile } from '../store/harvest-run.ts';
import { type HarvestSource, harvestSource } from '../store/harvest-source.ts';
import { ensureFileSource, fileSource, setSourceSettings } from '../store/source.ts';
import { unnamedFailures } from '../store/unnamed-failures.ts';
import { writeRejects } from './rejects.ts';
import { type RunDeps, type RunOutcome, type RunSummary, runUnderLease } from './run-under-lease.ts';

export interface ImportRequest {
	readonly path: string;
	/** What the file is called, where the path does not say. */
	readonly name?: string;
	/** The file belongs to the only source of files of this library, which is made with the first, or to this source. */
	readonly library: string;
	readonly source?: string | null;
	/** The file is the whole catalogue: what is missing from it is gone. Else it adds and changes. */
	readonly snapshot: boolean;
	/** Of a table: what columns hold, heading (or number, from 1) to field, where that is guessed wrongly. */
	readonly columns?: Readonly<Record<string, string>>;
	/** Of a table: where the rows that could not be read are written, with the reasons. */
	readonly rejects?: string;
	/** The run that is to read this file, or was cut off while it did. */
	readonly run?: number;
	readonly signal?: AbortSignal;
	readonly onProgress?: (ledger: Ledger) => void;
}

export interface ImportSummary extends RunSummary {
	/** Of a table: the rows that its records were made of. */
	readonly rows?: number;
}

export interface DryRun extends Foreseen {
	readonly file: string;
	readonly format: string;
	readonly source: string | null;
	/** Of a table. */
	readonly table?: TablePreview;
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
 * Whether a file can be imported, before it is; gives its source, which is made with the first of a library. AppErrors of openFile and readingOf,
 * not-found, usage, conflict (several sources).
 */
export async function checkImport(deps: RunDeps, request: Omit<ImportRequest, 'snapshot'>): Promise<number> {
	return await withFile(request, async (file) => {
		const id = request.source ?? (await fileSource(deps.database.pool, request.library));
		const source = id === undefined ? undefined : await sourceOf(deps, id, request.library);
		readingOf(file, source?.settings ?? {}, request.columns);
		return source?.id ?? (await ensureFileSource(deps.database, request.library));
	});
}

async function withFile<T>({ path, name }: Pick<ImportRequest, 'path' | 'name'>, use: (file: OpenedFile) => Promise<T>): Promise<T> {
	const file = await openFile(path, name);
	try {
		return await use(file);
	} finally {
		await file.close();
	}
}

/**
 * Imports a file as a run of its library's source of files: the same intake, ledger, quarantine and resumption as a harvest. All or nothing: a
 * file that turns out broken half-way leaves nothing behind. AppErrors of openFile; busy while another import of the source is under way.
 */
export async function runImport(deps: RunDeps, request: ImportRequest): Promise<ImportSummary> {
	return await withFile(request, (file) => importOpened(deps, request, file));
}

async function importOpened(deps: RunDeps, request: ImportRequest, file: OpenedFile): Promise<ImportSummary> {
	const id = request.source ?? (await ensureFileSource(deps.database, request.library));
	const source = await sourceOf(deps, id, request.library);
	const reading = readingOf(file, source.settings, request.columns);
	const digest = await sha256(request.path, request.signal);
	const mark = readAs(digest, reading);
	const isThisFile = (checkpoint: unknown): checkpoint is FileCheckpoint => (checkpoint as FileCheckpoint | null)?.file === mark;
	const mode = request.snapshot ? 'full' : 'incremental';
	let rows: number | undefined;
	const summary = await runUnderLease(
		deps,
		source,
		{
			mode,
			whole: true,
			continues: (checkpoint) => isThisFile(checkpoint) || (request.run !== undefined && checkpoint === null),
			...(request.run === undefined ? {} : { only: request.run }),
			read: async ({ run, intake, signal, setFormat }) => {
				const note = {
					name: file.name,
					format: reading.format,
					sha256: digest,
					...(reading.format === 'rows' ? { table: reading.table, workbook: file.kind === 'xlsx' } : {}),
					...(reading.known === undefined ? {} : { known: reading.known }),
				};
				await noteFile(deps.database.pool, run.id, note);
				setFormat(reading.format);
				const known = await unnamedFailures(deps.database.pool, source.id, run.id, 'before');
				const read = await readFileInto({
					bytes: file.bytes(),
					file: mark,
					reading: deps.work.openPage({ format: reading.format, file: reading, expectsNew: source.harvestedUntil === null }),
					checkpoint: isThisFile(run.checkpoint) ? run.checkpoint : null,
					sink: intake,
					drop: (handle) => deps.work.drop(handle),
					signal,
					onPart: () => request.onProgress?.(intake.ledger),
				});
				rows = read.rows;
				await intake.flush();
				if (rows !== undefined) await noteFile(deps.database.pool, run.id, { ...note, rows });
				request.onProgress?.(intake.ledger);
				if (run.mode === 'full') refuseCutOff(file.name, read);
				const fresh = await unnamedFailures(deps.database.pool, source.id, run.id, 'now');
				return outcomeOf(file.name, run.mode === 'full', read, [...fresh].filter((identifier) => !known.has(identifier)).length);
			},
		},
		request.signal,
	);
	if (reading.format === 'rows' && summary.state === 'complete') {
		// for the next table of the source
		await setSourceSettings(deps.database, source.id, keptSettings(source.settings, reading.table));
		const { rejects } = request;
		if (rejects !== undefined && summary.quarantined > 0)
			await writeRejects(deps.database, { run: summary.run, table: reading.table, workbook: file.kind === 'xlsx', path: rejects });
	}
	return rows === undefined ? summary : { ...summary, rows };
}

/** Of a whole catalogue that is cut off, all that stood behind would be taken for gone. AppError file-broken. */
function refuseCutOff(name: string, { error }: PageEnd): void {
	if (error === null) return;
	throw new AppError('file-broken', `${name} was cut off: ${error.text}`, {
		hint: 'nothing of it was taken, since what a whole catalogue lacks is removed; export and send it again, or send it as an addition (without --snapshot)',
	});
}

/** A record that cannot be read and has no number may be any of those that seem to be missing: then none is removed. */
function outcomeOf(name: string, whole: boolean, { error: end }: PageEnd, unnamed: number): RunOutcome {
	const ended = { state: 'complete', firstResponseDate: null, flags: [], deletedRecord: null, fullList: whole } as const;
	if (end !== null) {
		const error = new AppError('file-broken', `${name} was cut off: ${end.text}`, {
			hint: 'what stands before that was taken; export and send it again, so that the rest comes too',
		});
		return { ...ended, flags: ['cut-off'], error };
	}
	if (!whole || unnamed === 0) return ended;
	const error = new AppError('file-broken', `${unnamed} records could not be read and have no number, so nothing was removed`, {
		hint: 'lienthong quarantine shows them; when they are mended, or are there again unchanged, what is missing is removed',
	});
	return { ...ended, fullList: false, doubtfulList: true, flags: ['nothing-removed'], error };
}

/** What a run that was cut off must have been of to be gone on with: the same file, read the same way. */
const readAs = (digest: string, reading: FileReading): string =>
	[
		digest,
		...(reading.format === 'rows' ? [createHash('sha256').update(JSON.stringify(reading.table)).digest('hex')] : []),
		...(reading.known === undefined ? [] : [reading.known.encoding]),
	].join(' ');

/** What an import would do: the same reading, nothing written, not even the source. */
export async function dryImport(deps: RunDeps, request: ImportRequest): Promise<DryRun> {
	return await withFile(request, (file) => foresee(deps, request, file));
}

async function foresee(deps: RunDeps, request: ImportRequest, file: OpenedFile): Promise<DryRun> {
	const id = request.source ?? (await fileSource(deps.database.pool, request.library));
	const source = id === undefined ? null : await sourceOf(deps, id, request.library);
	const reading = readingOf(file, source?.settings ?? {}, request.columns);
	const intake = new DryIntake(deps.database, deps.work, source?.id ?? null, request.snapshot);
	try {
		const read = await readFileInto({
			bytes: file.bytes(),
			file: '',
			reading: deps.work.openPage({ format: reading.format, file: reading }),
			checkpoint: null,
			sink: intake,
			drop: () => undefined,
			signal: request.signal ?? new AbortController().signal,
			onPart: () => request.onProgress?.(intake.ledger),
		});
		if (request.snapshot) refuseCutOff(file.name, read);
		return {
			...(await intake.end()),
			file: file.name,
			format: reading.format,
			source: source?.code ?? null,
			...(reading.format === 'rows' ? { table: previewOf(file, reading, read) } : {}),
		};
	} finally {
		intake.close();
	}
}
