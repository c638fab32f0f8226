import type { Sort } from '../index/engine.ts';
import { partFilters, withFilters } from '../index/filters.ts';
import { queryFromCql } from '../index/from-cql.ts';
import { sortFromKeys } from '../index/from-sort-keys.ts';
import type { Query } from '../index/query.ts';
import { QueryRefused } from '../index/query-refused.ts';
import { AppError } from '../lib/errors.ts';
import { publicId } from '../lib/ids.ts';
import type { CqlQuery } from '../protocols/cql/tree.ts';
import { readUnions } from '../store/union-read.ts';
import { type CqlFacet, type FacetWish, facetsFound, wantedFacets } from './cql-facets.ts';
import type { Reading } from './reading.ts';
import { type RecordSchema, renderSchema } from './render-schema.ts';
import { readTyped } from './typed-query.ts';

export interface CqlSearch {
	/** In CQL, or as a person types it. */
	readonly query: CqlQuery | string;
	/** The parameter of that name (SRU 1.1); an order in the query itself comes first. */
	readonly sortKeys: string | null;
	/** Code of the library whose titles are searched; null for all. */
	readonly library: string | null;
	/** Hits to pass over. */
	readonly offset: number;
	readonly limit: number;
	readonly schema: RecordSchema;
	readonly facets: readonly FacetWish[];
	/** Whose the ids are: MARC 003. */
	readonly agency: string;
}

/** A hit; `record` null when it is not handed on, or went away since it was indexed. */
export interface CqlHit {
	readonly id: string;
	readonly state: 'given' | 'withheld' | 'gone';
	readonly record: string | Uint8Array | null;
}

export interface SruRefusal {
	readonly number: number;
	readonly details: string;
	readonly message?: string;
}

/** What was found, or the number and details of the diagnostic of SRU that says why nothing is. */
export type CqlAnswer =
	| { readonly total: number; readonly hits: readonly CqlHit[]; readonly facets: readonly CqlFacet[] }
	| { readonly refused: SruRefusal };

/** Searches the union for a page of records in a schema, in the order asked for, else by relevance. */
export async function searchCql(reading: Reading, search: CqlSearch): Promise<CqlAnswer> {
	try {
		const { query, sort } = await translate(reading, search);
		const within = search.library === null ? query : withFilters(query, { library: [search.library] });
		const { offset, limit } = search;
		const wanted = wantedFacets(search.facets, search.library);
		const facetLimit = Math.max(0, ...wanted.map((one) => one.limit));
		const facets = wanted.map((one) => one.facet);
		const found = await reading.engine.search({ ...partFilters(within), sort, limit, offset, facets, facetLimit });
		return { total: found.total, hits: await hitsOf(reading, found.ids, search), facets: facetsFound(wanted, found.facets) };
	} catch (error) {
		return { refused: refusalOf(error) };
	}
}

async function translate(reading: Reading, { query, sortKeys }: CqlSearch): Promise<{ query: Query; sort: Sort }> {
	const { query: tree, sort } =
		typeof query === 'string' ? { query: (await readTyped(reading, query)).query, sort: null } : queryFromCql(query);
	return { query: tree, sort: sort ?? (sortKeys === null ? 'relevance' : sortFromKeys(sortKeys)) };
}

/** What a diagnostic says of an error that is about the query; others are thrown on. */
export function refusalOf(error: unknown): SruRefusal {
	if (error instanceof QueryRefused)
		return { number: error.number, details: error.details, ...(error.message === '' ? {} : { message: error.message }) };
	if (error instanceof AppError && (error.code === 'timeout' || error.code === 'too-large'))
		return { number: 47, details: `${error.message}: ${error.hint}`, message: 'cannot process query: it costs too much' };
	throw error;
}

async function hitsOf({ database }: Reading, ids: readonly number[], { schema, agency }: CqlSearch): Promise<CqlHit[]> {
	if (ids.length === 0) return [];
	const rows = new Map((await readUnions(database, ids)).map((row) => [row.id, row]));
	return ids.map((number) => {
		const id = publicId(number);
		const row = rows.get(number);
		if (row?.state !== 'live' || row.body === null) return { id, state: 'gone', record: null };
		const record = row.shared ? renderSchema(row.body, schema, { id, agency }) : null;
		return { id, state: record === null ? 'withheld' : 'given', record };
	});
}
