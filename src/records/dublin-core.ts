import { entryOf } from '../lib/entry-of.ts';
import { LIMITS } from '../lib/limits.ts';
import { contentType, dcType, isMime } from './dublin-core-types.ts';
import { toNfc } from './encoding.ts';
import { NO_SUBFIELDS } from './field-text.ts';
import type { Decoded, MarcField, Repair, Subfield } from './marc.ts';
import type { MetadataBuilder } from './metadata-builder.ts';

/** The fifteen elements of Dublin Core, and the qualified ones that refine them (DCMI Metadata Terms). */
const REFINES: Readonly<Record<string, string>> = {
	alternative: 'title',
	created: 'date',
	issued: 'date',
	available: 'date',
	dateSubmitted: 'date',
	abstract: 'description',
	tableOfContents: 'description',
	extent: 'format',
	medium: 'format',
	spatial: 'coverage',
	temporal: 'coverage',
	isPartOf: 'relation',
	hasPart: 'relation',
	isVersionOf: 'relation',
	hasVersion: 'relation',
	isFormatOf: 'relation',
	hasFormat: 'relation',
	references: 'relation',
	bibliographicCitation: 'identifier',
	accessRights: 'rights',
	license: 'rights',
};
const ELEMENTS = new Set(
	'title creator subject description publisher contributor date type format identifier source language relation coverage rights audience'.split(
		' ',
	),
);

interface Value {
	readonly element: string;
	/** The name as written: `alternative` for a refined title. */
	readonly name: string;
	readonly text: string;
	readonly scheme: string;
	/** `dc:title[1]`. */
	readonly path: string;
}

type Draft = { -readonly [K in keyof MarcField]: MarcField[K] };

const sub = (...pairs: readonly (readonly [string, string | undefined])[]): Subfield[] => {
	const out: Subfield[] = [];
	for (const [code, value] of pairs) if (value !== undefined && value.trim() !== '') out.push({ code, value: value.trim() });
	return out;
};

const field = (tag: string, ind1: string, ind2: string, origin: string, subfields: Subfield[]): Draft => ({
	tag,
	ind1,
	ind2,
	value: '',
	subfields,
	origin,
});
const control = (tag: string, value: string, origin: string): Draft => ({
	tag,
	ind1: ' ',
	ind2: ' ',
	value,
	subfields: NO_SUBFIELDS,
	origin,
});

const CORPORATE =
	/(?:^|\s)(?:bộ|sở|viện|trường|đại học|hội|ban|uỷ ban|ủy ban|ubnd|công ty|nhà xuất bản|nxb|thư viện|trung tâm|tổng cục|university|institute|ministry|department|association|society|committee|library|company|inc\.?|ltd\.?)(?:\s|$)/i;

/** Title proper, rest and responsibility of `Title : subtitle / by whom`. */
function titleField(value: Value, creators: number): Draft {
	let text = value.text;
	const slash = text.indexOf(' / ');
	const responsibility = slash > 0 ? text.slice(slash + 3) : undefined;
	if (slash > 0) text = text.slice(0, slash);
	const colon = text.indexOf(' : ');
	const rest = colon > 0 ? text.slice(colon + 3) : undefined;
	if (colon > 0) text = text.slice(0, colon);
	return field('245', creators > 0 ? '1' : '0', '0', value.path, sub(['a', text], ['b', rest], ['c', responsibility]));
}

function nameField(value: Value, tag: '100' | '700'): Draft {
	if (CORPORATE.test(value.text)) return field(tag === '100' ? '110' : '710', '2', ' ', value.path, sub(['a', value.text]));
	// `Tên, 1950-` as catalogues write it
	const dates = /^(.+?),\s*(\d{4}\??\s*-\s*(?:\d{4}\??)?)\s*$/.exec(value.text);
	return field(
		tag,
		value.text.includes(',') ? '1' : '0',
		' ',
		value.path,
		dates === null ? sub(['a', value.text]) : sub(['a', dates[1]], ['d', dates[2]]),
	);
}

