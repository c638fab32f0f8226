import { AppError } from '../../lib/errors.ts';
import { foldText, words } from '../../lib/fold.ts';
import { LIMITS } from '../../lib/limits.ts';
import { sortKey } from '../../lib/sort-key.ts';
import {
	type Completed,
	FACETS,
	type Facet,
	type NextIndex,
	type Parked,
	type Removed,
	type ScannedTerm,
	type ScanRequest,
	type SearchDocument,
	type SearchEngine,
	type SearchRequest,
	type SearchResult,
	type ValueCount,
} from '../engine.ts';
import { terms } from '../terms.ts';
import { Answers } from './answers.ts';
import { writeBulk } from './bulk.ts';
import { OpenSearchClient, OpenSearchError } from './client.ts';
import { type CompletionAnswer, completed, completionBody } from './completion.ts';
import { type Buckets, termsWith, valueOfTerm, values } from './facet-term.ts';
import { Indices } from './indices.ts';
import { facetField, MAPPING_VERSION, WORD_FIELDS } from './mapping.ts';
import { countsBody, countsOf, hitsClause, searchBody, TIMEOUT_MS, valueCounts } from './request.ts';
import { hasValue, termClause } from './translate.ts';
import { ValueNames } from './value-names.ts';

/** How long a point in time is kept after the last page that was asked for. */
const POINT_KEPT = '3m';
/** Names of values take a part of what an index in memory may take. */
const NAMES_SHARE = 4;
const DEFAULT_ALIAS = 'lienthong';

interface SearchAnswer {
	readonly timed_out: boolean;
	readonly pit_id?: string;
	readonly hits: { readonly total: { readonly value: number }; readonly hits: readonly { readonly sort: readonly (string | number)[] }[] };
}
interface CountAnswer {
	readonly timed_out: boolean;
	readonly aggregations?: Readonly<Record<string, Buckets | { readonly counts: Buckets }>>;
}
type Page = Pick<SearchResult, 'ids' | 'total' | 'next'>;
interface Hits {
	readonly total: number;
	/** In their order; as many as were asked for, of which a page shows the first. */
	readonly positions: readonly (readonly (string | number)[])[];
}
interface ScanBuckets {
	readonly buckets: readonly {
		readonly key: { readonly term: string };
		readonly doc_count: number;
		readonly first?: { readonly value: number };
	}[];
}

/** Search in OpenSearch 2 or 3, through an alias: the last part of the address, `lienthong` without one. */
export class OpenSearchEngine implements SearchEngine {
	readonly #client: OpenSearchClient;
	readonly #indices: Indices;
	readonly #answers: Answers;
	readonly #names: ValueNames;
	/** Documents since the index was settled last. */
	#written = 0;
	#isClosed = false;

	/** With `memoryBytesMax` 0 no names of values are held in memory. */
	constructor(url: string, memoryBytesMax: number = LIMITS.searchMemoryBytesMax) {
		this.#client = new OpenSearchClient(url);
		this.#indices = new Indices(this.#client, new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? DEFAULT_ALIAS);
		this.#answers = new Answers(this.#client, this.#indices);
		this.#names = new ValueNames(this.#answers, memoryBytesMax / NAMES_SHARE, (words, version) => this.#askAll(words, version));
	}

	/** Reads the names of values into memory and asks for the commonest words, as the first search would have it done. */
	async warm(): Promise<void> {
		const version = await this.#answers.version();
		if (version !== null) await this.#names.load(version);
	}

