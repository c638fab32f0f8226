import { createHash } from 'node:crypto';
import { type FileHandle, open, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '../lib/errors.ts';

const FULL_DISK: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);
const LOOK_EVERY_BYTES = 67_108_864;

const noRoom = (folder: string, what: string, cause?: unknown): AppError =>
	new AppError('busy', `there is no room for dumps in ${folder}: ${what}`, {
		hint: 'make room on that disk, or set DUMPS_KEPT lower; older dumps stay as they are, and the next try is made by itself',
		retriable: true,
		...(cause === undefined ? {} : { cause }),
	});

/**
 * Refuses when writing `needed` bytes would leave less than `reserve` on the disk of a folder: the database may live there too, and must
 * not stop for a dump. AppError busy.
 */
export async function checkRoom(folder: string, needed: number, reserve: number): Promise<void> {
	const { bavail, bsize } = await statfs(folder);
	const free = bavail * bsize;
	if (free - needed >= reserve) return;
	const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
	throw noRoom(folder, `${megabytes(free)} MB are free, ${megabytes(needed + reserve)} MB are needed`);
}

/** A file that is written once, with its SHA-256. */
export class DumpFile {
	readonly #file: FileHandle;
	readonly #path: string;
	readonly #reserve: number;
	readonly #hash = createHash('sha256');
	#bytes = 0;
	#looked = 0;

	private constructor(file: FileHandle, path: string, reserve: number) {
		this.#file = file;
		this.#path = path;
		this.#reserve = reserve;
	}

	/** `reserve`: bytes that stay free on the disk. */
	static async create(path: string, reserve: number): Promise<DumpFile> {
		return new DumpFile(await open(path, 'w', 0o644), path, reserve);
	}

	/** AppError busy when the disk is full. */
	async write(bytes: Uint8Array): Promise<void> {
		if (bytes.length === 0) return;
		this.#hash.update(bytes);
		this.#bytes += bytes.length;
		await this.#guarded(() => this.#file.writeFile(bytes));
		if (this.#bytes - this.#looked < LOOK_EVERY_BYTES) return;
		this.#looked = this.#bytes;
		await checkRoom(dirname(this.#path), 0, this.#reserve);
	}

	/** Everything is on the disk when it resolves. */
	async finish(): Promise<{ readonly name: string; readonly bytes: number; readonly sha256: string }> {
		await this.#guarded(() => this.#file.sync());
		await this.close();
		return { name: basename(this.#path), bytes: this.#bytes, sha256: this.#hash.digest('hex') };
	}

	async close(): Promise<void> {
		await this.#file.close();
	}

	async #guarded(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			if (error instanceof Error && 'code' in error && FULL_DISK.has(error.code))
				throw noRoom(dirname(this.#path), 'the disk is full', error);
			throw error;
		}
	}
}
