import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SORT_KEY_LENGTH_MAX, sortKey } from '../../src/lib/sort-key.ts';

const sorted = (texts: readonly string[]): string[] =>
	[...texts].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0));
const shuffled = (texts: readonly string[]): fc.Arbitrary<string[]> => fc.shuffledSubarray([...texts], { minLength: texts.length });

describe('sort keys', () => {
	it.each([
		['the alphabet', 'a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y'.split(' ')],
		['tones after letters', ['ba', 'bà', 'bả', 'bã', 'bá', 'bạ', 'ban', 'bă', 'bâ']],
		['words one by one', ['an', 'an ninh', 'an toàn', 'anh', 'ăn']],
		['numbers by value, before letters', ['2', '9', '10', '100', '2019', 'ba']],
		['numbers inside', ['Toán 6', 'Toán 7', 'Toán 10', 'Toán 11']],
		['very long numbers', ['123456789', '1234567890', `9${'0'.repeat(30)}`, 'a']],
		['foreign letters where their base stands', ['e', 'f', 'g', 'i', 'j', 'k', 'v', 'w', 'x', 'y', 'z', 'Я']],
		['punctuation counts for nothing', ['"An" bình', 'An-ninh', '(Ăn)']],
	])('order %s', (_, texts) => {
		fc.assert(
			fc.property(shuffled(texts), (list) => void expect(sorted(list)).toEqual(texts)),
			{ numRuns: 20 },
		);
	});

	it('are the same for capitals, normalisation forms, leading zeros and both styles of tone', () => {
		expect(sortKey('ĐƯỜNG')).toBe(sortKey('đường'));
		expect(sortKey('Tiếng Việt'.normalize('NFD'))).toBe(sortKey('Tiếng Việt'));
		expect(sortKey('Tập 007')).toBe(sortKey('Tập 7'));
		expect(sortKey('hoà')).toBe(sortKey('hòa'));
	});

	it('are short ASCII of a safe alphabet, whatever comes in', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
				expect(sortKey(text)).toMatch(/^[0-9A-Za-z! ]*$/);
				expect(sortKey(text).length).toBeLessThanOrEqual(SORT_KEY_LENGTH_MAX);
			}),
		);
	});
});