	/** Asks for words one after another, as somebody would who sees all facets, so that the answers are known: those with the most hits cost the most. */
	async #askAll(words: readonly string[], version: string): Promise<void> {
		for (const text of words) {
			if (this.#isClosed || this.#answers.seen !== version) return;
			await this.#find({
				query: { op: 'word', field: 'any', text },
				filters: {},
				sort: 'relevance',
				limit: 1,
				facets: FACETS,
				facetLimit: 1,
			});
		}
	}

	/** @throws AppError `timeout` when the search takes longer than five seconds, `connection-refused` when nobody answers */
	async search(request: SearchRequest): Promise<SearchResult> {
		const found = await this.#find(request);
		// whoever searches also types
		if (this.#answers.seen !== null) this.#names.at(this.#answers.seen);
		return found;
	}

	async #find(request: SearchRequest): Promise<SearchResult> {
		const width = request.sort === 'relevance' ? 3 : 2;
		const position = request.after?.slice(0, width);
		const body = searchBody(request, position);
		if (body === null) return { ids: [], total: 0, next: null, facets: Object.fromEntries(request.facets.map((facet) => [facet, []])) };
		// two requests cost less than one: what scores hits and what counts them hinder each other
		const [page, facets] = await Promise.all([
			request.after === undefined
				? this.#answers.kept(body, readHits).then((hits) => pageOf(hits, request.limit))
				: this.#pageAfter(body, request.limit, request.sort === 'relevance' ? await this.#pointInTime(request.after[width]) : null),
			this.#count(request),
		]);
		return { ...page, facets };
	}

	async #pageAfter(body: object, limit: number, point: string | null): Promise<Page> {
		const answer = await this.#askAt(body, point);
		const page = pageOf(readHits(answer), limit);
		if (point === null) return page;
		if (page.next === null) {
			void this.#forget(point);
			return page;
		}
		return { ...page, next: [...page.next, answer.pit_id ?? point] };
	}

	async #count(request: SearchRequest): Promise<SearchResult['facets']> {
		const counts = countsOf(request);
		if (counts === null) return {};
		const { hits, facets } = counts;
		const questions = new Map([...facets].map(([facet, asked]) => [facet, hits + asked]));
		const body = (some: readonly Facet[]): string =>
			countsBody(
				hits,
				some.map((facet) => [facet, facets.get(facet) as string]),
			);
		const counted = await this.#answers.keptParts(questions, body, readCounts);
		return Object.fromEntries([...counted].map(([facet, values]) => [facet, values.slice(0, Math.max(1, request.facetLimit))]));
	}

	/** The point in time of an earlier page, or a new one from the second page on; null where none is to be had: pages go on by rank then. */
	async #pointInTime(known: string | number | undefined): Promise<string | null> {
		if (typeof known === 'string') return known;
		await this.#indices.ready();
		try {
			const path = `/${this.#indices.alias}/_search/point_in_time?keep_alive=${POINT_KEPT}`;
			return (await this.#client.ask<{ pit_id: string }>('POST', path)).pit_id;
		} catch (error) {
			if (error instanceof OpenSearchError) return null;
			throw error;
		}
	}

	async #askAt(body: object, point: string | null): Promise<SearchAnswer> {
		if (point === null) return await this.#answers.ask<SearchAnswer>(body);
		try {
			return await this.#client.ask<SearchAnswer>('POST', '/_search', { ...body, pit: { id: point, keep_alive: POINT_KEPT } });
		} catch (error) {
			// it was kept for a while only
			if (error instanceof OpenSearchError && error.status === 404) return await this.#answers.ask<SearchAnswer>(body);
			throw error;
		}
	}

	async #forget(point: string): Promise<void> {
		await this.#client.ask('DELETE', '/_search/point_in_time', { pit_id: [point] }).catch(() => undefined);
	}

	async scan({ of, from, before, count, library }: ScanRequest): Promise<readonly ScannedTerm[]> {
		const filter = [termClause('live', true), ...(library === null ? [] : [hasValue('library', [library])])];
		const list = (order: 'asc' | 'desc', size: number): object => ({
			composite: {
				size,
				sources: [{ term: { terms: { field: of === 'title' ? 'order' : facetField(of), order } } }],
				// a key sorts before every term that is it or begins with it and a blank
				after: { term: sortKey(from) },
			},
			...(of === 'title' ? { aggs: { first: { min: { field: 'id' } } } } : {}),
		});
		const aggs = { ...(before > 0 ? { before: list('desc', before) } : {}), ...(count > 0 ? { from: list('asc', count) } : {}) };
		if (Object.keys(aggs).length === 0) return [];
		const answer = await this.#answers.ask<{ timed_out: boolean; aggregations: { before?: ScanBuckets; from?: ScanBuckets } }>({
			size: 0,
			query: { bool: { filter } },
			aggs,
			timeout: `${TIMEOUT_MS}ms`,
		});
		if (answer.timed_out) throw tooSlow();
		const { aggregations } = answer;
		const buckets = [...[...(aggregations.before?.buckets ?? [])].reverse(), ...(aggregations.from?.buckets ?? [])];
		return buckets.map(({ key, doc_count, first }) =>
			first === undefined
				? { value: valueOfTerm(key.term), record: null, count: doc_count }
				: { value: null, record: first.value, count: doc_count },
		);
	}

	async facetValues(
		request: Pick<SearchRequest, 'query' | 'filters'>,
		facet: Facet,
		text: string,
		limit: number,
	): Promise<readonly ValueCount[]> {
		const query = hitsClause(request, (other) => other !== facet);
		if (query === null || limit === 0) return [];
		const typed = words(foldText(text));
		const counts = valueCounts(facet, limit, typed.length === 0 ? undefined : termsWith(typed));
		const body = { size: 0, query, aggs: { counts } };
		const read = (answer: { readonly aggregations: { readonly counts: Buckets } }) => values(answer.aggregations.counts);
		return await this.#answers.kept(body, read);
	}

	async complete(of: Completed, text: string, limit: number): Promise<readonly ValueCount[]> {
		const typed = terms(text).map(({ folded }) => folded);
		if (typed.length === 0) return [];
		const version = await this.#answers.version();
		const names = version === null ? null : this.#names.at(version);
		if (names !== null) return names.complete(of, typed, limit);
		const read = (answer: CompletionAnswer) => completed(answer.aggregations, typed, limit);
		return await this.#answers.kept(completionBody(of, typed, limit), read);
	}

	async wordCounts(asked: readonly string[]): Promise<ReadonlyMap<string, number>> {
		if (asked.length === 0) return new Map();
		const filters = asked.map((word) => termClause(WORD_FIELDS.any, word));
		const answer = await this.#answers.ask<{ aggregations: { words: { buckets: readonly { doc_count: number }[] } } }>({
			size: 0,
			track_total_hits: false,
			aggs: { words: { filters: { filters } } },
		});
		return new Map(asked.map((word, i) => [word, answer.aggregations.words.buckets[i]?.doc_count ?? 0]));
	}

	async apply(documents: readonly SearchDocument[], removed: readonly Removed[]): Promise<readonly Parked[]> {
		if (documents.length + removed.length === 0) return [];
		await this.#indices.ready();
		const parked = await writeBulk(this.#client, this.#indices.alias, documents, removed);
		await this.#indices.settle(0);
		this.#written += documents.length;
		return parked;
	}

	async settle(): Promise<void> {
		const written = this.#written;
		this.#written = 0;
		await this.#indices.settle(written);
	}

	async clear(): Promise<void> {
		await (await this.#indices.next()).finish();
	}

	async count(): Promise<number> {
		await this.#indices.ready();
		return await this.#indices.count();
	}

	async indexName(): Promise<string> {
		await this.#indices.ready();
		const serving = await this.#indices.serving();
		if (serving === null) throw new Error(`the alias ${this.#indices.alias} has gone`);
		return serving.name;
	}

	async isOutdated(): Promise<boolean> {
		return !(await this.indexName()).includes(`-v${MAPPING_VERSION}-`);
	}

	async nextIndex(): Promise<NextIndex> {
		return await this.#indices.next();
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await this.#names.close();
		await this.#client.close();
	}
}

function readHits({ timed_out, hits: { total, hits } }: SearchAnswer): Hits {
	if (timed_out) throw tooSlow();
	return { total: total.value, positions: hits.map(({ sort }) => sort) };
}

function pageOf({ total, positions }: Hits, limit: number): Page {
	const shown = positions.slice(0, limit);
	const next = positions.length > limit ? (shown.at(-1) ?? null) : null;
	return { ids: shown.map((position) => Number(position.at(-1))), total, next };
}

function readCounts({ timed_out, aggregations = {} }: CountAnswer, facet: Facet): readonly ValueCount[] {
	if (timed_out) throw tooSlow();
	const one = aggregations[facet];
	return one === undefined ? [] : values('counts' in one ? one.counts : one);
}

const tooSlow = (): AppError =>
	new AppError('timeout', `the search took longer than ${TIMEOUT_MS / 1000} seconds`, {
		hint: 'add a word or a filter, so that fewer records match',
		retriable: true,
	});
