import type { Citation, CitedAs, CitedName } from './citation.ts';

/** RIS, as reference managers read it: `TY  - BOOK`, one tag a line, CR LF, UTF-8, ended by `ER  - `. */

const TYPES: Readonly<Record<CitedAs, string>> = {
	book: 'BOOK',
	serial: 'SER',
	issue: 'JFULL',
	article: 'JOUR',
	chapter: 'CHAP',
	thesis: 'THES',
	map: 'MAP',
	music: 'MUSIC',
	sound: 'SOUND',
	video: 'VIDEO',
	image: 'ART',
	software: 'COMP',
	object: 'GEN',
	manuscript: 'UNPB',
	other: 'GEN',
};

const nameOf = ({ name }: CitedName): string => name;

/** One reference; Citation has texts of one line only, so no value can end a record. */
export function citationToRis(citation: Citation): string {
	const { authors, editors, translators, contributors, series, host, thesis } = citation;
	const [first] = series;
	const [start, end] = host?.range?.split('-') ?? [];
	const rows: readonly (readonly [tag: string, values: readonly (string | undefined)[]])[] = [
		['TY', [TYPES[citation.as]]],
		['ID', [citation.id]],
		['TI', [citation.title]],
		['ST', [citation.shortTitle === citation.title ? '' : citation.shortTitle]],
		['AU', authors.map(nameOf)],
		['A2', editors.map(nameOf)],
		['A3', contributors.map(nameOf)],
		['A4', translators.map(nameOf)],
		['T2', [host?.title || first?.title]],
		['VL', [citation.volume ?? first?.volume]],
		['M1', [host?.place]],
		['M3', [thesis?.degree]],
		['SP', [start ?? (host === undefined && citation.pages !== undefined ? String(citation.pages) : '')]],
		['EP', [end]],
		['ET', [citation.edition]],
		['CY', [citation.places.join('; ')]],
		['PB', [thesis?.school || citation.publishers.join('; ')]],
		['PY', [citation.year]],
		['SN', [...citation.isbn, ...citation.issn]],
		['LA', citation.languages],
		['CN', [citation.classification[0]]],
		['KW', citation.subjects],
		['AB', [citation.summary]],
		['N1', citation.notes],
		['L2', citation.links],
		['UR', [citation.url]],
	];
	const text = rows.flatMap(([tag, values]) =>
		values.flatMap((value) => (value === undefined || value === '' ? [] : [`${tag}  - ${value}\r\n`])),
	);
	return `${text.join('')}ER  - \r\n`;
}
