import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import yauzl from 'yauzl';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { type FileKind, fileKind, fileKindName } from '../records/file-kind.ts';
import { workbookLines } from './workbook.ts';

const HEAD_BYTES = 262_144;
/** A small file may grow by more: what it grows to is small too. */
const SMALL_BYTES = 16_777_216;
const SHEET_ENTRY = /^xl\/worksheets\/.+\.xml$/i;

/** A file that can be read: what it holds, told by its content, out of its gzip or zip. */
export interface OpenedFile {
	readonly kind: Extract<FileKind, 'iso2709' | 'marcxml' | 'marc-json' | 'csv'> | 'xlsx';
	/** As it is called, without folders; of a zip the file in it. */
	readonly name: string;
	/** Its bytes, each piece in memory of its own; of a workbook its rows as CSV in UTF-8. Can be asked for again. */
	readonly bytes: () => AsyncIterable<Uint8Array>;
	readonly path: string;
}

async function readHead(path: string): Promise<{ head: Buffer; size: number }> {
	let handle: FileHandle | undefined;
	try {
		handle = await open(path);
		const { size } = await handle.stat();
		const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
		return { head: buffer.subarray(0, bytesRead), size };
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'ENOENT')
			throw new AppError('not-found', `there is no file ${path}`, { hint: 'check the spelling; put quotes around blanks' });
		if (code === 'EISDIR') throw new AppError('usage', `${path} is a folder`, { hint: 'name a file in it' });
		if (code === 'EACCES') throw new AppError('forbidden', `${path} may not be read by this user`, { hint: 'chmod, or copy it elsewhere' });
		throw error;
	} finally {
		await handle?.close();
	}
}

/**
 * Opens a file of a catalogue, plain, gzipped or alone in a zip. AppErrors: not-found, file-kind (something else than a catalogue),
 * file-locked (a password), file-broken, too-large; each says what to do.
 */
export async function openFile(path: string, name = basename(path)): Promise<OpenedFile> {
	const { head, size } = await readHead(path);
	if (size > LIMITS.fileBytesMax) throw tooLarge(name, `${size} bytes, the limit is ${LIMITS.fileBytesMax}`, 'split the file');
	const kind = fileKind(head);
	if (kind === 'gzip') return await unpacked(path, name.replace(/\.gz$/i, ''), () => gunzipped(path, name, size));
	if (kind === 'zip') return await openZip(path, name);
	return { kind: readable(kind, head, name), name, path, bytes: () => pieces(createReadStream(path, { highWaterMark: 1 << 20 })) };
}

/** The kind, when it is one that can be read. */
function readable(kind: FileKind, head: Uint8Array, name: string): 'iso2709' | 'marcxml' | 'marc-json' | 'csv' {
	if (kind === 'iso2709' || kind === 'marcxml' || kind === 'marc-json' || kind === 'csv') return kind;
	if (kind === 'empty') throw new AppError('file-broken', `${name} is empty`, { hint: 'export it again' });
	if (kind === 'ole') {
		const bytes = Buffer.from(head);
		if (bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) {
			throw new AppError('file-locked', `${name} is protected by a password`, {
				hint: 'open it in Excel, take the password off (File, Info, Protect Workbook, Encrypt with Password, leave it empty), save it, send it again',
			});
		}
		throw new AppError('file-kind', `${name} is an old Excel workbook (.xls) or another old Office document`, {
			hint: 'open it in Excel and save it as "Excel Workbook (.xlsx)" or "CSV UTF-8"',
		});
	}
	const what = kind === 'gzip' || kind === 'zip' ? 'an archive in an archive' : fileKindName(head);
	throw new AppError('file-kind', `${name} is ${what}, whatever its name says`, {
		hint: 'send ISO 2709 (.mrc), MARCXML, MARC-in-JSON, CSV, TSV or Excel (.xlsx), plain, in a zip or gzipped',
	});
}

async function unpacked(path: string, name: string, bytes: () => AsyncIterable<Uint8Array>): Promise<OpenedFile> {
	const head: Uint8Array[] = [];
	let length = 0;
	for await (const piece of bytes()) {
		head.push(piece);
		length += piece.length;
		if (length >= HEAD_BYTES) break;
	}
	const all = Buffer.concat(head).subarray(0, HEAD_BYTES);
	return { kind: readable(fileKind(all), all, name), name, path, bytes };
}

