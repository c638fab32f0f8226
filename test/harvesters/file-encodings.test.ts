import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingOf } from '../../src/harvesters/file-reading.ts';
import { FileRecordReader } from '../../src/harvesters/file-records.ts';
import { openFile } from '../../src/harvesters/open-file.ts';
import { repairText } from '../../src/records/repair-text.ts';
import { as1252, asLatin, to1258, toTcvn3, toViscii, toVni } from '../support/vietnamese-encoders.ts';

let folder = '';
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'lienthong-encodings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Titles and authors of a file as an import reads it, and the codes and details of repairs. */
async function take(
	content: Uint8Array,
	settings: Readonly<Record<string, unknown>> = {},
): Promise<{ texts: string[]; repairs: string[] }> {
	const path = join(folder, 'tep');
	writeFileSync(path, content);
	const file = await openFile(path);
	const reader = new FileRecordReader(readingOf(file, settings));
	const records = [];
	for await (const piece of file.bytes()) records.push(...reader.feed(piece));
	records.push(...reader.end().records);
	await file.close();
	const repairs = new Set<string>();
	const texts = records.map(({ decoded }) => {
		if (!decoded?.ok) return decoded?.code ?? '';
		const mended = repairText(decoded.record);
		for (const { code, detail } of [...decoded.repairs, ...mended.repairs]) repairs.add(code === 'encoding' ? (detail ?? '') : code);
		return mended.record.fields
			.filter(({ tag }) => tag === '100' || tag === '245')
			.flatMap((f) => f.subfields.map((s) => s.value))
			.join(' | ');
	});
	return { texts, repairs: [...repairs] };
}

type Row = readonly [title: string, author: string];
const BOOKS: readonly Row[] = [
	['Tắt đèn', 'Ngô Tất Tố'],
	['Đất rừng phương Nam', 'Đoàn Giỏi'],
	['Truyện Kiều', 'Nguyễn Du'],
	['Dế Mèn phiêu lưu ký', 'Tô Hoài'],
	['Số đỏ', 'Vũ Trọng Phụng'],
	['Nỗi buồn chiến tranh', 'Bảo Ninh'],
];
const ALONE: readonly Row[] = [
	['Bộ', ''],
	['Phở', ''],
	['Bể', ''],
];
const expected = (rows: readonly Row[]): string[] => rows.map(([title, author]) => (author === '' ? title : `${author} | ${title}`));

async function workbook(rows: readonly Row[], write: (text: string) => string): Promise<Uint8Array> {
	const book = new ExcelJS.Workbook();
	book.addWorksheet('Sach').addRows([['Nhan đề', 'Tác giả'], ...rows].map((row) => row.map(write)));
	return new Uint8Array(await book.xlsx.writeBuffer());
}

function marcXml(rows: readonly Row[], write: (text: string) => string): string {
	const field = (tag: string, text: string): string =>
		text === '' ? '' : `<datafield tag="${tag}" ind1=" " ind2=" "><subfield code="a">${write(text)}</subfield></datafield>`;
	const records = rows.map(
		([title, author]) => `<record><leader>00000nam a2200000 a 4500</leader>${field('100', author)}${field('245', title)}</record>`,
	);
	return `<collection xmlns="http://www.loc.gov/MARC21/slim">${records.join('\n')}</collection>`;
}

const csv = (rows: readonly Row[], write: (text: string) => string): string[] =>
	[['Nhan đề', 'Tác giả'], ...rows].map((row) => `${row.map(write).join(';')}\n`);

const WRITERS = [
	['tcvn3', toTcvn3],
	['vni', toVni],
	['viscii', toViscii],
	['windows-1258', to1258],
] as const;

describe.each(WRITERS)('a file in %s', (encoding, write) => {
	const taken = (text: string): string => as1252(write(text));

	it('that its source states is read so in every form, also a word alone', async () => {
		const settings = { encoding };
		const rows = [...BOOKS, ...ALONE];
		for (const content of [
			await workbook(rows, taken),
			Buffer.from(marcXml(rows, taken)),
			Buffer.from(marcXml(rows, write), 'latin1'),
			Buffer.from(csv(rows, write).join(''), 'latin1'),
			Buffer.from(csv(rows, taken).join('')),
		]) {
			const { texts, repairs } = await take(content, settings);
			expect([...texts].sort()).toEqual(expected(rows).sort());
			expect(repairs.some((one) => one.startsWith(encoding))).toBe(true);
		}
	});

	it('tells what its short records are in, and they say so', async () => {
		const short: Row = ['Phở', ''];
		const { texts, repairs } = await take(await workbook([...BOOKS, short], taken));
		expect(texts).toEqual(expected([...BOOKS, short]));
		expect(repairs).toContain(`${encoding}-repaired`);
	});

	it('of which half is UTF-8, as of a library that changed its system, is read row by row', async () => {
		const old = csv(BOOKS, write).map((line) => Buffer.from(line, 'latin1'));
		const now = csv(
			BOOKS.map(([title, author]) => [`${title} (tái bản)`, author] as const),
			(text) => text,
		).slice(1);
		const { texts } = await take(Buffer.concat([...old, ...now.map((line) => Buffer.from(line))]));
		expect(texts).toEqual([...expected(BOOKS), ...expected(BOOKS.map(([title, author]) => [`${title} (tái bản)`, author]))]);
	});

	it('of any of these books in any order is read as they are', async () => {
		const some = fc.shuffledSubarray([...BOOKS], { minLength: 3 });
		await fc.assert(
			fc.asyncProperty(some, async (rows) => {
				expect((await take(Buffer.from(marcXml(rows, taken)))).texts).toEqual(expected(rows));
				expect((await take(Buffer.from(csv(rows, write).join(''), 'latin1'))).texts).toEqual(expected(rows));
			}),
			{ numRuns: 20 },
		);
	});
});

describe('a file that is right', () => {
	it('stays as it is beside records in TCVN3, also where its words would be Vietnamese either way', async () => {
		const right: readonly Row[] = [
			['Café, études à Noël', 'François Coppée'],
			['Bé Lý', 'Tô Hoài'],
			['Giá cả 25 °C, 10 m²', ''],
		];
		const lines = [...csv(BOOKS, (text) => as1252(toTcvn3(text))), ...csv(right, (text) => text).slice(1)];
		const { texts } = await take(Buffer.from(lines.join('')));
		expect(texts.slice(-right.length)).toEqual(expected(right));
	});
});

it('a table encoded twice is read whole, also where a blank is half of a letter', async () => {
	const { texts, repairs } = await take(Buffer.from(csv([...BOOKS, ['Hà Nội và Đà Nẵng', 'Hàn Mặc Tử']], asLatin).join('')));
	expect(texts).toEqual(expected([...BOOKS, ['Hà Nội và Đà Nẵng', 'Hàn Mặc Tử']]));
	expect(repairs.filter((one) => one !== 'identifier-made')).toEqual(['utf8-twice-repaired']);
});
