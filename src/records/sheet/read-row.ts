import { foldText } from '../../lib/fold.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Decoded, Repair } from '../marc.ts';
import { type CopyRow, compareBarcodes, contentOf, firstBarcode, gathered } from './copies.ts';
import { cellsOf, type TextRow } from './delimited.ts';
import { rowText, type TableEncoding, type TableReading } from './look.ts';
import { barcodesOf, marcOfRows, type SheetRow } from './to-marc.ts';

/** A row of a table, read. */
export interface ReadRow extends CopyRow {
	readonly read: SheetRow;
	/** What was read of the row, in one form whatever the order of the columns: the same in the next file when the row is. */
	readonly content: string;
	readonly encoding: TableEncoding;
	/** Why no record can be made of it. */
	readonly problem?: Decoded;
}

/** A record of a table. */
export interface RowRecord {
	readonly decoded: Decoded;
	/** What it is known by: the number of the record, else of its first copy, else ''. */
	readonly own: string;
	/** What was read of its rows, whatever their order. */
	readonly content: string;
}

const failed = (code: string, reason: string): Decoded => ({ ok: false, code, reason, repairs: [] });

function problemOf(row: TextRow, cells: readonly string[], table: TableReading, read: SheetRow): Decoded | undefined {
	const at = `line ${row.line}`;
	const far = cells.findIndex((cell, i) => i >= table.columns.length && cell.trim() !== '');
	if (far >= 0)
		return failed(
			'too-many-cells',
			`${at} has ${far + 1} cells, there are ${table.columns.length} headings: put "…" around a cell with the sign that parts cells in it`,
		);
	const giant = cells.findIndex((cell) => cell.length > LIMITS.cellLettersMax);
	if (giant >= 0)
		return failed(
			'cell-too-long',
			`${at}: the cell under "${table.headings[giant] ?? giant + 1}" has more than ${LIMITS.cellLettersMax} letters: shorten it`,
		);
	if (!read.has('title'))
		return failed('no-title', `${at} has no title under "${table.headings[table.columns.indexOf('title')] ?? ''}": fill it in`);
	return undefined;
}

const NOTHING: SheetRow = new Map();

function brokenRow(row: TextRow, encoding: TableEncoding): ReadRow {
	const why =
		row.broken === 'too-long'
			? `line ${row.line} does not end within ${LIMITS.rowLettersMax} letters: shorten it, or close the quotation mark in it`
			: `line ${row.line} has a quotation mark that is never closed: close it or take it out`;
	return { text: row.text, title: null, read: NOTHING, content: row.text, encoding, problem: failed(`row-${row.broken}`, why) };
}

/** Reads a row by the table it stands in: null for an empty one and for headings that come again. Never throws. */
export function readRow(row: TextRow, table: TableReading): ReadRow | null {
	if (row.broken !== undefined) return brokenRow(row, table.encoding);
	const { text, encoding } = rowText(row.text, table.encoding);
	const cells = cellsOf(text, table.delimiter);
	if (cells.every((cell) => cell.trim() === '')) return null;
	if (cells.every((cell, i) => foldText(cell) === foldText(table.headings[i] ?? ''))) return null;
	const read = gathered(cells, table.columns);
	const { content, title } = contentOf(read);
	const problem = problemOf(row, cells, table, read);
	if (problem !== undefined) return { text: row.text, title: null, read, content: content === '' ? row.text : content, encoding, problem };
	const isCopy = table.copies === 'together' && barcodesOf(read).length > 0;
	return { text: row.text, title: isCopy ? title : null, read, content, encoding };
}

/**
 * The record of rows that are copies of one title, or of one row. What it is known by and its content do not depend on their order, nor on a
 * row that stands there twice.
 */
export function recordOf(rows: readonly ReadRow[], table: TableReading): RowRecord {
	const distinct = [...new Map(rows.map((row) => [row.content, row])).values()].sort((a, b) => (a.content < b.content ? -1 : 1));
	const content = distinct.map((row) => row.content).join('\u001d');
	const copies = distinct.map((row) => row.read);
	const number = copies[0]?.get('id')?.[0];
	const own = number ?? (table.copies === 'together' ? firstBarcode(copies) : (copies.flatMap(barcodesOf)[0] ?? ''));
	const problem = distinct.find((row) => row.problem !== undefined)?.problem;
	if (problem !== undefined) return { decoded: problem, own, content };
	const repairs = [...new Set(rows.map((row) => row.encoding))]
		.filter((encoding) => encoding !== 'utf-8')
		.map((encoding): Repair => ({ code: 'encoding', at: 'record', detail: `${encoding}, as the rest of the file` }));
	const byNumber = copies
		.map((copy) => ({ copy, first: firstBarcode([copy]) }))
		.sort((a, b) => compareBarcodes(a.first, b.first))
		.map(({ copy }) => copy);
	return { decoded: { ok: true, record: marcOfRows(byNumber), repairs }, own, content };
}
