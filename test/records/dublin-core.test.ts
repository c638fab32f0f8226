import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/lib/limits.ts';
import { decodeRecord } from '../../src/records/decode.ts';
import { DublinCoreBuilder } from '../../src/records/dublin-core.ts';
import { lines } from '../support/marc-bytes.ts';

const wrap = (content: string): string =>
	`<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">${content}</oai_dc:dc>`;
const dc = (...pairs: (readonly [string, string])[]): string =>
	wrap(pairs.map(([name, text]) => `<dc:${name}>${text}</dc:${name}>`).join(''));

/** Lines of the MARC record without 008, which has its own test. */
function read(xml: string): string[] {
	const decoded = decodeRecord('oai_dc', xml);
	return decoded.ok ? lines(decoded.record).filter((line) => !line.startsWith('008')) : [decoded.code];
}

describe('oai_dc becomes MARC', () => {
	it('a whole record, every field with its element', () => {
		const decoded = decodeRecord(
			'oai_dc',
			dc(
				['title', 'Đất rừng phương Nam : truyện dài / Đoàn Giỏi'],
				['title', 'Southern forest land'],
				['creator', 'Đoàn Giỏi'],
				['creator', 'Nguyễn, Văn A, 1950-'],
				['contributor', 'Hội Nhà văn'],
				['publisher', 'Hà Nội : Kim Đồng'],
				['date', '2019'],
				['identifier', 'ISBN 978-604-2-12345-6'],
				['identifier', 'http://example.org/1'],
				['subject', 'Văn học'],
				['description', '320 tr.'],
				['language', 'vi'],
				['type', 'Text'],
				['format', '320 tr.'],
				['rights', 'Mọi người'],
			),
		);
		expect(decoded.ok && lines(decoded.record).slice(1)).toEqual([
			'020   $a978-604-2-12345-6',
			'856 40$uhttp://example.org/1',
			'041 0 $avie',
			'100 0 $aĐoàn Giỏi',
			'245 10$aĐất rừng phương Nam$btruyện dài$cĐoàn Giỏi',
			'246 3 $aSouthern forest land',
			'264  1$aHà Nội$bKim Đồng$c2019',
			'300   $a320 tr.',
			'336   $atext$btxt$2rdacontent',
			'653   $aVăn học',
			'500   $a320 tr.',
			'540   $aMọi người',
			'700 1 $aNguyễn, Văn A$d1950-',
			'710 2 $aHội Nhà văn',
		]);
		expect(decoded.ok && decoded.record.fields.map((f) => f.origin)).toEqual(
			'dc:date[1] dc:identifier[1] dc:identifier[2] dc:language[1] dc:creator[1] dc:title[1] dc:title[2] dc:publisher[1] dc:format[1] dc:type[1] dc:subject[1] dc:description[1] dc:rights[1] dc:creator[2] dc:contributor[1]'.split(
				' ',
			),
		);
		const fixed = decoded.ok ? (decoded.record.fields[0]?.value ?? '') : '';
		expect([fixed.length, fixed.slice(6, 11), fixed.slice(35, 38)]).toEqual([40, 's2019', 'vie']);
	});

	it.each([
		['9786042123456', '020   $a9786042123456'],
		['0306406152', '020   $a0306406152'],
		['1234567890', '035   $a1234567890'],
		['urn:isbn:0306406152', '020   $a0306406152'],
		['1859-1779', '022   $a1859-1779'],
		['ISSN 0866-8655', '022   $a0866-8655'],
		['doi:10.1000/182', '024 7 $a10.1000/182$2doi'],
		['https://doi.org/10.1000/182', '024 7 $a10.1000/182$2doi'],
		['hdl:123/4', '024 7 $ahdl:123/4$2hdl'],
		['https://example.org/a?b=1', '856 40$uhttps://example.org/a?b=1'],
		['TVT-0012', '035   $aTVT-0012'],
	])('identifier %s', (value, expected) => {
		expect(read(dc(['title', 'x'], ['identifier', value]))).toContain(expected);
	});

	it.each([
		[['relation', 'Tủ sách Vàng'], '490 0 $aTủ sách Vàng'],
		[['relation', 'Series: Lecture Notes'], '490 0 $aLecture Notes'],
		[['relation', 'Another book'], '787 0 $tAnother book'],
		[['relation', 'http://example.org/2'], '787 0 $ohttp://example.org/2'],
		[['source', 'Tạp chí Văn học'], '786 0 $tTạp chí Văn học'],
		[['coverage', 'Nam Bộ'], '653  5$aNam Bộ'],
		[['subject', '895.9223'], '082 04$a895.9223'],
		[['language', 'Tiếng Việt'], '041 0 $avie'],
		[['language', 'chữ Nôm'], '546   $achữ Nôm'],
		[['date', '1999-05-01'], '264  1$c1999-05-01'],
	] as const)('%s', (pair, expected) => {
		expect(read(dc(['title', 'x'], pair))).toContain(expected);
	});

	it.each([
		['Text', 'a', 'm'],
		['MovingImage', 'g', 'm'],
		['StillImage', 'k', 'm'],
		['Sound', 'i', 'm'],
		['Bản đồ', 'e', 'm'],
		['info:eu-repo/semantics/article', 'a', 'a'],
		['Journal', 'a', 's'],
		['Sách', 'a', 'm'],
		['Dataset', 'm', 'm'],
		['Luận văn', 'a', 'm'],
		['Something', 'a', 'm'],
	])('type %s is leader/06 %s, /07 %s', (value, type, level) => {
		const decoded = decodeRecord('oai_dc', dc(['title', 'x'], ['type', value]));
		expect(decoded.ok && decoded.record.leader).toBe(`00000n${type}${level} a2200000   4500`);
	});

	it('a MIME type tells an online resource', () => {
		expect(read(dc(['title', 'x'], ['format', 'application/pdf']))).toContain('338   $aonline resource$bcr$2rdacarrier');
	});
});

