import type { Citation, CitedAs, CitedName } from './citation.ts';

/** BibTeX in UTF-8, for BibTeX, biber and reference managers; what TeX would take for a command is written as one. */

const TYPES: Readonly<Record<CitedAs, string>> = {
	book: 'book',
	serial: 'misc',
	issue: 'misc',
	article: 'article',
	chapter: 'incollection',
	thesis: 'phdthesis',
	map: 'misc',
	music: 'misc',
	sound: 'misc',
	video: 'misc',
	image: 'misc',
	software: 'misc',
	object: 'misc',
	manuscript: 'unpublished',
	other: 'misc',
};
/** Degrees below the doctor's. */
const MASTER = /thạc|cử nhân|tốt nghiệp|cao học|\bth\.?s\b|\bm\.?[as]\.?c?\b|master|bachelor/i;

const SPECIAL = /[\\{}&%$#_~^]/g;
const COMMANDS: Readonly<Record<string, string>> = {
	// a brace of the text counts as one of BibTeX's even behind a backslash
	'{': '\\textbraceleft{}',
	'}': '\\textbraceright{}',
	'\\': '\\textbackslash{}',
	'~': '\\textasciitilde{}',
	'^': '\\textasciicircum{}',
};
const tex = (text: string): string => text.replace(SPECIAL, (letter) => COMMANDS[letter] ?? `\\${letter}`);

/** In braces of its own unless it is parted: `Nguyễn Văn An` has no surname at the end, and a body has none at all. */
const name = ({ name: whole, parted }: CitedName): string =>
	parted === undefined || / and /i.test(whole) ? `{${tex(whole)}}` : `${tex(parted.family)}, ${tex(parted.given)}`;
const names = (all: readonly CitedName[]): string => all.map(name).join(' and ');

function fieldsOf(citation: Citation): readonly (readonly [name: string, value: string])[] {
	const { series, host, thesis, contributors } = citation;
	const [first] = series;
	const isPart = citation.as === 'article' || citation.as === 'chapter';
	return [
		// twice in braces: styles would put a title in lower case, names in it too
		['title', citation.title === '' ? '' : `{${tex(citation.title)}}`],
		['author', names(citation.authors)],
		['editor', names(citation.editors)],
		['translator', names(citation.translators)],
		[citation.as === 'article' ? 'journal' : 'booktitle', isPart ? tex(host?.title ?? '') : ''],
		['series', tex(first?.title ?? '')],
		['number', tex(first?.volume ?? '')],
		['volume', tex(citation.volume ?? '')],
		['edition', tex(citation.edition ?? '')],
		['publisher', thesis === undefined ? tex(citation.publishers.join('; ')) : ''],
		['school', thesis === undefined ? '' : tex(thesis.school || citation.publishers.join('; '))],
		['type', tex(thesis?.degree ?? '')],
		['address', tex(citation.places.join('; '))],
		['year', tex(citation.year ?? '')],
		['pages', tex(host?.range?.replace('-', '--') ?? '')],
		['pagetotal', citation.pages === undefined || isPart ? '' : String(citation.pages)],
		['isbn', tex(citation.isbn.join(', '))],
		['issn', tex(citation.issn.join(', '))],
		['language', tex(citation.languages.join(', '))],
		['keywords', tex(citation.subjects.join(', '))],
		['abstract', tex(citation.summary ?? '')],
		['note', tex([...contributors.map(({ name: whole }) => whole), host?.place ?? '', ...citation.notes].filter(Boolean).join('. '))],
		['url', tex(citation.links[0] ?? citation.url)],
	];
}

/** One entry, named by the record's public id. */
export function citationToBibtex(citation: Citation): string {
	const type = citation.as === 'thesis' && MASTER.test(citation.thesis?.degree ?? '') ? 'mastersthesis' : TYPES[citation.as];
	const rows = fieldsOf(citation).flatMap(([field, value]) => (value === '' ? [] : [`  ${field} = {${value}}`]));
	return `@${type}{${citation.id},\n${rows.join(',\n')}\n}\n`;
}