/** Place and name of `Hà Nội : Kim Đồng`. */
function placeAndPublisher(text: string): [string | undefined, string] {
	const colon = text.indexOf(' : ');
	return colon > 0 && colon < 60 ? [text.slice(0, colon), text.slice(colon + 3)] : [undefined, text];
}

function publication(publishers: readonly Value[], dates: readonly Value[]): Draft[] {
	const date =
		dates.find((d) => d.name === 'issued') ?? dates.find((d) => d.name !== 'available' && d.name !== 'dateSubmitted') ?? dates[0];
	const out: Draft[] = publishers.map((publisher, i) => {
		const [place, name] = placeAndPublisher(publisher.text);
		return field('264', ' ', '1', publisher.path, sub(['a', place], ['b', name], ['c', i === 0 ? date?.text : undefined]));
	});
	if (publishers.length === 0 && date !== undefined) out.push(field('264', ' ', '1', date.path, sub(['c', date.text])));
	return out;
}

const ISBN = /^(?:urn:)?(?:isbn(?:-1[03])?[:\s]*)?((?:97[89][-\s]?)?(?:\d[-\s]?){9}[\dXx])(?:\s*\((.+)\))?$/i;
const ISSN = /^(?:urn:)?(?:e?issn(?:-l)?[:\s]*)?(\d{4}-\d{3}[\dXx])$/i;

function identifierField(value: Value): Draft {
	const text = value.text;
	if (/^(?:https?|ftp):\/\/\S+$/i.test(text)) {
		const doi = /^https?:\/\/(?:dx\.)?doi\.org\/(10\.\S+)$/i.exec(text);
		return doi === null
			? field('856', '4', '0', value.path, sub(['u', text]))
			: field('024', '7', ' ', value.path, sub(['a', doi[1]], ['2', 'doi']));
	}
	const doi = /^(?:doi:\s*)?(10\.\d{4,9}\/\S+)$/i.exec(text);
	if (doi !== null) return field('024', '7', ' ', value.path, sub(['a', doi[1]], ['2', 'doi']));
	const issn = ISSN.exec(text);
	if (issn !== null) return field('022', ' ', ' ', value.path, sub(['a', issn[1]]));
	const isbn = ISBN.exec(text);
	const bare = isbn?.[1]?.replace(/[-\s]/g, '') ?? '';
	if (
		isbn !== null &&
		(bare.length === 10 || bare.length === 13) &&
		(/isbn/i.test(text + value.scheme) || bare.length === 13 || hasIsbnCheck(bare))
	)
		return field('020', ' ', ' ', value.path, sub(['a', isbn[1]], ['q', isbn[2]]));
	if (/^(?:urn:|hdl:|ark:)/i.test(text))
		return field('024', '7', ' ', value.path, sub(['a', text], ['2', text.slice(0, text.indexOf(':')).toLowerCase()]));
	return field('035', ' ', ' ', value.path, sub(['a', text]));
}

/** Whether ten digits carry the check digit of an ISBN: a bare number of ten digits may be anything. */
function hasIsbnCheck(bare: string): boolean {
	let sum = 0;
	for (let i = 0; i < 10; i++) sum += (10 - i) * (bare[i] === 'X' || bare[i] === 'x' ? 10 : Number(bare[i]));
	return sum % 11 === 0;
}

function relationField(value: Value): Draft {
	const text = value.text;
	if (value.name === 'isPartOf') return field('773', '0', ' ', value.path, /^https?:/i.test(text) ? sub(['o', text]) : sub(['t', text]));
	const series = /^(?:series|tủ sách|tùng thư|bộ sách)\s*[:;]?\s+(.+)$/iu.exec(text);
	if (series !== null) return field('490', '0', ' ', value.path, sub(['a', /^(?:tủ|tùng|bộ)/iu.test(text) ? text : series[1]]));
	return field('787', '0', ' ', value.path, /^https?:/i.test(text) ? sub(['o', text]) : sub(['t', text]));
}

