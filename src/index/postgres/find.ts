import type { PoolClient } from 'pg';
import type { Facet, SearchRequest, Sort, ValueCount } from '../engine.ts';
import { PREFIX_LETTERS_MIN, type Query } from '../query.ts';
import type { Preference } from '../ranking.ts';
import { terms } from '../terms.ts';
import { condition, Parameters } from './condition.ts';
import { FACET_BITS, facetNumber, facetOfKey } from './facets.ts';
import { RANKED_MAX } from './kept.ts';
import { type Match, preferenceClause } from './translate.ts';
import { tsquery } from './tsquery.ts';

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

/** What says whether a record meets a preference; undefined for what cannot be said here. */
function met(parameters: Parameters, preference: Preference): string | undefined {
	const { of, marked } = preference;
	const inTitles = marked ? undefined : titleCondition(parameters, of);
	if (inTitles !== undefined) return inTitles;
	const clause = preferenceClause(preference);
	return clause === undefined ? undefined : `${marked ? 'exact' : 'tsv'} @@ ${parameters.value(tsquery(clause))}::tsquery`;
}

/** Words of the titles, looked for in them as one text (tsvector.ts), which takes a tenth of the time; undefined for anything else. */
function titleCondition(parameters: Parameters, query: Query): string | undefined {
	if (query.op === 'and') {
		const all = query.of.map((one) => titleCondition(parameters, one));
		return all.every((one) => one !== undefined) ? all.join(' and ') : undefined;
	}
	if ((query.op !== 'word' && query.op !== 'phrase') || query.field !== 'title') return undefined;
	if (query.op === 'word' && query.alike !== undefined) {
		const { alike, ...word } = query;
		const said = [word, ...alike.map((text) => ({ op: 'phrase', field: 'title', text }) as const)].filter(
			({ text }) => terms(text).length > 0,
		);
		return said.length === 0 ? undefined : `(${said.map((one) => titleCondition(parameters, one)).join(' or ')})`;
	}
	const words = terms(query.text).map(({ folded }) => folded);
	if (words.length === 0) return undefined;
	const anchor = query.op === 'phrase' ? query.anchor : undefined;
	const open = query.prefix === true && anchor !== 'whole' && (words.at(-1) as string).length >= PREFIX_LETTERS_MIN;
	const text = ` ${words.join(' ')}${open ? '' : ' '}`;
	if (anchor === undefined) return `strpos(titles, ${parameters.value(text)}) > 0`;
	return `starts_with(titles, ${parameters.value(`<${text}${anchor === 'whole' ? '>' : ''}`)})`;
}

export const isCheap = ({ of, marked }: Preference): boolean => marked || titleCondition(new Parameters(), of) !== undefined;

/** The sum of the points of the preferences that a record meets. */
function points(parameters: Parameters, preferences: readonly Preference[]): string {
	const parts = preferences.flatMap((one) => {
		const condition = met(parameters, one);
		return condition === undefined ? [] : [`case when ${condition} then ${one.points} else 0 end`];
	});
	return parts.length === 0 ? '0' : parts.join(' + ');
}

export interface Hit {
	readonly id: number;
	readonly key: string | number;
	readonly held: number;
}

/** The first hits by relevance, and where those after them begin: points for titles and marks, libraries, id. */
export interface First {
	readonly ids: readonly number[];
	readonly rest: readonly number[] | null;
}

/** What one reading of the hits gives; null for what was not wanted. */
export interface Reading {
	readonly total: number;
	readonly first: First | null;
	readonly facets: ReadonlyMap<Facet, readonly ValueCount[]>;
}

/**
 * Counts the hits, and in the same reading ranks the first of them and counts values of facets that have no filter. Points for titles and marks are
 * counted for all hits, the other points, which cost more, for the first RANKED_MAX of that order.
 */
export async function readHits(
	client: PoolClient,
	{ match, filters, preferences }: Asked,
	want: { readonly first: boolean; readonly facets: readonly Facet[]; readonly facetLimit: number },
): Promise<Reading> {
	const parameters = new Parameters();
	const where = condition(parameters, match, filters);
	const cheap = preferences.filter(isCheap);
	const columns = [
		...(want.first ? [`id, held, ${points(parameters, cheap)} as cheap`] : []),
		...(want.facets.length > 0 ? ['facets'] : []),
	];
	if (columns.length === 0) {
		const { rows } = await client.query<{ n: string }>(`select count(*) as n from search_document where ${where}`, parameters.values);
		return { total: Number(rows[0]?.n), first: null, facets: new Map() };
	}
	const chosen = `select id, held, cheap from hit order by cheap desc, held desc, id desc limit ${RANKED_MAX}`;
	const costly = points(parameters, want.first ? preferences.filter((one) => !isCheap(one)) : []);
	const best =
		costly === '0'
			? `select *, cheap as key from (${chosen}) as chosen`
			: `select chosen.*, cheap + ${costly} as key from (${chosen}) as chosen join search_document d using (id)`;
	const ranked = `(select string_agg(id || ' ' || cheap || ' ' || held, ',' order by key desc, best.held desc, id desc) from (${best}) as best)`;
	const { rows } = await client.query<{ n: string; ranked: string | null; counts: string | null }>(
		`with hit as materialized (select ${columns.join(', ')} from search_document where ${where})
		select (select count(*) from hit) as n, ${want.first ? ranked : 'null'} as ranked,
			${want.facets.length > 0 ? countsSql(parameters, want.facets, want.facetLimit) : 'null'} as counts`,
		parameters.values,
	);
	const row = rows[0];
	if (row === undefined) throw new Error('the search gave no row');
	return { total: Number(row.n), first: want.first ? firstOf(row.ranked) : null, facets: countsOf(want.facets, row.counts) };
}

const countsSql = (parameters: Parameters, facets: readonly Facet[], limit: number): string => `(
	with counted as materialized (
		select key, count(*) as n from (select unnest(facets) as key from hit) as listed
		where (key >> ${FACET_BITS}) = any (${parameters.value(facets.map(facetNumber))}::bigint[])
		group by key
	), placed as materialized (
		select key, n, row_number() over (partition by key >> ${FACET_BITS} order by n desc, key) as place from counted
	)
	select json_agg(json_build_array(key::float8, n, value) order by place)::text from placed join search_facet using (key)
	where place <= ${parameters.value(limit)})`;

function firstOf(text: string | null): First {
	if (text === null) return { ids: [], rest: null };
	let rest: readonly number[] = [Number.POSITIVE_INFINITY];
	const ids = text.split(',').map((one) => {
		const [id, cheap, held] = one.split(' ').map(Number) as [number, number, number];
		const place = [cheap, held, id];
		if (isBefore(rest, place)) rest = place;
		return id;
	});
	return { ids, rest };
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
	const at = one.findIndex((value, i) => value !== other[i]);
	return at >= 0 && (one[at] as number) > (other[at] as number);
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

/** The hits of one page, and one more when there is one. By relevance these are hits after the first RANKED_MAX. */
export async function readPage(
	client: PoolClient,
	{ match, filters, preferences }: Asked,
	{ sort, limit, after, offset }: Pick<SearchRequest, 'sort' | 'limit' | 'after' | 'offset'>,
): Promise<readonly Hit[]> {
	const parameters = new Parameters();
	const where = condition(parameters, match, filters);
	const order =
		sort === 'relevance' ? { key: points(parameters, preferences.filter(isCheap)), type: 'int', direction: 'desc' as const } : SORTS[sort];
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
