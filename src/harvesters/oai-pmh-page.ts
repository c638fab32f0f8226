import { createHash, type Hash, hash } from 'node:crypto';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { xmlContent } from '../lib/xml-text.ts';
import { readDatestamp } from '../protocols/oai-pmh/datestamp.ts';
import type { RecordFormat } from '../protocols/oai-pmh/metadata-formats.ts';
import { RecordSplitter, type Segment } from '../protocols/oai-pmh/record-splitter.ts';
import type { OaiPmhResponse } from '../protocols/oai-pmh/response.ts';
import { type ListedRecord, OaiPmhResponseReader } from '../protocols/oai-pmh/response-reader.ts';
import { sanitizeXml } from '../protocols/oai-pmh/sanitize.ts';
import type { OtherClass } from '../records/bib.ts';
import type { Decoded } from '../records/marc.ts';
import type { MetadataBuilder } from '../records/metadata-builder.ts';
import { ignoredClassOf, otherClassOf } from '../records/normalise/kind.ts';
import { builderFor } from './metadata-builders.ts';
import type { PageContext, PageEnd, ReadRecord } from './page.ts';
import { PageDecoder } from './page-decoder.ts';

/** Small enough for the young generation of a thread, so that the text of a page ends with the records read from it. */
const PIECE = 30_000;
const HEAD_MAX = 1_048_576;
const DIGEST_BYTES = 16;
const NOTHING = new Uint8Array(0);
const ROOT_END = /<\/(?:[\w.-]+:)?OAI-PMH\s*>/;
const ROOT = /<(?:[\w.-]+:)?OAI-PMH(?=[\s>/])/;
/** What may stand before the root element of XML: a declaration, processing instructions, comments, white space. */
const PROLOGUE = /^(?:<\?xml\s[^>]*\?>)?(?:\s|<!--[\s\S]*?-->|<\?[\s\S]*?\?>)*$/;

/**
 * Reads one OAI-PMH page from its bytes, in any thread: no IO, no clock. Strict first; where the text is not well-formed, the rest of
 * the page is cut into records, each mended by itself, so that one bad record is a problem of that record and no other.
 */
export class OaiPmhPageReader {
	readonly #builder: MetadataBuilder;
	readonly #decoder = new PageDecoder();
	/** The beginning of a record, whose end has not come: text that is put together later is copied several times. */
	#waiting: Uint8Array = NOTHING;
	/** The strict reader of the page; while mending, of what stands around the records. */
	#reader: OaiPmhResponseReader;
	#strict: OaiPmhResponseReader | null = null;
	#splitter: RecordSplitter | null = null;
	#tail = '';
	readonly #mended = new Set<string>();
	#segmentRepairs: readonly string[] = [];
	/** The piece of the page that is being mended, as received. */
	#received = '';
	#out: ReadRecord[] = [];
	#listed = 0;
	#empty = true;
	readonly #fingerprint: Hash = createHash('sha256');
	#fingerprintText = '';

	/** `format`: what stands in `<metadata>`; `none` when the answer lists no records or they do not matter. */
	constructor(options: { readonly format: RecordFormat | 'none' }) {
		this.#builder = builderFor(options.format);
		this.#reader = this.#newReader();
	}

	/** Characters held between feeds: one record, or the head of the page. */
	get retained(): number {
		return this.#waiting.length + this.#reader.retained + (this.#splitter?.retained ?? 0) + this.#tail.length;
	}

	/** The OAI-PMH answer beside its records, also for verbs that list none; complete after `end`. */
	get response(): OaiPmhResponse {
		return this.#reader.response;
	}

	/** What the received bytes of the records need to be read again; known with the first record. */
	get context(): PageContext {
		return { namespaces: (this.#strict ?? this.#reader).response.namespaces, encoding: this.#decoder.encoding };
	}

	/** The records that are complete; the last may come with the next bytes. Throws AppError not-oai-pmh or too-large. */
	feed(bytes: Uint8Array): ReadRecord[] {
		let at = this.#feedWaiting(bytes);
		while (at < bytes.length) {
			const most = Math.min(at + PIECE, bytes.length);
			const cut = cutBetweenRecords(bytes, at, most);
			if (cut > at && most === bytes.length) {
				this.#bytes(bytes.subarray(at, cut));
				this.#waiting = Buffer.from(bytes.subarray(cut));
				break;
			}
			const end = cut > at ? cut : most;
			this.#bytes(bytes.subarray(at, end));
			at = end;
		}
		return this.#take();
	}

	/** The record that waits for its end is read with what came of it; gives where the bytes go on. */
	#feedWaiting(bytes: Uint8Array): number {
		const waiting = this.#waiting;
		if (waiting.length === 0) return 0;
		this.#waiting = NOTHING;
		const most = Math.min(PIECE, bytes.length);
		const cut = cutBetweenRecords(bytes, 0, most, 'first');
		const end = cut > 0 ? cut : most;
		this.#bytes(Buffer.concat([waiting, bytes.subarray(0, end)]));
		return end;
	}

	#bytes(bytes: Uint8Array): void {
		this.#text(this.#decoder.decode(bytes));
	}

