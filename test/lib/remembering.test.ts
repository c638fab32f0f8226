import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remembering } from '../../src/lib/remembering.ts';

describe('a function that remembers', () => {
	it('gives what the function gives, null too, for any texts in any order', () => {
		const of = (text: string): string | null => (text.length % 3 === 0 ? null : text.toUpperCase());
		const remembers = remembering(of, 5);
		const text = fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('__proto__', 'constructor', 'x'.repeat(400)));
		fc.assert(fc.property(fc.array(text), (texts) => void expect(texts.map(remembers)).toEqual(texts.map(of))));
	});

	it('asks once for what came lately, again for what came long ago, and always for long texts', () => {
		const asked: string[] = [];
		const remembers = remembering((text) => asked.push(text), 4);
		for (const text of ['a', 'a', 'b', 'c', 'd', 'e', 'e', 'a', 'e']) remembers(text);
		expect(asked).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
		const long = 'x'.repeat(301);
		remembers(long);
		remembers(long);
		expect(asked.slice(6)).toEqual([long, long]);
	});
});
