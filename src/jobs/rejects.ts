import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { FileReading } from '../harvesters/file-records.ts';
import { rowAgain, rowsOfRecord } from '../harvesters/table-row.ts';
import { foldText } from '../lib/fold.ts';
import type { Database } from '../store/database.ts';
import { type RefusedRow, refusedRows } from '../store/directory-read.ts';

export type RejectedTable = Extract<FileReading, { format: 'rows' }>['table'];

const BATCH = 500;
const REASON = 'Lý do';
const REASONS: Readonly<Record<string, string>> = {
	'no-title': 'Thiếu nhan đề',
	'number-rounded': 'Số bị Excel làm tròn: hãy định dạng cột là văn bản (Text) và nhập lại số',
	'too-many-cells': 'Dòng có nhiều ô hơn số cột: ô có dấu phân cách phải đặt trong ngoặc kép "…"',
	'cell-too-long': 'Có ô quá dài: hãy rút ngắn',
	'row-too-long': 'Dòng quá dài, hoặc dấu ngoặc kép chưa đóng',
	'row-quote-open': 'Dấu ngoặc kép chưa đóng: hãy đóng lại hoặc xoá đi',
};

const reasonOf = ({ code, reason }: RefusedRow): string => (REASONS[code] === undefined ? reason : `${REASONS[code]} (${reason})`);

/** Headings, then each row that was refused, in the order of the file; the reason stands first, a reason of an earlier time is left out. */
async function* refusedTable(database: Database, run: number, table: RejectedTable, counter: { rows: number }): AsyncGenerator<string[]> {
	const old = table.headings.findIndex((heading) => foldText(heading) === foldText(REASON));
	const withReason = (reason: string, cells: readonly string[]): string[] => [reason, ...cells.filter((_, i) => i !== old)];
	yield withReason(REASON, table.headings);
	for (let after = 0; ; ) {
		const rows = await refusedRows(database.pool, run, after, BATCH);
		for (const row of rows) {
			for (const cells of rowsOfRecord(row.body, table)) {
				counter.rows++;
				yield withReason(reasonOf(row), cells);
			}
		}
		const last = rows.at(-1);
		if (last === undefined) return;
		after = last.id;
	}
}

async function* linesOf(rows: AsyncIterable<string[]>, table: RejectedTable): AsyncGenerator<string> {
	// the mark by which Excel knows UTF-8
	yield '\ufeff';
	for await (const row of rows) yield `${rowAgain(row, table)}\r\n`;
}

async function writeWorkbook(path: string, rows: AsyncIterable<string[]>): Promise<void> {
	const { default: excel } = await import('exceljs');
	const workbook = new excel.stream.xlsx.WorkbookWriter({ filename: path });
	const sheet = workbook.addWorksheet('Lienthong');
	for await (const row of rows) sheet.addRow(row.map((cell) => cell.replaceAll('\u2028', '\n'))).commit();
	sheet.commit();
	await workbook.commit();
}

/**
 * Writes the rows that a run refused as a table of the same kind with the reasons in a first column, to be corrected and sent again: text in
 * UTF-8 with the delimiter of the file, or a workbook. The file is there whole or not at all. Gives the number of rows.
 */
export async function writeRejects(
	database: Database,
	request: { readonly run: number; readonly table: RejectedTable; readonly workbook: boolean; readonly path: string },
): Promise<number> {
	const part = `${request.path}.part`;
	const counter = { rows: 0 };
	const rows = refusedTable(database, request.run, request.table, counter);
	try {
		if (request.workbook) await writeWorkbook(part, rows);
		else await pipeline(linesOf(rows, request.table), createWriteStream(part));
		await rename(part, request.path);
		return counter.rows;
	} catch (error) {
		await rm(part, { force: true });
		throw error;
	}
}
