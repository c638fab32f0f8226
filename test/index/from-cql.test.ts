import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryFromCql } from '../../src/index/from-cql.ts';
import { queryFromRpn } from '../../src/index/from-rpn.ts';
import { QueryRefused } from '../../src/index/query-refused.ts';
import { publicId } from '../../src/lib/ids.ts';
import { CqlError } from '../../src/protocols/cql/error.ts';
import { parseCql } from '../../src/protocols/cql/parser.ts';
import { parsePqf } from '../../src/protocols/z3950/pqf.ts';
import { yazPqf } from '../support/libyaz-cql.ts';
import { hasPeer } from '../support/peers.ts';

const read = (text: string) => queryFromCql(parseCql(text));
const word = (text: string, field = 'any', more = {}) => ({ op: 'word', field, text, ...more });
const phrase = (text: string, field = 'any', more = {}) => ({ op: 'phrase', field, text, ...more });
const mask = (pattern: string, field = 'any') => ({ op: 'mask', field, pattern });
const and = (...of: object[]) => ({ op: 'and', of });
const or = (...of: object[]) => ({ op: 'or', of });
const not = (of: object) => ({ op: 'not', of });
const years = (from: number | null, to: number | null) => ({ op: 'years', from, to });
const value = (facet: string, text: string) => ({ op: 'value', facet, value: text });

