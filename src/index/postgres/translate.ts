import { type ClauseMaker, type Joining, type Leaf, markedPartOf, partOf } from '../clauses.ts';
import type { Facet } from '../engine.ts';
import { identifierForm } from '../identifier.ts';
import { masksNumbers } from '../mask.ts';
import { ANCHORED_FIELDS, type Anchor, PREFIX_LETTERS_MIN, type Query, type WordField } from '../query.ts';
import type { Preference } from '../ranking.ts';
import { type Term, terms } from '../terms.ts';
import { MARK } from './tsvector.ts';

/** A word of the index, or the beginning of some. */
export interface Lexeme {
	readonly text: string;
	readonly prefix: boolean;
}

/** Words one after another, all with this weight ('' for any), at the beginning of a value or as the whole of it. */
export interface Sequence {
	readonly lexemes: readonly Lexeme[];
	readonly weight: '' | 'A' | 'B' | 'C' | 'D';
	readonly anchor?: Anchor;
}

/** A word that looks like `pattern` (mask.ts), after `mark`, with this weight. */
export interface Mask {
	readonly mark: string;
	readonly pattern: string;
	readonly weight: Sequence['weight'];
}

/** A condition on documents. */
export type Clause =
	| { readonly words: Sequence }
	| { readonly mask: Mask }
	| { readonly years: readonly [from: number | null, to: number | null] }
	| { readonly facet: Facet; readonly value: string }
	/** The documents of these numbers. */
	| { readonly records: readonly number[] }
	| { readonly op: 'and' | 'or'; readonly of: readonly Clause[] }
	| { readonly op: 'not'; readonly of: Clause };
export type Match = 'all' | 'none' | Clause;

/** Where the words of a field are: mark before the lexeme and weight after it. */
const PLACES: Readonly<Record<WordField, readonly (readonly [mark: string, weight: Sequence['weight']])[]>> = {
	any: [
		['', ''],
		[MARK.publisher, ''],
		[MARK.series, ''],
	],
	title: [['', 'A']],
	creator: [['', 'B']],
	subject: [['', 'C']],
	note: [['', 'D']],
	publisher: [[MARK.publisher, '']],
	series: [[MARK.series, '']],
};

/** Which documents match a query. */
export const translate = (query: Query): Match => partOf(query, CLAUSES) ?? 'none';

/** What a preference asks of the words, or of the words with marks; undefined for what cannot be asked of words alone. */
export function preferenceClause({ of, marked }: Preference): Clause | undefined {
	const match = marked ? markedPartOf(of, markedWord, join) : partOf(of, CLAUSES);
	return typeof match === 'object' && isOfWords(match) ? match : undefined;
}

/** Whether a condition asks for words that look so: in memory they cost little, in the database much. */
export function hasMask(match: Match): boolean {
	if (typeof match === 'string') return false;
	if ('mask' in match) return true;
	return 'op' in match && (match.op === 'not' ? hasMask(match.of) : match.of.some(hasMask));
}

/** Whether a clause is about words and nothing else. */
export function isOfWords(clause: Clause): boolean {
	if ('words' in clause) return true;
	if (!('op' in clause)) return false;
	return clause.op === 'not' ? isOfWords(clause.of) : clause.of.every(isOfWords);
}

const markedWord = ({ text, prefix }: Leaf): Clause => single(text, prefix === true);
const single = (text: string, prefix: boolean): Clause => ({ words: { lexemes: [{ text, prefix }], weight: '' } });
const join = (of: readonly Clause[], op: Joining): Clause => ({ op, of });

function leafClause(leaf: Leaf): Clause | undefined {
	const prefix = leaf.prefix === true;
	switch (leaf.field) {
		case 'identifier':
		case 'isbn':
		case 'issn':
			return joinedForm(MARK.identifier, leaf.text, prefix);
		case 'classification':
			return joinedForm(MARK.classification, leaf.text, prefix);
		default: {
			const found = terms(leaf.text);
			if (found.length === 0) return undefined;
			const anchor = leaf.op === 'phrase' && ANCHORED_FIELDS.has(leaf.field) ? leaf.anchor : undefined;
			const alternatives = PLACES[leaf.field].map(([mark, weight]) => sequence(found, mark, weight, prefix, anchor));
			// a year is no word of a title, though it is found like one
			if (leaf.field === 'any' && found.length === 1 && /^[0-9]+$/.test(found[0]?.folded ?? ''))
				alternatives.push(sequence(found, MARK.year, '', prefix));
			const form = leaf.field === 'any' && !prefix ? numberForm(leaf.text) : undefined;
			if (form !== undefined) alternatives.push(single(MARK.identifier + form, false));
			return alternatives.length === 1 ? alternatives[0] : { op: 'or', of: alternatives };
		}
	}
}

function maskClause(field: WordField, pattern: string): Clause {
	const places = PLACES[field].map(([mark, weight]): Clause => ({ mask: { mark, pattern, weight } }));
	if (field === 'any' && masksNumbers(pattern)) places.push({ mask: { mark: MARK.year, pattern, weight: '' } });
	return places.length === 1 ? (places[0] as Clause) : { op: 'or', of: places };
}

function joinedForm(mark: string, text: string, prefix: boolean): Clause | undefined {
	const form = identifierForm(text);
	return form === '' ? undefined : single(mark + form, prefix && form.length >= PREFIX_LETTERS_MIN);
}

function sequence(found: readonly Term[], mark: string, weight: Sequence['weight'], prefix: boolean, anchor?: Anchor): Clause {
	const last = found.length - 1;
	const lexemes = found.map((term, i) => ({
		text: mark + term.folded,
		prefix: prefix && anchor !== 'whole' && i === last && term.folded.length >= PREFIX_LETTERS_MIN,
	}));
	return { words: { lexemes, weight, ...(anchor === undefined ? {} : { anchor }) } };
}

/** A word with digits may be a number of the publication. */
function numberForm(text: string): string | undefined {
	if (!/[0-9]/.test(text)) return undefined;
	const form = identifierForm(text);
	return form.length < 8 ? undefined : form;
}

const CLAUSES: ClauseMaker<Clause> = {
	leaf: leafClause,
	mask: maskClause,
	years: (from, to) => ({ years: [from, to] }),
	value: (facet, value) => ({ facet, value }),
	record: (id) => ({ records: [id] }),
	not: (of) => ({ op: 'not', of }),
	join,
};
