/** What a slice of a catalogue holds; each protocol writes it in its own query language. Plain data, kept in checkpoints. */
export type SliceQuery =
	| { readonly kind: 'all' }
	/** Inclusive ends; null is open. */
	| { readonly kind: 'range'; readonly index: string; readonly low: string | null; readonly high: string | null }
	| { readonly kind: 'term'; readonly index: string; readonly term: string }
	| { readonly kind: 'and' | 'or' | 'not'; readonly left: SliceQuery; readonly right: SliceQuery };

export const ALL: SliceQuery = { kind: 'all' };

/** Both; a range of everything adds nothing. */
export const both = (left: SliceQuery, right: SliceQuery): SliceQuery => (left.kind === 'all' ? right : { kind: 'and', left, right });

export const without = (left: SliceQuery, right: SliceQuery): SliceQuery => ({ kind: 'not', left, right });

/** Any of the terms, as a balanced tree. */
export function anyOf(index: string, terms: readonly string[]): SliceQuery {
	const half = terms.length >> 1;
	if (half === 0) return { kind: 'term', index, term: terms[0] ?? '' };
	return { kind: 'or', left: anyOf(index, terms.slice(0, half)), right: anyOf(index, terms.slice(half)) };
}

/** A slice in words, for whoever looks at what is missing. */
export function describeSlice(query: SliceQuery): string {
	switch (query.kind) {
		case 'all':
			return 'all records';
		case 'range':
			if (query.low === null) return `${query.index} up to ${query.high}`;
			return query.high === null ? `${query.index} from ${query.low}` : `${query.index} ${query.low} to ${query.high}`;
		case 'term':
			return `${query.index} ${query.term}`;
		case 'or':
			return `${describeSlice(firstOf(query))} …`;
		default:
			return `${describeSlice(query.left)} ${query.kind === 'not' ? 'without' : 'and'} ${describeSlice(query.right)}`;
	}
}

const firstOf = (query: SliceQuery): SliceQuery => (query.kind === 'or' ? firstOf(query.left) : query);
