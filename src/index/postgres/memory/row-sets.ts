/** Rows in ascending order, each once. */
export type Rows = Uint32Array;

export const NO_ROWS: Rows = new Uint32Array(0);
/** A list so many times as long as another is searched through instead of read. */
const MUCH_LONGER = 16;

export function intersection(one: Rows, other: Rows): Rows {
	const [short, long] = one.length <= other.length ? [one, other] : [other, one];
	const found = new Uint32Array(short.length);
	let size = 0;
	let at = 0;
	const leaps = short.length * MUCH_LONGER < long.length;
	for (let i = 0; i < short.length; i++) {
		const row = short[i] as number;
		if (leaps) at = leap(long, row, at);
		else while (at < long.length && (long[at] as number) < row) at++;
		if (at === long.length) break;
		if (long[at] === row) found[size++] = row;
	}
	return found.subarray(0, size);
}

/** The first place from `from` on that is not before a row: in steps that double, then by halves. */
function leap(rows: Rows, row: number, from: number): number {
	let step = 1;
	let low = from;
	while (low + step < rows.length && (rows[low + step] as number) < row) {
		low += step;
		step *= 2;
	}
	let high = Math.min(rows.length, low + step + 1);
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((rows[middle] as number) < row) low = middle + 1;
		else high = middle;
	}
	return low;
}

export function union(one: Rows, other: Rows): Rows {
	if (one.length === 0) return other;
	if (other.length === 0) return one;
	const found = new Uint32Array(one.length + other.length);
	let size = 0;
	let i = 0;
	let j = 0;
	while (i < one.length && j < other.length) {
		const a = one[i] as number;
		const b = other[j] as number;
		found[size++] = Math.min(a, b);
		if (a <= b) i++;
		if (b <= a) j++;
	}
	while (i < one.length) found[size++] = one[i++] as number;
	while (j < other.length) found[size++] = other[j++] as number;
	return found.subarray(0, size);
}

/** More lists than these are put together by bits. */
const FEW = 4;

/** The rows in any of some lists, whose rows may come more than once; `count` is one more than the last row. */
export function unionOf(lists: readonly Uint32Array[], count: number): Rows {
	if (lists.length <= FEW) return lists.map(distinct).reduce(union, NO_ROWS);
	const bits = bitsOf(NO_ROWS, count);
	for (const rows of lists) setBits(bits, rows);
	return rowsOf(bits, count);
}

/** Rows of the first that are not in the second. */
export function difference(one: Rows, other: Rows): Rows {
	const found = new Uint32Array(one.length);
	let size = 0;
	let at = 0;
	for (let i = 0; i < one.length; i++) {
		const row = one[i] as number;
		while (at < other.length && (other[at] as number) < row) at++;
		if (other[at] !== row) found[size++] = row;
	}
	return found.subarray(0, size);
}

/** Rows from 0 whose bit is set. */
export function rowsOf(bits: Uint8Array, count: number): Rows {
	const found = new Uint32Array(count);
	let size = 0;
	for (let row = 0; row < count; row++) if (hasBit(bits, row)) found[size++] = row;
	return found.subarray(0, size);
}

/** A bit for each of so many rows, set for some. */
export function bitsOf(rows: Uint32Array, count: number): Uint8Array {
	const bits = new Uint8Array((count + 7) >> 3);
	setBits(bits, rows);
	return bits;
}

function setBits(bits: Uint8Array, rows: Uint32Array): void {
	for (let i = 0; i < rows.length; i++) setBit(bits, rows[i] as number);
}

export const hasBit = (bits: Uint8Array, row: number): boolean => ((bits[row >> 3] as number) & (1 << (row & 7))) !== 0;

export function setBit(bits: Uint8Array, row: number): void {
	bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
}

/** Those of some rows whose bit is set. */
export function within(rows: Rows, bits: Uint8Array): Rows {
	const found = new Uint32Array(rows.length);
	let size = 0;
	for (let i = 0; i < rows.length; i++) {
		const row = rows[i] as number;
		if (hasBit(bits, row)) found[size++] = row;
	}
	return found.subarray(0, size);
}

/** Rows in ascending order that may come more than once. */
export function distinct(rows: Uint32Array): Rows {
	let first = 1;
	while (first < rows.length && rows[first] !== rows[first - 1]) first++;
	if (first >= rows.length) return rows;
	const found = rows.slice();
	let size = first;
	for (let i = first; i < rows.length; i++) if (rows[i] !== rows[i - 1]) found[size++] = rows[i] as number;
	return found.subarray(0, size);
}
