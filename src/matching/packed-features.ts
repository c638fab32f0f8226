import type { Kind } from '../records/bib.ts';
import type { MatchFeatures } from './features.ts';

const NONE: readonly string[] = Object.freeze([]);

/** Between fields and between the values of a list; neither occurs in folded text, and `clean` takes them out of the rest. */
const FIELD = '|';
const ITEM = ';';

const clean = (text: string): string => (text.includes(FIELD) || text.includes(ITEM) ? text.replaceAll(/[|;]+/g, ' ') : text);
const list = (values: readonly (string | number)[]): string => {
	if (values.length === 0) return '';
	return values.length === 1 ? clean(String(values[0])) : values.map((v) => clean(String(v))).join(ITEM);
};
const count = (n: number): string => (n === 0 ? '' : String(n));

/** Features as one short text; `unpackFeatures` gives them back. An empty field is a feature not stated. */
export function packFeatures(f: MatchFeatures): string {
	return [
		f.kind,
		f.carrier,
		f.material,
		clean(f.title),
		clean(f.exact),
		clean(f.rest),
		clean(f.parts),
		list(f.volumes),
		list(f.numbers),
		count(f.edition),
		clean(f.classLevel),
		clean(f.bookType),
		f.curriculum,
		list(f.creators),
		clean(f.responsibility),
		list(f.years),
		count(f.pages),
		clean(f.publisher),
		clean(f.place),
		list(f.languages),
		list(f.isbns),
		list(f.setIsbns),
		list(f.issns),
		list(f.ids),
		clean(f.host),
		list(f.hostNumbers),
		count(f.codedYear),
		list(f.formats),
		list(f.hostIds),
		f.country,
		list(f.otherPublishers),
		list(f.translators),
		list(f.companions),
		f.isVietnamese ? '1' : '',
	].join(FIELD);
}

const FIELDS = 34;
const NO_YEARS: readonly number[] = Object.freeze([]);

function items(text: string): readonly string[] {
	if (text === '') return NONE;
	return text.includes(ITEM) ? text.split(ITEM) : [text];
}

function yearItems(text: string): readonly number[] {
	if (text === '') return NO_YEARS;
	return text.length === 4 ? [+text] : text.split(ITEM).map(Number);
}

/** The features that `packFeatures` wrote. Throws RangeError for a text that is not one. */
export function unpackFeatures(packed: string): MatchFeatures {
	const p = packed.split(FIELD) as readonly string[] as readonly [...string[]];
	if (p.length !== FIELDS) throw new RangeError(`packed features have ${FIELDS} fields, not ${p.length}: ${packed.slice(0, 80)}`);
	const text = (i: number): string => p[i] as string;
	return {
		kind: text(0) as Kind,
		carrier: text(1),
		material: text(2),
		title: text(3),
		formats: items(text(27)),
		exact: text(4),
		rest: text(5),
		parts: text(6),
		volumes: items(text(7)),
		numbers: items(text(8)),
		edition: +text(9),
		classLevel: text(10),
		bookType: text(11),
		curriculum: text(12),
		creators: items(text(13)),
		translators: items(text(31)),
		companions: items(text(32)),
		isVietnamese: text(33) !== '',
		responsibility: text(14),
		years: yearItems(text(15)),
		codedYear: +text(26),
		pages: +text(16),
		publisher: text(17),
		otherPublishers: items(text(30)),
		place: text(18),
		country: text(29),
		languages: items(text(19)),
		isbns: items(text(20)),
		setIsbns: items(text(21)),
		issns: items(text(22)),
		ids: items(text(23)),
		host: text(24),
		hostIds: items(text(28)),
		hostNumbers: items(text(25)),
	};
}
