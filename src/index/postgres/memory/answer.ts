import type { Facet } from '../../engine.ts';
import type { Asked, First } from '../find.ts';
import type { Clause } from '../translate.ts';
import { countValues, type KeyCount } from './count.ts';
import { hitsOf } from './evaluate.ts';
import type { MemoryIndex } from './memory-index.ts';
import type { NameIndex } from './name-index.ts';
import { firstOf, orderOf, placeOf } from './rank.ts';

/** What one reading of the hits gives; `first` null when it was not wanted. */
export interface MemoryReading {
	readonly total: number;
	readonly first: First | null;
	readonly counts: ReadonlyMap<Facet, readonly KeyCount[]>;
}

/** Finds, counts and ranks as readHits (find.ts) does, and counts a facet that has a filter as if it had none. */
export function readMemory(
	index: MemoryIndex,
	{ match, filters, preferences }: Asked,
	want: { readonly first: boolean; readonly facets: readonly Facet[]; readonly facetLimit: number },
): MemoryReading {
	const hits = hitsOf(index, match, filters);
	const isFree = (facet: Facet): boolean => (filters[facet]?.length ?? 0) === 0;
	const free = want.facets.filter(isFree);
	const counts: Map<Facet, KeyCount[]> = free.length === 0 ? new Map() : countValues(index, hits, free, want.facetLimit);
	for (const facet of want.facets) {
		if (isFree(facet)) continue;
		const { [facet]: _, ...others } = filters;
		for (const [one, values] of countValues(index, hitsOf(index, match, others), [facet], want.facetLimit)) counts.set(one, values);
	}
	return { total: hits.length, first: want.first ? firstOf(index, hits, preferences) : null, counts };
}

/** The condition that finds the hits of another, for whoever cannot look for them as cheaply. */
export const hitsClause = (index: MemoryIndex, { match }: Pick<Asked, 'match'>): Clause => ({
	records: Array.from(hitsOf(index, match, {}), (row) => index.ids[row] as number),
});

/** Ids of the hits from one position to another, beyond the first RANKED_MAX, and the cursor of those that come after them; null for none. */
export function readBeyond(
	index: MemoryIndex,
	{ preferences }: Asked,
	order: Uint32Array,
	from: number,
	to: number,
): { readonly ids: readonly number[]; readonly next: readonly number[] | null } {
	const rows = order.subarray(from, to);
	const last = rows.at(-1);
	return {
		ids: Array.from(rows, (row) => index.ids[row] as number),
		next: last === undefined || to >= order.length ? null : placeOf(index, last, preferences),
	};
}

/** The rows of all hits in that order. */
export const orderAll = (index: MemoryIndex, { match, filters, preferences }: Asked): Uint32Array =>
	orderOf(index, hitsOf(index, match, filters), preferences);

/** Values of one facet among the hits, as if it had no filter; those with a word that begins like each of `words`, all for none. */
export function readValues(
	index: MemoryIndex,
	names: NameIndex,
	{ match, filters }: Pick<Asked, 'match' | 'filters'>,
	facet: Facet,
	words: readonly string[],
	limit: number,
): readonly KeyCount[] {
	const { [facet]: _, ...others } = filters;
	let isWanted: Uint8Array | undefined;
	if (words.length > 0) {
		const wanted = new Uint8Array(index.values.size);
		names.eachWith(facet, words, (key) => {
			const code = index.values.find(key);
			if (code >= 0) wanted[code] = 1;
		});
		isWanted = wanted;
	}
	return countValues(index, hitsOf(index, match, others), [facet], limit, isWanted).get(facet) ?? [];
}
