import { AppError } from '../lib/errors.ts';
import { isEncoding } from '../records/encoding.ts';
import type { MarcRecord } from '../records/marc.ts';
import { isSheetField, SHEET_FIELDS, type SheetField } from '../records/sheet/fields.ts';
import { type Corrections, lookAtTable, type TableReading } from '../records/sheet/look.ts';
import { type FileReading, FileRecordReader } from './file-records.ts';
import type { OpenedFile } from './open-file.ts';

/** Bytes of a table that its headings, encoding and columns are told by. */
const HEAD_BYTES = 262_144;
const PREVIEWED = 5;

/** What the setting `columns` of a source keeps: heading to field, as the last table that was taken had them. */
export type KeptColumns = Readonly<Record<string, SheetField>>;

async function headOf(file: OpenedFile): Promise<Buffer> {
	const pieces: Uint8Array[] = [];
	let length = 0;
	for await (const piece of file.bytes()) {
		pieces.push(piece);
		length += piece.length;
		if (length >= HEAD_BYTES) break;
	}
	return Buffer.concat(pieces).subarray(0, HEAD_BYTES);
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

function tableReading(file: OpenedFile, head: Buffer, settings: Readonly<Record<string, unknown>>, asked: Corrections): TableReading {
	checkCorrections(asked);
	const { encoding, columns } = settings;
	const kept = typeof columns === 'object' && columns !== null ? (columns as KeptColumns) : {};
	const stated = typeof encoding === 'string' && isEncoding(encoding) ? encoding : undefined;
	const look = lookAtTable(head, { ...kept, ...asked }, stated);
	const headings = look.ok ? look.reading.headings : look.headings;
	const strange = look.unknown.find((name) => Object.hasOwn(asked, name));
	if (strange !== undefined)
		throw new AppError('usage', `${file.name} has no column "${strange}"`, { hint: `its headings are ${quoted(headings)}` });
	if (look.ok) return look.reading;
	throw new AppError('no-title-column', `${file.name} has no column of titles; its first row is ${quoted(headings) || 'empty'}`, {
		hint: 'write "Nhan đề" above the column of titles, or say which one it is: --column "HEADING=title", or its number: --column 2=title',
	});
}

/**
 * How a file is read, given the settings of its source: `encoding` is what the source states for ISO 2709 and tables, `columns` what the
 * headings of its last table meant; `asked` comes before both. AppErrors no-title-column, usage (a column or field that is not there).
 */
export async function readingOf(
	file: OpenedFile,
	settings: Readonly<Record<string, unknown>>,
	asked: Corrections = {},
): Promise<FileReading> {
	const isTable = file.kind === 'csv' || file.kind === 'xlsx';
	if (isTable) return { format: 'rows', table: tableReading(file, await headOf(file), settings, asked) };
	if (Object.keys(asked).length > 0)
		throw new AppError('usage', `${file.name} is no table, it has no columns`, { hint: 'leave --column out' });
	if (file.kind === 'marcxml' || file.kind === 'marc-json') return { format: file.kind };
	const { encoding } = settings;
	return typeof encoding === 'string' && isEncoding(encoding) ? { format: 'iso2709', encoding } : { format: 'iso2709' };
}

/** What the setting `columns` becomes with this table. */
export const keptColumns = ({ headings, columns }: TableReading): KeptColumns =>
	Object.fromEntries(headings.flatMap((heading, i) => (heading === '' ? [] : [[heading, columns[i] ?? 'ignore']])));

/** What a person looks at before a table is taken: what its columns are read as, and its first records as read. */
export interface TablePreview {
	readonly encoding: string;
	readonly delimiter: string;
	readonly headingLine: number;
	readonly columns: readonly { readonly heading: string; readonly field: SheetField }[];
	readonly first: readonly MarcRecord[];
}

export async function previewOf(file: OpenedFile, table: TableReading): Promise<TablePreview> {
	const reader = new FileRecordReader({ format: 'rows', table });
	const head = await headOf(file);
	const records = reader.feed(head);
	if (records.length < PREVIEWED && head.length < HEAD_BYTES) records.push(...reader.end().records);
	return {
		encoding: table.encoding,
		delimiter: table.delimiter,
		headingLine: table.headingLine,
		columns: table.headings.map((heading, i) => ({ heading, field: table.columns[i] ?? 'ignore' })),
		first: records.flatMap(({ decoded }) => (decoded?.ok ? [decoded.record] : [])).slice(0, PREVIEWED),
	};
}
