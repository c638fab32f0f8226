import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureQuery, type Query } from '../../src/index/query.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { LIMITS } from '../../src/lib/limits.ts';

const read = (text: string): Query => parseSearchBox(text).query;
const word = (text: string, field = 'any') => ({ op: 'word', field, text });
const phrase = (text: string, field = 'any') => ({ op: 'phrase', field, text });
const and = (...of: object[]) => ({ op: 'and', of });
const or = (...of: object[]) => ({ op: 'or', of });
const years = (from: number | null, to: number | null) => ({ op: 'years', from, to });
const value = (facet: string, text: string) => ({ op: 'value', facet, value: text });
const not = (of: object) => ({ op: 'not', of });

describe('what a person types', () => {
	it.each<[string, object]>([
		['', { op: 'all' }],
		['   ', { op: 'all' }],
		['*', { op: 'all' }],
		['lý', word('lý')],
		['lý sơn', and(word('lý'), word('sơn'))],
		['"lý sơn"', phrase('lý sơn')],
		['“lý sơn” đảo', and(phrase('lý sơn'), word('đảo'))],
		['a OR b c', or(word('a'), and(word('b'), word('c')))],
		['(a OR b) c', and(or(word('a'), word('b')), word('c'))],
		['a AND b OR c', or(and(word('a'), word('b')), word('c'))],
		['a -b', and(word('a'), not(word('b')))],
		['a NOT b', and(word('a'), not(word('b')))],
		['NOT NOT a', word('a')],
		['a -"b c"', and(word('a'), not(phrase('b c')))],
		['a -(b OR c)', and(word('a'), not(or(word('b'), word('c'))))],
		['Việt-Nam', word('Việt-Nam')],
		['title:mưa', word('mưa', 'title')],
		['nhan-de:mưa', word('mưa', 'title')],
		['tiêu_đề:mưa', word('mưa', 'title')],
		['tác-giả:"nguyễn du"', phrase('nguyễn du', 'creator')],
		['author: du', word('du', 'creator')],
		['tác giả:"nguyễn du"', phrase('nguyễn du', 'creator')],
		['truyện tác giả:du', and(word('truyện'), word('du', 'creator'))],
		['Nhà Xuất Bản: trẻ', word('trẻ', 'publisher')],
		['-chủ đề:sử', not(word('sử', 'subject'))],
		['nhan đề:mưa năm xuất bản:2010', and(word('mưa', 'title'), years(2010, 2010))],
		['ký hiệu phân loại:895 nhan đề:', and(word('895', 'classification'), word('nhan đề'))],
		['sách tên:mưa', and(word('sách'), word('mưa', 'title'))],
		['chủ-đề:(sử OR địa)', or(word('sử', 'subject'), word('địa', 'subject'))],
		['nxb:trẻ', word('trẻ', 'publisher')],
		['ghi_chú:tranh', word('tranh', 'note')],
		['toán:6', word('toán:6')],
		['ngu*n', { op: 'mask', field: 'any', pattern: 'ngu*n' }],
		['*Học', { op: 'mask', field: 'any', pattern: '*hoc' }],
		['nhan-đề:t?ng -ki*ng', and({ op: 'mask', field: 'title', pattern: 't?ng' }, not({ op: 'mask', field: 'any', pattern: 'ki*ng' }))],
		['nguy*n*', { op: 'mask', field: 'any', pattern: 'nguy*n*' }],
		['đất nước là gì?', and(word('đất'), word('nước'), word('là'), word('gì?'))],
		['*a', word('*a')],
		['l?', word('l?')],
		['a*b', word('a*b')],
		['a**?*???bcd', word('a**?*???bcd')],
		['việt-na*m', word('việt-na*m')],
		['isbn:97?604', word('97?604', 'isbn')],
		['"ngu*n du"', phrase('ngu*n du')],
		['lịch*', { op: 'word', field: 'any', text: 'lịch', prefix: true }],
		['li*', word('li')],
		['isbn:0-306-40615-2', word('9780306406157', 'isbn')],
		['978-0-306-40615-7', word('9780306406157', 'identifier')],
		['sách 0306406152', and(word('sách'), word('9780306406157', 'identifier'))],
		['978 0 306 40615 7', word('9780306406157', 'identifier')],
		['issn:0317-8471', word('0317-8471', 'issn')],
		['ISBN 978-0-306-40615-7', word('9780306406157', 'isbn')],
		['sách ISBN-13: 978 0 306 40615 7', and(word('sách'), word('9780306406157', 'isbn'))],
		['issn 0317-8471', word('0317-8471', 'issn')],
		['isbn là gì', and(word('isbn'), word('là'), word('gì'))],
		['tác giả=du', word('du', 'creator')],
		['toán=6', word('toán=6')],
		['tập 2', and({ ...word('tập'), alike: ['t 2', 'tập hai'] }, { ...word('2'), alike: ['tập hai'] })],
		['tap 11', and({ ...word('tap'), alike: ['t 11'] }, word('11'))],
		['title:Quyển 10.', and({ ...word('Quyển', 'title'), alike: ['q 10', 'quyển mười'] }, { ...word('10.'), alike: ['quyển mười'] })],
		['T.2', { ...word('T.2'), alike: ['tập 2'] }],
		['t2 -q.3', and({ ...word('t2'), alike: ['tập 2', 't 2'] }, not({ ...word('q.3'), alike: ['quyển 3'] }))],
		['SGK', { ...word('SGK'), alike: ['sách giáo khoa'] }],
		['tập truyện', and(word('tập'), word('truyện'))],
		['"tập 2"', phrase('tập 2')],
		['year:2015', years(2015, 2015)],
		['năm:2010-2020 toán', and(years(2010, 2020), word('toán'))],
		['năm-xuất-bản:2010-', years(2010, null)],
		['year:-1985', years(null, 1985)],
		['năm:2010..2020', years(2010, 2020)],
		['năm: 2010 - 2020 toán', and(years(2010, 2020), word('toán'))],
		['năm:2010 đến 2020', years(2010, 2020)],
		['year: 2010 to 2020', years(2010, 2020)],
		['năm:2010 - toán', and(years(2010, 2010), word('toán'))],
		['year:>2010', years(2011, null)],
		['year:>=2010', years(2010, null)],
		['year:<2010', years(null, 2009)],
		['năm:≤2010', years(null, 2010)],
		['ngôn ngữ:việt', value('language', 'vie')],
		['ngôn ngữ:tiếng Anh', value('language', 'eng')],
		['toán ngon ngu:tieng anh lop 6', and(word('toán'), value('language', 'eng'), word('lop'), word('6'))],
		['language:"French"', value('language', 'fre')],
		['lang:en', value('language', 'eng')],
		['ngôn ngữ:tiếng', value('language', 'tiếng')],
		['date:(2010 OR 2012)', or(years(2010, 2010), years(2012, 2012))],
		['-year:"–2000"', not(years(null, 2000))],
		['thư-viện:TVT sử', and(value('library', 'TVT'), word('sử'))],
		['lớp:6 ngôn_ngữ:vie', and(value('classLevel', '6'), value('language', 'vie'))],
		['địa-bàn:79', value('area', '79')],
		['collection:dia-chi', value('collection', 'dia-chi')],
		['bộ sưu tập:dia-chi -sưu_tập:"sach quy"', and(value('collection', 'dia-chi'), not(value('collection', 'sach quy')))],
		['loại thư viện:trường học toán', and(value('libraryKind', 'school'), word('toán'))],
		['toán loại thư viện:Tỉnh', and(word('toán'), value('libraryKind', 'province'))],
		['kind of library:school', value('libraryKind', 'school')],
		['-loai_thu_vien:"thư viện khu vực"', not(value('libraryKind', 'district'))],
		['loại tài liệu:bản đồ Lý Sơn', and(value('material', 'map'), word('Lý'), word('Sơn'))],
		['loại tài liệu:sách toán', and(value('kind', 'monograph'), word('toán'))],
		['kind:serial', value('kind', 'serial')],
		['kiểu biểu ghi: báo, tạp chí', value('kind', 'serial')],
		['material:(map OR video)', or(value('material', 'map'), value('material', 'video'))],
		['loại thư viện:mới lạ', and(word('mới'), word('lạ'))],
		['toán bộ-sưu-tập:(a OR b)', and(word('toán'), or(value('collection', 'a'), value('collection', 'b')))],
	])('%s', (text, expected) => {
		expect(parseSearchBox(text)).toEqual({ query: expected, cut: false });
	});

	it.each<[string, object]>([
		['"lý sơn', phrase('lý sơn')],
		['(a b', and(word('a'), word('b'))],
		['a) b', and(word('a'), word('b'))],
		['()', word('()')],
		['AND', word('AND')],
		['OR a', word('a')],
		['a OR', word('a')],
		['a AND AND b', and(word('a'), word('b'))],
		['a OR OR b', or(word('a'), word('b'))],
		['NOT', word('NOT')],
		['a NOT', word('a')],
		['a -', word('a')],
		['title:', word('title')],
		['year:xưa', word('xưa')],
		['year:- a', word('a')],
		['library: a', value('library', 'a')],
		['??? a', word('a')],
		['???', word('???')],
		['""', word('""')],
		['__proto__ constructor:a', and(word('__proto__'), word('constructor:a'))],
	])('mends %s', (text, expected) => {
		expect(read(text)).toEqual(expected);
	});

	it('is cut at the limits, and says so', () => {
		const long = parseSearchBox('a'.repeat(10_000));
		expect(long.cut).toBe(true);
		expect(long.query).toEqual(word('a'.repeat(LIMITS.queryBytesMax)));
		const many = parseSearchBox(Array.from({ length: 60 }, (_, i) => `w${i}`).join(' '));
		expect(many.cut).toBe(true);
		expect(many.query.op === 'and' && many.query.of.length).toBe(LIMITS.queryClausesMax);
		const phraseOf = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`).join(' ');
		expect(parseSearchBox(`"${phraseOf(60)}"`)).toEqual({ query: phrase(phraseOf(LIMITS.queryClausesMax)), cut: true });
		const open = parseSearchBox(Array.from({ length: 9 }, () => 'lịch*').join(' '));
		expect(open.cut).toBe(true);
		expect(measureQuery(open.query)).toEqual({ clauses: 9, prefixes: LIMITS.queryPrefixesMax, masks: 0, depth: 1 });
		expect(parseSearchBox('ế'.repeat(400)).cut).toBe(true);
		expect(parseSearchBox('ế'.repeat(300)).cut).toBe(false);
	});
});

const SIGNS = [
	'(',
	')',
	'"',
	'“',
	'-',
	'*',
	':',
	' ',
	'AND',
	'OR',
	'NOT',
	'title:',
	'year:',
	'library:',
	'2010',
	'lịch*',
	'tác-giả:',
	'lý',
	'sơn',
	'978',
	'0306406152',
	'\\',
	"'",
	'&',
	'|',
	'!',
	'<->',
	'\u0301',
	'\ud800',
	'漢字',
	'\0',
];

describe('any string', () => {
	it('parses to a bounded tree', () => {
		const anything = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 3000 }),
			fc.array(fc.constantFrom(...SIGNS), { maxLength: 1500 }).map((parts) => parts.join('')),
			fc.array(fc.constantFrom(...SIGNS), { maxLength: 300 }).map((parts) => parts.join(' ')),
		);
		fc.assert(
			fc.property(anything, (text) => {
				const { query } = parseSearchBox(text);
				const { clauses, prefixes, depth } = measureQuery(query);
				expect(clauses).toBeLessThanOrEqual(LIMITS.queryClausesMax);
				expect(prefixes).toBeLessThanOrEqual(LIMITS.queryPrefixesMax);
				expect(depth).toBeLessThanOrEqual(2 * LIMITS.queryClausesMax + 2);
			}),
			{ numRuns: 2000 },
		);
	});

	it('of a megabyte is read at once', () => {
		for (const part of ['(', '"', '-', 'NOT ', 'a', '978-', 'title:']) expect(parseSearchBox(part.repeat(300_000)).query).toBeDefined();
	});
});
