import { FACET_BITS, facetNumber, type Named } from '../facets.ts';
import type { Lexeme } from '../translate.ts';
import { readNumber } from './copy-reader.ts';
import { NumberTable } from './number-table.ts';
import { intersection, type Rows } from './row-sets.ts';
import { Asking, sequenceRows } from './sequence.ts';
import { grownTo } from './typed-arrays.ts';
import { WordLists } from './word-lists.ts';

/** Columns of search_facet as `write` takes them, in this order; read in the order of NAMES_ORDER, rows are in that of completions. */
export const NAME_COLUMNS = 'key, coalesce(uses, 1) as uses, value, words';
export const NAMES_ORDER = 'uses desc, value collate "C"';

const FACET_UNIT = 2 ** FACET_BITS;

export interface NamedValue {
	readonly value: string;
	readonly count: number;
}

/** The names of values and titles in memory (search_facet), so that their beginnings can be completed, and values found by their words. */
export class NameIndex {
	readonly words = new WordLists();
	readonly isWorn = false;
	readonly #keys = new NumberTable();
	#uses = new Uint32Array(1024);
	#facets = new Uint8Array(1024);
	#texts: Buffer = Buffer.alloc(65_536);
	#ends = new Uint32Array(1024);

	get bytes(): number {
		return this.words.bytes + this.#keys.bytes + this.#uses.length * 9 + this.#texts.length;
	}

	/** Takes a row of search_facet, NAME_COLUMNS as COPY writes them; nothing when its name is known. */
	write(columns: readonly (Buffer | null)[]): void {
		const [key, uses, value, words] = columns;
		if (key == null || uses == null || value == null) throw new Error('a named value has a key, a use and a name');
		this.add(readNumber(key, 0), uses.readInt32BE(0), value, words ?? null);
	}

	/** Takes a value under its key (facetKey) with its words as a tsvector (tsvectorsend); nothing when its name is known. In the order of completions. */
	add(number: number, uses: number, value: Buffer, words: Buffer | null): void {
		if (this.#keys.find(number) >= 0) return;
		const row = this.#keys.add(number);
		this.#uses = grownTo(this.#uses, row + 1);
		this.#facets = grownTo(this.#facets, row + 1);
		this.#ends = grownTo(this.#ends, row + 2);
		this.#uses[row] = uses;
		this.#facets[row] = Math.floor(number / FACET_UNIT);
		const from = this.#ends[row] as number;
		const end = from + value.length;
		if (end > this.#texts.length) this.#texts = Buffer.concat([this.#texts], end + (end >> 1));
		this.#texts.set(value, from);
		this.#ends[row + 1] = end;
		if (words !== null) this.words.write(row, words);
	}

	/** Values in which folded words stand one after another, the last one maybe unfinished: first those that begin with them, then the most frequent. */
	complete(of: Named, typed: readonly string[], limit: number): NamedValue[] {
		const words = typed.map((text, i): Lexeme => ({ text, prefix: i === typed.length - 1 }));
		const asking = new Asking(this.words, null);
		const begun = this.#used(of, sequenceRows(asking, { lexemes: words, weight: '', anchor: 'start' }), limit);
		const found = begun.map((row) => this.#named(row));
		if (found.length === limit) return found;
		const first = new Set(begun);
		const within = this.#used(of, sequenceRows(asking, { lexemes: words, weight: '' }), 2 * limit).filter((row) => !first.has(row));
		return [...found, ...within.map((row) => this.#named(row))].slice(0, limit);
	}

	/** Calls back with the key of each value of a facet that has, for each of these words, a word that begins like it. */
	eachWith(of: Named, words: readonly string[], each: (key: number) => void): void {
		const lists = words.map((text) => sequenceRows(new Asking(this.words, null), { lexemes: [{ text, prefix: true }], weight: '' }));
		const number = facetNumber(of);
		for (const row of lists.reduce(intersection)) if (this.#facets[row] === number) each(this.#keys.number(row));
	}

	/** The first of some rows that are values of a facet and in use. */
	#used(of: Named, rows: Rows, limit: number): number[] {
		const number = facetNumber(of);
		const found: number[] = [];
		for (const row of rows) {
			if (found.length === limit) break;
			if (this.#facets[row] === number && (this.#uses[row] as number) > 0) found.push(row);
		}
		return found;
	}

	#named(row: number): NamedValue {
		const value = this.#texts.toString('utf8', this.#ends[row] as number, this.#ends[row + 1] as number);
		return { value, count: this.#uses[row] as number };
	}
}
