/** The fields a query can name; every language (search box, REST, CQL, RPN) maps to these. */
export const QUERY_FIELDS = [
	'any',
	'title',
	'creator',
	'subject',
	'publisher',
	'series',
	'identifier',
	'isbn',
	'issn',
	'classification',
	'note',
] as const;
export type QueryField = (typeof QUERY_FIELDS)[number];

/** The one query tree. Terms are as the person typed them; folding is the engine's work. */
export type Query =
	| { readonly op: 'all' }
	| { readonly op: 'word'; readonly field: QueryField; readonly text: string; readonly prefix?: boolean }
	| { readonly op: 'phrase'; readonly field: QueryField; readonly text: string }
	| { readonly op: 'and' | 'or'; readonly of: readonly Query[] }
	| { readonly op: 'not'; readonly of: Query };

/** Below this many letters a prefix is searched as a whole word: the list of words it opens would be too long. */
export const PREFIX_LETTERS_MIN = 3;
