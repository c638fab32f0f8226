import { foldText } from '../../lib/fold.ts';
import { LIMITS } from '../../lib/limits.ts';
import { mayBeTwiceEncoded, mendTwiceEncoded } from '../legacy-text.ts';
import type { Decoded, MarcRecord, Repair } from '../marc.ts';
import { withCapital } from '../tcvn3-capitals.ts';
import { type CopyRow, compareBarcodes, contentOf, firstBarcode, gathered } from './copies.ts';
import { cellsOf, type TextRow } from './delimited.ts';
import type { SheetField } from './fields.ts';
import { numbersColumns } from './headings.ts';
import { rowText, type TableEncoding, type TableReading } from './look.ts';
import { barcodesOf, marcOfRows, type SheetRow } from './to-marc.ts';

/** A row of a table, read. */
export interface ReadRow extends CopyRow {
	readonly read: SheetRow;
	/** What was read of the row, in one form whatever the order of the columns: the same in the next file when the row is. */
	readonly content: string;
	readonly encoding: TableEncoding;
	/** The row as it came, when its cells were UTF-8 encoded twice. */
	readonly twice?: string;
	/** An ISBN or ISSN in it that was rounded, and so left out. */
	readonly rounded?: string;
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
	const rounded = roundedIn(read, IDENTIFYING);
	if (rounded !== undefined)
		return failed(
			'number-rounded',
			`${at} has the number "${rounded}", which Excel has rounded: make the column wide, or of text, type the number again and export it`,
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

/** A long number as Excel writes it where the column is too narrow for its digits, which are lost: `8.93E+12`. */
const ROUNDED = /^\d(?:[.,]\d+)?E\+?\d{1,3}$/i;
const IDENTIFYING: readonly SheetField[] = ['id', 'barcode'];
const INTERNATIONAL: readonly SheetField[] = ['isbn', 'issn'];

const roundedIn = (read: SheetRow, fields: readonly SheetField[]): string | undefined =>
	fields.flatMap((field) => read.get(field) ?? []).find((text) => ROUNDED.test(text));

/** A rounded number is that of many. */
const isRounded = (decoded: Decoded): boolean => !decoded.ok && decoded.code === 'number-rounded';

/** The row without rounded ISBNs and ISSNs, which are those of no book; the record says so. */
const withoutRounded = (read: SheetRow): SheetRow =>
	new Map(
		[...read]
			.map(([field, texts]) => [field, INTERNATIONAL.includes(field) ? texts.filter((text) => !ROUNDED.test(text)) : texts] as const)
			.filter(([, texts]) => texts.length > 0),
	);

/** Reads a row by the table it stands in: null for an empty one, for headings that come again and for numbers of the columns. Never throws. */
export function readRow(row: TextRow, table: TableReading): ReadRow | null {
	if (row.broken !== undefined) return brokenRow(row, table.encoding);
	const { text, encoding } = rowText(row.text, table.encoding);
	const written = cellsOf(text, table.delimiter);
	// before blanks are trimmed: one may be half of a letter
	const twice = mayBeTwiceEncoded(text);
	const cells = twice ? written.map((cell) => mendTwiceEncoded(cell) ?? cell) : written;
	if (cells.every((cell) => cell.trim() === '')) return null;
	if (cells.every((cell, i) => foldText(cell) === foldText(table.headings[i] ?? ''))) return null;
	if (numbersColumns(cells)) return null;
	const found = gathered(cells, table.columns);
	const rounded = roundedIn(found, INTERNATIONAL);
	const read = rounded === undefined ? found : withoutRounded(found);
	const { content, title } = contentOf(read);
	const problem = problemOf(row, cells, table, read);
	if (problem !== undefined) return { text: row.text, title: null, read, content: content === '' ? row.text : content, encoding, problem };
	const isCopy = table.copies === 'together' && barcodesOf(read).length > 0;
	const mended = twice && cells.some((cell, i) => cell !== written[i]);
	return {
		text: row.text,
		title: isCopy ? title : null,
		read,
		content,
		encoding,
		...(mended ? { twice: text } : {}),
		...(rounded === undefined ? {} : { rounded }),
	};
}

/** TCVN3 has no capitals with a tone, a title has one at its beginning. */
const titleBegun = (record: MarcRecord): MarcRecord => ({
	...record,
	fields: record.fields.map((field) =>
		field.tag === '245'
			? { ...field, subfields: field.subfields.map((s) => (s.code === 'a' ? { code: s.code, value: withCapital(s.value) } : s)) }
			: field,
	),
});

/**
 * The record of rows that are copies of one title, or of one row. What it is known by and its content do not depend on their order, nor on a
 * row that stands there twice.
 */
export function recordOf(rows: readonly ReadRow[], table: TableReading): RowRecord {
	const distinct = [...new Map(rows.map((row) => [row.content, row])).values()].sort((a, b) => (a.content < b.content ? -1 : 1));
	const content = distinct.map((row) => row.content).join('\u001d');
	const copies = distinct.map((row) => row.read);
	const number = copies[0]?.get('id')?.[0]?.replace(/^(\d+)\.0$/, '$1');
	const own = number ?? (table.copies === 'together' ? firstBarcode(copies) : (copies.flatMap(barcodesOf)[0] ?? ''));
	const problem = distinct.find((row) => row.problem !== undefined)?.problem;
	if (problem !== undefined) return { decoded: problem, own: isRounded(problem) ? '' : own, content };
	const repairs = [...new Set(rows.map((row) => row.encoding))]
		.filter((encoding) => encoding !== 'utf-8')
		.map((encoding): Repair => ({ code: 'encoding', at: 'record', detail: `${encoding}, as the rest of the file` }));
	const rounded = rows.flatMap((row) => row.rounded ?? []).map((detail): Repair => ({ code: 'number-rounded', at: '020', detail }));
	const twice = rows.flatMap((row) => row.twice ?? []).slice(0, 1);
	const mended = twice.map((text): Repair => ({ code: 'utf8-twice-repaired', at: 'record', detail: text.slice(0, 200) }));
	const byNumber = copies
		.map((copy) => ({ copy, first: firstBarcode([copy]) }))
		.sort((a, b) => compareBarcodes(a.first, b.first))
		.map(({ copy }) => copy);
	const made = marcOfRows(byNumber);
	const record = rows[0]?.encoding === 'tcvn3' ? titleBegun(made) : made;
	return { decoded: { ok: true, record, repairs: [...repairs, ...mended, ...rounded] }, own, content };
}
