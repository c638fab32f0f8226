import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACETS, type SearchDocument, type SearchEngine, type SearchRequest, type Sort } from '../../src/index/engine.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import type { Query } from '../../src/index/query.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { arbitraryQuery, arbitraryQueryOfWords } from './arbitrary-query.ts';
import { document, SHELF } from './documents.ts';
import { type EngineUnderTest, engineContract } from './engine-contract.ts';
import { valuesContract } from './values-contract.ts';

const RUNS = process.env['DEEP'] === '1' ? 3_000 : 300;

/** An engine that searches with the index in memory only: each search waits until it is there. */
class WarmEngine extends PostgresSearchEngine {
	override async search(request: SearchRequest): ReturnType<SearchEngine['search']> {
		await this.warm();
		return await super.search(request);
	}
	override async complete(...asked: Parameters<SearchEngine['complete']>): ReturnType<SearchEngine['complete']> {
		await this.warm();
		return await super.complete(...asked);
	}
	override async facetValues(...asked: Parameters<SearchEngine['facetValues']>): ReturnType<SearchEngine['facetValues']> {
		await this.warm();
		return await super.facetValues(...asked);
	}
}

async function makeEngine(): Promise<EngineUnderTest> {
	const { database, drop } = await testDatabase();
	const engine = new WarmEngine(database.pool);
	return {
		engine,
		close: async () => {
			await engine.close();
			await drop();
		},
	};
}

engineContract('Postgres, the index in memory', makeEngine);
valuesContract('Postgres, the index in memory', makeEngine);

