import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import {
	type FileKind,
	fileKind,
	fileKindName,
	isLeftover,
	kindWithoutRecords,
	type OtherDocument,
	packedDocument,
} from '../records/file-kind.ts';
import { SHEET_ENTRY } from './workbook.ts';
import { workbookPieces } from './workbook-pieces.ts';
import { broken, counted, pieces, tooLarge, zipEntries, zipEntry } from './zip-entries.ts';

/** What is read of a file to tell what it is and how it is read. */
export const HEAD_BYTES = 262_144;

/** A file that can be read: what it holds, told by its content, out of its gzip or zip. */
export interface OpenedFile {
	readonly kind: Extract<FileKind, 'iso2709' | 'marcxml' | 'marc-json' | 'csv'> | 'xlsx';
	/** As it is called, without folders; of a zip the file in it. */
	readonly name: string;
	/** The first HEAD_BYTES of its bytes, or all when they are fewer. */
	readonly head: Buffer;
	/** Its bytes, each piece in memory of its own; of a workbook its rows as CSV in UTF-8. Can be asked for again. */
	readonly bytes: () => AsyncIterable<Uint8Array>;
	readonly path: string;
	/** To be called when nothing more is asked for. */
	readonly close: () => Promise<void>;
}

const NOTHING_OPEN = async (): Promise<void> => undefined;

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
	const bytes = (): AsyncIterable<Uint8Array> => pieces(createReadStream(path, { highWaterMark: 1 << 20 }));
	return { kind: readable(kind, head, name), name, head, bytes, path, close: NOTHING_OPEN };
}

/** The kind, when it is one that can be read. */
function readable(kind: FileKind, head: Uint8Array, name: string): 'iso2709' | 'marcxml' | 'marc-json' | 'csv' {
	const bare = kindWithoutRecords(kind, head);
	if (bare !== undefined) throw noCatalogue(name, bare);
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
			hint: SAVE_AS,
		});
	}
	if (kind === 'gzip' || kind === 'zip')
		throw new AppError('file-kind', `${name} is packed twice`, {
			hint: 'unpack it once and send what is in it; a workbook (.xlsx) is packed already',
		});
	throw new AppError('file-kind', `${name} is ${fileKindName(head)}, whatever its name says`, { hint: SEND });
}

const SAVE_AS = 'open it in Excel and save it as "Excel Workbook (.xlsx)" or "CSV UTF-8"';
const SEND = 'send ISO 2709 (.mrc), MARCXML, MARC-in-JSON, CSV or TSV, plain, in a zip or gzipped, or an Excel workbook (.xlsx)';

const noCatalogue = (name: string, { what, isTable }: OtherDocument): AppError =>
	new AppError('file-kind', `${name} is ${what}`, { hint: isTable ? SAVE_AS : SEND });

/** The first bytes, and the pieces that they came in. */
async function beginning(bytes: AsyncIterator<Uint8Array>): Promise<{ head: Buffer; read: Uint8Array[] }> {
	const read: Uint8Array[] = [];
	let length = 0;
	while (length < HEAD_BYTES) {
		const next = await bytes.next();
		if (next.done === true) break;
		read.push(next.value);
		length += next.value.length;
	}
	return { head: Buffer.concat(read).subarray(0, HEAD_BYTES), read };
}

async function unpacked(path: string, name: string, bytes: () => AsyncGenerator<Uint8Array>): Promise<OpenedFile> {
	const first = bytes();
	try {
		const { head } = await beginning(first);
		return { kind: readable(fileKind(head), head, name), name, head, bytes, path, close: NOTHING_OPEN };
	} finally {
		await first.return(undefined);
	}
}

async function* goingOn(read: readonly Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
	yield* read;
	yield* rest;
}

/** A workbook is opened once: who asks for its bytes is given what its head was read from, then the rest. */
async function openWorkbook(path: string, name: string): Promise<OpenedFile> {
	const opened = workbookPieces(path, name);
	const close = async (): Promise<void> => {
		await opened.return(undefined);
	};
	try {
		const { head, read } = await beginning(opened);
		let asked = false;
		const bytes = (): AsyncIterable<Uint8Array> => {
			if (asked) return workbookPieces(path, name);
			asked = true;
			return goingOn(read.splice(0), opened);
		};
		return { kind: 'xlsx', name, head, bytes, path, close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function openZip(path: string, name: string): Promise<OpenedFile> {
	const all = await zipEntries(path, name);
	if (all.some((entry) => SHEET_ENTRY.test(entry.fileName))) return await openWorkbook(path, name);
	const document = packedDocument(all.map(({ fileName }) => fileName));
	if (document !== undefined) throw noCatalogue(name, document);
	const entries = all.filter(({ fileName }) => !fileName.endsWith('/') && !isLeftover(fileName));
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
