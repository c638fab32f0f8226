import { BerError } from './node.ts';

/** Identifier and length octets of one element. */
export interface BerHeader {
	readonly cls: number;
	readonly tag: number;
	readonly constructed: boolean;
	/** -1 for the indefinite form (X.690 §8.1.3.6). */
	readonly length: number;
	/** Where the contents begin. */
	readonly contents: number;
}

const TAG_BYTES_MAX = 5;
const LENGTH_BYTES_MAX = 6;

/** The header at `at`, or null when it is not all there before `end`. Throws BerError for one that cannot be. */
export function readHeader(bytes: Uint8Array, at: number, end: number): BerHeader | null {
	let next = at;
	if (next >= end) return null;
	const first = bytes[next++] as number;
	let tag = first & 0x1f;
	if (tag === 0x1f) {
		tag = 0;
		for (let count = 0; ; count++) {
			if (count === TAG_BYTES_MAX) throw new BerError('a tag number is longer than any that is used', at);
			if (next >= end) return null;
			const octet = bytes[next++] as number;
			tag = tag * 128 + (octet & 0x7f);
			if (octet < 0x80) break;
		}
	}
	if (next >= end) return null;
	let length = bytes[next++] as number;
	const constructed = (first & 0x20) !== 0;
	if (length === 0x80) {
		if (!constructed) throw new BerError('a primitive element has an indefinite length', at);
		length = -1;
	} else if (length > 0x80) {
		const count = length - 0x80;
		// leading zeros are allowed, but nobody sends more than these
		if (count > LENGTH_BYTES_MAX) throw new BerError('a length is longer than any message', at);
		if (next + count > end) return null;
		length = 0;
		for (let i = 0; i < count; i++) length = length * 256 + (bytes[next++] as number);
	}
	return { cls: first >> 6, tag, constructed, length, contents: next };
}

/** Whether the two octets that end contents of indefinite length stand at `at`; false when they are not there yet. */
export const isEndOfContents = (bytes: Uint8Array, at: number, end: number): boolean =>
	at + 1 < end && bytes[at] === 0 && bytes[at + 1] === 0;
