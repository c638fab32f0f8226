import type { Places, PostingLists } from './posting-lists.ts';
import { distinct, hasBit, type Rows } from './row-sets.ts';

/** Shorter lists are unpacked each time. */
const LIST_MIN = 1_000;
/** Of the unpacked lists that are kept: those of the commonest words, since nearly every question has one. */
const KEPT_BYTES_MAX = 25_165_824;

/** Places of so many times as many rows as are wanted are not sifted. */
const FEW_TIMES = 2;

/** A bit for each row that matters, and how many they are. */
export interface Wanted {
	readonly bits: Uint8Array;
	readonly count: number;
}

interface Unpacked extends Places {
	readonly distinct: Rows;
	/** Rows of the list when it was unpacked. */
	readonly count: number;
}

const bytesOf = ({ rows, at, distinct }: Unpacked): number => (rows.length + at.length + distinct.length) * 4;

/** Reads the lists of words, and keeps the long ones that were read last as they are unpacked. */
export class WordReader {
	readonly #lists: PostingLists;
	readonly #kept = new Map<number, Unpacked>();
	#bytes = 0;

	constructor(lists: PostingLists) {
		this.#lists = lists;
	}

	get bytes(): number {
		return this.#bytes;
	}

	rows(code: number): Rows {
		return this.#lists.count(code) < LIST_MIN ? this.#lists.rows(code) : this.#read(code).distinct;
	}

	/** The places of a word, at least those in the rows that are wanted. */
	places(code: number, wanted: Wanted | null): Places {
		if (this.#lists.count(code) < LIST_MIN) return this.#lists.places(code, wanted?.bits ?? null);
		const all = this.#read(code);
		if (wanted === null || all.rows.length < FEW_TIMES * wanted.count) return all;
		const { bits } = wanted;
		const rows = new Uint32Array(all.rows.length);
		const at = new Uint32Array(all.rows.length);
		let size = 0;
		for (let i = 0; i < rows.length; i++) {
			const row = all.rows[i] as number;
			if (!hasBit(bits, row)) continue;
			rows[size] = row;
			at[size++] = all.at[i] as number;
		}
		return { rows: rows.subarray(0, size), at: at.subarray(0, size) };
	}

	#read(code: number): Unpacked {
		const count = this.#lists.count(code);
		let list = this.#kept.get(code);
		if (list !== undefined) {
			this.#kept.delete(code);
			this.#bytes -= bytesOf(list);
		}
		if (list?.count !== count) {
			const { rows, at } = this.#lists.places(code, null);
			const each = distinct(rows);
			// a number has no places
			list = { rows: rows.slice(), at: at.slice(), distinct: each.length < count ? this.#lists.rows(code) : each.slice(), count };
		}
		this.#kept.set(code, list);
		this.#bytes += bytesOf(list);
		for (const [oldest, one] of this.#kept) {
			if (this.#bytes <= KEPT_BYTES_MAX) break;
			this.#kept.delete(oldest);
			this.#bytes -= bytesOf(one);
		}
		return list;
	}
}
