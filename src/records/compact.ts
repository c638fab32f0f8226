import type { Holding, Kind } from './bib.ts';
import { isControlTag, type MarcField, type MarcRecord, type Subfield } from './marc.ts';
import type { Share, UnionField, UnionHolding, UnionMember, UnionRecord } from './union.ts';

/**
 * Records as plain text for the database, delimited as in ISO 2709. A record is its leader, then for each field U+001E and
 * `001value` or `24510` U+001F `aTitle` …, then U+001D and the origin when the field has one. Text holds none of the delimiters;
 * where a sender's text does, they become spaces.
 */
export const FIELD = '\x1e';
export const SUBFIELD = '\x1f';
export const ORIGIN = '\x1d';
/** Ends the rule and sources that stand before a field of a union record. */
export const SOURCES = '\x1c';

const DELIMITER = /[\x1c-\x1f]/;
const DELIMITERS = /[\x1c-\x1f]/g;
const clean = (text: string): string => (DELIMITER.test(text) ? text.replace(DELIMITERS, ' ') : text);

function packField(field: MarcField): string {
	let text = field.tag;
	if (isControlTag(text)) text += clean(field.value);
	else {
		text += field.ind1 + field.ind2;
		for (const s of field.subfields) text += SUBFIELD + s.code + clean(s.value);
	}
	return field.origin === undefined ? text : text + ORIGIN + clean(field.origin);
}

const NO_SUBFIELDS: readonly Subfield[] = [];

function unpackField(packed: string): MarcField {
	const end = packed.indexOf(ORIGIN);
	const text = end < 0 ? packed : packed.slice(0, end);
	const tag = text.slice(0, 3);
	let field: MarcField;
	if (isControlTag(tag)) field = { tag, ind1: ' ', ind2: ' ', value: text.slice(3), subfields: NO_SUBFIELDS };
	else {
		const subfields: Subfield[] = [];
		let start = text.indexOf(SUBFIELD, 3);
		while (start >= 0) {
			const next = text.indexOf(SUBFIELD, start + 1);
			subfields.push({ code: text.charAt(start + 1), value: next < 0 ? text.slice(start + 2) : text.slice(start + 2, next) });
			start = next;
		}
		field = { tag, ind1: text.charAt(3), ind2: text.charAt(4), value: '', subfields };
	}
	return end < 0 ? field : { ...field, origin: packed.slice(end + 1) };
}

/** A record as text; `unpackRecord` gives it back. */
export function packRecord(record: MarcRecord): string {
	let text = clean(record.leader);
	for (const field of record.fields) text += FIELD + packField(field);
	return text;
}

/** The record that `packRecord` made the text from. */
export function unpackRecord(text: string): MarcRecord {
	const parts = text.split(FIELD);
	const fields: MarcField[] = [];
	for (let i = 1; i < parts.length; i++) fields.push(unpackField(parts[i] as string));
	return { leader: parts[0] as string, fields };
}

const RULES: Readonly<Record<UnionField['rule'], string>> = { lead: 'l', fill: 'f', unite: 'u' };
const RULE_OF: Readonly<Record<string, UnionField['rule']>> = { l: 'lead', f: 'fill', u: 'unite' };

type PackedMember = readonly [number, number, number, string, string, string, Share, string | null, number?, (number | null)?];
type PackedHolding = readonly [number, string, readonly string[], number, (string | 0)?, (string | 0)?, (string | 0)?, (string | 0)?];

interface Header {
	readonly k: Kind;
	readonly m: readonly PackedMember[];
	readonly h: readonly PackedHolding[];
}

function packMember(m: UnionMember): PackedMember {
	const packed = [m.record, m.version, m.run, m.source, m.library, m.identifier, m.share, m.licence] as const;
	return m.received === undefined ? packed : [...packed, m.received, m.stamped ?? null];
}

