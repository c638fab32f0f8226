/*
 * Import of a table of a school library, a row for each copy, as CSV and as XLSX: rows a second, and peak memory for a fifth of the rows and for
 * all of them, which is to be the same. Each import is a process of its own with a database of its own.
 * `node bench/sheet.ts` measures 20,000 and 100,000 rows; `--rows N` a fifth of N and N. Writes bench/results/sheet.json.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import ExcelJS from 'exceljs';

interface Figures {
	readonly rows: number;
	readonly records: number;
	readonly seconds: number;
	readonly nodeCpu: number;
	readonly beforeMegabytes: number;
	readonly peakMegabytes: number;
}

const HEADINGS = ['STT', 'Số ĐKCB', 'Nhan đề', 'Tác giả', 'NXB', 'Năm XB', 'Số trang', 'Ký hiệu phân loại', 'Giá tiền', 'Kho lưu'];
const WORDS = 'văn học lịch sử địa lý toán tin ngữ pháp đọc hiểu thực hành bài tập nâng cao ôn thi giáo dục thiên nhiên đời sống'.split(
	' ',
);
const COPIES = [1, 1, 1, 2, 3, 10];

const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const sizes = [Math.round(Number(values.rows) / 5), Number(values.rows)];
const scratch = mkdtempSync(join(tmpdir(), 'lienthong-sheet-'));

/** The copies of title after title: the same table for the same number. */
function* table(rows: number): Generator<string[]> {
	const word = (n: number): string => WORDS[n % WORDS.length] as string;
	for (let row = 0, title = 0; row < rows; title++) {
		const name = `${word(title)} ${word(title * 7 + 3)} ${word(title * 13 + 5)} quyển ${title}`;
		const rest = [name, `Nguyễn ${word(title * 5)} ${title % 3_000}`, 'Giáo dục', String(1990 + (title % 35)), String(60 + (title % 400))];
		for (let copy = 0; copy < (COPIES[title % COPIES.length] as number) && row < rows; copy++, row++)
			yield [String(row + 1), `TK.${row}`, ...rest, `${title % 1_000}`.padStart(3, '0'), String(10_000 + (title % 90) * 1_000), 'Kho mượn'];
	}
}

async function csvFile(path: string, rows: number): Promise<void> {
	const file = createWriteStream(path);
	file.write(`\ufeff${HEADINGS.join(',')}\r\n`);
	for (const cells of table(rows)) if (!file.write(`${cells.join(',')}\r\n`)) await once(file, 'drain');
	file.end();
	await once(file, 'close');
}

async function workbookFile(path: string, rows: number): Promise<void> {
	const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true });
	const sheet = book.addWorksheet('Sách');
	sheet.addRow(HEADINGS).commit();
	for (const cells of table(rows)) sheet.addRow(cells).commit();
	sheet.commit();
	await book.commit();
}

async function imported(path: string): Promise<Figures> {
	const folder = join(scratch, 'data');
	const args = ['--max-semi-space-size=16', join(import.meta.dirname, 'sheet-step.ts'), folder, path];
	const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 3_600_000 });
	process.stderr.write(stderr);
	rmSync(folder, { recursive: true, force: true });
	return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Figures;
}

try {
	const results: Record<string, Figures> = {};
	for (const [kind, write] of [
		['csv', csvFile],
		['xlsx', workbookFile],
	] as const) {
		const peaks: number[] = [];
		for (const rows of sizes) {
			const path = join(scratch, `${rows}.${kind}`);
			await write(path, rows);
			const figures = await imported(path);
			results[`${kind} ${rows}`] = figures;
			peaks.push(figures.peakMegabytes);
			console.log(`${kind}, ${rows.toLocaleString('en')} rows`, { 'rows/s': Math.round(figures.rows / figures.seconds), ...figures });
		}
		console.log(`${kind}: peak of all rows / of a fifth of them`, ((peaks[1] ?? 0) / (peaks[0] ?? 1)).toFixed(2));
	}
	const target = join(import.meta.dirname, 'results');
	mkdirSync(target, { recursive: true });
	writeFileSync(join(target, 'sheet.json'), `${JSON.stringify(results, null, '\t')}\n`);
} finally {
	rmSync(scratch, { recursive: true, force: true });
}
