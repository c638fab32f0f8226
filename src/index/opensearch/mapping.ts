import { FACETS, type Facet } from '../engine.ts';

/** Goes up with every change of what is indexed or how: an index of another version is made anew beside the one that serves. */
export const MAPPING_VERSION = 5;

/** Where the words of each place are; `any` has them all. */
export const WORD_FIELDS = { any: 'a', title: 't', creator: 'c', subject: 's', note: 'n', publisher: 'p', series: 'r' } as const;
/** Titles, creators and subjects word by word as written. */
export const MARKED_FIELD = 'm';
export const CLASS_FIELD = 'k';
export const NUMBER_FIELD = 'i';
/** Marks the edges of whole values; no folded word has a capital. */
export const EDGE = 'T';

/** The document that says which state of the index is seen: whoever writes gives it a mark that was never there before, and nobody finds it. */
export const STATE_ID = 'state';
export const MARK_FIELD = 'mark';

export const facetField = (facet: Facet | 'title'): string => `f_${facet}`;

/**
 * Texts come folded and parted by blanks, so that no analyzer of the server matters. Pairs of words are indexed too where phrases make a record more
 * relevant: a phrase that is looked for in all hits then costs what a word does.
 */
const GAP = { position_increment_gap: 10 } as const;
const PAIRS = { ...GAP, index_phrases: true } as const;
const text = (options: object = GAP): object => ({
	type: 'text',
	analyzer: 'whitespace',
	norms: false,
	...options,
});
const term = { type: 'keyword', norms: false } as const;

/** Hits can be counted off to any position. */
const WINDOW_MAX = 10_000_000;

/**
 * A setting of OpenSearch 2.17 and newer, which others refuse: a search that goes through parts of the segments at once gives the first values of each
 * part alone, so that counts of facets come out too low.
 */
export const EXACT = { 'index.search.concurrent_segment_search.mode': 'none' } as const;

/** The settings and mapping of a new index. One shard counts facets exactly; tens of millions of titles fit into one. */
export const INDEX = {
	settings: {
		number_of_shards: 1,
		auto_expand_replicas: '0-1',
		max_result_window: WINDOW_MAX,
		max_terms_count: 65_536,
		refresh_interval: '-1',
	},
	mappings: {
		dynamic: 'strict',
		_source: { enabled: false },
		_meta: { version: MAPPING_VERSION },
		properties: {
			live: { type: 'boolean' },
			id: { type: 'long' },
			seq: { type: 'long' },
			[MARK_FIELD]: { ...term, index: false, doc_values: false, store: true },
			year: { type: 'short' },
			/** Libraries that have it. */
			held: { type: 'short' },
			order: { ...term, index: true },
			[WORD_FIELDS.any]: text(PAIRS),
			[WORD_FIELDS.title]: text(PAIRS),
			[WORD_FIELDS.creator]: text(PAIRS),
			[WORD_FIELDS.subject]: text(PAIRS),
			[WORD_FIELDS.note]: text(),
			[WORD_FIELDS.publisher]: text(),
			[WORD_FIELDS.series]: text(),
			[MARKED_FIELD]: text({ index_options: 'docs' }),
			[CLASS_FIELD]: { ...term, doc_values: false },
			[NUMBER_FIELD]: { ...term, doc_values: false },
			...Object.fromEntries([...FACETS, 'title' as const].map((facet) => [facetField(facet), term])),
		},
	},
};
