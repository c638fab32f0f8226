import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPLETED, type Facet, type SearchEngine } from '../../src/index/engine.ts';
import { OpenSearchEngine } from '../../src/index/opensearch/engine.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { opensearchMissing, testOpenSearch } from '../support/opensearch.ts';
import { document } from './documents.ts';
import { type EngineUnderTest, engineContract } from './engine-contract.ts';
import { valuesContract } from './values-contract.ts';

/** An engine that completes from names in memory only: each time it waits until they are there. */
class WarmEngine extends OpenSearchEngine {
	override async complete(...asked: Parameters<SearchEngine['complete']>): ReturnType<SearchEngine['complete']> {
		await this.warm();
		return await super.complete(...asked);
	}
}

async function testEngine(make: (url: string) => OpenSearchEngine): Promise<EngineUnderTest> {
	const { url, drop } = await testOpenSearch();
	const engine = make(url);
	return {
		engine,
		close: async () => {
			await engine.close();
			await drop();
		},
	};
}

describe.runIf(opensearchMissing === null)(opensearchMissing === null ? 'with a server' : `needs ${opensearchMissing}`, () => {
	engineContract('OpenSearch', () => testEngine((url) => new OpenSearchEngine(url, 0)));
	valuesContract('OpenSearch', () => testEngine((url) => new OpenSearchEngine(url, 0)));
	valuesContract('OpenSearch, names in memory', () => testEngine((url) => new WarmEngine(url)));

	it('what others write is found at once, though answers are kept', async () => {
		const { url, drop } = await testOpenSearch();
		const [reader, writer] = [new OpenSearchEngine(url), new OpenSearchEngine(url)];
		const asked = { query: parseSearchBox('son').query, filters: {}, limit: 10, facetLimit: 10 };
		const titles = async (): Promise<unknown> => {
			const { ids, total, facets } = await reader.search({ ...asked, sort: 'relevance', facets: ['creator'] });
			const completed = await reader.complete('title', 'so', 10);
			return [[...ids].sort(), total, facets.creator, completed.map(({ value }) => value).sort()];
		};
		await writer.apply([document(1, { title: 'Sơn 1', creators: ['A'] })], []);
		const one = [[1], 1, [{ value: 'A', count: 1 }], ['Sơn 1']];
		for (let times = 0; times < 3; times++) expect(await titles()).toEqual(one);
		await writer.apply([document(2, { title: 'Sơn 2', creators: ['A'] })], []);
		expect(await titles()).toEqual([[1, 2], 2, [{ value: 'A', count: 2 }], ['Sơn 1', 'Sơn 2']]);
		await writer.apply([], [{ id: 1, seq: 9 }]);
		expect(await titles()).toEqual([[2], 1, [{ value: 'A', count: 1 }], ['Sơn 2']]);
		// another index takes the place of this one
		const next = await writer.nextIndex();
		await next.apply([document(1, { title: 'Sơn 1', creators: ['A'] })], []);
		expect((await titles()) as unknown[]).toContain(1);
		await next.finish();
		expect(await titles()).toEqual(one);
		await writer.clear();
		expect(await titles()).toEqual([[], 0, [], []]);
		for (const engine of [reader, writer]) await engine.close();
		await drop();
	});

	it('knows the answers for the commonest words once warm, whichever facets and however many of them are asked for', async () => {
		const { url, drop } = await testOpenSearch();
		const engine = new OpenSearchEngine(url);
		const titles = ['Sơn Nam', 'Sơn Ca', 'Biển'];
		await engine.apply(
			titles.map((title, i) => document(i + 1, { title, creators: ['A', 'B'] })),
			[],
		);
		await engine.warm();
		const asked = { filters: {}, sort: 'relevance', limit: 1, facetLimit: 1 } as const;
		const search = async (text: string, facets: readonly Facet[], more = {}) =>
			await engine.search({ ...asked, query: parseSearchBox(text).query, facets, ...more });
		/** Searches that the server has been asked for. */
		const searches = async (): Promise<number> => {
			const answer = (await (await fetch(`${url}/_stats/search`)).json()) as { _all: { total: { search: { query_total: number } } } };
			return answer._all.total.search.query_total;
		};
		const before = await searches();
		const one = await search('son', ['creator']);
		expect([one.total, one.ids.length, one.facets]).toEqual([2, 1, { creator: [{ value: 'A', count: 2 }] }]);
		expect(one.next).not.toBeNull();
		const two = await search('SON', ['language', 'creator'], { limit: 20, facetLimit: 20 });
		expect([two.ids.length, two.facets.creator?.length, two.next]).toEqual([2, 2, null]);
		expect(await searches()).toBe(before);
		// marks are a matter of order alone: what is counted is known
		await search('sơn', ['creator', 'subject']);
		expect(await searches()).toBe(before + 1);
		// with a filter others are counted
		await search('son', ['creator', 'kind'], { filters: { kind: ['text'] } });
		expect(await searches()).toBe(before + 3);
		await engine.close();
		await drop();
	});

	it('counts values exactly where the server searches several segments at once', async () => {
		const { url, drop } = await testOpenSearch();
		const engine = new OpenSearchEngine(url);
		const concurrency = async (mode: string | null, slices: number | null): Promise<void> => {
			const settings = { 'search.concurrent_segment_search.mode': mode, 'search.concurrent.max_slice_count': slices };
			const answer = await fetch(new URL('/_cluster/settings', url), {
				method: 'PUT',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ transient: settings }),
			});
			expect(await answer.text()).toContain('"acknowledged":true');
		};
		// one value in every segment, behind twenty that each segment has more of
		let id = 0;
		for (let segment = 0; segment < 8; segment++) {
			const others = Array.from({ length: 60 }, (_, i) => document(++id, { creators: [`A ${segment}.${i % 20}`] }));
			await engine.apply([...others, document(++id, { creators: ['Z'] })], []);
		}
		await concurrency('all', 4);
		try {
			const request = { query: { op: 'all' }, filters: {}, sort: 'title', limit: 0, facets: ['creator'], facetLimit: 1 } as const;
			expect((await engine.search(request)).facets.creator).toEqual([{ value: 'Z', count: 8 }]);
		} finally {
			await concurrency(null, null);
		}
		await engine.close();
		await drop();
	});

	it('completes the same from memory and from the index, whatever the values are', async () => {
		const { url, drop } = await testOpenSearch();
		const [warm, cold] = [new WarmEngine(url), new OpenSearchEngine(url, 0)];
		const word = fc.constantFrom(
			'sơn',
			'son',
			'Sớn',
			'lý',
			'lí',
			'Đông',
			'đồng',
			'hoà',
			'2010',
			'to-an',
			'toán',
			'a',
			"d'Arc",
			'漢字',
			'!',
		);
		const value = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
		const named = fc.record({ title: value, creators: fc.array(value, { maxLength: 2 }), subjects: fc.array(value, { maxLength: 2 }) });
		await fc.assert(
			fc.asyncProperty(
				fc.array(named, { minLength: 1, maxLength: 30 }),
				fc.array(value, { minLength: 10, maxLength: 10 }),
				async (all, asked) => {
					await cold.clear();
					await cold.apply(
						all.map((one, i) => document(i + 1, one)),
						[],
					);
					for (const text of asked)
						for (const of of COMPLETED) expect(await warm.complete(of, text, 100)).toEqual(await cold.complete(of, text, 100));
				},
			),
			{ numRuns: process.env['DEEP'] === '1' ? 100 : 10 },
		);
		for (const engine of [warm, cold]) await engine.close();
		await drop();
	});
});
