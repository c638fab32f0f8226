import { type ClauseMaker, type Leaf, markedPartOf, partOf } from '../clauses.ts';
import type { Facet } from '../engine.ts';
import { identifierForm } from '../identifier.ts';
import { ANCHORED_FIELDS, PREFIX_LETTERS_MIN, type Query } from '../query.ts';
import type { Preference } from '../ranking.ts';
import { terms } from '../terms.ts';
import { facetTerm } from './facet-term.ts';
import { CLASS_FIELD, EDGE, facetField, MARKED_FIELD, NUMBER_FIELD, WORD_FIELDS } from './mapping.ts';

/** A clause of OpenSearch's query language. */
export type Clause = { readonly [name: string]: unknown };

/** Words that the beginning of one may stand for at the end of a phrase. */
const EXPANSIONS_MAX = 50_000;

export const termClause = (field: string, value: string | number | boolean): Clause => ({ term: { [field]: { value } } });
export const hasValue = (facet: Facet, values: readonly string[]): Clause => ({ terms: { [facetField(facet)]: values.map(facetTerm) } });

/** The clause that matches what a query matches; 'all' and 'none' for everything and nothing. */
export function translate(query: Query): Clause | 'all' | 'none' {
	return partOf(query, CLAUSES) ?? 'none';
}

/** Whether a clause of ours can match a document without words and values, as a removed one is. */
export function matchesEmpty(clause: Clause): boolean {
	const bool = clause['bool'] as { readonly filter?: readonly Clause[]; readonly should?: readonly Clause[] } | undefined;
	if (bool === undefined) return false;
	return bool.filter?.every(matchesEmpty) ?? bool.should?.some(matchesEmpty) ?? true;
}

/** What a preference adds to the score of a record that has it; undefined when none can. */
export function preferenceClause({ of, marked, points }: Preference): Clause | undefined {
	const filter = marked ? markedPartOf(of, markedWord, join) : partOf(of, CLAUSES);
	return typeof filter === 'object' ? { constant_score: { filter, boost: points } } : undefined;
}

const markedWord = ({ text, prefix }: Leaf): Clause =>
	prefix === true ? { prefix: { [MARKED_FIELD]: { value: text } } } : termClause(MARKED_FIELD, text);

const join: ClauseMaker<Clause>['join'] = (clauses, op) => ({
	bool: op === 'and' ? { filter: clauses } : { should: clauses, minimum_should_match: 1 },
});

function leafClause(leaf: Leaf): Clause | undefined {
	const prefix = leaf.prefix === true;
	switch (leaf.field) {
		case 'identifier':
		case 'isbn':
		case 'issn':
			return joinedForm(NUMBER_FIELD, leaf.text, prefix);
		case 'classification':
			return joinedForm(CLASS_FIELD, leaf.text, prefix);
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

function joinedForm(field: string, text: string, prefix: boolean): Clause | undefined {
	const form = identifierForm(text);
	if (form === '') return undefined;
	return prefix && form.length >= PREFIX_LETTERS_MIN ? { prefix: { [field]: { value: form } } } : termClause(field, form);
}

/** Words one after another in a field, the last one maybe unfinished, however short. */
export const wordsBegun = (field: keyof typeof WORD_FIELDS, words: readonly string[]): Clause => sequence(WORD_FIELDS[field], words, true);

const CLAUSES: ClauseMaker<Clause> = {
	leaf: leafClause,
	mask: (field, pattern) => ({ wildcard: { [WORD_FIELDS[field]]: { value: pattern } } }),
	years: (from, to) => ({ range: { year: { ...(from === null ? {} : { gte: from }), ...(to === null ? {} : { lte: to }) } } }),
	value: (facet, value) => hasValue(facet, [value]),
	record: (id) => termClause('id', id),
	not: (clause) => ({ bool: { must_not: [clause] } }),
	join,
};
