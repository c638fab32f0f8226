import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packUnion, unpackUnion } from '../../src/records/compact.ts';
import { openPackedUnion, packedUnionToMarcXml } from '../../src/records/packed-marcxml.ts';
import { publicUnion } from '../../src/records/public-view.ts';
import { marcToOaiDc } from '../../src/records/render-dc.ts';
import { outputLeader, renderMarcXml, renderUnionMarcXml, unionToMarc } from '../../src/records/render-marcxml.ts';
import type { UnionRecord } from '../../src/records/union.ts';
import { anyRecord, anyUnion } from './arbitrary.ts';
import { field, LEADER, marc } from './marc-lines.ts';
import { hasSchemas, validate } from './schemas.ts';

const options = { id: 'abc12345x', agency: 'LIENTHONG' };

const union: UnionRecord = {
	kind: 'monograph',
	leader: '01234cam a2200567 a 4500',
	members: [
		{ record: 1, version: 1, run: 1, source: 's1', library: 'TVHN', identifier: 'a', share: 'full', licence: null },
		{ record: 2, version: 1, run: 1, source: 's2', library: 'TVHP', identifier: 'b', share: 'full', licence: null },
	],
	fields: [
		{ field: field('008 181222s1998    vm'), sources: [0], rule: 'lead' },
		{ field: field('040 __ $aTVHN'), sources: [0], rule: 'lead' },
		{ field: field('245 10 $aToán & "lí" <6>'), sources: [0, 1], rule: 'lead' },
	],
	holdings: [
		{ member: 0, path: '952', location: 'Kho A', callNumber: '510 T', barcodes: ['1', '2'], copies: 2, note: 'đọc' },
		{ member: 1, path: '866', barcodes: [], copies: 3, statement: 'T.1-3' },
	],
};
const shown = publicUnion(union);
if (shown === null) throw new Error('both members share');

function validateUnion(any: UnionRecord): void {
	const passed = publicUnion(any);
	if (passed !== null) validate(renderUnionMarcXml(passed, options));
}

describe('a union record as MARC', () => {
	it('has its public id, the merged fields and a holding for each library', () => {
		expect(unionToMarc(shown, options)).toEqual(
			marc(
				[
					'001 abc12345x',
					'003 LIENTHONG',
					'008 181222s1998    vm',
					'040 __ $aTVHN',
					'245 10 $aToán & "lí" <6>',
					'852 __ $aTVHN$bKho A$h510 T$p1$p2$zđọc',
					'852 __ $3T.1-3$aTVHP$93',
				],
				'00000cam a2200000 a 4500',
			),
		);
	});

	it('is the same XML by all three ways', () => {
		fc.assert(
			fc.property(anyUnion, (any) => {
				const stored = packUnion(any).toWellFormed();
				const passed = publicUnion(unpackUnion(stored));
				const packed = packedUnionToMarcXml(openPackedUnion(Buffer.from(stored, 'utf8')), options)?.toString('utf8');
				if (passed === null) return void expect(packed).toBeUndefined();
				const xml = renderUnionMarcXml(passed, options);
				expect(xml).toBe(renderMarcXml(unionToMarc(passed, options)));
				expect(packed).toBe(xml);
			}),
		);
	});
});

