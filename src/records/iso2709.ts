import { isAscii, isUtf8 } from 'node:buffer';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { decideEncoding, decodeFieldText, type Encoding, hasIllegal, toNfc } from './encoding.ts';
import { hasTooManySubfields, mendTag, numericTag, readField } from './field-text.ts';
import { recoverStructure } from './iso2709-directory.ts';
import { type Decoded, isControlTag, type MarcField, type MarcRecord, type Repair } from './marc.ts';
import { encodeMarc8 } from './marc8-encode.ts';

/** One record of a file: what was made of it, and its bytes as received, terminator included. */
export interface RawDecoded {
	readonly decoded: Decoded;
	readonly raw: Uint8Array;
}

export interface Iso2709Options {
	/** What the source states; decides over everything in the record. */
	readonly encoding?: Encoding;
	/** What the file seems to be in, for records that cannot tell by themselves. */
	readonly hint?: Encoding;
}

const RECORD_END = 0x1d;
const FIELD_END = 0x1e;
const CONTROLS_AMONG_TEXT = /[\0-\u0008\u000b\u000c\u000e-\u001c\ufffe\uffff]/;

/** Unsigned number of so many ASCII digits, or -1. */
function digits(bytes: Uint8Array, at: number, count: number): number {
	let n = 0;
	for (let i = at; i < at + count; i++) {
		const d = (bytes[i] as number) - 48;
		if (!(d >= 0 && d <= 9)) return -1;
		n = n * 10 + d;
	}
	return n;
}

const withLeaderA = (leader: string): string => (leader[9] === 'a' ? leader : `${leader.slice(0, 9)}a${leader.slice(10)}`);

/** Whether leader and directory are sound: plain digits, entries in the order of the fields, each ending at a terminator, nothing left over. */
function isSound(bytes: Buffer): boolean {
	const base = digits(bytes, 12, 5);
	const end = bytes.length;
	if (base < 25 + 12 || base > end || (base - 25) % 12 !== 0 || bytes[base - 1] !== FIELD_END) return false;
	if (bytes[10] !== 0x32 || bytes[11] !== 0x32 || bytes.toString('latin1', 20, 24) !== '4500') return false;
	for (let i = 0; i < 24; i++) if ((bytes[i] as number) < 0x20 || (bytes[i] as number) > 0x7e) return false;
	let at = base;
	for (let entry = 24; entry < base - 1; entry += 12) {
		if (digits(bytes, entry + 7, 5) !== at - base) return false;
		const length = digits(bytes, entry + 3, 4);
		at += length;
		if (length < 1 || at > end || bytes[at - 1] !== FIELD_END) return false;
	}
	return at === end && (base - 25) / 12 <= LIMITS.recordFieldsMax;
}

/**
 * The fields of a sound record in ASCII or UTF-8: decoded in one piece and cut at the terminators. Null when the text needs a closer look
 * (another encoding, control characters, a terminator inside a field).
 */
function readSound(bytes: Buffer, leaderCode: string, repairs: Repair[]): { leader: string; fields: MarcField[] } | null {
	let text: string;
	if (isAscii(bytes)) {
		text = bytes.toString('latin1');
		if (leaderCode !== 'a' && text.includes('&#x')) return null;
	} else {
		if (leaderCode !== 'a' || !isUtf8(bytes)) return null;
		text = toNfc(bytes.toString('utf8'));
	}
	if (CONTROLS_AMONG_TEXT.test(text)) return null;
	const base = digits(bytes, 12, 5);
	const fields: MarcField[] = [];
	let at = base;
	for (let entry = 24; entry < base - 1; entry += 12) {
		const to = text.indexOf('\u001e', at);
		const number = digits(bytes, entry, 3);
		const tag = number >= 0 ? numericTag(number) : mendTag(text.slice(entry, entry + 3), repairs);
		const field = readField(tag, text, at, to, repairs);
		if (field !== null) fields.push(field);
		at = to + 1;
	}
	return at === text.length ? { leader: withLeaderA(text.slice(0, 24)), fields } : null;
}

/** The leader with 22 in 10-11 and 4500 in 20-23, which MARC 21 fixes; what it says wrongly is named. */
function checkLeader(bytes: Buffer, leader: string, whole: boolean, repairs: Repair[]): string {
	if (number5(leader) !== bytes.length + 1)
		repairs.push({ code: 'record-length', at: 'leader/00-04', detail: `says ${leader.slice(0, 5)}, is ${bytes.length + 1}` });
	if (!whole) repairs.push({ code: 'record-terminator', at: String(bytes.length) });
	if (leader.slice(10, 12) === '22' && leader.slice(20) === '4500') return leader;
	repairs.push({ code: 'leader-structure', at: 'leader', detail: JSON.stringify(leader) });
	return `${leader.slice(0, 10)}22${leader.slice(12, 20)}4500`;
}