describe('qualified Dublin Core and odd wrappers', () => {
	it('refined elements', () => {
		const xml = `<qdc><title>Main</title><alternative>Other</alternative><issued>2001</issued><available>2020</available><abstract>About</abstract><tableOfContents>1. A</tableOfContents><isPartOf>Host</isPartOf><spatial>Huế</spatial><extent>10 tr.</extent></qdc>`;
		expect(read(xml)).toEqual([
			'245 00$aMain',
			'246 3 $aOther',
			'264  1$c2001',
			'300   $a10 tr.',
			'520 3 $aAbout',
			'505 0 $a1. A',
			'773 0 $tHost',
			'653  5$aHuế',
		]);
	});

	it('no namespaces, capitals, white space, comments and CDATA', () => {
		expect(read('<dc><Title>\n  A   <!-- x -->title \n</Title><title/><creator><![CDATA[A & B]]></creator></dc>')).toEqual([
			'100 0 $aA & B',
			'245 10$aA title',
		]);
	});

	it('unknown elements are named, empty records fail by name', () => {
		const decoded = decodeRecord('oai_dc', wrap('<dc:title>x</dc:title><dc:colour>red</dc:colour>'));
		expect(decoded.repairs).toEqual([{ code: 'element-unknown', at: 'colour' }]);
		expect(read(wrap(''))).toEqual(['no-fields']);
		expect(read(dc(...Array.from({ length: LIMITS.recordFieldsMax + 1 }, () => ['subject', 'x'] as const)))).toEqual(['too-many-fields']);
		expect(read('<dc><title>x</dc>')).toEqual(['xml-not-well-formed']);
		expect(read('<!DOCTYPE dc [<!ENTITY a "b">]><dc><title>&a;</title></dc>')).toEqual(['doctype-refused']);
	});

	it('illegal characters are left out and named', () => {
		const decoded = decodeRecord('oai_dc', dc(['title', 'Tom & \u0001Jerry']));
		expect(decoded.ok && decoded.repairs.map((r) => r.code)).toEqual(['xml-illegal']);
		expect(read(dc(['title', 'Tom & \u0001Jerry']))).toEqual(['245 00$aTom & Jerry']);
	});
});

it('any values make a record whose fields are whole, and the builder is ready again', () => {
	const builder = new DublinCoreBuilder();
	const name = fc.constantFrom(
		'title',
		'creator',
		'contributor',
		'publisher',
		'date',
		'identifier',
		'subject',
		'description',
		'type',
		'format',
		'language',
		'relation',
		'coverage',
		'source',
		'rights',
	);
	fc.assert(
		fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { minLength: 1 }), (pairs) => {
			builder.open('dc', () => undefined);
			for (const [element, text] of pairs) {
				builder.open(element, () => undefined);
				builder.text(text);
				builder.close(element);
			}
			builder.close('dc');
			const [decoded] = builder.finish();
			expect(builder.finish()).toEqual([]);
			const written = pairs.some(([, text]) => text.trim() !== '');
			expect(decoded?.ok).toBe(written);
			if (!decoded?.ok) return;
			for (const field of decoded.record.fields) {
				expect(field.origin).toBeDefined();
				expect(field.value !== '' || field.subfields.length > 0).toBe(true);
			}
		}),
	);
});
