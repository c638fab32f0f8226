import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordLikeness } from '../../src/matching/similarity.ts';

const words = fc.array(fc.constantFrom('dan', 'ca', 'cac', 'toc', 'truong', 'truongg', 'phuong', 'phuonq', '2015', '2016', 'thieu'), {
	maxLength: 7,
});

describe('likeness of words', () => {
	it('is the same both ways round, whatever is repeated', () => {
		fc.assert(
			fc.property(words, words, (a, b) => {
				expect(wordLikeness(a, b)).toBe(wordLikeness(b, a));
			}),
			{ numRuns: 2_000 },
		);
	});

	it('is between none and all, and all for the same words', () => {
		fc.assert(
			fc.property(words, words, (a, b) => {
				expect(wordLikeness(a, a)).toBe(1);
				expect(wordLikeness(a, b)).toBeGreaterThanOrEqual(0);
				expect(wordLikeness(a, b)).toBeLessThanOrEqual(1);
			}),
		);
	});
});
