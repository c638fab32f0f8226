import { entryOf } from '../../lib/entry-of.ts';
import type { Bib, Sourced } from '../bib.ts';
import { isPrivate } from '../private-fields.ts';
import type { Fields, Place } from './fields.ts';
import { isbnOf, issnOf } from './identifiers.ts';
import { head, tidy, trimIsbd } from './trim.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NAME_TAGS: ReadonlySet<string> = new Set(['600', '610', '611', '630']);
const SUBDIVISIONS = 'vxyz';
/** Parts of a name or work in a heading. */
const NAME_PARTS = 'abcdfgklmnopqrst';

/** A heading with its subdivisions: `a--x--y`. */
function heading(place: Place): string {
	const { subfields, tag } = place.field;
	const isName = NAME_TAGS.has(tag);
	let text = '';
	for (const s of subfields) {
		if (!(SUBDIVISIONS.includes(s.code) || s.code === 'a' || (isName && NAME_PARTS.includes(s.code)) || (!isName && s.code === 'b')))
			continue;
		const value = tidy(s.value);
		if (value === '') continue;
		if (text === '') text = value;
		else text = SUBDIVISIONS.includes(s.code) ? `${trimIsbd(text)}--${value}` : `${text} ${value}`;
	}
	return trimIsbd(text);
}

/** Adds each $a of a field. */
function addAll(found: Sourced[], place: Place): void {
	for (const text of place.texts('a')) {
		const value = trimIsbd(text);
		if (value !== '') found.push({ value, path: place.path('a') });
	}
}

/** 6XX headings; each $a of 653 is one of its own. */
export function readSubjects(fields: Fields): Sourced[] {
	const subjects: Sourced[] = [];
	for (const [tag, places] of fields.entries()) {
		if (tag.charCodeAt(0) !== 0x36 || tag.length !== 3) continue;
		for (const place of places) {
			if (tag === '653') addAll(subjects, place);
			else {
				const value = heading(place);
				if (value !== '') subjects.push({ value, path: place.path('a') });
			}
		}
	}
	return subjects;
}

const SCHEMES: readonly (readonly [tag: string, scheme: string])[] = [
	['082', 'ddc'],
	['080', 'udc'],
	['050', 'lcc'],
	['060', 'nlm'],
	['084', ''],
];
const DDC = /^\d{3}(?:\.\d+)?/;

/** 082, 080, 050, 060, and 084 with its $2. A Dewey number ends where a shelf mark begins: `001.4 KI-A`. */
export function readClassification(fields: Fields): Bib['classification'] {
	const found: Bib['classification'][number][] = [];
	for (const [tag, fixed] of SCHEMES) {
		for (const place of fields.all(tag)) {
			const scheme = fixed || place.text('2').toLowerCase() || 'other';
			for (const text of place.texts('a')) {
				const plain = trimIsbd(text.replaceAll('/', ''));
				const value = scheme === 'ddc' ? (DDC.exec(plain)?.[0] ?? plain) : trimIsbd(text);
				if (value !== '') found.push({ value, path: place.path('a'), scheme });
			}
		}
	}
	return found;
}

/** Audience notes and terms: 521 and 385. */
export function readAudience(fields: Fields): Sourced[] {
	const found: Sourced[] = [];
	for (const tag of ['521', '385']) {
		for (const place of fields.all(tag)) addAll(found, place);
	}
	return found;
}

/** 490, then the traced forms (830, 440) that say something else. */
export function readSeries(fields: Fields): Bib['series'] {
	const found: Bib['series'][number][] = [];
	for (const tag of ['490', '440', '830']) {
		for (const place of fields.all(tag)) {
			const value = trimIsbd(place.text('a'));
			if (value === '' || (tag === '830' && found.some((s) => s.value === value))) continue;
			const volume = trimIsbd(place.text('v'));
			const series = { value, path: place.path('a') };
			found.push(volume === '' ? series : { ...series, volume });
		}
	}
	return found;
}

/** 773: title, standard and record numbers, and the place in the host ($g). */
export function readHost(fields: Fields): Bib['host'] {
	const place = fields.first('773');
	if (place === undefined) return undefined;
	const host: Writable<NonNullable<Bib['host']>> = { identifiers: [] };
	const title = place.sourced('t', trimIsbd) ?? place.sourced('s', trimIsbd) ?? place.sourced('a', trimIsbd);
	const related = place.sourced('g', trimIsbd);
	const identifiers: Sourced[] = [];
	for (const text of place.texts('x')) identifiers.push({ value: issnOf(text) ?? text, path: place.path('x') });
	for (const text of place.texts('z')) identifiers.push({ value: isbnOf(text) ?? text, path: place.path('z') });
	for (const text of place.texts('w')) identifiers.push({ value: text, path: place.path('w') });
	host.identifiers = identifiers;
	if (title !== undefined) host.title = title;
	if (related !== undefined) host.related = related;
	return title === undefined && related === undefined && identifiers.length === 0 ? undefined : host;
}

