import type { Facet } from './engine.ts';
import { terms } from './terms.ts';

/** The fields a query can name; every language (search box, REST, CQL, RPN) maps to these. */
export const QUERY_FIELDS = [
	'any',
	'title',
	'creator',
	'subject',
	'publisher',
	'series',
	'identifier',
	'isbn',
	'issn',
	'classification',
	'note',
] as const;
export type QueryField = (typeof QUERY_FIELDS)[number];

/** Fields of words; the others are of numbers, which are compared as wholes. */
export type WordField = Exclude<QueryField, 'identifier' | 'isbn' | 'issn' | 'classification'>;
const NUMBER_FIELDS: ReadonlySet<QueryField> = new Set(['identifier', 'isbn', 'issn', 'classification']);
export const isWordField = (field: QueryField): field is WordField => !NUMBER_FIELDS.has(field);

/** Fields whose values are marked in the index, so that a phrase can be asked for at the beginning of one, or as the whole of one. */
export const ANCHORED_FIELDS: ReadonlySet<QueryField> = new Set(['title', 'creator', 'subject']);
export type Anchor = 'start' | 'whole';

/** The one query tree. Terms are as the person typed them; folding is the engine's work. */
export type Query =
	| { readonly op: 'all' }
	/** A word. `alike` are phrases that will do in its place, as what it is short for; not with `prefix`. */
	| {
			readonly op: 'word';
			readonly field: QueryField;
			readonly text: string;
			readonly prefix?: boolean;
			readonly alike?: readonly string[];
	  }
	/** Words one after another. `anchor` only for ANCHORED_FIELDS; of a title, the title proper. With `prefix` the last word is the beginning of one. */
	| { readonly op: 'phrase'; readonly field: QueryField; readonly text: string; readonly prefix?: boolean; readonly anchor?: Anchor }
	/** A word that looks like this (mask.ts): folded letters, `*` for any letters, `?` for one. Not for numbers and classes. */
	| { readonly op: 'mask'; readonly field: WordField; readonly pattern: string }
	/** Published in one of these years, both included; null leaves that side open. A record without a year is in no range. */
	| { readonly op: 'years'; readonly from: number | null; readonly to: number | null }
	/** With this value of a facet, exactly as it is written there. */
	| { readonly op: 'value'; readonly facet: Facet; readonly value: string }
	/** The union record of this number. */
	| { readonly op: 'record'; readonly id: number }
	| { readonly op: 'and' | 'or'; readonly of: readonly Query[] }
	| { readonly op: 'not'; readonly of: Query };

/** Below this many letters a prefix is searched as a whole word: the list of words it opens would be too long. */
export const PREFIX_LETTERS_MIN = 3;

/** What a query asks of an engine: words and values, words that are beginnings, words with signs inside, and how deep its operators are nested. */
export interface QuerySize {
	readonly clauses: number;
	readonly prefixes: number;
	readonly masks: number;
	readonly depth: number;
}

export function measureQuery(query: Query): QuerySize {
	switch (query.op) {
		case 'word':
		case 'phrase': {
			const texts = [query.text, ...(query.op === 'word' ? (query.alike ?? []) : [])];
			const clauses = texts.reduce((sum, text) => sum + Math.max(1, terms(text).length), 0);
			return { clauses, prefixes: query.prefix === true ? 1 : 0, masks: 0, depth: 0 };
		}
		case 'and':
		case 'or':
		case 'not': {
			let clauses = 0;
			let prefixes = 0;
			let masks = 0;
			let depth = 0;
			for (const child of query.op === 'not' ? [query.of] : query.of) {
				const inner = measureQuery(child);
				clauses += inner.clauses;
				prefixes += inner.prefixes;
				masks += inner.masks;
				depth = Math.max(depth, inner.depth);
			}
			return { clauses, prefixes, masks, depth: depth + 1 };
		}
		default:
			return { clauses: 1, prefixes: 0, masks: query.op === 'mask' ? 1 : 0, depth: 0 };
	}
}

/** Joins queries by one operator, taking in those that are joined by the same; undefined for none. */
export function joinQueries(op: 'and' | 'or', parts: readonly Query[]): Query | undefined {
	if (parts.length < 2) return parts[0];
	return { op, of: parts.flatMap((part) => (part.op === op ? part.of : [part])) };
}
