import { AppError } from '../../lib/errors.ts';
import { foldText, words } from '../../lib/fold.ts';
import { sortKey } from '../../lib/sort-key.ts';
import type {
	Completed,
	Facet,
	NextIndex,
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
import { terms } from '../terms.ts';
import { writeBulk } from './bulk.ts';
import { OpenSearchClient, OpenSearchError } from './client.ts';
import { termsWith, valueOfTerm } from './facet-term.ts';
import { Indices } from './indices.ts';
import { EDGE, facetField, MAPPING_VERSION, WORD_FIELDS } from './mapping.ts';
import { countsBody, hitsClause, searchBody, TIMEOUT_MS, valueCounts } from './request.ts';
import { hasValue, termClause, wordsBegun } from './translate.ts';

/** How long a point in time is kept after the last page that was asked for. */
const POINT_KEPT = '3m';
/** Values looked at for each one that is to be completed to. */
const COMPLETED_TIMES = 5;
const DEFAULT_ALIAS = 'lienthong';

interface Buckets {
	readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
}
interface SearchAnswer {
	readonly timed_out: boolean;
	readonly pit_id?: string;
	readonly hits: { readonly total: { readonly value: number }; readonly hits: readonly { readonly sort: readonly (string | number)[] }[] };
}
interface CountAnswer {
	readonly timed_out: boolean;
	readonly aggregations?: Readonly<Record<string, Buckets | { readonly counts: Buckets }>>;
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

	constructor(url: string) {
		this.#client = new OpenSearchClient(url);
		this.#indices = new Indices(this.#client, new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? DEFAULT_ALIAS);
	}

	/** @throws AppError `timeout` when the search takes longer than five seconds, `connection-refused` when nobody answers */
	async search(request: SearchRequest): Promise<SearchResult> {
		const width = request.sort === 'relevance' ? 3 : 2;
		const position = request.after?.slice(0, width);
		const body = searchBody(request, position);
		if (body === null) return { ids: [], total: 0, next: null, facets: Object.fromEntries(request.facets.map((facet) => [facet, []])) };
		const point = request.sort === 'relevance' && request.after !== undefined ? await this.#pointInTime(request.after[width]) : null;
		// two requests cost less than one: what scores hits and what counts them hinder each other
		const [answer, counted] = await Promise.all([this.#askAt(body, point), this.#count(request)]);
		if (answer.timed_out) throw tooSlow();
		const { hits, total } = answer.hits;
		const shown = hits.slice(0, request.limit);
		const last = shown.at(-1)?.sort;
		const more = last !== undefined && hits.length > request.limit;
		if (!more && point !== null) void this.#forget(point);
		const kept = more && point !== null ? [answer.pit_id ?? point] : [];
		return {
			ids: shown.map(({ sort }) => Number(sort.at(-1))),
			total: total.value,
			next: more ? [...last, ...kept] : null,
			facets: Object.fromEntries(request.facets.map((facet) => [facet, values(counted[facet])])),
		};
	}

	async #count(request: SearchRequest): Promise<Readonly<Record<string, Buckets>>> {
		const body = countsBody(request);
		if (body === null) return {};
		const { timed_out, aggregations = {} } = await this.#ask<CountAnswer>('_search', body);
		if (timed_out) throw tooSlow();
		return Object.fromEntries(Object.entries(aggregations).map(([facet, counts]) => [facet, 'counts' in counts ? counts.counts : counts]));
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
		if (point === null) return await this.#ask<SearchAnswer>('_search', body);
		try {
			return await this.#client.ask<SearchAnswer>('POST', '/_search', { ...body, pit: { id: point, keep_alive: POINT_KEPT } });
		} catch (error) {
			// it was kept for a while only
			if (error instanceof OpenSearchError && error.status === 404) return await this.#ask<SearchAnswer>('_search', body);
			throw error;
		}
	}

	async #forget(point: string): Promise<void> {
		await this.#client.ask('DELETE', '/_search/point_in_time', { pit_id: [point] }).catch(() => undefined);
	}

	async #ask<T>(what: string, body: object): Promise<T> {
		await this.#indices.ready();
		return await this.#client.ask<T>('POST', `/${this.#indices.alias}/${what}`, body);
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
		const answer = await this.#ask<{ timed_out: boolean; aggregations: { before?: ScanBuckets; from?: ScanBuckets } }>('_search', {
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
		const answer = await this.#ask<{ aggregations: { counts: Buckets } }>('_search', { size: 0, query, aggs: { counts } });
		return values(answer.aggregations.counts);
	}

	async complete(of: Completed, text: string, limit: number): Promise<readonly ValueCount[]> {
		const typed = words(foldText(text));
		if (typed.length === 0) return [];
		// values of records with the words in that field; those of them that have the words themselves are told here, which costs less than there
		const counts = { terms: { field: facetField(of), size: limit * COMPLETED_TIMES, order: [{ _count: 'desc' }, { _key: 'asc' }] } };
		const answer = await this.#ask<{ aggregations: { begun: { counts: Buckets }; counts: Buckets } }>('_search', {
			size: 0,
			query: { bool: { filter: [termClause('live', true), wordsBegun(of, typed)] } },
			aggs: { begun: { filter: wordsBegun(of, [EDGE, ...typed]), aggs: { counts } }, counts },
		});
		const begun = values(answer.aggregations.begun.counts).filter(({ value }) => placeOf(typed, value) === 0);
		const known = new Set(begun.map(({ value }) => value));
		const within = values(answer.aggregations.counts).filter(({ value }) => !known.has(value) && placeOf(typed, value) >= 0);
		return [...begun, ...within].slice(0, limit);
	}

	async wordCounts(asked: readonly string[]): Promise<ReadonlyMap<string, number>> {
		if (asked.length === 0) return new Map();
		const filters = asked.map((word) => termClause(WORD_FIELDS.any, word));
		const answer = await this.#ask<{ aggregations: { words: { buckets: readonly { doc_count: number }[] } } }>('_search', {
			size: 0,
			aggs: { words: { filters: { filters } } },
		});
		return new Map(asked.map((word, i) => [word, answer.aggregations.words.buckets[i]?.doc_count ?? 0]));
	}

	async apply(documents: readonly SearchDocument[], removed: readonly Removed[]): Promise<readonly Parked[]> {
		if (documents.length + removed.length === 0) return [];
		await this.#indices.ready();
		const parked = await writeBulk(this.#client, this.#indices.alias, documents, removed);
		await this.settle();
		return parked;
	}

	async settle(): Promise<void> {
		await this.#client.ask('POST', `/${this.#indices.alias}/_refresh`);
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
		await this.#client.close();
	}
}

/** Where words stand one after another in a value, the last one maybe unfinished; -1 for nowhere. */
function placeOf(typed: readonly string[], value: string): number {
	const there = terms(value).map(({ folded }) => folded);
	const last = typed.length - 1;
	return there.findIndex((_, at) => typed.every((word, i) => (i === last ? there[at + i]?.startsWith(word) : there[at + i] === word)));
}

const values = (counts: Buckets | undefined): ValueCount[] =>
	(counts?.buckets ?? []).map(({ key, doc_count }) => ({ value: valueOfTerm(key), count: doc_count }));

const tooSlow = (): AppError =>
	new AppError('timeout', `the search took longer than ${TIMEOUT_MS / 1000} seconds`, {
		hint: 'add a word or a filter, so that fewer records match',
		retriable: true,
	});
