import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FACETS, type Scannable, type SearchEngine, type SearchRequest, type SearchResult, type Sort } from '../../src/index/engine.ts';
import type { Query } from '../../src/index/query.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { document, SHELF } from './documents.ts';

export interface EngineUnderTest {
	readonly engine: SearchEngine;
	close(): Promise<void>;
}

const request = (query: string | Query, options: Partial<SearchRequest> = {}): SearchRequest => ({
	query: typeof query === 'string' ? parseSearchBox(query).query : query,
	filters: {},
	sort: 'relevance',
	limit: 100,
	facets: [],
	facetLimit: 100,
	...options,
});

/** What every search engine must do, whatever is behind it. */
export function engineContract(name: string, makeEngine: () => Promise<EngineUnderTest>): void {
	describe(name, () => {
		let made: EngineUnderTest;
		let engine: SearchEngine;
		const search = (query: string | Query, options: Partial<SearchRequest> = {}): Promise<SearchResult> =>
			engine.search(request(query, options));
		const found = async (query: string | Query, options: Partial<SearchRequest> = {}): Promise<number[]> =>
			[...(await search(query, options)).ids].sort((a, b) => a - b);

		beforeAll(async () => {
			made = await makeEngine();
			engine = made.engine;
		}, 300_000);
		afterAll(() => made?.close());

		describe('a shelf', () => {
			beforeAll(async () => {
				await engine.clear();
				await engine.apply(SHELF, []);
			});

			it('finds what will do in place of a word', async () => {
				const word = { op: 'word', field: 'title', text: 'qqq' } as const;
				expect(await found(word)).toEqual([]);
				expect(await found({ ...word, alike: ['ly son', 'qqq qqq'] })).toEqual([1, 2, 3]);
				expect(await found({ op: 'and', of: [{ op: 'all' }, { op: 'not', of: { ...word, alike: ['ly son'] } }] })).toEqual([
					4, 5, 6, 7, 8, 9, 10,
				]);
			});

			it.each<[string, number[]]>([
				['', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
				['ly son', [1, 2, 3, 4]],
				['lý sơn', [1, 2, 3, 4]],
				['"ly son"', [1, 2, 3, 4]],
				['title:"ly son"', [1, 2, 3]],
				['"son va"', [4]],
				['"lý truyện"', []],
				['dao viet nam', [1]],
				['dong', [4, 5, 7]],
				['đông', [4, 5, 7]],
				['title:đồng', [7]],
				['nxb:"kim đồng"', [5]],
				['publisher:toan', []],
				['tung-thu:"cánh diều"', [5, 6]],
				['note:toan', [8]],
				['author:lý', [4]],
				['author:son', [4]],
				['subject:dao', [1]],
				['ky thuat', [8]],
				['kĩ thuật', [8]],
				['hòa bình', [8]],
				['toan -"bai tap"', [5, 8]],
				['NOT toan', [1, 2, 3, 4, 7, 9, 10]],
				['truyện OR biển', [3, 4]],
				['(lý OR toán) 6', [5, 6]],
				['thu*', [8]],
				['nguy* an', [1]],
				['th*', []],
				['ngu*n', [1]],
				['s?n', [1, 2, 3, 4]],
				['*uyen', [1, 3]],
				['*ru*en*', [3]],
				['title:*uyen', [3]],
				['author:*UYỄN', [1]],
				['nxb:k?m', [5]],
				['tùng-thư:*iều', [5, 6]],
				['note:b?en', [4]],
				['20?1', [2, 5, 6]],
				['?21', []],
				['*phù', []],
				['toan -b?i', [5, 8]],
				['t?an 6', [5, 6]],
				['"so hoc"', [5]],
				['漢字', [9]],
				['2021', [5, 6]],
				["o'brien", [10]],
				['year:2021', [5, 6]],
				['year:2010-2015', [1, 2, 4]],
				['year:-1985 OR year:2021', [5, 6, 9, 10]],
				['ly year:2011-', [2, 4]],
				['NOT year:1900-2099', [3]],
				['thư-viện:H1', [1, 2]],
				['thư-viện:H1 OR lớp:6', [1, 2, 5, 6]],
				['ly -thư-viện:H1', [3, 4]],
				['ngôn-ngữ:eng', [3, 10]],
				['collection:bien-dao', [1, 4]],
				['bộ sưu tập:bien-dao -collection:dia-chi', [4]],
				['collection:no-such', []],
				['toan -collection:no-such', [5, 6, 8]],
				['zzz', []],
				['???', []],
			])('%s', async (text, ids) => {
				expect(await found(text)).toEqual(ids);
				expect((await search(text)).total).toBe(ids.length);
			});

			it.each([
				'978-0-306-40615-7',
				'9780306406157',
				'0-306-40615-2',
				'0306406152',
				'isbn:0306406152',
				'978 0 306 40615 7',
				'id:9780306406157',
			])('the number %s', async (text) => {
				expect(await found(text)).toEqual([5]);
			});

			it.each(['issn:0317-8471', 'issn:03178471', '0317-8471'])('the number %s', async (text) => {
				expect(await found(text)).toEqual([7]);
			});

			it('finds classes by their beginning', async () => {
				expect(await found({ op: 'word', field: 'classification', text: '510', prefix: true })).toEqual([5]);
				expect(await found({ op: 'word', field: 'classification', text: '510.76' })).toEqual([5]);
				expect(await found({ op: 'word', field: 'classification', text: '51' })).toEqual([]);
			});

			it('reads trees that no search box makes', async () => {
				const word = (text: string): Query => ({ op: 'word', field: 'any', text });
				expect(await found({ op: 'not', of: { op: 'all' } })).toEqual([]);
				expect(await found({ op: 'and', of: [{ op: 'all' }, word('toan')] })).toEqual([5, 6, 8]);
				expect(await found({ op: 'or', of: [{ op: 'all' }, word('toan')] })).toHaveLength(10);
				expect(await found({ op: 'and', of: [word('...'), word('toan')] })).toEqual([5, 6, 8]);
				expect(await found({ op: 'or', of: [] })).toEqual([]);
				expect(await found({ op: 'years', from: null, to: null })).toHaveLength(10);
				expect(await found({ op: 'years', from: null, to: 1990 })).toEqual([7, 9, 10]);
				expect(await found({ op: 'not', of: { op: 'years', from: 2000, to: null } })).toEqual([3, 7, 8, 9, 10]);
				expect(await found({ op: 'record', id: 4 })).toEqual([4]);
				expect(await found({ op: 'not', of: { op: 'record', id: 4 } })).toHaveLength(9);
				expect(await found({ op: 'or', of: [{ op: 'record', id: 99 }, word('ly'), { op: 'years', from: 2021, to: 2021 }] })).toEqual([
					1, 2, 3, 4, 5, 6,
				]);
				expect(await found({ op: 'value', facet: 'series', value: 'Cánh Diều' })).toEqual([5, 6]);
			});

			it.each<[string, 'title' | 'creator' | 'subject', string, 'start' | 'whole', number[]]>([
				['a whole title', 'title', 'ly son', 'whole', [1, 2, 3]],
				['a whole title of one word too few', 'title', 'toan', 'whole', []],
				['a whole title of one letter', 'title', 'o brien it s test', 'whole', [10]],
				['the beginning of a title', 'title', 'toan', 'start', [5]],
				['the beginning of a subtitle, which is no title', 'title', 'truyen', 'start', []],
				['a whole creator', 'creator', 'le ly son', 'whole', [4]],
				['half a creator', 'creator', 'ly son', 'whole', []],
				['the beginning of a creator', 'creator', 'tran', 'start', [2]],
				['the middle of a creator', 'creator', 'thi', 'start', []],
				['a whole subject', 'subject', 'dao viet nam', 'whole', [1]],
				['a creator that is asked for as a subject', 'subject', 'to hoai', 'whole', []],
			])('finds %s', async (_, field, text, anchor, ids) => {
				expect(await found({ op: 'phrase', field, text, anchor })).toEqual(ids);
			});

			it('opens the last word of a phrase', async () => {
				expect(await found({ op: 'phrase', field: 'any', text: 'nguyen va', prefix: true })).toEqual([]);
				expect(await found({ op: 'phrase', field: 'creator', text: 'nguyen van', prefix: true })).toEqual([1]);
				expect(await found({ op: 'phrase', field: 'title', text: 'bai tap toa', prefix: true, anchor: 'start' })).toEqual([6]);
			});

			it('passes over as many hits as it is told', async () => {
				for (const sort of ['relevance', 'title', 'newest'] as const) {
					const { ids } = await search('', { sort });
					expect((await search('', { sort, offset: 4, limit: 3 })).ids).toEqual(ids.slice(4, 7));
					expect(await search('', { sort, offset: 10, limit: 3 })).toMatchObject({ ids: [], total: 10 });
				}
			});

			it('puts words as typed before words with other marks', async () => {
				const { ids } = await search('lý sơn');
				expect(new Set(ids.slice(0, 2))).toEqual(new Set([1, 4]));
				expect(ids[0]).toBe(1);
				expect((await search('lỵ sởn')).ids[0]).toBe(3);
				expect((await search('"lý sơn"')).ids.slice(0, 2)).toEqual([1, 4]);
			});

			it('puts the whole title before a part, and a title before a note', async () => {
				expect((await search('toán 6')).ids.slice(0, 2)).toEqual([5, 6]);
				expect((await search('toan')).ids.at(-1)).toBe(8);
				expect((await search('kim dong')).ids[0]).toBe(7);
			});

			it('filters', async () => {
				expect(await found('', { filters: { library: ['H1'] } })).toEqual([1, 2]);
				expect(await found('', { filters: { library: ['H1', 'H2'] } })).toEqual([1, 2, 6]);
				expect(await found('', { filters: { area: ['51'], year: ['2010', '2021'] } })).toEqual([1, 6]);
				expect(await found('ly', { filters: { language: ['eng'] } })).toEqual([3]);
				expect(await found('', { filters: { kind: ['serial'] } })).toEqual([7]);
				expect(await found('', { filters: { creator: ['Tô Hoài'] } })).toEqual([7]);
				expect(await found('', { filters: { creator: ['Tô hoài'] } })).toEqual([]);
				expect(await found('', { filters: { classLevel: ['6'], library: [] } })).toEqual([5, 6]);
			});

			it('counts facets that add up', async () => {
				const { facets, total } = await search('', { facets: [...FACETS] });
				for (const facet of ['kind', 'material', 'language'] as const)
					expect(facets[facet]?.reduce((sum, { count }) => sum + count, 0)).toBe(total);
				for (const facet of FACETS) {
					expect(facets[facet], facet).not.toEqual([]);
					for (const { value, count } of facets[facet] ?? [])
						expect((await search('', { filters: { [facet]: [value] } })).total, `${facet}=${value}`).toBe(count);
					const counts = (facets[facet] ?? []).map(({ count }) => count);
					expect(counts).toEqual([...counts].sort((a, b) => b - a));
				}
				expect(facets.library).toEqual([
					{ value: 'T1', count: 8 },
					{ value: 'H1', count: 2 },
					{ value: 'H2', count: 1 },
				]);
				expect(facets.libraryKind).toEqual([
					{ value: 'province', count: 8 },
					{ value: 'school', count: 3 },
				]);
			});

			it('counts a facet with a filter as if it had none', async () => {
				const { facets } = await search('ly', {
					facets: ['library', 'language'],
					filters: { library: ['H1'], year: ['2010', '2011', '2015'] },
				});
				expect(new Map(facets.library?.map(({ value, count }) => [value, count]))).toEqual(
					new Map([
						['T1', 2],
						['H1', 2],
					]),
				);
				expect(facets.language).toEqual([{ value: 'vie', count: 2 }]);
				expect((await search('', { facets: ['year'], facetLimit: 1 })).facets.year).toEqual([{ value: '2021', count: 2 }]);
				expect((await search('zzz', { facets: ['year'] })).facets).toEqual({ year: [] });
			});

			it('lists titles and values in the Vietnamese order, from a place on and before it, with counts', async () => {
				const scan = async (of: Scannable, from: string, before = 0, count = 3, library: string | null = null) =>
					(await engine.scan({ of, from, before, count, library })).map((term) => [term.value ?? term.record, term.count]);
				expect(await scan('title', 'ly')).toEqual([
					[2, 1],
					[1, 1],
					[3, 1],
				]);
				expect(await scan('title', 'lý', 2, 1)).toEqual([
					[8, 1],
					[7, 1],
					[2, 1],
				]);
				expect(await scan('title', '', 3, 1)).toEqual([[6, 1]]);
				expect(await scan('title', 'zz', 1, 5)).toEqual([
					[5, 1],
					[9, 1],
				]);
				expect(await scan('title', '龘', 1, 5)).toEqual([[9, 1]]);
				expect(await scan('title', '', 0, 5, 'H1')).toEqual([
					[2, 1],
					[1, 1],
				]);
				expect(await scan('creator', 'n')).toEqual([
					['Nguyễn Văn An', 1],
					['Tô Hoài', 1],
					['Trần Thị Bình', 1],
				]);
				expect(await scan('creator', 'tô hoài', 1, 1)).toEqual([
					['Nguyễn Văn An', 1],
					['Tô Hoài', 1],
				]);
				expect(await scan('series', '', 0, 9)).toEqual([['Cánh Diều', 2]]);
				expect(await scan('year', '2011', 1, 2)).toEqual([
					['2010', 1],
					['2011', 1],
					['2015', 1],
				]);
				expect(await scan('library', '', 0, 9)).toEqual([
					['H1', 2],
					['H2', 1],
					['T1', 8],
				]);
				expect(await scan('library', '', 0, 9, 'H1')).toEqual([
					['H1', 2],
					['T1', 1],
				]);
			});

			it('sorts by year, those without one last', async () => {
				expect((await search('', { sort: 'newest' })).ids).toEqual([6, 5, 4, 2, 1, 8, 7, 9, 10, 3]);
				expect((await search('', { sort: 'oldest' })).ids).toEqual([10, 9, 7, 8, 1, 2, 4, 5, 6, 3]);
				expect((await search('', { sort: 'changed' })).ids).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
			});

			it('answers any string', async () => {
				const pieces = fc.constantFrom(
					'ly',
					'lý',
					'"',
					"'",
					'\\',
					'(',
					')',
					':',
					'*',
					'&',
					'|',
					'!',
					'<->',
					'-',
					' ',
					'AND',
					'OR',
					'NOT',
					'title:',
					'\0',
					'\ud800',
					'\u0301',
					'𠀀',
					"');drop table x;--",
					'1e5',
					'978',
				);
				const anything = fc.oneof(
					fc.string({ unit: 'binary', maxLength: 200 }),
					fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
				);
				await fc.assert(
					fc.asyncProperty(anything, fc.constantFrom<Sort>('relevance', 'title'), async (text, sort) => {
						const { total, ids } = await search(text, {
							sort,
							facets: ['library'],
							filters: text.length % 3 === 0 ? { subject: [text] } : {},
						});
						expect(ids.length).toBe(total);
					}),
					{ numRuns: 300 },
				);
			});
		});

		describe('writing', () => {
			beforeEach(() => engine.clear());

			it('is idempotent, and older change numbers are ignored', async () => {
				const newer = document(1, { seq: 5, title: 'mới' });
				await engine.apply([newer, document(2)], []);
				await engine.apply([newer, document(1, { seq: 4, title: 'cũ' })], []);
				expect(await found('moi')).toEqual([1]);
				expect(await found('cu')).toEqual([]);
				expect(await found('')).toEqual([1, 2]);
			});

			it('takes the newest of one batch', async () => {
				await engine.apply(
					[document(1, { seq: 2, title: 'hai' }), document(1, { seq: 3, title: 'ba' }), document(1, { seq: 1, title: 'mot' })],
					[],
				);
				expect(await found('ba')).toEqual([1]);
				expect((await search('')).total).toBe(1);
			});

			it('removes, and what comes late stays removed', async () => {
				await engine.apply([document(1, { seq: 1 }), document(2, { seq: 2 }), document(3, { seq: 9 })], []);
				await engine.apply(
					[],
					[
						{ id: 1, seq: 5 },
						{ id: 3, seq: 8 },
						{ id: 77, seq: 6 },
					],
				);
				await engine.apply([document(1, { seq: 4 }), document(77, { seq: 3 })], []);
				for (const sort of ['relevance', 'title', 'newest', 'oldest', 'changed'] as const)
					expect((await search('', { sort })).total).toBe(2);
				expect(await found('')).toEqual([2, 3]);
				await engine.apply([document(1, { seq: 6, title: 'trở lại' })], [{ id: 2, seq: 7 }]);
				expect(await found('')).toEqual([1, 3]);
				expect(await found('tro lai')).toEqual([1]);
			});

			it('lists no value that no record has any more', async () => {
				const scan = async () =>
					(await engine.scan({ of: 'subject', from: '', before: 0, count: 2, library: null })).map(({ value }) => value);
				await engine.apply(
					Array.from({ length: 9 }, (_, i) => document(i + 1, { subjects: [`Đề tài ${i + 1}`] })),
					[],
				);
				expect(await scan()).toEqual(['Đề tài 1', 'Đề tài 2']);
				await engine.apply(
					[],
					Array.from({ length: 6 }, (_, i) => ({ id: i + 1, seq: 100 })),
				);
				expect(await scan()).toEqual(['Đề tài 7', 'Đề tài 8']);
				await engine.apply([document(20, { subjects: ['Đề tài 0'] })], []);
				expect(await scan()).toEqual(['Đề tài 0', 'Đề tài 7']);
			});

			it('forgets everything when it is cleared', async () => {
				await engine.apply([document(1)], [{ id: 2, seq: 9 }]);
				await engine.clear();
				await engine.apply([document(2, { seq: 1 })], []);
				expect(await found('')).toEqual([2]);
				expect((await search('', { facets: ['library'] })).facets.library).toEqual([{ value: 'T1', count: 1 }]);
			});

			it('takes documents of any size and content', async () => {
				const long = Array.from({ length: 20_000 }, (_, i) => `chữ${i % 3000}`).join(' ');
				const odd = document(2, {
					title: '',
					notes: [`\\N {1,2} "x" 'y'\n\t\0 \ud800 ${'z'.repeat(5000)}`],
					subjects: ["a,'b\\", '\u0001', '{}'],
					creators: ['x\ny'],
					identifiers: ["a'b:1"],
					year: null,
				});
				await engine.apply([document(1, { title: 'dài', notes: [long, long] }), odd], []);
				expect(await found('chu2999')).toEqual([1]);
				expect(await found('id:"a\'b:1"')).toEqual([2]);
				expect((await search('', { facets: ['creator'] })).facets.creator).toEqual([{ value: 'x\ny', count: 1 }]);
				expect(await found('', { filters: { creator: ['x\ny'] } })).toEqual([2]);
			});
		});

		describe('a long result', () => {
			const titles = ['An', 'Ăn', 'Ân', 'Ba', 'Bà', 'Bả', 'Bã', 'Bá', 'Bạ', 'Da', 'Đa', 'Ê', 'Toán 2', 'Toán 10', 'Ưa'];
			const many = Array.from({ length: 333 }, (_, i) =>
				document(i + 1, {
					seq: 1000 + ((i * 7) % 333),
					title: titles[(i * 4) % titles.length] as string,
					subtitle: 'chung',
					year: i % 5 === 0 ? null : 2000 + (i % 3),
				}),
			);

			beforeAll(async () => {
				await engine.clear();
				await engine.apply(many, []);
			});

			it.each<Sort>(['relevance', 'title', 'newest', 'oldest', 'changed'])('is paged by %s without gaps or repeats', async (sort) => {
				for (const query of ['', 'chung', 'chúng -ba', 'bà OR chung']) {
					const whole = await search(query, { sort, limit: 1000 });
					const ids: number[] = [];
					let after: SearchResult['next'] = null;
					do {
						const page: SearchResult = await search(query, { sort, limit: 50, ...(after && { after }) });
						expect(page.total).toBe(whole.total);
						ids.push(...page.ids);
						after = page.next && (JSON.parse(JSON.stringify(page.next)) as (string | number)[]);
					} while (after !== null);
					expect(whole.next).toBeNull();
					expect(ids).toEqual(whole.ids);
					expect(new Set(ids).size).toBe(whole.total);
				}
			});

			it('goes on where it was when documents come and go', async () => {
				const first = await search('chung', { sort: 'title', limit: 100 });
				await engine.apply([document(5000, { seq: 5000, title: 'An', subtitle: 'chung' })], []);
				const rest = await search('chung', { sort: 'title', limit: 1000, ...(first.next && { after: first.next }) });
				await engine.apply([], [{ id: 5000, seq: 5001 }]);
				expect([...first.ids, ...rest.ids]).toEqual((await search('chung', { sort: 'title', limit: 1000 })).ids);
			});

			it('is in the order of the Vietnamese alphabet', async () => {
				const { ids } = await search('', { sort: 'title', limit: 1000 });
				const inOrder = ids.map((id) => many[id - 1]?.title).filter((title, i, all) => title !== all[i - 1]);
				expect(inOrder).toEqual(titles);
			});
		});
	});
}