async function openZip(path: string, name: string): Promise<OpenedFile> {
	const entries: yauzl.Entry[] = [];
	let workbook = false;
	await withZip(path, name, async (zip) => {
		if (zip.entryCount > LIMITS.zipEntriesMax)
			throw tooLarge(name, `${zip.entryCount} files in it, the limit is ${LIMITS.zipEntriesMax}`, 'send one file');
		for await (const entry of zip.eachEntry()) {
			checkEntry(entry, name);
			if (SHEET_ENTRY.test(entry.fileName)) workbook = true;
			if (!entry.fileName.endsWith('/') && !/^__MACOSX\//.test(entry.fileName)) entries.push(entry);
		}
	});
	if (workbook) {
		await checkWorkbook(path, name, entries);
		return { kind: 'xlsx', name, path, bytes: () => workbookText(path, name) };
	}
	const only = entries[0];
	if (only === undefined) throw new AppError('file-broken', `there is no file in ${name}`, { hint: 'zip it again' });
	if (entries.length > 1) {
		throw new AppError(
			'file-kind',
			`there are ${entries.length} files in ${name}: ${entries
				.slice(0, 3)
				.map((e) => e.fileName)
				.join(', ')}`,
			{
				hint: 'send them one by one',
			},
		);
	}
	return await unpacked(path, basename(only.fileName), () => zipEntry(path, name, only.fileName));
}

/** Everything in a workbook is unpacked once, to nowhere: what its directory says of sizes is true before rows are read. */
async function checkWorkbook(path: string, name: string, entries: readonly yauzl.Entry[]): Promise<void> {
	const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
	if (total > LIMITS.workbookBytesMax)
		throw tooLarge(name, `${total} bytes when it is unpacked, the limit for a workbook is ${LIMITS.workbookBytesMax}`, LARGE_WORKBOOK);
	const strings = entries.find((entry) => /^xl\/sharedStrings\.xml$/i.test(entry.fileName))?.uncompressedSize ?? 0;
	if (strings > LIMITS.sharedStringsBytesMax)
		throw tooLarge(name, `${strings} bytes of text, the limit for a workbook is ${LIMITS.sharedStringsBytesMax}`, LARGE_WORKBOOK);
	for (const { fileName } of entries) {
		let tail = '';
		for await (const piece of zipEntry(path, name, fileName))
			tail = (tail + Buffer.from(piece.subarray(-TAIL_BYTES)).toString('latin1')).slice(-TAIL_BYTES);
		if (SHEET_ENTRY.test(fileName) && !SHEET_END.test(tail)) throw broken(name, `${fileName} ends in the middle`);
	}
}

const TAIL_BYTES = 200;
const SHEET_END = /<\/(?:[\w-]+:)?worksheet\s*>\s*$/;

const LARGE_WORKBOOK = 'save it as "CSV UTF-8" and send that, or split it';

async function* workbookText(path: string, name: string): AsyncGenerator<Uint8Array> {
	try {
		yield* workbookLines(path, name);
	} catch (error) {
		throw error instanceof AppError ? error : broken(name, error);
	}
}

function checkEntry(entry: yauzl.Entry, name: string): void {
	if (entry.isEncrypted()) throw new AppError('file-locked', `${name} is protected by a password`, { hint: 'zip it again without one' });
	if (entry.uncompressedSize > LIMITS.unpackedBytesMax) throw bomb(name);
	if (entry.uncompressedSize > SMALL_BYTES && entry.uncompressedSize > entry.compressedSize * LIMITS.unpackedTimesMax) throw bomb(name);
}

/** A zip opened for one use; what yauzl objects to becomes `file-broken`. */
async function withZip<T>(path: string, name: string, use: (zip: yauzl.ZipFile) => Promise<T>): Promise<T> {
	let zip: yauzl.ZipFile | undefined;
	try {
		zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
		return await use(zip);
	} catch (error) {
		throw error instanceof AppError ? error : broken(name, error);
	} finally {
		zip?.close();
	}
}

/** The bytes of one file in a zip, counted as they come out. */
async function* zipEntry(path: string, name: string, entryName: string): AsyncGenerator<Uint8Array> {
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

async function* gunzipped(path: string, name: string, size: number): AsyncGenerator<Uint8Array> {
	const source = createReadStream(path, { highWaterMark: 1 << 20 });
	const gunzip = createGunzip({ chunkSize: 1 << 18 });
	source.on('error', (error) => gunzip.destroy(error));
	try {
		yield* counted(pieces(source.pipe(gunzip)), name, size);
	} catch (error) {
		throw error instanceof AppError ? error : broken(name, error);
	} finally {
		source.destroy();
		gunzip.destroy();
	}
}

async function* counted(body: AsyncIterable<Uint8Array>, name: string, packed: number): AsyncGenerator<Uint8Array> {
	let length = 0;
	for await (const piece of body) {
		length += piece.length;
		if (length > LIMITS.unpackedBytesMax || (length > SMALL_BYTES && length > packed * LIMITS.unpackedTimesMax)) throw bomb(name);
		yield piece;
	}
}

/** In memory of their own, so that they can be handed to another thread. */
async function* pieces(stream: Readable): AsyncGenerator<Uint8Array> {
	for await (const piece of stream as AsyncIterable<Buffer>) yield new Uint8Array(piece);
}

const broken = (name: string, cause: unknown): AppError =>
	new AppError('file-broken', `${name} is broken or was cut off: ${cause instanceof Error ? cause.message : String(cause)}`, {
		hint: 'nothing of it was taken; export and send it again',
		cause,
	});
const tooLarge = (name: string, why: string, hint: string): AppError => new AppError('too-large', `${name} has ${why}`, { hint });
const bomb = (name: string): AppError =>
	new AppError(
		'too-large',
		`${name} grows to more than ${LIMITS.unpackedTimesMax} times its size, or ${LIMITS.unpackedBytesMax} bytes, when it is unpacked`,
		{
			hint: 'nothing of it was taken; if it is a catalogue, unpack it and send it plain',
		},
	);
