import { exactText, foldText } from '../lib/fold.ts';
import { hash53 } from '../lib/hash.ts';
import { type MarcField, subfield } from './marc.ts';
import { isbnOf, issnOf } from './normalise/identifiers.ts';
import { tidy, trimIsbd } from './normalise/trim.ts';
import type { UnionRecord } from './union.ts';

/** What a linking field names: the host of a part, a series, the title before or after, the same in another physical form. */
export type ReferenceRelation = 'host' | 'series' | 'preceding' | 'succeeding' | 'other-format';

/** What another record is to this one, in the order in which they are shown. */
export const LINK_RELATIONS = [
	'host',
	'set',
	'series',
	'preceding',
	'succeeding',
	'other-format',
	'volume',
	'series-volume',
	'part',
] as const;
export type LinkRelation = (typeof LINK_RELATIONS)[number];

/** Another record as a linking field names it. Texts are '' where the field says nothing. */
export interface Reference {
	readonly relation: ReferenceRelation;
	readonly title: string;
	/** Main entry and imprint: $a beside $t, $d. */
	readonly creator: string;
	readonly imprint: string;
	/** Where in it: $g, of a series $v. */
	readonly place: string;
	/** Of 13 digits, and as NNNN-NNNC. */
	readonly isbns: readonly string[];
	readonly issns: readonly string[];
	/** $w as written: `(VN-TVQG)000123`. */
	readonly controls: readonly string[];
	/** Code of the source that the field was taken from: its control numbers are meant. */
	readonly source: string;
	/** What that source calls the record. */
	readonly identifier: string;
}

/** MARC 21 Bibliographic, 76X-78X and 8XX. A series is referred to only where it has a number: its title alone is no reference. */
const RELATION_OF: Readonly<Record<string, ReferenceRelation>> = {
	'440': 'series',
	'490': 'series',
	'773': 'host',
	'776': 'other-format',
	'780': 'preceding',
	'785': 'succeeding',
	'800': 'series',
	'810': 'series',
	'811': 'series',
	'830': 'series',
};

const FIELDS_MAX = 30;
const NUMBERS_MAX = 8;
const TEXT_MAX = 500;

const clean = (field: MarcField, code: string): string => trimIsbd(tidy(subfield(field, code) ?? '')).slice(0, TEXT_MAX);

function all<T>(field: MarcField, code: string, read: (text: string) => T | undefined): T[] {
	const found = field.subfields.flatMap((s) => (s.code === code ? [read(tidy(s.value))] : []));
	return [...new Set(found)].filter((one) => one !== undefined).slice(0, NUMBERS_MAX);
}

/** What the linking fields of a merged record name, those of its first thirty. */
export function referencesOf({ fields, members }: Pick<UnionRecord, 'fields' | 'members'>): Reference[] {
	const found: Reference[] = [];
	for (const { field, sources } of fields) {
		const relation = RELATION_OF[field.tag];
		const member = members[sources[0] ?? -1];
		if (relation === undefined || member === undefined || found.length === FIELDS_MAX) continue;
		if (relation === 'series' && !field.subfields.some(({ code }) => 'wxz'.includes(code))) continue;
		const reference = referenceOf(field, relation);
		const named = reference.isbns.length + reference.issns.length + reference.controls.length > 0;
		if (named || (reference.title !== '' && relation !== 'series'))
			found.push({ ...reference, source: member.source, identifier: member.identifier });
	}
	return found;
}

function referenceOf(field: MarcField, relation: ReferenceRelation): Omit<Reference, 'source' | 'identifier'> {
	const [named, heading] = [clean(field, 't') || clean(field, 's'), clean(field, 'a')];
	return {
		relation,
		title: named || heading,
		creator: named === '' ? '' : heading,
		imprint: clean(field, 'd'),
		place: clean(field, relation === 'series' ? 'v' : 'g'),
		isbns: all(field, 'z', isbnOf),
		issns: all(field, 'x', issnOf),
		controls: all(field, 'w', (text) => (text === '' || text.length > TEXT_MAX ? undefined : text)),
	};
}

/** What a reference says, on one line. */
export const referenceText = ({ title, place, isbns, issns, controls }: Reference): string =>
	[title, place, ...isbns.map((isbn) => `ISBN ${isbn}`), ...issns.map((issn) => `ISSN ${issn}`), ...(title === '' ? controls : [])]
		.filter((part) => part !== '')
		.join('. ');

/** A control number without the code of the agency before it, `(VN-TVQG)000123`, and that code. */
export function controlOf(text: string): { readonly agency: string; readonly number: string } {
	const match = /^\(([^)]*)\)\s*(.*)$/s.exec(text);
	return match === null ? { agency: '', number: text.trim() } : { agency: match[1] as string, number: (match[2] as string).trim() };
}

/** The number in `(OCoLC)ocm00012345` without letters and zeros before it; undefined for another agency's. */
export function oclcOf({ agency, number }: { readonly agency: string; readonly number: string }): string | undefined {
	return /^oclc$|^ocolc$/i.test(agency) ? /^(?:oc[mn]|on)?0*(\d+)$/i.exec(number)?.[1] : undefined;
}

const GENRES = ['Tạp chí', 'Tập san', 'Chuyên san', 'Báo'].map((word) => `${exactText(word)} `);

/** A title for comparing, with its marks; what a periodical may have before it is taken off: `Tạp chí Văn học` is `văn học`. */
export function titleStem(title: string): string {
	const exact = exactText(title);
	const genre = GENRES.find((word) => exact.startsWith(word));
	return genre === undefined ? exact : exact.slice(genre.length);
}

/** What stands behind the last colon, slash or bracket of an identifier: of many systems the record's control number. */
export const endOf = (identifier: string): string => identifier.slice(headOf(identifier).length);
/** What stands before it, with the sign itself. */
export const headOf = (identifier: string): string => /^.*[:/)]/s.exec(identifier)?.[0] ?? '';

const key = (text: string): string => `ref${hash53(text).toString(36)}`;
/** Keys under which records are indexed that refer to a number, a title, or a control number of a source. */
export const numberKey = (number: string): string => key(`n ${number}`);
export const titleKey = (title: string): string => key(`t ${foldText(titleStem(title))}`);
export const controlKey = (source: string, number: string): string => key(`w ${source} ${number}`);

/** The keys of what a reference names: a record that it may be has one of them. */
export function referenceKeys({ title, isbns, issns, controls, source }: Reference): string[] {
	const keys = [...isbns, ...issns].map(numberKey);
	for (const text of controls) {
		const control = controlOf(text);
		const oclc = oclcOf(control);
		keys.push(oclc === undefined ? controlKey(source, control.number) : numberKey(`oclc ${oclc}`));
	}
	if (title !== '') keys.push(titleKey(title));
	return keys;
}