describe('MARCXML', () => {
	it('escapes, and leaves out what XML forbids', () => {
		const xml = renderMarcXml(marc(['245 10 $aA & B < C > "D"\u0000\u000bE\ud800F']));
		expect(xml).toContain('<subfield code="a">A &amp; B &lt; C &gt; &quot;D&quot;E\ufffdF</subfield>');
	});

	it('puts control fields first', () => {
		expect(renderMarcXml(marc(['245 10 $aTitle', '008 x']))).toMatch(/<controlfield tag="008">x<\/controlfield><datafield/);
	});

	it('leaves out fields and mends indicators and codes that the schema refuses', () => {
		const xml = renderMarcXml({
			leader: LEADER,
			fields: [
				field('2!5 10 $aNo'),
				field('00? No'),
				{ ...field('245 10 $aYes'), ind1: '#', ind2: 'X' },
				{ ...field('500 __ $aNone'), subfields: [] },
			],
		});
		expect(xml).toContain('<datafield tag="245" ind1=" " ind2=" "><subfield code="a">Yes</subfield></datafield></record>');
		expect(xml).not.toContain('No');
	});

	it.each([
		['01234cas|a2200567#i 4500', '00000cas a2200000 i 4500'],
		['', '00000nam a2200000   4500'],
		['????????????????????????', '00000nam a2200000   4500'],
	])('makes of the leader "%s" "%s"', (leader, made) => expect(outputLeader(leader)).toBe(made));

	it.runIf(hasSchemas)('is valid by MARC21slim.xsd (official schemas), whatever the record', () => {
		fc.assert(fc.property(anyRecord, (record) => validate(renderMarcXml(record))));
		fc.assert(fc.property(anyUnion, (any) => validateUnion(any)));
	});
});

describe('Dublin Core', () => {
	const dc = (...lines: string[]): string[] =>
		Array.from(marcToOaiDc(marc(lines)).matchAll(/<dc:(\w+)>([^<]*)</g), ([, name, text]) => `${name}: ${text}`).filter(
			(line) => line !== 'type: Text',
		);

	it.each([
		['020 __ $a604102015X (pbk.)', 'identifier: URN:ISBN:9786041020153'],
		['022 __ $a0866-7462', 'identifier: URN:ISSN:0866-7462'],
		['041 0_ $avie', 'language: vie'],
		['008 181222s1998    vm |||||||||||||| ||vie||', 'language: vie'],
		['100 1_ $aNguyễn Nhật Ánh,$eauthor', 'creator: Nguyễn Nhật Ánh'],
		['110 2_ $aViện Hàn lâm.$bViện Sử học', 'creator: Viện Hàn lâm. Viện Sử học'],
		['700 1_ $aKnuth, Donald E.,$d1938-', 'contributor: Knuth, Donald E., 1938-'],
		['245 10 $aToán 6 :$bsách giáo khoa.$nTập 1 /$cHà Huy Khoái', 'title: Toán 6 : sách giáo khoa. Tập 1'],
		['300 __ $a320 tr. :$bminh hoạ ;$c21 cm', 'format: 320 tr. ; minh hoạ ; 21 cm'],
		['490 0_ $aTủ sách ;$v5', 'relation: Tủ sách'],
		['500 __ $aGhi chú', 'description: Ghi chú'],
		['520 __ $aTóm tắt', 'description: Tóm tắt'],
		['540 __ $aCC BY', 'rights: CC BY'],
		['650 _7 $aToán$xLớp 6$2btkkhcn', 'subject: Toán--Lớp 6'],
		['655 _7 $aTruyện', 'type: Truyện'],
		['773 0_ $tTạp chí$gSố 5', 'relation: Tạp chí ; Số 5'],
		['856 40 $uhttps://example.org/?a=1&b=2', 'identifier: https://example.org/?a=1&amp;b=2'],
		['856 42 $uhttps://example.org/toc', 'relation: https://example.org/toc'],
	])('%s', (line, expected) => expect(dc(line)).toEqual([expected]));

	it('parts publisher and date', () => {
		expect(dc('260 __ $a[H.] :$bKim Đồng,$c2015.')).toEqual(['publisher: H. : Kim Đồng', 'date: 2015']);
		expect(dc('264 _4 $c©2015')).toEqual([]);
	});

	it('keeps private and local notes in', () =>
		expect(dc('541 0_ $aBought', '590 __ $aLocal', '583 0_ $aMended', '952 __ $p1')).toEqual([]));

	it.runIf(hasSchemas)('is valid by oai_dc.xsd (official schemas), whatever the record', () => {
		fc.assert(fc.property(anyRecord, (record) => validate(marcToOaiDc(record))));
	});
});
