import { xmlText } from '../lib/xml-text.ts';
import { isControlTag, type MarcField, type MarcRecord, type Subfield } from './marc.ts';
import type { PublicUnion } from './public-view.ts';
import type { UnionHolding } from './union.ts';

/** MARCXML (MARC21slim.xsd) written straight to text: what a list of 500 records has to be fast at. */

const RECORD_OPEN =
	'<record xmlns="http://www.loc.gov/MARC21/slim" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.loc.gov/MARC21/slim http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd">';
export const RECORD_CLOSE = '</record>';

const letterOr = (letter: string, pattern: RegExp, otherwise: string): string => (pattern.test(letter) ? letter : otherwise);

/** A leader that the schema takes: no lengths, Unicode, and only letters, digits and blanks where they may be. */
function makeLeader(leader: string): string {
	const at = (i: number, otherwise: string): string => letterOr(leader.charAt(i), /^[\dA-Za-z ]$/, otherwise);
	const type = letterOr(leader.charAt(6), /^[\dA-Za-z]$/, 'a');
	return `00000${at(5, 'n')}${type}${at(7, 'm')}${at(8, ' ')}a2200000${at(17, ' ')}${at(18, ' ')}${at(19, ' ')}4500`;
}

const leaders = new Map<string, string>();
const LEADERS_MAX = 1000;

/** A leader as records of ours have it; few are different, so they are kept. */
export function outputLeader(leader: string): string {
	let made = leaders.get(leader);
	if (made === undefined) {
		made = makeLeader(leader);
		if (leaders.size < LEADERS_MAX) leaders.set(leader, made);
	}
	return made;
}

export const CONTROL_TAG = /^00[1-9A-Za-z]$/;
const DATA_TAG = /^(?:0[1-9A-Z][0-9A-Z]|0[1-9a-z][0-9a-z]|[1-9A-Z][0-9A-Z]{2}|[1-9a-z][0-9a-z]{2})$/;
const INDICATOR = /^[\da-z ]$/;
const CODE = /^[!-~]$/;

/** Beginnings of data fields by tag and indicators: `''` for a tag that the schema refuses. */
const beginnings = new Map<string, string>();
const BEGINNINGS_MAX = 10_000;

/** The start tag of a data field, or '' for a tag that the schema refuses. */
export function beginning(field: Pick<MarcField, 'tag' | 'ind1' | 'ind2'>): string {
	const key = field.tag + field.ind1 + field.ind2;
	let made = beginnings.get(key);
	if (made === undefined) {
		const indicator = (text: string): string => letterOr(text, INDICATOR, ' ');
		made = DATA_TAG.test(field.tag) ? `<datafield tag="${field.tag}" ind1="${indicator(field.ind1)}" ind2="${indicator(field.ind2)}">` : '';
		if (beginnings.size < BEGINNINGS_MAX) beginnings.set(key, made);
	}
	return made;
}

const codes = new Map<string, string>();

/** The start tag of a subfield; a code that the schema refuses becomes `a`. */
export function subfieldStart(code: string): string {
	let made = codes.get(code);
	if (made === undefined) {
		made = `<subfield code="${CODE.test(code) ? xmlText(code) : 'a'}">`;
		if (codes.size < LEADERS_MAX) codes.set(code, made);
	}
	return made;
}

function fieldXml(field: MarcField): string {
	if (isControlTag(field.tag))
		return CONTROL_TAG.test(field.tag) ? `<controlfield tag="${field.tag}">${xmlText(field.value)}</controlfield>` : '';
	const start = beginning(field);
	if (start === '' || field.subfields.length === 0) return '';
	let xml = start;
	for (const s of field.subfields) xml += `${subfieldStart(s.code)}${xmlText(s.value)}</subfield>`;
	return `${xml}</datafield>`;
}

/** A record as a MARCXML `<record>` that stands by itself, control fields first. Fields that the schema cannot hold are left out. */
export function renderMarcXml(record: MarcRecord): string {
	let controls = `${RECORD_OPEN}<leader>${outputLeader(record.leader)}</leader>`;
	let xml = '';
	for (const field of record.fields) {
		if (isControlTag(field.tag)) controls += fieldXml(field);
		else xml += fieldXml(field);
	}
	return controls + xml + RECORD_CLOSE;
}

export interface UnionMarcOptions {
	/** The union record's public id: 001. */
	readonly id: string;
	/** Whose id that is: 003. */
	readonly agency: string;
}

const CONTROL = { ind1: ' ', ind2: ' ', subfields: [] as readonly Subfield[] };

/** Control numbers of the members: theirs are not ours. */
export const isReplaced = (tag: string): boolean => tag === '001' || tag === '003';

/**
 * One 852 for a holding: library $a, location $b, what of it $3, call number $h, barcodes $p, note $z; the number of copies in $9 where
 * the barcodes do not tell it.
 */
function holdingSubfields(holding: UnionHolding, library: string): Subfield[] {
	const subfields: Subfield[] = [];
	const add = (code: string, value: string | undefined): void => {
		if (value !== undefined && value !== '') subfields.push({ code, value });
	};
	add('3', holding.statement);
	add('a', library);
	add('b', holding.location);
	add('h', holding.callNumber);
	for (const barcode of holding.barcodes) add('p', barcode);
	add('z', holding.note);
	if (holding.copies > 1 && holding.copies !== holding.barcodes.length) add('9', String(holding.copies));
	return subfields;
}

const holdingField = (union: PublicUnion, holding: UnionHolding): MarcField => ({
	tag: '852',
	ind1: ' ',
	ind2: ' ',
	value: '',
	subfields: holdingSubfields(holding, union.members[holding.member]?.library ?? ''),
});

/** A union record as MARC: its public id in 001, 003 for it, the merged fields, and an 852 for each holding. */
export function unionToMarc(union: PublicUnion, options: UnionMarcOptions): MarcRecord {
	const fields: MarcField[] = [
		{ tag: '001', value: options.id, ...CONTROL },
		{ tag: '003', value: options.agency, ...CONTROL },
	];
	for (const { field } of union.fields) if (!isReplaced(field.tag)) fields.push(field);
	for (const holding of union.holdings) fields.push(holdingField(union, holding));
	return { leader: outputLeader(union.leader), fields };
}

/** A union record up to its own control numbers. */
export const unionStart = (leader: string, options: UnionMarcOptions): string =>
	`${RECORD_OPEN}<leader>${outputLeader(leader)}</leader><controlfield tag="001">${options.id}</controlfield><controlfield tag="003">${xmlText(options.agency)}</controlfield>`;

/** The same as `renderMarcXml(unionToMarc(…))`, without building that record. */
export function renderUnionMarcXml(union: PublicUnion, options: UnionMarcOptions): string {
	let controls = unionStart(union.leader, options);
	let xml = '';
	for (const { field } of union.fields) {
		if (!isControlTag(field.tag)) xml += fieldXml(field);
		else if (!isReplaced(field.tag)) controls += fieldXml(field);
	}
	for (const holding of union.holdings) xml += renderHolding(holding, union.members[holding.member]?.library ?? '');
	return controls + xml + RECORD_CLOSE;
}

/** The 852 of a holding. */
export function renderHolding(holding: UnionHolding, library: string): string {
	const subfields = holdingSubfields(holding, library);
	if (subfields.length === 0) return '';
	let xml = '<datafield tag="852" ind1=" " ind2=" ">';
	for (const s of subfields) xml += `${subfieldStart(s.code)}${xmlText(s.value)}</subfield>`;
	return `${xml}</datafield>`;
}
