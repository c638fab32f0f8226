import type { Kind } from '../records/bib.ts';
import type { Query } from './query.ts';

/** What a union record becomes in a search index; made by src/index/document.ts from the stored union record alone. */
export interface SearchDocument {
	readonly id: number;
	/** Change number: an older document never replaces a newer one. */
	readonly seq: number;
	readonly kind: Kind;
	readonly title: string;
	readonly subtitle: string;
	/** Other titles, parts, variants. */
	readonly titles: readonly string[];
	readonly creators: readonly string[];
	readonly responsibility: string;
	readonly subjects: readonly string[];
	readonly publisher: readonly string[];
	readonly series: readonly string[];
	readonly notes: readonly string[];
	readonly classification: readonly string[];
	/** Normal forms: ISBN-13 digits, ISSN, other numbers as written. */
	readonly identifiers: readonly string[];
	readonly year: number | null;
	readonly languages: readonly string[];
	readonly material: string;
	readonly classLevel: string | null;
	readonly libraries: readonly string[];
	readonly areas: readonly string[];
	/** ASCII key of the Vietnamese order of the title: src/lib/sort-key.ts. */
	readonly sortTitle: string;
}

export const FACETS = ['library', 'area', 'kind', 'material', 'language', 'year', 'subject', 'creator', 'series', 'classLevel'] as const;
export type Facet = (typeof FACETS)[number];
export type Sort = 'relevance' | 'title' | 'newest' | 'oldest' | 'changed';

export interface SearchRequest {
	readonly query: Query;
	readonly filters: Readonly<Partial<Record<Facet, readonly string[]>>>;
	readonly sort: Sort;
	readonly limit: number;
	/** Position after which to go on: the `next` of an earlier result of the same request. */
	readonly after?: readonly (string | number)[];
	/** Hits to pass over, where a protocol counts positions; not together with `after`. */
	readonly offset?: number;
	readonly facets: readonly Facet[];
	readonly facetLimit: number;
}

export interface SearchResult {
	readonly ids: readonly number[];
	readonly total: number;
	readonly next: readonly (string | number)[] | null;
	readonly facets: Readonly<Partial<Record<Facet, readonly { readonly value: string; readonly count: number }[]>>>;
}

/** What the terms of can be listed: titles, or the values of a facet. */
export type Scannable = 'title' | Facet;

export interface ScanRequest {
	readonly of: Scannable;
	/** Where the list begins: the first term that is not before this in the Vietnamese order. */
	readonly from: string;
	/** Terms wanted before that place, and from it on. */
	readonly before: number;
	readonly count: number;
	/** Code of the library whose records are counted; null for all. */
	readonly library: string | null;
}

export interface ScannedTerm {
	/** null for a title: `record` has it. */
	readonly value: string | null;
	/** One of the records with this title; null for values of facets. */
	readonly record: number | null;
	/** Records with it; never 0. */
	readonly count: number;
}

/** The interface that every search engine implements, and one contract test proves. */
export interface SearchEngine {
	search(request: SearchRequest): Promise<SearchResult>;
	/** Terms in the Vietnamese order around a place; fewer than asked for only where the list ends. */
	scan(request: ScanRequest): Promise<readonly ScannedTerm[]>;
	/** Writes and removes documents; at least once, older change numbers are ignored. */
	apply(documents: readonly SearchDocument[], removed: readonly { readonly id: number; readonly seq: number }[]): Promise<void>;
	/** Empties the index before a rebuild. */
	clear(): Promise<void>;
}
