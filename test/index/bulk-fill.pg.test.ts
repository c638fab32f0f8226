import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SearchDocument } from '../../src/index/engine.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { testDatabase } from '../support/postgres.ts';
import { document } from './documents.ts';

const MANY: readonly SearchDocument[] = Array.from({ length: 600 }, (_, i) => document(i + 1, { title: `Toán ${i + 1}` }));
const FEW = [document(601, { title: 'Toán cao cấp' })];

describe('an index that is filled from nothing', () => {
	let made: Awaited<ReturnType<typeof testDatabase>>;
	let original: string[];
	beforeAll(async () => {
		made = await testDatabase();
		original = await inverted();
	});
	afterAll(() => made.drop());

	const engine = (): PostgresSearchEngine => new PostgresSearchEngine(made.database.pool);
	const inverted = async (): Promise<string[]> => {
		const { rows } = await made.database.pool.query<{ indexdef: string }>(
			"select indexdef from pg_indexes where indexdef like '% USING gin %' and tablename like 'search\\_%' order by 1",
		);
		return rows.map(({ indexdef }) => indexdef);
	};
	const found = async (asked: PostgresSearchEngine, text: string): Promise<number> => {
		const { query } = parseSearchBox(text);
		return (await asked.search({ query, filters: {}, sort: 'relevance', limit: 1, facets: [], facetLimit: 1 })).total;
	};

	test('is without its inverted indexes until it settles, and is searched all the same; then they are what the migrations made', async () => {
		expect(original).toHaveLength(2);
		const filling = engine();
		await filling.apply(MANY, []);
		expect(await inverted()).toEqual([]);
		expect([await found(filling, 'toan'), await found(filling, '"toan 17"')]).toEqual([600, 1]);
		expect(await filling.complete('title', 'toan 1', 500)).not.toEqual([]);
		await filling.settle();
		expect(await inverted()).toEqual(original);
		expect(await found(engine(), 'toan')).toBe(600);
	});

	test('keeps them when there are documents already, and while it is brought up to date', async () => {
		await engine().apply(MANY, []);
		await engine().apply(FEW, []);
		expect(await inverted()).toEqual(original);
	});

	test('gets them from the next process to settle when the one that filled it was killed', async () => {
		const killed = engine();
		await killed.clear();
		await killed.apply(MANY, []);
		expect(await inverted()).toEqual([]);
		const next = engine();
		await next.apply(FEW, []);
		await next.settle();
		expect(await inverted()).toEqual(original);
		expect(await found(next, 'toan')).toBe(601);
	});

	test('keeps them for a handful of documents', async () => {
		const filling = engine();
		await filling.clear();
		await filling.apply(FEW, []);
		expect(await inverted()).toEqual(original);
	});
});
