import { LIMITS } from '../lib/limits.ts';
import type { CqlTerm } from '../protocols/cql/term.ts';
import { BIB1_ATTRIBUTES } from '../protocols/z3950/oids.ts';
import type { Attribute, Rpn, RpnQuery, Term, TermOperand } from '../protocols/z3950/rpn.ts';
import { type CqlRelation, readTerm, targetQuery } from './cql-clause.ts';
import { type IndexTarget, scannable } from './cql-indexes.ts';
import type { Scannable, Sort } from './engine.ts';
import { besideEachOther } from './proximity.ts';
import { ANCHORED_FIELDS, joinQueries, measureQuery, PREFIX_LETTERS_MIN, type Query, type QueryField, type WordField } from './query.ts';
import { QueryRefused } from './query-refused.ts';
import { terms } from './terms.ts';

/** A query that is not answered here: a diagnostic of set Bib-1. */
export class RpnRefused extends Error {
	override readonly name = 'RpnRefused';
	readonly condition: number;
	readonly addinfo: string;

	constructor(condition: number, addinfo: string) {
		super(`diagnostic ${condition}: ${addinfo}`);
		this.condition = condition;
		this.addinfo = addinfo;
	}
}

/**
 * A query of type 1 with attributes of set Bib-1 (Z39.50 §3.7, appendix 3; Bath Profile release 2.0, functional area A, levels 0 and 1) as the query tree.
 * `resultSet` gives the query of a result set named as an operand. Throws RpnRefused.
 */
export function queryFromRpn({ attributeSet, root }: RpnQuery, resultSet: (name: string) => Query | undefined): Query {
	const query = fromNode(root, attributeSet, resultSet);
	const { clauses, prefixes, masks } = measureQuery(query);
	if (clauses > LIMITS.queryClausesMax) throw new RpnRefused(5, `at most ${LIMITS.queryClausesMax} words`);
	if (prefixes > LIMITS.queryPrefixesMax) throw new RpnRefused(7, `at most ${LIMITS.queryPrefixesMax} truncated words`);
	if (masks > LIMITS.queryMasksMax) throw new RpnRefused(7, `at most ${LIMITS.queryMasksMax} words truncated elsewhere than at their end`);
	return query;
}

function fromNode(node: Rpn, attributeSet: string, resultSet: (name: string) => Query | undefined): Query {
	switch (node.kind) {
		case 'term':
			return fromTerm(node, attributeSet);
		case 'set': {
			const query = resultSet(node.name);
			if (query === undefined) throw new RpnRefused(30, node.name);
			return query;
		}
		case 'prox':
			return near(node, (side) => fromNode(side, attributeSet, resultSet));
		default: {
			const left = fromNode(node.left, attributeSet, resultSet);
			const right = fromNode(node.right, attributeSet, resultSet);
			return joinQueries(node.kind === 'or' ? 'or' : 'and', [left, node.kind === 'and-not' ? { op: 'not', of: right } : right]) as Query;
		}
	}
}

const WORD_UNIT = 2;
const PROX_RELATIONS: Readonly<Record<number, '<' | '<=' | '='>> = { 1: '<', 2: '<=', 3: '=' };

/** Words side by side (Z39.50 §3.7.2). Throws RpnRefused for any other nearness. */
function near({ left, right, proximity }: Extract<Rpn, { kind: 'prox' }>, read: (side: Rpn) => Query): Query {
	const { exclusion, distance, ordered, relation, unit } = proximity;
	if (left.kind === 'set' || right.kind === 'set') throw new RpnRefused(129, '');
	if (unit !== WORD_UNIT) throw new RpnRefused(132, String(unit));
	const sign = PROX_RELATIONS[relation];
	if (sign === undefined) throw new RpnRefused(131, String(relation));
	if (distance !== (sign === '<' ? 2 : 1)) throw new RpnRefused(202, `${distance}: words are looked for side by side only`);
	const found = exclusion === true ? undefined : besideEachOther(read(left), read(right), ordered);
	if (found === undefined) throw new RpnRefused(201, 'each side is one word or phrase with the same use attribute, without exclusion');
	return found;
}

const words = (field: WordField, ...uses: readonly number[]): [number, IndexTarget][] => uses.map((use) => [use, { kind: 'words', field }]);
const number = (field: QueryField, ...uses: readonly number[]): [number, IndexTarget][] =>
	uses.map((use) => [use, { kind: 'number', field }]);

