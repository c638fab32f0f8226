import { describe, expect, it } from 'vitest';
import { keepLast } from '../../src/lib/recently-used.ts';

describe('keepLast', () => {
	it('keeps what was used last, at most so much and seven eighths of it at least', () => {
		const entries = new Map<number, string>();
		for (let i = 0; i < 1000; i++) {
			if (entries.has(7)) keepLast(entries, 7, 'used again', 80);
			keepLast(entries, i, String(i), 80);
			expect(entries.size).toBeLessThanOrEqual(80);
			if (i >= 80) expect(entries.size).toBeGreaterThanOrEqual(70);
		}
		const kept = [...entries.keys()].filter((key) => key !== 7);
		expect(entries.get(7)).toBe('used again');
		expect(kept).toEqual(kept.map((_, at) => 1000 - kept.length + at));
	});

	it('keeps a single entry when one is all there may be', () => {
		const entries = new Map([['a', 1]]);
		keepLast(entries, 'b', 2, 1);
		expect([...entries]).toEqual([['b', 2]]);
	});
});
