import type { Facet } from '../../engine.ts';
import type { Filters } from '../../filters.ts';
import { facetKey } from '../facets.ts';
import type { Clause, Lexeme, Match, Sequence } from '../translate.ts';
import { CLOSES, type MemoryIndex, OPENS, WEIGHT_MASK } from './memory-index.ts';
import type { Places } from './posting-lists.ts';
import { difference, distinct, intersection, NO_ROWS, type Rows, rowsOf, union, within } from './row-sets.ts';

const WEIGHTS = { '': 0, D: 0, C: 1, B: 2, A: 3 } as const;

/** What is asked of the index, maybe several times: the places of a word are read once. */
export class Asking {
	readonly index: MemoryIndex;
	/** A bit for each row that matters; null when all do. */
	readonly wanted: Uint8Array | null;
	readonly #places = new Map<number, Places>();

	constructor(index: MemoryIndex, wanted: Uint8Array | null) {
		this.index = index;
		this.wanted = wanted;
	}

	/** Places of a word in the rows that matter. */
	places(code: number): Places {
		let known = this.#places.get(code);
		if (known === undefined) {
			known = this.index.read.places(code, this.wanted);
			this.#places.set(code, known);
		}
		return known;
	}
}

/** The rows of the documents that match a condition and have one of the values of each filter. */
export function hitsOf(index: MemoryIndex, match: Match, filters: Filters): Rows {
	if (match === 'none') return NO_ROWS;
	const parts: Clause[] = match === 'all' ? [] : [match];
	for (const [facet, values] of Object.entries(filters) as [Facet, readonly string[]][])
		if (values.length > 0) parts.push({ op: 'or', of: values.map((value) => ({ facet, value })) });
	if (parts.length === 0) return rowsOf(index.live, index.rows);
	const rows = evaluate(new Asking(index, null), parts.length === 1 ? (parts[0] as Clause) : { op: 'and', of: parts });
	return index.dead === 0 ? rows : within(rows, index.live);
}

/** The rows, dead ones too, that match a clause, at least those of them that matter. */
function evaluate(asking: Asking, clause: Clause): Rows {
	const { index } = asking;
	if ('words' in clause) return sequenceRows(asking, clause.words);
	if ('years' in clause) return yearRows(index, clause.years);
	if ('facet' in clause) {
		const code = index.values.find(facetKey(clause.facet, clause.value));
		return code < 0 ? NO_ROWS : index.valueRows.rowsOnly(code);
	}
	if ('record' in clause) {
		const row = index.row(clause.record);
		return row < 0 ? NO_ROWS : Uint32Array.of(row);
	}
	if (clause.op === 'not') return difference(allRows(index), evaluate(asking, clause.of));
	const { of } = clause;
	if (clause.op === 'or') return of.map((one) => evaluate(asking, one)).reduce(union, NO_ROWS);
	// what is not to be there is taken away from what is
	const asked = of.filter((one) => !isNot(one)).map((one) => evaluate(asking, one));
	asked.sort((a, b) => a.length - b.length);
	let rows = asked.length === 0 ? allRows(index) : asked.reduce(intersection);
	for (const one of of) if (isNot(one)) rows = difference(rows, evaluate(asking, one.of));
	return rows;
}

/** The rows that matter whose words match a clause. */
export function rowsWithWords(asking: Asking, clause: Clause): Rows {
	const rows = evaluate(asking, clause);
	return asking.wanted === null ? rows : within(rows, asking.wanted);
}

/** The rows whose words with marks match a clause of single words. */
export function rowsWithMarks(index: MemoryIndex, clause: Clause): Rows {
	if ('words' in clause) {
		const [lexeme] = clause.words.lexemes;
		const codes = lexeme === undefined ? [] : codesOf(index.marked, lexeme);
		return codes.map((code) => index.markedRows.rowsOnly(code)).reduce(union, NO_ROWS);
	}
	if (!('op' in clause) || clause.op === 'not') throw new Error('words with marks are joined by and and or alone');
	const rows = clause.of.map((one) => rowsWithMarks(index, one));
	return rows.reduce(clause.op === 'and' ? intersection : union);
}

const isNot = (clause: Clause): clause is Extract<Clause, { op: 'not' }> => 'op' in clause && clause.op === 'not';