/** Languages that records name in words or two letters, as MARC codes them. */
const LANGUAGES: Readonly<Record<string, string>> = {
	vi: 'vie',
	en: 'eng',
	fr: 'fre',
	de: 'ger',
	es: 'spa',
	it: 'ita',
	ru: 'rus',
	zh: 'chi',
	ja: 'jpn',
	ko: 'kor',
	la: 'lat',
	th: 'tha',
	lo: 'lao',
	km: 'khm',
	pt: 'por',
	nl: 'dut',
	fra: 'fre',
	deu: 'ger',
	zho: 'chi',
	nld: 'dut',
	vietnamese: 'vie',
	english: 'eng',
	french: 'fre',
	german: 'ger',
	'tiếng việt': 'vie',
	'tiếng anh': 'eng',
	'tiếng pháp': 'fre',
	việt: 'vie',
	anh: 'eng',
	pháp: 'fre',
	'tiếng nga': 'rus',
	'tiếng trung': 'chi',
	'tiếng nhật': 'jpn',
};

function languageCode(text: string): string | undefined {
	const key = text.trim().toLowerCase();
	const short = key.replace(/[-_][a-z0-9]{2,8}$/, '');
	return entryOf(LANGUAGES, key) ?? entryOf(LANGUAGES, short) ?? (/^[a-z]{3}$/.test(short) ? short : undefined);
}

/** 008 of 40 characters with what Dublin Core tells: year, language; the rest is not coded. */
function fixedField(year: string | undefined, language: string | undefined, serial: boolean): string {
	const dates = year === undefined ? 'n        ' : `${serial ? 'c' : 's'}${year}${serial ? '9999' : '    '}`;
	return `      ${dates}|||${'|'.repeat(17)}${language ?? 'und'}||`.padEnd(40, '|');
}

/** Crosswalk to MARC 21 (after the Library of Congress' Dublin Core to MARC crosswalk, unqualified and qualified). */
function crosswalk(values: readonly Value[]): { leader: string; fields: MarcField[] } {
	const of = (element: string): Value[] => values.filter((value) => value.element === element);
	const titles = of('title');
	const main = titles.find((value) => value.name === 'title') ?? titles[0];
	const [firstCreator, ...otherCreators] = of('creator');
	const formats = of('format');
	const { type, level } = dcType(
		of('type').map((v) => v.text),
		formats.map((v) => v.text),
	);
	const languages = of('language');
	const codes = languages.map((value) => languageCode(value.text));
	const dates = of('date');
	const places = of('publisher');
	const published = publication(places, dates);
	const year = published.length === 0 ? undefined : /\d{4}/.exec(published[0]?.subfields.find((s) => s.code === 'c')?.value ?? '')?.[0];

	const fields: Draft[] = [
		control(
			'008',
			fixedField(
				year,
				codes.find((c) => c !== undefined),
				level === 's',
			),
			dates[0]?.path ?? languages[0]?.path ?? 'dc',
		),
	];
	for (const value of of('identifier')) fields.push(identifierField(value));
	for (const [i, value] of languages.entries()) {
		const code = codes[i];
		fields.push(
			code === undefined
				? field('546', ' ', ' ', value.path, sub(['a', value.text]))
				: field('041', '0', ' ', value.path, sub(['a', code])),
		);
	}
	if (firstCreator) fields.push(nameField(firstCreator, '100'));
	if (main) fields.push(titleField(main, firstCreator ? 1 : 0));
	for (const value of titles) if (value !== main) fields.push(field('246', '3', ' ', value.path, sub(['a', value.text])));
	fields.push(...published);
	for (const value of formats) if (!isMime(value.text)) fields.push(field('300', ' ', ' ', value.path, sub(['a', value.text])));
	const typed = of('type')[0] ?? formats.find((value) => isMime(value.text));
	if (typed) {
		const [term, code] = contentType(type);
		fields.push(field('336', ' ', ' ', typed.path, sub(['a', term], ['b', code], ['2', 'rdacontent'])));
	}
	const online = formats.find((value) => isMime(value.text));
	if (online) fields.push(field('338', ' ', ' ', online.path, sub(['a', 'online resource'], ['b', 'cr'], ['2', 'rdacarrier'])));
	for (const value of values) {
		const made = noteField(value);
		if (made) fields.push(made);
	}
	for (const value of otherCreators) fields.push(nameField(value, '700'));
	for (const value of of('contributor')) fields.push(nameField(value, '700'));
	return { leader: `00000n${type}${level} a2200000   4500`, fields: fields.filter((f) => f.value !== '' || f.subfields.length > 0) };
}

