import type { Kind } from './bib.ts';
import type { Citation, CitedAs, CitedName } from './citation.ts';
import { languageTag } from './languages.ts';
import type { LinkRelation } from './references.ts';

/** JSON-LD in the words of schema.org, as search engines read it. */

const TYPES: Readonly<Record<CitedAs, string>> = {
	book: 'Book',
	serial: 'Periodical',
	issue: 'PublicationIssue',
	article: 'Article',
	chapter: 'Chapter',
	thesis: 'Thesis',
	map: 'Map',
	music: 'SheetMusic',
	sound: 'AudioObject',
	video: 'VideoObject',
	image: 'VisualArtwork',
	software: 'SoftwareApplication',
	object: 'CreativeWork',
	manuscript: 'Manuscript',
	other: 'CreativeWork',
};

type Node = Readonly<Record<string, unknown>> & { readonly '@type': string | readonly string[] };
/** A description that stands by itself. */
export type JsonLd = Node & { readonly '@context': string; readonly '@id': string };

/** A library that holds it: its code, and the address where more of it is told. */
export interface HoldingLibrary {
	readonly code: string;
	readonly url: string;
}

/** Another record that this one is linked with. */
export interface LinkedTitle {
	/** What it is to this one (src/records/references.ts). */
	readonly relation: LinkRelation;
	readonly url: string;
	readonly title: string;
	readonly kind: Kind;
}

const agent = ({ name, type, parted }: CitedName): Node => {
	if (type !== 'person') return { '@type': 'Organization', name };
	return { '@type': 'Person', name, ...(parted === undefined ? {} : { familyName: parted.family, givenName: parted.given }) };
};

/** One value alone, several as a list, none as nothing. */
const some = <T>(values: readonly T[]): T | readonly T[] | undefined => (values.length > 1 ? values : values[0]);
const known = <T extends object>(node: T): T =>
	Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined && value !== '')) as T;

export function citationToJsonLd(citation: Citation, libraries: readonly HoldingLibrary[], links: readonly LinkedTitle[] = []): JsonLd {
	const { year, yearEnd, thesis, host, url } = citation;
	const isSerial = citation.as === 'serial';
	const node: JsonLd = {
		'@context': 'https://schema.org',
		'@id': url,
		'@type': citation.kind === 'volume' && citation.as === 'book' ? ['Book', 'PublicationVolume'] : TYPES[citation.as],
		name: citation.title,
		alternateName: citation.shortTitle === citation.title ? undefined : citation.shortTitle,
		url,
		identifier: { '@type': 'PropertyValue', propertyID: 'lienthong', value: citation.id },
		author: some(citation.authors.map(agent)),
		editor: some(citation.editors.map(agent)),
		translator: some(citation.translators.map(agent)),
		contributor: some(citation.contributors.map(agent)),
		publisher: some(publishers(citation)),
		sourceOrganization: thesis === undefined || thesis.school === '' ? undefined : { '@type': 'Organization', name: thesis.school },
		inSupportOf: thesis?.degree,
		datePublished: isSerial ? undefined : year,
		startDate: isSerial ? year : undefined,
		endDate: isSerial ? yearEnd : undefined,
		bookEdition: citation.as === 'book' ? citation.edition : undefined,
		volumeNumber: citation.as === 'book' && citation.kind === 'volume' ? citation.volume : undefined,
		numberOfPages: citation.as === 'book' ? citation.pages : undefined,
		pagination: host?.range,
		isbn: some(ownNumbers(citation.isbn, host?.isbn)),
		issn: some(ownNumbers(citation.issn, host?.issn)),
		inLanguage: some(citation.languages.flatMap((code) => languageTag(code) ?? [])),
		about: some(citation.subjects),
		abstract: citation.summary,
		sameAs: some(citation.links.filter((link) => URL.canParse(link))),
		isPartOf: some(isPartOf(citation, links)),
		hasPart: some(linked(links, 'part', 'volume', 'series-volume')),
		exampleOfWork: otherForms(links),
		provider: some(libraries.map(({ code, url: at }) => ({ '@type': 'Library', '@id': at, identifier: code }))),
	};
	return known(node);
}

const ownNumbers = (all: readonly string[], ofHost: readonly string[] = []): string[] => all.filter((number) => !ofHost.includes(number));

function publishers({ publishers: names, places }: Citation): Node[] {
	const [place] = places;
	return names.map((name, i) => ({
		'@type': 'Organization',
		name,
		...(i === 0 && place !== undefined ? { location: { '@type': 'Place', name: place } } : {}),
	}));
}

const TYPES_OF_KIND: Readonly<Record<Kind, string>> = {
	monograph: 'Book',
	volume: 'PublicationVolume',
	set: 'Book',
	serial: 'Periodical',
	issue: 'PublicationIssue',
	component: 'CreativeWork',
	electronic: 'CreativeWork',
};

const linked = (links: readonly LinkedTitle[], ...relations: readonly LinkRelation[]): Node[] =>
	links
		.filter(({ relation }) => relations.includes(relation))
		.map(({ url, title, kind }) => ({ '@type': TYPES_OF_KIND[kind], '@id': url, name: title }));

/** Another physical form is another example of the same work. */
function otherForms(links: readonly LinkedTitle[]): Node | undefined {
	const forms = linked(links, 'other-format');
	return forms.length === 0 ? undefined : { '@type': 'CreativeWork', workExample: some(forms) };
}

/** What it is part of: the host by its own record where there is one that is certain, else as this record has it. */
function isPartOf({ series, host, as }: Citation, links: readonly LinkedTitle[]): Node[] {
	const [hosts, others] = [linked(links, 'host'), linked(links, 'set', 'series')];
	const parts = [
		...others,
		...series
			.filter(({ title }) => !others.some(({ name }) => name === title))
			.map(({ title, volume }): Node => known({ '@type': 'BookSeries', name: title, position: volume })),
	];
	if (host === undefined) return [...hosts, ...parts];
	const type = as === 'article' || as === 'issue' ? 'Periodical' : 'Book';
	const [found] = hosts;
	const own = known({ '@type': type, name: host.title, issn: some(host.issn), isbn: some(host.isbn), description: host.place });
	return [found === undefined ? own : { ...own, ...found }, ...hosts.slice(1), ...parts];
}