describe('CQL as the query tree', () => {
	it.each<[string, object]>([
		['lý', word('lý')],
		['"lý sơn"', phrase('lý sơn')],
		['lý sơn', phrase('lý sơn')],
		['cql.serverChoice = lý', word('lý')],
		['cql.anywhere any "lý sơn"', or(word('lý'), word('sơn'))],
		['bath.any all "lý sơn"', and(word('lý'), word('sơn'))],
		['title = mưa', word('mưa', 'title')],
		['dc.title adj "mưa rào"', phrase('mưa rào', 'title')],
		['DC.Title =/cql.ignoreCase mưa', word('mưa', 'title')],
		['title == "Lý Sơn"', phrase('Lý Sơn', 'title', { anchor: 'whole' })],
		['title exact mưa', phrase('mưa', 'title', { anchor: 'whole' })],
		['title = "^mưa rào"', phrase('mưa rào', 'title', { anchor: 'start' })],
		['title = "^mưa rào^"', phrase('mưa rào', 'title', { anchor: 'whole' })],
		['title <> mưa', not(phrase('mưa', 'title', { anchor: 'whole' }))],
		['creator = nguy*', word('nguy', 'creator', { prefix: true })],
		['title = "mưa rào*"', phrase('mưa rào', 'title', { prefix: true })],
		['title = "^mưa*"', phrase('mưa', 'title', { prefix: true, anchor: 'start' })],
		['title all "lịch* sử"', and(word('lịch', 'title', { prefix: true }), word('sử', 'title'))],
		['title = t?ng', mask('t?ng', 'title')],
		['*học', mask('*hoc')],
		['creator any "ngu*n du"', or(mask('ngu*n', 'creator'), word('du', 'creator'))],
		['title all "*ịch lịch* sử"', and(mask('*ich', 'title'), word('lịch', 'title', { prefix: true }), word('sử', 'title'))],
		['title = "ngu\\*n"', word('ngu*n', 'title')],
		['title =/unmasked "ngu*n"', word('ngu*n', 'title')],
		['title =/unmasked "mưa*"', word('mưa*', 'title')],
		['title = "mưa\\*"', word('mưa*', 'title')],
		['title any "mưa --- gió"', or(word('mưa', 'title'), word('gió', 'title'))],
		['subject = sử and creator = du', and(word('sử', 'subject'), word('du', 'creator'))],
		['a and b and c', and(word('a'), word('b'), word('c'))],
		['title = lý prox/unit=word/distance<=1/ordered title = sơn', phrase('lý sơn', 'title')],
		['lý prox sơn', or(phrase('lý sơn'), phrase('sơn lý'))],
		['"lý sơn" prox/distance<2/cql.ordered đảo*', phrase('lý sơn đảo', 'any', { prefix: true })],
		['a or b and c not d', and(or(word('a'), word('b')), word('c'), not(word('d')))],
		['a or (b not c)', or(word('a'), and(word('b'), not(word('c'))))],
		['date = 2015', years(2015, 2015)],
		['dc.date > 2015', years(2016, null)],
		['date >= 2015-09-01', years(2015, null)],
		['date < 2015', years(null, 2014)],
		['date <= 2015', years(null, 2015)],
		['date <> 2015', not(years(2015, 2015))],
		['date within "2010 2020"', years(2010, 2020)],
		['date any "2010 2012"', or(years(2010, 2010), years(2012, 2012))],
		['isbn = 978-604-2-00001-7', word('978-604-2-00001-7', 'isbn')],
		['bath.issn any "0317-8471 1859-0001"', or(word('0317-8471', 'issn'), word('1859-0001', 'issn'))],
		['dc.identifier = "8 935 042"', word('8 935 042', 'identifier')],
		['lt.classification = 510*', word('510', 'classification', { prefix: true })],
		['dc.language = VIE', value('language', 'vie')],
		['lt.library any "TVT THCS"', or(value('library', 'TVT'), value('library', 'THCS'))],
		['lt.grade = "6"', value('classLevel', '6')],
		['lt.collection = dia-chi', value('collection', 'dia-chi')],
		[`rec.id = ${publicId(7)}`, { op: 'record', id: 7 }],
		['rec.identifier = nothing', { op: 'record', id: 0 }],
		['cql.allRecords = 1', { op: 'all' }],
		['cql.allRecords = 1 and date = 2015', and({ op: 'all' }, years(2015, 2015))],
		['>d="info:srw/cql-context-set/1/dc-v1.1" d.title = mưa', word('mưa', 'title')],
		['>"http://zing.z3950.org/cql/bath/2.0/" author = du', word('du', 'creator')],
		['(>dc="http://zing.z3950.org/cql/bath/2.0/" dc.author = du) or dc.title = mưa', or(word('du', 'creator'), word('mưa', 'title'))],
		['srw.serverChoice = mưa', word('mưa')],
	])('%s', (text, expected) => {
		expect(read(text)).toEqual({ query: expected, sort: null });
	});

	it.each<[string, string]>([
		['a sortBy title', 'title'],
		['a sortBy dc.title/sort.ascending/sort.ignoreCase', 'title'],
		['a sortBy date', 'oldest'],
		['a sortBy date/sort.descending', 'newest'],
		['a and b sortBy dc.date/descending/sort.missingHigh', 'newest'],
	])('%s', (text, sort) => {
		expect(read(text).sort).toBe(sort);
	});

	it.each<[string, number, string]>([
		['foo.title = a', 15, 'foo'],
		['>dc="urn:other" dc.title = a', 15, 'urn:other'],
		['>"urn:other" title = a', 15, 'urn:other'],
		['dc.coverage = a', 16, 'dc.coverage'],
		['bogus = a', 16, 'bogus'],
		['constructor = a', 16, 'constructor'],
		['title encloses a', 19, 'encloses'],
		['title cql.foo a', 19, 'cql.foo'],
		['title dc.bar a', 19, 'dc.bar'],
		['title =/stem a', 20, 'stem'],
		['title =/cql.word=3 a', 20, 'cql.word'],
		['title =/dc.x a', 20, 'dc.x'],
		['title =/masked/unmasked a', 21, 'masked, unmasked'],
		['title > a', 22, '> dc.title'],
		['title within "a b"', 22, 'within dc.title'],
		['isbn < 5', 22, '< bath.isbn'],
		['publisher == a', 22, '== dc.publisher'],
		['date adj 2015', 22, 'adj dc.date'],
		['cql.allRecords any 1', 22, 'any cql.allRecords'],
		['title = "\\a"', 26, '\\a'],
		['""', 27, 'cql.serverChoice'],
		['title = " "', 27, 'dc.title'],
		['title = "a ? b"', 28, '?'],
		['title = *', 28, '*'],
		['title = toán-h*c', 28, 'toán-h*c'],
		['isbn = 978*1', 28, '*'],
		['title = *ưa', 29, '*ưa'],
		['title = m?', 29, 'm?'],
		['title = "lịch s?u"', 33, '?'],
		['title = "^s?ch"', 33, '?'],
		['title == s?ch', 33, '?'],
		['title = s??????ch', 30, 's??????ch'],
		['title all "s?ch s?nh s?ng s?ch s?nh"', 30, '4'],
		['dc.language = vi*', 28, '*'],
		['date = 201*', 28, '*'],
		['title = li*', 29, 'li*'],
		['publisher = "^trẻ"', 31, 'dc.publisher'],
		['title = a^b', 32, '^'],
		['title = a^', 32, '^'],
		['title any "^a b"', 32, '^'],
		['title = "lịch* sử"', 33, '*'],
		['title = "^lịch*^"', 33, '*'],
		['title = "---"', 36, '---'],
		['date = xưa', 36, 'xưa'],
		['date = "2010 2011"', 36, '2010 2011'],
		['date within "2010 2011 2012"', 36, '2010 2011 2012'],
		['isbn = "---"', 36, '---'],
		['a prox/distance<=3 b', 41, '3'],
		['a prox/distance=0 b', 41, '0'],
		['a prox/distance>1 b', 40, '>'],
		['a prox/unit=sentence b', 42, 'sentence'],
		['a prox/ordered/unordered b', 44, 'ordered, unordered'],
		['a prox/fuzzy b', 46, 'fuzzy'],
		['title = a prox creator = b', 39, 'prox'],
		['a prox (b or c)', 39, 'prox'],
		['lịch* prox/ordered b', 39, 'prox'],
		['date = 2015 prox date = 2016', 39, 'prox'],
		['a and/rel.sum b', 46, 'rel.sum'],
		['cql.resultSetId = 1', 50, 'cql.resultSetId'],
		['resultSetId = 1', 50, 'resultSetId'],
		['a sortBy dc.title/sort.respectCase', 91, 'sort.respectCase'],
		['a sortBy dc.title/sort.missingFail', 92, 'sort.missingFail'],
		['a sortBy dc.title/sort.locale=vi', 82, 'sort.locale'],
		['a sortBy creator', 82, 'creator'],
		['a sortBy bogus', 16, 'bogus'],
		['a sortBy title/sort.descending', 90, 'title'],
		['a sortBy title date', 84, '2'],
		['a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o', 38, '40'],
		[`title any "${Array.from({ length: 9 }, (_, i) => `từng${i}*`).join(' ')}"`, 30, '8'],
	])('%s is refused with %i %s', (text, number, details) => {
		expect(() => read(text)).toThrow(QueryRefused);
		expect(() => read(text)).toThrow(expect.objectContaining({ number, details }));
	});

	it('is a tree or a refusal, whatever is asked', () => {
		const parts = fc.constantFrom(
			...'mưa|"lý sơn"|title = |dc.date > |2015|within |any |all | and | or | not | prox | sortBy title|(|)|*|^|?|\\*|isbn=|>dc="urn:x" |cql.allRecords=1|/stem | '.split(
				'|',
			),
		);
		fc.assert(
			fc.property(fc.array(parts, { maxLength: 12 }), (all) => {
				try {
					expect(read(all.join('')).query.op).toBeDefined();
				} catch (error) {
					if (!(error instanceof CqlError || error instanceof QueryRefused)) throw error;
				}
			}),
			{ numRuns: 3000 },
		);
	});
});