function allRows(index: MemoryIndex): Rows {
	const rows = new Uint32Array(index.rows);
	for (let row = 0; row < rows.length; row++) rows[row] = row;
	return rows;
}

/** Year 0 stands for none. */
function yearRows({ years, rows }: MemoryIndex, [from, to]: readonly [number | null, number | null]): Rows {
	const first = Math.max(1, from ?? 1);
	const last = to ?? Number.POSITIVE_INFINITY;
	const found = new Uint32Array(rows);
	let size = 0;
	for (let row = 0; row < rows; row++) {
		const year = years[row] as number;
		if (year >= first && year <= last) found[size++] = row;
	}
	return found.subarray(0, size);
}

function codesOf(lexicon: MemoryIndex['words'], { text, prefix }: Lexeme): number[] {
	if (prefix) return lexicon.beginningWith(text);
	const code = lexicon.find(text);
	return code < 0 ? [] : [code];
}

function sequenceRows(asking: Asking, { lexemes, weight, anchor }: Sequence): Rows {
	const { index } = asking;
	const codes = lexemes.map((lexeme) => codesOf(index.words, lexeme));
	if (codes.some((one) => one.length === 0)) return NO_ROWS;
	const [first] = codes;
	if (codes.length === 1 && weight === '' && anchor === undefined)
		return (first as number[]).map((code) => index.read.rows(code)).reduce(union, NO_ROWS);
	const mask = weight === '' ? 0 : WEIGHT_MASK;
	let found: Places | null = null;
	for (const [i, one] of codes.entries()) {
		const edges = (i === 0 && anchor !== undefined ? OPENS : 0) | (i === codes.length - 1 && anchor === 'whole' ? CLOSES : 0);
		const places = having(placesOf(asking, one), mask | edges, WEIGHTS[weight] | edges);
		found = found === null ? places : following(found, places);
		if (found.rows.length === 0) return NO_ROWS;
	}
	return distinct((found as Places).rows);
}

/** Those places for which `(place & mask) === flags`. */
function having(places: Places, mask: number, flags: number): Places {
	if (mask === 0) return places;
	const rows = new Uint32Array(places.rows.length);
	const at = new Uint32Array(places.rows.length);
	let size = 0;
	for (let i = 0; i < places.rows.length; i++) {
		const place = places.at[i] as number;
		if ((place & mask) !== flags) continue;
		rows[size] = places.rows[i] as number;
		at[size++] = place;
	}
	return { rows: rows.subarray(0, size), at: at.subarray(0, size) };
}

/** Places of any of some words, by row and place. */
function placesOf(asking: Asking, codes: readonly number[]): Places {
	if (codes.length === 1) return asking.places(codes[0] as number);
	const all = codes.map((code) => asking.places(code));
	const keys = new Float64Array(all.reduce((sum, { rows }) => sum + rows.length, 0));
	let size = 0;
	for (const { rows, at } of all) for (let i = 0; i < rows.length; i++) keys[size++] = (rows[i] as number) * PLACES_MAX + (at[i] as number);
	keys.sort();
	const rows = new Uint32Array(keys.length);
	const at = new Uint32Array(keys.length);
	for (const [i, key] of keys.entries()) {
		rows[i] = Math.floor(key / PLACES_MAX);
		at[i] = key % PLACES_MAX;
	}
	return { rows, at };
}
const PLACES_MAX = 2 ** 18;

/** Those of the second places that stand right after one of the first. */
function following(one: Places, other: Places): Places {
	const rows = new Uint32Array(Math.min(one.rows.length, other.rows.length));
	const at = new Uint32Array(rows.length);
	let size = 0;
	let j = 0;
	for (let i = 0; i < one.rows.length; i++) {
		const row = one.rows[i] as number;
		const place = ((one.at[i] as number) >> 4) + 1;
		while (j < other.rows.length && ((other.rows[j] as number) < row || (other.rows[j] === row && (other.at[j] as number) >> 4 < place)))
			j++;
		if (j === other.rows.length) break;
		if (other.rows[j] === row && (other.at[j] as number) >> 4 === place) {
			rows[size] = row;
			at[size++] = other.at[j] as number;
		}
	}
	return { rows: rows.subarray(0, size), at: at.subarray(0, size) };
}