function unpackMember([record, version, run, source, library, identifier, share, licence, received, stamped]: PackedMember): UnionMember {
	const member = { record, version, run, source, library, identifier, share, licence };
	return received === undefined ? member : { ...member, received, stamped: stamped ?? null };
}

function packHolding(h: UnionHolding): PackedHolding {
	const last = [h.location ?? 0, h.callNumber ?? 0, h.statement ?? 0, h.note ?? 0] as [string | 0, string | 0, string | 0, string | 0];
	let length = 4;
	while (length > 0 && last[length - 1] === 0) length--;
	return [h.member, h.path, h.barcodes, h.copies, ...last.slice(0, length)] as unknown as PackedHolding;
}

function unpackHolding([member, path, barcodes, copies, location, callNumber, statement, note]: PackedHolding): UnionHolding {
	const holding: { -readonly [K in keyof Holding]: Holding[K] } = { path, barcodes, copies };
	if (typeof location === 'string') holding.location = location;
	if (typeof callNumber === 'string') holding.callNumber = callNumber;
	if (typeof statement === 'string') holding.statement = statement;
	if (typeof note === 'string') holding.note = note;
	return { ...holding, member };
}

/**
 * A union record as text: a line of JSON with kind, members and holdings, then U+001E, leader and fields as in `packRecord`, each
 * field with its rule (`l`, `f`, `u`), its sources (`0,2`) and U+001C before it.
 */
export function packUnion(union: UnionRecord): string {
	const header: Header = {
		k: union.kind,
		m: union.members.map(packMember),
		h: union.holdings.map(packHolding),
	};
	let text = JSON.stringify(header) + FIELD + clean(union.leader);
	for (const { field, sources, rule } of union.fields) text += FIELD + RULES[rule] + sources.join() + SOURCES + packField(field);
	return text;
}

/** Kind, members and holdings from the first line of a packed union record. */
export function unpackUnionHeader(line: string): Pick<UnionRecord, 'kind' | 'members' | 'holdings'> {
	const header = JSON.parse(line) as Header;
	return {
		kind: header.k,
		members: header.m.map(unpackMember),
		holdings: header.h.map(unpackHolding),
	};
}

/** The end of the members in the first line of a packed union record; text in JSON cannot hold it. */
const MEMBERS_END = ',"h":[';

/** A union record without its holdings. */
export type UnionDescription = Omit<UnionRecord, 'holdings'>;

/** What `packUnion` made the text from, without the holdings, which are not read. */
export function unpackDescription(text: string): UnionDescription {
	const { k: kind, m } = JSON.parse(`${text.slice(0, text.indexOf(MEMBERS_END))}}`) as Header;
	return { kind, members: m.map(unpackMember), ...unpackUnionFields(text) };
}

/** The union record that `packUnion` made the text from. */
export function unpackUnion(text: string): UnionRecord {
	const { kind, members, holdings } = unpackUnionHeader(text.slice(0, text.indexOf(FIELD)));
	return { kind, members, ...unpackUnionFields(text), holdings };
}

/** Members that say a field alone, as most fields are said, shared. */
const ALONE: readonly (readonly number[])[] = Array.from({ length: 10 }, (_, member) => Object.freeze([member]));

function unpackSources(text: string): readonly number[] {
	if (text.length > 1) return text.split(',').map(Number);
	return text === '' ? [] : (ALONE[Number(text)] as readonly number[]);
}

function unpackUnionFields(text: string): Pick<UnionRecord, 'leader' | 'fields'> {
	const parts = text.split(FIELD);
	const fields: UnionField[] = [];
	for (let i = 2; i < parts.length; i++) {
		const part = parts[i] as string;
		const end = part.indexOf(SOURCES);
		fields.push({
			field: unpackField(part.slice(end + 1)),
			sources: unpackSources(part.slice(1, end)),
			rule: RULE_OF[part.charAt(0)] ?? 'lead',
		});
	}
	return { leader: parts[1] as string, fields };
}
