import type { Completed, ValueCount } from '../engine.ts';
import { terms } from '../terms.ts';
import { type Buckets, values } from './facet-term.ts';
import { EDGE, facetField } from './mapping.ts';
import { wordsBegun } from './translate.ts';

/** Values looked at for each one that is to be completed to. */
const COMPLETED_TIMES = 5;

export interface CompletionAnswer {
	readonly aggregations: { readonly begun: { readonly counts: Buckets }; readonly counts: Buckets };
}

/** The body of a search for values of records with the words in their field. */
export function completionBody(of: Completed, typed: readonly string[], limit: number): object {
	const counts = { terms: { field: facetField(of), size: limit * COMPLETED_TIMES, order: [{ _count: 'desc' }, { _key: 'asc' }] } };
	return {
		size: 0,
		track_total_hits: false,
		query: { bool: { filter: [wordsBegun(of, typed)] } },
		aggs: { begun: { filter: wordsBegun(of, [EDGE, ...typed]), aggs: { counts } }, counts },
	};
}

/** Those of the values that have the words themselves, which costs less to tell here than there. */
export function completed({ begun, counts }: CompletionAnswer['aggregations'], typed: readonly string[], limit: number): ValueCount[] {
	const first = values(begun.counts).filter(({ value }) => placeOf(typed, value) === 0);
	const known = new Set(first.map(({ value }) => value));
	const within = values(counts).filter(({ value }) => !known.has(value) && placeOf(typed, value) >= 0);
	return [...first, ...within].slice(0, limit);
}

/** Where words stand one after another in a value, the last one maybe unfinished; -1 for nowhere. */
function placeOf(typed: readonly string[], value: string): number {
	const there = terms(value).map(({ folded }) => folded);
	const last = typed.length - 1;
	return there.findIndex((_, at) => typed.every((word, i) => (i === last ? there[at + i]?.startsWith(word) : there[at + i] === word)));
}
