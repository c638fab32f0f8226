import { foldText } from '../../lib/fold.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Decoded, Repair } from '../marc.ts';
import { cellsOf, type TextRow } from './delimited.ts';
import type { SheetField } from './fields.ts';
import { rowText, type TableReading } from './look.ts';
import { barcodesOf, marcOfRow, type SheetRow } from './to-marc.ts';

/** A row that was read. */
export interface RowRecord {
	readonly decoded: Decoded;
	/** What the row is known by: the number of its record, else of its first copy, else ''. */
	readonly own: string;
	/** What was read of the row, in one form whatever the order of the columns: the same in the next file when the row is. */
	readonly content: string;
}

const failed = (code: string, reason: string): Decoded => ({ ok: false, code, reason, repairs: [] });

function gathered(cells: readonly string[], columns: readonly SheetField[]): SheetRow {
	const row = new Map<SheetField, string[]>();
	for (const [i, column] of columns.entries()) {
		const value = (cells[i] ?? '').trim();
		if (column === 'ignore' || value === '') continue;
		const values = row.get(column);
		if (values === undefined) row.set(column, [value]);
		else values.push(value);
	}
	return row;
}

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

/** Reads a row by the table it stands in: null for an empty one and for headings that come again. Never throws. */
export function readRow(row: TextRow, table: TableReading): RowRecord | null {
	if (row.broken !== undefined) {
		const why =
			row.broken === 'too-long'
				? `line ${row.line} does not end within ${LIMITS.rowLettersMax} letters: shorten it, or close the quotation mark in it`
				: `line ${row.line} has a quotation mark that is never closed: close it or take it out`;
		return { decoded: failed(`row-${row.broken}`, why), own: '', content: row.text };
	}
	const { text, encoding } = rowText(row.text, table.encoding);
	const cells = cellsOf(text, table.delimiter);
	if (cells.every((cell) => cell.trim() === '')) return null;
	if (cells.every((cell, i) => foldText(cell) === foldText(table.headings[i] ?? ''))) return null;
	const read = gathered(cells, table.columns);
	const content = [...read]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, values]) => `${name}\u001f${values.join('\u001f')}`)
		.join('\u001e');
	const problem = problemOf(row, cells, table, read);
	const own = read.get('id')?.[0] ?? barcodesOf(read)[0] ?? '';
	if (problem !== undefined) return { decoded: problem, own, content: content === '' ? row.text : content };
	const repairs: Repair[] =
		encoding === 'utf-8' ? [] : [{ code: 'encoding', at: 'record', detail: `${encoding}, as the rest of the file` }];
	return { decoded: { ok: true, record: marcOfRow(read), repairs }, own, content };
}
