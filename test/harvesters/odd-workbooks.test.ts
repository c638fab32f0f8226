import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readWorkbook } from '../../src/harvesters/workbook.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { SharedStrings } from '../../src/records/workbook/shared-strings.ts';
import { zipped } from '../support/zip-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-odd-workbooks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const sheet = (rows: string, behind = ''): string => `<worksheet ${MAIN}><sheetData>${rows}</sheetData>${behind}</worksheet>`;
const inline = (cell: string, text: string): string => `<c r="${cell}" t="inlineStr"><is><t>${text}</t></is></c>`;

async function linesOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string[]> {
	const path = join(folder, 'book.xlsx');
	writeFileSync(path, await zipped({ 'xl/workbook.xml': '<workbook/>', ...files }));
	const pieces: Uint8Array[] = [];
	for await (const piece of readWorkbook(path, 'book.xlsx')) pieces.push(piece);
	return Buffer.concat(pieces).toString().trimEnd().split('\n');
}

describe('a workbook', () => {
	it('by a program that puts a prefix before every name and says of no row or cell where it is', async () => {
		const lines = await linesOf({
			'xl/workbook.xml': `<x:workbook xmlns:x="urn:x" xmlns:d3p1="urn:r"><x:sheets><x:sheet name="Sách" sheetId="1" d3p1:id="R1"/></x:sheets></x:workbook>`,
			'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="R1" Target="/xl/worksheets/sheet.xml"/></Relationships>',
			'xl/SharedStrings.xml': '<x:sst xmlns:x="urn:x"><x:si><x:t>Nhan đề</x:t></x:si><x:si><x:t>Tắt đèn</x:t></x:si></x:sst>',
			'xl/worksheets/sheet.xml':
				'<?xml version="1.0"?><x:worksheet xmlns:x="urn:x"><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="str"><x:v>Năm</x:v></x:c></x:row><x:row/><x:row><x:c t="s"><x:v>1</x:v></x:c><x:c><x:v>1939</x:v></x:c></x:row></x:sheetData></x:worksheet>',
		});
		expect(lines).toEqual(['Nhan đề,Năm', '', 'Tắt đèn,1939']);
	});

	it('has its sheets in the order in which they are seen; those that are hidden are not read', async () => {
		const files = {
			'xl/workbook.xml': `<workbook ${MAIN} ${RELATIONS}><sheets><sheet name="Danh mục" r:id="a" state="hidden"/><sheet name="Sách" r:id="b"/><sheet name="Ghi chú" r:id="c" state="visible"/><sheet name="Mã" r:id="d" state="veryHidden"/></sheets></workbook>`,
			'xl/_rels/workbook.xml.rels': `<Relationships>${['a', 'b', 'c', 'd'].map((id, i) => `<Relationship Id="${id}" Target="worksheets/sheet${4 - i}.xml"/>`).join('')}</Relationships>`,
			'xl/worksheets/sheet1.xml': sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'),
			'xl/worksheets/sheet2.xml': sheet(`<row r="1">${inline('A1', 'remark')}</row>`),
			'xl/worksheets/sheet3.xml': sheet(`<row r="1">${inline('A1', 'Nhan đề')}</row><row r="2">${inline('A2', 'Tắt đèn')}</row>`),
			'xl/worksheets/sheet4.xml': sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'),
		};
		expect(await linesOf(files)).toEqual(['Nhan đề', 'Tắt đèn']);
	});

	it('a cell that is merged with those below it stands in each of them; one that is merged sideways stands once', async () => {
		const rows = [
			`<row r="1">${inline('A1', 'DANH MỤC')}</row>`,
			`<row r="2">${inline('A2', 'Nhan đề')}${inline('B2', 'Xuất bản')}</row>`,
			`<row r="3"><c r="A3"/>${inline('B3', 'NXB')}${inline('C3', 'Năm XB')}</row>`,
			`<row r="4">${inline('A4', 'Tắt đèn')}${inline('B4', 'VH')}<c r="C4"><v>1939</v></c></row>`,
			`<row r="5"><c r="A5"/>${inline('B5', 'KĐ')}<c r="C5"><v>2000</v></c></row>`,
			'<row r="6"/>',
			`<row r="7">${inline('B7', 'KĐ')}</row>`,
		].join('');
		const merged =
			'<mergeCells count="4"><mergeCell ref="A1:C1"/><mergeCell ref="A4:A5"/><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/></mergeCells>';
		const lines = await linesOf({ 'xl/worksheets/sheet1.xml': sheet(rows, merged) });
		expect(lines).toEqual(['DANH MỤC', 'Nhan đề,Xuất bản', 'Nhan đề,NXB,Năm XB', 'Tắt đèn,VH,1939', 'Tắt đèn,KĐ,2000', '', ',KĐ']);
	});

	it('has its numbers as they are shown: dates, zeros before them, letters beside them, and all digits of long ones', async () => {
		const styles = `<styleSheet ${MAIN}><numFmts><numFmt numFmtId="164" formatCode="000000"/><numFmt numFmtId="165" formatCode="&quot;TK.&quot;0000"/><numFmt numFmtId="166" formatCode="dd/mm/yyyy;@"/><numFmt numFmtId="167" formatCode="#,##0\\ &quot;đồng&quot;"/><numFmt numFmtId="168" formatCode="[$-42A]h:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${[0, 164, 165, 166, 14, 167, 168, 1].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`;
		const cells: [number, string][] = [
			[0, '8.93604E+12'],
			[0, '9786041234567'],
			[0, '895.92200000000003'],
			[1, '123'],
			[2, '7'],
			[3, '38718'],
			[4, '38718.5'],
			[5, '35000'],
			[6, '0.5'],
			[7, '2005'],
			[0, '1.5E+22'],
		];
		const row = (from1904: string) => ({
			'xl/workbook.xml': `<workbook ${MAIN}><workbookPr date1904="${from1904}"/></workbook>`,
			'xl/styles.xml': styles,
			'xl/worksheets/sheet1.xml': sheet(
				`<row r="1">${cells.map(([style, value]) => `<c s="${style}"><v>${value}</v></c>`).join('')}</row>`,
			),
		});
		const plain = (day: string) => `8936040000000,9786041234567,895.922,000123,TK.0007,${day},${day},35000,0.5,2005,1.5e+22`;
		expect(await linesOf(row('0'))).toEqual([plain('2006-01-01')]);
		expect(await linesOf(row('1'))).toEqual([plain('2010-01-02')]);
	});

	it('has its texts as they are shown: in pieces, over lines, without reading aids, errors left out', async () => {
		const strings = `<sst ${MAIN}><si><r><t xml:space="preserve">Tắt </t></r><r><rPr><b/></rPr><t>đèn</t></r></si><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr/></si><si><t>a_x000D_&#10;b_x0041_</t></si><si/></sst>`;
		const cells =
			'<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c><c t="s"><v>9</v></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c><c t="inlineStr"><is><r><t>Số </t></r><r><t>đỏ</t></r></is></c><c t="str"><f>A1</f><v>x&amp;y</v></c><c t="d"><v>2005-03-01T00:00:00Z</v></c>';
		const lines = await linesOf({ 'xl/sharedStrings.xml': strings, 'xl/worksheets/sheet1.xml': sheet(`<row>${cells}</row>`) });
		expect(lines).toEqual(['Tắt đèn,東京,a\u2028bA,,,,true,Số đỏ,x&y,2005-03-01']);
	});

	it('a row without end costs only itself', async () => {
		const long = inline('A2', 'x'.repeat(30_000)).replace(' r="A2"', '').repeat(20);
		const rows = `<row>${inline('A1', 'Nhan đề')}</row><row>${long}</row><row>${inline('A3', 'Tắt đèn')}</row>`;
		const lines = await linesOf({ 'xl/worksheets/sheet1.xml': sheet(rows) });
		expect([lines[0], lines[2], lines.length]).toEqual(['Nhan đề', 'Tắt đèn', 3]);
		expect(lines[1]?.length).toBeGreaterThan(LIMITS.rowLettersMax);
		expect(lines[1]?.length).toBeLessThan(LIMITS.rowLettersMax + 60_000);
	});

	const refused: [string, string, string][] = [
		['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${sheet('')}`, 'file-broken'],
		['rows that go backwards', sheet('<row r="5"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>'), 'file-broken'],
		['a row behind the last there is', sheet('<row r="99999999"><c><v>1</v></c></row>'), 'file-broken'],
		['elements without end', sheet(`<row>${'<x>'.repeat(100)}${'</x>'.repeat(100)}</row>`), 'file-broken'],
		['a text without end', sheet(`<row>${inline('A1', 'đ'.repeat(LIMITS.xmlTextBytesMax + 100_000))}</row>`), 'file-broken'],
		[
			'too many merged cells',
			sheet('', `<mergeCells>${'<mergeCell ref="A1:A2"/>'.repeat(LIMITS.mergedCellsMax + 1)}</mergeCells>`),
			'too-large',
		],
	];
	it.each(refused)('with %s is refused with what to do', async (_, xml, code) => {
		await expect(linesOf({ 'xl/worksheets/sheet1.xml': xml })).rejects.toMatchObject({ code, hint: expect.stringMatching(/\w/) });
	});
});

it('shared texts come back as they were added, whichever is asked for', () => {
	fc.assert(
		fc.property(
			fc.array(fc.string({ unit: fc.constantFrom('a', 'đ', '𝄞', ' ') }), { maxLength: 600 }),
			fc.array(fc.nat(700)),
			(texts, asked) => {
				const strings = new SharedStrings();
				for (const text of texts) strings.add(text);
				expect(asked.map((index) => strings.at(index))).toEqual(asked.map((index) => texts[index] ?? ''));
			},
		),
	);
	const many = new SharedStrings();
	const long = 'đ'.repeat(30_000);
	for (let i = 0; i < 2_000; i++) many.add(`${i} ${long}`);
	for (const index of [0, 1_999, 300, 700, 0, 1_500]) expect(many.at(index).startsWith(`${index} đ`)).toBe(true);
});
