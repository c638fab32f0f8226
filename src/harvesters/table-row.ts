import { isUtf8 } from 'node:buffer';
import { cellsOf, rowOf } from '../records/sheet/delimited.ts';
import { isByteEncoding, rowText, type TableReading } from '../records/sheet/look.ts';

/** The cells of a row as it was kept. UTF-16 that could not be kept as it came is in UTF-8, which has no zero bytes. */
export function cellsOfRow(kept: Buffer, { encoding, delimiter }: TableReading): string[] {
	if (isByteEncoding(encoding)) return cellsOf(rowText(kept.toString('latin1'), encoding).text, delimiter);
	const inUtf8 = isUtf8(kept) && !kept.includes(0);
	return cellsOf(new TextDecoder(inUtf8 ? 'utf-8' : encoding).decode(kept), delimiter);
}

/** A row of these cells as it stands in such a table. */
export const rowAgain = (cells: readonly string[], { delimiter }: TableReading): string => rowOf(cells, delimiter);
