import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { undecoded } from '../lib/undecoded.ts';

const DECLARATION = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.:-]*)["']/;
const DECLARATION_BYTES_MAX = 512;
const SINGLE_BYTE = /^(?:iso-8859-|windows-|x-mac|koi8|ibm866|macintosh)/;

/**
 * Bytes of an XML page to text, cut anywhere. The encoding comes from a byte order mark, else from the XML declaration, else it is
 * UTF-8 (XML 1.0 §4.3.3); what HTTP says is not asked, because libraries and servers invent it. Bytes that are not UTF-8 come out as
 * U+DC80 to U+DCFF (byte plus 0xDC00), which no XML parser takes: who mends the page decides what they were.
 */
export class PageDecoder {
	#head: Buffer | null = Buffer.alloc(0);
	#carry: Buffer = Buffer.alloc(0);
	#other: TextDecoder | null = null;
	/** A single-byte encoding was declared and no byte beyond ASCII has been seen to prove or disprove it. */
	#doubtful = false;
	readonly #repairs = new Set<string>();

	get repairs(): ReadonlySet<string> {
		return this.#repairs;
	}

	/** What the page is in, as TextDecoder calls it; null for UTF-8. */
	get encoding(): string | null {
		return this.#doubtful ? null : (this.#other?.encoding ?? null);
	}

	decode(bytes: Uint8Array): string {
		const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		if (this.#head === null) return this.#text(chunk);
		this.#head = Buffer.concat([this.#head, chunk]);
		if (!headIsKnown(this.#head)) return '';
		return this.#begin();
	}

	/** The rest. A letter that was cut off comes out as undecoded bytes. */
	end(): string {
		let text = this.#head === null ? '' : this.#begin();
		if (this.#other !== null) text += this.#other.decode();
		if (this.#carry.length > 0) text += undecoded(this.#carry);
		this.#carry = Buffer.alloc(0);
		return text;
	}

	#begin(): string {
		const head = this.#head ?? Buffer.alloc(0);
		this.#head = null;
		if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return this.#text(head.subarray(3));
		const wide = utf16Label(head);
		if (wide !== null) {
			this.#other = new TextDecoder(wide);
			return this.#other.decode(head, { stream: true });
		}
		this.#choose(DECLARATION.exec(head.toString('latin1', 0, DECLARATION_BYTES_MAX).trimStart())?.[1]);
		return this.#text(head);
	}

	#choose(declared: string | undefined): void {
		const label = declared?.toLowerCase();
		if (label === undefined || label === 'utf-8' || label === 'utf8' || label === 'us-ascii') return;
		try {
			const decoder = new TextDecoder(label);
			// Nobody declares UTF-16 in single bytes and means it.
			if (decoder.encoding === 'utf-8' || decoder.encoding.startsWith('utf-16')) return;
			this.#other = decoder;
			this.#doubtful = SINGLE_BYTE.test(decoder.encoding);
		} catch {
			this.#repairs.add(`unknown encoding ${label}, read as utf-8`);
		}
	}

	#text(chunk: Buffer): string {
		if (this.#other !== null && !this.#doubtful) return this.#other.decode(chunk, { stream: true });
		const whole = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
		if (isAscii(whole)) {
			this.#carry = Buffer.alloc(0);
			return whole.toString('latin1');
		}
		return this.#doubtful ? this.#settle(whole) : this.#utf8(whole);
	}

	/** The first letter beyond ASCII tells: when it is a whole UTF-8 sequence, the declaration lied. */
	#settle(whole: Buffer): string {
		const at = whole.findIndex((byte) => byte > 0x7f);
		const length = sequenceLength(whole, at);
		if (length === 0 && expectedLength(whole[at] as number) > whole.length - at && continues(whole, at)) {
			this.#carry = Buffer.from(whole.subarray(at));
			return whole.toString('latin1', 0, at);
		}
		this.#doubtful = false;
		this.#carry = Buffer.alloc(0);
		if (length === 0) return this.#other?.decode(whole, { stream: true }) ?? '';
		this.#repairs.add(`declared ${this.#other?.encoding}, is utf-8`);
		this.#other = null;
		return this.#utf8(whole);
	}

	#utf8(whole: Buffer): string {
		const end = whole.length - openTail(whole);
		this.#carry = end === whole.length ? Buffer.alloc(0) : Buffer.from(whole.subarray(end));
		const body = whole.subarray(0, end);
		return isUtf8(body) ? body.toString('utf8') : mixed(body);
	}
}

/** Whether enough has come to tell the encoding. */
function headIsKnown(head: Buffer): boolean {
	if (head.length < 4) return false;
	const start = head.toString('latin1', 0, DECLARATION_BYTES_MAX).trimStart();
	return head.length >= DECLARATION_BYTES_MAX || (start !== '' && !'<?xml'.startsWith(start.slice(0, 5))) || start.includes('?>');
}

function utf16Label(head: Buffer): string | null {
	if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0x3c && head[1] === 0 && head[3] === 0)) return 'utf-16le';
	if ((head[0] === 0xfe && head[1] === 0xff) || (head[0] === 0 && head[1] === 0x3c && head[2] === 0)) return 'utf-16be';
	return null;
}

/** What a lead byte announces (Unicode table 3-7): 2 to 4, 1 for ASCII, 0 for no lead byte. */
function expectedLength(lead: number): number {
	if (lead < 0x80) return 1;
	if (lead >= 0xc2 && lead <= 0xdf) return 2;
	if (lead >= 0xe0 && lead <= 0xef) return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Whether only continuation bytes follow up to the end. */
function continues(bytes: Buffer, at: number): boolean {
	for (let i = at + 1; i < bytes.length; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) return false;
	return true;
}

/** The length of the well-formed sequence at `at`, or 0. */
function sequenceLength(bytes: Buffer, at: number): number {
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
