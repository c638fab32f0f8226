import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskPattern } from '../../src/index/mask.ts';
import { Lexicon } from '../../src/index/postgres/memory/lexicon.ts';

const ANY = { sign: '*' } as const;
const ONE = { sign: '?' } as const;

describe('a word with signs', () => {
	it.each([
		[['ngu', ANY, 'n'], 'ngu*n'],
		[['Đ', ONE, 'Ng'], 'd?ng'],
		[['ki', ANY, 'ng'], 'ki*ng'],
		[[ANY, 'ỌC'], undefined],
		[[ANY, 'học', ANY], '*hoc*'],
		[['a', ANY, ANY, 'bc'], 'a*bc'],
		[['漢', ONE, '字'], '漢?字'],
		[['a', ONE], undefined],
		[['ab', ANY, 'c-d'], undefined],
		[['abc', ONE, ONE, ONE, ONE, ONE, ONE], undefined],
	])('%j is %s', (pieces, pattern) => {
		const read = maskPattern(pieces);
		expect('pattern' in read ? read.pattern : undefined).toBe(pattern);
	});
});

describe('words that look so', () => {
	it('are those that a regular expression finds', () => {
		const letter = fc.constantFrom('a', 'b', 'ă', '字', '𝔸');
		const words = fc.uniqueArray(
			fc.array(letter, { minLength: 1, maxLength: 5 }).map((all) => all.join('')),
			{ maxLength: 40 },
		);
		const pattern = fc.array(fc.oneof(letter, fc.constantFrom('*', '?')), { maxLength: 5 }).map((all) => all.join(''));
		fc.assert(
			fc.property(words, pattern, fc.constantFrom('', 'P'), (all, looks, mark) => {
				const lexicon = new Lexicon();
				for (const word of [...all, ...all.map((one) => `P${one}`)]) {
					const bytes = Buffer.from(word);
					lexicon.add(bytes, 0, bytes.length);
				}
				const wanted = new RegExp(`^${looks.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
				const found = lexicon.lookingLike(mark, looks).sort((a, b) => a - b);
				expect(found).toEqual(all.flatMap((word) => (wanted.test(word) ? [lexicon.find(mark + word)] : [])).sort((a, b) => a - b));
			}),
			{ numRuns: 500 },
		);
	});
});
