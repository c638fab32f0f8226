import type { Bib, Creator, Kind } from './bib.ts';
import { bibFromMarc } from './bib-from-marc.ts';
import { type MarcRecord, subfield } from './marc.ts';
import { head, tidy, trimIsbd } from './normalise/trim.ts';
import { spokenName } from './vietnamese-name.ts';

/** What a reference says of a publication: what RIS, BibTeX, CSL-JSON, JSON-LD and tables are written from. All texts are one line. */

/** What is cited; `issue` and `serial` are of a periodical, `article` and `chapter` parts of something else. */
export type CitedAs =
	| 'book'
	| 'serial'
	| 'issue'
	| 'article'
	| 'chapter'
	| 'thesis'
	| 'map'
	| 'music'
	| 'sound'
	| 'video'
	| 'image'
	| 'software'
	| 'object'
	| 'manuscript'
	| 'other';

export interface CitedName {
	readonly name: string;
	readonly type: Creator['type'];
	/** Surname and the rest, for names that the record gives in that order (`Austen, Jane`); a Vietnamese name is written as it is spoken. */
	readonly parted?: { readonly family: string; readonly given: string };
}

export interface Citation {
	readonly id: string;
	/** Permanent address of the record. */
	readonly url: string;
	readonly as: CitedAs;
	readonly kind: Kind;
	readonly material: string;
	/** Title proper, rest of title and parts: `Lịch sử Việt Nam: giáo trình. Tập 1, Cổ đại`. '' when the record has none. */
	readonly title: string;
	readonly shortTitle: string;
	readonly authors: readonly CitedName[];
	readonly editors: readonly CitedName[];
	readonly translators: readonly CitedName[];
	/** Illustrators, performers and whoever else has a role of another kind. */
	readonly contributors: readonly CitedName[];
	readonly places: readonly string[];
	readonly publishers: readonly string[];
	readonly year?: string;
	readonly yearEnd?: string;
	readonly edition?: string;
	readonly volume?: string;
	readonly extent?: string;
	readonly pages?: number;
	readonly series: readonly { readonly title: string; readonly volume?: string }[];
	/** The periodical or book that a part is in, and where in it. */
	readonly host?: {
		readonly title: string;
		readonly place: string;
		readonly range?: string;
		readonly issn: readonly string[];
		readonly isbn: readonly string[];
	};
	/** Of the publication itself, and of what it is in. */
	readonly isbn: readonly string[];
	readonly issn: readonly string[];
	/** Three-letter codes of MARC. */
	readonly languages: readonly string[];
	readonly subjects: readonly string[];
	readonly classification: readonly string[];
	readonly summary?: string;
	readonly notes: readonly string[];
	/** The thing itself, and what is about it, on the web. */
	readonly links: readonly string[];
	readonly thesis?: { readonly degree: string; readonly school: string };
}

/** The record's own name: its public id, whose id that is (MARC 003), and its permanent address. */
export interface RecordAddress {
	readonly id: string;
	readonly agency: string;
	readonly url: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Text on one line, as every format of references wants it; lone surrogates and control characters are no text. */
const UNWRITABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]+/g;
const oneLine = (text: string): string => tidy(text.toWellFormed().replace(UNWRITABLE, ' '));

const lines = (values: readonly (string | undefined)[]): string[] => [
	...new Set(values.map((value) => oneLine(value ?? '')).filter((value) => value !== '')),
];

/** What a MARC record says as a reference; null for a record that describes no publication. Give it what `unionToMarc` returned. */
export function citationOf(record: MarcRecord, { id, url }: RecordAddress): Citation | null {
	const found = bibFromMarc(record);
	if (!('bib' in found)) return null;
	const { bib } = found;
	const thesis = thesisOf(record);
	const citation: Writable<Citation> = {
		id,
		url,
		as: citedAs(bib, thesis !== undefined),
		kind: bib.kind,
		material: bib.material.value,
		...titlesOf(bib),
		...namesOf(bib.creators),
		places: lines(bib.publication.map(({ place }) => place?.value)),
		publishers: lines(bib.publication.map(({ publisher }) => publisher?.value)),
		series: bib.series.flatMap(seriesOf),
		isbn: lines([...numbersOf(bib, 'isbn'), ...hostNumbers(bib, ISBN)]),
		issn: lines([...numbersOf(bib, 'issn'), ...hostNumbers(bib, ISSN)]),
		languages: lines(bib.languages.map(({ value }) => value)),
		subjects: lines(bib.subjects.map(({ value }) => value)),
		classification: lines(bib.classification.map(({ value }) => value)),
		notes: lines(bib.notes.map(({ value }) => value)),
		links: lines(bib.links.map(({ value }) => value)),
	};
	const host = hostOf(bib);
	if (host !== undefined) citation.host = host;
	if (thesis !== undefined) citation.thesis = thesis;
	const pages = pagesOf(bib);
	if (pages !== undefined) citation.pages = pages;
	const texts = {
		year: bib.year,
		yearEnd: bib.yearEnd,
		edition: bib.edition?.statement,
		volume: bib.title.volume,
		extent: bib.extent?.statement,
		summary: bib.summary,
	};
	for (const [name, sourced] of Object.entries(texts) as [keyof typeof texts, { value: string } | undefined][]) {
		const text = oneLine(sourced?.value ?? '');
		if (text !== '') citation[name] = text;
	}
	return citation;
}

function titlesOf({ title: { proper, rest, parts } }: Bib): Pick<Citation, 'title' | 'shortTitle'> {
	const shortTitle = oneLine(proper?.value ?? '');
	const named = [shortTitle, oneLine(rest?.value ?? '')].filter((text) => text !== '').join(': ');
	const numbered = parts.map(({ number, name }) => lines([number?.value, name?.value]).join(', '));
	return { shortTitle, title: [named, ...numbered].filter((text) => text !== '').join('. ') };
}

