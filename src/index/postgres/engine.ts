import type { Pool, PoolClient } from 'pg';
import { AppError } from '../../lib/errors.ts';
import type { Facet, ScannedTerm, ScanRequest, SearchDocument, SearchEngine, SearchRequest, SearchResult, Sort } from '../engine.ts';
import { condition, Parameters } from './condition.ts';
import { FACET_BITS, facetNumber, facetOfKey } from './facets.ts';
import { type SortedValues, scan } from './scan.ts';
import { type Translation, translate } from './translate.ts';
import { noFacets, remember, writeDocuments } from './write.ts';

const TIMEOUT_MS = 5000;
/** Documents written by one statement. */
const BATCH = 2000;
/** With more hits than this, only the title decides the order of relevance, not every word. */
const RANKED_HITS_MAX = 20_000;

const BEGIN = `begin isolation level repeatable read read only; set local statement_timeout = ${TIMEOUT_MS}; set local jit = off`;

/** What an order compares, first this, then the id; both in the same direction. */
const SORTS: Readonly<
	Record<Exclude<Sort, 'relevance'>, { readonly key: string; readonly type: string; readonly direction: 'asc' | 'desc' }>
> = {
	title: { key: 'sort_title', type: 'text collate "C"', direction: 'asc' },
	newest: { key: 'year', type: 'smallint', direction: 'desc' },
	oldest: { key: 'case when year = 0 then 32767 else year end', type: 'int', direction: 'asc' },
	changed: { key: 'seq', type: 'bigint', direction: 'desc' },
};

/** Search in table search_document (migrations/0002-search.sql). */
export class PostgresSearchEngine implements SearchEngine {
	private readonly pool: Pool;
	private readonly named = noFacets();
	private readonly sorted: SortedValues = new Map();

	constructor(pool: Pool) {
		this.pool = pool;
	}

	/** @throws AppError `timeout` when the search takes longer than five seconds */
	async search(request: SearchRequest): Promise<SearchResult> {
		const translation = translate(request.query);
		if (translation.match === 'none')
			return { ids: [], total: 0, next: null, facets: Object.fromEntries(request.facets.map((facet) => [facet, []])) };
		return this.inTransaction(BEGIN, async (client) => {
			const total = await count(client, translation, request);
			const page = await readPage(client, translation, request, total);
			const facets = await readFacets(client, translation, request);
			return { ...page, total, facets };
		});
	}

	/** @throws AppError `timeout` as search does, `too-large` when there are more values than LIMITS.scanValuesMax */
	async scan(request: ScanRequest): Promise<readonly ScannedTerm[]> {
		return this.inTransaction(BEGIN, (client) => scan(client, this.sorted, request));
	}

	async apply(documents: readonly SearchDocument[], removed: readonly { readonly id: number; readonly seq: number }[]): Promise<void> {
		for (let at = 0; at < documents.length || at < removed.length; at += BATCH) {
			const fresh = await this.inTransaction('begin', (client) =>
				writeDocuments(client, documents.slice(at, at + BATCH), removed.slice(at, at + BATCH), this.named),
			);
			remember(this.named, fresh);
		}
	}

	async clear(): Promise<void> {
		await this.pool.query('truncate search_document');
	}

	private async inTransaction<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
		const client = await this.pool.connect();
		let broken = false;
		try {
			await client.query(begin);
			const result = await work(client);
			await client.query('commit');
			return result;
		} catch (error) {
			broken = await client.query('rollback').then(
				() => false,
				() => true,
			);
			throw isTimeout(error) ? tooSlow(error) : error;
		} finally {
			client.release(broken);
		}
	}
}

const isTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '57014';

const tooSlow = (cause: unknown): AppError =>
	new AppError('timeout', `the search took longer than ${TIMEOUT_MS / 1000} seconds`, {
		hint: 'add a word or a filter, so that fewer records match',
		retriable: true,
		cause,
	});

async function count(client: PoolClient, translation: Translation, request: SearchRequest): Promise<number> {
	const parameters = new Parameters();
	const { rows } = await client.query<{ n: string }>(
		`select count(*) as n from search_document where ${condition(parameters, translation, request)}`,
		parameters.values,
	);
	return Number(rows[0]?.n);
}

/**
 * Relevance as one whole number: documents that have the words as typed, marks included, before all others; then those whose title is what was
 * typed, those whose title has it as a phrase; then ts_rank over the words with their weights.
 */
