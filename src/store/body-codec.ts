import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { init } from '@bokuweb/zstd-wasm';
import { BODY_DICTIONARY } from './body-dictionary.ts';

/*
 * Record bodies are small and alike, so they are packed with a dictionary of what every record says. A body begins with the number
 * of its form: 2 is a zstd frame (RFC 8878), made with the dictionary as raw content; 1, which is only read, raw deflate (RFC 1951).
 * Node's own zlib reads both, but makes a stream for each call: 24 µs to write and 12 µs to read, where this takes 7 and 3.
 */
const ZSTD = 2;
const DEFLATE = 1;
const LEVEL = -1;
const DICTIONARY = Buffer.from(BODY_DICTIONARY, 'utf8');
const INFLATE = { windowBits: 12, chunkSize: 4096, dictionary: DICTIONARY } as const;

/** zstd in WebAssembly: its functions take and give places in its memory, and sizes in bytes. */
interface Zstd {
	/** Its memory, another array whenever it has grown. */
	readonly HEAPU8: Uint8Array;
	_malloc(size: number): number;
	_free(at: number): void;
	_ZSTD_createCCtx(): number;
	_ZSTD_createDCtx(): number;
	_ZSTD_compressBound(size: number): number;
	_ZSTD_getFrameContentSize(from: number, size: number): number;
	_ZSTD_isError(result: number): number;
	_ZSTD_compress_usingDict(...args: readonly number[]): number;
	_ZSTD_decompress_usingDict(...args: readonly number[]): number;
}

// the library's own functions copy the dictionary in and every result out once more: half of the time that reading takes
await init();
const require = createRequire(import.meta.url);
const { Module: zstd } = require(join(dirname(require.resolve('@bokuweb/zstd-wasm')), 'module.js')) as { readonly Module: Zstd };

function reserve(size: number): number {
	const at = zstd._malloc(size);
	if (at === 0) throw new Error(`no memory for a record body of ${size} bytes`);
	return at;
}

const ROOM_LEAST = 65_536;

/** A place in the memory of zstd that is used again and again. */
class Room {
	at = 0;
	size = 0;

	/** Makes it at least so large; what it held is lost when it grows. */
	fit(size: number): number {
		if (size > this.size) {
			if (this.size > 0) zstd._free(this.at);
			const larger = Math.max(size, this.size * 2, ROOM_LEAST);
			this.size = 0;
			this.at = reserve(larger);
			this.size = larger;
		}
		return this.at;
	}
}

const writing = zstd._ZSTD_createCCtx();
const reading = zstd._ZSTD_createDCtx();
const input = new Room();
const output = new Room();
const dictionary = reserve(DICTIONARY.length);

let heap: Buffer = Buffer.alloc(0);
function memory(): Buffer {
	if (heap.buffer !== zstd.HEAPU8.buffer) heap = Buffer.from(zstd.HEAPU8.buffer);
	return heap;
}
memory().set(DICTIONARY, dictionary);

/** A body may not claim to be longer than this. */
const BYTES_MAX = 268_435_456;

function sizeOf(result: number): number {
	if (zstd._ZSTD_isError(result) !== 0) throw new Error(`zstd refused a record body (${result})`);
	return result;
}

/** Text of a packed record (src/records/compact.ts) to the bytes of a body column. */
export function packBody(text: string): Buffer {
	const longest = text.length * 3;
	const from = input.fit(longest);
	const room = zstd._ZSTD_compressBound(longest);
	const to = output.fit(room);
	const length = memory().write(text, from, longest, 'utf8');
	const size = sizeOf(zstd._ZSTD_compress_usingDict(writing, to, room, from, length, dictionary, DICTIONARY.length, LEVEL));
	const body = Buffer.allocUnsafe(size + 1);
	body[0] = ZSTD;
	memory().copy(body, 1, to, to + size);
	return body;
}

/** Unpacks a zstd frame behind the number of its form; gives where in the memory its bytes end, which begin at `output.at`. */
function unpackFrame(body: Uint8Array): number {
	const from = input.fit(body.length);
	memory().set(body, from);
	const claimed = zstd._ZSTD_getFrameContentSize(from + 1, body.length - 1);
	if (!(claimed >= 0 && claimed <= BYTES_MAX)) throw new Error('a record body is no zstd frame that tells its length');
	const to = output.fit(claimed);
	return to + sizeOf(zstd._ZSTD_decompress_usingDict(reading, to, claimed, from + 1, body.length - 1, dictionary, DICTIONARY.length));
}

function inflate(body: Uint8Array): Buffer {
	if (body[0] === DEFLATE) return inflateRawSync(body.subarray(1), INFLATE);
	throw new Error(`record body of unknown form ${body[0]}`);
}

/** The text that `packBody` was given. */
export function unpackBody(body: Uint8Array): string {
	if (body[0] !== ZSTD) return inflate(body).toString('utf8');
	const end = unpackFrame(body);
	return memory().toString('utf8', output.at, end);
}

/** The text that `packBody` was given, as UTF-8. */
export function unpackBodyBytes(body: Uint8Array): Buffer {
	if (body[0] !== ZSTD) return inflate(body);
	const end = unpackFrame(body);
	return Buffer.from(memory().subarray(output.at, end));
}
