import type { Facet } from '../engine.ts';
import { identifierForm } from '../identifier.ts';
import { ANCHORED_FIELDS, PREFIX_LETTERS_MIN, type Query } from '../query.ts';
import type { Preference } from '../ranking.ts';
import { terms } from '../terms.ts';
import { facetTerm } from './facet-term.ts';
import { CLASS_FIELD, EDGE, facetField, MARKED_FIELD, NUMBER_FIELD, WORD_FIELDS } from './mapping.ts';

type Leaf = Extract<Query, { op: 'word' | 'phrase' }>;
/** A clause of OpenSearch's query language. */
export type Clause = { readonly [name: string]: unknown };
/** Undefined says nothing (a word without letters). */
type Part = Clause | 'all' | 'none' | undefined;

/** Words that the beginning of one may stand for at the end of a phrase. */
const EXPANSIONS_MAX = 50_000;

export const termClause = (field: string, value: string | number | boolean): Clause => ({ term: { [field]: { value } } });
export const hasValue = (facet: Facet, values: readonly string[]): Clause => ({ terms: { [facetField(facet)]: values.map(facetTerm) } });

/** The clause that matches what a query matches; 'all' and 'none' for everything and nothing. */
export function translate(query: Query): Clause | 'all' | 'none' {
	return part(query) ?? 'none';
}

/** What a preference adds to the score of a record that has it; undefined when none can. */
export function preferenceClause({ of, marked, points }: Preference): Clause | undefined {
	const filter = marked ? markedPart(of) : part(of);
	return typeof filter === 'object' ? { constant_score: { filter, boost: points } } : undefined;
}

function markedPart(query: Query): Part {
	if (query.op === 'and' || query.op === 'or') return joined(query.of.map(markedPart), query.op);
	if (query.op !== 'word') return undefined;
	return query.prefix === true ? { prefix: { [MARKED_FIELD]: { value: query.text } } } : termClause(MARKED_FIELD, query.text);
}

function part(query: Query): Part {
	switch (query.op) {
		case 'all':
			return 'all';
		case 'word':
		case 'phrase':
			return leafPart(query);
		case 'not': {
			const inner = part(query.of);
			if (inner === 'all') return 'none';
			if (inner === 'none') return 'all';
			return inner && { bool: { must_not: [inner] } };
		}
		case 'years': {
			if (query.from === null && query.to === null) return 'all';
			const range = { ...(query.from === null ? {} : { gte: query.from }), ...(query.to === null ? {} : { lte: query.to }) };
			return { range: { year: range } };
		}
		case 'value':
			return hasValue(query.facet, [query.value]);
		case 'record':
			return termClause('id', query.id);
		case 'and':
		case 'or':
			return joined(query.of.map(part), query.op);
	}
}

function joined(parts: readonly Part[], op: 'and' | 'or'): Part {
	const [decides, yields] = op === 'and' ? (['none', 'all'] as const) : (['all', 'none'] as const);
	if (parts.includes(decides)) return decides;
	const clauses = parts.filter((one) => typeof one === 'object');
	if (clauses.length > 1) return { bool: op === 'and' ? { filter: clauses } : { should: clauses, minimum_should_match: 1 } };
	return clauses[0] ?? (parts.includes(yields) ? yields : undefined);
}

function leafPart(leaf: Leaf): Part {
	const prefix = leaf.prefix === true;
	switch (leaf.field) {
		case 'identifier':
		case 'isbn':
		case 'issn':
			return joinedPart(NUMBER_FIELD, leaf.text, prefix);
		case 'classification':
			return joinedPart(CLASS_FIELD, leaf.text, prefix);
		default: {
			const found = terms(leaf.text).map(({ folded }) => folded);
			if (found.length === 0) return undefined;
			const anchor = leaf.op === 'phrase' && ANCHORED_FIELDS.has(leaf.field) ? leaf.anchor : undefined;
			const words = [...(anchor === undefined ? [] : [EDGE]), ...found, ...(anchor === 'whole' ? [EDGE] : [])];
			const open = prefix && anchor !== 'whole' && (found.at(-1) as string).length >= PREFIX_LETTERS_MIN;
			const clause = sequence(WORD_FIELDS[leaf.field], words, open);
			const form = leaf.field === 'any' && !prefix && /[0-9]/.test(leaf.text) ? identifierForm(leaf.text) : '';
			if (form.length < 8) return clause;
			return { bool: { should: [clause, termClause(NUMBER_FIELD, form)], minimum_should_match: 1 } };
		}
	}
}

function sequence(field: string, words: readonly string[], open: boolean): Clause {
	const [only] = words;
	if (words.length === 1 && only !== undefined) return open ? { prefix: { [field]: { value: only } } } : termClause(field, only);
	const query = words.join(' ');
	return open ? { match_phrase_prefix: { [field]: { query, max_expansions: EXPANSIONS_MAX } } } : { match_phrase: { [field]: { query } } };
}

function joinedPart(field: string, text: string, prefix: boolean): Part {
	const form = identifierForm(text);
	if (form === '') return undefined;
	return prefix && form.length >= PREFIX_LETTERS_MIN ? { prefix: { [field]: { value: form } } } : termClause(field, form);
}

/** Words one after another in a field, the last one maybe unfinished, however short. */
export const wordsBegun = (field: keyof typeof WORD_FIELDS, words: readonly string[]): Clause => sequence(WORD_FIELDS[field], words, true);
