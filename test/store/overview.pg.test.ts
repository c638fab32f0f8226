import { afterAll, beforeAll, expect, it } from 'vitest';
import { recentHarvests } from '../../src/store/overview.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList } from '../support/world.ts';

let made: TestDatabase;
beforeAll(async () => {
	made = await testDatabase();
});
afterAll(() => made.drop());

it('what is missing from a whole list counts among what the harvest deleted', async () => {
	const source = await addSource(made.database, 'hp-01');
	const one = { identifier: 'a', title: 'Toán 6' };
	const two = { identifier: 'b', title: 'Toán 7' };
	const three = { identifier: 'c', title: 'Toán 8' };
	await harvestList(made.database, source, [one, two, three]);
	await harvestList(made.database, source, [one, { identifier: 'b', deleted: true }], { whole: true });
	expect(await recentHarvests(made.database.pool, 2)).toMatchObject([
		{ created: 0, updated: 0, deleted: 2 },
		{ created: 3, updated: 0, deleted: 0 },
	]);
});