	/** The last records and what else the page said. Throws AppError not-oai-pmh, `retriable` when the page was empty or broke off. */
	end(): { readonly records: ReadRecord[]; readonly end: PageEnd } {
		this.#bytes(this.#waiting);
		this.#waiting = NOTHING;
		this.#text(this.#decoder.end());
		if (this.#empty) {
			throw new AppError('not-oai-pmh', 'the answer is empty', {
				hint: 'try again later; if it stays so, ask the library what its provider logs',
				retriable: true,
			});
		}
		if (this.#splitter === null) this.#endStrict();
		const splitter = this.#splitter as RecordSplitter | null;
		if (splitter !== null) {
			for (const segment of splitter.end()) this.#segment(segment);
			if (!this.#reader.begun) throw notOaiPmh(this.#tail);
			this.#around(this.#tail);
			this.#reader.end();
		}
		return { records: this.#take(), end: this.#pageEnd() };
	}

	#newReader(): OaiPmhResponseReader {
		return new OaiPmhResponseReader(this.#builder, (record) => this.#record(record));
	}

	#take(): ReadRecord[] {
		const out = this.#out;
		this.#out = [];
		return out;
	}

	#text(text: string): void {
		if (text === '') return;
		if (this.#empty && text.trim() !== '') this.#empty = false;
		if (this.#splitter === null) this.#attempt(() => this.#reader.feed(text));
		else this.#mend(text);
	}

	/** A strict step; when it fails for want of well-formedness the page goes on mended, from the first record not read. */
	#attempt(step: () => void): void {
		try {
			step();
		} catch (error) {
			const foreignRoot = error instanceof AppError && error.code === 'not-oai-pmh' && !this.#reader.begun && !error.retriable;
			if (error instanceof AppError && !foreignRoot) throw error;
			const rest = this.#reader.remainder();
			if (foreignRoot && DTD.test(rest) && !HTML.test(rest)) throw error;
			this.#builder.finish();
			this.#startMending(rest);
		}
	}

	/** An open comment or a bare ampersand may swallow the rest of the page, its end included: that page does not break off. */
	#endStrict(): void {
		const rest = this.#reader.remainder();
		if (!this.#reader.complete && this.#reader.begun && ROOT_END.test(rest)) {
			this.#builder.finish();
			this.#startMending(rest);
		} else this.#attempt(() => this.#reader.end());
	}

	#startMending(rest: string): void {
		const strict = this.#reader;
		const inList = strict.response.listed > 0;
		this.#splitter = new RecordSplitter(inList, LIMITS.recordBytesMax);
		this.#reader = this.#newReader();
		if (inList) {
			this.#strict = strict;
			this.#reader.feed(this.#opening());
		}
		this.#mend(rest);
	}

	#opening(): string {
		const declarations = Object.entries(this.#strict?.response.namespaces ?? this.#reader.response.namespaces)
			.map(
				([prefix, uri]) =>
					` xmlns${prefix === '' ? '' : ':'}${prefix}="${uri.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}"`,
			)
			.join('');
		return `<OAI-PMH${declarations}><ListRecords>`;
	}

	#mend(text: string): void {
		const splitter = this.#splitter as RecordSplitter;
		for (const segment of splitter.feed(text)) this.#segment(segment);
		if (!this.#reader.begun && splitter.retained > HEAD_MAX && !ROOT.test(splitter.text)) throw notOaiPmh(splitter.text.slice(0, HEAD_MAX));
		if (splitter.retained + this.#tail.length <= LIMITS.mendBytesMax) return;
		throw new AppError(
			'too-large',
			`the answer is broken, and what stands around its records is longer than ${LIMITS.mendBytesMax} characters`,
			{
				hint: 'show the library the answer of its provider',
			},
		);
	}

	#segment(segment: Segment): void {
		if (segment.kind === 'record') this.#mendRecord(segment);
		else if (segment.kind === 'tail') this.#tail += segment.text;
		else this.#mendHead(segment.text);
	}

