import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MatchedFeatures } from '../../src/catalogue/matched-features.ts';
import { textReader } from '../../src/lib/packed-texts.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, matchAll } from '../support/world.ts';

let made: TestDatabase;
let ids: number[];
beforeAll(async () => {
	made = await testDatabase();
	const source = await addSource(made.database, 'hp-01');
	await harvestList(
		made.database,
		source,
		['Nhà nghèo', 'O chuột'].map((title, n) => ({ identifier: `a${n}`, title, author: 'Tô Hoài', year: 1942, pages: 100 })),
	);
	await matchAll(made.database);
	const { rows } = await made.database.pool.query<{ id: number }>('select record_id as id from cluster_member order by 1');
	ids = rows.map(({ id }) => id);
});
afterAll(() => made.drop());

/** What is packed, by record. */
async function packed(features: MatchedFeatures, asked: readonly number[]): Promise<(string | undefined)[]> {
	const { places, texts } = await features.packed(asked);
	const read = textReader(texts);
	return asked.map((id) => (places.has(id) ? read(places.get(id) as number) : undefined));
}

it('features are given as they were matched, packed and as texts, and none of who is in no union record', async () => {
	const features = new MatchedFeatures(made.database.pool);
	const [first, second] = await packed(features, ids);
	expect([first?.includes('nha ngheo'), second?.includes('o chuot')]).toEqual([true, true]);
	expect(await packed(features, [...ids, 999_999])).toEqual([first, second, undefined]);
	expect([...(await features.of([...ids, 999_999]))]).toEqual(ids.map((id, n) => [id, [first, second][n]]));
});

it('what the transaction under way matches stands, whatever was being read when it was set', async () => {
	const [id = 0] = ids;
	const late: { features?: MatchedFeatures } = {};
	const beside = {
		query: async (asked: pg.QueryConfig): Promise<pg.QueryResult> => {
			const read = await made.database.pool.query(asked);
			late.features?.set(id, 'now');
			return read;
		},
	} as unknown as pg.Pool;
	late.features = new MatchedFeatures(beside);
	await late.features.packed([id]);
	expect(await packed(late.features, [id])).toEqual(['now']);
	expect([...(await late.features.of([id]))]).toEqual([[id, 'now']]);
});
