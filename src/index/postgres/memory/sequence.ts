import type { Lexeme, Mask, Sequence } from '../translate.ts';
import type { Lexicon } from './lexicon.ts';
import type { Places } from './posting-lists.ts';
import { bitsOf, distinct, NO_ROWS, type Rows, unionOf } from './row-sets.ts';
import { CLOSES, OPENS, WEIGHT_MASK, type WordLists } from './word-lists.ts';
import type { Wanted } from './word-reader.ts';

const WEIGHTS = { '': 0, D: 0, C: 1, B: 2, A: 3 } as const;

/** What is asked of words, maybe several times: the places of a word are read once. */
export class Asking {
	readonly words: WordLists;
	/** The rows that matter; null when all do. */
	readonly wanted: Wanted | null;
	readonly #places = new Map<number, Places>();

	constructor(words: WordLists, wanted: Wanted | null) {
		this.words = words;
		this.wanted = wanted;
	}

	/** Places of a word, at least those in the rows that matter. */
	places(code: number): Places {
		let known = this.#places.get(code);
		if (known === undefined) {
			known = this.words.read.places(code, this.wanted);
			this.#places.set(code, known);
		}
		return known;
	}
}

export function codesOf(lexicon: Lexicon, { text, prefix }: Lexeme): number[] {
	if (prefix) return lexicon.beginningWith(text);
	const code = lexicon.find(text);
	return code < 0 ? [] : [code];
}

/** The rows in which words stand one after another; at least those of them that matter. */
export function sequenceRows(asking: Asking, { lexemes, weight, anchor }: Sequence): Rows {
	const { words } = asking;
	const codes = lexemes.map((lexeme) => codesOf(words.lexicon, lexeme));
	if (codes.some((one) => one.length === 0)) return NO_ROWS;
	const mask = weight === '' ? 0 : WEIGHT_MASK;
	if (codes.length === 1) return rowsOfOne(asking, codes[0] as number[], { weight, ...(anchor === undefined ? {} : { anchor }) });
	let found: Places | null = null;
	for (const [i, one] of codes.entries()) {
		const edges = (i === 0 && anchor !== undefined ? OPENS : 0) | (i === codes.length - 1 && anchor === 'whole' ? CLOSES : 0);
		const near =
			found === null || one.length === 1 ? asking : new Asking(words, { bits: bitsOf(found.rows, words.rows), count: found.rows.length });
		const places = having(placesOf(near, one), mask | edges, WEIGHTS[weight] | edges);
		found = found === null ? places : following(found, places);
		if (found.rows.length === 0) return NO_ROWS;
	}
	return distinct((found as Places).rows);
}

/** The rows with a word that looks so; at least those of them that matter. */
export const maskRows = (asking: Asking, { mark, pattern, weight }: Mask): Rows =>
	rowsOfOne(asking, asking.words.lexicon.lookingLike(mark, pattern), { weight });

/** The rows with a word, or with any of the words that begin so. */
function rowsOfOne(asking: Asking, codes: readonly number[], { weight, anchor }: Omit<Sequence, 'lexemes'>): Rows {
	const { words } = asking;
	const edges = (anchor === undefined ? 0 : OPENS) | (anchor === 'whole' ? CLOSES : 0);
	const mask = (weight === '' ? 0 : WEIGHT_MASK) | edges;
	const rows = (code: number): Uint32Array =>
		mask === 0 ? words.read.rows(code) : having(asking.places(code), mask, WEIGHTS[weight] | edges).rows;
	return unionOf(codes.map(rows), words.rows);
}

/** Those places for which `(place & mask) === flags`. */
function having(places: Places, mask: number, flags: number): Places {
	if (mask === 0) return places;
	const rows = new Uint32Array(places.rows.length);
	const at = new Uint32Array(places.rows.length);
	let size = 0;
	for (let i = 0; i < places.rows.length; i++) {
		const place = places.at[i] as number;
		if ((place & mask) !== flags) continue;
		rows[size] = places.rows[i] as number;
		at[size++] = place;
	}
	return { rows: rows.subarray(0, size), at: at.subarray(0, size) };
}

/** Places of any of some words, by row and place. */
function placesOf(asking: Asking, codes: readonly number[]): Places {
	if (codes.length === 1) return asking.places(codes[0] as number);
	const all = codes.map((code) => asking.places(code));
	const keys = new Float64Array(all.reduce((sum, { rows }) => sum + rows.length, 0));
	let size = 0;
	for (const { rows, at } of all) for (let i = 0; i < rows.length; i++) keys[size++] = (rows[i] as number) * PLACES_MAX + (at[i] as number);
	keys.sort();
	const rows = new Uint32Array(keys.length);
	const at = new Uint32Array(keys.length);
	for (const [i, key] of keys.entries()) {
		rows[i] = Math.floor(key / PLACES_MAX);
		at[i] = key % PLACES_MAX;
	}
	return { rows, at };
}
const PLACES_MAX = 2 ** 18;

/** Those of the second places that stand right after one of the first. */
function following(one: Places, other: Places): Places {
	const rows = new Uint32Array(Math.min(one.rows.length, other.rows.length));
	const at = new Uint32Array(rows.length);
	let size = 0;
	let j = 0;
	for (let i = 0; i < one.rows.length; i++) {
		const row = one.rows[i] as number;
		const place = ((one.at[i] as number) >> 4) + 1;
		while (j < other.rows.length && ((other.rows[j] as number) < row || (other.rows[j] === row && (other.at[j] as number) >> 4 < place)))
			j++;
		if (j === other.rows.length) break;
		if (other.rows[j] === row && (other.at[j] as number) >> 4 === place) {
			rows[size] = row;
			at[size++] = other.at[j] as number;
		}
	}
	return { rows: rows.subarray(0, size), at: at.subarray(0, size) };
}
