import type { Facet } from './engine.ts';
import type { Query, WordField } from './query.ts';

export type Leaf = Extract<Query, { op: 'word' | 'phrase' }>;
export type Joining = 'and' | 'or';

/** What a part of a query comes to: everything, nothing, or a clause of the engine. Undefined says nothing (a word without letters). */
export type Part<Clause> = Clause | 'all' | 'none' | undefined;

/** The clauses of one engine. */
export interface ClauseMaker<Clause extends object> {
	readonly leaf: (leaf: Leaf) => Clause | undefined;
	readonly mask: (field: WordField, pattern: string) => Clause;
	/** One side of the range at least is there. */
	readonly years: (from: number | null, to: number | null) => Clause;
	readonly value: (facet: Facet, value: string) => Clause;
	readonly record: (id: number) => Clause;
	readonly not: (clause: Clause) => Clause;
	/** Of two clauses or more. */
	readonly join: (clauses: readonly Clause[], op: Joining) => Clause;
}

/** A query in the clauses of an engine, with what decides or says nothing worked out. */
export function partOf<Clause extends object>(query: Query, make: ClauseMaker<Clause>): Part<Clause> {
	switch (query.op) {
		case 'all':
			return 'all';
		case 'word': {
			const { alike, ...word } = query;
			if (alike === undefined) return make.leaf(word);
			const { field } = word;
			const others = alike.map((text) => make.leaf({ op: 'phrase', field, text }));
			return joined([make.leaf(word), ...others], 'or', make.join);
		}
		case 'phrase':
			return make.leaf(query);
		case 'mask':
			return make.mask(query.field, query.pattern);
		case 'not': {
			const inner = partOf(query.of, make);
			if (inner === 'all') return 'none';
			if (inner === 'none') return 'all';
			return inner === undefined ? undefined : make.not(inner);
		}
		case 'years':
			return query.from === null && query.to === null ? 'all' : make.years(query.from, query.to);
		case 'value':
			return make.value(query.facet, query.value);
		case 'record':
			return make.record(query.id);
		case 'and':
		case 'or':
			return joined(
				query.of.map((one) => partOf(one, make)),
				query.op,
				make.join,
			);
	}
}

/** A preference for words with their marks: such words alone can be asked for. */
export function markedPartOf<Clause extends object>(
	query: Query,
	word: (leaf: Leaf) => Clause,
	join: ClauseMaker<Clause>['join'],
): Part<Clause> {
	if (query.op === 'word') return word(query);
	if (query.op !== 'and' && query.op !== 'or') return undefined;
	return joined(
		query.of.map((one) => markedPartOf(one, word, join)),
		query.op,
		join,
	);
}

function joined<Clause extends object>(parts: readonly Part<Clause>[], op: Joining, join: ClauseMaker<Clause>['join']): Part<Clause> {
	const [decides, yields] = op === 'and' ? (['none', 'all'] as const) : (['all', 'none'] as const);
	if (parts.includes(decides)) return decides;
	const clauses = parts.filter((one): one is Clause => typeof one === 'object');
	if (clauses.length > 1) return join(clauses, op);
	return clauses[0] ?? (parts.includes(yields) ? yields : undefined);
}
