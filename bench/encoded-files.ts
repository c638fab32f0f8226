/* Files of a small library as old systems wrote them: texts are given as bytes, each a letter up to U+00FF, or as letters of Unicode. */
import ExcelJS from 'exceljs';
import type { EncodedBook } from './encoded-books.ts';

/** `Tac gia` where the encoding has no letters of Vietnamese. */
const PLAIN_HEADINGS = ['So DKCB', 'Nhan de', 'Tac gia', 'Phu de', 'NXB', 'Nam XB'];
const HEADINGS = ['Số ĐKCB', 'Nhan đề', 'Tác giả', 'Phụ đề', 'NXB', 'Năm XB'];

/** Bytes of what is to stand in a file. */
const bytes = ({ raw }: EncodedBook, text: string): Buffer => (raw ? Buffer.from(text, 'latin1') : Buffer.from(text));

function iso(book: EncodedBook): Buffer {
	const { author, title, rest, publisher } = book.written;
	const parts: [string, string][] = [
		['001', book.id],
		['100', `1 \u001fa${author}`],
		['245', `10\u001fa${title}${rest === '' ? '' : `\u001fb${rest}`}`],
		['264', ` 1\u001fb${publisher}\u001fc2004`],
		['300', '  \u001fa320 tr.\u001fc21 cm'],
	];
	let directory = '';
	const data: Buffer[] = [];
	let at = 0;
	for (const [tag, text] of parts) {
		if (text.endsWith('\u001fa')) continue;
		const field = Buffer.concat([bytes(book, text), Buffer.from([0x1e])]);
		directory += tag + String(field.length).padStart(4, '0') + String(at).padStart(5, '0');
		at += field.length;
		data.push(field);
	}
	const base = 25 + directory.length;
	const five = (n: number): string => String(n).padStart(5, '0');
	return Buffer.concat([
		Buffer.from(`${five(base + at + 1)}nam ${book.leader}22${five(base)} a 4500${directory}\u001e`, 'latin1'),
		...data,
		Buffer.from([0x1d]),
	]);
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function xml(books: readonly EncodedBook[], declaration: string): Buffer {
	const records = books.map((book) => {
		const { author, title, rest, publisher } = book.written;
		const sub = (code: string, text: string): string => (text === '' ? '' : `<subfield code="${code}">${escaped(text)}</subfield>`);
		const field = (tag: string, inner: string): string =>
			inner === '' ? '' : `<datafield tag="${tag}" ind1=" " ind2=" ">${inner}</datafield>\n`;
		return bytes(
			book,
			`<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">${book.id}</controlfield>\n` +
				`${field('100', sub('a', author))}${field('245', sub('a', title) + sub('b', rest))}${field('264', sub('b', publisher))}</record>\n`,
		);
	});
	return Buffer.concat([
		Buffer.from(`${declaration}<collection xmlns="http://www.loc.gov/MARC21/slim">\n`),
		...records,
		Buffer.from('</collection>\n'),
	]);
}

const cellsOf = ({ id, written: { title, author, rest, publisher } }: EncodedBook): string[] => [
	id,
	title,
	author,
	rest,
	publisher,
	'2004',
];

function csv(books: readonly EncodedBook[], delimiter: string): Buffer {
	const quoted = (cell: string): string => (/["\t,;\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
	const head = books[0] as EncodedBook;
	return Buffer.concat([
		bytes(
			head,
			`${(head.raw && head.encode('đ') === 'đ' ? PLAIN_HEADINGS : HEADINGS.map((heading) => head.encode(heading))).join(delimiter)}\r\n`,
		),
		...books.map((book) => bytes(book, `${cellsOf(book).map(quoted).join(delimiter)}\r\n`)),
	]);
}

async function workbook(books: readonly EncodedBook[]): Promise<Buffer> {
	const book = new ExcelJS.Workbook();
	const head = books[0] as EncodedBook;
	book.addWorksheet('Sach').addRows([HEADINGS.map((heading) => head.encode(heading)), ...books.map(cellsOf)]);
	return Buffer.from(await book.xlsx.writeBuffer());
}

const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>\n`;

type Writer = (books: readonly EncodedBook[]) => Buffer | Promise<Buffer>;

export const FORMS = {
	'ISO 2709': (books) => Buffer.concat(books.map(iso)),
	'MARCXML, UTF-8 declared': (books) => xml(books, declared('UTF-8')),
	'MARCXML, Latin-1 declared': (books) => xml(books, declared('ISO-8859-1')),
	'MARCXML, windows-1252 declared': (books) => xml(books, declared('windows-1252')),
	'MARCXML, windows-1258 declared': (books) => xml(books, declared('windows-1258')),
	'MARCXML, nothing declared': (books) => xml(books, ''),
	'CSV ,': (books) => csv(books, ','),
	'CSV ;': (books) => csv(books, ';'),
	TSV: (books) => csv(books, '\t'),
	XLSX: workbook,
} as const satisfies Readonly<Record<string, Writer>>;

export type FormName = keyof typeof FORMS;
