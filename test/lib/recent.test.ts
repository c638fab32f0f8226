import { describe, expect, it } from 'vitest';
import { Recent } from '../../src/lib/recent.ts';

/** Asks for squares, of even numbers alone, and tells what it was asked for. */
function squares(most: number) {
	const recent = new Recent<string>(most);
	const asked: (readonly number[])[] = [];
	const of = async (...numbers: number[]): Promise<[number, string][]> => [
		...(await recent.of(numbers, async (missing) => {
			asked.push(missing);
			return missing.filter((n) => n % 2 === 0).map((n) => [n, String(n * n)] as const);
		})),
	];
	return { asked, of };
}

describe('what was read lately', () => {
	it('is not asked for again', async () => {
		const { asked, of } = squares(10);
		expect(await of(2, 4)).toEqual([
			[2, '4'],
			[4, '16'],
		]);
		expect(new Map(await of(4, 6, 2))).toEqual(new Map([2, 4, 6].map((n) => [n, String(n * n)])));
		expect(await of(2)).toEqual([[2, '4']]);
		expect(asked).toEqual([[2, 4], [6]]);
	});

	it('is left out of the answer, and asked for again, when nobody knows it', async () => {
		const { asked, of } = squares(10);
		expect(await of(3, 4)).toEqual([[4, '16']]);
		expect(await of(3)).toEqual([]);
		expect(asked).toEqual([[3, 4], [3]]);
	});

	it('is at most so much, the last of it, and whole in the answer that goes beyond it', async () => {
		const { asked, of } = squares(16);
		const all = Array.from({ length: 17 }, (_, i) => 2 * i + 2);
		expect(await of(...all)).toHaveLength(17);
		expect(await of(...all.slice(3))).toHaveLength(14);
		expect(await of(6)).toEqual([[6, '36']]);
		expect(asked).toEqual([all, [6]]);
	});
});
