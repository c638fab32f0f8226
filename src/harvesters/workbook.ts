import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { rowOf } from '../records/sheet/delimited.ts';
import { placeOf, RelationsPart, WorkbookPart } from '../records/workbook/directory.ts';
import { MergedCells } from '../records/workbook/merged-cells.ts';
import { StylesPart } from '../records/workbook/number-formats.ts';
import { type PartHandler, PartReader } from '../records/workbook/part-reader.ts';
import { SharedStringsPart } from '../records/workbook/shared-strings.ts';
import { type SheetContext, SheetRows } from '../records/workbook/sheet-rows.ts';
import { broken, tooLarge, zipEntries, zipEntry } from './zip-entries.ts';

/** By a file of this name a zip is known for a workbook. */
export const SHEET_ENTRY = /^xl\/worksheets\/.+\.xml$/i;

export const LARGE_WORKBOOK = 'save it as "CSV UTF-8" and send that, or split it';

const PIECE_LETTERS = 262_144;
/** Rows that a further sheet may have before it is taken for more than a heading or a remark. */
const REMARK_ROWS = 1;

/** A workbook as a zip. */
interface Book {
	readonly path: string;
	readonly name: string;
	/** The names of its files; several writers write them in cases of their own. */
	readonly entries: ReadonlyMap<string, string>;
}

interface Sheet {
	readonly name: string;
	readonly entry: string;
}

async function openBook(path: string, name: string): Promise<Book> {
	const entries = (await zipEntries(path, name)).filter(({ fileName }) => !fileName.endsWith('/'));
	const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
	if (total > LIMITS.workbookBytesMax)
		throw tooLarge(name, `${total} bytes when it is unpacked, the limit for a workbook is ${LIMITS.workbookBytesMax}`, LARGE_WORKBOOK);
	const strings = entries.find((entry) => /^xl\/sharedStrings\.xml$/i.test(entry.fileName))?.uncompressedSize ?? 0;
	if (strings > LIMITS.sharedStringsBytesMax)
		throw tooLarge(name, `${strings} bytes of text, the limit for a workbook is ${LIMITS.sharedStringsBytesMax}`, LARGE_WORKBOOK);
	return { path, name, entries: new Map(entries.map(({ fileName }) => [fileName.toLowerCase(), fileName])) };
}

const entryOf = ({ entries }: Book, place: string): string | undefined => entries.get(place.toLowerCase());

/** A part of the workbook, read into `handler`, which is left as it is when there is no such part. */
async function read<T extends PartHandler>({ path, name, ...book }: Book, place: string, handler: T): Promise<T> {
	const entry = entryOf({ path, name, ...book }, place);
	if (entry === undefined) return handler;
	const reader = new PartReader(handler);
	for await (const piece of zipEntry(path, name, entry)) reader.write(piece);
	reader.end();
	return handler;
}

/** The sheets that who opens the workbook sees, in that order; all there are when it does not list them. */
function sheetsOf(book: Book, { sheets }: WorkbookPart, { targets }: RelationsPart): Sheet[] {
	const listed = sheets.flatMap(({ name, relation, hidden }) => {
		const entry = entryOf(book, placeOf(targets.get(relation) ?? ''));
		return entry === undefined || hidden || !SHEET_ENTRY.test(entry) ? [] : [{ name, entry }];
	});
	if (listed.length > 0) return listed;
	const all = [...book.entries.values()].filter((entry) => SHEET_ENTRY.test(entry));
	return all.map((entry) => ({ name: entry.slice('xl/worksheets/'.length, -'.xml'.length), entry }));
}

/** The merged cells of a sheet, which is looked at to its end: what its zip says of sizes is true before rows are read. */
async function mergedIn({ path, name }: Book, { entry }: Sheet): Promise<MergedCells> {
	const merged = new MergedCells();
	for await (const piece of zipEntry(path, name, entry)) {
		merged.feed(piece);
		if (merged.count > LIMITS.mergedCellsMax)
			throw tooLarge(name, `more than ${LIMITS.mergedCellsMax} merged cells`, 'take the merging off, or save it as "CSV UTF-8"');
	}
	if (!merged.isWhole) throw broken(name, `${entry} ends in the middle`);
	return merged;
}

async function* rowsOf({ path, name }: Book, { entry }: Sheet, context: SheetContext): AsyncGenerator<ReturnType<SheetRows['take']>> {
	const rows = new SheetRows(context);
	const reader = new PartReader(rows);
	for await (const piece of zipEntry(path, name, entry)) {
		reader.write(piece);
		yield rows.take();
	}
	reader.end();
	yield rows.take();
}

/** Whether a sheet beside the catalogue has more than a remark in it. */
async function hasRecords(book: Book, sheet: Sheet, context: SheetContext): Promise<boolean> {
	let found = 0;
	for await (const rows of rowsOf(book, sheet, context)) {
		found += rows.length;
		if (found > REMARK_ROWS) return true;
	}
	return false;
}

/** A row as a line; no more of it than shows that it is too long. */
function lineOf(cells: readonly string[]): string {
	let letters = 0;
	const end = cells.findIndex((cell) => {
		letters += cell.length;
		return letters > LIMITS.rowLettersMax;
	});
	return rowOf(end < 0 ? cells : cells.slice(0, end + 1), ',');
}

async function* linesOf(book: Book, sheet: Sheet, merged: MergedCells, context: SheetContext): AsyncGenerator<string> {
	const fill = merged.filler();
	let piece = '';
	let line = 0;
	for await (const rows of rowsOf(book, sheet, context)) {
		for (const { number, cells } of rows) {
			fill(number, cells);
			piece += `${'\n'.repeat(number - line - 1)}${lineOf(cells)}\n`;
			line = number;
			if (piece.length < PIECE_LETTERS) continue;
			yield piece;
			piece = '';
		}
	}
	if (piece !== '') yield piece;
}

async function* workbookLines(path: string, name: string): AsyncGenerator<Uint8Array> {
	const book = await openBook(path, name);
	const workbook = await read(book, 'xl/workbook.xml', new WorkbookPart());
	const relations = await read(book, 'xl/_rels/workbook.xml.rels', new RelationsPart());
	const { formats } = await read(book, 'xl/styles.xml', new StylesPart());
	const sheets = sheetsOf(book, workbook, relations);
	const merged: MergedCells[] = [];
	for (const sheet of sheets) merged.push(await mergedIn(book, sheet));
	const { strings } = await read(book, 'xl/sharedStrings.xml', new SharedStringsPart());
	const context = { strings, formats, from1904: workbook.from1904 };
	let taken: Sheet | null = null;
	for (const [i, sheet] of sheets.entries()) {
		if (taken !== null) {
			if (await hasRecords(book, sheet, context)) throw severalSheets(name, taken.name, sheet.name);
			continue;
		}
		for await (const piece of linesOf(book, sheet, merged[i] as MergedCells, context)) {
			taken = sheet;
			yield new TextEncoder().encode(piece);
		}
	}
}

/**
 * The rows of the sheet of a workbook (.xlsx) as lines of CSV in UTF-8, row n of the sheet in line n; a cell that is merged with those below it
 * stands in each of them. Sheets that are hidden are not read; those after the first that has rows must not have records: AppError file-kind says so,
 * so that none is lost unseen. Holds the texts that cells share, packed, and no rows. AppErrors too-large and file-broken besides. Parsing takes the
 * processor for seconds: for a thread (workbook-pieces.ts).
 */
export async function* readWorkbook(path: string, name: string): AsyncGenerator<Uint8Array> {
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
