import { isUtf8 } from 'node:buffer';

/** Bytes that are not what their encoding wants stand in text as U+DC80 to U+DCFF (byte plus 0xDC00), so that none is lost. */
export const undecoded = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(0xdc00 + byte)).join('');

/** With the flag u a pair of surrogates is one letter, so only the bytes that stand for themselves match. */
const UNDECODED_RUN = /([\udc80-\udcff]+)/u;

/** Text in UTF-8, undecoded bytes as they were: what `undecoded` and a UTF-8 decoder made the text from. */
export function receivedUtf8(text: string): Buffer {
	if (text.isWellFormed()) return Buffer.from(text, 'utf8');
	const pieces = text.split(UNDECODED_RUN);
	const bytesOf = (run: string): Buffer => Buffer.from(Array.from(run, (unit) => unit.charCodeAt(0) & 0xff));
	return Buffer.concat(pieces.map((piece, i) => (i % 2 === 0 ? Buffer.from(piece, 'utf8') : bytesOf(piece))));
}

const OTHER_NON_ASCII = /[^\u0000-\u007f\udc80-\udcff]/u;
const UNDECODED = /[\udc80-\udcff]/u;
const UNDECODED_RUNS = /[\udc80-\udcff]+/gu;
const LETTER_OR_UNDECODED = /[\u0080-\uffff]/gu;
/** windows-1252 at 0x80 to 0x9F; the five free places stay controls there and become U+FFFD here. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';
const windows1252 = (byte: number): string => (byte < 0xa0 ? (WINDOWS_1252[byte - 0x80] ?? '\ufffd') : String.fromCharCode(byte));

const readAs1252 = (bytes: Buffer): string => bytes.toString('latin1').replace(/[\u0080-\u009f]/g, (c) => windows1252(c.charCodeAt(0)));

/** Whether so many bytes are no UTF-8 that what seems to be is so by chance. */
function isHardlyUtf8(text: string): boolean {
	let bytes = 0;
	let letters = 0;
	for (const [letter] of text.matchAll(LETTER_OR_UNDECODED)) {
		if (UNDECODED.test(letter)) bytes++;
		else letters++;
	}
	return bytes > letters;
}

/**
 * Undecoded bytes as letters: where little else in the text is beyond ASCII all is read as windows-1252, else they become U+FFFD, one for
 * each run. `repair` names which; null where there are none.
 */
export function readUndecoded(text: string): {
	readonly text: string;
	readonly repair: 'invalid-utf8-replaced' | 'invalid-utf8-as-windows-1252' | null;
} {
	if (!UNDECODED.test(text)) return { text, repair: null };
	if (OTHER_NON_ASCII.test(text) && !isHardlyUtf8(text))
		return { text: text.replace(UNDECODED_RUNS, '\ufffd'), repair: 'invalid-utf8-replaced' };
	return { text: readAs1252(receivedUtf8(text)), repair: 'invalid-utf8-as-windows-1252' };
}

const tables = new Map<string, ReadonlyMap<string, number> | null>();

/** Letter to byte for an encoding of single bytes, else null. */
function tableOf(encoding: string): ReadonlyMap<string, number> | null {
	let table = tables.get(encoding);
	if (table === undefined) {
		const decoder = new TextDecoder(encoding);
		const letters = Array.from({ length: 256 }, (_, byte) => decoder.decode(Uint8Array.of(byte)));
		table = letters.every((letter) => letter.length === 1) ? new Map(letters.map((letter, byte) => [letter, byte])) : null;
		tables.set(encoding, table);
	}
	return table;
}

/**
 * The bytes that a TextDecoder of `encoding` (its `encoding` property) made the text from, or null where that cannot be told:
 * encodings of several bytes a letter but UTF-16, and text with U+FFFD.
 */
export function receivedBytes(text: string, encoding: string): Buffer | null {
	if (text.includes('\ufffd')) return null;
	if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
	if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
	const table = tableOf(encoding);
	if (table === null) return null;
	const bytes = Buffer.allocUnsafe(text.length);
	for (let i = 0; i < text.length; i++) {
		const byte = table.get(text.charAt(i));
		if (byte === undefined) return null;
		bytes[i] = byte;
	}
	return bytes;
}

/** Bytes as text that `receivedUtf8` turns back into them: UTF-8 where that is what they are, else every byte over 0x7F undecoded. */
export function bytesAsText(bytes: Uint8Array): string {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (isUtf8(buffer)) return buffer.toString('utf8');
	return buffer.toString('latin1').replace(/[\u0080-\u00ff]/g, (letter) => String.fromCharCode(0xdc00 + letter.charCodeAt(0)));
}