const number5 = (leader: string): number => (/^\d{5}/.test(leader) ? Number(leader.slice(0, 5)) : -1);

/** Finds fields by their terminators and decodes them one by one. */
function readMended(
	bytes: Buffer,
	{ encoding: override, hint }: Iso2709Options,
	repairs: Repair[],
): { leader: string; fields: MarcField[] } | Decoded {
	const structure = recoverStructure(bytes, repairs);
	if (!('spans' in structure)) return { ok: false, ...structure, repairs };
	const { encoding, repair } = decideEncoding(bytes.subarray(structure.base), structure.leader[9] as string, override, hint);
	if (repair !== undefined) repairs.push(repair);
	const fields: MarcField[] = [];
	for (const span of structure.spans) {
		const tag = mendTag(span.tag, repairs);
		const text = decodeFieldText(bytes.subarray(span.from, span.to), encoding, tag, repairs);
		const field = readField(tag, text, 0, text.length, repairs);
		if (field !== null) fields.push(field);
	}
	return { leader: withLeaderA(structure.leader), fields };
}

/** A record from its bytes without 0x1D. `whole` says whether that stood there. */
function decode(bytes: Buffer, whole: boolean, options: Iso2709Options): Decoded {
	const repairs: Repair[] = [];
	const override = options.encoding;
	let read: { leader: string; fields: MarcField[] } | Decoded | null = null;
	if (isSound(bytes) && (override === undefined || override === 'utf-8')) {
		read = readSound(bytes, override === 'utf-8' ? 'a' : String.fromCharCode(bytes[9] as number), repairs);
		if (read === null) repairs.length = 0;
		else if (whole && digits(bytes, 0, 5) === bytes.length + 1) return finish(read, repairs);
	}
	read ??= readMended(bytes, options, repairs);
	if ('ok' in read) return read;
	return finish({ leader: checkLeader(bytes, read.leader, whole, repairs), fields: read.fields }, repairs);
}

function finish(record: MarcRecord, repairs: Repair[]): Decoded {
	if (record.fields.length === 0) return { ok: false, code: 'no-fields', reason: 'the record has no fields', repairs };
	for (const field of record.fields)
		if (hasTooManySubfields(field))
			return {
				ok: false,
				code: 'too-many-subfields',
				reason: `field ${field.tag} has more than ${LIMITS.subfieldsPerFieldMax} subfields`,
				repairs,
			};
	return { ok: true, record, repairs };
}

const isFiller = (b: number): boolean => b === 0x0a || b === 0x0d || b === 0x1a || b === 0x20 || b === 0;

