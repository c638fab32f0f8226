import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';

const NAME_LETTERS_MAX = 200;
const FORGOTTEN_MS = 86_400_000;

/** What a file that was sent is called in messages: its last part, on one line. Never a path to anything. */
export function shownName(name: string): string {
	const last = name.split(/[/\\]/).at(-1) ?? '';
	const text = last
		.toWellFormed()
		.normalize('NFC')
		.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
		.trim()
		.slice(0, NAME_LETTERS_MAX);
	return text === '' || text === '.' || text === '..' ? 'the file' : text;
}

async function* limited(body: AsyncIterable<Uint8Array>, name: string, bytesMax: number): AsyncGenerator<Uint8Array> {
	let length = 0;
	for await (const piece of body) {
		length += piece.length;
		if (length > bytesMax) throw new AppError('too-large', `${name} has more than ${bytesMax} bytes`, { hint: 'split the file' });
		yield piece;
	}
}

/**
 * Writes what is sent to disk as it comes, under `path` when all of it is there and synchronised; nothing stays of what broke off.
 * AppErrors too-large, busy (the disk is full).
 */
export async function writeReceived(
	body: AsyncIterable<Uint8Array>,
	path: string,
	name: string,
	bytesMax: number = LIMITS.fileBytesMax,
): Promise<void> {
	const part = `${path}.part`;
	try {
		await pipeline(limited(body, name, bytesMax), createWriteStream(part, { flush: true }));
		await rename(part, path);
	} catch (error) {
		await rm(part, { force: true });
		if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
			throw new AppError('busy', `there is no room for ${name} on the server`, {
				hint: 'free room in DATA_DIR and send it again',
				cause: error,
			});
		throw error;
	}
}

/** Removes files of a folder that nobody has written to for a day, but those in `wanted`. */
export async function removeForgotten(folder: string, wanted: ReadonlySet<string>, now: number): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const name of await readdir(folder)) {
		if (wanted.has(name)) continue;
		const path = join(folder, name);
		const found = await stat(path).catch(() => undefined);
		if (found !== undefined && found.mtimeMs < now - FORGOTTEN_MS) await rm(path, { force: true, recursive: true });
	}
}
