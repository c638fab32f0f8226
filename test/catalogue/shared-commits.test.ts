import { expect, test } from 'vitest';
import { SharedCommits } from '../../src/catalogue/shared-commits.ts';

const never = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
const atOnce = { now: () => 0, sleep: () => Promise.resolve() };
const settled = () => new Promise((resolve) => setImmediate(resolve));
const noMore = () => Promise.resolve();

test('parts wait for each other, and what waits when a transaction ends shares the next', async () => {
	const written: number[][] = [];
	const ends: (() => void)[] = [];
	const commits = new SharedCommits<number>((parts) => {
		written.push([...parts]);
		return new Promise((resolve) => ends.push(resolve));
	}, never);
	for (const part of [1, 2, 3]) commits.add(part);
	await settled();
	expect(written).toEqual([]);
	commits.add(4);
	await settled();
	expect(written).toEqual([[1, 2, 3, 4]]);
	for (const part of [5, 6, 7, 8, 9]) commits.add(part);
	ends[0]?.();
	await settled();
	expect(written).toEqual([
		[1, 2, 3, 4],
		[5, 6, 7, 8, 9],
	]);
	expect(commits.waiting).toEqual([5, 6, 7, 8, 9]);
});

test('a part that stays alone is committed after a moment, or when nothing more is to come', async () => {
	const written: number[][] = [];
	const commit = async (parts: readonly number[]) => void written.push([...parts]);
	const soon = new SharedCommits<number>(commit, atOnce);
	soon.add(1);
	await settled();
	expect(written).toEqual([[1]]);
	const last = new SharedCommits<number>(commit, never);
	last.add(2);
	await last.flush(async () => last.add(3));
	expect(written.flat()).toEqual([1, 2, 3]);
	expect(last.waiting).toEqual([]);
});

test('there is room again when a transaction has ended, though more parts wait', async () => {
	const ends: (() => void)[] = [];
	const commits = new SharedCommits<number>(() => new Promise((resolve) => ends.push(resolve)), never);
	for (let part = 1; part <= 6; part++) commits.add(part);
	let isRoom = false;
	const room = commits.room().then(() => {
		isRoom = true;
	});
	await settled();
	expect(isRoom).toBe(false);
	commits.add(7);
	ends[0]?.();
	await room;
	expect(commits.waiting).toEqual([7]);
});

test('after a failure nothing is committed, and the first one is told', async () => {
	const written: number[][] = [];
	const commits = new SharedCommits<number>(async (parts) => {
		written.push([...parts]);
		throw new Error('no room on disk');
	}, never);
	for (let part = 1; part <= 4; part++) commits.add(part);
	await commits.flush(noMore);
	commits.fail(new Error('later'));
	commits.add(5);
	await commits.room();
	await commits.flush(noMore);
	expect(written).toEqual([[1, 2, 3, 4]]);
	expect(() => commits.throwFailure()).toThrow('no room on disk');
});
