import { xmlText } from '../lib/xml-text.ts';
import type { MarcField, MarcRecord } from './marc.ts';
import { isbnOf, issnOf } from './normalise/identifiers.ts';
import { tidy, trimBrackets, trimIsbd } from './normalise/trim.ts';

/** MARC to unqualified Dublin Core, after the Library of Congress crosswalk (https://www.loc.gov/marc/marc2dc.html). */

const OPEN =
	'<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">';
const CLOSE = '</oai_dc:dc>';

const element = (name: string, text: string): string => (text === '' ? '' : `<dc:${name}>${xmlText(text)}</dc:${name}>`);

function first(field: MarcField, code: string): string {
	for (const s of field.subfields) if (s.code === code && s.value !== '') return tidy(s.value);
	return '';
}

/** The values of the subfields in `codes`, in their order, joined by `separator`. */
function joined(field: MarcField, codes: string, separator: string): string {
	let text = '';
	for (const s of field.subfields) {
		if (!codes.includes(s.code)) continue;
		const value = trimIsbd(tidy(s.value));
		if (value !== '') text += text === '' ? value : separator + value;
	}
	return text;
}

/** Title proper, parts and rest of title. */
function title(field: MarcField): string {
	let text = '';
	for (const s of field.subfields) {
		if (s.code !== 'a' && s.code !== 'b' && s.code !== 'n' && s.code !== 'p') continue;
		const value = trimIsbd(tidy(s.value));
		if (value !== '') text += text === '' ? value : (s.code === 'b' ? ' : ' : '. ') + value;
	}
	return text;
}

/** A heading and its subdivisions. */
function subject(field: MarcField): string {
	let text = '';
	for (const s of field.subfields) {
		const code = s.code;
		if (code < 'a' || code > 'z' || code === 'e' || code === 'u') continue;
		const value = trimIsbd(tidy(s.value));
		if (value !== '') text += text === '' ? value : (code >= 'v' ? '--' : ' ') + value;
	}
	return text;
}

function publication(field: MarcField): string {
	if (field.tag === '264' && field.ind2 !== '1' && field.ind2 !== ' ') return '';
	const publisher = trimBrackets(first(field, 'b'));
	const place = trimBrackets(first(field, 'a'));
	return (
		element('publisher', publisher === '' ? place : place === '' ? publisher : `${place} : ${publisher}`) +
		element('date', trimIsbd(first(field, 'c')))
	);
}

function isbn(field: MarcField): string {
	const text = first(field, 'a');
	const normal = isbnOf(text);
	return normal === undefined ? '' : `<dc:identifier>URN:ISBN:${normal}</dc:identifier>`;
}

function issn(field: MarcField): string {
	const normal = issnOf(first(field, 'a'));
	return normal === undefined ? '' : `<dc:identifier>URN:ISSN:${normal}</dc:identifier>`;
}

/** 856 $u: the thing itself, or what is related to it when the second indicator says 2. */
const link = (field: MarcField): string => element(field.ind2 === '2' ? 'relation' : 'identifier', first(field, 'u'));

const related = (field: MarcField): string => element('relation', joined(field, 'astgxz', ' ; '));
const note = (field: MarcField): string => element('description', joined(field, 'abc', ' '));
const name = (field: MarcField): string => joined(field, 'abcdq', field.tag.endsWith('10') ? '. ' : ', ');
const creator = (field: MarcField): string => element('creator', name(field));
const contributor = (field: MarcField): string =>
	field.subfields.some((s) => s.code === 't') ? element('relation', joined(field, 'at', '. ')) : element('contributor', name(field));

const WRITERS: Readonly<Record<string, (field: MarcField) => string>> = {
	'020': isbn,
	'022': issn,
	'041': (field) => field.subfields.map((s) => (s.code === 'a' ? element('language', tidy(s.value)) : '')).join(''),
	'100': creator,
	'110': creator,
	'111': creator,
	'700': contributor,
	'710': contributor,
	'711': contributor,
	'720': contributor,
	'245': (field) => element('title', title(field)),
	'246': (field) => element('title', title(field)),
	'260': publication,
	'264': publication,
	'300': (field) => element('format', joined(field, 'abc', ' ; ')),
	'440': related,
	'490': related,
	'773': related,
	'775': related,
	'776': related,
	'780': related,
	'785': related,
	'787': related,
	'506': (field) => element('rights', joined(field, 'a', ' ')),
	'540': (field) => element('rights', joined(field, 'a', ' ')),
	'655': (field) => element('type', subject(field)),
	'856': link,
};
const NOT_DESCRIBED: ReadonlySet<string> = new Set(['533', '541', '561', '583']);

function fieldXml(field: MarcField): string {
	const { tag } = field;
	const writer = WRITERS[tag];
	if (writer !== undefined) return writer(field);
	const digit = tag.charCodeAt(0);
	if (digit === 0x36) return element('subject', tag === '653' ? joined(field, 'a', ' ; ') : subject(field));
	return digit === 0x35 && tag.charCodeAt(1) !== 0x39 && !NOT_DESCRIBED.has(tag) ? note(field) : '';
}

/** DCMI types by leader/06. */
const TYPES: Readonly<Record<string, string>> = {
	a: 'Text',
	t: 'Text',
	c: 'Text',
	d: 'Text',
	e: 'Image',
	f: 'Image',
	g: 'MovingImage',
	i: 'Sound',
	j: 'Sound',
	k: 'StillImage',
	m: 'Software',
	o: 'Collection',
	p: 'Collection',
	r: 'PhysicalObject',
};

const LANGUAGE = /^[a-z]{3}$/;

/** 008/35-37 when there is no 041, and the type of leader/06. */
function fixedXml(record: MarcRecord): string {
	const type = TYPES[record.leader.charAt(6)];
	let xml = type === undefined ? '' : `<dc:type>${type}</dc:type>`;
	if (record.fields.some((f) => f.tag === '041')) return xml;
	const language = record.fields.find((f) => f.tag === '008')?.value.slice(35, 38) ?? '';
	if (LANGUAGE.test(language) && language !== 'und' && language !== 'zxx') xml += `<dc:language>${language}</dc:language>`;
	return xml;
}

function elements(record: MarcRecord): string {
	let xml = '';
	for (const field of record.fields) xml += fieldXml(field);
	return xml + fixedXml(record);
}

/** A record as an `<oai_dc:dc>` element (oai_dc.xsd) that stands by itself. Give it what `publicView` or `unionToMarc` returned. */
export const marcToOaiDc = (record: MarcRecord): string => OPEN + elements(record) + CLOSE;

/** The same elements as SRU has them: `<srw_dc:dc>` (info:srw/schema/1/dc-v1.1). */
export const marcToSrwDc = (record: MarcRecord): string =>
	`<srw_dc:dc xmlns:srw_dc="info:srw/schema/1/dc-schema" xmlns:dc="http://purl.org/dc/elements/1.1/">${elements(record)}</srw_dc:dc>`;
