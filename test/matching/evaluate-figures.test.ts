import { describe, expect, it } from 'vitest';
import { bestCutoff, clusterFigures, figuresOf, tallyAt, wilson } from '../../src/matching/evaluate-figures.ts';

describe('figures of pairs', () => {
	it('have the Wilson interval of their precision', () => {
		// 8 of 10: (0.8 + 0.192073 ± 1.959964 · sqrt(0.016 + 0.0096036)) / 1.384146
		const [low, high] = wilson(8, 10) as [number, number];
		expect(low).toBeCloseTo(0.4902, 4);
		expect(high).toBeCloseTo(0.9433, 4);
		// all of 10: 1 / (1 + 3.841459 / 10)
		expect(wilson(10, 10)?.[0]).toBeCloseTo(0.7225, 4);
		expect(wilson(10, 10)?.[1]).toBeCloseTo(1, 12);
		expect(wilson(0, 0)).toBeNull();
	});

	it('are precision, recall and F1, and null of nothing', () => {
		expect(figuresOf({ right: 3, said: 4, real: 6 })).toMatchObject({ precision: 0.75, recall: 0.5, f1: 0.6 });
		expect(figuresOf({ right: 0, said: 0, real: 2 })).toMatchObject({ precision: null, interval: null, recall: 0, f1: 0 });
		expect(figuresOf({ right: 0, said: 0, real: 0 })).toMatchObject({ recall: null, f1: null });
	});

	const pairs = [
		{ score: 0.9, same: true },
		{ score: 0.8, same: false },
		{ score: 0.7, same: true },
		{ score: 0.7, same: true },
		{ score: 0.2, same: false },
		{ score: 0, same: true },
	];

	it('count the pairs from a cut-off up', () => {
		expect(tallyAt(pairs, 5, 0.8)).toEqual({ right: 1, said: 2, real: 5 });
	});

	it('are best at one cut-off, where equal scores go together and 0 never counts', () => {
		// F1 at 0.9: 2/6; 0.8: 2/7; 0.7: 6/9; 0.2: 6/10
		expect(bestCutoff(pairs, 5)).toEqual({ cutoff: 0.7, tally: { right: 3, said: 4, real: 5 } });
		expect(bestCutoff([{ score: 0, same: true }], 1)).toBeNull();
	});
});

describe('figures of clusters', () => {
	it('are those of their pairs, B³ and the clusters that are exactly right', () => {
		// true: x = 0 1 2, y = 3 4, z = 5; made: 0 1 | 2 3 | 4 | 5
		const { pairs, b3, exact } = clusterFigures([[0, 1], [2, 3], [4], [5]], ['x', 'x', 'x', 'y', 'y', 'z']);
		expect(pairs).toMatchObject({ right: 1, said: 2, real: 4 });
		// each record's share: 1 1 ½ ½ 1 1, and ⅔ ⅔ ⅓ ½ ½ 1
		expect(b3.precision).toBeCloseTo(5 / 6, 10);
		expect(b3.recall).toBeCloseTo(11 / 18, 10);
		expect(b3.f1).toBeCloseTo((2 * (5 / 6) * (11 / 18)) / (5 / 6 + 11 / 18), 10);
		expect(exact).toMatchObject({ right: 0, said: 2, real: 2 });
	});

	it('leave out what the truth says nothing of', () => {
		const { pairs, exact, b3 } = clusterFigures([[0, 1, 2]], ['x', null, 'x']);
		expect(pairs).toMatchObject({ right: 1, said: 1, real: 1 });
		expect(exact).toMatchObject({ right: 1, said: 1, real: 1 });
		expect(b3).toEqual({ precision: 1, recall: 1, f1: 1 });
	});
});