/** Use attributes (type 1). */
const USES: ReadonlyMap<number, IndexTarget> = new Map<number, IndexTarget>([
	...words('any', 1016, 1017, 1035),
	...words('title', 4, 6, 33, 36),
	...words('series', 5),
	...words('creator', 1, 2, 3, 1002, 1003, 1004, 1005, 1006),
	...words('subject', 21, 27, 1008, 1009),
	...words('publisher', 1018),
	...words('note', 62, 63),
	...number('isbn', 7),
	...number('issn', 8),
	...number('identifier', 1007),
	...number('classification', 13, 14, 20),
	...[12, 1032].map((use): [number, IndexTarget] => [use, { kind: 'record' }]),
	...[30, 31].map((use): [number, IndexTarget] => [use, { kind: 'years' }]),
	[54, { kind: 'value', facet: 'language' }],
	[1031, { kind: 'value', facet: 'material' }],
	[1044, { kind: 'value', facet: 'library' }],
]);
const RELATIONS: Readonly<Record<number, CqlRelation['relation']>> = { 1: '<', 2: '<=', 3: '=', 4: '>=', 5: '>', 6: '<>', 102: '=' };
const ALWAYS_MATCHES = 103;
/** Structures (type 4) whose words stand together, and those whose words stand anywhere. */
const TOGETHER: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 100, 101, 102, 107, 108, 109]);
const ANYWHERE: Readonly<Record<number, 'all' | 'any'>> = { 6: 'all', 105: 'any' };

const UNSUPPORTED: Readonly<Record<number, number>> = { 2: 117, 3: 119, 4: 118, 5: 120, 6: 122 };

/** The values of the attributes of a term by type. */
function readAttributes(attributes: readonly Attribute[], attributeSet: string): ReadonlyMap<number, number | string> {
	const found = new Map<number, number | string>();
	for (const { set = attributeSet, type, value } of attributes) {
		if (set !== BIB1_ATTRIBUTES) throw new RpnRefused(121, set);
		if (type < 1 || type > 6) throw new RpnRefused(113, String(type));
		if (typeof value === 'string' && type !== 1) throw new RpnRefused(UNSUPPORTED[type] ?? 113, value);
		found.set(type, value);
	}
	return found;
}

/** What a Scan asks to list, and from where. Throws RpnRefused. */
export function scanFromRpn({ attributes, term }: TermOperand, attributeSet: string): { readonly of: Scannable; readonly from: string } {
	const use = readAttributes(attributes, attributeSet).get(1) ?? 4;
	const target = typeof use === 'number' ? USES.get(use) : undefined;
	const of = target === undefined ? undefined : scannable(target);
	if (of === undefined) throw new RpnRefused(114, String(use));
	return { of, from: termText(term) };
}

type SortBy = { readonly attributes: readonly Attribute[] } | { readonly field: string };

/** The use attribute, or the name for one, that a Sort names. */
export const sortUse = (key: SortBy): Attribute['value'] | undefined =>
	'field' in key ? key.field.toLowerCase() : key.attributes.find(({ type }) => type === 1)?.value;

/** The order that a Sort asks for by a use attribute, or by a name for it; undefined when there is none such. */
export function sortFromRpn(key: SortBy, descending: boolean): Sort | undefined {
	const use = sortUse(key);
	const target = typeof use === 'number' ? USES.get(use) : undefined;
	if (target?.kind === 'years' || use === 'date' || use === 'year') return descending ? 'newest' : 'oldest';
	const isTitle = use === 'title' || (target?.kind === 'words' && target.field === 'title');
	return isTitle && !descending ? 'title' : undefined;
}

function fromTerm({ attributes, term }: TermOperand, attributeSet: string): Query {
	const found = readAttributes(attributes, attributeSet);
	const number = (type: number, otherwise: number): number => Number(found.get(type) ?? otherwise);
	const use = found.get(1) ?? 1016;
	const relation = number(2, 3);
	if (use === '_ALLRECORDS' || relation === ALWAYS_MATCHES) return { op: 'all' };
	const target = typeof use === 'number' ? USES.get(use) : undefined;
	if (target === undefined) throw new RpnRefused(114, String(use));
	const sign = RELATIONS[relation];
	if (sign === undefined) throw new RpnRefused(117, String(relation));
	const structure = number(4, 1);
	if (!TOGETHER.has(structure) && ANYWHERE[structure] === undefined) throw new RpnRefused(118, String(structure));
	const truncation = number(5, 100);
	if (!isTruncation(truncation)) throw new RpnRefused(120, String(truncation));
	const anchors = readAnchors(target, number(3, 3), number(6, 1));
	const list = sign === '=' && !anchors.anchoredStart ? ANYWHERE[structure] : undefined;
	try {
		const truncated = truncatedTerm(termText(term), truncation, list !== undefined);
		const asked = { relation: list ?? sign, written: `2=${relation}`, unmasked: true } as const;
		return targetQuery({ set: '1', name: String(use), target }, asked, { ...truncated, ...anchors });
	} catch (error) {
		throw error instanceof QueryRefused ? asBib1(error) : error;
	}
}

