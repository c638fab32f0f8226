import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSource } from '../../../src/store/source.ts';
import { addLibrary } from '../../support/world.ts';
import { type Book, iso2709OfBook, type Kind, type KindName, longText, marcOfBook, marcXmlOfBook, received } from './library.ts';

/** A file of books, and where so many of them end in it. */
type Write = (books: readonly Book[]) => Buffer;

function jsonOfBook(book: Book): string {
	const { leader, fields } = marcOfBook(book);
	const written = fields.map(({ tag, ind1, ind2, value, subfields }) => ({
		[tag]: subfields.length === 0 ? value : { ind1, ind2, subfields: subfields.map((s) => ({ [s.code]: s.value })) },
	}));
	const json = JSON.stringify({ leader, fields: written });
	return book.fault === 'unreadable' ? json.replace('"fields":', '"fields"') : json;
}

function rowOfBook({ number, title, fault }: Book): string {
	if (fault === 'unreadable') return `${number},,Nguyễn Văn A,2001`;
	return `${number},${title},Nguyễn Văn A,${fault === 'too-long' ? longText() : '2001'}`;
}

const WRITERS: Readonly<Record<string, Write>> = {
	'ISO 2709': (books) => Buffer.concat(books.map(iso2709OfBook)),
	MARCXML: (books) =>
		received(
			`<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n${books.map(marcXmlOfBook).join('\n')}\n</collection>\n`,
		),
	'MARC-in-JSON': (books) => received(`[\n${books.map(jsonOfBook).join(',\n')}\n]\n`),
	CSV: (books) => received(`Số ĐKCB,Nhan đề,Tác giả,Năm XB\n${books.map(rowOfBook).join('\n')}\n`),
};

/** Snapshots of a library, each a file of its own. */
function fileKind(name: Extract<KindName, 'ISO 2709' | 'MARCXML' | 'MARC-in-JSON' | 'CSV'>): Kind {
	const write = WRITERS[name] as Write;
	return {
		name,
		many: 2_103,
		open: async (made, code) => {
			const folder = mkdtempSync(join(tmpdir(), 'lienthong-compliance-'));
			let path = join(folder, 'none');
			let n = 0;
			await addLibrary(made.database, code);
			const source = await addSource(made.database, { library: code, kind: 'file', url: '' });
			return {
				code: source.code,
				serve: async (books, trouble = {}) => {
					path = join(folder, `${++n}`);
					if (trouble.gone === true) return;
					let bytes = write(books);
					// in the middle of the record behind the last that is whole
					if (trouble.closesAfter !== undefined) {
						const whole = write(books.slice(0, trouble.closesAfter)).length;
						bytes = bytes.subarray(0, whole + 60);
					}
					if (trouble.webPage === true) bytes = Buffer.from('<!DOCTYPE html><html><body>Đăng nhập</body></html>');
					if (trouble.locked === true)
						bytes = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from('EncryptedPackage', 'utf16le')]);
					writeFileSync(path, bytes);
				},
				harvest: async (harvester, options = {}) => await harvester.importFile(path, code, { snapshot: true, ...options }),
				task: () => ({ sources: [source.code], file: path }),
				loseHost: () => Promise.reject(new Error('a file has no host')),
				stop: async () => rmSync(folder, { recursive: true }),
			};
		},
	};
}

export const fileKinds: readonly Kind[] = (['ISO 2709', 'MARCXML', 'MARC-in-JSON', 'CSV'] as const).map(fileKind);
