import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { ImportRig } from '../support/import-rig.ts';
import { zipped } from '../support/zip-file.ts';

const rig = new ImportRig();

async function workbook(name: string, sheets: Readonly<Record<string, readonly (readonly ExcelJS.CellValue[])[]>>): Promise<string> {
	const book = new ExcelJS.Workbook();
	for (const [sheet, rows] of Object.entries(sheets)) book.addWorksheet(sheet).addRows(rows.map((row) => [...row]));
	const path = join(rig.folder, name);
	writeFileSync(path, new Uint8Array(await book.xlsx.writeBuffer()));
	return path;
}

function cutOff(path: string): string {
	const whole = readFileSync(path);
	writeFileSync(path, whole.subarray(0, whole.length - 400));
	return path;
}

const SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>';
async function sheetOf(name: string, sheet: string): Promise<string> {
	const path = join(rig.folder, name);
	writeFileSync(path, await zipped({ 'xl/workbook.xml': '<workbook/>', 'xl/worksheets/sheet1.xml': sheet }));
	return path;
}

const HEADINGS = ['STT', 'Số ĐKCB', 'Nhan đề', 'Tác giả', 'Năm XB', 'ISBN'];
const living = async (code: string): Promise<number> =>
	(
		await rig.made.database.pool.query(
			'select from source_record r join source s on s.id = r.source_id where s.library = $1 and not r.deleted and r.current_no > 0',
			[code],
		)
	).rowCount ?? 0;