/**
 * Values of truncation (type 5): none, right, left, both, `#` for any letters (101), and of Z39.58 (104) `#` for one letter, `?` for any, `?n` for n letters at
 * most, which any letters stand for here. Those of regular expressions (102, 103) are not there.
 */
const TRUNCATIONS = [100, 1, 2, 3, 101, 104] as const;
type Truncation = (typeof TRUNCATIONS)[number];
const isTruncation = (value: number): value is Truncation => TRUNCATIONS.some((one) => one === value);

/** A term with its signs, or with those that a truncation puts to each word. */
function truncatedTerm(text: string, truncation: Truncation, isList: boolean): Pick<CqlTerm, 'text' | 'openAt' | 'masks'> {
	switch (truncation) {
		case 100:
			return { text, openAt: [], masks: [] };
		case 1:
			return { text, openAt: openWords(text, isList), masks: [] };
		case 2:
		case 3: {
			const masks = Array.from(text.matchAll(/\S+/g)).flatMap(({ 0: word, index }) => [
				{ at: index, sign: '*' as const },
				...(truncation === 3 ? [{ at: index + word.length, sign: '*' as const }] : []),
			]);
			return { text, openAt: [], masks };
		}
		case 101:
			return readTerm(text.replaceAll(/["\\*^?]/g, ' ').replaceAll('#', '*'), false);
		case 104:
			return readTerm(
				text.replaceAll(/["\\*^]/g, ' ').replaceAll(/#|\?[0-9]*/g, (sign) => (sign === '#' ? '?' : '*')),
				false,
			);
	}
}

/**
 * Where right truncation opens a word: each of a list, else the last. A word below three letters stays whole: clients truncate everything by
 * default, and many a Vietnamese syllable is short.
 */
function openWords(text: string, isList: boolean): number[] {
	const found = Array.from(text.matchAll(/\S+/g));
	return (isList ? found : found.slice(-1)).flatMap((match) =>
		(terms(match[0]).at(-1)?.folded.length ?? 0) < PREFIX_LETTERS_MIN ? [] : [match.index + match[0].length],
	);
}

/** First in field or subfield (position 1, 2); the whole of one (completeness 2, 3). */
function readAnchors(target: IndexTarget, position: number, completeness: number): { anchoredStart: boolean; anchoredEnd: boolean } {
	if (position < 1 || position > 3) throw new RpnRefused(119, String(position));
	if (completeness < 1 || completeness > 3) throw new RpnRefused(122, String(completeness));
	// numbers and values are compared whole as they are
	if (target.kind !== 'words') return { anchoredStart: false, anchoredEnd: false };
	const isAnchored = ANCHORED_FIELDS.has(target.field);
	if (completeness > 1 && !isAnchored) throw new RpnRefused(122, String(completeness));
	if (position < 3 && !isAnchored) throw new RpnRefused(119, String(position));
	return { anchoredStart: position < 3 || completeness > 1, anchoredEnd: completeness > 1 };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('latin1');

/** Octets are UTF-8, else Latin 1. */
function termText(term: Term): string {
	if (term === null) throw new RpnRefused(229, '');
	if (typeof term !== 'object') return String(term);
	try {
		return utf8.decode(term);
	} catch {
		return latin1.decode(term);
	}
}

/** Diagnostics of Bib-1 for those of SRU. */
const OF_SRU: Readonly<Record<number, number>> = { 22: 117, 27: 125, 28: 120, 29: 9, 30: 7, 31: 119, 32: 119, 33: 123, 36: 126 };

const asBib1 = ({ number, details, message }: QueryRefused): RpnRefused =>
	new RpnRefused(OF_SRU[number] ?? 3, message === '' ? details : `${details}: ${message}`);
