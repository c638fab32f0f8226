import { FACETS, type Facet, type SearchRequest, type SearchResult, type Sort } from '../index/engine.ts';
import { type Filters, partFilters, withFilters } from '../index/filters.ts';
import type { Query } from '../index/query.ts';
import { unknownCollections } from '../store/collection.ts';
import { briefRecords } from './briefs.ts';
import { namedCollections } from './collection-names.ts';
import type { Reading } from './reading.ts';
import type { BriefRecord } from './render-record.ts';
import { readTyped } from './typed-query.ts';

export const RECORD_FACETS: readonly Facet[] = FACETS;
export const RECORD_SORTS: readonly Sort[] = ['relevance', 'title', 'newest', 'oldest', 'changed', 'added'];
export type RecordFacet = Facet;

export interface RecordSearch {
	readonly q: string;
	readonly filters: Filters;
	readonly sort: Sort;
	readonly facets: readonly Facet[];
	readonly facetLimit: number;
	readonly limit: number;
	readonly after: SearchRequest['after'];
	/** Hits to pass over; not together with `after`. */
	readonly offset?: number;
}

export interface FoundRecords {
	readonly total: number;
	readonly records: readonly BriefRecord[];
	readonly next: SearchResult['next'];
	readonly facets: SearchResult['facets'];
	/** The text was longer than a search box takes; only its beginning was read. */
	readonly cut: boolean;
	/** Collections that the search names and that there are not. */
	readonly unknownCollections: readonly string[];
}

/** Searches the union; records that went away since they were indexed are left out of the page. */
export async function searchRecords(reading: Reading, search: RecordSearch): Promise<FoundRecords> {
	const { query, cut } = await readTyped(reading, search.q);
	const whole = withFilters(query, search.filters);
	const named = [...namedCollections(whole)];
	const unknown = named.length === 0 ? [] : await unknownCollections(reading.database, named);
	return { ...(await find(reading, whole, search)), cut, unknownCollections: unknown };
}

/** Records with this ISBN or ISSN, in any spelling. */
export async function recordsByNumber(
	reading: Reading,
	field: 'isbn' | 'issn',
	text: string,
	limit: number,
): Promise<readonly BriefRecord[]> {
	const page = { sort: 'title', facets: [], facetLimit: 0, limit, after: undefined } as const;
	return (await find(reading, { op: 'word', field, text }, page)).records;
}

async function find(
	{ engine, database }: Reading,
	query: Query,
	{ sort, limit, after, offset, facets, facetLimit }: Omit<RecordSearch, 'q' | 'filters'>,
): Promise<Omit<FoundRecords, 'cut' | 'unknownCollections'>> {
	const place = { ...(after === undefined ? {} : { after }), ...(offset === undefined ? {} : { offset }) };
	const result = await engine.search({ ...partFilters(query), sort, limit, facets, facetLimit, ...place });
	const records = await briefRecords({ database }, result.ids);
	return { total: result.total, records, next: result.next, facets: result.facets };
}
