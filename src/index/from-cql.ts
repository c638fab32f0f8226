import { LIMITS } from '../lib/limits.ts';
import type { CqlClause, CqlModifier, CqlNode, CqlPrefix, CqlQuery, CqlSortKey } from '../protocols/cql/tree.ts';
import { type CqlRelation, clauseQuery, readTerm } from './cql-clause.ts';
import { CONTEXT_SETS, type CqlIndex, findCqlIndex, scannable } from './cql-indexes.ts';
import type { Scannable, Sort } from './engine.ts';
import { besideEachOther } from './proximity.ts';
import { joinQueries, measureQuery, type Query } from './query.ts';
import { QueryRefused } from './query-refused.ts';

/** What a query in CQL asks for; `sort` null when it does not say. */
export interface CqlTranslation {
	readonly query: Query;
	readonly sort: Sort | null;
}

/** A query in CQL as the query tree. Throws QueryRefused with the number of an SRU diagnostic. */
export function queryFromCql({ root, sort }: CqlQuery): CqlTranslation {
	const query = fromNode(root, NO_PREFIXES);
	const { clauses, prefixes, masks } = measureQuery(query);
	if (clauses > LIMITS.queryClausesMax)
		throw new QueryRefused(38, String(LIMITS.queryClausesMax), `a query may have ${LIMITS.queryClausesMax} words`);
	if (prefixes > LIMITS.queryPrefixesMax)
		throw new QueryRefused(30, String(LIMITS.queryPrefixesMax), `at most ${LIMITS.queryPrefixesMax} words may end with *`);
	if (masks > LIMITS.queryMasksMax)
		throw new QueryRefused(30, String(LIMITS.queryMasksMax), `at most ${LIMITS.queryMasksMax} words may have * or ? inside`);
	return { query, sort: sort.length === 0 ? null : sortFromCql(sort, scopeOf(root.prefixes, NO_PREFIXES)) };
}

/** Identifiers by the short names declared for them, '' for the default set. */
type Prefixes = ReadonlyMap<string, string>;
const NO_PREFIXES: Prefixes = new Map();

const scopeOf = (prefixes: readonly CqlPrefix[], outer: Prefixes): Prefixes =>
	prefixes.length === 0
		? outer
		: new Map([...outer, ...prefixes.map(({ name, identifier }) => [name?.toLowerCase() ?? '', identifier] as const)]);

function fromNode(node: CqlNode, outer: Prefixes): Query {
	const scope = scopeOf(node.prefixes, outer);
	if (node.kind === 'clause') return fromClause(node, scope);
	const ordered = node.operator === 'prox' && isOrdered(node.modifiers, scope);
	const [modifier] = node.operator === 'prox' ? [] : node.modifiers;
	if (modifier !== undefined) throw new QueryRefused(46, modifier.name);
	const left = fromNode(node.left, scope);
	const right = fromNode(node.right, scope);
	if (node.operator === 'prox') {
		const near = besideEachOther(left, right, ordered);
		if (near === undefined) throw new QueryRefused(39, 'prox', 'each side is one word or phrase of the same index, not masked');
		return near;
	}
	const second: Query = node.operator === 'not' ? { op: 'not', of: right } : right;
	return joinQueries(node.operator === 'or' ? 'or' : 'and', [left, second]) as Query;
}

/** Whether prox asks for one order, as it stands. Throws QueryRefused unless it asks for words side by side (CQL 1.2: distance 1 unless named). */
function isOrdered(modifiers: readonly CqlModifier[], scope: Prefixes): boolean {
	const orders = new Set<string>();
	for (const { name, comparison, value } of modifiers) {
		const local = cqlName(name, scope);
		if (local === 'unit' && comparison === '=') {
			if (value?.toLowerCase() !== 'word') throw new QueryRefused(42, value ?? '');
		} else if (local === 'distance' && comparison !== null) {
			if (!['=', '<=', '<'].includes(comparison)) throw new QueryRefused(40, comparison);
			if (value !== (comparison === '<' ? '2' : '1')) throw new QueryRefused(41, value ?? '', 'words are looked for side by side only');
		} else if ((local === 'ordered' || local === 'unordered') && comparison === null) orders.add(local);
		else throw new QueryRefused(46, name);
	}
	if (orders.size > 1) throw new QueryRefused(44, 'ordered, unordered');
	return orders.has('ordered');
}

/** What a scan clause asks to list, and from where. Throws QueryRefused. */
export function scanFromCql({ root, sort }: CqlQuery): { readonly of: Scannable; readonly from: string } {
	if (root.kind !== 'clause' || sort.length > 0) throw new QueryRefused(48, '', 'a scan clause is one index, relation and term');
	const scope = scopeOf(root.prefixes, NO_PREFIXES);
	const { relation, unmasked } = relationOf(root.relation.name, scope, root.relation.modifiers);
	const index = resolveIndex(root.index, scope);
	const of = scannable(index.target);
	if (of === undefined) throw new QueryRefused(16, root.index, 'the terms of this index cannot be listed');
	if (relation !== '=' && relation !== '==') throw new QueryRefused(19, root.relation.name);
	return { of, from: readTerm(root.term, unmasked).text };
}

