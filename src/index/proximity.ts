import { isWordField, type Query } from './query.ts';

type Words = Extract<Query, { op: 'word' | 'phrase' }>;

const isWords = (query: Query): query is Words =>
	(query.op === 'word' || (query.op === 'phrase' && query.anchor === undefined)) && isWordField(query.field);

/**
 * Two words or phrases of one field side by side, in this order or in any: the phrases that they make. Undefined where they make none. A greater distance is
 * not answered: how far values of a record are from each other is an index's own.
 */
export function besideEachOther(left: Query, right: Query, ordered: boolean): Query | undefined {
	if (!isWords(left) || !isWords(right) || left.field !== right.field) return undefined;
	const there = phraseOf(left, right);
	if (ordered || there === undefined) return there;
	const back = phraseOf(right, left);
	return back && { op: 'or', of: [there, back] };
}

/** Only the last word of a phrase may be the beginning of one. */
function phraseOf(first: Words, second: Words): Query | undefined {
	if (first.prefix === true) return undefined;
	const text = `${first.text} ${second.text}`;
	return { op: 'phrase', field: first.field, text, ...(second.prefix === true ? { prefix: true } : {}) };
}
