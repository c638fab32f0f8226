import { hash } from 'node:crypto';
import { hash32, hash53 } from '../lib/hash.ts';
import { LIMITS } from '../lib/limits.ts';
import { bytesAsText } from '../lib/undecoded.ts';
import { detectFile, type Encoding } from '../records/encoding.ts';
import { Iso2709Reader } from '../records/iso2709.ts';
import { type KnownEncoding, readKnown } from '../records/known-encoding.ts';
import { controlValue, type Decoded, type MarcRecord, type Repair } from '../records/marc.ts';
import { decodeMarcJson, JsonSplitter } from '../records/marc-json.ts';
import { MarcXmlReader } from '../records/marcxml-reader.ts';
import { CopyGatherer } from '../records/sheet/copies.ts';
import { ROW_END, RowSplitter, type TextRow } from '../records/sheet/delimited.ts';
import { isByteEncoding, type TableReading, UTF8_MARK } from '../records/sheet/look.ts';
import { type ReadRow, readRow, recordOf } from '../records/sheet/read-row.ts';
import type { PageContext, PageEnd, ReadRecord } from './page.ts';

/** How the records of a file are written. `known`: what its texts in Unicode were in before. */
export type FileReading = { readonly known?: KnownEncoding } & (
	| { readonly format: 'iso2709'; readonly encoding?: Encoding }
	| { readonly format: 'marcxml' }
	| { readonly format: 'marc-json' }
	| { readonly format: 'rows'; readonly table: TableReading }
);

/** A record of a file before it has an identifier: its text as received (undecoded bytes as in src/lib/undecoded.ts). */
interface FileRecord {
	readonly raw: string;
	readonly decoded: Decoded;
	/** What tells the record from others, where that is not its text. */
	readonly bytes?: Uint8Array | string;
	/** What it is known by, where that is not its 001. */
	readonly own?: string;
	/** Rows of a table that it is made of. */
	readonly rows?: number;
}

/** Cuts a file into records, fed piece by piece. */
interface Splitter {
	feed(bytes: Uint8Array): FileRecord[];
	end(): FileRecord[];
	/** After `end`: whether the file ends in the middle, as one that was cut off. */
	wasCutOff(): boolean;
}

const DIGEST_BYTES = 16;
const NO_NAMESPACES = { namespaces: {}, encoding: null } as const;

/**
 * The first piece of the file tells what records are in that are too short to tell by themselves. What stands behind the last terminator is a whole
 * record when it is as long as it says.
 */
function iso2709Splitter(encoding: Encoding | undefined): Splitter {
	let reader: Iso2709Reader | null = encoding === undefined ? null : new Iso2709Reader({ encoding });
	const opened = (bytes: Uint8Array): Iso2709Reader => {
		const hint = detectFile(bytes);
		reader = new Iso2709Reader(hint === undefined ? {} : { hint });
		return reader;
	};
	const texts = (records: ReturnType<Iso2709Reader['feed']>): FileRecord[] =>
		records.map(({ decoded, raw }) => ({ decoded, raw: bytesAsText(raw), bytes: raw }));
	let cut = false;
	const last = (): FileRecord[] => {
		const records = texts(reader?.end() ?? []);
		cut = records.some(({ decoded }) => !decoded.ok || decoded.repairs.some(({ code }) => code === 'record-length'));
		return records;
	};
	return { feed: (bytes) => texts((reader ?? opened(bytes)).feed(bytes)), end: last, wasCutOff: () => cut };
}

/**
 * Records of the rows after the headings, one each, or one of all copies of a title. Bytes are cut as letters up to U+00FF, so that each row is
 * kept as it came; the rows of one record are kept as lines.
 */
function rowsSplitter(table: TableReading): Splitter {
	const decoder = new TextDecoder(isByteEncoding(table.encoding) ? 'utf-8' : table.encoding);
	const splitter = new RowSplitter(table.delimiter);
	const bytewise = isByteEncoding(table.encoding);
	let begun = false;
	const textOf = (bytes: Uint8Array): string => {
		const text = bytewise
			? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
			: decoder.decode(bytes, { stream: true });
		if (begun || text === '') return text;
		begun = true;
		return bytewise ? text.replace(UTF8_MARK, '') : text;
	};
	const copies = new CopyGatherer<ReadRow>();
	const made = (rows: readonly ReadRow[]): FileRecord => {
		const { decoded, own, content } = recordOf(rows, table);
		const text = rows.map((row) => row.text).join(ROW_END);
		return { raw: bytewise ? bytesAsText(Buffer.from(text, 'latin1')) : text, decoded, own, bytes: content, rows: rows.length };
	};
	const read = (rows: readonly TextRow[]): FileRecord[] =>
		rows.flatMap((row) => {
			const found = row.line <= table.headingLine ? null : readRow(row, table);
			return found === null ? [] : copies.add(found).map(made);
		});
	return {
		feed: (bytes) => read(splitter.feed(textOf(bytes))),
		end: () => [...read(splitter.end()), ...copies.end().map(made)],
		wasCutOff: () => false,
	};
}