/** How YAZ is told to put our indexes and relations into attributes of Bib-1. */
const MAPPING = `
set.cql = info:srw/cql-context-set/1/cql-v1.2
set.dc = info:srw/cql-context-set/1/dc-v1.1
set.bath = http://zing.z3950.org/cql/bath/2.0/
set = info:srw/cql-context-set/1/dc-v1.1
index.cql.serverChoice = 1=1016
index.dc.title = 1=4
index.dc.creator = 1=1003
index.dc.subject = 1=21
index.dc.publisher = 1=1018
index.dc.date = 1=31
index.dc.language = 1=54
index.bath.isbn = 1=7
index.bath.issn = 1=8
relation.< = 2=1
relation.le = 2=2
relation.eq = 2=3
relation.exact = 2=3 6=3 3=1
relation.ge = 2=4
relation.> = 2=5
relation.<> = 2=6
relation.scr = 2=3
relation.adj = 4=1
relation.all = 4=6
relation.any = 4=105
structure.* =
position.first = 3=1
position.any =
position.firstAndLast = 3=1 6=3
truncation.right = 5=1
truncation.none =
`;

/** Queries that mean the same whichever way they come. */
const BOTH_WAYS = [
	'mưa',
	'"mưa rào"',
	'title = mưa',
	'dc.title = "mưa rào mùa hạ"',
	'dc.title any "mưa rào"',
	'dc.title all "mưa rào"',
	'dc.title adj "mưa rào"',
	'dc.title == "Lý Sơn"',
	'dc.title = "^mưa rào"',
	'dc.title = nguy*',
	'dc.creator = "nguyễn du" and dc.title = kiều',
	'dc.subject = sử or dc.subject = địa not dc.publisher = trẻ',
	'dc.subject = sử or (dc.subject = địa not dc.publisher = trẻ)',
	'dc.date = 2015',
	'dc.date < 2015',
	'dc.date <= 2015',
	'dc.date > 2015',
	'dc.date >= 2015',
	'dc.date <> 2015',
	'dc.language = vie',
	'bath.isbn = 9786042000017',
	'bath.issn = 0317-8471 and cql.serverChoice = báo',
	'>b="http://zing.z3950.org/cql/bath/2.0/" b.isbn = 9786042000017',
];

describe.runIf(hasPeer('libyaz'))('a query that YAZ puts into RPN', () => {
	const properties = join(mkdtempSync(join(tmpdir(), 'lienthong-cql-')), 'map.properties');
	writeFileSync(properties, MAPPING);
	const pqf = hasPeer('libyaz') ? yazPqf(BOTH_WAYS, properties) : [];

	it.each(BOTH_WAYS.map((cql, i) => ({ cql, i })))('is the same tree: $cql', ({ cql, i }) => {
		const rpn = parsePqf(pqf[i] ?? `YAZ refused ${cql}`, (term) => Buffer.from(term));
		expect(queryFromRpn(rpn, () => undefined)).toEqual(read(cql).query);
	});
});
