import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../lib/limits.ts';
import { readUndecoded } from '../lib/undecoded.ts';
import { mixed } from '../lib/utf8.ts';
import { toNfc } from './encoding.ts';
import { mendCode, mendIndicator, mendLeader, mendTag, NO_SUBFIELDS } from './field-text.ts';
import { type Decoded, isControlTag, type MarcField, type Repair, type Subfield } from './marc.ts';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null);
const failed = (code: string, reason: string, repairs: readonly Repair[] = []): Decoded => ({ ok: false, code, reason, repairs });

function readSubfields(tag: string, list: unknown, repairs: Repair[]): Subfield[] {
	const subfields: Subfield[] = [];
	for (const entry of Array.isArray(list) ? list : []) {
		for (const [code, raw] of Object.entries(isObject(entry) ? entry : {})) {
			const value = text(raw);
			if (value === null || value === '') repairs.push({ code: 'subfield-empty', at: tag, detail: JSON.stringify(code) });
			else subfields.push({ code: mendCode(code, tag, repairs), value: toNfc(value) });
		}
	}
	return subfields;
}

function readField(name: string, value: unknown, repairs: Repair[]): MarcField | null {
	const tag = mendTag(name, repairs);
	const whole = text(value);
	if (whole !== null) {
		if (whole === '') repairs.push({ code: 'field-empty', at: tag });
		else if (isControlTag(tag)) return { tag, ind1: ' ', ind2: ' ', value: toNfc(whole), subfields: NO_SUBFIELDS };
		else {
			repairs.push({ code: 'subfield-missing', at: tag });
			return { tag, ind1: ' ', ind2: ' ', value: '', subfields: [{ code: 'a', value: toNfc(whole) }] };
		}
		return null;
	}
	const data = isObject(value) ? value : {};
	const subfields = readSubfields(tag, data['subfields'], repairs);
	if (subfields.length === 0) {
		repairs.push({ code: 'field-empty', at: tag });
		return null;
	}
	if (isControlTag(tag)) {
		repairs.push({ code: 'control-field-subfields', at: tag });
		return { tag, ind1: ' ', ind2: ' ', value: subfields.map((s) => s.value).join(''), subfields: NO_SUBFIELDS };
	}
	const ind1 = mendIndicator(text(data['ind1']) ?? ' ', tag, repairs);
	const ind2 = mendIndicator(text(data['ind2']) ?? ' ', tag, repairs);
	return { tag, ind1, ind2, value: '', subfields };
}

/**
 * One record of MARC-in-JSON (Ross Singer's form, as Koha, FOLIO and ruby-marc write it): `leader`, and `fields` as a list of objects of
 * one tag each. What is mended is named as in MARCXML. Never throws.
 */
export function decodeMarcJson(json: string): Decoded {
	const read = readUndecoded(json);
	let parsed: unknown;
	try {
		parsed = JSON.parse(read.text);
	} catch (error) {
		return failed('json-not-well-formed', error instanceof Error ? error.message : String(error));
	}
	const record = isObject(parsed) ? parsed : {};
	if (!Array.isArray(record['fields'])) return failed('not-marc-json', 'the object has no list "fields"');
	const repairs: Repair[] = read.repair === null ? [] : [{ code: read.repair, at: 'record' }];
	const fields: MarcField[] = [];
	for (const entry of record['fields']) {
		for (const [tag, value] of Object.entries(isObject(entry) ? entry : {})) {
			const field = readField(tag, value, repairs);
			if (field === null) continue;
			if (fields.length >= LIMITS.recordFieldsMax) return failed('too-many-fields', `more than ${LIMITS.recordFieldsMax} fields`, repairs);
			if (field.subfields.length > LIMITS.subfieldsPerFieldMax)
				return failed('too-many-subfields', `field ${field.tag} has more than ${LIMITS.subfieldsPerFieldMax} subfields`, repairs);
			fields.push(field);
		}
	}
	if (fields.length === 0) return failed('no-fields', 'the record has no fields', repairs);
	return { ok: true, record: { leader: mendLeader(text(record['leader']) ?? '', repairs), fields }, repairs };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/**
 * Cuts a file of MARC-in-JSON into the texts of its records, cut at any byte: one after another, in lines, or in a list. Holds one record at
 * most; of one over LIMITS.recordBytesMax the beginning comes out, which is then no JSON.
 */
export class JsonSplitter {
	#held: Buffer[] = [];
	#length = 0;
	#depth = 0;
	#inString = false;
	#escaped = false;
	#inList = false;

	/** Whether a record or the list is open: after `end`, that the file was cut off. */
	get isOpen(): boolean {
		return this.#depth > 0 || this.#inList;
	}

	feed(bytes: Uint8Array): string[] {
		const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const out: string[] = [];
		let from = 0;
		for (let i = 0; i < buffer.length; i++) {
			const byte = buffer[i];
			if (this.#inString) {
				if (this.#escaped) this.#escaped = false;
				else if (byte === BACKSLASH) this.#escaped = true;
				else if (byte === QUOTE) this.#inString = false;
			} else if (byte === QUOTE && this.#depth > 0) this.#inString = true;
			else if (this.#depth === 0 && (byte === OPEN_LIST || byte === CLOSE_LIST)) this.#inList = byte === OPEN_LIST;
			else if (byte === OPEN && this.#depth++ === 0) from = i;
			else if (byte === CLOSE && this.#depth > 0 && --this.#depth === 0) {
				this.#hold(buffer.subarray(from, i + 1));
				out.push(this.#take());
			}
		}
		if (this.#depth > 0) this.#hold(buffer.subarray(from));
		return out;
	}

	/** A record that does not end, or nothing. */
	end(): string[] {
		return this.#length === 0 ? [] : [this.#take()];
	}

	#hold(bytes: Buffer): void {
		if (this.#length > LIMITS.recordBytesMax) return;
		this.#held.push(Buffer.from(bytes.subarray(0, LIMITS.recordBytesMax + 1 - this.#length)));
		this.#length += bytes.length;
	}

	#take(): string {
		const bytes = Buffer.concat(this.#held);
		const text = isUtf8(bytes) ? bytes.toString('utf8') : mixed(bytes);
		this.#held = [];
		this.#length = 0;
		return text;
	}
}
