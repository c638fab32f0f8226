import { describe, expect, it } from 'vitest';
import { queryFromRpn, RpnRefused } from '../../src/index/from-rpn.ts';
import type { Query } from '../../src/index/query.ts';
import { publicId } from '../../src/lib/ids.ts';
import { parsePqf } from '../../src/protocols/z3950/pqf.ts';

const set: Query = { op: 'years', from: 2000, to: 2000 };
const read = (pqf: string): Query =>
	queryFromRpn(
		parsePqf(pqf, (term) => Buffer.from(term)),
		(name) => (name === 'kept' ? set : undefined),
	);
const word = (text: string, field = 'any', more = {}) => ({ op: 'word', field, text, ...more });
const phrase = (text: string, field = 'any', more = {}) => ({ op: 'phrase', field, text, ...more });

describe('RPN as the query tree', () => {
	it.each<[string, object]>([
		['mưa', word('mưa')],
		['"mưa rào"', phrase('mưa rào')],
		['@attr 1=4 mưa', word('mưa', 'title')],
		['@attr 1=1003 @attr 4=6 "du nguyễn"', { op: 'and', of: [word('du', 'creator'), word('nguyễn', 'creator')] }],
		['@attr 1=21 @attr 4=105 "sử địa"', { op: 'or', of: [word('sử', 'subject'), word('địa', 'subject')] }],
		['@attr 1=4 @attr 4=6 @attr 5=1 "lịch sử"', { op: 'and', of: [word('lịch', 'title', { prefix: true }), word('sử', 'title')] }],
		['@attr 1=4 @attr 5=1 li', word('li', 'title')],
		['@attr 1=4 @attr 5=2 học', { op: 'mask', field: 'title', pattern: '*hoc' }],
		['@attr 5=3 học', { op: 'mask', field: 'any', pattern: '*hoc*' }],
		['@attr 5=101 ngu#n', { op: 'mask', field: 'any', pattern: 'ngu*n' }],
		['@attr 5=101 nguy#', word('nguy', 'any', { prefix: true })],
		['@attr 5=101 mưa*?', word('mưa')],
		['@attr 5=104 t#ng', { op: 'mask', field: 'any', pattern: 't?ng' }],
		['@attr 5=104 ngu?2n', { op: 'mask', field: 'any', pattern: 'ngu*n' }],
		['@attr 4=6 @attr 5=104 "s#ch hay"', { op: 'and', of: [{ op: 'mask', field: 'any', pattern: 's?ch' }, word('hay')] }],
		['@attr 1=31 @attr 2=4 2015', { op: 'years', from: 2015, to: null }],
		[
			'@and @attr 1=31 @attr 2=4 2010 @attr 1=31 @attr 2=2 2020',
			{
				op: 'and',
				of: [
					{ op: 'years', from: 2010, to: null },
					{ op: 'years', from: null, to: 2020 },
				],
			},
		],
		['@attr 1=7 0306406152', word('0306406152', 'isbn')],
		['@attr 1=8 0317-8471', word('0317-8471', 'issn')],
		['@attr 1=1007 0317-8471', word('0317-8471', 'identifier')],
		['@attr 1=13 510', word('510', 'classification')],
		['@attr 1=54 VIE', { op: 'value', facet: 'language', value: 'vie' }],
		['@attr 1=1044 TVT', { op: 'value', facet: 'library', value: 'TVT' }],
		[`@attr 1=12 ${publicId(9)}`, { op: 'record', id: 9 }],
		['@attr 1=_ALLRECORDS @attr 2=103 ""', { op: 'all' }],
		['@attr 1=4 @attr 2=103 ""', { op: 'all' }],
		['@or a @not b c', { op: 'or', of: [word('a'), { op: 'and', of: [word('b'), { op: 'not', of: word('c') }] }] }],
		['@and @set kept a', { op: 'and', of: [set, word('a')] }],
		['@attr 1=4 "mưa*^?"', word('mưa*^?', 'title')],
		// Bath Profile 2.0, functional area A
		['@attr 1=1003 @attr 2=3 @attr 3=3 @attr 4=2 @attr 5=100 @attr 6=1 du', word('du', 'creator')],
		['@attr 1=4 @attr 2=3 @attr 3=3 @attr 4=2 @attr 5=1 @attr 6=1 lịch', word('lịch', 'title', { prefix: true })],
		['@attr 1=4 @attr 2=3 @attr 3=1 @attr 4=1 @attr 5=100 @attr 6=3 "lý sơn"', phrase('lý sơn', 'title', { anchor: 'whole' })],
		['@attr 1=4 @attr 2=3 @attr 3=1 @attr 4=1 @attr 5=100 @attr 6=1 "lý sơn"', phrase('lý sơn', 'title', { anchor: 'start' })],
		[
			'@attr 1=21 @attr 2=3 @attr 3=1 @attr 4=1 @attr 5=1 @attr 6=1 "đảo việt"',
			phrase('đảo việt', 'subject', { anchor: 'start', prefix: true }),
		],
		['@attr 1=1016 @attr 2=3 @attr 3=3 @attr 4=2 @attr 5=100 @attr 6=1 mưa', word('mưa')],
		['@attr 1=31 @attr 2=3 @attr 3=1 @attr 4=4 @attr 5=100 @attr 6=1 2015', { op: 'years', from: 2015, to: 2015 }],
		['@attr 1=1007 @attr 2=3 @attr 3=1 @attr 4=1 @attr 5=100 @attr 6=1 0306406152', word('0306406152', 'identifier')],
	])('%s', (pqf, expected) => {
		expect(read(pqf)).toEqual(expected);
	});

	it.each<[string, number, string]>([
		['@attr 1=9999 a', 114, '9999'],
		['@attr 1=title a', 114, 'title'],
		['@attr 7=1 a', 113, '7'],
		['@attr 1=4 @attr 2=100 a', 117, '100'],
		['@attr 1=4 @attr 2=1 a', 117, '2=1 1.4'],
		['@attr 1=4 @attr 2=x a', 117, 'x'],
		['@attr 1=4 @attr 3=4 a', 119, '4'],
		['@attr 1=1018 @attr 3=1 a', 119, '1'],
		['@attr 1=4 @attr 4=103 a', 118, '103'],
		['@attr 1=4 @attr 5=102 a', 120, '102'],
		['@attr 1=4 @attr 5=2 a', 9, '*a: a word with * needs three letters, one with ? two'],
		['@attr 1=4 @attr 5=2 "lịch sử"', 123, '*: a word with * or ? inside stands alone: all and any take several'],
		['@attr 1=7 @attr 5=2 978', 120, '*: in this index only the end of a term may be masked'],
		['@attr 5=104 @attr 4=6 "t#ng t#ng t#ng t#ng t#ng"', 7, 'at most 4 words truncated elsewhere than at their end'],
		['@attr 1=54 @attr 5=1 vie', 120, '*: values of this index are given whole'],
		['@attr 1=4 @attr 6=4 a', 122, '4'],
		['@attr 1=1018 @attr 6=3 a', 122, '3'],
		['@attr 1=4 ""', 125, '1.4'],
		['@attr 1=31 xưa', 126, 'xưa: a year has four digits'],
		['@attr 1=4 @attr 3=1 @attr 5=1 @attr 6=3 mưa', 123, '*: a whole field has no open end'],
		['@set unknown', 30, 'unknown'],
	])('%s is refused with %i', (pqf, condition, addinfo) => {
		expect(() => read(pqf)).toThrow(RpnRefused);
		expect(() => read(pqf)).toThrow(expect.objectContaining({ condition, addinfo }));
	});

	it('takes proximity for words side by side, and refuses any other', () => {
		const term = (text: string, use = 4) => ({ kind: 'term' as const, attributes: [{ type: 1, value: use }], term: text });
		const prox = (more: object, right: Parameters<typeof queryFromRpn>[0]['root'] = term('sơn')) =>
			queryFromRpn(
				{
					attributeSet: '1.2.840.10003.3.1',
					root: { kind: 'prox', left: term('lý'), right, proximity: { distance: 1, ordered: true, relation: 2, unit: 2, ...more } },
				},
				() => undefined,
			);
		expect(prox({})).toEqual(phrase('lý sơn', 'title'));
		expect(prox({ distance: 2, relation: 1 })).toEqual(phrase('lý sơn', 'title'));
		expect(prox({ ordered: false })).toEqual({ op: 'or', of: [phrase('lý sơn', 'title'), phrase('sơn lý', 'title')] });
		expect(() => prox({ distance: 3 })).toThrow(expect.objectContaining({ condition: 202 }));
		expect(() => prox({ relation: 4 })).toThrow(expect.objectContaining({ condition: 131, addinfo: '4' }));
		expect(() => prox({ unit: 3 })).toThrow(expect.objectContaining({ condition: 132, addinfo: '3' }));
		expect(() => prox({ exclusion: true })).toThrow(expect.objectContaining({ condition: 201 }));
		expect(() => prox({}, term('sơn', 21))).toThrow(expect.objectContaining({ condition: 201 }));
		expect(() => prox({}, { kind: 'set', name: 'kept' })).toThrow(expect.objectContaining({ condition: 129 }));
	});

	it('knows no other attribute set, and no term that is not text', () => {
		const term = { kind: 'term', attributes: [], term: Buffer.from('a') } as const;
		const ask = (root: Parameters<typeof queryFromRpn>[0]['root'], attributeSet = '1.2.840.10003.3.1') =>
			queryFromRpn({ attributeSet, root }, () => undefined);
		const attribute = { type: 1, value: 4 };
		expect(() => ask({ ...term, attributes: [attribute] }, '1.2.840.10003.3.2')).toThrow(expect.objectContaining({ condition: 121 }));
		expect(() => ask({ ...term, attributes: [{ ...attribute, set: '1.2.3' }] })).toThrow(expect.objectContaining({ condition: 121 }));
		expect(() => ask({ ...term, term: null })).toThrow(expect.objectContaining({ condition: 229 }));
		expect(ask({ ...term, term: 2015, attributes: [{ type: 1, value: 31 }] })).toEqual({ op: 'years', from: 2015, to: 2015 });
		expect(ask({ ...term, term: Buffer.from([0x6d, 0xe0]) })).toEqual(word('mà'));
	});
});
