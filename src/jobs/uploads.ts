import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../lib/errors.ts';
import {
	fileOfRun,
	giveUpRun,
	isLeased,
	type OpenUpload,
	openUploads,
	queueUpload,
	type UploadNote,
	wantedUploads,
} from '../store/upload.ts';
import { checkImport, type DryRun, dryImport, type ImportRequest, runImport } from './import-job.ts';
import { loop } from './loop.ts';
import { removeForgotten, shownName, writeReceived } from './received-file.ts';
import { type RejectedTable, writeRejects } from './rejects.ts';
import type { RunDeps } from './run-under-lease.ts';

/** A file that is sent, and how it is to be taken. */
export interface SentFile {
	readonly library: string;
	/** Id or code; null for the library's only source of files, which is made with the first. */
	readonly source: string | null;
	readonly name: string;
	/** As in ImportRequest. */
	readonly snapshot: boolean;
	readonly columns: Readonly<Record<string, string>>;
}

export interface UploadDeps extends RunDeps {
	/** Where files lie until their runs have ended; of this machine alone. */
	readonly folder: string;
	/** Told when an import begins; called what it gives when it ends. */
	readonly importBegins?: () => () => void;
	readonly pollMs?: number;
	/** Lowered in tests of the limit. */
	readonly fileBytesMax?: number;
}

const POLL_MS = 5_000;
/** Failures that say nothing against the file. */
const LATER: ReadonlySet<string> = new Set(['busy', 'fenced', 'held', 'conflict', 'database']);

/** Whether the same may go well later. Errors of the database and of the system have a code of their own; what has none is a fault of this program. */
const mayPass = (error: unknown): boolean =>
	error instanceof AppError ? error.retriable || LATER.has(error.code) : error instanceof Error && 'code' in error;

const unforeseen = (error: unknown): AppError =>
	new AppError('internal', `the file could not be taken because of a fault of this program: ${String(error)}`, {
		hint: 'nothing of it was taken; report the fault, and send the file again when it is mended',
		cause: error,
	});

const LOST = {
	code: 'not-found',
	message: 'the file that this run was to read has not been found for a day',
	hint: 'nothing of it was taken; send it again',
};

/**
 * Files that are sent: imported by this process in the background, as runs, those of one source one after another as they came; after a kill the
 * next process on this machine goes on with them.
 */
export class Uploads {
	readonly #deps: UploadDeps;
	readonly #stop = new AbortController();
	/** Runs of this process, by the file they read. */
	readonly #running = new Map<string, Promise<void>>();
	/** The last look for runs whose turn it is, while it lasts. */
	#looking: Promise<void> | null = null;

	constructor(deps: UploadDeps) {
		this.#deps = deps;
	}

