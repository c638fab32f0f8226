import type { Facet, SearchRequest, Sort } from '../engine.ts';
import { preferencesOf } from '../ranking.ts';
import { facetField } from './mapping.ts';
import { type Clause, hasValue, matchesEmpty, preferenceClause, termClause, translate } from './translate.ts';

export const TIMEOUT_MS = 5_000;

const LIVE = termClause('live', true);
/** Where a record without a year is put: after all others. */
const NO_YEAR = { newest: 0, oldest: 32_767 } as const;

const SORTS: Readonly<Record<Sort, readonly object[]>> = {
	relevance: [{ _score: 'desc' }, { held: 'desc' }, { id: 'desc' }],
	title: [{ order: 'asc' }, { id: 'asc' }],
	newest: [{ year: { order: 'desc', missing: NO_YEAR.newest } }, { id: 'desc' }],
	oldest: [{ year: { order: 'asc', missing: NO_YEAR.oldest } }, { id: 'asc' }],
	changed: [{ seq: 'desc' }, { id: 'desc' }],
	added: [{ id: 'desc' }, { id: 'desc' }],
};

type Filters = SearchRequest['filters'];

const filterClauses = (filters: Filters, which: (facet: Facet) => boolean): Clause[] =>
	(Object.entries(filters) as [Facet, readonly string[]][])
		.filter(([facet, values]) => values.length > 0 && which(facet))
		.map(([facet, values]) => hasValue(facet, values));

/** The clause for all hits of a query with some of its filters; null when nothing can match. */
export function hitsClause({ query, filters }: Pick<SearchRequest, 'query' | 'filters'>, which: (facet: Facet) => boolean): Clause | null {
	const match = translate(query);
	if (match === 'none') return null;
	const clauses = [...(match === 'all' ? [] : [match]), ...filterClauses(filters, which)];
	// most searches find no removed document anyway, and need not look
	return { bool: { filter: clauses.every(matchesEmpty) ? [LIVE, ...clauses] : clauses } };
}

/** More hits and values are asked for than a short page shows, so that it is kept once however long it is. */
const PAGE_MIN = 21;
const VALUES_MIN = 21;

/** Of each facet, what is to be counted, as JSON; null when nothing can match. A facet with a filter is counted as if it had none. */
export function countsOf(request: SearchRequest): { readonly hits: string; readonly facets: ReadonlyMap<Facet, string> } | null {
	const { facets } = request;
	const hits = facets.length === 0 ? null : hitsClause(request, (facet) => !facets.includes(facet));
	if (hits === null) return null;
	return { hits: JSON.stringify(hits), facets: new Map(facets.map((facet) => [facet, JSON.stringify(facetCounts(request, facet))])) };
}

/** The body of a request for the values of facets alone: `aggregations` as JSON by name. */
export const countsBody = (hits: string, aggregations: readonly (readonly [name: string, asked: string])[]): string =>
	`{"size":0,"query":${hits},"aggs":{${aggregations.map(([name, asked]) => `"${name}":${asked}`).join(',')}},"track_total_hits":false,"timeout":"${TIMEOUT_MS}ms"}`;

/** The body of a search for the hits of a page; null when nothing can match. */
export function searchBody(request: SearchRequest, position: readonly (string | number)[] | undefined): object | null {
	const { filters, facets, sort, limit, offset } = request;
	const isFree = (facet: Facet): boolean => !facets.includes(facet);
	const hits = hitsClause(request, isFree);
	if (hits === null) return null;
	const later = filterClauses(filters, (facet) => !isFree(facet));
	const preferred = sort === 'relevance' && limit > 0 ? preferencesOf(request.query).flatMap((one) => preferenceClause(one) ?? []) : [];
	const query = preferred.length === 0 ? hits : { bool: { ...(hits['bool'] as object), should: preferred } };
	return {
		query,
		...(later.length === 0 ? {} : { post_filter: { bool: { filter: later } } }),
		sort: SORTS[sort],
		size: limit === 0 ? 0 : Math.max(limit + 1, PAGE_MIN),
		...(position === undefined ? {} : { search_after: position }),
		...(offset === undefined || limit === 0 ? {} : { from: offset }),
		track_total_hits: true,
		_source: false,
		stored_fields: '_none_',
		timeout: `${TIMEOUT_MS}ms`,
	};
}

function facetCounts({ filters, facets, facetLimit }: SearchRequest, facet: Facet): object {
	const counts = valueCounts(facet, Math.max(facetLimit, VALUES_MIN));
	const others = filterClauses(filters, (other) => other !== facet && facets.includes(other));
	return others.length === 0 ? counts : { aggs: { counts }, filter: { bool: { filter: others } } };
}

/** Values by count, those with as many in the Vietnamese order; `include` a regular expression for their terms. */
export const valueCounts = (facet: Facet, size: number, include?: string): object => ({
	terms: {
		field: facetField(facet),
		size,
		// there is one shard, so that it need not give more than are wanted: each term is unpacked from the index
		shard_size: size,
		order: [{ _count: 'desc' }, { _key: 'asc' }],
		...(include === undefined ? {} : { include }),
	},
});
