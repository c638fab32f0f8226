import { expect, test } from 'vitest';
import { PartsAhead } from '../../src/api/parts-ahead.ts';

test('an answer made ahead is handed out once', async () => {
	const ahead = new PartsAhead<string>();
	ahead.prepare('part 2', 1_000, async () => 'made');
	expect(await ahead.take('part 3', 1_000)).toBeUndefined();
	expect(await ahead.take('part 2', 1_000)).toBe('made');
	expect(await ahead.take('part 2', 1_000)).toBeUndefined();
});

test('one that nobody came for in time is not handed out, nor one from the future of a clock set back', async () => {
	const ahead = new PartsAhead<string>();
	ahead.prepare('part 2', 1_000, async () => 'made');
	expect(await ahead.take('part 2', 11_001)).toBeUndefined();
	ahead.prepare('part 2', 20_000, async () => 'made');
	expect(await ahead.take('part 2', 19_000)).toBeUndefined();
});

test('the oldest give way to the newest', async () => {
	const ahead = new PartsAhead<number>();
	for (let n = 0; n < 20; n++) ahead.prepare(`part ${n}`, 1_000, async () => n);
	const kept = await Promise.all(Array.from({ length: 20 }, (_, n) => ahead.take(`part ${n}`, 1_000)));
	expect(kept.filter((n) => n !== undefined)).toEqual([16, 17, 18, 19]);
});

test('what could not be made is made by the request itself', async () => {
	const ahead = new PartsAhead<string>();
	ahead.prepare('part 2', 1_000, async () => {
		throw new Error('the database is away');
	});
	expect(await ahead.take('part 2', 1_000)).toBeUndefined();
});
