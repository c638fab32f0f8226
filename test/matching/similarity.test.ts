import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameLikeness, publisherLikeness, wordLikeness } from '../../src/matching/similarity.ts';

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

const asText = (syllables: fc.Arbitrary<string>, lengthMax: number): fc.Arbitrary<string> =>
	fc.array(syllables, { minLength: 1, maxLength: lengthMax }).map((words) => words.join(' '));

describe('likeness that does not hang on which of the two comes first', () => {
	it('of names is the same both ways round', () => {
		const names = asText(fc.constantFrom('hoa', 'hoaa', 'h', 'n', 'nguyen', 'nguyenn', 'ngyuen', 'minh', 'mihn', 'thuong', 'anh', 'a'), 4);
		fc.assert(
			fc.property(names, names, (a, b) => {
				expect(nameLikeness(a, b)).toBe(nameLikeness(b, a));
			}),
			{ numRuns: 5_000 },
		);
	});

	it('of publishers is the same both ways round', () => {
		const publishers = asText(fc.constantFrom('giao', 'giaoo', 'gd', 'nxb', 'duc', 'dai', 'hoc', 'su', 'pham', 'va', 'g', 'khoa'), 4);
		fc.assert(
			fc.property(publishers, publishers, (a, b) => {
				expect(publisherLikeness(a, b)).toBe(publisherLikeness(b, a));
			}),
			{ numRuns: 5_000 },
		);
	});
});
