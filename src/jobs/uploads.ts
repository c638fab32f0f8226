import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../lib/errors.ts';
import { fileSource } from '../store/source.ts';
import { fileOfRun, giveUpRun, isLeased, type OpenUpload, openUploads, type UploadNote } from '../store/upload.ts';
import { type DryRun, dryImport, type ImportRequest, runImport } from './import-job.ts';
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
}

const POLL_MS = 5_000;
/** Failures that say nothing against the file. */
const LATER: ReadonlySet<string> = new Set(['busy', 'fenced', 'conflict', 'database']);

/** Files that are sent: imported by this process in the background, as runs; after a kill the next process on this machine goes on with them. */
export class Uploads {
	readonly #deps: UploadDeps;
	readonly #stop = new AbortController();
	/** Runs of this process, by the file they read. */
	readonly #running = new Map<string, Promise<void>>();

	constructor(deps: UploadDeps) {
		this.#deps = deps;
	}

	/**
	 * Takes a file in and begins its run; gives the run's number as soon as the file is known to be one that can be read. AppErrors of openFile
	 * and readingOf, not-found, conflict; busy while another file of the source is imported. Nothing is kept of a file that is refused.
	 */
	async receive(body: AsyncIterable<Uint8Array>, sent: SentFile): Promise<number> {
		const { database } = this.#deps;
		const source = sent.source ?? (await fileSource(database.pool, sent.library));
		if (typeof source === 'number' && (await isLeased(database.pool, source)))
			throw new AppError('busy', `another file of library ${sent.library} is being imported`, {
				hint: 'send this one when its run has ended',
			});
		const upload: UploadNote = { file: randomUUID(), name: shownName(sent.name), columns: sent.columns };
		const path = await this.#written(body, upload);
		const { library, snapshot, columns } = sent;
		const request = { path, name: upload.name, library, source: sent.source, snapshot, columns, notes: { upload } };
		return await new Promise((resolve, reject) => {
			const done = this.#import(request, resolve).catch(reject);
			this.#track(upload.file, done);
		});
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
		const { clock, logger, pollMs } = this.#deps;
		signal.addEventListener('abort', () => this.#stop.abort(signal.reason), { once: true });
		while (!signal.aborted) {
			await this.tick().catch((error: unknown) => logger.error({ error }, 'uploaded files could not be looked up'));
			await clock.sleep(pollMs ?? POLL_MS, signal).catch(() => undefined);
		}
		this.#stop.abort(signal.reason);
		await this.settled();
	}

	async settled(): Promise<void> {
		await Promise.allSettled(this.#running.values());
	}

	/** Takes up each run that has not ended and whose file is on this machine; removes files that no run waits for. */
	async tick(): Promise<void> {
		const { database, folder, clock } = this.#deps;
		const open = await openUploads(database.pool);
		for (const upload of open) {
			if (this.#running.has(upload.file) || !existsSync(join(folder, upload.file))) continue;
			if (await isLeased(database.pool, upload.source)) continue;
			this.#track(upload.file, this.#goOn(upload));
		}
		await removeForgotten(folder, new Set([...open.map((upload) => upload.file), ...this.#running.keys()]), clock.now());
	}

	async #written(body: AsyncIterable<Uint8Array>, { file, name }: Pick<UploadNote, 'file' | 'name'>): Promise<string> {
		await mkdir(this.#deps.folder, { recursive: true });
		const path = join(this.#deps.folder, file);
		await writeReceived(body, path, name);
		return path;
	}

	#track(file: string, done: Promise<void>): void {
		const settled = done.finally(() => this.#running.delete(file));
		this.#running.set(file, settled);
		settled.catch(() => undefined);
	}

	async #goOn({ run, source, library, snapshot, file, name, columns }: OpenUpload): Promise<void> {
		const path = join(this.#deps.folder, file);
		try {
			await this.#import({ path, name, library, source: String(source), snapshot, columns, run }, () => undefined);
		} catch (error) {
			if (this.#stop.signal.aborted) return;
			this.#deps.logger.error({ run, error }, 'an uploaded file could not be gone on with');
			if (!(error instanceof AppError) || error.retriable || LATER.has(error.code)) return;
			const { code, message, hint } = error;
			await giveUpRun(this.#deps.database, run, { code, message, hint });
			await rm(path, { force: true });
		}
	}

	/** Imports a file that is kept here; it is removed unless its run is to be gone on with. Rejects with what the run does not tell itself. */
	async #import(request: ImportRequest, onOpen: (run: number) => void): Promise<void> {
		const ended = this.#deps.importBegins?.();
		let run = request.run;
		const opened = (number: number): void => {
			run = number;
			onOpen(number);
		};
		try {
			const { error, ...summary } = await runImport(this.#deps, { ...request, onOpen: opened, signal: this.#stop.signal });
			this.#deps.logger.info({ ...summary, error }, 'a file was imported');
			run = undefined;
		} catch (error) {
			if (run !== undefined) this.#deps.logger.warn({ run, error }, 'the import of a file was cut off');
			throw error;
		} finally {
			ended?.();
			if (run === undefined) await rm(request.path, { force: true });
		}
	}
}
