import { keepLast } from '../../lib/recently-used.ts';
import type { Facet, ValueCount } from '../engine.ts';
import { KeptAnswers } from '../kept-answers.ts';

/** The first hits by relevance, in their order. */
export interface Ranked {
	/** Names it in cursors. */
	readonly number: number;
	readonly ids: readonly number[];
	/** Where the hits after these begin; null when there are none. */
	readonly rest: readonly number[] | null;
}

/** What was found out about the hits of a question, however it was spelled, and about their order. */
export interface Found {
	total: number | null;
	/** By the preferences that rank them. */
	readonly ranked: Map<string, Ranked>;
	readonly facets: Map<Facet, { readonly limit: number; readonly counts: readonly ValueCount[] }>;
}

/** Hits of one query whose order is kept. */
export const RANKED_MAX = 1_000;
const FOUND_MAX = 2_000;
const RANKED_LISTS_MAX = 3_000;
/** Questions whose hits are all kept in their order, four bytes each: of those whose lists are read on and on. */
const ORDERS_MAX = 16;

/**
 * Answers of this process, kept for two ends: the same question is answered again without a search for as long as the index has not changed, and a
 * person who pages through a list by relevance sees the order of its first page, whatever changes meanwhile.
 */
export class KeptHits {
	readonly #found = new KeptAnswers<Found>(FOUND_MAX);
	readonly #ranked = new Map<number, Ranked>();
	readonly #orders = new Map<Ranked, Uint32Array>();

	/** What is known of a question at a version of the index; empty at first, to be filled in. */
	at(version: string, question: string): Found {
		return this.#found.at(version, question, () => ({ total: null, ranked: new Map(), facets: new Map() }));
	}

	keep(ranked: Ranked): void {
		keepLast(this.#ranked, ranked.number, ranked, RANKED_LISTS_MAX);
	}

	/** The rows of all hits in the index in memory, whose first are a list of this version; made when they are not known. */
	order(first: Ranked, make: () => Uint32Array): Uint32Array {
		const order = this.#orders.get(first) ?? make();
		keepLast(this.#orders, first, order, ORDERS_MAX);
		return order;
	}

	/** A list by its number; undefined when it was let go, or another process has it. */
	ranked(number: number): Ranked | undefined {
		const list = this.#ranked.get(number);
		if (list !== undefined) keepLast(this.#ranked, number, list, RANKED_LISTS_MAX);
		return list;
	}
}
