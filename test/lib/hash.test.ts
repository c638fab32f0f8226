import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hash32, hash53 } from '../../src/lib/hash.ts';

it('gives integers in range, the same for the same text', () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			expect(Number.isSafeInteger(hash53(text)) && hash53(text) >= 0).toBe(true);
			expect(hash32(text) | 0).toBe(hash32(text));
			expect(hash53(text)).toBe(hash53(text));
		}),
	);
});

it('has no collision in 53 bits among 200,000 texts that differ little', () => {
	const seen = new Set<number>();
	for (let i = 0; i < 100_000; i++) {
		seen.add(hash53(`title ${i}`));
		seen.add(hash53(`${i} title`));
	}
	expect(seen.size).toBe(200_000);
});

it('has about as many collisions in 32 bits as chance gives', () => {
	const count = 100_000;
	const seen = new Set<number>();
	for (let i = 0; i < count; i++) seen.add(hash32(`isbn 978604${i}`));
	// chance gives count^2 / 2^33: about 1
	expect(count - seen.size).toBeLessThan(10);
});

it('spreads its bits: each bit of the hash is set in about half of many texts', () => {
	const count = 20_000;
	const ones = Array.from({ length: 53 }, () => 0);
	for (let i = 0; i < count; i++) {
		const bits = hash53(`author nguyen ${i}`).toString(2).padStart(53, '0');
		for (let b = 0; b < 53; b++) if (bits[b] === '1') ones[b] = (ones[b] as number) + 1;
	}
	for (const n of ones) expect(Math.abs(n - count / 2)).toBeLessThan(count * 0.025);
});
