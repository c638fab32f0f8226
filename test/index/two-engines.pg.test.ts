import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACETS, type SearchDocument, type SearchRequest, type Sort } from '../../src/index/engine.ts';
import { eachFacetValue } from '../../src/index/facet-values.ts';
import { OpenSearchEngine } from '../../src/index/opensearch/engine.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { QUERY_FIELDS, type Query } from '../../src/index/query.ts';
import { opensearchMissing, testOpenSearch } from '../support/opensearch.ts';
import { testDatabase } from '../support/postgres.ts';
import { document } from './documents.ts';

const DEEP = process.env['DEEP'] === '1';
const words = [
	'sơn',
	'son',
	'Sớn',
	'lý',
	'lí',
	'Đông',
	'dong',
	'hoà',
	'hòa',
	'2010',
	'漢字',
	'to-an',
	'toán',
	'a',
	"d'Arc",
	'978-0-306-40615-7',
];
const word = fc.constantFrom(...words);
const text = (max: number) => fc.array(word, { minLength: 1, maxLength: max }).map((some) => some.join(' '));
const some = (max: number) => fc.array(text(3), { maxLength: max });

const anyDocument = fc.record({
	title: text(5),
	subtitle: fc.oneof(fc.constant(''), text(3)),
	titles: some(2),
	creators: some(2),
	responsibility: fc.oneof(fc.constant(''), text(3)),
	subjects: some(2),
	publisher: some(1),
	series: some(1),
	notes: some(2),
	classification: fc.constantFrom([], ['510'], ['510.76', '51']),
	identifiers: fc.constantFrom([], ['9780306406157'], ['0317-8471', 'DK 12']),
	year: fc.constantFrom(null, 1999, 2010, 2011),
	languages: fc.constantFrom(['vie'], ['eng', 'vie'], []),
	classLevel: fc.constantFrom(null, '6'),
	libraries: fc.constantFrom(['T1'], ['T1', 'H1'], ['H2']),
});

const leaf: fc.Arbitrary<Query> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({ op: fc.constant('word' as const), field: fc.constantFrom(...QUERY_FIELDS), text: word, prefix: fc.boolean() }),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			op: fc.constant('phrase' as const),
			field: fc.constantFrom(...QUERY_FIELDS),
			text: text(3),
			prefix: fc.boolean(),
		}),
	},
	fc.record({
		op: fc.constant('phrase' as const),
		field: fc.constantFrom('title' as const, 'creator' as const, 'subject' as const),
		text: text(2),
		anchor: fc.constantFrom('start' as const, 'whole' as const),
	}),
	fc.record({ op: fc.constant('years' as const), from: fc.constantFrom(null, 2000, 2010), to: fc.constantFrom(null, 2010) }),
	fc.record({
		op: fc.constant('value' as const),
		facet: fc.constantFrom('library' as const, 'language' as const),
		value: fc.constantFrom('T1', 'vie'),
	}),
	fc.record({ op: fc.constant('record' as const), id: fc.integer({ min: 1, max: 80 }) }),
	fc.constant({ op: 'all' as const }),
);
const { tree } = fc.letrec<{ tree: Query }>((tie) => ({
	tree: fc.oneof(
		{ maxDepth: 3, withCrossShrink: true },
		leaf,
		fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('tree'), { maxLength: 3 }) }),
		fc.record({ op: fc.constant('not' as const), of: tie('tree') }),
	),
}));

/** What the values of the facets of these documents are counted to by hand. */
function countedByHand(documents: readonly SearchDocument[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const one of documents) {
		const own = new Set<string>();
		eachFacetValue(one, (facet, value) => {
			if (facet !== 'title') own.add(`${facet}=${value}`);
		});
		for (const name of own) counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	return counts;
}

describe.runIf(opensearchMissing === null)(opensearchMissing === null ? 'Postgres and OpenSearch' : `needs ${opensearchMissing}`, () => {
	let postgres: PostgresSearchEngine;
	let opensearch: OpenSearchEngine;
	const close: (() => Promise<void>)[] = [];

	beforeAll(async () => {
		const { database, drop } = await testDatabase();
		const server = await testOpenSearch();
		postgres = new PostgresSearchEngine(database.pool);
		opensearch = new OpenSearchEngine(server.url);
		close.push(drop, () => opensearch.close(), server.drop);
	}, 300_000);
	afterAll(async () => {
		for (const one of close) await one();
	});

	it('find, rank and count the same for any tree over any documents', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(anyDocument, { minLength: 20, maxLength: 60 }),
				fc.array(fc.tuple(tree, fc.constantFrom<Sort>('relevance', 'title', 'newest', 'oldest', 'changed'), fc.boolean()), {
					minLength: 40,
					maxLength: 40,
				}),
				async (values, asked) => {
					const documents = values.map((value, i) => document(i + 1, value));
					for (const engine of [postgres, opensearch]) {
						await engine.clear();
						await engine.apply(documents, []);
					}
					for (const [query, sort, filtered] of asked) {
						const filters: SearchRequest['filters'] = filtered ? { library: ['H1', 'H2'] } : {};
						const request: SearchRequest = { query, filters, sort, limit: 100, facets: FACETS, facetLimit: 1_000 };
						const [one, other] = await Promise.all([postgres.search(request), opensearch.search(request)]);
						const said = JSON.stringify({ query, sort, filters });
						expect(other.ids, said).toEqual(one.ids);
						expect(other.total, said).toBe(one.total);
						const hits = documents.filter(({ id }) => one.ids.includes(id));
						const unfiltered = filtered ? await postgres.search({ ...request, filters: {} }) : one;
						const byHand = countedByHand(hits);
						const libraries = countedByHand(documents.filter(({ id }) => unfiltered.ids.includes(id)));
						for (const name of [...byHand.keys()]) if (name.startsWith('library=')) byHand.delete(name);
						for (const [name, count] of libraries) if (name.startsWith('library=')) byHand.set(name, count);
						for (const { facets } of [one, other]) {
							const counted = FACETS.flatMap((facet) =>
								(facets[facet] ?? []).map(({ value, count }) => [`${facet}=${value}`, count] as const),
							);
							expect(new Map(counted), said).toEqual(byHand);
						}
					}
				},
			),
			{ numRuns: DEEP ? 40 : 5, endOnFailure: true },
		);
	}, 540_000);
});