describe('a workbook', () => {
	it('is read like a table: numbers, dates, formulas, rich text, gaps and all', async () => {
		const code = await rig.library();
		const path = await workbook('sach.xlsx', {
			Sách: [
				['DANH MỤC SÁCH'],
				[],
				HEADINGS,
				[1, 'TK.1\nTK.2', { richText: [{ text: 'Tắt ' }, { text: 'đèn' }] }, 'Ngô Tất Tố', 1939, 9786041234567],
				[],
				[2, 'TK.3', { formula: '"Số "&"đỏ"', result: 'Số đỏ' }, 'Vũ Trọng Phụng', new Date(Date.UTC(1936, 0, 1)), ''],
				[3, 'TK.4', '', 'Không tên'],
			],
			Trống: [],
		});
		const dry = await rig.harvester.dryImport(path, code);
		expect(dry).toMatchObject({ listed: 3, created: 2, quarantined: 1, table: { headingLine: 3 } });
		expect(dry.refused[0]?.reason).toContain('line 7');
		const texts = dry.table?.first.map((record) => record.fields.flatMap((f) => f.subfields.map((s) => `${f.tag}${s.code} ${s.value}`)));
		expect(texts?.[0]).toEqual(expect.arrayContaining(['020a 9786041234567', '245a Tắt đèn', '264c 1939', '852p TK.1', '852p TK.2']));
		expect(texts?.[1]).toEqual(expect.arrayContaining(['245a Số đỏ', '264c 1936-01-01']));
		expect(await rig.harvester.importFile(path, code)).toMatchObject({ state: 'complete', created: 2, quarantined: 1 });
		expect(await rig.harvester.importFile(path, code)).toMatchObject({ state: 'complete', unchanged: 2 });
	});

	it('gives the records that a CSV of the same rows gives', async () => {
		const code = await rig.library();
		const rows = Array.from({ length: 30 }, (_, i) => [i, '', `Sách số ${i}`, `Nguyễn Văn ${i}`, 2000 + i, '']);
		await rig.harvester.importFile(await workbook('a.xlsx', { A: [HEADINGS, ...rows] }), code);
		const csv = join(rig.folder, 'a.csv');
		writeFileSync(csv, [HEADINGS, ...rows].map((row) => row.join(',')).join('\r\n'));
		expect(await rig.harvester.importFile(csv, code)).toMatchObject({ unchanged: 30, created: 0 });
	});

	it('of before Unicode, whose letters came as those of Latin-1, is read as it was meant, and the conversion is named', async () => {
		const code = await rig.library();
		const old = [
			['Sè §KCB', 'Nhan ®Ò', 'T¸c gi¶'],
			['TK.1', 'Nh÷ng ngµy th¬ Êu', 'Nguyªn Hång'],
			['TK.2', '§Êt rõng ph­¬ng nam', '§oµn Giái'],
		];
		const path = await workbook('tcvn3.xlsx', { 'Trang tính': old });
		const titles = (await rig.harvester.dryImport(path, code)).table?.first.map(
			(record) => record.fields.find(({ tag }) => tag === '245')?.subfields[0]?.value,
		);
		expect(titles).toEqual(['Những ngày thơ ấu', 'Đất rừng phương nam']);
		expect(await rig.harvester.importFile(path, code)).toMatchObject({ state: 'complete', created: 2 });
		const { rows } = await rig.made.database.pool.query<{ repairs: { code: string }[] }>(
			'select v.repairs from version v join source_record r on r.id = v.record_id join source s on s.id = r.source_id where s.library = $1',
			[code],
		);
		expect(rows.map(({ repairs }) => new Set(repairs.map((repair) => repair.code)))).toEqual([
			new Set(['tcvn3-repaired']),
			new Set(['tcvn3-repaired']),
		]);
	});

	it('gives the rows that failed back as a workbook, to be corrected and sent again', async () => {
		const code = await rig.library();
		const path = await workbook('bad.xlsx', { A: [HEADINGS, [1, 'TK.1\nTK.2', '', 'Ngô Tất Tố', 1939, ''], [2, 'TK.3', 'Số đỏ']] });
		const rejects = join(rig.folder, 'rejects.xlsx');
		expect(await rig.harvester.importFile(path, code, { rejects })).toMatchObject({ created: 1, quarantined: 1 });
		const book = new ExcelJS.Workbook();
		await book.xlsx.readFile(rejects);
		const sheet = book.worksheets[0];
		expect(sheet?.getRow(1).values).toEqual([undefined, 'Lý do', ...HEADINGS]);
		expect(sheet?.getRow(2).values).toEqual(
			expect.arrayContaining([expect.stringContaining('Thiếu nhan đề (line 2'), '1', 'TK.1\nTK.2', 'Ngô Tất Tố', '1939']),
		);
		(sheet as ExcelJS.Worksheet).getCell('D2').value = 'Tắt đèn';
		await book.xlsx.writeFile(rejects);
		expect(await rig.harvester.importFile(rejects, code)).toMatchObject({ created: 1, quarantined: 0 });
	});

	const rows = [HEADINGS, [1, 'TK.1', 'Tắt đèn', '', '', ''], [2, 'TK.2', 'Số đỏ', '', '', '']];
	const refused: [string, () => Promise<string>, string, RegExp][] = [
		['with records in two sheets', () => workbook('two.xlsx', { 'Lớp 6': rows, 'Lớp 7': rows }), 'file-kind', /"Lớp 6" and "Lớp 7"/],
		[
			'without titles',
			() =>
				workbook('none.xlsx', {
					A: [
						['Món', 'Ai'],
						['Tắt đèn', 'Tố'],
					],
				}),
			'no-title-column',
			/"Món", "Ai"/,
		],
		['without rows', () => workbook('empty.xlsx', { A: [] }), 'no-title-column', /empty/],
		[
			'that is a bomb',
			async () => {
				const path = join(rig.folder, 'bomb.xlsx');
				writeFileSync(path, await zipped({ 'xl/worksheets/sheet1.xml': Buffer.alloc(64_000_000, 0x20), 'xl/workbook.xml': '<x/>' }));
				return path;
			},
			'too-large',
			/unpacked/,
		],
		['that was cut off', async () => cutOff(await workbook('cut.xlsx', { A: rows })), 'file-broken', /broken or was cut off/],
		[
			'whose sheet ends in the middle',
			() => sheetOf('half.xlsx', `${SHEET}<row r="1"><c r="A1" t="inlineStr"><is><t>Tên sách`),
			'file-broken',
			/middle/,
		],
		['whose sheet is no XML', () => sheetOf('odd.xlsx', `${SHEET}<row r="1"></c></sheetData></worksheet>`), 'file-broken', /broken/],
	];
	it.each(refused)('%s is refused with what to do, and nothing of it is taken', async (_, make, errorCode, message) => {
		const code = await rig.library();
		const path = await make();
		const told = await rig.harvester.importFile(path, code).then(
			(run) => run.error,
			(error: unknown) => error as { code: string; message: string; hint: string },
		);
		expect(told).toMatchObject({ code: errorCode, message: expect.stringMatching(message), hint: expect.stringMatching(/\w/) });
		expect(await living(code)).toBe(0);
	});
});
