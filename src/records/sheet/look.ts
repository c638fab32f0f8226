import { isAscii, isUtf8 } from 'node:buffer';
import { foldText } from '../../lib/fold.ts';
import { LIMITS } from '../../lib/limits.ts';
import { decodeFieldText, detectFile, type Encoding } from '../encoding.ts';
import { isLegacy, readingOf, weight } from '../legacy-bytes.ts';
import { contentOf, gathered } from './copies.ts';
import { cellsOf, DELIMITERS, type Delimiter, RowSplitter } from './delimited.ts';
import { isSheetField, REPEATABLE, type SheetField } from './fields.ts';
import { fieldNamed, headingScore, withSubheadings } from './headings.ts';

/** What the bytes of a table are in. */
export type TableEncoding = Encoding | 'utf-16le' | 'utf-16be';

/** How the rows of a table are read: all that is needed beside a row to make its record. */
export interface TableReading {
	readonly encoding: TableEncoding;
	readonly delimiter: Delimiter;
	/** Line of the headings, from 1; what stands before it is no record. */
	readonly headingLine: number;
	/** As they stand in the file. */
	readonly headings: readonly string[];
	/** By column. */
	readonly columns: readonly SheetField[];
	/** Rows that follow each other and are copies of one title make one record; left out: each row makes one. */
	readonly copies?: 'together';
}

/** What a heading is to mean, whatever it looks like: heading (or number of the column, from 1) to field. */
export type Corrections = Readonly<Record<string, string>>;

interface HeadRow {
	readonly line: number;
	readonly cells: readonly string[];
}

const ROWS_LOOKED_AT = 200;
const HEADING_ROWS = 30;

/** The encoding of a table that begins with these bytes: what its source states, a byte order mark, UTF-8 if it is, else what makes Vietnamese of it. */
function tableEncoding(head: Uint8Array, stated: Encoding | undefined): TableEncoding {
	if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
	if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
	// a letter may be cut in two at the end
	const whole = head.subarray(0, head.lastIndexOf(0x0a) + 1 || head.length);
	// letters of an old encoding that a system has made UTF-8 of are read as UTF-8 first
	if (stated !== undefined) return isLegacy(stated) && isUtf8(whole) && !isAscii(whole) ? 'utf-8' : stated;
	if (isUtf8(whole)) return 'utf-8';
	const { utf8, others } = linesOf(whole);
	if (others.length * 4 < utf8) return 'utf-8';
	return detectFile(Buffer.from(others.join('\n'), 'latin1')) ?? 'windows-1258';
}

/** How many lines with more than ASCII are UTF-8, and those that are not: a library that changed its system has both. */
function linesOf(bytes: Uint8Array): { readonly utf8: number; readonly others: readonly string[] } {
	const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').split('\n');
	const marked = lines.map((line) => Buffer.from(line, 'latin1')).filter((line) => !isAscii(line));
	const others = marked.filter((line) => !isUtf8(line)).map((line) => line.toString('latin1'));
	return { utf8: marked.length - others.length, others };
}

/** Whether text of this encoding is cut and kept as bytes, each a letter. */
export const isByteEncoding = (encoding: TableEncoding): encoding is Encoding => encoding !== 'utf-16le' && encoding !== 'utf-16be';

/** The text of a row that was cut from bytes, each a letter. One of a UTF-8 file that is none is in what it reads as by itself; one that is UTF-8 in another, too. */
export function rowText(row: string, encoding: TableEncoding): { readonly text: string; readonly encoding: TableEncoding } {
	if (!isByteEncoding(encoding)) return { text: row.normalize('NFC'), encoding };
	const bytes = Buffer.from(row, 'latin1');
	const read = (own: Encoding): { text: string; encoding: Encoding } => ({ text: decodeFieldText(bytes, own, 'row', []), encoding: own });
	if (encoding === 'utf-8') return read(isUtf8(bytes) ? encoding : (detectFile(bytes) ?? 'windows-1258'));
	const found = read(encoding);
	if (isAscii(bytes) || !isUtf8(bytes)) return found;
	const asUtf8 = read('utf-8');
	const speaksFor = (text: string): number => weight(readingOf(text));
	return speaksFor(asUtf8.text) > Math.max(0, speaksFor(found.text)) ? asUtf8 : found;
}

/** The beginning as text that rows are cut from; a byte order mark of UTF-8 is left out. */
function beginning(head: Uint8Array, encoding: TableEncoding): string {
	if (!isByteEncoding(encoding)) return new TextDecoder(encoding).decode(head.subarray(0, head.length & ~1));
	return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1').replace(UTF8_MARK, '');
}

/** The byte order mark of UTF-8, each byte a letter. */
export const UTF8_MARK = /^\u00ef\u00bb\u00bf/;

function rowsOf(text: string, encoding: TableEncoding, delimiter: Delimiter): HeadRow[] {
	const splitter = new RowSplitter(delimiter);
	const rows = splitter.feed(text);
	if (rows.length < 2) rows.push(...splitter.end());
	return rows
		.slice(0, ROWS_LOOKED_AT)
		.filter((row) => row.broken === undefined)
		.map((row) => ({ line: row.line, cells: cellsOf(rowText(row.text, encoding).text, delimiter).map((cell) => cell.trim()) }));
}

interface Cut {
	readonly delimiter: Delimiter;
	readonly rows: readonly HeadRow[];
	/** Place of the headings in `rows`. */
	readonly at: number;
	readonly score: number;
}

