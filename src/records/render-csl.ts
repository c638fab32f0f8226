import type { Citation, CitedAs, CitedName } from './citation.ts';
import { languageTag } from './languages.ts';

/** CSL-JSON (csl-data.json of the Citation Style Language 1.0.2), one item. */

const TYPES: Readonly<Record<CitedAs, string>> = {
	book: 'book',
	serial: 'periodical',
	issue: 'periodical',
	article: 'article-journal',
	chapter: 'chapter',
	thesis: 'thesis',
	map: 'map',
	music: 'musical_score',
	sound: 'song',
	video: 'motion_picture',
	image: 'graphic',
	software: 'software',
	object: 'document',
	manuscript: 'manuscript',
	other: 'document',
};

type CslName = { readonly literal: string } | { readonly family: string; readonly given: string };
/** An item of CSL-JSON: only what is known is there. */
export type CslItem = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** Names in two parts only where the record parts them: `Nguyễn Văn An` is cited whole. */
const cslName = ({ name, parted }: CitedName): CslName => parted ?? { literal: name };

/** A number of up to six digits is a number to styles, anything else a text. */
const YEAR = /^\d{1,4}$/;

export function citationToCsl(citation: Citation): CslItem {
	const { series, host, thesis, year, yearEnd } = citation;
	const [first] = series;
	const years = [year, yearEnd].filter((one) => one !== undefined && YEAR.test(one)).map((one) => [Number(one)]);
	const values: Readonly<Record<string, unknown>> = {
		title: citation.title,
		'title-short': citation.shortTitle === citation.title ? '' : citation.shortTitle,
		author: citation.authors.map(cslName),
		editor: citation.editors.map(cslName),
		translator: citation.translators.map(cslName),
		contributor: citation.contributors.map(cslName),
		'container-title': host?.title,
		'collection-title': first?.title,
		'collection-number': first?.volume,
		volume: citation.volume,
		edition: citation.edition,
		publisher: thesis?.school || citation.publishers.join('; '),
		'publisher-place': citation.places.join('; '),
		genre: thesis?.degree,
		issued: years.length === 0 ? undefined : { 'date-parts': years },
		page: host?.range,
		'number-of-pages': host === undefined ? citation.pages : undefined,
		ISBN: citation.isbn.join(' '),
		ISSN: citation.issn.join(' '),
		'call-number': citation.classification[0],
		language: languageTag(citation.languages[0] ?? ''),
		abstract: citation.summary,
		keyword: citation.subjects.join(', '),
		note: [host?.place, ...citation.notes].filter(Boolean).join('. '),
		URL: citation.links[0] ?? citation.url,
	};
	const known = Object.entries(values).filter(
		([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
	);
	return { id: citation.id, type: TYPES[citation.as], ...Object.fromEntries(known) };
}
