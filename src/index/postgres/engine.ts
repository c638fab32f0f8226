import { randomInt } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { AppError } from '../../lib/errors.ts';
import type {
	Completed,
	Facet,
	Parked,
	Removed,
	ScannedTerm,
	ScanRequest,
	SearchDocument,
	SearchEngine,
	SearchRequest,
	SearchResult,
	ValueCount,
} from '../engine.ts';
import { preferencesOf } from '../ranking.ts';
import { beginFill, endFill } from './bulk-fill.ts';
import { type Asked, countOneFacet, type First, type Hit, readHits, readPage } from './find.ts';
import { type Found, KeptAnswers, RANKED_MAX, type Ranked } from './kept.ts';
import { type SortedValues, scan } from './scan.ts';
import { translate } from './translate.ts';
import { complete, facetValues, inOrder, settle, wordCounts } from './values.ts';
import { noFacets, remember, writeDocuments } from './write.ts';

const TIMEOUT_MS = 5000;
/** Documents written by one statement. */
const BATCH = 2000;
/** A first batch of so many documents is taken for the beginning of many more. */
const FILL_MIN = 500;
const RANKED_NUMBERS = 2 ** 47;

const BEGIN = `begin isolation level repeatable read read only; set local statement_timeout = ${TIMEOUT_MS}; set local jit = off; set local work_mem = '64MB'`;

/** Search in table search_document (migrations/0002-search.sql). */
export class PostgresSearchEngine implements SearchEngine {
	private readonly pool: Pool;
	private readonly named = noFacets();
	private readonly sorted: SortedValues = new Map();
	private readonly kept = new KeptAnswers();
	/** Until a batch was written: whether there is a document is looked up then. */
	private mayBeEmpty = true;

	constructor(pool: Pool) {
		this.pool = pool;
	}

	/** @throws AppError `timeout` when the search takes longer than five seconds */
	async search(request: SearchRequest): Promise<SearchResult> {
		const match = translate(request.query);
		if (match === 'none') return { ids: [], total: 0, next: null, facets: Object.fromEntries(request.facets.map((facet) => [facet, []])) };
		const asked: Asked = { match, filters: request.filters, preferences: request.sort === 'relevance' ? preferencesOf(request.query) : [] };
		return this.inTransaction(BEGIN, async (client) => {
			const { rows } = await client.query<{ version: string }>('select version from search_state');
			const found = this.kept.at(String(rows[0]?.version), JSON.stringify([match, request.filters]));
			const { sort, limit, after, offset = 0 } = request;
			const position = sort === 'relevance' ? positionOf(after, offset) : null;
			const ranked = position?.number === undefined ? undefined : this.kept.ranked(position.number);
			const fromFirst = limit > 0 && position !== null && position.at < RANKED_MAX && ranked === undefined;
			await this.learn(client, asked, found, request, fromFirst);
			const page =
				limit === 0
					? { ids: [], next: null }
					: await this.page(client, asked, request, position, ranked ?? found.ranked.get(rankedBy(asked)) ?? null);
			const facets = Object.fromEntries(
				request.facets.map((facet) => [facet, found.facets.get(facet)?.counts.slice(0, request.facetLimit)]),
			);
			return { ...page, total: found.total ?? 0, facets };
		});
	}

	/** Finds out what is not known yet of a question. */
	private async learn(client: PoolClient, asked: Asked, found: Found, request: SearchRequest, fromFirst: boolean): Promise<void> {
		const { facetLimit } = request;
		const unknown = request.facets.filter((facet) => (found.facets.get(facet)?.limit ?? -1) < facetLimit);
		const isFiltered = (facet: Facet): boolean => (request.filters[facet]?.length ?? 0) > 0;
		const free = unknown.filter((facet) => !isFiltered(facet));
		const first = fromFirst && !found.ranked.has(rankedBy(asked));
		if (found.total === null || first || free.length > 0) {
			const reading = await readHits(client, asked, { first, facets: free, facetLimit });
			found.total = reading.total;
			if (reading.first !== null) {
				const ranked = rankedList(reading.first);
				found.ranked.set(rankedBy(asked), ranked);
				this.kept.keep(ranked);
			}
			for (const [facet, counts] of reading.facets) found.facets.set(facet, { limit: facetLimit, counts: inOrder(counts) });
		}
		for (const facet of unknown) {
			if (isFiltered(facet))
				found.facets.set(facet, { limit: facetLimit, counts: inOrder(await countOneFacet(client, asked, facet, facetLimit)) });
		}
	}

