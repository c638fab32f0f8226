import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CopyReader, eachNumber, readNumber } from '../../src/index/postgres/memory/copy-reader.ts';
import { nthLargest } from '../../src/index/postgres/memory/largest.ts';
import { Lexicon } from '../../src/index/postgres/memory/lexicon.ts';
import { NumberTable } from '../../src/index/postgres/memory/number-table.ts';
import { PostingLists } from '../../src/index/postgres/memory/posting-lists.ts';
import { bitsOf, difference, intersection, union, within } from '../../src/index/postgres/memory/row-sets.ts';
import { CopyBinary } from '../../src/lib/copy-binary.ts';

const rowsOf = (max: number) => fc.uniqueArray(fc.nat(max), { maxLength: 400 }).map((rows) => Uint32Array.from(rows).sort());

describe('lists of rows', () => {
	it('give back what was written, however lists are mixed', () => {
		const places = fc.uniqueArray(fc.integer({ min: 0, max: 70_000 }), { maxLength: 9 }).map((some) => some.sort((a, b) => a - b));
		// rows go up over all lists together, as documents come
		const entry = fc.record({ code: fc.nat(6), gap: fc.oneof(fc.nat(3), fc.nat(200_000)), places });
		fc.assert(
			fc.property(fc.array(entry, { maxLength: 600, size: 'max' }), (entries) => {
				const lists = new PostingLists();
				const written = new Map<number, { rows: number[]; places: [number, number][] }>();
				let row = 0;
				for (const { code, gap, places } of entries) {
					row += gap + 1;
					// places of one row are apart: what is below 16 is a flag
					const apart = places.map((place) => place * 16 + (place % 16));
					lists.add(code, row, Uint32Array.from([7, ...apart]), 1, apart.length);
					const list = written.get(code) ?? { rows: [], places: [] };
					written.set(code, list);
					list.rows.push(row);
					for (const place of apart) list.places.push([row, place]);
				}
				for (const [code, { rows, places }] of written) {
					expect([...lists.rows(code)]).toEqual(rows);
					const all = lists.places(code, null);
					expect([...all.rows].map((one, i) => [one, all.at[i]])).toEqual(places);
					const some = Uint32Array.from(rows.filter((one) => one % 3 === 0));
					const wanted = lists.places(code, bitsOf(some, row + 1));
					expect([...wanted.rows].map((one, i) => [one, wanted.at[i]])).toEqual(places.filter(([one]) => one % 3 === 0));
				}
			}),
			{ numRuns: 60 },
		);
	});

	it('that have rows alone grow over many slices', () => {
		const lists = new PostingLists();
		const rows = Array.from({ length: 60_000 }, (_, i) => i * 7 + (i % 5));
		for (const row of rows) lists.addRow(row % 2, row);
		for (const code of [0, 1]) expect([...lists.rowsOnly(code)]).toEqual(rows.filter((row) => row % 2 === code));
		expect(lists.rowsOnly(9)).toHaveLength(0);
	});

	it('are joined as sets are', () => {
		fc.assert(
			fc.property(rowsOf(500), rowsOf(500), rowsOf(50_000), (one, other, far) => {
				for (const [a, b] of [
					[one, other],
					[one, far],
					[far, other],
				] as const) {
					const right = new Set(b);
					expect([...intersection(a, b)]).toEqual([...a].filter((row) => right.has(row)));
					expect([...union(a, b)]).toEqual([...new Set([...a, ...b])].sort((x, y) => x - y));
					expect([...difference(a, b)]).toEqual([...a].filter((row) => !right.has(row)));
					expect([...within(a, bitsOf(b, 50_001))]).toEqual([...intersection(a, b)]);
				}
			}),
		);
	});
});

describe('what is known by number', () => {
	it('words, and their beginnings', () => {
		const word = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), fc.constantFrom('lịch', 'lich', 'li', 'l', 'lý'));
		fc.assert(
			fc.property(fc.array(word, { maxLength: 2_000, size: 'max' }), fc.array(word, { maxLength: 20 }), (words, asked) => {
				const lexicon = new Lexicon();
				const known = new Map<string, number>();
				for (const one of words) {
					const bytes = Buffer.from(`x${one}y`);
					const code = lexicon.add(bytes, 1, bytes.length - 1);
					expect(code).toBe(known.get(one) ?? known.size);
					known.set(one, code);
				}
				for (const one of [...asked, ...words.slice(0, 20)]) {
					expect(lexicon.find(one)).toBe(known.get(one) ?? -1);
					const begun = [...known].filter(([word]) => Buffer.from(word).subarray(0, Buffer.byteLength(one)).equals(Buffer.from(one)));
					expect(lexicon.beginningWith(one).sort((a, b) => a - b)).toEqual(begun.map(([, code]) => code).sort((a, b) => a - b));
				}
			}),
			{ numRuns: 40 },
		);
	});

	it('numbers of up to 53 bits', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.nat(50), fc.maxSafeNat()), { maxLength: 3_000, size: 'max' }), (numbers) => {
				const table = new NumberTable();
				const known = new Map<number, number>();
				for (const one of numbers) {
					expect(table.add(one)).toBe(known.get(one) ?? known.size);
					if (!known.has(one)) known.set(one, known.size);
				}
				for (const [one, code] of known) {
					expect(table.find(one)).toBe(code);
					expect(table.number(code)).toBe(one);
				}
				expect(table.find(-1)).toBe(-1);
			}),
			{ numRuns: 40 },
		);
	});
});

it('finds the n-th largest', () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.oneof(
					fc.nat(5),
					fc.double({ noNaN: true }).map((value) => value + 0),
				),
				{ minLength: 1, maxLength: 300 },
			),
			fc.nat(),
			(values, at) => {
				const n = (at % values.length) + 1;
				expect(nthLargest(Float64Array.from(values), n)).toBe(Float64Array.from(values).sort().at(-n));
			},
		),
	);
});

it('reads rows of COPY that come in pieces', () => {
	const row = fc.tuple(
		fc.maxSafeNat(),
		fc.option(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))),
		fc.array(fc.maxSafeNat()),
	);
	fc.assert(
		fc.property(fc.array(row), fc.array(fc.nat(3_000)), (rows, cuts) => {
			const copy = new CopyBinary();
			for (const [number, text, numbers] of rows) {
				copy.row(3).int8(number);
				if (text === null) copy.null();
				else copy.text(text);
				copy.int8Array(numbers);
			}
			const bytes = copy.finish();
			const reader = new CopyReader();
			const read: unknown[] = [];
			const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
			for (let i = 1; i < places.length; i++)
				for (const [number, text, numbers] of reader.rows(Buffer.from(bytes.subarray(places[i - 1], places[i])))) {
					const all: number[] = [];
					eachNumber(numbers as Buffer, (one) => all.push(one));
					read.push([readNumber(number as Buffer, 0), text?.toString() ?? null, all]);
				}
			expect(read).toEqual(rows);
		}),
	);
});
