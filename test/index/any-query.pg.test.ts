import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FACETS, type SearchRequest, type Sort } from '../../src/index/engine.ts';
import { partFilters, withFilters } from '../../src/index/filters.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import type { Query } from '../../src/index/query.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { arbitraryQuery, arbitraryQueryOfWords } from './arbitrary-query.ts';
import { SHELF } from './documents.ts';

const RUNS = process.env['DEEP'] === '1' ? 3_000 : 200;

let test: TestDatabase;
let engine: PostgresSearchEngine;
beforeAll(async () => {
	test = await testDatabase();
	engine = new PostgresSearchEngine(test.database.pool);
	await engine.apply(SHELF, []);
});
afterAll(async () => {
	await test.drop();
});

const request = (query: Query, filters: SearchRequest['filters'], sort: Sort): SearchRequest => ({
	query,
	filters,
	sort,
	limit: 50,
	facets: FACETS,
	facetLimit: 5,
});

it('any tree runs', async () => {
	await fc.assert(
		fc.asyncProperty(arbitraryQuery, fc.constantFrom<Sort>('changed', 'oldest', 'relevance'), async (query, sort) => {
			const { total, ids } = await engine.search(request(query, {}, sort));
			expect(ids.length).toBe(Math.min(50, total));
		}),
		{ numRuns: RUNS },
	);
});

it('a tree finds the same with its filters apart', async () => {
	const anyFilters = fc.record({ library: fc.array(fc.constantFrom('T1', 'H1', 'x'), { maxLength: 2 }) });
	await fc.assert(
		fc.asyncProperty(
			arbitraryQueryOfWords,
			anyFilters,
			fc.constantFrom<Sort>('title', 'newest', 'relevance'),
			async (query, filters, sort) => {
				const tree = withFilters(query, filters);
				const whole = await engine.search(request(tree, {}, sort));
				const { query: rest, filters: apart } = partFilters(tree);
				const parted = await engine.search(request(rest, apart, sort));
				expect(parted.total).toBe(whole.total);
				expect(parted.ids.toSorted()).toEqual(whole.ids.toSorted());
			},
		),
		{ numRuns: RUNS },
	);
});

it('any string is a tree that runs', async () => {
	await fc.assert(
		fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
			const { total, ids } = await engine.search(request(parseSearchBox(text).query, {}, 'relevance'));
			expect(ids.length).toBe(Math.min(50, total));
		}),
		{ numRuns: RUNS },
	);
});
