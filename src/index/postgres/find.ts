import type { PoolClient } from 'pg';
import type { Facet, SearchRequest, Sort, ValueCount } from '../engine.ts';
import type { Preference } from '../ranking.ts';
import { condition, Parameters } from './condition.ts';
import { FACET_BITS, facetNumber, facetOfKey } from './facets.ts';
import { RANKED_MAX } from './kept.ts';
import { type Match, preferenceText } from './translate.ts';

/** A search as this engine reads it. */
export interface Asked {
	readonly match: Match;
	readonly filters: SearchRequest['filters'];
	readonly preferences: readonly Preference[];
}

/** What an order compares, first this, then the id; both in the same direction. */
const SORTS: Readonly<
	Record<Exclude<Sort, 'relevance'>, { readonly key: string; readonly type: string; readonly direction: 'asc' | 'desc' }>
> = {
	title: { key: 'sort_title', type: 'text collate "C"', direction: 'asc' },
	newest: { key: 'year', type: 'smallint', direction: 'desc' },
	oldest: { key: 'case when year = 0 then 32767 else year end', type: 'int', direction: 'asc' },
	changed: { key: 'seq', type: 'bigint', direction: 'desc' },
	added: { key: 'id', type: 'bigint', direction: 'desc' },
};

/** The sum of the points of the preferences that a record meets. */
function points(parameters: Parameters, preferences: readonly Preference[]): string {
	const parts = preferences.flatMap((preference) => {
		const text = preferenceText(preference);
		if (text === undefined) return [];
		const column = preference.marked ? 'exact' : 'tsv';
		return [`case when ${column} @@ ${parameters.value(text)}::tsquery then ${preference.points} else 0 end`];
	});
	return parts.length === 0 ? '0' : parts.join(' + ');
}

export interface Hit {
	readonly id: number;
	readonly key: string | number;
	readonly held: number;
}

/** What one reading of the hits gives; null for what was not wanted. */
export interface Reading {
	readonly total: number;
	readonly first: readonly Hit[] | null;
	readonly facets: ReadonlyMap<Facet, readonly ValueCount[]>;
}

/** Counts the hits, and in the same reading ranks the first of them and counts values of facets that have no filter. */
export async function readHits(
	client: PoolClient,
	{ match, filters, preferences }: Asked,
	want: { readonly first: boolean; readonly facets: readonly Facet[]; readonly facetLimit: number },
): Promise<Reading> {
	const parameters = new Parameters();
	const where = condition(parameters, match, filters);
	const columns = [
		...(want.first ? [`id, held, ${points(parameters, preferences)} as key`] : []),
		...(want.facets.length > 0 ? ['facets'] : []),
	];
	if (columns.length === 0) {
		const { rows } = await client.query<{ n: string }>(`select count(*) as n from search_document where ${where}`, parameters.values);
		return { total: Number(rows[0]?.n), first: null, facets: new Map() };
	}
	const ranked = `(select string_agg(id || ' ' || key || ' ' || held, ',' order by key desc, held desc, id desc)
		from (select id, key, held from hit order by key desc, held desc, id desc limit ${RANKED_MAX}) as best)`;
	const { rows } = await client.query<{ n: string; ranked: string | null; counts: string | null }>(
		`with hit as materialized (select ${columns.join(', ')} from search_document where ${where})
		select (select count(*) from hit) as n, ${want.first ? ranked : 'null'} as ranked,
			${want.facets.length > 0 ? countsSql(parameters, want.facets, want.facetLimit) : 'null'} as counts`,
		parameters.values,
	);
	const row = rows[0];
	if (row === undefined) throw new Error('the search gave no row');
	return { total: Number(row.n), first: want.first ? hitsOf(row.ranked) : null, facets: countsOf(want.facets, row.counts) };
}

const countsSql = (parameters: Parameters, facets: readonly Facet[], limit: number): string => `(
	with counted as materialized (
		select key, count(*) as n from (select facets from hit) as listed, unnest(facets) as key
		where (key >> ${FACET_BITS}) = any (${parameters.value(facets.map(facetNumber))}::bigint[])
		group by key
	), placed as materialized (
		select key, n, row_number() over (partition by key >> ${FACET_BITS} order by n desc, key) as place from counted
	)
	select json_agg(json_build_array(key::float8, n, value) order by place)::text from placed join search_facet using (key)
	where place <= ${parameters.value(limit)})`;

function hitsOf(text: string | null): Hit[] {
	if (text === null) return [];
	return text.split(',').map((one) => {
		const [id, key, held] = one.split(' ').map(Number) as [number, number, number];
		return { id, key, held };
	});
}

function countsOf(facets: readonly Facet[], text: string | null): Map<Facet, ValueCount[]> {
	const counts = new Map<Facet, ValueCount[]>(facets.map((facet) => [facet, []]));
	for (const [key, count, value] of JSON.parse(text ?? '[]') as [number, number, string][])
		counts.get(facetOfKey(key) as Facet)?.push({ value, count });
	return counts;
}

/** Counts the values of one facet as if it had no filter. */
export async function countOneFacet(client: PoolClient, asked: Asked, facet: Facet, limit: number): Promise<readonly ValueCount[]> {
	const { [facet]: _, ...filters } = asked.filters;
	const { facets } = await readHits(client, { ...asked, filters }, { first: false, facets: [facet], facetLimit: limit });
	return facets.get(facet) ?? [];
}

/** The hits of one page, and one more when there is one. */
export async function readPage(
	client: PoolClient,
	{ match, filters, preferences }: Asked,
	{ sort, limit, after, offset }: Pick<SearchRequest, 'sort' | 'limit' | 'after' | 'offset'>,
): Promise<readonly Hit[]> {
	const parameters = new Parameters();
	const where = condition(parameters, match, filters);
	const order = sort === 'relevance' ? { key: points(parameters, preferences), type: 'int', direction: 'desc' as const } : SORTS[sort];
	const columns = sort === 'relevance' ? ['key', 'held', 'id'] : ['key', 'id'];
	let from = `select id, held, ${order.key} as key from search_document where ${where}`;
	if (after !== undefined) {
		const types = sort === 'relevance' ? ['int', 'smallint', 'bigint'] : [order.type, 'bigint'];
		const position = types.map((type, i) => `${parameters.value(after[i])}::${type}`).join(', ');
		from = `select id, held, key from (${from}) hit where (${columns.join(', ')}) ${order.direction === 'asc' ? '>' : '<'} (${position})`;
	}
	const by = columns.map((column) => `${column} ${order.direction}`).join(', ');
	const { rows } = await client.query<{ id: string; key: string | number; held: number }>(
		`${from} order by ${by} limit ${parameters.value(limit + 1)}${offset === undefined ? '' : ` offset ${parameters.value(offset)}`}`,
		parameters.values,
	);
	return rows.map(({ id, key, held }) => ({ id: Number(id), key: sort === 'title' ? key : Number(key), held }));
}
