import { CQL_INDEXES, type CqlIndex, findCqlIndex, scannable } from '../index/cql-indexes.ts';
import type { Facet, SearchResult } from '../index/engine.ts';
import { QueryRefused } from '../index/query-refused.ts';

/** So many terms of a facet by the name of its index, or of all facets that are not named. */
export interface FacetWish {
	readonly index: string | null;
	readonly limit: number;
}

/** A facet as CQL knows it: the name of its index, and its terms in all that was found. */
export interface CqlFacet {
	/** In Vietnamese. */
	readonly label: string;
	readonly index: string;
	/** Whether `index="value"` finds what is counted: words are searched without regard to marks, values are not. */
	readonly exact: boolean;
	readonly terms: readonly { readonly value: string; readonly count: number }[];
}

export interface WantedFacet extends FacetWish {
	readonly facet: Facet;
	readonly cql: CqlIndex;
}

/** The facets wished for, each once. Those of a library leave its own code out: every title has it. Throws QueryRefused 16 for an index that is no facet. */
export function wantedFacets(wishes: readonly FacetWish[], library: string | null): readonly WantedFacet[] {
	const wanted = new Map<Facet, WantedFacet>();
	for (const { index, limit } of wishes) {
		if (index === null) continue;
		const [set, name] = index.includes('.') ? (index.split('.', 2) as [string, string]) : [undefined, index];
		const cql = findCqlIndex(set, name);
		const facet = cql === undefined ? undefined : facetOf(cql);
		if (cql === undefined || facet === undefined) throw new QueryRefused(16, index);
		wanted.set(facet, { index, limit, facet, cql });
	}
	const others = wishes.find(({ index }) => index === null);
	if (others !== undefined) {
		for (const cql of CQL_INDEXES) {
			const facet = facetOf(cql);
			if (facet !== undefined && !wanted.has(facet))
				wanted.set(facet, { index: `${cql.set}.${cql.name}`, limit: others.limit, facet, cql });
		}
	}
	if (library !== null) wanted.delete('library');
	return [...wanted.values()];
}

function facetOf({ target }: CqlIndex): Facet | undefined {
	const found = scannable(target);
	return found === 'title' ? undefined : found;
}

/** What was found of the facets wished for, without those that have no terms. */
export const facetsFound = (wanted: readonly WantedFacet[], found: SearchResult['facets']): readonly CqlFacet[] =>
	wanted.flatMap(({ index, limit, facet, cql }) => {
		const terms = found[facet]?.slice(0, limit) ?? [];
		return terms.length === 0 ? [] : [{ label: cql.vi, index: index ?? '', exact: cql.target.kind !== 'words', terms }];
	});
