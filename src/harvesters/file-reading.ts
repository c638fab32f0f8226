import { isAscii, isUtf8 } from 'node:buffer';
import { AppError } from '../lib/errors.ts';
import { isEncoding } from '../records/encoding.ts';
import { encodingTold } from '../records/known-encoding.ts';
import { isLegacy } from '../records/legacy-bytes.ts';
import type { MarcRecord } from '../records/marc.ts';
import { repairText } from '../records/repair-text.ts';
import { isSheetField, SHEET_FIELDS, type SheetField } from '../records/sheet/fields.ts';
import { type Corrections, isByteEncoding, lookAtTable, type TableReading } from '../records/sheet/look.ts';
import { type FileReading, FileRecordReader } from './file-records.ts';
import { HEAD_BYTES, type OpenedFile } from './open-file.ts';
import type { PageEnd } from './page.ts';

const PREVIEWED = 5;

/** What the setting `columns` of a source keeps: heading to field, as the last table that was taken had them. */
export type KeptColumns = Readonly<Record<string, SheetField>>;

/**
 * How the copies of a title in a table are taken: `together`, one record, or `apart`, one for each row. Before sources stated it rows were records,
 * so a source that has taken tables and states nothing stays with that: its identifiers must not change.
 */
export function copiesOf({ copies, columns }: Readonly<Record<string, unknown>>): 'together' | 'apart' {
	if (copies === 'together' || copies === 'apart') return copies;
	return columns === undefined ? 'together' : 'apart';
}

const quoted = (headings: readonly string[]): string =>
	headings
		.filter((heading) => heading !== '')
		.slice(0, 20)
		.map((heading) => `"${heading.slice(0, 60)}"`)
		.join(', ');

function checkCorrections(asked: Corrections): void {
	for (const [name, field] of Object.entries(asked)) {
		if (isSheetField(field)) continue;
		throw new AppError('usage', `--column "${name}=${field}": there is no field ${field}`, { hint: `one of ${SHEET_FIELDS.join(', ')}` });
	}
}

function tableReading(file: OpenedFile, settings: Readonly<Record<string, unknown>>, asked: Corrections): TableReading {
	checkCorrections(asked);
	const { encoding, columns } = settings;
	const kept = typeof columns === 'object' && columns !== null ? (columns as KeptColumns) : {};
	const look = lookAtTable(
		file.head,
		{ ...kept, ...asked },
		{
			...(typeof encoding === 'string' && isEncoding(encoding) && file.kind !== 'xlsx' ? { encoding } : {}),
			...(copiesOf(settings) === 'together' ? { copies: 'together' } : {}),
		},
	);
	const headings = look.ok ? look.reading.headings : look.headings;
	const strange = look.unknown.find((name) => Object.hasOwn(asked, name));
	if (strange !== undefined)
		throw new AppError('usage', `${file.name} has no column "${strange}"`, { hint: `its headings are ${quoted(headings)}` });
	if (look.ok) return look.reading;
	throw new AppError('no-title-column', `${file.name} has no column of titles; its first row is ${quoted(headings) || 'empty'}`, {
		hint: 'write "Nhan đề" above the column of titles, or say which one it is: --column "HEADING=title", or its number: --column 2=title',
	});
}

/** Whether a beginning is UTF-8 with more than ASCII in it; a letter may be cut in two at its end. */
const isUnicode = (head: Uint8Array): boolean => !isAscii(head) && isUtf8(head.subarray(0, wholeLetters(head)));

function wholeLetters(head: Uint8Array): number {
	let end = head.length;
	while (end > 0 && head.length - end < 3 && ((head[end - 1] as number) & 0xc0) === 0x80) end--;
	return end > 0 && (head[end - 1] as number) >= 0xc0 ? end - 1 : head.length;
}

function formOf(file: OpenedFile, settings: Readonly<Record<string, unknown>>, asked: Corrections): FileReading {
	const isTable = file.kind === 'csv' || file.kind === 'xlsx';
	if (isTable) return { format: 'rows', table: tableReading(file, settings, asked) };
	if (Object.keys(asked).length > 0)
		throw new AppError('usage', `${file.name} is no table, it has no columns`, { hint: 'leave --column out' });
	if (file.kind === 'marcxml' || file.kind === 'marc-json') return { format: file.kind };
	const { encoding } = settings;
	// text in an old encoding that a system has made UTF-8 of, letter by letter, is read as UTF-8 first
	const bytes = typeof encoding === 'string' && isEncoding(encoding) && !(isLegacy(encoding) && isUnicode(file.head));
	return bytes ? { format: 'iso2709', encoding } : { format: 'iso2709' };
}

