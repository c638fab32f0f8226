import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { extname, isAbsolute, join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';

const PLACES = ['taking', 'done', 'failed'] as const;
/** Names under which programs write what is not whole yet, and locks of Office. */
const UNFINISHED = /^[.~]|\.(part|partial|tmp|crdownload|filepart)$/i;

/** A file that lies in the folder `taking` of a watched folder. */
export interface TakenFile {
	readonly name: string;
	readonly path: string;
	/** A link, or anything else than a file: not to be opened. */
	readonly strange: boolean;
}

/** A folder that files are put into. Taken files go by `taking` to `done` or `failed` in it, each by one renaming, so that a kill loses none. */
export class WatchedFolder {
	readonly #path: string;
	readonly #clock: Clock;

	constructor(path: string, clock: Clock) {
		this.#path = path;
		this.#clock = clock;
	}

	/**
	 * The files to take now: those that an earlier look had taken already, then those whose size and time rest for `restMs`, the oldest first.
	 * AppErrors as of checkFolder.
	 */
	async take(restMs: number, signal: AbortSignal): Promise<TakenFile[]> {
		await checkFolder(this.#path);
		await this.#places();
		const taken = new Set(await readdir(join(this.#path, 'taking')));
		const before = await this.#look();
		if (before.size > 0) {
			await this.#clock.sleep(restMs, signal);
			const now = await this.#look();
			for (const [name, state] of [...now].sort((a, b) => a[1].mtimeMs - b[1].mtimeMs || (a[0] < b[0] ? -1 : 1))) {
				const earlier = before.get(name);
				const rests = earlier?.size === state.size && earlier.mtimeMs === state.mtimeMs;
				// one of that name waits to be gone on with: this one follows
				if (!rests || taken.has(name)) continue;
				await rename(join(this.#path, name), join(this.#path, 'taking', name));
				taken.add(name);
			}
		}
		return await Promise.all([...taken].map((name) => this.#taken(name)));
	}

	/** Moves a taken file away, beside what is said of it; the place gets a number when the name is there. Gives its new path. */
	async put(file: TakenFile, place: 'done' | 'failed', reason?: string): Promise<string> {
		const path = this.free(place, file.name);
		if (reason !== undefined) await writeFile(`${path}.reason.txt`, reason);
		await rename(file.path, path);
		return path;
	}

	/** A path in a place at which nothing is. */
	free(place: 'done' | 'failed', name: string): string {
		const kind = extname(name);
		const stem = kind === '' ? name : name.slice(0, -kind.length);
		for (let n = 1; ; n++) {
			const path = join(this.#path, place, n === 1 ? name : `${stem} (${n})${kind}`);
			if (!existsSync(path)) return path;
		}
	}

	async #taken(name: string): Promise<TakenFile> {
		const path = join(this.#path, 'taking', name);
		return { name, path, strange: !(await lstat(path)).isFile() };
	}

	/** Files, and links to whatever. */
	async #look(): Promise<Map<string, { readonly size: number; readonly mtimeMs: number }>> {
		const found = new Map<string, { size: number; mtimeMs: number }>();
		for (const name of await readdir(this.#path)) {
			if (UNFINISHED.test(name)) continue;
			const state = await lstat(join(this.#path, name)).catch(() => undefined);
			if (state === undefined || state.isDirectory()) continue;
			found.set(name, { size: state.size, mtimeMs: state.mtimeMs });
		}
		return found;
	}

	async #places(): Promise<void> {
		for (const place of PLACES) {
			const path = join(this.#path, place);
			await mkdir(path, { recursive: true });
			if (!(await lstat(path)).isDirectory())
				throw new AppError('config', `${path} is a link`, { hint: 'make it a folder: files must stay where they were put' });
		}
	}
}

/** A folder that can be watched. AppErrors usage (no absolute path), not-found, config (a link, or no folder). */
export async function checkFolder(path: string): Promise<void> {
	if (!isAbsolute(path))
		throw new AppError('usage', `"${path}" is no absolute path`, { hint: 'begin it with /: --folder /srv/thuvien/nhap' });
	const found = await lstat(path).catch(() => undefined);
	if (found === undefined)
		throw new AppError('not-found', `there is no folder ${path} on this machine`, { hint: 'make it, and let this user write there' });
	if (!found.isDirectory()) throw new AppError('config', `${path} is no folder`, { hint: 'name a folder itself, no link to one' });
}
