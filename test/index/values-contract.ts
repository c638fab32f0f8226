import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { didYouMean } from '../../src/catalogue/suggest.ts';
import type { SearchEngine, SearchResult } from '../../src/index/engine.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { document } from './documents.ts';
import type { EngineUnderTest } from './engine-contract.ts';

const BOOKS = [
	document(1, { title: 'Lịch sử Việt Nam', creators: ['Nguyễn Văn An'], subjects: ['Lịch sử'], year: 1999 }),
	document(2, { title: 'Lịch sử Việt Nam', creators: ['Nguyễn Nhật Ánh'], subjects: ['Lịch sử'], year: 2001, libraries: ['H1'] }),
	document(3, { title: 'Lịch sự trong giao tiếp', creators: ['Trần Thị Bình'], subjects: ['Ứng xử'], year: 2010 }),
	document(4, {
		title: 'Những câu chuyện lịch sử',
		creators: ['Nguyễn Nhật Ánh', 'Tô Hoài'],
		subjects: ['Lịch sử', 'Thiếu nhi'],
		year: null,
	}),
	document(5, { title: 'Truyện Kiều', creators: ['Nguyễn Du'], subjects: ['Thơ'], year: 1820 }),
	document(6, { title: 'Nghiên cứu giáo dục', creators: ['(Ban) "biên*tập" [x]'], subjects: ['Giáo dục & đào tạo'] }),
	...Array.from({ length: 6 }, (_, i) =>
		document(10 + i, { title: `Lịch sử địa phương ${i}`, subjects: ['Lịch sử'], creators: ['Sử quán'] }),
	),
];

/** What every engine knows of words and values. */
export function valuesContract(name: string, makeEngine: () => Promise<EngineUnderTest>): void {
	describe(`${name}: words and values`, () => {
		let made: EngineUnderTest;
		let engine: SearchEngine;

		beforeAll(async () => {
			made = await makeEngine();
			engine = made.engine;
			await engine.clear();
			await engine.apply(BOOKS, []);
			await engine.settle();
		}, 300_000);
		afterAll(() => made?.close());

		const completed = async (of: 'title' | 'creator' | 'subject', text: string, limit = 10): Promise<string[]> =>
			(await engine.complete(of, text, limit)).map(({ value, count }) => `${value} ${count}`);

		it('completes titles, those that begin so first, then the most frequent', async () => {
			expect(await completed('title', 'lich su v')).toEqual(['Lịch sử Việt Nam 2']);
			expect((await completed('title', 'Lịch s', 3))[0]).toBe('Lịch sử Việt Nam 2');
			expect((await completed('title', 'lich su', 20)).at(-1)).toBe('Những câu chuyện lịch sử 1');
			expect(await completed('title', 'lich su', 1)).toHaveLength(1);
			expect(await completed('title', 'zzz')).toEqual([]);
			expect(await completed('title', '???')).toEqual([]);
		});

		it('completes creators and subjects, from any word on', async () => {
			expect(await completed('creator', 'nguyen nh')).toEqual(['Nguyễn Nhật Ánh 2']);
			expect(await completed('creator', 'nhat anh')).toEqual(['Nguyễn Nhật Ánh 2']);
			expect((await completed('creator', 'nguyen')).sort()).toEqual(['Nguyễn Du 1', 'Nguyễn Nhật Ánh 2', 'Nguyễn Văn An 1']);
			expect(await completed('subject', 'giao duc')).toEqual(['Giáo dục & đào tạo 1']);
			expect(await completed('creator', 'bien tap')).toEqual(['(Ban) "biên*tập" [x] 1']);
		});

		it('knows how many records have a word', async () => {
			expect(await engine.wordCounts(['lich', 'kieu', 'zzz'])).toEqual(
				new Map([
					['lich', 10],
					['kieu', 1],
					['zzz', 0],
				]),
			);
			expect(await engine.wordCounts([])).toEqual(new Map());
		});

		it('searches inside a facet among the hits', async () => {
			const values = async (q: string, text: string, filters = {}) =>
				(await engine.facetValues({ query: parseSearchBox(q).query, filters }, 'creator', text, 10)).map(
					({ value, count }) => `${value} ${count}`,
				);
			expect(await values('lich su', 'nguy')).toEqual(['Nguyễn Nhật Ánh 2', 'Nguyễn Văn An 1']);
			expect(await values('', 'anh nguy')).toEqual(['Nguyễn Nhật Ánh 2']);
			expect(await values('lich su', '')).toEqual(['Sử quán 6', 'Nguyễn Nhật Ánh 2', 'Nguyễn Văn An 1', 'Tô Hoài 1', 'Trần Thị Bình 1']);
			expect(await values('lich', 'nguy', { library: ['H1'], creator: ['Tô Hoài'] })).toEqual(['Nguyễn Nhật Ánh 1']);
			expect(await values('', '.*')).toHaveLength(7);
			expect(await values('', 'zzz')).toEqual([]);
			expect(await values('???', 'nguy')).toEqual([]);
		});

		it('counts records by ten years', async () => {
			const { facets } = await engine.search({
				query: parseSearchBox('').query,
				filters: { decade: ['1990-1999', '2010-2019'] },
				sort: 'title',
				limit: 10,
				facets: ['decade'],
				facetLimit: 2,
			});
			expect(facets.decade?.[0]).toEqual({ value: '2000-2009', count: 8 });
		});

		it.each([
			['lichj suwr', 'lịch sử'],
			['lich5 su73', 'lịch sử'],
			['lick su', 'lịch sử'],
			['lịch xử', 'lịch sử'],
			['lichsu', 'lịch sử'],
			['chuyện kìu', 'truyện kiều'],
			['nguyen nhat anj', 'nguyễn nhật ánh'],
			['giao zuc', 'giáo dục'],
			// the last word is not finished
			['lich su dia phu', 'lịch sử địa phương'],
			['những câu ch', 'những câu chuyện'],
			['nguyen nhat a', 'nguyễn nhật ánh'],
		])('suggests for %s what was meant', async (typed, meant) => {
			expect((await didYouMean({ engine }, typed))?.text).toBe(meant);
		});

		it.each(['lich su', 'lịch sử', '', 'qqqqqq', '!!!', 'truyện kiều', '-lichj suwr', 'lớp:lichj suwr'])(
			'suggests nothing for %s',
			async (typed) => {
				expect(await didYouMean({ engine }, typed)).toBeNull();
			},
		);

		it('keeps the order of the first page while what was found changes', async () => {
			const many = Array.from({ length: 60 }, (_, i) => document(100 + i, { title: `Sách hay ${i}`, libraries: ['T1'] }));
			await engine.apply(many, []);
			const ask = (after?: SearchResult['next']) =>
				engine.search({
					query: parseSearchBox('sach hay').query,
					filters: {},
					sort: 'relevance',
					limit: 20,
					facets: [],
					facetLimit: 0,
					...(after ? { after } : {}),
				});
			const first = await ask();
			const second = await ask(first.next);
			// the last becomes the best, and one of the third page goes
			await engine.apply([document(100, { seq: 9_000, title: 'Sách hay', libraries: ['T1', 'T2'] })], [{ id: 105, seq: 9_001 }]);
			const third = await ask(second.next);
			expect([...first.ids, ...second.ids, ...third.ids]).toEqual(many.map(({ id }) => id).reverse());
			expect(third.next).toBeNull();
			expect((await ask()).ids[0]).toBe(100);
		});
	});
}
