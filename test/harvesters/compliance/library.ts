import iconv from 'iconv-lite';
import type { RunSummary } from '../../../src/jobs/run-under-lease.ts';
import { LIMITS } from '../../../src/lib/limits.ts';
import type { MarcField, MarcRecord } from '../../../src/records/marc.ts';
import type { Harvester } from '../../support/harvester.ts';
import type { TestDatabase } from '../../support/postgres.ts';

/** A book as a library has it. `fault`: what is wrong with its record alone. */
export interface Book {
	readonly number: string;
	readonly title: string;
	/** Cannot be read; is longer than a record may be; has its title in TCVN3, whatever is said of the encoding. */
	readonly fault?: 'unreadable' | 'too-long' | 'tcvn3';
}

/** How a library misbehaves as a whole. */
export interface Trouble {
	/** The connection closes, or the file ends, behind so many records, every time. */
	readonly closesAfter?: number;
	/** Records that it says it has and has not. */
	readonly lie?: number;
	/** Nothing is there. */
	readonly gone?: boolean;
	/** A web page is there. */
	readonly webPage?: boolean;
	/** Who does not know the password is refused. */
	readonly locked?: boolean;
}

/** A library of one kind of source: what it has is told by `serve`, and one run reads it. */
export interface Library {
	readonly code: string;
	serve(books: readonly Book[], trouble?: Trouble): Promise<void>;
	/** The whole list in one run. */
	harvest(harvester: Harvester, options?: { readonly signal?: AbortSignal }): Promise<RunSummary>;
	/** What a process of its own is told to do the same. */
	task(): { readonly sources: readonly string[]; readonly file?: string };
	/** The source is at a host that does not exist. */
	loseHost(): Promise<void>;
	stop(): Promise<void>;
}

export interface Kind {
	readonly name: KindName;
	/** Books of which a run has several parts. */
	readonly many: number;
	open(made: TestDatabase, code: string): Promise<Library>;
}

export const KIND_NAMES = ['OAI-PMH', 'Z39.50', 'SRU', 'ISO 2709', 'MARCXML', 'MARC-in-JSON', 'CSV'] as const;
export type KindName = (typeof KIND_NAMES)[number];

export const books = (count: number, from = 1): Book[] =>
	Array.from({ length: count }, (_, i) => ({
		number: `b${String(from + i).padStart(5, '0')}`,
		title: `Sách số ${from + i} của thư viện`,
	}));

const control = (tag: string, value: string): MarcField => ({ tag, ind1: ' ', ind2: ' ', value, subfields: [] });
const data = (tag: string, ...subfields: [code: string, value: string][]): MarcField => ({
	tag,
	ind1: '0',
	ind2: '0',
	value: '',
	subfields: subfields.map(([code, value]) => ({ code, value })),
});

export const longText = (): string => 'x'.repeat(LIMITS.recordBytesMax + 1);

/** A book as MARC; of one in TCVN3 the title stands between marks, for `received` to encode. */
export function marcOfBook({ number, title, fault }: Book): MarcRecord {
	const shown = fault === 'tcvn3' ? `\ue000${title}\ue001` : title;
	const fields = [
		control('001', number),
		control('005', '20240101120000.0'),
		data('100', ['a', 'Nguyễn Văn A']),
		data('245', ['a', shown]),
		data('260', ['c', '2001']),
	];
	// all of it, as a library's export is in one encoding
	if (fault === 'tcvn3') fields[2] = data('100', ['a', '\ue000Nguyễn Văn A\ue001']);
	if (fault === 'too-long') fields.push(data('520', ['a', longText()]));
	return { leader: '00000nam a2200000 a 4500', fields };
}

/** Text as bytes: what stands between marks in TCVN3, the rest in UTF-8. */
export const received = (text: string): Buffer =>
	Buffer.concat(text.split(/[\ue000\ue001]/).map((piece, i) => (i % 2 === 0 ? Buffer.from(piece) : iconv.encode(piece, 'tcvn'))));

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A book as MARCXML; one that cannot be read is not well-formed. */
export function marcXmlOfBook(book: Book): string {
	const { leader, fields } = marcOfBook(book);
	const body = fields.map(({ tag, ind1, ind2, value, subfields }) =>
		subfields.length === 0
			? `<controlfield tag="${tag}">${escaped(value)}</controlfield>`
			: `<datafield tag="${tag}" ind1="${ind1}" ind2="${ind2}">${subfields.map((s) => `<subfield code="${s.code}">${escaped(s.value)}</subfield>`).join('')}</datafield>`,
	);
	const xml = `<record xmlns="http://www.loc.gov/MARC21/slim"><leader>${leader}</leader>${body.join('')}</record>`;
	return book.fault === 'unreadable' ? xml.replace('</subfield></datafield>', '</datafield>') : xml;
}

/** A book in ISO 2709; one that cannot be read has a leader alone. */
export function iso2709OfBook(book: Book): Buffer {
	if (book.fault === 'unreadable') return Buffer.from('00026nam a2200025   4500\u001e\u001d');
	const { leader, fields } = marcOfBook(book);
	let directory = '';
	let start = 0;
	const body = fields.map(({ tag, ind1, ind2, value, subfields }) => {
		const text = subfields.length === 0 ? value : `${ind1}${ind2}${subfields.map((s) => `\u001f${s.code}${s.value}`).join('')}`;
		const bytes = Buffer.concat([received(text), Buffer.of(0x1e)]);
		directory += `${tag}${String(Math.min(9_999, bytes.length)).padStart(4, '0')}${String(start % 100_000).padStart(5, '0')}`;
		start += bytes.length;
		return bytes;
	});
	const base = 24 + directory.length + 1;
	const length = String(Math.min(99_999, base + start + 1)).padStart(5, '0');
	const head = `${length}${leader.slice(5, 12)}${String(base).padStart(5, '0')}${leader.slice(17)}${directory}\u001e`;
	return Buffer.concat([Buffer.from(head), ...body, Buffer.of(0x1d)]);
}
