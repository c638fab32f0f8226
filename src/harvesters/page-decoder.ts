import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { undecoded } from '../lib/undecoded.ts';
import { continues, expectedLength, sequenceLength, Utf8Decoder } from '../lib/utf8.ts';

const DECLARATION = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.:-]*)["']/;
const DECLARATION_BYTES_MAX = 512;
const SINGLE_BYTE = /^(?:iso-8859-|windows-|x-mac|koi8|ibm866|macintosh)/;

/**
 * Bytes of an XML page to text, cut anywhere. The encoding comes from a byte order mark, else from the XML declaration, else it is
 * UTF-8 (XML 1.0 §4.3.3); what HTTP says is not asked, because libraries and servers invent it. Bytes that are not UTF-8 come out as
 * U+DC80 to U+DCFF (byte plus 0xDC00), which no XML parser takes: who mends the page decides what they were.
 */
export class PageDecoder {
	readonly #utf8 = new Utf8Decoder();
	#head: Buffer | null = Buffer.alloc(0);
	/** What came of a letter that tells whether the declaration is true. */
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
		text += this.#utf8.end() + undecoded(this.#carry);
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
		if (!this.#doubtful) return this.#other?.decode(chunk, { stream: true }) ?? this.#utf8.decode(chunk);
		const whole = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
		if (!isAscii(whole)) return this.#settle(whole);
		this.#carry = Buffer.alloc(0);
		return whole.toString('latin1');
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
		return this.#utf8.decode(whole);
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