/** The delimiter under which the best row of headings is found; without headings the one that makes the most cells. */
function cut(text: string, encoding: TableEncoding, corrections: ReadonlyMap<string, SheetField>): Cut {
	let best: Cut | undefined;
	for (const delimiter of DELIMITERS) {
		const rows = rowsOf(text, encoding, delimiter);
		const consider = (at: number, cells: readonly string[]): void => {
			const named = headingScore(cells, corrections);
			const score = named * 1_000 + Math.min(cells.filter((cell) => cell !== '').length, 999) - at / 100;
			if (best !== undefined && score <= best.score) return;
			best = { delimiter, rows: rows.map((row, i) => (i === at ? { ...row, cells } : row)), at, score };
		};
		rows.slice(0, HEADING_ROWS).forEach(({ cells }, at) => {
			consider(at, cells);
			const both = withSubheadings(cells, rows[at + 1]?.cells, corrections);
			if (both !== undefined) consider(at + 1, both);
		});
	}
	return best ?? { delimiter: ',', rows: [], at: 0, score: 0 };
}

const ISBN = /^(?:97[89][\d -]{10,14}|[\d-]{9,12}[\dX])$/i;
const YEAR = /^(?:1[89]|20)\d\d$/;
const mostly = (values: readonly string[], test: (value: string) => boolean): boolean =>
	values.length >= 3 && values.filter(test).length >= values.length * 0.8;

/** What a column holds by what stands in it, where its heading says nothing, or says what it cannot be. */
function byContent(field: SheetField | undefined, values: readonly string[], numbersRepeat: boolean): SheetField {
	// a number of a record that comes twice is none
	if (field === 'id' && !numbersRepeat && new Set(values).size < values.length) return 'ignore';
	// "Giá sách" is the price or the shelf, "Kho" the size or the place: digits tell
	if (field === 'size' && mostly(values, (value) => !/\d/.test(value))) return 'location';
	if (field === 'price' && mostly(values, (value) => !/\d{3}/.test(value))) return 'location';
	if (field === 'location' && mostly(values, (value) => /^[\d.,]{4,}\s*(?:đ|đồng|vnđ|vnd)?$/i.test(value))) return 'price';
	if (field === 'volume' && mostly(values, (value) => value.length > 30)) return 'volume-title';
	if (field !== undefined) return field;
	if (mostly(values, (value) => ISBN.test(value) && value.replace(/\D/g, '').length >= 9)) return 'isbn';
	return mostly(values, (value) => YEAR.test(value)) ? 'year' : 'ignore';
}

/** Whether a number of a record that comes several times comes with the rows of the copies of one title. */
function numbersTitles(rows: readonly HeadRow[], columns: readonly SheetField[]): boolean {
	const at = columns.indexOf('id');
	if (at < 0 || !columns.includes('barcode')) return false;
	const numbered = rows.filter((row) => (row.cells[at] ?? '') !== '');
	const titles = numbered.map((row) => contentOf(gathered(row.cells, columns)).title).filter((title, i, all) => title !== all[i - 1]);
	return titles.length === new Set(numbered.map((row) => row.cells[at])).size;
}

/** The fields of the columns; corrections come first, and of two columns with one field that is not repeatable the first has it. */
function columnsOf(rows: readonly HeadRow[], at: number, corrections: ReadonlyMap<string, SheetField>, copies: boolean): SheetField[] {
	const headings = rows[at]?.cells ?? [];
	const below = rows.slice(at + 1);
	const stated = headings.map((heading, i) => corrections.get(foldText(heading)) ?? corrections.get(String(i + 1)));
	const guessed = (numbersRepeat: boolean): SheetField[] => {
		const taken = new Set(stated);
		return headings.map((heading, i) => {
			const corrected = stated[i];
			if (corrected !== undefined) return corrected;
			const values = below.map((row) => row.cells[i] ?? '').filter((value) => value !== '');
			const field = byContent(fieldNamed(heading), values, numbersRepeat);
			if (REPEATABLE.has(field)) return field;
			if (taken.has(field)) return 'ignore';
			taken.add(field);
			return field;
		});
	};
	if (copies) {
		const columns = guessed(true);
		if (numbersTitles(below, columns)) return columns;
	}
	return guessed(false);
}

/** What the source of a table states of its tables. */
export interface TableSettings {
	readonly encoding?: Encoding;
	readonly copies?: 'together';
}

export type Look =
	| { readonly ok: true; readonly reading: TableReading; readonly unknown: readonly string[] }
	| { readonly ok: false; readonly headings: readonly string[]; readonly unknown: readonly string[] };

/**
 * Looks at the beginning of a table: encoding, delimiter, the row of headings, what the columns hold. `corrections` come before what is
 * guessed; those that name no column are given back in `unknown`. Not ok when no column holds titles.
 */
export function lookAtTable(head: Uint8Array, corrections: Corrections, { encoding: stated, copies }: TableSettings = {}): Look {
	const encoding = tableEncoding(head, stated);
	const wanted = new Map<string, SheetField>();
	for (const [name, field] of Object.entries(corrections)) if (isSheetField(field)) wanted.set(foldText(name), field);
	const { delimiter, rows, at } = cut(beginning(head, encoding), encoding, wanted);
	const headings = (rows[at]?.cells ?? []).slice(0, LIMITS.columnsMax);
	const columns = columnsOf(rows, at, wanted, copies === 'together').slice(0, LIMITS.columnsMax);
	const known = new Set([...headings.map(foldText), ...headings.map((_, i) => String(i + 1))]);
	const unknown = Object.keys(corrections).filter((name) => !known.has(foldText(name)));
	if (!columns.includes('title')) return { ok: false, headings, unknown };
	const reading = { encoding, delimiter, headingLine: rows[at]?.line ?? 1, headings, columns };
	return { ok: true, reading: copies === undefined ? reading : { ...reading, copies }, unknown };
}
