/**
 * A query in CQL (OASIS CQL 2.0; LoC CQL 1.1 and 1.2) as a tree. Texts (terms, and names that were quoted) are as they stood between their
 * quotation marks, backslashes included, since only the term's reader knows what an escaped sign means: src/protocols/cql/term.ts.
 */
export interface CqlQuery {
	readonly root: CqlNode;
	/** What follows `sortBy`, first this. */
	readonly sort: readonly CqlSortKey[];
}

/** `/name` or `/name=value`. */
export interface CqlModifier {
	readonly name: string;
	readonly comparison: Comparison | null;
	readonly value: string | null;
}

/** `> name = "identifier"`: which context set a short name stands for in what follows; name null for the default set. */
export interface CqlPrefix {
	readonly name: string | null;
	readonly identifier: string;
}

export interface CqlClause {
	readonly kind: 'clause';
	readonly prefixes: readonly CqlPrefix[];
	/** `cql.serverChoice` for a term alone. */
	readonly index: string;
	readonly relation: { readonly name: string; readonly modifiers: readonly CqlModifier[] };
	/** Words that stand side by side without quotation marks are joined by a blank. */
	readonly term: string;
}

export interface CqlBoolean {
	readonly kind: 'boolean';
	readonly prefixes: readonly CqlPrefix[];
	readonly operator: BooleanOperator;
	readonly modifiers: readonly CqlModifier[];
	readonly left: CqlNode;
	readonly right: CqlNode;
}

export type CqlNode = CqlClause | CqlBoolean;

export interface CqlSortKey {
	readonly index: string;
	readonly modifiers: readonly CqlModifier[];
}

export const COMPARISONS = ['==', '<=', '>=', '<>', '=', '<', '>'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const BOOLEAN_OPERATORS = ['and', 'or', 'not', 'prox'] as const;
export type BooleanOperator = (typeof BOOLEAN_OPERATORS)[number];

/** Relations that are words; those of other context sets have their set before them: `zthes.bt`. */
export const NAMED_RELATIONS: ReadonlySet<string> = new Set(['all', 'any', 'adj', 'exact', 'scr', 'within', 'encloses']);

export const SERVER_CHOICE = 'cql.serverChoice';

const KEYWORDS: ReadonlySet<string> = new Set([...BOOLEAN_OPERATORS, 'sortby']);
/** Whether an unquoted word parts or orders a query; case does not matter. */
export const isKeyword = (word: string): boolean => KEYWORDS.has(word.toLowerCase());

const QUALIFIED = /^[A-Za-z][\w-]*\.[A-Za-z][\w-]*$/;
/** Whether an unquoted word after an index is a relation. */
export const isRelationName = (word: string): boolean => NAMED_RELATIONS.has(word.toLowerCase()) || QUALIFIED.test(word);
