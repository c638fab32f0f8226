import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { BODY_DICTIONARY } from './body-dictionary.ts';

/*
 * Record bodies are small and alike, so they are deflated with a dictionary of what every record says. A body begins with the
 * number of its dictionary. The sizes below (not the defaults) make a call cost 20 µs instead of 60 µs.
 */
const DICTIONARY_NUMBER = 1;
const DICTIONARY = Buffer.from(BODY_DICTIONARY, 'utf8');
const WINDOW_BITS = 12;
const DEFLATE = { level: 1, windowBits: WINDOW_BITS, memLevel: 5, chunkSize: 1024, dictionary: DICTIONARY } as const;
const INFLATE = { windowBits: WINDOW_BITS, chunkSize: 4096, dictionary: DICTIONARY } as const;

/** Text of a packed record (src/records/compact.ts) to the bytes of a body column. */
export function deflateBody(text: string): Buffer {
	const deflated = deflateRawSync(Buffer.from(text, 'utf8'), DEFLATE);
	const body = Buffer.allocUnsafe(deflated.length + 1);
	body[0] = DICTIONARY_NUMBER;
	deflated.copy(body, 1);
	return body;
}

/** The text that `deflateBody` was given. */
export function inflateBody(body: Uint8Array): string {
	if (body[0] !== DICTIONARY_NUMBER) throw new Error(`record body with unknown dictionary ${body[0]}`);
	return inflateRawSync(body.subarray(1), INFLATE).toString('utf8');
}
