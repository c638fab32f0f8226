import { xmlText } from '../lib/xml-text.ts';
import type { Bib, Creator, Identifier, Kind, Sourced } from './bib.ts';
import { bibFromMarc } from './bib-from-marc.ts';
import type { MarcField, MarcRecord } from './marc.ts';
import { tidy, trimIsbd } from './normalise/trim.ts';

/** MARC to MODS 3.7 (https://www.loc.gov/standards/mods/mods-mapping.html), by way of the normalised description. */

const OPEN =
	'<mods xmlns="http://www.loc.gov/mods/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.7" xsi:schemaLocation="http://www.loc.gov/mods/v3 http://www.loc.gov/standards/mods/v3/mods-3-7.xsd">';

const leaf = (name: string, text: string | undefined, attributes = ''): string =>
	text === undefined || text === '' ? '' : `<${name}${attributes}>${xmlText(text)}</${name}>`;
const wrapped = (name: string, inner: string, attributes = ''): string => (inner === '' ? '' : `<${name}${attributes}>${inner}</${name}>`);
const title = (text: string | undefined, attributes = ''): string => wrapped('titleInfo', leaf('title', text), attributes);
const each = <T>(values: readonly T[], write: (value: T) => string): string => values.map(write).join('');

/** A record as a `<mods>` element that stands by itself; '' for a record that describes no publication. Give it what `unionToMarc` returned. */
export function marcToMods(record: MarcRecord): string {
	const found = bibFromMarc(record);
	if (!('bib' in found)) return '';
	const { bib } = found;
	const { summary, extent, notes, languages, links } = bib;
	return (
		OPEN +
		titles(bib) +
		each(bib.creators, name) +
		leaf('typeOfResource', TYPES[bib.material.value]) +
		origin(bib) +
		each(languages, ({ value }) => wrapped('language', leaf('languageTerm', value, ' type="code" authority="iso639-2b"'))) +
		wrapped('physicalDescription', leaf('extent', extent?.statement.value)) +
		leaf('abstract', summary?.value) +
		leaf('note', bib.title.responsibility?.value, ' type="statement of responsibility"') +
		each(notes, ({ value }) => leaf('note', value)) +
		each(record.fields, subject) +
		each(bib.classification, ({ scheme, value }) => leaf('classification', value, ` authority="${xmlText(scheme)}"`)) +
		each(bib.series, ({ value, volume }) =>
			wrapped('relatedItem', wrapped('titleInfo', leaf('title', value) + leaf('partNumber', volume)), ' type="series"'),
		) +
		wrapped('relatedItem', title(bib.host?.title?.value) + wrapped('part', leaf('text', bib.host?.related?.value)), ' type="host"') +
		each(bib.identifiers, identifier) +
		each(links, ({ value }) => wrapped('location', leaf('url', value))) +
		each(record.fields, location) +
		recordInfo(record) +
		'</mods>'
	);
}

function titles({ title: { proper, rest, parts, variants } }: Bib): string {
	const main = leaf('title', proper?.value) + leaf('subTitle', rest?.value);
	const numbered = each(parts, (part) => leaf('partNumber', part.number?.value) + leaf('partName', part.name?.value));
	return wrapped('titleInfo', main + numbered) + each(variants, ({ value }) => title(value, ' type="alternative"'));
}

const NAME_TYPES = { person: 'personal', corporate: 'corporate', meeting: 'conference' } as const;

function name({ name: { value }, type, main, dates, roles }: Creator): string {
	const role = ({ value: term }: Sourced): string =>
		/^[a-z]{3}$/.test(term) ? leaf('roleTerm', term, ' type="code" authority="marcrelator"') : leaf('roleTerm', term, ' type="text"');
	return wrapped(
		'name',
		leaf('namePart', value) + leaf('namePart', dates?.value, ' type="date"') + each(roles, (one) => wrapped('role', role(one))),
		` type="${NAME_TYPES[type]}"${main ? ' usage="primary"' : ''}`,
	);
}

/** MODS typeOfResource by our material. */
const TYPES: Readonly<Record<string, string>> = {
	text: 'text',
	music: 'notated music',
	map: 'cartographic',
	sound: 'sound recording',
	video: 'moving image',
	image: 'still image',
	software: 'software, multimedia',
	object: 'three dimensional object',
	mixed: 'mixed material',
};
const ISSUANCE: Readonly<Record<Kind, string>> = {
	monograph: 'monographic',
	volume: 'multipart monograph',
	set: 'multipart monograph',
	serial: 'serial',
	issue: 'serial',
	component: '',
	electronic: '',
};

function origin({ publication, year, edition, kind }: Bib): string {
	const published = each(publication, ({ place, publisher, date }) => {
		const placed = wrapped('place', leaf('placeTerm', place?.value, ' type="text"'));
		return placed + leaf('publisher', publisher?.value) + leaf('dateIssued', date?.value);
	});
	const coded = leaf('dateIssued', year?.value, ' encoding="marc"');
	return wrapped('originInfo', published + coded + leaf('edition', edition?.statement.value) + leaf('issuance', ISSUANCE[kind]));
}

const SUBDIVISIONS: Readonly<Record<string, string>> = { x: 'topic', z: 'geographic', y: 'temporal', v: 'genre' };
/** What $a of a heading is. */
const HEADINGS: Readonly<Record<string, string>> = { '648': 'temporal', '650': 'topic', '651': 'geographic', '653': 'topic' };
const NAMES: Readonly<Record<string, string>> = { '600': 'personal', '610': 'corporate', '611': 'conference' };

function subject({ tag, subfields }: MarcField): string {
	const type = NAMES[tag];
	const heading = HEADINGS[tag];
	if (tag === '655') return each(subfields, ({ code, value }) => (code === 'a' ? leaf('genre', trimIsbd(tidy(value))) : ''));
	if (type === undefined && heading === undefined && tag !== '630') return '';
	const parts = each(subfields, ({ code, value }) => {
		const text = trimIsbd(tidy(value));
		const part = SUBDIVISIONS[code];
		if (part !== undefined) return leaf(part, text);
		if (code !== 'a') return '';
		if (type !== undefined) return wrapped('name', leaf('namePart', text), ` type="${type}"`);
		return heading === undefined ? title(text) : leaf(heading, text);
	});
	return wrapped('subject', parts);
}

function identifier({ type, value, normal, role }: Identifier): string {
	if (type === 'system') return '';
	const invalid = role === 'cancelled' ? ' invalid="yes"' : '';
	return leaf('identifier', normal ?? value, `${type === 'other' ? '' : ` type="${type}"`}${invalid}`);
}

/** 852: the library, and where in it. */
function location({ tag, subfields }: MarcField): string {
	if (tag !== '852') return '';
	const all = (code: string): string[] => subfields.filter((s) => s.code === code).map((s) => s.value);
	const shelf = all('h').map((value) => leaf('shelfLocator', value));
	return wrapped('location', leaf('physicalLocation', [...all('a'), ...all('b')].join(', ')) + shelf.join(''));
}

function recordInfo({ fields }: MarcRecord): string {
	const control = (tag: string): string => fields.find((field) => field.tag === tag)?.value ?? '';
	const source = control('003');
	return wrapped('recordInfo', leaf('recordIdentifier', control('001'), source === '' ? '' : ` source="${xmlText(source)}"`));
}
