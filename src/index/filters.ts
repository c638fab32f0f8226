import { FACETS, type Facet, type SearchRequest } from './engine.ts';
import { joinQueries, type Query } from './query.ts';

export type Filters = SearchRequest['filters'];

/** The tree for a query with filters: of each facet named, one of its values. */
export function withFilters(query: Query, filters: Filters): Query {
	const parts = FACETS.flatMap((facet): readonly Query[] => {
		const values = (filters[facet] ?? []).map((value): Query => ({ op: 'value', facet, value }));
		return values.length === 0 ? [] : [joinQueries('or', values) as Query];
	});
	return parts.length === 0 ? query : (joinQueries('and', query.op === 'all' ? parts : [query, ...parts]) as Query);
}

/**
 * Parts a tree into its filters and the rest, so that an engine can count the other values of a facet as if it had none. What stands at the top
 * and asks for values of one facet is a filter, whoever wrote it; a second one of the same facet narrows further and stays in the query.
 */
export function partFilters(query: Query): { readonly query: Query; readonly filters: Filters } {
	const filters: Partial<Record<Facet, readonly string[]>> = {};
	const rest = (query.op === 'and' ? query.of : [query]).filter((part) => {
		const found = valuesOf(part);
		if (found === undefined || filters[found.facet] !== undefined) return true;
		filters[found.facet] = found.values;
		return false;
	});
	if (Object.keys(filters).length === 0) return { query, filters };
	return { query: joinQueries('and', rest) ?? { op: 'all' }, filters };
}

function valuesOf(part: Query): { readonly facet: Facet; readonly values: readonly string[] } | undefined {
	const all = part.op === 'or' ? part.of : [part];
	const values = all.flatMap((one) => (one.op === 'value' ? [one] : []));
	const facet = values[0]?.facet;
	if (facet === undefined || values.length < all.length || values.some((one) => one.facet !== facet)) return undefined;
	return { facet, values: values.map((one) => one.value) };
}
