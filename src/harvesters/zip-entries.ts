import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';

/** A small file may grow by more: what it grows to is small too. */
const SMALL_BYTES = 16_777_216;

/** The files in a zip. AppErrors file-broken, file-locked, too-large. */
export async function zipEntries(path: string, name: string): Promise<yauzl.Entry[]> {
	let zip: yauzl.ZipFile | undefined;
	try {
		zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
		if (zip.entryCount > LIMITS.zipEntriesMax)
			throw tooLarge(name, `${zip.entryCount} files in it, the limit is ${LIMITS.zipEntriesMax}`, 'send one file');
		const entries: yauzl.Entry[] = [];
		for await (const entry of zip.eachEntry()) {
			checkEntry(entry, name);
			entries.push(entry);
		}
		return entries;
	} catch (error) {
		throw error instanceof AppError ? error : broken(name, error);
	} finally {
		zip?.close();
	}
}

function checkEntry(entry: yauzl.Entry, name: string): void {
	if (entry.isEncrypted()) throw new AppError('file-locked', `${name} is protected by a password`, { hint: 'zip it again without one' });
	if (entry.uncompressedSize > LIMITS.unpackedBytesMax) throw bomb(name);
	if (entry.uncompressedSize > SMALL_BYTES && entry.uncompressedSize > entry.compressedSize * LIMITS.unpackedTimesMax) throw bomb(name);
}

/** The bytes of one file in a zip, counted as they come out. */
export async function* zipEntry(path: string, name: string, entryName: string): AsyncGenerator<Uint8Array> {
	const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }).catch((error: unknown) => {
		throw broken(name, error);
	});
	try {
		for await (const entry of zip.eachEntry()) {
			if (entry.fileName !== entryName) continue;
			checkEntry(entry, name);
			yield* counted(pieces(await zip.openReadStreamPromise(entry)), name, entry.compressedSize);
			return;
		}
	} catch (error) {
		throw error instanceof AppError ? error : broken(name, error);
	} finally {
		zip.close();
	}
}

/** The bytes of what is unpacked, counted as they come out. */
export async function* counted(body: AsyncIterable<Uint8Array>, name: string, packed: number): AsyncGenerator<Uint8Array> {
	let length = 0;
	for await (const piece of body) {
		length += piece.length;
		if (length > LIMITS.unpackedBytesMax || (length > SMALL_BYTES && length > packed * LIMITS.unpackedTimesMax)) throw bomb(name);
		yield piece;
	}
}

/** In memory of their own, so that they can be handed to another thread. */
export async function* pieces(stream: Readable): AsyncGenerator<Uint8Array> {
	for await (const piece of stream as AsyncIterable<Buffer>) yield new Uint8Array(piece);
}

export const broken = (name: string, cause: unknown): AppError =>
	new AppError('file-broken', `${name} is broken or was cut off: ${cause instanceof Error ? cause.message : String(cause)}`, {
		hint: 'nothing of it was taken; export and send it again',
		cause,
	});
export const tooLarge = (name: string, why: string, hint: string): AppError => new AppError('too-large', `${name} has ${why}`, { hint });
const bomb = (name: string): AppError =>
	new AppError(
		'too-large',
		`${name} grows to more than ${LIMITS.unpackedTimesMax} times its size, or ${LIMITS.unpackedBytesMax} bytes, when it is unpacked`,
		{
			hint: 'nothing of it was taken; if it is a catalogue, unpack it and send it plain, or save a workbook as "CSV UTF-8"',
		},
	);
