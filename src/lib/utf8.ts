import { isAscii, isUtf8 } from 'node:buffer';
import { undecoded } from './undecoded.ts';

/** UTF-8 to text, cut anywhere. Bytes that are not UTF-8 come out as `undecoded` does, so that none is lost. */
export class Utf8Decoder {
	#carry: Buffer = Buffer.alloc(0);

	decode(bytes: Uint8Array): string {
		const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const whole = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
		const end = whole.length - openTail(whole);
		this.#carry = end === whole.length ? Buffer.alloc(0) : Buffer.from(whole.subarray(end));
		const body = whole.subarray(0, end);
		if (isAscii(body)) return body.toString('latin1');
		return isUtf8(body) ? body.toString('utf8') : mixed(body);
	}

	/** What was cut off. */
	end(): string {
		const left = this.#carry;
		this.#carry = Buffer.alloc(0);
		return undecoded(left);
	}
}

/** What a lead byte announces (Unicode table 3-7): 2 to 4, 1 for ASCII, 0 for no lead byte. */
export function expectedLength(lead: number): number {
	if (lead < 0x80) return 1;
	if (lead >= 0xc2 && lead <= 0xdf) return 2;
	if (lead >= 0xe0 && lead <= 0xef) return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Whether only continuation bytes follow up to the end. */
export function continues(bytes: Buffer, at: number): boolean {
	for (let i = at + 1; i < bytes.length; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) return false;
	return true;
}

/** The length of the well-formed sequence at `at`, or 0. */
export function sequenceLength(bytes: Buffer, at: number): number {
	const length = expectedLength(bytes[at] as number);
	return length > 0 && at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

/** How many bytes at the end begin a sequence that is not all here. */
function openTail(bytes: Buffer): number {
	for (let back = 1; back <= 3 && back <= bytes.length; back++) {
		const byte = bytes[bytes.length - back] as number;
		if (byte < 0x80) return 0;
		if (byte >= 0xc0) return expectedLength(byte) > back ? back : 0;
	}
	return 0;
}

/** Bytes that are UTF-8 in part: the others stand as `undecoded` does. */
export function mixed(bytes: Buffer): string {
	let out = '';
	let good = 0;
	let at = 0;
	while (at < bytes.length) {
		const length = (bytes[at] as number) < 0x80 ? 1 : sequenceLength(bytes, at);
		if (length === 0) {
			out += bytes.toString('utf8', good, at) + String.fromCharCode(0xdc00 + (bytes[at] as number));
			good = ++at;
		} else at += length;
	}
	return out + bytes.toString('utf8', good);
}