function splitterFor(reading: FileReading): Splitter {
	if (reading.format === 'marcxml') {
		const reader = new MarcXmlReader();
		return { feed: (bytes) => reader.feed(bytes), end: () => reader.end(), wasCutOff: () => reader.wasCutOff };
	}
	if (reading.format === 'rows') return rowsSplitter(reading.table);
	if (reading.format === 'iso2709') return iso2709Splitter(reading.encoding);
	const splitter = new JsonSplitter();
	const read = (texts: string[]): FileRecord[] =>
		texts.map((raw) =>
			Buffer.byteLength(raw) > LIMITS.recordBytesMax
				? { raw, decoded: { ok: false, code: 'record-too-long', reason: `more than ${LIMITS.recordBytesMax} bytes`, repairs: [] } }
				: { raw, decoded: decodeMarcJson(raw) },
		);
	return { feed: (bytes) => read(splitter.feed(bytes)), end: () => read(splitter.end()), wasCutOff: () => splitter.isOpen };
}

/** `(003)001`, or 001 alone; '' when there is no 001. */
function ownIdentifier(record: MarcRecord): string {
	const number = controlValue(record, '001')?.trim() ?? '';
	const agency = controlValue(record, '003')?.trim() ?? '';
	return number === '' || agency === '' ? number : `(${agency})${number}`;
}

const withRepair = (decoded: Decoded, repair: Repair): Decoded => ({ ...decoded, repairs: [...decoded.repairs, repair] });

/**
 * Gives the records of one file their identifiers: (003)001, or one made of the record itself where there is no 001, so that the same record
 * has the same one in the next file. A second record with the identifier of a first that differs from it gets `#2` after it, and that is named.
 */
export class FileIdentifiers {
	/** Hash of an identifier to the hash of the record that has it. */
	readonly #taken = new Map<number, number>();

	identify(own: string, digest: Uint8Array, decoded: Decoded): { readonly identifier: string; readonly decoded: Decoded } {
		const hex = Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('hex');
		if (own === '')
			return { identifier: `digest:${hex}`, decoded: decoded.ok ? withRepair(decoded, { code: 'identifier-made', at: '001' }) : decoded };
		const mark = hash32(hex);
		for (let n = 1; ; n++) {
			const identifier = n === 1 ? own : `${own}#${n}`;
			const key = hash53(identifier);
			const holder = this.#taken.get(key);
			if (holder !== undefined && holder !== mark) continue;
			this.#taken.set(key, mark);
			return n === 1
				? { identifier, decoded }
				: { identifier, decoded: withRepair(decoded, { code: 'identifier-double', at: '001', detail: own }) };
		}
	}
}

/**
 * Reads a file of records, in any thread: no IO, no clock. A page of the one data path, as long as the file: what OaiPmhPageReader is for
 * OAI-PMH.
 */
export class FileRecordReader {
	readonly #splitter: Splitter;
	readonly #identifiers = new FileIdentifiers();
	readonly #known: KnownEncoding | undefined;
	#listed = 0;
	#rows = 0;
	readonly context: PageContext;

	constructor(reading: FileReading) {
		const wide = reading.format === 'rows' && !isByteEncoding(reading.table.encoding);
		this.context = wide ? { namespaces: {}, encoding: reading.table.encoding } : NO_NAMESPACES;
		this.#splitter = splitterFor(reading);
		this.#known = reading.known;
	}

	feed(bytes: Uint8Array): ReadRecord[] {
		return this.#splitter.feed(bytes).map((record) => this.#read(record));
	}

	end(): { readonly records: ReadRecord[]; readonly end: PageEnd } {
		const records = this.#splitter.end().map((record) => this.#read(record));
		const end: PageEnd = {
			responseDate: null,
			resumptionToken: null,
			completeListSize: null,
			error: this.#splitter.wasCutOff() ? { code: 'cut-off', text: `it ends in the middle, at record ${this.#listed}` } : null,
			repairs: [],
			namespaces: {},
			fingerprint: '',
			listed: this.#listed,
			...(this.#rows === 0 ? {} : { rows: this.#rows }),
		};
		return { records, end };
	}

	#read({ raw, decoded: read, bytes, own: known, rows = 0 }: FileRecord): ReadRecord {
		this.#listed++;
		const decoded = this.#known === undefined ? read : readKnown(read, this.#known);
		this.#rows += rows;
		const digest = hash('sha256', bytes ?? raw, 'buffer').subarray(0, DIGEST_BYTES);
		const own = known ?? (decoded.ok ? ownIdentifier(decoded.record) : '');
		const found = this.#identifiers.identify(own, digest, decoded);
		const long = found.identifier.length > LIMITS.identifierBytesMax;
		return {
			identifier: found.identifier.slice(0, LIMITS.identifierBytesMax),
			datestamp: null,
			deleted: false,
			raw,
			digest,
			decoded: found.decoded,
			...(long
				? { problem: { code: 'identifier-too-long', reason: `the identifier is longer than ${LIMITS.identifierBytesMax} characters` } }
				: {}),
		};
	}
}