	/**
	 * Takes a file in; gives the number of its run, which begins when the runs of the files before it have ended. AppErrors of openFile and
	 * readingOf, not-found, conflict, held; busy when too many wait. Nothing is kept of a file that is refused.
	 */
	async receive(body: AsyncIterable<Uint8Array>, sent: SentFile): Promise<number> {
		const upload: UploadNote = { file: randomUUID(), name: shownName(sent.name), columns: sent.columns };
		const path = await this.#written(body, upload);
		try {
			const { name, columns } = upload;
			const source = await checkImport(this.#deps, { path, name, library: sent.library, source: sent.source, columns });
			const run = await queueUpload(this.#deps.database, source, sent.snapshot ? 'full' : 'incremental', upload);
			this.#next();
			return run;
		} catch (error) {
			await rm(path, { force: true });
			throw error;
		}
	}

	/** What an import of the file would do; it is not kept. AppErrors as of `receive`. */
	async preview(body: AsyncIterable<Uint8Array>, sent: SentFile): Promise<DryRun> {
		const upload = { file: randomUUID(), name: shownName(sent.name) };
		const path = await this.#written(body, upload);
		try {
			return await dryImport(this.#deps, { ...sent, path, name: upload.name, signal: this.#stop.signal });
		} finally {
			await rm(path, { force: true });
		}
	}

	/** The rows that a run refused, as a table of the kind it read; undefined when it read no table, or refused nothing. */
	async rejects(run: number): Promise<{ readonly name: string; readonly workbook: boolean; readonly bytes: Readable } | undefined> {
		const { database, folder } = this.#deps;
		const file = await fileOfRun(database.pool, run);
		if (file?.['table'] === undefined) return undefined;
		await mkdir(folder, { recursive: true });
		const path = join(folder, randomUUID());
		const workbook = file['workbook'] === true;
		try {
			const rows = await writeRejects(database, { run, table: file['table'] as RejectedTable, workbook, path });
			if (rows === 0) return undefined;
			const bytes = createReadStream(path);
			await new Promise((resolve, reject) => bytes.once('open', resolve).once('error', reject));
			return { name: shownName(String(file['name'])), workbook, bytes };
		} finally {
			// who has it open can still read it
			await rm(path, { force: true });
		}
	}

	/** Goes on with what was cut off, until the signal; then waits for the imports under way, which are cut off by it. */
	async run(signal: AbortSignal): Promise<void> {
		const { clock, logger, pollMs = POLL_MS } = this.#deps;
		signal.addEventListener('abort', () => this.#stop.abort(signal.reason), { once: true });
		await loop({ clock, logger, pollMs, signal, failed: 'uploaded files could not be looked up' }, () => this.tick());
		this.#stop.abort(signal.reason);
		await this.settled();
	}

	/** Waits until this process has nothing to import, nor anything that could be imported now. */
	async settled(): Promise<void> {
		while (this.#running.size > 0 || this.#looking !== null) await Promise.allSettled([...this.#running.values(), this.#looking]);
	}

	/** Takes up each run whose turn it is and whose file is on this machine; removes files that no run waits for. */
	async tick(): Promise<void> {
		const { database, folder, clock } = this.#deps;
		await this.#takeUp();
		await removeForgotten(folder, new Set([...(await wantedUploads(database.pool)), ...this.#running.keys()]), clock.now());
	}

	/** Looks at once for a run whose turn it is. */
	#next(): void {
		if (this.#stop.signal.aborted) return;
		const looked = (this.#looking ?? Promise.resolve())
			.then(() => this.#takeUp())
			.catch((error: unknown) => this.#deps.logger.error({ error }, 'uploaded files could not be looked up'))
			.finally(() => {
				if (this.#looking === looked) this.#looking = null;
			});
		this.#looking = looked;
	}

	/** Of each source the first file that lies here takes its turn; one that lies nowhere is given up after a day. */
	async #takeUp(): Promise<void> {
		const { database, folder } = this.#deps;
		const turns = new Map<number, OpenUpload>();
		for (const upload of await openUploads(database.pool)) {
			if (existsSync(join(folder, upload.file))) {
				if (!turns.has(upload.source)) turns.set(upload.source, upload);
			} else if (upload.old && !(await isLeased(database.pool, upload.source))) await giveUpRun(database, upload.run, LOST);
		}
		for (const upload of turns.values()) {
			if ((await isLeased(database.pool, upload.source)) || this.#running.has(upload.file)) continue;
			this.#track(upload.file, this.#goOn(upload));
		}
	}

	async #written(body: AsyncIterable<Uint8Array>, { file, name }: Pick<UploadNote, 'file' | 'name'>): Promise<string> {
		await mkdir(this.#deps.folder, { recursive: true });
		const path = join(this.#deps.folder, file);
		await writeReceived(body, path, name, this.#deps.fileBytesMax);
		return path;
	}

	#track(file: string, done: Promise<boolean>): void {
		const settled = done.then((ended) => {
			this.#running.delete(file);
			// what was cut off is looked for at the next tick
			if (ended) this.#next();
		});
		this.#running.set(file, settled);
	}

	/** Imports a file that is kept here; it is removed unless its run is to be gone on with. Gives whether the run has ended; never rejects. */
	async #goOn({ run, source, library, snapshot, file, name, columns }: OpenUpload): Promise<boolean> {
		const { database, logger } = this.#deps;
		const path = join(this.#deps.folder, file);
		const ended = this.#deps.importBegins?.();
		try {
			const request: ImportRequest = { path, name, library, source: String(source), snapshot, columns, run, signal: this.#stop.signal };
			const { error, ...summary } = await runImport(this.#deps, request);
			logger.info({ ...summary, error }, 'a file was imported');
			await rm(path, { force: true });
			return true;
		} catch (error) {
			logger.warn({ run, error }, 'the import of a file was cut off');
			if (this.#stop.signal.aborted || mayPass(error)) return false;
			await giveUpRun(database, run, error instanceof AppError ? error : unforeseen(error));
			await rm(path, { force: true });
			return true;
		} finally {
			ended?.();
		}
	}
}