const fromClause = ({ index, relation, term }: CqlClause, scope: Prefixes): Query =>
	clauseQuery(resolveIndex(index, scope), relationOf(relation.name, scope, relation.modifiers), term);

/** The short name of ours for a context set as the query names it. */
function resolveSet(name: string, scope: Prefixes): string {
	const declared = scope.get(name.toLowerCase());
	const known = Object.entries(CONTEXT_SETS).find(([set, identifiers]) =>
		declared === undefined ? set === name.toLowerCase() : identifiers.includes(declared),
	);
	if (known !== undefined) return known[0];
	// the name of the cql set in SRU 1.0
	if (declared === undefined && name.toLowerCase() === 'srw') return 'cql';
	throw new QueryRefused(15, declared ?? name);
}

function resolveIndex(index: string, scope: Prefixes): CqlIndex {
	const point = index.indexOf('.');
	const isBare = point < 0;
	const set = isBare && !scope.has('') ? undefined : resolveSet(isBare ? '' : index.slice(0, point), scope);
	const name = index.slice(point + 1);
	if ((set ?? 'cql') === 'cql' && name.toLowerCase() === 'resultsetid') throw new QueryRefused(50, index, 'result sets are not kept');
	const found = findCqlIndex(set, name);
	if (found === undefined) throw new QueryRefused(16, index);
	return found;
}

const RELATIONS: ReadonlySet<string> = new Set(['=', '==', '<>', '<', '<=', '>', '>=', 'all', 'any', 'adj', 'exact', 'scr', 'within']);
const IGNORED_MODIFIERS: ReadonlySet<string> = new Set(['word', 'ignorecase', 'ignoreaccents', 'masked']);

function relationOf(name: string, scope: Prefixes, modifiers: readonly CqlModifier[]): CqlRelation {
	const local = cqlName(name, scope);
	if (local === undefined || !RELATIONS.has(local)) throw new QueryRefused(19, name);
	const named = modifiers.map((modifier) => {
		const known = cqlName(modifier.name, scope);
		if (modifier.comparison !== null || known === undefined || !(IGNORED_MODIFIERS.has(known) || known === 'unmasked'))
			throw new QueryRefused(20, modifier.name);
		return known;
	});
	const unmasked = named.includes('unmasked');
	if (unmasked && named.includes('masked')) throw new QueryRefused(21, 'masked, unmasked');
	const relation = local === 'scr' ? '=' : local === 'exact' ? '==' : local;
	return { relation: relation as CqlRelation['relation'], written: name, unmasked };
}

/** A relation or modifier of the cql set without its prefix, in lower case; undefined for those of other sets. */
function cqlName(name: string, scope: Prefixes): string | undefined {
	const point = /^[A-Za-z]/.test(name) ? name.indexOf('.') : -1;
	if (point >= 0 && resolveSet(name.slice(0, point), scope) !== 'cql') return undefined;
	return name.slice(point + 1).toLowerCase();
}

const IGNORED_SORT: ReadonlySet<string> = new Set(['ascending', 'ignorecase', 'ignoreaccents', 'missinghigh']);

/** The order that sortBy asks for: by title, or by year. */
function sortFromCql(keys: readonly CqlSortKey[], scope: Prefixes): Sort {
	if (keys.length > 1) throw new QueryRefused(84, String(keys.length), 'one sort key at a time');
	const [{ index, modifiers }] = keys as readonly [CqlSortKey];
	let descending = false;
	for (const { name } of modifiers) {
		const local = name.slice(name.indexOf('.') + 1).toLowerCase();
		if (local === 'descending') descending = true;
		else if (/^missing/.test(local) && local !== 'missinghigh') throw new QueryRefused(92, name);
		else if (local === 'respectcase' || local === 'respectaccents') throw new QueryRefused(91, name);
		else if (!IGNORED_SORT.has(local)) throw new QueryRefused(82, name);
	}
	return sortBy(resolveIndex(index, scope), index, descending);
}

/** The order by an index: titles from A, years either way, those without one last. Throws QueryRefused. */
export function sortBy({ target }: CqlIndex, written: string, descending: boolean): Sort {
	if (target.kind === 'years') return descending ? 'newest' : 'oldest';
	if (target.kind !== 'words' || target.field !== 'title') throw new QueryRefused(82, written, 'records are sorted by title or by date');
	if (descending) throw new QueryRefused(90, written, 'titles are sorted from A only');
	return 'title';
}