/** Linkage, sources, institutions: subfields of a note that are not its text. */
const NOT_NOTE_TEXT = '025678';
const NOT_NOTES: ReadonlySet<string> = new Set(['520', '521']);

/** 5XX but summary and audience, without what is private. */
export function readNotes(fields: Fields): Sourced[] {
	const notes: Sourced[] = [];
	for (const [tag, places] of fields.entries()) {
		if (tag.charCodeAt(0) !== 0x35 || tag.length !== 3 || NOT_NOTES.has(tag)) continue;
		for (const place of places) {
			if (isPrivate(place.field)) continue;
			const { subfields } = place.field;
			const parts = subfields
				.filter((s) => !NOT_NOTE_TEXT.includes(s.code))
				.map((s) => tidy(s.value))
				.filter((text) => text !== '');
			if (parts.length > 0)
				notes.push({ value: parts.join(' '), path: place.path(subfields.find((s) => !NOT_NOTE_TEXT.includes(s.code))?.code ?? 'a') });
		}
	}
	return notes;
}

/** 520 $a and $b of the first summary. */
export function readSummary(fields: Fields): Sourced | undefined {
	const place = fields.first('520');
	if (place === undefined) return undefined;
	const value = [...place.texts('a'), ...place.texts('b')].join(' ');
	return value === '' ? undefined : { value, path: place.path('a') };
}

const WEB = /^https?:\/\/[^\s/]/i;

/** 856 $u, http and https only, with the link text. */
export function readLinks(fields: Fields): Bib['links'] {
	const links: Bib['links'][number][] = [];
	for (const place of fields.all('856')) {
		const label = trimIsbd(place.text('y') || place.text('3') || place.text('z'));
		for (const value of place.texts('u')) {
			if (!WEB.test(head(value)) || value.includes(' ')) continue;
			const link = { value, path: place.path('u') };
			links.push(label === '' ? link : { ...link, label });
		}
	}
	return links;
}

/** Two-letter codes and names that Dublin Core records use. */
const LANGUAGE_CODES: Readonly<Record<string, string>> = {
	vi: 'vie',
	en: 'eng',
	fr: 'fre',
	de: 'ger',
	ru: 'rus',
	zh: 'chi',
	ja: 'jpn',
	ko: 'kor',
	es: 'spa',
	it: 'ita',
	la: 'lat',
	lo: 'lao',
	km: 'khm',
	th: 'tha',
	fra: 'fre',
	deu: 'ger',
	zho: 'chi',
	vietnamese: 'vie',
	english: 'eng',
	french: 'fre',
	'tiếng việt': 'vie',
	'tiếng anh': 'eng',
	'tiếng pháp': 'fre',
	'việt nam': 'vie',
};
const LANGUAGE = /^[a-z]{3}$/;
const NO_LANGUAGE: ReadonlySet<string> = new Set(['und', 'zxx', 'xxx', 'mis']);

/** 041 $a and $d (also several codes run together), then 008/35-37. */
export function readLanguages(fields: Fields): Sourced[] {
	const found: Sourced[] = [];
	const add = (text: string, path: string): void => {
		const lower = text.toLowerCase();
		const value =
			entryOf(LANGUAGE_CODES, lower) ??
			(lower.length === 3 ? lower : lower.replace(/^([a-z]{2,3})[-_].{2,8}$/, (_, code: string) => entryOf(LANGUAGE_CODES, code) ?? code));
		if (LANGUAGE.test(value) && !NO_LANGUAGE.has(value) && !found.some((l) => l.value === value)) found.push({ value, path });
	};
	for (const place of fields.all('041')) {
		for (const s of place.field.subfields) {
			if (s.code !== 'a' && s.code !== 'd') continue;
			const text = trimIsbd(tidy(s.value));
			if (
				text.length > 3 &&
				text.length % 3 === 0 &&
				text.length <= 30 &&
				/^[a-z]+$/.test(text) &&
				entryOf(LANGUAGE_CODES, text) === undefined
			) {
				for (let i = 0; i < text.length; i += 3) add(text.slice(i, i + 3), place.path(s.code));
			} else if (text.length <= 20) add(text, place.path(s.code));
		}
	}
	add(fields.control('008').slice(35, 38), '008/35-37');
	return found;
}
