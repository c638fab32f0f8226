import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { type Detected, detectedText, detectLegacy, fromLegacy, readingOf } from './legacy-bytes.ts';
import type { Repair } from './marc.ts';
import { decodeMarc8 } from './marc8.ts';
import { withCapital } from './tcvn3-capitals.ts';
import { vniToUnicode } from './vni.ts';

/** Encodings a source can state. `tcvn3` is TCVN 5712 (ABC); `vni` is that of VNI for Windows, letter and mark. */
export const ENCODINGS = ['utf-8', 'marc-8', 'latin-1', 'windows-1252', 'windows-1258', 'tcvn3', 'viscii', 'vni'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const isEncoding = (name: string): name is Encoding => ENCODINGS.some((one) => one === name);

/** Characters that may stand outside the scripts below only in composed form; text without them is NFC already. */
const MAYBE_NOT_NFC = /[^\0-\u02ff\u0400-\u0482\u1ea0-\u1ef9\u2010-\u2027\u4e00-\u9fff]/;
const ILLEGAL = /[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const ILLEGAL_ALL = /[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const LEGACY: Readonly<Record<Exclude<Encoding, 'utf-8' | 'marc-8'>, string>> = {
	'latin-1': 'latin1',
	'windows-1252': 'win1252',
	'windows-1258': 'win1258',
	tcvn3: 'tcvn',
	viscii: 'viscii',
	vni: 'win1252',
};

/** The text in NFC; text that cannot be otherwise is returned without a call to normalize. */
export const toNfc = (text: string): string => (MAYBE_NOT_NFC.test(text) ? text.normalize('NFC') : text);

/** True when the text holds a character that XML 1.0 forbids (C0 controls but tab, LF and CR; U+FFFE, U+FFFF; lone surrogates). */
export const hasIllegal = (text: string): boolean => ILLEGAL.test(text) || !text.isWellFormed();

/** The text without the characters that XML 1.0 forbids; lone surrogates become U+FFFD. */
export const withoutIllegal = (text: string): string => text.replace(ILLEGAL_ALL, '').toWellFormed();

/** Counts UTF-8 multi-byte sequences that are whole and bytes that belong to none (RFC 3629, without overlong forms checked exactly). */
function utf8Shape(bytes: Uint8Array, start: number, end: number): { whole: number; broken: number } {
	let whole = 0;
	let broken = 0;
	for (let i = start; i < end; ) {
		const b = bytes[i] as number;
		if (b < 0x80) {
			i++;
			continue;
		}
		const length = b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0;
		let n = 1;
		while (n < length && i + n < end && ((bytes[i + n] as number) & 0xc0) === 0x80) n++;
		if (length > 0 && n === length) {
			whole++;
			i += length;
		} else {
			broken++;
			i++;
		}
	}
	return { whole, broken };
}

const COMBINING_ANSEL: readonly string[] = [...'\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u030a'];

/** ơ, Ơ, ư, Ư: letters of ANSEL that marks stand before, too. */
const HORNED: Readonly<Record<number, string>> = { 172: 'Ơ', 173: 'Ư', 188: 'ơ', 189: 'ư' };
/** Letters that ANSEL is mostly used for: those of Latin-1 and of Vietnamese. */
const USUAL = /^[\u00c0-\u00ff\u0102\u0103\u1ea0-\u1ef9]$/;
/** Letters that Latin-1 text can be mistaken for: `misřables`. */
const LESS_USUAL = /^[\u0100-\u017f]$/;

/** What a mark of ANSEL before this byte makes of it: a usual letter (2), one that may be (1), none (0). */
function markFits(mark: number, next: number): 0 | 1 | 2 {
	if (next >= 0xe0) return 1;
	const below = mark === 0xf0 ? '\u0327' : mark === 0xf2 ? '\u0323' : mark === 0xf1 ? '\u0328' : mark === 0xee ? '\u030b' : undefined;
	const written = COMBINING_ANSEL[mark - 0xe0] ?? below;
	const letter = HORNED[next] ?? String.fromCharCode(next);
	if (written === undefined) return mark === 0xeb || mark === 0xec ? 1 : 0;
	const made = (letter + written).normalize('NFC');
	return USUAL.test(made) ? 2 : LESS_USUAL.test(made) ? 1 : 0;
}

/**
 * Whether bytes over 0x7F read as ANSEL: defined, and marks stand before a letter that takes them. A leader that says MARC-8 is believed
 * while half of them do (marks are often mistyped), one that says UTF-8 is contradicted only when nearly all do, and one of them makes a letter
 * that Latin-1 or Vietnamese has.
 */
function readsAsMarc8(bytes: Uint8Array, start: number, end: number, stated: boolean): boolean {
	let good = 0;
	let bad = 0;
	let usual = 0;
	for (let i = start; i < end; i++) {
		const b = bytes[i] as number;
		if (b < 0x80) continue;
		const next = i + 1 < end ? (bytes[i + 1] as number) : 0;
		if (b < 0xa1) {
			if (b !== 0x88 && b !== 0x89 && b !== 0x8d && b !== 0x8e) bad++;
		} else if (b >= 0xe0) {
			const fits = markFits(b, next);
			const taken = stated && COMBINING_ANSEL[b - 0xe0] === undefined && (next === 0xb8 || isAsciiLetter(next));
			if (fits > 0 || taken || next === 0xb8) good++;
			else bad++;
			if (fits === 2) usual++;
		} else if ((b > 0xc8 && b < 0xe0) || b === 0xaf || b === 0xbb || b === 0xbe || b === 0xbf) bad++;
		else {
			good++;
			// ơ, ư within a word; Đ, đ before one: signs of Latin-1 stand there in no language
			if (HORNED[b] !== undefined && isAsciiLetter(bytes[i - 1]) && !isDelimiter(bytes[i - 2])) usual++;
			else if ((b === 0xa3 || b === 0xb3) && isAsciiLetter(next)) usual++;
		}
	}
	return stated ? bad <= good * 2 : usual > 0 && bad * 4 <= good;
}

const isAsciiLetter = (b: number | undefined): boolean => b !== undefined && (b | 0x20) >= 0x61 && (b | 0x20) <= 0x7a;

/**
 * Whether nothing in the bytes speaks for another encoding: every mark of ANSEL stands before a letter it makes one letter with, and other
 * bytes over 0x7F stand beside no letter. Spares MARC-8 the look at how it would read otherwise.
 */
function isPlainlyMarc8(bytes: Uint8Array): boolean {
	for (let i = 0; i < bytes.length; i++) {
		const b = bytes[i] as number;
		if (b < 0x80) continue;
		if (b < 0xe0) {
			if (isAsciiLetter(bytes[i - 1]) || isAsciiLetter(bytes[i + 1])) return false;
		} else if (!isAsciiLetter(bytes[i + 1]) || !composes(b - 0xe0, bytes[i + 1] as number)) return false;
	}
	return true;
}

/** By mark of ANSEL and ASCII letter: 1 when they make one letter in Unicode, 2 when not, 0 not looked up yet. */
const composed = new Uint8Array(32 * 128);

function composes(mark: number, letter: number): boolean {
	const at = mark * 128 + letter;
	if (composed[at] === 0)
		composed[at] =
			(String.fromCharCode(letter) + (COMBINING_ANSEL[mark] ?? '')).normalize('NFC').length === 1 && mark < COMBINING_ANSEL.length ? 1 : 2;
	return composed[at] === 1;
}

const isDelimiter = (b: number | undefined): boolean => b === 0x1f;

/** An escape sequence of MARC-8: ESC and a designator or a custom set. */
function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
	for (let i = bytes.indexOf(0x1b, start); i >= 0 && i + 1 < end; i = bytes.indexOf(0x1b, i + 1))
		if ('(,)-$bgps'.includes(String.fromCharCode(bytes[i + 1] as number))) return true;
	return false;
}

/**
 * Which encoding a record is in: what the source states, else UTF-8 when its multi-byte sequences are valid, else MARC-8 when there
 * are escape sequences or the bytes read as ANSEL, else what leader/09 says. `ascii` text needs no decoding at all. A leader/09 that
 * says otherwise is named (`leader-encoding`).
 */
export function decideEncoding(
	bytes: Uint8Array,
	leaderCode: string,
	override?: Encoding,
	hint?: Encoding,
): { readonly encoding: Encoding | 'ascii'; readonly repair?: Repair } {
	if (isAscii(bytes)) {
		if (override !== undefined && override !== 'marc-8') return { encoding: 'ascii' };
		// a reference &#xXXXX; stands for a character only in MARC-8
		const marc8 = hasEscape(bytes, 0, bytes.length) || ((leaderCode !== 'a' || override === 'marc-8') && hasReference(bytes));
		if (!marc8) return { encoding: 'ascii' };
		return leaderCode === 'a' && override === undefined ? lie('marc-8', leaderCode) : { encoding: 'marc-8' };
	}
	if (override !== undefined) return { encoding: override, repair: named(`${override}, as the source states`) };
	if (isUtf8(bytes)) return leaderCode === 'a' ? { encoding: 'utf-8' } : lie('utf-8', leaderCode);
	const shape = utf8Shape(bytes, 0, bytes.length);
	if (shape.whole > shape.broken && (leaderCode === 'a' || !hasEscape(bytes, 0, bytes.length)))
		return leaderCode === 'a' ? { encoding: 'utf-8' } : lie('utf-8', leaderCode);
	const escaped = hasEscape(bytes, 0, bytes.length);
	const found = escaped || isPlainlyMarc8(bytes) ? null : detectBytes(bytes);
	if (found !== null) return { encoding: found.encoding, repair: named(detectedText(found)) };
	if (hint !== undefined && !escaped) return { encoding: hint, repair: named(`${hint}, as the rest of the file`) };
	if (escaped || readsAsMarc8(bytes, 0, bytes.length, leaderCode !== 'a'))
		return leaderCode === 'a' ? lie('marc-8', leaderCode) : { encoding: 'marc-8' };
	return lie('windows-1252', leaderCode);
}

const named = (detail: string): Repair => ({ code: 'encoding', at: 'record', detail });

/** Bytes looked at to tell an encoding. */
const DETECTED_BYTES = 16_384;

/** The encoding of before Unicode that makes Vietnamese of these bytes, when it does so clearly better than MARC-8 and Latin-1. */
function detectBytes(bytes: Uint8Array): Detected | null {
	const sample = bytes.subarray(0, DETECTED_BYTES);
	// the code of a subfield is no letter of its first word
	const words = (text: string): string => text.replace(/\u001f./g, ' ').normalize('NFC');
	const asMarc8 = readingOf(words(fromMarc8(sample, '', [])));
	return detectLegacy(words(Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength).toString('latin1')), asMarc8);
}

/** What the records at the beginning of a file are in, when that is an encoding of before Unicode: for those too short to tell. */
export function detectFile(beginning: Uint8Array): Encoding | undefined {
	if (isUtf8(beginning) || hasEscape(beginning, 0, beginning.length)) return undefined;
	return detectBytes(beginning)?.encoding;
}

function hasReference(bytes: Uint8Array): boolean {
	for (let i = bytes.indexOf(0x26); i >= 0; i = bytes.indexOf(0x26, i + 1)) if (bytes[i + 1] === 0x23 && bytes[i + 2] === 0x78) return true;
	return false;
}

function lie(encoding: Encoding, leaderCode: string): { encoding: Encoding; repair: Repair } {
	return {
		encoding,
		repair: { code: 'leader-encoding', at: 'leader/09', detail: `says ${leaderCode === 'a' ? 'UTF-8' : 'MARC-8'}, is ${encoding}` },
	};
}

function fromMarc8(bytes: Uint8Array, at: string, repairs: Repair[]): string {
	let text = '';
	for (let from = 0; from <= bytes.length; ) {
		let to = bytes.indexOf(0x1f, from);
		if (to < 0) to = bytes.length;
		// a delimiter ends every designation; the code of a subfield is ASCII, whatever the set
		text += (from === 0 ? '' : '\u001f') + decodeMarc8(bytes, from, to, (code, detail) => repairs.push({ code, at, detail }));
		from = to + 1;
	}
	return text;
}

/** The code of a subfield is no letter of its first word. */
const bySubfield = (text: string, read: (part: string, code: string) => string): string =>
	text.replace(/(\u001f.|^)([^\u001f]*)/gsu, (_, code: string, part: string) => code + read(part, code));

/**
 * Text of one field (delimiters 0x1F included), NFC, clean of what XML forbids. What was replaced or dropped is named:
 * `utf8-invalid`, `control-characters`, and the `marc8-…` codes.
 */
export function decodeFieldText(bytes: Uint8Array, encoding: Encoding | 'ascii', at: string, repairs: Repair[]): string {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let text: string;
	if (encoding === 'ascii') text = buffer.toString('latin1');
	else if (encoding === 'marc-8') text = fromMarc8(bytes, at, repairs);
	else if (encoding === 'utf-8') {
		if (!isUtf8(bytes)) repairs.push({ code: 'utf8-invalid', at });
		text = toNfc(buffer.toString('utf8'));
	} else if (encoding === 'vni') text = vniToUnicode(iconv.decode(buffer, LEGACY.vni));
	else if (encoding === 'tcvn3')
		text = bySubfield(buffer.toString('latin1'), (part, code) => {
			const read = fromLegacy(part, encoding);
			return at === '245' && code === '\u001fa' ? withCapital(read) : read;
		});
	else text = iconv.decode(buffer, LEGACY[encoding]).normalize('NFC');
	return cleanText(text, at, repairs);
}

/** Drops what XML forbids, 0x1F apart, and names it. */
function cleanText(text: string, at: string, repairs: Repair[]): string {
	const parts = text.split('\u001f');
	let dirty = false;
	for (let i = 0; i < parts.length; i++) {
		const part = parts[i] as string;
		if (!hasIllegal(part)) continue;
		dirty = true;
		parts[i] = toNfc(withoutIllegal(part));
	}
	if (!dirty) return text;
	repairs.push({ code: 'control-characters', at });
	return parts.join('\u001f');
}