describe('the index in memory', () => {
	let test: TestDatabase;
	let inMemory: WarmEngine;
	let inDatabase: PostgresSearchEngine;
	beforeAll(async () => {
		test = await testDatabase();
		inMemory = new WarmEngine(test.database.pool);
		inDatabase = new PostgresSearchEngine(test.database.pool, 0);
	});
	afterAll(async () => {
		await inMemory.close();
		await test.drop();
	});

	const request = (query: Query, options: Partial<SearchRequest> = {}): SearchRequest => ({
		query,
		filters: {},
		sort: 'relevance',
		limit: 50,
		facets: FACETS,
		facetLimit: 5,
		...options,
	});
	const bothFind = async (asked: SearchRequest): Promise<number> => {
		const [one, other] = await Promise.all([inMemory.search(asked), inDatabase.search(asked)]);
		// lists have numbers of their own
		expect({ ...one, next: null }, JSON.stringify(asked)).toEqual({ ...other, next: null });
		expect(one.next === null).toBe(other.next === null);
		return one.total;
	};

	it('finds, ranks and counts what the database does, for any tree', async () => {
		await inMemory.clear();
		await inMemory.apply(SHELF, []);
		const sorts = fc.constantFrom<Sort>('relevance', 'title', 'newest');
		const filters = fc.record({ library: fc.array(fc.constantFrom('T1', 'H1', 'x'), { maxLength: 2 }) });
		await fc.assert(
			fc.asyncProperty(fc.oneof(arbitraryQuery, arbitraryQueryOfWords), sorts, filters, async (query, sort, filtered) => {
				await bothFind(request(query, { sort, filters: filtered }));
			}),
			{ numRuns: RUNS },
		);
	});

	it('finds volumes however they are numbered, before what only has the words', async () => {
		await inMemory.clear();
		const volumes = [
			document(1, { title: 'Toán 6', titles: ['T.2'], series: ['Kết nối tri thức'] }),
			document(2, { title: 'Toán 6', titles: ['Tập 2'] }),
			document(3, { title: 'Toán 6', titles: ['T.1'] }),
			document(4, { title: 'Toán 6', subjects: ['Sách giáo khoa'], titles: ['Tập 1'], notes: ['Gồm 2 phần'] }),
			document(6, { title: 'Toán 6', titles: ['Tập hai'] }),
			document(5, { title: 'Dạy học', subjects: ['Toán 6'], notes: ['Tập 2'] }),
		];
		await inMemory.apply(volumes, []);
		for (const [typed, ids] of [
			['toan 6 tap 2', [2, 6, 1, 4, 5]],
			['Toán 6 T.2', [1, 2, 5]],
			['toán 6 tập 1', [4, 3]],
			['sgk toan 6', [4]],
		] as const) {
			const { query } = parseSearchBox(typed);
			await bothFind(request(query));
			expect([typed, (await inMemory.search(request(query))).ids]).toEqual([typed, ids]);
		}
	});

	it('does so for long lists, page after page, and as documents change and go', async () => {
		const words = ['lịch', 'sử', 'Việt', 'Nam', 'văn', 'học', 'sách', 'thơ', 'địa', 'lý'];
		const pick = (n: number, i: number): string => words[(n * 7 + i * i * 3 + (n >> i)) % words.length] as string;
		const text = (n: number, length: number): string => Array.from({ length }, (_, i) => pick(n, i)).join(' ');
		const some = (n: number, seq = n): SearchDocument =>
			document(n, {
				seq,
				title: text(n, 1 + (n % 6)),
				subtitle: n % 3 === 0 ? text(n + 1, 3) : '',
				creators: n % 2 === 0 ? [text(n, 2), text(n + 5, 2)] : [],
				subjects: [text(n >> 2, 2)],
				notes: n % 5 === 0 ? [text(n, 8)] : [],
				year: n % 11 === 0 ? null : 1990 + (n % 30),
				libraries: ['T1', ...(n % 4 === 0 ? ['H1'] : []), ...(n % 9 === 0 ? ['H2'] : [])],
			});
		const questions = [
			'sách',
			'lịch sử',
			'"lịch sử"',
			'lich su viet nam',
			'văn học -thơ',
			'l?ch',
			'*ách -v?n h*c',
			'author:"văn học"',
			'title:sách OR subject:địa',
			'vie* 1995',
			'',
		];
		const agree = async (): Promise<void> => {
			for (const text of questions) {
				const { query } = parseSearchBox(text);
				await bothFind(request(query));
				await bothFind(request(query, { limit: 50, offset: 1_310 }));
				await bothFind(request(query, { limit: 30, offset: 985, facets: ['library', 'subject'], filters: { library: ['H1'] } }));
				let [one, other] = await Promise.all([
					inMemory.search(request(query, { limit: 700 })),
					inDatabase.search(request(query, { limit: 700 })),
				]);
				for (let pages = 0; one.next !== null && other.next !== null && pages < 3; pages++) {
					const next = request(query, { limit: 700 });
					[one, other] = await Promise.all([
						inMemory.search({ ...next, after: one.next }),
						inDatabase.search({ ...next, after: other.next }),
					]);
					expect(one.ids).toEqual(other.ids);
				}
			}
		};
		await inMemory.clear();
		await inMemory.apply(
			Array.from({ length: 3_000 }, (_, i) => some(i + 1)),
			[],
		);
		await agree();
		const { apply } = PostgresSearchEngine.prototype;
		await apply.call(
			inDatabase,
			Array.from({ length: 400 }, (_, i) => some(i * 3 + 10, 4_000 + i)),
			[
				{ id: 5, seq: 5_000 },
				{ id: 6, seq: 5_001 },
			],
		);
		await inMemory.apply(
			Array.from({ length: 500 }, (_, i) => some(i + 2_900, 6_000 + i)),
			[{ id: 3_399, seq: 7_000 }],
		);
		await agree();
	});

	it('completes and finds values as the database does, before and after they are counted', async () => {
		const some = (n: number, seq: number): SearchDocument =>
			document(n, { seq, title: `Sử ${n % 17} lịch sử tập ${n % 5}`, creators: [`Nguyễn ${n % 7}`, `An Nguyễn ${n % 3}`] });
		const agree = async (): Promise<void> => {
			for (const text of ['s', 'su', 'su 1', 'lịch sử t', 'tap', 'nguyen', 'nguyen 1', 'an ng', 'zzz', '...']) {
				for (const of of ['title', 'creator', 'subject'] as const)
					expect(await inMemory.complete(of, text, 6), text).toEqual(await inDatabase.complete(of, text, 6));
				const { query } = parseSearchBox('tap');
				const values = await inDatabase.facetValues({ query, filters: { creator: ['x'] } }, 'creator', text, 100);
				expect(await inMemory.facetValues({ query, filters: { creator: ['x'] } }, 'creator', text, 100), text).toEqual(values);
			}
		};
		await inMemory.clear();
		await inMemory.apply(
			Array.from({ length: 40 }, (_, i) => some(i + 1, i + 1)),
			[],
		);
		await inMemory.settle();
		await agree();
		await inDatabase.apply([document(41, { seq: 100, title: 'Sử mới', creators: ['Nguyễn Mới'] })], []);
		await agree();
		await inDatabase.apply(
			Array.from({ length: 40 }, (_, i) => some(i + 30, i + 200)),
			[],
		);
		await inDatabase.settle();
		await agree();
	});

	it('is let go where it takes too much memory', async () => {
		const small = new PostgresSearchEngine(test.database.pool, 100_000);
		await expect(small.warm()).rejects.toThrow('bytes of memory');
		await expect(small.warm()).rejects.toThrow('bytes of memory');
		await small.warm();
		const { query } = parseSearchBox('sách');
		expect((await small.search(request(query))).total).toBe((await inDatabase.search(request(query))).total);
		await small.close();
	});
});
