import { randomInt } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { AppError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
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
import { terms } from '../terms.ts';
import { beginFill, endFill } from './bulk-fill.ts';
import { FacetNames } from './facet-names.ts';
import { type Asked, countOneFacet, type First, type Hit, readHits, readPage } from './find.ts';
import { type Found, KeptHits, RANKED_MAX, type Ranked } from './kept.ts';
import { hitsClause, orderAll, readBeyond, readMemory, readValues } from './memory/answer.ts';
import type { KeyCount } from './memory/count.ts';
import { DOCUMENTS, NAMES } from './memory/held-kinds.ts';
import { MemoryKeeper } from './memory/keeper.ts';
import type { MemoryIndex } from './memory/memory-index.ts';
import type { NameIndex } from './memory/name-index.ts';
import { type SortedValues, scan } from './scan.ts';
import { hasMask, translate } from './translate.ts';
import { complete, facetValues, inOrder, settle, wordCounts } from './values.ts';
import { noFacets, remember, writeDocuments } from './write.ts';

const TIMEOUT_MS = 5000;
/** Documents written by one statement. */
const BATCH = 2000;
/** A first batch of so many documents is taken for the beginning of many more. */
const FILL_MIN = 500;
/** Names of values take a part of what the documents may take. */
const NAMES_SHARE = 4;
const RANKED_NUMBERS = 2 ** 47;

const VERSION = 'select version from search_state';
const BEGIN = `begin isolation level repeatable read read only; set local statement_timeout = ${TIMEOUT_MS}; set local jit = off; set local work_mem = '64MB'`;

/** Search in table search_document (migrations/0002-search.sql). */
export class PostgresSearchEngine implements SearchEngine {
	private readonly pool: Pool;
	private readonly named = noFacets();
	private readonly sorted: SortedValues = new Map();
	private readonly kept = new KeptHits();
	/** Until a batch was written: whether there is a document is looked up then. */
	private mayBeEmpty = true;
	private readonly memory: MemoryKeeper<MemoryIndex>;
	private readonly valueNames: MemoryKeeper<NameIndex>;
	private readonly names: FacetNames;

	/** With `memoryBytesMax` 0 nothing is held in memory. */
	constructor(pool: Pool, memoryBytesMax: number = LIMITS.searchMemoryBytesMax) {
		this.pool = pool;
		this.memory = new MemoryKeeper(pool, DOCUMENTS, memoryBytesMax);
		this.valueNames = new MemoryKeeper(pool, NAMES, memoryBytesMax / NAMES_SHARE);
		this.names = new FacetNames(pool);
	}

	/** Reads the index into memory, as the first search would have it done while it is answered without. */
	async warm(): Promise<void> {
		await this.memory.load();
		await this.valueNames.load();
	}

	/** @throws AppError `timeout` when the search takes longer than five seconds */
	async search(request: SearchRequest): Promise<SearchResult> {
		const match = translate(request.query);
		if (match === 'none') return { ids: [], total: 0, next: null, facets: Object.fromEntries(request.facets.map((facet) => [facet, []])) };
		const asked: Asked = { match, filters: request.filters, preferences: request.sort === 'relevance' ? preferencesOf(request.query) : [] };
		const isMasked = hasMask(match);
		const newest = isListed(request) && !isMasked ? null : await this.memory.newest();
		if (newest === null) {
			// whoever searches also types
			if (!isListed(request)) void this.warm().catch(() => undefined);
			return await this.inTransaction(BEGIN, async (client) => await this.searchThere(client, asked, request));
		}
		const found = this.kept.at(String(newest.version), JSON.stringify([match, request.filters]));
		// all reading is done before anything is waited for: later the index is another
		const learnt = this.learnHere(newest.held, asked, found, request);
		const beyond = this.pageBeyond(newest.held, asked, found, request);
		// the database orders hits that are known by their numbers
		const there = isMasked && request.sort !== 'relevance' ? { ...asked, match: hitsClause(newest.held, asked) } : asked;
		await learnt;
		return { ...(await this.answer(null, there, found, request, beyond !== null || request.limit === 0)), ...beyond };
	}

	/** Searches in the database. */
	private async searchThere(client: PoolClient, asked: Asked, request: SearchRequest): Promise<SearchResult> {
		const { rows } = await client.query<{ version: string }>(VERSION);
		const found = this.kept.at(String(rows[0]?.version), JSON.stringify([asked.match, request.filters]));
		await this.learn(client, asked, found, request);
		return await this.answer(client, asked, found, request);
	}

	/** What was found out, and the page that is wanted of it. */
	private async answer(
		client: PoolClient | null,
		asked: Asked,
		found: Found,
		request: SearchRequest,
		hasPage = request.limit === 0,
	): Promise<SearchResult> {
		const position = request.sort === 'relevance' ? positionOf(request) : null;
		const ranked = this.rankedAt(position) ?? found.ranked.get(rankedBy(asked)) ?? null;
		const page = hasPage ? { ids: [], next: null } : await this.page(client, asked, request, position, ranked);
		const facets = Object.fromEntries(request.facets.map((facet) => [facet, found.facets.get(facet)?.counts.slice(0, request.facetLimit)]));
		return { ...page, total: found.total ?? 0, facets };
	}

	private rankedAt(position: Position | null): Ranked | undefined {
		const number = position?.number;
		return number === undefined ? undefined : this.kept.ranked(number);
	}

	/** Whether the first hits are wanted, and their order is not known. */
	private wantsFirst(asked: Asked, found: Found, request: SearchRequest): boolean {
		const position = request.sort === 'relevance' ? positionOf(request) : null;
		if (request.limit === 0 || position === null || position.at >= RANKED_MAX) return false;
		return this.rankedAt(position) === undefined && !found.ranked.has(rankedBy(asked));
	}

	private keepRanked(asked: Asked, found: Found, first: First): void {
		const ranked = rankedList(first);
		found.ranked.set(rankedBy(asked), ranked);
		this.kept.keep(ranked);
	}

	/** Finds out what is not known yet of a question from the index in memory. */
	private async learnHere(index: MemoryIndex, asked: Asked, found: Found, request: SearchRequest): Promise<void> {
		const { facetLimit } = request;
		const facets = request.facets.filter((facet) => (found.facets.get(facet)?.limit ?? -1) < facetLimit);
		const first = counted(request) ? !found.ranked.has(rankedBy(asked)) : this.wantsFirst(asked, found, request);
		if (found.total !== null && !first && facets.length === 0) return;
		const reading = readMemory(index, asked, { first, facets, facetLimit });
		found.total = reading.total;
		if (reading.first !== null) this.keepRanked(asked, found, reading.first);
		// all names at once
		await this.names.of([...reading.counts.values()].flat().map(({ key }) => key));
		for (const [facet, counts] of reading.counts)
			found.facets.set(facet, { limit: facetLimit, counts: inOrder(await this.withNames(counts)) });
	}

	private async withNames(counts: readonly KeyCount[]): Promise<ValueCount[]> {
		const names = await this.names.of(counts.map(({ key }) => key));
		return counts.map(({ key, count }) => ({ value: names.get(key) ?? '', count }));
	}

	/** A page of positions that the first hits do not reach to, from the index in memory; null for any other page. */
	private pageBeyond(index: MemoryIndex, asked: Asked, found: Found, request: SearchRequest): Pick<SearchResult, 'ids' | 'next'> | null {
		const ranked = found.ranked.get(rankedBy(asked));
		const { offset = 0, limit } = request;
		const end = offset + limit;
		if (!counted(request) || ranked === undefined || ranked.rest === null || end <= RANKED_MAX) return null;
		const order = this.kept.order(ranked, () => orderAll(index, asked));
		const { ids, next } = readBeyond(index, asked, order, Math.max(offset, RANKED_MAX), end);
		return { ids: [...ranked.ids.slice(offset, end), ...ids], next };
	}

	/** Finds out what is not known yet of a question from the database. */
	private async learn(client: PoolClient, asked: Asked, found: Found, request: SearchRequest): Promise<void> {
		const { facetLimit } = request;
		const unknown = request.facets.filter((facet) => (found.facets.get(facet)?.limit ?? -1) < facetLimit);
		const isFiltered = (facet: Facet): boolean => (request.filters[facet]?.length ?? 0) > 0;
		const free = unknown.filter((facet) => !isFiltered(facet));
		const first = this.wantsFirst(asked, found, request);
		if (found.total === null || first || free.length > 0) {
			const reading = await readHits(client, asked, { first, facets: free, facetLimit });
			found.total = reading.total;
			if (reading.first !== null) this.keepRanked(asked, found, reading.first);
			for (const [facet, counts] of reading.facets) found.facets.set(facet, { limit: facetLimit, counts: inOrder(counts) });
		}
		for (const facet of unknown) {
			if (isFiltered(facet))
				found.facets.set(facet, { limit: facetLimit, counts: inOrder(await countOneFacet(client, asked, facet, facetLimit)) });
		}
	}

	private async page(
		client: PoolClient | null,
		asked: Asked,
		request: SearchRequest,
		position: Position | null,
		ranked: Ranked | null,
	): Promise<Pick<SearchResult, 'ids' | 'next'>> {
		const { limit, sort } = request;
		if (position === null || position.at >= RANKED_MAX || ranked === null)
			return lastOf(await this.pageThere(client, asked, request), limit, sort === 'relevance');
		const end = position.at + limit;
		const ids = ranked.ids.slice(position.at, end);
		if (end < ranked.ids.length) return { ids, next: [ranked.number, end] };
		if (ranked.rest === null) return { ids, next: null };
		// what is beyond the kept list goes on by what chose its members
		const after = ranked.rest;
		const more = await this.pageThere(client, asked, { sort, limit: limit - ids.length, after, offset: 0 });
		const rest = lastOf(more, limit - ids.length, true);
		return { ids: [...ids, ...rest.ids], next: rest.ids.length === 0 && more.length > 0 ? after : rest.next };
	}

	/** Hits from the database, in the transaction of a client or in one of its own. */
	private async pageThere(client: PoolClient | null, asked: Asked, page: Parameters<typeof readPage>[2]): Promise<readonly Hit[]> {
		if (client !== null) return await readPage(client, asked, page);
		return await this.inTransaction(BEGIN, async (one) => await readPage(one, asked, page));
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
		const typed = [...new Set(terms(text).map(({ folded }) => folded))];
		const names = await this.valueNames.newest();
		const index = names === null ? null : await this.memory.newest();
		if (names !== null && index !== null) {
			const counts = readValues(index.held, names.held, { match, filters }, facet, typed, limit);
			return inOrder(await this.withNames(counts));
		}
		return this.inTransaction(BEGIN, (client) => facetValues(client, match, filters, facet, typed, limit));
	}

	async complete(of: Completed, text: string, limit: number): Promise<readonly ValueCount[]> {
		const typed = terms(text).map(({ folded }) => folded);
		if (typed.length === 0) return [];
		const names = await this.valueNames.newest();
		if (names !== null) return names.held.complete(of, typed, limit);
		return this.inTransaction(BEGIN, (client) => complete(client, of, typed, limit));
	}

	async wordCounts(words: readonly string[]): Promise<ReadonlyMap<string, number>> {
		return this.inTransaction(BEGIN, (client) => wordCounts(client, words));
	}

	async settle(): Promise<void> {
		await this.inTransaction('begin', async (client) => {
			await endFill(client);
			await settle(client, async (work) => await this.inTransaction('begin', work));
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
		await this.pool.query('truncate search_document, search_change; update search_state set version = version + 1, settled_documents = 0');
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

	async close(): Promise<void> {
		await Promise.all([this.memory.close(), this.valueNames.close()]);
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

/** A place in the kept list of the first hits, or after it. */
interface Position {
	readonly at: number;
	/** Of the list. */
	readonly number?: number;
}

/** Cursors by relevance are number and place of a kept list, or points, libraries and id of a hit beyond it. */
function positionOf({ after, offset = 0 }: Pick<SearchRequest, 'after' | 'offset'>): Position | null {
	if (after === undefined) return { at: offset };
	return after.length === 2 ? { number: Number(after[0]), at: Number(after[1]) } : null;
}

/** Whether only records in an order of the database are wanted, as feeds and collections want them, which nobody waits for. */
const isListed = ({ sort, limit, offset, facets }: SearchRequest): boolean =>
	sort !== 'relevance' && limit > 0 && offset === undefined && facets.length === 0;

/** Whether hits by relevance are wanted from a position on. */
const counted = ({ sort, limit, after }: SearchRequest): boolean => sort === 'relevance' && limit > 0 && after === undefined;

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