	#mendHead(text: string): void {
		const root = ROOT.exec(text);
		if (root === null) throw notOaiPmh(text);
		const before = text.slice(0, root.index);
		if (DTD.test(before)) throw notOaiPmh(before);
		if (!PROLOGUE.test(before)) this.#mended.add('leading-junk');
		this.#around(text.slice(root.index));
	}

	/** Head or tail: what is still broken after mending leaves no page to speak of. */
	#around(text: string): void {
		const clean = sanitizeXml(text);
		for (const repair of clean.repairs) this.#mended.add(repair);
		try {
			this.#reader.feed(clean.text);
		} catch (error) {
			if (error instanceof AppError) throw error;
			throw new AppError('not-oai-pmh', `the answer is not well-formed XML, and mending did not help: ${reasonOf(error)}`, {
				hint: 'show the library the answer of its provider',
				retriable: true,
				cause: error,
			});
		}
	}

	#mendRecord(segment: Segment): void {
		if (segment.text.trim() === '') return;
		const clean = sanitizeXml(segment.text);
		for (const repair of clean.repairs) this.#mended.add(repair);
		this.#segmentRepairs = clean.repairs;
		this.#received = segment.text;
		const before = this.#listed;
		try {
			const reader = this.#newReader();
			reader.feed(this.#opening());
			for (let at = 0; at < clean.text.length; at += PIECE) reader.feed(clean.text.slice(at, at + PIECE));
			reader.feed('</ListRecords></OAI-PMH>');
			reader.end();
			if (this.#listed === before) throw new Error('text stands between the records');
		} catch (error) {
			this.#builder.finish();
			this.#mended.add('broken-records');
			this.#salvage(clean.text, segment.cut ? 'record-too-long' : 'not-well-formed', reasonOf(error));
		}
		this.#segmentRepairs = [];
	}

	/** A record that stays broken is listed with its problem and whatever its header still tells. */
	#salvage(mended: string, code: string, reason: string): void {
		const head = mended.slice(0, 10_000);
		this.#push({
			identifier: xmlContent(/<(?:[\w.-]+:)?identifier[^<>]*>\s*([^<]*?)\s*</.exec(head)?.[1] ?? '').slice(0, LIMITS.identifierBytesMax),
			datestamp: readDatestamp(/<(?:[\w.-]+:)?datestamp[^<>]*>([^<]*)</.exec(head)?.[1] ?? ''),
			deleted: false,
			raw: this.#received,
			digest: digest(mended),
			decoded: null,
			problem: { code, reason },
		});
	}

	#record(record: ListedRecord): void {
		const built = this.#builder.finish();
		const identifier = record.header?.identifier ?? '';
		const base = {
			identifier: identifier.slice(0, LIMITS.identifierBytesMax),
			datestamp: readDatestamp(record.header?.datestamp ?? ''),
			raw: this.#segmentRepairs.length === 0 ? record.raw : this.#received,
		};
		const problem = headerProblem(record, identifier);
		if (problem === null && record.header?.deleted === true) this.#push({ ...base, deleted: true, digest: NOTHING, decoded: null });
		else {
			const rest = { ...base, deleted: false, ...digested(record, this.#segmentRepairs.length > 0) };
			const choice = choose(built);
			if (problem !== null) this.#push({ ...rest, decoded: null, problem });
			else if (choice === null)
				this.#push({ ...rest, decoded: null, problem: { code: 'no-metadata', reason: 'the record is not deleted and has no metadata' } });
			else if (choice.ignoredAs !== undefined) this.#push({ ...rest, decoded: null, ignoredAs: choice.ignoredAs });
			else this.#push({ ...rest, decoded: this.#withRepairs(choice.decoded) });
		}
	}

	#withRepairs(decoded: Decoded): Decoded {
		if (this.#segmentRepairs.length === 0) return decoded;
		return { ...decoded, repairs: [...decoded.repairs, ...this.#segmentRepairs.map((code) => ({ code, at: 'record' }))] };
	}

	#push(record: ReadRecord): void {
		this.#listed++;
		this.#out.push(record);
		this.#fingerprintText += `${record.identifier}\0${record.datestamp ?? ''}\n`;
		if (this.#fingerprintText.length > 65_536) this.#flushFingerprint();
	}

	#flushFingerprint(): void {
		this.#fingerprint.update(this.#fingerprintText);
		this.#fingerprintText = '';
	}

	#pageEnd(): PageEnd {
		this.#flushFingerprint();
		const last = this.#reader.response;
		const first = this.#strict?.response ?? last;
		const repairs = new Set([...this.#decoder.repairs, ...this.#mended]);
		if (last.trailingJunk) repairs.add('trailing-junk');
		for (const prefix of [...first.undeclaredPrefixes, ...last.undeclaredPrefixes]) repairs.add(`undeclared prefix ${prefix}`);
		return {
			responseDate: readDatestamp(first.responseDate),
			resumptionToken: last.resumption?.token || null,
			completeListSize: last.resumption?.completeListSize ?? null,
			error: last.errors[0] ?? first.errors[0] ?? null,
			repairs: [...repairs],
			namespaces: first.namespaces,
			fingerprint: this.#fingerprint.digest('hex').slice(0, 32),
			listed: this.#listed,
		};
	}
}

/** The last place, or the first, between `from` and `to` that a record ends at and the next begins behind; `from` when there is none. */
function cutBetweenRecords(bytes: Uint8Array, from: number, to: number, which: 'first' | 'last' = 'last'): number {
	const piece = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
	const next = which === 'last' ? piece.lastIndexOf('<record>') : piece.indexOf('<record>');
	return from + (next <= 0 ? 0 : piece.lastIndexOf('>', next) + 1);
}

const HTML = /<!doctype\s+html|<html[\s>]/i;
const DTD = /<!DOCTYPE\s/i;

function notOaiPmh(text: string): AppError {
	if (DTD.test(text) && !HTML.test(text)) {
		return new AppError('not-oai-pmh', 'the answer has a document type declaration (DTD), which is refused', {
			hint: 'OAI-PMH answers have none: check the address',
		});
	}
	const title = /<title[^>]*>\s*([^<]{1,100})/i.exec(text.slice(0, 20_000))?.[1]?.trim();
	const what = HTML.test(text) ? `a web page${title === undefined ? '' : ` ("${title}")`}` : `"${text.trim().slice(0, 60)}"`;
	return new AppError('not-oai-pmh', `the answer is no OAI-PMH but ${what}`, {
		hint: 'check the address: that of the OAI-PMH provider answers ?verb=Identify',
	});
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The first half of SHA-256. */
const digest = (data: string | Buffer): Uint8Array => hash('sha256', data, 'buffer').subarray(0, DIGEST_BYTES);

/** The digest of the metadata, else of the record; and the record in UTF-8, from which both come, where it is what was received. */
function digested({ raw, metadata, metadataAt }: ListedRecord, mended: boolean): Pick<ReadRecord, 'digest' | 'utf8'> {
	const text = metadata === null || metadata === '' ? raw : metadata;
	if (mended || !raw.isWellFormed()) return { digest: digest(text) };
	const utf8 = Buffer.from(raw, 'utf8');
	if (text === raw) return { digest: digest(utf8), utf8 };
	const from = Buffer.byteLength(raw.slice(0, metadataAt));
	const to = utf8.length - Buffer.byteLength(raw.slice(metadataAt + text.length));
	return { digest: digest(utf8.subarray(from, to)), utf8 };
}

function headerProblem(record: ListedRecord, identifier: string): { code: string; reason: string } | null {
	if (record.header === null) return { code: 'no-header', reason: 'the record has no header, so nothing tells which record it is' };
	if (identifier === '') return { code: 'no-identifier', reason: 'the header of the record has no identifier' };
	if (identifier.length > LIMITS.identifierBytesMax)
		return { code: 'identifier-too-long', reason: `the identifier is longer than ${LIMITS.identifierBytesMax} characters` };
	if (record.overlong) return { code: 'record-too-long', reason: `the record is longer than ${LIMITS.recordBytesMax} characters` };
	return null;
}

const describes = (found: Decoded): boolean => found.ok && otherClassOf(found.record.leader) === undefined;
const isKept = (found: Decoded): boolean => found.ok && ignoredClassOf(found.record.leader) === undefined;

/** A `<metadata>` holds one record, as a rule; of a wrapped collection the first that describes a publication is taken, and named. */
function choose(built: readonly Decoded[]): { decoded: Decoded; ignoredAs?: OtherClass } | null {
	const first = built[0];
	if (first === undefined) return null;
	const decoded = built.length === 1 ? first : (built.find(describes) ?? built.find(isKept) ?? first);
	const ignoredAs = decoded.ok ? ignoredClassOf(decoded.record.leader) : undefined;
	if (ignoredAs !== undefined) return { decoded, ignoredAs };
	if (built.length === 1) return { decoded };
	return {
		decoded: {
			...decoded,
			repairs: [...decoded.repairs, { code: 'several-records', at: 'metadata', detail: `${built.length} records, one taken` }],
		},
	};
}