function score(parameters: Parameters, translation: Translation, broad: boolean): string | null {
	const parts: string[] = [];
	const boost = (column: string, tsquery: string | null, points: number): void => {
		if (tsquery !== null) parts.push(`case when ${column} @@ ${parameters.value(tsquery)}::tsquery then ${points} else 0 end`);
	};
	const rank = (column: string, tsquery: string | null): void => {
		if (tsquery !== null && !broad)
			parts.push(`coalesce((1000000 * ts_rank(${column}, ${parameters.value(tsquery)}::tsquery, 1))::int, 0)`);
	};
	boost('exact', translation.exact, 8_000_000);
	boost('tsv', translation.wholeTitle, 4_000_000);
	boost('tsv', translation.titlePhrase, 2_000_000);
	rank('tsv', translation.rank);
	rank('exact', translation.exactRank);
	return parts.length === 0 ? null : parts.join(' + ');
}

async function readPage(
	client: PoolClient,
	translation: Translation,
	request: SearchRequest,
	total: number,
): Promise<Pick<SearchResult, 'ids' | 'next'>> {
	const { sort, limit, after, offset } = request;
	const parameters = new Parameters();
	const where = condition(parameters, translation, request);
	// a result keeps the way it was ranked first, whatever is added meanwhile
	const broad = sort === 'relevance' && (after === undefined ? total > RANKED_HITS_MAX : after[2] === 1);
	const order = sort === 'relevance' ? { key: score(parameters, translation, broad) ?? '0', type: 'int', direction: 'desc' } : SORTS[sort];
	const compared = order.direction === 'asc' ? '>' : '<';
	let from = `select id, ${order.key} as key from search_document where ${where}`;
	if (after !== undefined) {
		const position = `(${parameters.value(after[0])}::${order.type}, ${parameters.value(after[1])}::bigint)`;
		from = `select id, key from (${from}) hit where (key, id) ${compared} ${position}`;
	}
	const { rows } = await client.query<{ id: string; key: string | number }>(
		`${from} order by key ${order.direction}, id ${order.direction} limit ${parameters.value(limit + 1)}${offset === undefined ? '' : ` offset ${parameters.value(offset)}`}`,
		parameters.values,
	);
	const shown = rows.slice(0, limit);
	const last = shown.at(-1);
	const position = last && [sort === 'title' ? last.key : Number(last.key), Number(last.id)];
	const next = position && rows.length > limit ? (sort === 'relevance' ? [...position, broad ? 1 : 0] : position) : null;
	return { ids: shown.map((row) => Number(row.id)), next };
}

type FacetCounts = Record<string, { value: string; count: number }[]>;

/** Counts the values of the facets asked for. A facet with a filter is counted apart, as if it had none. */
async function readFacets(client: PoolClient, translation: Translation, request: SearchRequest): Promise<FacetCounts> {
	const isFiltered = (facet: Facet): boolean => (request.filters[facet]?.length ?? 0) > 0;
	const counts: FacetCounts = Object.fromEntries(request.facets.map((facet) => [facet, []]));
	const free = request.facets.filter((facet) => !isFiltered(facet));
	if (free.length > 0) await countFacets(client, translation, request, free, undefined, counts);
	for (const facet of request.facets) if (isFiltered(facet)) await countFacets(client, translation, request, [facet], facet, counts);
	return counts;
}

async function countFacets(
	client: PoolClient,
	translation: Translation,
	request: SearchRequest,
	facets: readonly Facet[],
	without: Facet | undefined,
	into: FacetCounts,
): Promise<void> {
	const parameters = new Parameters();
	const where = condition(parameters, translation, request, without);
	const { rows } = await client.query<{ key: string; n: string; value: string }>(
		`with counted as materialized (
			select key, count(*) as n from search_document, unnest(facets) as key
			where ${where} and (key >> ${FACET_BITS}) = any (${parameters.value(facets.map(facetNumber))}::bigint[])
			group by key
		), placed as materialized (
			select key, n, row_number() over (partition by key >> ${FACET_BITS} order by n desc, key) as place from counted
		)
		select key, n, value from placed join search_facet using (key)
		where place <= ${parameters.value(request.facetLimit)} order by place`,
		parameters.values,
	);
	for (const row of rows) into[facetOfKey(Number(row.key))]?.push({ value: row.value, count: Number(row.n) });
}
