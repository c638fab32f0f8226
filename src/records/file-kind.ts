/** What a file holds, told by how it begins, whatever it is called. */
export type FileKind =
	| 'iso2709'
	| 'marcxml'
	| 'marc-json'
	| 'csv'
	| 'gzip'
	| 'zip'
	/** OLE compound file: old Excel or Word, or anything behind an Office password. */
	| 'ole'
	| 'empty'
	/** Something else; `fileKindName` says what in words. */
	| 'other';

const startsWith = (head: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);

const OTHERS: readonly (readonly [name: string, ...bytes: number[]])[] = [
	['a PDF document', 0x25, 0x50, 0x44, 0x46],
	['a picture (PNG)', 0x89, 0x50, 0x4e, 0x47],
	['a picture (JPEG)', 0xff, 0xd8, 0xff],
	['a RAR archive', 0x52, 0x61, 0x72, 0x21],
	['a 7-Zip archive', 0x37, 0x7a, 0xbc, 0xaf],
	['an RTF document', 0x7b, 0x5c, 0x72, 0x74],
	['a program', 0x4d, 0x5a],
	['an SQLite database', 0x53, 0x51, 0x4c, 0x69, 0x74, 0x65],
];
const TEXT_LOOKED_AT = 65_536;

/** The beginning as text: UTF-16 where a byte order mark says so, else each byte a letter. */
function beginning(head: Uint8Array): string {
	const bytes = Buffer.from(head.subarray(0, TEXT_LOOKED_AT));
	if (startsWith(bytes, 0xff, 0xfe)) return bytes.toString('utf16le', 2);
	if (startsWith(bytes, 0xfe, 0xff) && bytes.length >= 2)
		return bytes
			.subarray(2, bytes.length & ~1)
			.swap16()
			.toString('utf16le');
	return bytes.toString('latin1', startsWith(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0);
}

/** Leader and directory, or the delimiters that no text has. */
const looksLikeIso2709 = (text: string): boolean =>
	/^[\s\0]*\d{5}[a-z ][a-z ]/i.test(text)
		? /[\u001d\u001e]/.test(text)
		: text.includes('\u001e') && /[\u001d\u001f]/.test(text) && isMostlyText(text.replace(/[\0\u001b-\u001f]/g, ''));

/** Text has hardly any control characters. */
const isMostlyText = (text: string): boolean => text.replace(/[^\0-\u0008\u000e-\u001f]/g, '').length * 100 <= text.length;

/** What a file is whose first bytes (some thousand, or all) are these. */
export function fileKind(head: Uint8Array): FileKind {
	if (startsWith(head, 0x1f, 0x8b)) return 'gzip';
	if (startsWith(head, 0x50, 0x4b, 3, 4) || startsWith(head, 0x50, 0x4b, 5, 6)) return 'zip';
	if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) return 'ole';
	if (OTHERS.some(([, ...bytes]) => startsWith(head, ...bytes))) return 'other';
	const text = beginning(head);
	const start = text.trimStart();
	if (start === '') return 'empty';
	if (looksLikeIso2709(text)) return 'iso2709';
	if (start.startsWith('<')) return isHtml(start) ? 'other' : 'marcxml';
	if (/^\[?\s*\{/.test(start)) return 'marc-json';
	// text has neither zero bytes nor many control characters
	return !isMostlyText(text) || text.includes('\0') ? 'other' : 'csv';
}

const isHtml = (text: string): boolean => /^(?:<!--[\s\S]*?-->|<\?[\s\S]*?\?>|\s)*<(?:!doctype\s+html|html|head|body)[\s>]/i.test(text);

/** A file that is no catalogue as it stands. */
export interface OtherDocument {
	/** In words: `a Word document`. */
	readonly what: string;
	/** A program of tables opens it, and saves it as one that is read. */
	readonly isTable: boolean;
}

const other = (what: string): OtherDocument => ({ what, isTable: false });
const otherTable = (what: string): OtherDocument => ({ what, isTable: true });

/** What XML or JSON is that can hold no MARC record, told by its beginning; undefined when it may hold some. */
export function kindWithoutRecords(kind: FileKind, head: Uint8Array): OtherDocument | undefined {
	if (kind !== 'marcxml' && kind !== 'marc-json') return undefined;
	const text = beginning(head);
	if (kind === 'marc-json')
		return text.includes('"fields"') || text.trim().replace(/\s/g, '') === '[]' ? undefined : other('JSON without MARC records');
	if (/<(?:[\w.-]+:)?(?:record|collection)[\s/>]/.test(text) || !/<[A-Za-z_]/.test(text)) return undefined;
	return /<(?:[\w.-]+:)?Workbook[\s>]/.test(text)
		? otherTable('a workbook of the kind "XML Spreadsheet 2003"')
		: other('XML without MARC records');
}

/** What a zip is whose files have these names; undefined when it is just a zip. */
export function packedDocument(names: readonly string[]): OtherDocument | undefined {
	if (names.includes('mimetype') && names.includes('content.xml')) return otherTable('an OpenDocument (.ods, .odt)');
	if (names.some((name) => /^xl\/workbook\.bin$/i.test(name))) return otherTable('a binary workbook (.xlsb)');
	if (names.some((name) => /^word\//i.test(name))) return other('a Word document (.docx)');
	return names.includes('[Content_Types].xml') ? otherTable('another Office document') : undefined;
}

/** Whether a file in a zip was left there by a system, not by who packed it. */
export const isLeftover = (name: string): boolean => /^__MACOSX\/|(?:^|\/)(?:\.[^/]*|thumbs\.db|desktop\.ini)$/i.test(name);

/** A file that is no catalogue, in words: `a PDF document`. */
export function fileKindName(head: Uint8Array): string {
	const known = OTHERS.find(([, ...bytes]) => startsWith(head, ...bytes));
	if (known !== undefined) return known[0];
	return isHtml(beginning(head).trimStart()) ? 'a web page (HTML)' : 'no kind of file that is known here';
}
