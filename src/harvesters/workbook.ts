import { createReadStream } from 'node:fs';
import type ExcelJS from 'exceljs';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { rowOf } from '../records/sheet/delimited.ts';
import { broken, tooLarge, zipEntries, zipEntry } from './zip-entries.ts';

/** By a file of this name a zip is known for a workbook. */
export const SHEET_ENTRY = /^xl\/worksheets\/.+\.xml$/i;

const PIECE_LETTERS = 262_144;
/** Rows that a further sheet may have before it is taken for more than a heading or a remark. */
const REMARK_ROWS = 1;

/** Line ends in a cell, which would make its row several lines. */
const LINE_END = /\r\n|[\r\n]/g;

/** What a cell shows, as one line; dates as ISO days, line ends as U+2028. */
function cellText(value: ExcelJS.CellValue): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'string') return value.replace(LINE_END, '\u2028');
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
	if (typeof value !== 'object') return String(value);
	if ('richText' in value) return cellText(value.richText.map((part) => part.text).join(''));
	if ('result' in value) return cellText(value.result);
	return 'text' in value ? cellText(value.text) : '';
}

function lineOf(row: ExcelJS.Row): string {
	const cells: string[] = [];
	for (let i = 1; i <= row.cellCount; i++) cells.push(cellText(row.getCell(i).value));
	while (cells.at(-1) === '') cells.pop();
	return cells.length === 0 ? '' : rowOf(cells, ',');
}

/** Everything in a workbook is unpacked once, to nowhere: what its directory says of sizes is true before rows are read. */
async function checkWorkbook(path: string, name: string): Promise<void> {
	const entries = (await zipEntries(path, name)).filter(({ fileName }) => !fileName.endsWith('/'));
	const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
	if (total > LIMITS.workbookBytesMax)
		throw tooLarge(name, `${total} bytes when it is unpacked, the limit for a workbook is ${LIMITS.workbookBytesMax}`, LARGE_WORKBOOK);
	const strings = entries.find((entry) => /^xl\/sharedStrings\.xml$/i.test(entry.fileName))?.uncompressedSize ?? 0;
	if (strings > LIMITS.sharedStringsBytesMax)
		throw tooLarge(name, `${strings} bytes of text, the limit for a workbook is ${LIMITS.sharedStringsBytesMax}`, LARGE_WORKBOOK);
	for (const { fileName } of entries) {
		let tail = '';
		for await (const piece of zipEntry(path, name, fileName))
			tail = (tail + Buffer.from(piece.subarray(-TAIL_BYTES)).toString('latin1')).slice(-TAIL_BYTES);
		if (SHEET_ENTRY.test(fileName) && !SHEET_END.test(tail)) throw broken(name, `${fileName} ends in the middle`);
	}
}

const TAIL_BYTES = 200;
const SHEET_END = /<\/(?:[\w-]+:)?worksheet\s*>\s*$/;

export const LARGE_WORKBOOK = 'save it as "CSV UTF-8" and send that, or split it';

/**
 * The rows of the sheet of a workbook (.xlsx) as lines of CSV in UTF-8, row n of the sheet in line n. The sheets after the first that has rows
 * must not have records: AppError file-kind says so, so that none is lost unseen. Holds the shared strings of the workbook, no rows.
 */
async function* workbookLines(path: string, name: string): AsyncGenerator<Uint8Array> {
	// 36 MB of memory that a service without workbooks does not need
	const { default: excel } = await import('exceljs');
	const source = createReadStream(path);
	const workbook = new excel.stream.xlsx.WorkbookReader(source, {
		sharedStrings: 'cache',
		styles: 'cache',
		hyperlinks: 'ignore',
		worksheets: 'emit',
		entries: 'ignore',
	});
	let piece = '';
	let taken: string | null = null;
	try {
		for await (const sheet of workbook) {
			const called = 'name' in sheet ? String(sheet.name) : '';
			let line = 0;
			for await (const row of sheet) {
				const text = lineOf(row);
				if (text === '') continue;
				if (taken !== null) {
					if (++line > REMARK_ROWS) throw severalSheets(name, taken, called);
					continue;
				}
				piece += `${'\n'.repeat(Math.max(0, row.number - line - 1))}${text}\n`;
				line = row.number;
				if (piece.length < PIECE_LETTERS) continue;
				yield new TextEncoder().encode(piece);
				piece = '';
			}
			if (line > 0 && taken === null) taken = called;
		}
		if (piece !== '') yield new TextEncoder().encode(piece);
	} finally {
		source.destroy();
	}
}

/**
 * The rows of a workbook as workbookLines gives them, after all of it was looked at. AppErrors too-large, file-broken, file-kind (records in
 * several sheets). Parsing takes the processor for seconds: for a thread (workbook-pieces.ts).
 */
export async function* readWorkbook(path: string, name: string): AsyncGenerator<Uint8Array> {
	await checkWorkbook(path, name);
	try {
		yield* workbookLines(path, name);
	} catch (error) {
		throw error instanceof AppError ? error : broken(name, error);
	}
}

const severalSheets = (name: string, first: string, other: string): AppError =>
	new AppError('file-kind', `${name} has rows in more than one sheet: "${first}" and "${other}"`, {
		hint: 'save each sheet as a workbook of its own and send them one by one; delete sheets that are no catalogue',
	});