/** Whether the texts of a file come in Unicode, so that an old encoding is to be seen in their letters alone. */
function comesInUnicode(reading: FileReading, { head, kind }: OpenedFile): boolean {
	if (reading.format === 'iso2709') return reading.encoding === undefined && isUnicode(head);
	if (reading.format !== 'rows') return true;
	return kind === 'xlsx' || !isByteEncoding(reading.table.encoding) || reading.table.encoding === 'utf-8';
}

/**
 * How a file is read, given the settings of its source: `encoding` is what the source states of its texts, `columns` what the
 * headings of its last table meant, `copies` whether rows are put together; `asked` comes before what is guessed and kept. AppErrors no-title-column,
 * usage (a column or field that is not there).
 */
export function readingOf(file: OpenedFile, settings: Readonly<Record<string, unknown>>, asked: Corrections = {}): FileReading {
	const reading = formOf(file, settings, asked);
	const { encoding } = settings;
	if (!comesInUnicode(reading, file)) return reading;
	if (isLegacy(encoding)) return { ...reading, known: { encoding, stated: true } };
	if (encoding !== undefined) return reading;
	const told = encodingTold(new FileRecordReader(reading).feed(file.head).flatMap(({ decoded }) => decoded ?? []));
	return told === undefined ? reading : { ...reading, known: { encoding: told, stated: false } };
}

/** What the settings `columns` and `copies` of a source become with this table. */
export function keptSettings(
	settings: Readonly<Record<string, unknown>>,
	{ headings, columns, copies }: TableReading,
): { readonly columns: KeptColumns; readonly copies?: 'together' | 'apart' } {
	const before = (settings['columns'] ?? {}) as KeptColumns;
	const now = headings.flatMap((heading, i) => (heading === '' ? [] : [[heading, columns[i] ?? 'ignore'] as const]));
	return { columns: { ...before, ...Object.fromEntries(now) }, ...(settings['copies'] === undefined ? { copies: copies ?? 'apart' } : {}) };
}

/** What a person looks at before a table is taken: what its columns are read as, what its rows come to, and its first records as read. */
export interface TablePreview {
	readonly encoding: string;
	readonly delimiter: string;
	readonly headingLine: number;
	readonly columns: readonly { readonly heading: string; readonly field: SheetField }[];
	readonly copies: 'together' | 'apart';
	/** Rows that records were made of, all of the table. */
	readonly rows: number;
	/** What they come to, for people. */
	readonly becomes: { readonly vi: string; readonly en: string };
	readonly first: readonly MarcRecord[];
}

/** The reading of a table. */
type TableFile = Extract<FileReading, { format: 'rows' }>;

const counted = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;

/** `end`: what was read of all of it. */
export function previewOf({ head }: OpenedFile, reading: TableFile, { rows = 0, listed }: PageEnd): TablePreview {
	const { table } = reading;
	const reader = new FileRecordReader(reading);
	const records = reader.feed(head);
	// the last row may be cut off
	if (records.length < PREVIEWED) records.push(...reader.end().records.slice(0, head.length < HEAD_BYTES ? undefined : -1));
	return {
		encoding: reading.known?.encoding ?? table.encoding,
		delimiter: table.delimiter,
		headingLine: table.headingLine,
		columns: table.headings.map((heading, i) => ({ heading, field: table.columns[i] ?? 'ignore' })),
		copies: table.copies ?? 'apart',
		rows,
		becomes: {
			vi: `${rows.toLocaleString('vi')} dòng thành ${listed.toLocaleString('vi')} biểu ghi`,
			en: `${counted(rows, 'row')} ${rows === 1 ? 'makes' : 'make'} ${counted(listed, 'record')}`,
		},
		first: records.flatMap(({ decoded }) => (decoded?.ok ? [repairText(decoded.record).record] : [])).slice(0, PREVIEWED),
	};
}
