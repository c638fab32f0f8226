import { expect, it } from 'vitest';
import { SharedLook } from '../../src/lib/shared-look.ts';

/** A look at `state` that ends when it is told to. */
function lookable() {
	const ends: (() => void)[] = [];
	const world = { state: 0, looks: 0, end: () => ends.shift()?.() };
	const shared = new SharedLook(async () => {
		world.looks++;
		const seen = world.state;
		await new Promise<void>((resolve) => ends.push(resolve));
		if (seen < 0) throw new Error('nothing to see');
		return seen;
	});
	return { world, shared };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('whoever comes while others look sees what was there when they came, and all of them look once', async () => {
	const { world, shared } = lookable();
	const first = shared.ask();
	world.state = 1;
	const later = Array.from({ length: 5 }, () => shared.ask());
	world.end();
	expect(await first).toBe(0);
	await settled();
	world.state = 2;
	const last = shared.ask();
	world.end();
	expect(await Promise.all(later)).toEqual([1, 1, 1, 1, 1]);
	await settled();
	world.end();
	expect(await last).toBe(2);
	expect(world.looks).toBe(3);
});

it('a look that fails fails for those who share it alone', async () => {
	const { world, shared } = lookable();
	world.state = -1;
	const first = shared.ask();
	first.catch(() => undefined);
	world.state = 3;
	const second = shared.ask();
	world.end();
	await expect(first).rejects.toThrow('nothing to see');
	await settled();
	world.end();
	expect(await second).toBe(3);
});
