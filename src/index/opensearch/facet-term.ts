import { foldText } from '../../lib/fold.ts';
import { sortKey } from '../../lib/sort-key.ts';
import type { ValueCount } from '../engine.ts';

/** Stands between the parts of a term, before every letter in the order of bytes; no value has it. */
export const PARTED = '\u001f';
const FOLDED_MAX = 300;
/** Lucene takes terms of 32,766 bytes. */
const VALUE_MAX = 4_000;
const CONTROL = /[\u0000-\u001f]/g;

/**
 * How a value of a facet stands in the index: its key in the Vietnamese order, its words without marks, each with a blank before it, and itself. So
 * terms sort as people expect, and a regular expression finds those with a word that begins so.
 */
export const facetTerm = (value: string): string => {
	const clean = value.toWellFormed().slice(0, VALUE_MAX);
	return `${sortKey(clean)}${PARTED} ${foldText(clean).slice(0, FOLDED_MAX)}${PARTED}${clean}`;
};

/** The value of a term, without characters that cannot be shown. */
export function valueOfTerm(term: string): string {
	const value = term.slice(term.indexOf(PARTED, term.indexOf(PARTED) + 1) + 1);
	return value.replaceAll(CONTROL, (letter) => (letter === '\n' || letter === '\t' ? letter : ' '));
}

const SPECIAL = /[^\p{L}\p{N}]/gu;

/** A regular expression of Lucene for terms that have, for each of these words without marks, a word that begins with it. */
export function termsWith(words: readonly string[]): string {
	const one = (word: string): string => `[^${PARTED}]*${PARTED}[^${PARTED}]* ${word.replaceAll(SPECIAL, '')}[^${PARTED}]*${PARTED}.*`;
	return words.length === 1 ? one(words[0] as string) : words.map((word) => `(${one(word)})`).join('&');
}

/** Terms with the number of records that have them, as OpenSearch gives them. */
export interface Buckets {
	readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
}

/** The values of terms. */
export const values = ({ buckets }: Buckets): ValueCount[] =>
	buckets.map(({ key, doc_count }) => ({ value: valueOfTerm(key), count: doc_count }));
