import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bibFromMarc } from '../../src/records/bib-from-marc.ts';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';
import { marcToMods } from '../../src/records/render-mods.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import { readXml } from '../support/xcql-meaning.ts';

const data = (tag: string, indicators: string, ...subfields: readonly string[]): MarcField => ({
	tag,
	ind1: indicators.charAt(0),
	ind2: indicators.charAt(1),
	value: '',
	subfields: subfields.map((text) => ({ code: text.charAt(0), value: text.slice(1) })),
});
const control = (tag: string, value: string): MarcField => ({ tag, ind1: ' ', ind2: ' ', value, subfields: [] });

const RECORD: MarcRecord = {
	leader: '00000nam a2200000 a 4500',
	fields: [
		control('001', '1qxef7vgg'),
		control('003', 'lienthong.example.vn'),
		control('008', '200101s2020    vm            000 0 vie d'),
		data('020', '  ', 'a9780306406157'),
		data('020', '  ', 'z0306406153'),
		data('082', '04', 'a959.7', '223'),
		data('100', '1 ', 'aTrần Quốc Vượng,', 'd1934-2005', 'etác giả'),
		data('245', '10', 'aLịch sử & văn hoá :', 'btập bài giảng.', 'nTập 1,', 'pCổ đại /', 'cTrần Quốc Vượng'),
		data('246', '3 ', 'aSử Việt'),
		data('250', '  ', 'aIn lần thứ 2'),
		data('260', '  ', 'aHà Nội :', 'bGiáo dục,', 'c2020'),
		data('300', '  ', 'a255 tr. ;', 'c21 cm'),
		data('490', '0 ', 'aTủ sách Sử học ;', 'v3'),
		data('520', '  ', 'aTừ nguồn gốc đến thế kỷ X.'),
		data('600', '14', 'aHai Bà Trưng', 'xTiểu sử'),
		data('650', ' 4', 'aLịch sử', 'zViệt Nam', 'yCổ đại'),
		data('655', ' 4', 'aGiáo trình'),
		data('700', '1 ', 'aNguyễn Văn An,', '4edt'),
		data('852', '  ', 'aTVT', 'bKho 1', 'h959.7', 'pVV1'),
	],
};

describe('MODS', () => {
	it('says what a MARC record says', () => {
		const expected = [
			'<titleInfo><title>Lịch sử &amp; văn hoá</title><subTitle>tập bài giảng</subTitle><partNumber>Tập 1</partNumber><partName>Cổ đại</partName></titleInfo>',
			'<titleInfo type="alternative"><title>Sử Việt</title></titleInfo>',
			'<name type="personal" usage="primary">',
			'<namePart>Trần Quốc Vượng</namePart>',
			'<namePart type="date">1934-2005</namePart><role><roleTerm type="text">tác giả</roleTerm></role></name>',
			'<name type="personal">',
			'<namePart>Nguyễn Văn An</namePart><role><roleTerm type="code" authority="marcrelator">edt</roleTerm></role></name>',
			'<typeOfResource>text</typeOfResource>',
			'<originInfo><place><placeTerm type="text">Hà Nội</placeTerm></place><publisher>Giáo dục</publisher><dateIssued>2020</dateIssued><dateIssued encoding="marc">2020</dateIssued><edition>In lần thứ 2</edition><issuance>multipart monograph</issuance></originInfo>',
			'<language><languageTerm type="code" authority="iso639-2b">vie</languageTerm></language>',
			'<physicalDescription><extent>255 tr.</extent></physicalDescription>',
			'<abstract>Từ nguồn gốc đến thế kỷ X.</abstract>',
			'<note type="statement of responsibility">Trần Quốc Vượng</note>',
			'<subject>',
			'<name type="personal">',
			'<namePart>Hai Bà Trưng</namePart></name><topic>Tiểu sử</topic></subject>',
			'<subject><topic>Lịch sử</topic><geographic>Việt Nam</geographic><temporal>Cổ đại</temporal></subject>',
			'<genre>Giáo trình</genre>',
			'<classification authority="ddc">959.7</classification>',
			'<relatedItem type="series">',
			'<titleInfo><title>Tủ sách Sử học</title><partNumber>3</partNumber></titleInfo></relatedItem>',
			'<identifier type="isbn">9780306406157</identifier>',
			'<identifier type="isbn" invalid="yes">0306406153</identifier>',
			'<location><physicalLocation>TVT, Kho 1</physicalLocation><shelfLocator>959.7</shelfLocator></location>',
			'<recordInfo><recordIdentifier source="lienthong.example.vn">1qxef7vgg</recordIdentifier></recordInfo>',
		];
		expect(marcToMods(RECORD).replace(/^<mods [^>]*>/, '')).toBe(`${expected.join('')}</mods>`);
	});

	it('is well-formed and has the title of the description, for records of every kind', () => {
		for (const record of sampleMarc(400)) {
			const xml = marcToMods(record);
			const found = bibFromMarc(record);
			if (!('bib' in found)) {
				expect(xml).toBe('');
				continue;
			}
			const info = readXml(xml).children.find(({ name }) => name === 'titleInfo');
			expect(info?.children.find(({ name }) => name === 'title')?.text ?? '').toBe(found.bib.title.proper?.value ?? '');
		}
	});

	it('is well-formed, whatever stands in the fields', () => {
		const text = fc.string({ unit: 'binary', maxLength: 20 });
		const field = fc
			.record({
				tag: fc.constantFrom('100', '245', '260', '490', '600', '650', '655', '852', '773', '856'),
				codes: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'x', 'z', '4', 'u'), text), { maxLength: 4 }),
			})
			.map(({ tag, codes }) => data(tag, '  ', ...codes.map(([code, value]) => code + value)));
		fc.assert(
			fc.property(fc.array(field, { maxLength: 8 }), (fields) => {
				const xml = marcToMods({ leader: '00000nam a2200000 a 4500', fields });
				if (xml !== '') expect(readXml(xml).name).toBe('mods');
			}),
		);
	});
});
