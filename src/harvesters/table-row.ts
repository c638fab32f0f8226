import { isUtf8 } from 'node:buffer';
import { cellsOf, RowSplitter, rowOf } from '../records/sheet/delimited.ts';
import { isByteEncoding, rowText, type TableReading } from '../records/sheet/look.ts';

/** What was kept, as rows are cut from it. UTF-16 that could not be kept as it came is in UTF-8, which has no zero bytes. */
function textOf(kept: Buffer, { encoding }: TableReading): string {
	if (isByteEncoding(encoding)) return kept.toString('latin1');
	const inUtf8 = isUtf8(kept) && !kept.includes(0);
	return new TextDecoder(inUtf8 ? 'utf-8' : encoding).decode(kept);
}

/** The rows of a record as they were kept, in cells: one, or one for each copy. */
export function rowsOfRecord(kept: Buffer, table: TableReading): string[][] {
	const text = textOf(kept, table);
	const cells = (row: string): string[] =>
		cellsOf(isByteEncoding(table.encoding) ? rowText(row, table.encoding).text : row, table.delimiter);
	if (table.copies === undefined) return [cells(text)];
	const splitter = new RowSplitter(table.delimiter);
	const rows = [...splitter.feed(text), ...splitter.end()];
	// what could not be cut into rows then is one now
	return rows.some((row) => row.broken !== undefined) ? [cells(text)] : rows.map((row) => cells(row.text));
}

/** A row of these cells as it stands in such a table. */
export const rowAgain = (cells: readonly string[], { delimiter }: TableReading): string => rowOf(cells, delimiter);
