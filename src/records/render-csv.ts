import type { Citation, CitedName } from './citation.ts';
import type { UnionHolding, UnionMember } from './union.ts';

/** CSV (RFC 4180) for people who work with tables: one title a row, UTF-8 with a byte order mark, since Excel takes the text for another encoding without. */

/** What a row is made of: the description, and what libraries have of it. */
export interface CsvRecord {
	readonly citation: Citation;
	readonly members: readonly UnionMember[];
	readonly holdings: readonly UnionHolding[];
}
export type CsvLanguage = 'vi' | 'en';

const SEPARATOR = '; ';
const all = (texts: readonly (string | undefined)[]): string =>
	[...new Set(texts.filter((text) => text !== undefined && text !== ''))].join(SEPARATOR);
const names = (list: readonly CitedName[]): string => all(list.map(({ name }) => name));
const LINE = /\s+/g;

/** Copies that libraries count; of one that says only that it has the title, one. */
const copies = ({ members, holdings }: CsvRecord): number => {
	const counted = new Map<string, number>();
	for (const { library } of members) counted.set(library, 0);
	for (const { member, copies: count } of holdings) {
		const library = members[member]?.library ?? '';
		counted.set(library, (counted.get(library) ?? 0) + count);
	}
	return [...counted.values()].reduce((sum, count) => sum + Math.max(1, count), 0);
};

/** `1969-` for a serial that goes on. */
const years = ({ kind, year = '', yearEnd }: Citation): string => {
	if (yearEnd !== undefined) return `${year}-${yearEnd}`;
	return kind === 'serial' && year !== '' ? `${year}-` : year;
};

const COLUMNS: readonly (readonly [vi: string, en: string, cell: (record: CsvRecord) => string])[] = [
	['Mã biểu ghi', 'Record ID', ({ citation }) => citation.id],
	['Nhan đề', 'Title', ({ citation }) => citation.title],
	['Tác giả', 'Authors', ({ citation }) => names(citation.authors)],
	['Chủ biên', 'Editors', ({ citation }) => names(citation.editors)],
	['Người dịch', 'Translator', ({ citation }) => names(citation.translators)],
	['Tác giả khác', 'Contributors', ({ citation }) => names(citation.contributors)],
	['Lần xuất bản', 'Edition', ({ citation }) => citation.edition ?? ''],
	['Nơi xuất bản', 'Place', ({ citation }) => all(citation.places)],
	['Nhà xuất bản', 'Publisher', ({ citation }) => all(citation.publishers)],
	['Năm xuất bản', 'Year', ({ citation }) => years(citation)],
	['Mô tả vật lý', 'Physical description', ({ citation }) => citation.extent ?? ''],
	[
		'Tùng thư',
		'Series',
		({ citation }) => all(citation.series.map(({ title, volume }) => (volume === undefined ? title : `${title}, ${volume}`))),
	],
	['Nguồn trích', 'In', ({ citation: { host } }) => all([host?.title, host?.place])],
	['ISBN', 'ISBN', ({ citation }) => all(citation.isbn)],
	['ISSN', 'ISSN', ({ citation }) => all(citation.issn)],
	['Ngôn ngữ', 'Language', ({ citation }) => all(citation.languages)],
	['Ký hiệu phân loại', 'Classification', ({ citation }) => all(citation.classification)],
	['Chủ đề', 'Subjects', ({ citation }) => all(citation.subjects)],
	['Tóm tắt', 'Summary', ({ citation }) => citation.summary ?? ''],
	['Liên kết', 'Links', ({ citation }) => all(citation.links)],
	['Thư viện có tài liệu', 'Held by', ({ members }) => all(members.map(({ library }) => library).sort())],
	['Ký hiệu xếp giá', 'Call number', ({ holdings }) => all(holdings.map(({ callNumber }) => callNumber))],
	['Số bản', 'Copies', (record) => String(copies(record))],
	['Địa chỉ', 'Address', ({ citation }) => citation.url],
];

/** What spreadsheets take for the beginning of a formula, in full width too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * A cell. Text that a spreadsheet would run as a formula has an apostrophe before it, which spreadsheets show as text (OWASP, CSV injection).
 */
export function csvCell(text: string): string {
	const safe = FORMULA.test(text) ? `'${text}` : text;
	return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const row = (cells: readonly string[]): string =>
	`${cells.map((cell) => csvCell(cell.toWellFormed().replace(LINE, ' ').trim())).join(',')}\r\n`;

/** The byte order mark and the headings. */
export const csvHead = (language: CsvLanguage): string => `\ufeff${row(COLUMNS.map(([vi, en]) => (language === 'vi' ? vi : en)))}`;

export const csvRow = (record: CsvRecord): string => row(COLUMNS.map(([, , cell]) => cell(record)));