/** Fields that need no look at other values. */
function noteField(value: Value): Draft | null {
	const one = (tag: string, ind1: string, ind2: string): Draft => field(tag, ind1, ind2, value.path, sub(['a', value.text]));
	switch (value.element) {
		case 'subject':
			return /^\d{3}(?:\.\d+)?$/.test(value.text) || /ddc/i.test(value.scheme) ? one('082', '0', '4') : one('653', ' ', ' ');
		case 'description':
			if (value.name === 'tableOfContents') return one('505', '0', ' ');
			return value.name === 'abstract' || value.text.length > 150
				? one('520', value.name === 'abstract' ? '3' : ' ', ' ')
				: one('500', ' ', ' ');
		case 'coverage':
			return one('653', ' ', value.name === 'temporal' ? '4' : '5');
		case 'audience':
			return one('521', ' ', ' ');
		case 'rights':
			return /^https?:/i.test(value.text) ? field('540', ' ', ' ', value.path, sub(['u', value.text])) : one('540', ' ', ' ');
		case 'source':
			return field('786', '0', ' ', value.path, /^https?:/i.test(value.text) ? sub(['o', value.text]) : sub(['t', value.text]));
		case 'relation':
			return relationField(value);
		default:
			return null;
	}
}

/**
 * MARC records from the events of oai_dc or qualified Dublin Core, whatever prefixes and namespaces. Each field says in `origin` which
 * element it came from. Values without a Dublin Core name are left out and named (`element-unknown`); empty ones are nothing.
 */
export class DublinCoreBuilder implements MetadataBuilder {
	#values: Value[] = [];
	#counts = new Map<string, number>();
	#repairs: Repair[] = [];
	#name = '';
	#element = '';
	#scheme = '';
	#text = '';
	#depth = 0;
	#seen = false;
	#cut = false;

	open(localName: string, attribute: (name: string) => string | undefined): void {
		this.#depth++;
		this.#seen = true;
		const lower = localName.toLowerCase();
		const element = ELEMENTS.has(lower) ? lower : (entryOf(REFINES, localName) ?? '');
		if (element === '') {
			// the outermost element is the wrapper, whatever it is called
			if (this.#depth > 1 && this.#element === '') this.#repairs.push({ code: 'element-unknown', at: localName.slice(0, 40) });
			return;
		}
		this.#element = element;
		this.#name = ELEMENTS.has(lower) ? lower : localName;
		this.#scheme = attribute('xsi:type') ?? attribute('type') ?? attribute('scheme') ?? '';
		this.#text = '';
	}

	text(text: string): void {
		if (this.#element !== '') this.#text += text;
	}

	close(localName: string): void {
		this.#depth--;
		if (this.#element === '' || (localName !== this.#name && localName.toLowerCase() !== this.#name)) return;
		const text = toNfc(this.#text.replace(/\s+/g, ' ').trim());
		if (text !== '' && this.#values.length < LIMITS.recordFieldsMax) {
			const count = (this.#counts.get(this.#name) ?? 0) + 1;
			this.#counts.set(this.#name, count);
			this.#values.push({ element: this.#element, name: this.#name, text, scheme: this.#scheme, path: `dc:${this.#name}[${count}]` });
		} else if (text !== '') this.#cut = true;
		this.#element = '';
	}

	finish(): Decoded[] {
		const values = this.#values;
		const repairs = this.#repairs;
		const seen = this.#seen;
		const cut = this.#cut;
		this.#values = [];
		this.#counts = new Map();
		this.#repairs = [];
		this.#element = '';
		this.#depth = 0;
		this.#seen = false;
		this.#cut = false;
		if (!seen) return [];
		if (cut) return [{ ok: false, code: 'too-many-fields', reason: `more than ${LIMITS.recordFieldsMax} elements`, repairs }];
		if (values.length === 0) return [{ ok: false, code: 'no-fields', reason: 'no Dublin Core element with a value', repairs }];
		return [{ ok: true, record: crosswalk(values), repairs }];
	}
}
