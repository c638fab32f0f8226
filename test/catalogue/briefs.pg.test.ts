import { afterAll, beforeAll, expect, it } from 'vitest';
import { briefRecords } from '../../src/catalogue/briefs.ts';
import { type PutUnion, TestCatalogue } from '../api/catalogue.ts';

let catalogue: TestCatalogue;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
});
afterAll(() => catalogue.drop());

const union = (id: number, title: string, more: Partial<PutUnion> = {}): PutUnion => ({
	id,
	title,
	members: [{ source: 'tvt-oai', library: 'TVT' }],
	...more,
});

it('a record is rendered once for as long as it does not change, and a change is seen at once', async () => {
	const listed = async (...numbers: number[]) => await briefRecords({ database: catalogue.database.pool }, numbers);
	await catalogue.put(union(1, 'Sách một'), union(2, 'Sách hai'), union(3, 'Sách ba'));
	const before = await listed(3, 1, 9, 2);
	expect(before.map(({ title }) => title)).toEqual(['Sách ba', 'Sách một', 'Sách hai']);
	await catalogue.put(union(1, 'Sách khác'), union(2, '', { state: 'deleted' }));
	const after = await listed(3, 1, 9, 2);
	expect(after.map(({ title }) => title)).toEqual(['Sách ba', 'Sách khác']);
	expect(after[0]).toBe(before[0]);
	await catalogue.put(union(2, 'Sách hai'));
	expect((await listed(2)).map(({ title }) => title)).toEqual(['Sách hai']);
});
