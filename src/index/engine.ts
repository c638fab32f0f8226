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
	/** Normal forms: ISBN-13 digits, ISSN, other numbers as written; and keys of what its linking fields name (src/records/references.ts). */
	readonly identifiers: readonly string[];
	readonly year: number | null;
	readonly languages: readonly string[];
	readonly material: string;
	readonly classLevel: string | null;
	readonly libraries: readonly string[];
	readonly areas: readonly string[];
	/** Kinds of the libraries that have it. */
	readonly libraryKinds: readonly string[];
	/** Codes of the thematic collections that it is in. */
	readonly collections: readonly string[];
	/** ASCII key of the Vietnamese order of the title: src/lib/sort-key.ts. */
	readonly sortTitle: string;
}

export const FACETS = [
	'library',
	'area',
	'kind',
	'material',
	'language',
	'year',
	'subject',
	'creator',
	'series',
	'classLevel',
	'decade',
	'collection',
	'libraryKind',
] as const;
export type Facet = (typeof FACETS)[number];
export type Sort = 'relevance' | 'title' | 'newest' | 'oldest' | 'changed' | 'added';

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

/** What a person's first letters can be completed to. */
export const COMPLETED = ['title', 'creator', 'subject'] as const;
export type Completed = (typeof COMPLETED)[number];

export interface ValueCount {
	readonly value: string;
	readonly count: number;
}

export interface Removed {
	readonly id: number;
	readonly seq: number;
}

/** A document that the index did not take, however often it was given, and why. */
export interface Parked {
	readonly id: number;
	readonly seq: number;
	readonly reason: string;
}

/** What takes documents. */
export interface DocumentSink {
	/** Writes and removes documents; at least once, older change numbers are ignored. Gives those that the index refuses. */
	apply(documents: readonly SearchDocument[], removed: readonly Removed[]): Promise<readonly Parked[]>;
}

/** An index that is made while another serves. */
export interface NextIndex extends DocumentSink {
	/** Name for the table of projections. */
	readonly name: string;
	/** Documents that can be found in it. */
	count(): Promise<number>;
	/** Puts it in the place of the one that served. */
	finish(): Promise<void>;
	/** Throws it away. */
	discard(): Promise<void>;
}

/** The interface that every search engine implements, and one contract test proves. */
export interface SearchEngine extends DocumentSink {
	search(request: SearchRequest): Promise<SearchResult>;
	/** Terms in the Vietnamese order around a place; fewer than asked for only where the list ends. */
	scan(request: ScanRequest): Promise<readonly ScannedTerm[]>;
	/** Values of one facet among the hits, those with a word that begins like each word of `text`; as if the facet had no filter. */
	facetValues(request: Pick<SearchRequest, 'query' | 'filters'>, facet: Facet, text: string, limit: number): Promise<readonly ValueCount[]>;
	/** Values with these words one after another, the last one maybe unfinished: first those that begin with them, then the most frequent. */
	complete(of: Completed, text: string, limit: number): Promise<readonly ValueCount[]>;
	/** How many records have each of these words without marks; 0 for none. */
	wordCounts(words: readonly string[]): Promise<ReadonlyMap<string, number>>;
	/** Called when all is written for now: brings up to date what is counted beforehand (completions and words). */
	settle(): Promise<void>;
	/** Empties the index before a rebuild. */
	clear(): Promise<void>;
	/** Documents that can be found. */
	count(): Promise<number>;
	/** Name of the index that serves, for the table of projections: another index has another. */
	indexName(): Promise<string>;
	/** Whether the index that serves was made by a program that indexed other things. */
	isOutdated(): Promise<boolean>;
	/** Begins an index beside the one that serves; null where it can only be made anew in its place. */
	nextIndex(): Promise<NextIndex | null>;
	close(): Promise<void>;
}