	private async page(
		client: PoolClient,
		asked: Asked,
		request: SearchRequest,
		position: Position | null,
		ranked: Ranked | null,
	): Promise<Pick<SearchResult, 'ids' | 'next'>> {
		const { limit, sort } = request;
		if (position === null || position.at >= RANKED_MAX || ranked === null)
			return lastOf(await readPage(client, asked, request), limit, sort === 'relevance');
		const end = position.at + limit;
		const ids = ranked.ids.slice(position.at, end);
		if (end < ranked.ids.length) return { ids, next: [ranked.number, end] };
		if (ranked.rest === null) return { ids, next: null };
		// what is beyond the kept list goes on by what chose its members
		const after = ranked.rest;
		const more = await readPage(client, asked, { sort, limit: limit - ids.length, after, offset: 0 });
		const rest = lastOf(more, limit - ids.length, true);
		return { ids: [...ids, ...rest.ids], next: rest.ids.length === 0 && more.length > 0 ? after : rest.next };
	}

	/** @throws AppError `timeout` as search does, `too-large` when there are more values than LIMITS.scanValuesMax */
	async scan(request: ScanRequest): Promise<readonly ScannedTerm[]> {
		return this.inTransaction(BEGIN, (client) => scan(client, this.sorted, request));
	}

	async facetValues(
		{ query, filters }: Pick<SearchRequest, 'query' | 'filters'>,
		facet: Facet,
		text: string,
		limit: number,
	): Promise<readonly ValueCount[]> {
		const match = translate(query);
		if (match === 'none' || limit === 0) return [];
		return this.inTransaction(BEGIN, (client) => facetValues(client, match, filters, facet, text, limit));
	}

	async complete(of: Completed, text: string, limit: number): Promise<readonly ValueCount[]> {
		return this.inTransaction(BEGIN, (client) => complete(client, of, text, limit));
	}

	async wordCounts(words: readonly string[]): Promise<ReadonlyMap<string, number>> {
		return this.inTransaction(BEGIN, (client) => wordCounts(client, words));
	}

	async settle(): Promise<void> {
		await this.inTransaction('begin', async (client) => {
			await endFill(client);
			await settle(client);
		});
	}

	async apply(documents: readonly SearchDocument[], removed: readonly Removed[]): Promise<readonly Parked[]> {
		for (let at = 0; at < documents.length || at < removed.length; at += BATCH) {
			const fresh = await this.inTransaction('begin', async (client) => {
				if (this.mayBeEmpty && documents.length >= FILL_MIN) await beginFill(client);
				return await writeDocuments(client, documents.slice(at, at + BATCH), removed.slice(at, at + BATCH), this.named);
			});
			this.mayBeEmpty = false;
			remember(this.named, fresh);
		}
		return [];
	}

	async clear(): Promise<void> {
		await this.pool.query('truncate search_document; update search_state set version = version + 1, settled_documents = 0');
		this.mayBeEmpty = true;
	}

	async count(): Promise<number> {
		const { rows } = await this.pool.query<{ n: string }>('select count(*) as n from search_document where tsv is not null');
		return Number(rows[0]?.n);
	}

	async indexName(): Promise<string> {
		return 'postgres';
	}

	async isOutdated(): Promise<boolean> {
		return false;
	}

	async nextIndex(): Promise<null> {
		return null;
	}

	async close(): Promise<void> {}

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

/** A place in the kept list of the first hits, or after it. */
interface Position {
	readonly at: number;
	/** Of the list. */
	readonly number?: number;
}

/** Cursors by relevance are number and place of a kept list, or points, libraries and id of a hit beyond it. */
function positionOf(after: SearchRequest['after'], offset: number): Position | null {
	if (after === undefined) return { at: offset };
	return after.length === 2 ? { number: Number(after[0]), at: Number(after[1]) } : null;
}

const rankedBy = ({ preferences }: Asked): string => JSON.stringify(preferences);

const rankedList = ({ ids, rest }: First): Ranked => ({
	number: randomInt(RANKED_NUMBERS),
	ids,
	rest: ids.length < RANKED_MAX ? null : rest,
});

function lastOf(hits: readonly Hit[], limit: number, byRelevance: boolean): Pick<SearchResult, 'ids' | 'next'> {
	const shown = hits.slice(0, limit);
	const last = shown.at(-1);
	const place = last && (byRelevance ? [last.key, last.held, last.id] : [last.key, last.id]);
	return { ids: shown.map(({ id }) => id), next: place !== undefined && hits.length > limit ? place : null };
}

const isTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '57014';

const tooSlow = (cause: unknown): AppError =>
	new AppError('timeout', `the search took longer than ${TIMEOUT_MS / 1000} seconds`, {
		hint: 'add a word or a filter, so that fewer records match',
		retriable: true,
		cause,
	});