const EDITORS = /^(?:edt|edc|com|ed|eds|editor|compiler|comp|t?ch\.? ?b|h\. ?đ)\b|chủ biên|biên tập|hiệu đính|tuyển chọn|sưu tầm/i;
const TRANSLATORS = /^(?:trl|trans|translator|b\. ?d|d\. ?t)\b|dịch/i;
const AUTHORS = /^(?:aut|author|cre|creator|b\. ?s|dis|cmp|composer|art|ctg|pht)\b|tác giả|biên soạn|^soạn|viết/i;

function namesOf(creators: readonly Creator[]): Pick<Citation, 'authors' | 'editors' | 'translators' | 'contributors'> {
	const names = { authors: [] as CitedName[], editors: [] as CitedName[], translators: [] as CitedName[], contributors: [] as CitedName[] };
	const seen = new Set<string>();
	for (const creator of creators) {
		const cited = citedName(oneLine(creator.name.value), creator.type);
		if (cited.name === '' || seen.has(cited.name)) continue;
		seen.add(cited.name);
		names[placeOf(creator)].push(cited);
	}
	return names;
}

/** A name without a role is an author's: Vietnamese records put co-authors in 700 and say no more. */
function placeOf({ roles, main }: Creator): 'authors' | 'editors' | 'translators' | 'contributors' {
	const says = (pattern: RegExp): boolean => roles.some(({ value }) => pattern.test(value));
	if (roles.length === 0 || says(AUTHORS)) return 'authors';
	if (says(EDITORS)) return 'editors';
	if (says(TRANSLATORS)) return 'translators';
	return main ? 'authors' : 'contributors';
}

function citedName(name: string, type: Creator['type']): CitedName {
	const [family = '', ...rest] = name.split(',').map((part) => part.trim());
	const given = rest.filter((part) => part !== '').join(', ');
	const spoken = type === 'person' ? spokenName(family, given) : undefined;
	if (spoken !== undefined) return { name: spoken, type };
	return type !== 'person' || family === '' || given === '' ? { name, type } : { name, type, parted: { family, given } };
}

function seriesOf({ value, volume }: Bib['series'][number]): Citation['series'] {
	const title = oneLine(value);
	const number = oneLine(volume ?? '');
	if (title === '') return [];
	return [number === '' ? { title } : { title, volume: number }];
}

const numbersOf = ({ identifiers }: Bib, type: 'isbn' | 'issn'): string[] =>
	lines(identifiers.map((one) => (one.type === type && one.role === 'own' && one.valid ? (one.normal ?? one.value) : '')));

const COUNTED_PAGES = /(\d{1,5})\]? ?(?:tr|trang|pp?|pages?|s)(?![\p{L}])/iu;

/** Where the extent counts pages, and not volumes, sheets or files. */
function pagesOf({ extent }: Bib): number | undefined {
	const counted = COUNTED_PAGES.exec(head(extent?.statement.value ?? ''));
	return counted === null ? undefined : (extent?.pages ?? Number(counted[1]));
}

const RANGE = /(?:\btr\.?|\btrang|\bpp?\.?)\s*(\d{1,6}(?:\s*[-–]\s*\d{1,6})?)/i;
const ISSN = /^\d{4}-\d{3}[\dX]$/;
const ISBN = /^\d{13}$/;

const hostNumbers = ({ host }: Pick<Bib, 'host'>, of: RegExp): string[] =>
	lines(host?.identifiers.map(({ value }) => value) ?? []).filter((number) => of.test(number));

function hostOf({ host }: Bib): Citation['host'] {
	if (host === undefined) return undefined;
	const place = oneLine(host.related?.value ?? '').slice(0, 1_000);
	const range = RANGE.exec(place)?.[1]?.replace(/\s*[-–]\s*/, '-');
	const [isbn, issn] = [hostNumbers({ host }, ISBN), hostNumbers({ host }, ISSN)];
	const title = oneLine(host.title?.value ?? '');
	if (title === '' && place === '' && isbn.length + issn.length === 0) return undefined;
	return range === undefined ? { title, place, issn, isbn } : { title, place, range, issn, isbn };
}

/** 502: the degree and who gave it, from its subfields or from the words of the note (`Luận án TS. -- Trường Đại học …`). */
function thesisOf({ fields }: MarcRecord): Citation['thesis'] {
	const field = fields.find(({ tag }) => tag === '502');
	if (field === undefined) return undefined;
	const text = (code: string): string => trimIsbd(oneLine(subfield(field, code) ?? ''));
	const [degree = '', ...rest] = text('a').split(/ ?-- ?/);
	return { degree: text('b') || degree, school: text('c') || (rest[0] ?? '') };
}

const OF_MATERIAL: Readonly<Record<string, CitedAs>> = {
	text: 'book',
	map: 'map',
	music: 'music',
	sound: 'sound',
	video: 'video',
	image: 'image',
	software: 'software',
	object: 'object',
};

function citedAs({ kind, material, carrier, host }: Bib, thesis: boolean): CitedAs {
	if (kind === 'serial' || kind === 'issue') return kind;
	if (kind === 'component') {
		const inPeriodical = host?.identifiers.some(({ value }) => ISSN.test(value)) === true || PERIODICAL.test(host?.title?.value ?? '');
		return inPeriodical ? 'article' : 'chapter';
	}
	if (thesis) return 'thesis';
	if (carrier.value === 'manuscript') return 'manuscript';
	return OF_MATERIAL[material.value] ?? 'other';
}

const PERIODICAL = /^(?:tạp chí|báo|tập san|nội san|bản tin|journal|revue|bulletin)(?![\p{L}])|\bjournal\b/iu;
