import type { Facet } from '../../engine.ts';
import { facetNumber } from '../facets.ts';
import type { MemoryIndex } from './memory-index.ts';
import type { Rows } from './row-sets.ts';

/** A value of a facet, by its key in search_facet, and how many hits have it. */
export interface KeyCount {
	readonly key: number;
	readonly count: number;
}

/** The most frequent values of each facet among the hits, those with as many by key; `isWanted` says which values count, by their codes. */
export function countValues(
	index: MemoryIndex,
	hits: Rows,
	facets: readonly Facet[],
	limit: number,
	isWanted?: Uint8Array,
): Map<Facet, KeyCount[]> {
	const { starts, rowValues, values, valueFacets } = index;
	const counts = new Uint32Array(values.size);
	for (let i = 0; i < hits.length; i++) {
		const row = hits[i] as number;
		const end = starts[row + 1] as number;
		for (let at = starts[row] as number; at < end; at++) {
			const code = rowValues[at] as number;
			counts[code] = (counts[code] as number) + 1;
		}
	}
	const lists = new Map<number, KeyCount[]>(facets.map((facet) => [facetNumber(facet), []]));
	for (let code = 0; code < counts.length; code++) {
		const count = counts[code] as number;
		if (count === 0 || (isWanted !== undefined && isWanted[code] !== 1)) continue;
		const list = lists.get(valueFacets[code] as number);
		if (list !== undefined) keepMost(list, values, code, count, limit);
	}
	return new Map(facets.map((facet) => [facet, lists.get(facetNumber(facet)) ?? []]));
}

/** Puts a value into a list of the most frequent, where it belongs, if it does. */
function keepMost(list: KeyCount[], values: MemoryIndex['values'], code: number, count: number, limit: number): void {
	const last = list.at(-1);
	if (list.length === limit && (last === undefined || last.count > count)) return;
	const one = { key: values.number(code), count };
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (isBefore(list[middle] as KeyCount, one)) low = middle + 1;
		else high = middle;
	}
	if (low === limit) return;
	list.splice(low, 0, one);
	if (list.length > limit) list.pop();
}

const isBefore = (one: KeyCount, other: KeyCount): boolean => one.count > other.count || (one.count === other.count && one.key < other.key);
