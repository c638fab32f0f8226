import type { Preference } from '../../ranking.ts';
import type { First } from '../find.ts';
import { isCheap } from '../find.ts';
import { RANKED_MAX } from '../kept.ts';
import { preferenceClause } from '../translate.ts';
import { evaluate, rowsWithMarks } from './evaluate.ts';
import { nthLargest } from './largest.ts';
import type { MemoryIndex } from './memory-index.ts';
import { bitsOf, type Rows } from './row-sets.ts';
import { Asking } from './sequence.ts';

/** Libraries of a document are below this (write.ts). */
const HELD_UNIT = 1024;

/** The first hits by relevance, as readHits (find.ts) gives them. */
export function firstOf(index: MemoryIndex, hits: Rows, preferences: readonly Preference[]): First {
	if (hits.length === 0) return { ids: [], rest: null };
	const cheap = pointsOf(index, hits, preferences.filter(isCheap));
	const chosen = hits.length <= RANKED_MAX ? hits.map((_, i) => i) : bestOf(index, hits, cheap);
	const rows = chosen.map((hit) => hits[hit] as number);
	const points = pointsOf(
		index,
		rows,
		preferences.filter((one) => !isCheap(one)),
	);
	for (const [i, hit] of chosen.entries()) points[i] = (points[i] as number) + (cheap[hit] as number);
	const { held, ids } = index;
	const order = Array.from(rows.keys()).sort((a, b) => {
		const [one, other] = [rows[a] as number, rows[b] as number];
		return (
			(points[b] as number) - (points[a] as number) ||
			(held[other] as number) - (held[one] as number) ||
			(ids[other] as number) - (ids[one] as number)
		);
	});
	return { ids: order.map((i) => ids[rows[i] as number] as number), rest: lastPlace(index, rows, chosen, cheap) };
}

/** The sum of the points of the preferences that each row meets. */
function pointsOf(index: MemoryIndex, rows: Rows, preferences: readonly Preference[]): Int32Array {
	const points = new Int32Array(rows.length);
	if (preferences.length === 0) return points;
	const asking = new Asking(index.words, { bits: bitsOf(rows, index.rows), count: rows.length });
	for (const preference of preferences) {
		const clause = preferenceClause(preference);
		if (clause === undefined) continue;
		const met = preference.marked ? rowsWithMarks(index, clause) : evaluate(index, asking, clause);
		let at = 0;
		for (let i = 0; i < met.length; i++) {
			const row = met[i] as number;
			while (at < rows.length && (rows[at] as number) < row) at++;
			if (at === rows.length) break;
			if (rows[at] === row) points[at] = (points[at] as number) + preference.points;
		}
	}
	return points;
}

/** Places among the hits, in ascending order, of the RANKED_MAX that come first by cheap points, libraries and id. */
function bestOf({ held, ids }: MemoryIndex, hits: Rows, cheap: Int32Array): Uint32Array {
	const keys = new Float64Array(hits.length);
	for (let i = 0; i < hits.length; i++) keys[i] = (cheap[i] as number) * HELD_UNIT + (held[hits[i] as number] as number);
	const least = nthLargest(keys.slice(), RANKED_MAX);
	let above = 0;
	const equal: number[] = [];
	for (let i = 0; i < hits.length; i++) {
		if ((keys[i] as number) > least) above++;
		else if (keys[i] === least) equal.push(ids[hits[i] as number] as number);
	}
	const leastId = nthLargest(Float64Array.from(equal), RANKED_MAX - above);
	const best = new Uint32Array(RANKED_MAX);
	let size = 0;
	for (let i = 0; i < hits.length; i++) {
		const key = keys[i] as number;
		if (key > least || (key === least && (ids[hits[i] as number] as number) >= leastId)) best[size++] = i;
	}
	return best;
}

/** Where the hits after these begin: the last of them by cheap points, libraries and id. */
function lastPlace({ held, ids }: MemoryIndex, rows: Rows, chosen: Uint32Array, cheap: Int32Array): readonly number[] {
	let last: readonly [number, number, number] | null = null;
	for (const [i, row] of rows.entries()) {
		const place = [cheap[chosen[i] as number] as number, held[row] as number, ids[row] as number] as const;
		if (last === null || isAfter(place, last)) last = place;
	}
	return last ?? [];
}

function isAfter(one: readonly number[], other: readonly number[]): boolean {
	const at = one.findIndex((value, i) => value !== other[i]);
	return at >= 0 && (one[at] as number) < (other[at] as number);
}

/** Rows fit beside points and libraries in one number. */
const ROW_UNIT = 2 ** 26;

/** All hits by cheap points, libraries and id: the order of what comes after the first RANKED_MAX. */
export function orderOf(index: MemoryIndex, hits: Rows, preferences: readonly Preference[]): Uint32Array {
	const { held, ids } = index;
	const cheap = pointsOf(index, hits, preferences.filter(isCheap));
	const keys = new Float64Array(hits.length);
	for (let i = 0; i < hits.length; i++) {
		const row = hits[i] as number;
		keys[i] = ((cheap[i] as number) * HELD_UNIT + (held[row] as number)) * ROW_UNIT + row;
	}
	keys.sort().reverse();
	const order = Uint32Array.from(keys, (key) => key % ROW_UNIT);
	// rows are nearly in the order of ids: those of equals are put right
	for (let from = 0; from < order.length; ) {
		const rank = Math.floor((keys[from] as number) / ROW_UNIT);
		let to = from + 1;
		let isRight = true;
		while (to < order.length && Math.floor((keys[to] as number) / ROW_UNIT) === rank) {
			if ((ids[order[to] as number] as number) > (ids[order[to - 1] as number] as number)) isRight = false;
			to++;
		}
		if (!isRight) order.subarray(from, to).sort((a, b) => (ids[b] as number) - (ids[a] as number));
		from = to;
	}
	return order;
}

/** Where a row stands in that order, as a cursor has it. */
export function placeOf(index: MemoryIndex, row: number, preferences: readonly Preference[]): [points: number, held: number, id: number] {
	const [points = 0] = pointsOf(index, Uint32Array.of(row), preferences.filter(isCheap));
	return [points, index.held[row] as number, index.ids[row] as number];
}