function decodeSegment(raw: Buffer, whole: boolean, options: Iso2709Options): Decoded {
	let from = 0;
	while (from < raw.length && isFiller(raw[from] as number)) from++;
	const to = raw.length - (whole ? 1 : 0);
	if (from >= to) return { ok: false, code: 'record-empty', reason: 'a record terminator with nothing before it', repairs: [] };
	return decode(raw.subarray(from, to), whole, options);
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One record from its bytes; what follows its terminator is not read. Never throws. */
export function decodeIso2709(bytes: Uint8Array, options: Iso2709Options = {}): Decoded {
	if (bytes.length > LIMITS.recordBytesMax) return tooLong(bytes.length);
	const end = bytes.indexOf(RECORD_END);
	return decodeSegment(asBuffer(end < 0 ? bytes : bytes.subarray(0, end + 1)), end >= 0, options);
}

function tooLong(length: number): Decoded {
	return { ok: false, code: 'record-too-long', reason: `${length} bytes or more, the limit is ${LIMITS.recordBytesMax}`, repairs: [] };
}

/**
 * Reads a file of ISO 2709 records (MARC 21 Specifications, Record Structure) piece by piece, cut at any byte. Each record terminator gives
 * one result, a record or a named failure; lengths that lie do not matter. Holds one record at most (LIMITS.recordBytesMax); of a longer one only
 * its beginning is kept in `raw`. Never throws. `raw` of a record that lies whole in a chunk is a view of that chunk.
 */
export class Iso2709Reader {
	readonly #options: Iso2709Options;
	#held: Buffer = Buffer.allocUnsafe(4096);
	#length = 0;
	/** Bytes of the over-long record so far; 0 when there is none. */
	#skipped = 0;

	constructor(options: Iso2709Options = {}) {
		this.#options = options;
	}

	feed(chunk: Uint8Array): RawDecoded[] {
		const bytes = asBuffer(chunk);
		const out: RawDecoded[] = [];
		let at = 0;
		while (at < bytes.length) {
			const end = bytes.indexOf(RECORD_END, at);
			const next = end < 0 ? bytes.length : end + 1;
			if (this.#skipped > 0) this.#skipped += next - at;
			else if (this.#length + next - at > LIMITS.recordBytesMax) this.#overflow(bytes, at, next);
			else if (end >= 0 && this.#length === 0) out.push(this.#result(bytes.subarray(at, next), true));
			else this.#hold(bytes, at, next);
			if (end >= 0 && this.#skipped > 0) out.push(this.#tooLong());
			else if (end >= 0 && this.#length > 0) out.push(this.#result(this.#release(), true));
			at = next;
		}
		return out;
	}

	/** What stands after the last terminator: a record without one, or nothing. */
	end(): RawDecoded[] {
		if (this.#skipped > 0) return [this.#tooLong()];
		const raw = this.#release();
		return raw.every(isFiller) ? [] : [this.#result(raw, false)];
	}

	#result(raw: Buffer, whole: boolean): RawDecoded {
		return { decoded: decodeSegment(raw, whole, this.#options), raw };
	}

	#hold(bytes: Buffer, from: number, to: number): void {
		const need = this.#length + to - from;
		if (need > this.#held.length) {
			const larger = Buffer.allocUnsafe(Math.min(LIMITS.recordBytesMax, Math.max(need, this.#held.length * 2)));
			this.#held.copy(larger, 0, 0, this.#length);
			this.#held = larger;
		}
		bytes.copy(this.#held, this.#length, from, to);
		this.#length = need;
	}

	#release(): Buffer {
		const raw = Buffer.from(this.#held.subarray(0, this.#length));
		this.#length = 0;
		return raw;
	}

	#overflow(bytes: Buffer, from: number, to: number): void {
		this.#skipped = this.#length + to - from;
		this.#hold(bytes, from, Math.min(to, from + Math.max(0, LIMITS.recordBytesMax - this.#length)));
	}

	#tooLong(): RawDecoded {
		const decoded = tooLong(this.#skipped);
		this.#skipped = 0;
		return { decoded, raw: this.#release() };
	}
}

function encodeField(field: MarcField, encoded: (text: string) => string): string {
	if (isControlTag(field.tag)) return `${encoded(field.value)}\u001e`;
	let text = field.ind1 + field.ind2;
	for (const { code, value } of field.subfields) text += `\u001f${code}${encoded(value)}`;
	return `${text}\u001e`;
}

const asItIs = (text: string): string => text;

/**
 * A record as ISO 2709 in UTF-8 (leader/09 a, lengths and addresses computed). Text must hold no delimiter; one that does is left out.
 * @throws AppError `too-large`, naming the tag, when a field is over 9,999 bytes or the record over 99,999: nothing is ever cut.
 */
export const encodeIso2709 = (record: MarcRecord): Uint8Array => encode(record, 'a', 'utf8', asItIs);

/** The same in MARC-8 (leader/09 blank), for systems that know nothing else. */
export const encodeIso2709Marc8 = (record: MarcRecord): Uint8Array => encode(record, ' ', 'latin1', encodeMarc8);

function encode(record: MarcRecord, coding: string, bytes: 'utf8' | 'latin1', encoded: (text: string) => string): Uint8Array {
	let directory = '';
	let data = '';
	let start = 0;
	for (const field of record.fields) {
		const text = encodeField(hasIllegalField(field) ? withoutDelimiters(field) : field, encoded);
		const length = Buffer.byteLength(text, bytes);
		if (length > 9_999) throw tooLarge(`field ${field.tag} has ${length} bytes, ISO 2709 has room for 9,999`);
		if (start + length > 99_999) throw tooLarge(`the record is over 99,999 bytes at field ${field.tag}`);
		directory += field.tag + String(length).padStart(4, '0') + String(start).padStart(5, '0');
		data += text;
		start += length;
	}
	const base = 24 + directory.length + 1;
	const length = base + start + 1;
	if (length > 99_999)
		throw tooLarge(
			`the record has ${length} bytes with its directory (last field ${record.fields.at(-1)?.tag}), ISO 2709 has room for 99,999`,
		);
	const leader = record.leader.padEnd(24, ' ');
	const head = `${String(length).padStart(5, '0')}${leader.slice(5, 9)}${coding}22${String(base).padStart(5, '0')}${leader.slice(17, 20)}4500`;
	return Buffer.from(`${head}${directory}\u001e${data}\u001d`, bytes);
}

const tooLarge = (message: string): AppError =>
	new AppError('too-large', message, { hint: 'Export this record as MARCXML, which has no such limit.' });

const hasIllegalField = (field: MarcField): boolean => hasIllegal(field.value) || field.subfields.some((s) => hasIllegal(s.value));

function withoutDelimiters(field: MarcField): MarcField {
	const clean = (text: string): string => text.toWellFormed().replace(/[\u001d-\u001f]/g, '');
	return { ...field, value: clean(field.value), subfields: field.subfields.map((s) => ({ code: s.code, value: clean(s.value) })) };
}
