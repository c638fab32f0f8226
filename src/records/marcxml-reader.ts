import { TextDecoder } from 'node:util';
import { LIMITS } from '../lib/limits.ts';
import type { Decoded } from './marc.ts';
import { MarcXmlBuilder } from './marcxml.ts';
import { type Parser, readOneXmlRecord, recordParser, Stop } from './xml-record.ts';

/** One record of a MARCXML file: what was made of it, and its text as received, from `<record` to `</record>`. */
export interface TextDecoded {
	readonly decoded: Decoded;
	readonly raw: string;
}

const RECORD_START = /<(?:[A-Za-z_][\w.-]*:)?record[\s>/]/g;
const RECORD_CLOSE = /<\/(?:[A-Za-z_][\w.-]*:)?record\s*>/g;
/** A start tag can be cut at the end of what has arrived. */
const TAG_TAIL = 200;
/** Enough for an XML declaration. */
const HEAD_BYTES = 200;

/** The encoding an XML file states by a byte order mark or its declaration; UTF-8 when it states none that is known. */
function decoderFor(head: Uint8Array): TextDecoder {
	let label = 'utf-8';
	if (head[0] === 0xff && head[1] === 0xfe) label = 'utf-16le';
	else if (head[0] === 0xfe && head[1] === 0xff) label = 'utf-16be';
	else {
		const declared = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(
			Buffer.from(head.subarray(0, 200)).toString('latin1'),
		);
		if (declared !== null && !/^utf-?16/i.test(declared[1] as string)) label = declared[1] as string;
	}
	try {
		return new TextDecoder(label);
	} catch {
		return new TextDecoder();
	}
}

/**
 * Reads a whole file of MARCXML piece by piece, cut at any byte: strict, without DOCTYPE. What is not well-formed costs one record (mended and
 * named when leaving out illegal characters is enough, else a named failure), and reading goes on at the next `<record`. Holds one
 * record's text (LIMITS.recordBytesMax) and one chunk at most. Never throws.
 */
export class MarcXmlReader {
	#decoder: TextDecoder | null = null;
	#head: Uint8Array = new Uint8Array(0);
	#builder = new MarcXmlBuilder();
	#parser: Parser;
	#state: 'reading' | 'failing' | 'seeking' | 'refused' = 'reading';
	/** Text that is still needed: from the open record's `<`, else from the last tag. */
	#window = '';
	/** Place of the window's first character, counted as this parser counts. */
	#windowAt = 0;
	/** Characters of the window that were given to the parser, or searched for the end of a bad record. */
	#used = 0;
	/** Place of the open record's `<`, or -1. */
	#recordAt = -1;
	/** Place behind the last record that was read. */
	#doneAt = 0;
	#error: Stop | null = null;
	#anything = false;
	#beginning = '';
	#out: TextDecoded[] = [];

	constructor() {
		this.#parser = this.#newParser();
	}

	feed(chunk: Uint8Array): TextDecoded[] {
		if (this.#decoder !== null) this.#text(this.#decoder.decode(chunk, { stream: true }));
		else {
			this.#head = Buffer.concat([this.#head, chunk]);
			if (this.#head.length >= HEAD_BYTES) this.#start();
		}
		return this.#take();
	}

	end(): TextDecoded[] {
		if (this.#decoder === null) this.#start();
		this.#text(this.#decoder?.decode() ?? '');
		if (this.#state === 'reading' && this.#beginning !== '') {
			try {
				this.#parser.close();
			} catch (error) {
				this.#stopped(error);
			}
		}
		if (this.#state === 'failing') this.#settle(true);
		if (!this.#anything) this.#fail('not-marcxml', this.#error?.message ?? 'no MARCXML record in the file', this.#beginning);
		return this.#take();
	}

	#start(): void {
		this.#decoder = decoderFor(this.#head);
		const text = this.#decoder.decode(this.#head, { stream: true });
		this.#head = new Uint8Array(0);
		this.#beginning = text;
		this.#text(text);
	}

	#take(): TextDecoded[] {
		const out = this.#out;
		this.#out = [];
		return out;
	}

	#fail(code: string, reason: string, raw: string): void {
		this.#anything = true;
		this.#out.push({ decoded: { ok: false, code, reason, repairs: [] }, raw: raw.slice(0, LIMITS.recordBytesMax) });
	}

	#newParser(): Parser {
		this.#builder = new MarcXmlBuilder();
		this.#recordAt = -1;
		const parser = recordParser(
			this.#builder,
			(name) => {
				if (name === 'collection') this.#anything = true;
				if (name === 'record') this.#recordAt = this.#windowAt + this.#window.lastIndexOf('<', parser.position - this.#windowAt - 1);
			},
			(name) => {
				if (name === 'record' && this.#builder.hasRecord) this.#emit(parser.position);
			},
		);
		return parser;
	}

	#emit(to: number): void {
		const raw = this.#window.slice(this.#recordAt - this.#windowAt, to - this.#windowAt);
		this.#recordAt = -1;
		this.#doneAt = to;
		const found = this.#builder.finish();
		if (raw.length > LIMITS.recordBytesMax) {
			this.#tooLong(raw);
			return;
		}
		this.#anything = true;
		for (const decoded of found) {
			const named: Decoded = raw.includes('\ufffd')
				? { ...decoded, repairs: [...decoded.repairs, { code: 'utf8-invalid', at: 'record' }] }
				: decoded;
			this.#out.push({ decoded: named, raw });
		}
	}

	#tooLong(raw: string): void {
		this.#fail('record-too-long', `more than ${LIMITS.recordBytesMax} characters`, raw);
	}

	#text(text: string): void {
		if (text === '' || this.#state === 'refused') return;
		this.#window += text;
		let fresh = text;
		for (;;) {
			if (this.#state === 'reading' && this.#read(fresh)) {
				this.#trim();
				return;
			}
			fresh = '';
			if (this.#state === 'failing' && !this.#settle(false)) return;
			if (this.#state !== 'seeking' || !this.#seek()) return;
		}
	}

	/** Gives the parser what is new (the whole window when it is a new parser); false when it gave up. */
	#read(fresh: string): boolean {
		try {
			this.#parser.write(fresh === '' ? this.#window : fresh);
			this.#used = this.#window.length;
			return true;
		} catch (error) {
			this.#stopped(error);
			return false;
		}
	}

	/** Lets go of text that no open record needs; gives up a record, or text between tags, that is over the limit. */
	#trim(): void {
		const length = this.#window.length;
		const from = this.#recordAt >= 0 ? this.#recordAt - this.#windowAt : Math.max(0, this.#window.lastIndexOf('<'));
		if (length - from > LIMITS.recordBytesMax) {
			this.#tooLong(this.#window.slice(from));
			this.#window = '';
			this.#state = 'seeking';
		} else if (from > 0) {
			this.#window = this.#window.slice(from);
			this.#windowAt += from;
			this.#used -= from;
		}
	}

	/** The parser gave up: refused for good, or the record it was in is looked at as a whole. */
	#stopped(error: unknown): void {
		if (!(error instanceof Stop)) throw error;
		this.#error = error;
		this.#state = 'failing';
		if (error.code === 'doctype-refused') {
			this.#state = 'refused';
			this.#fail(error.code, error.message, this.#beginning);
			this.#window = '';
		} else if (this.#recordAt >= 0) {
			this.#window = this.#window.slice(this.#recordAt - this.#windowAt);
			this.#used = 1;
		} else this.#used = this.#parser.position - this.#windowAt;
	}

	/** Makes of the bad text a mended record or a failure; false while its end has not arrived. */
	#settle(atEnd: boolean): boolean {
		const error = this.#error as Stop;
		const open = this.#recordAt >= 0;
		RECORD_START.lastIndex = this.#used;
		const next = RECORD_START.exec(this.#window)?.index ?? -1;
		RECORD_CLOSE.lastIndex = this.#used;
		const close = open ? RECORD_CLOSE.exec(this.#window) : null;
		const closed = close !== null && (next < 0 || close.index < next);
		if (!closed && next < 0 && !atEnd && this.#window.length <= LIMITS.recordBytesMax) {
			if (!open) this.#window = this.#window.slice(Math.max(0, this.#doneAt - this.#windowAt));
			this.#used = Math.max(1, this.#window.length - TAG_TAIL);
			this.#doneAt = 0;
			this.#windowAt = 0;
			return false;
		}
		const to = closed ? close.index + close[0].length : next < 0 ? this.#window.length : next;
		const raw = this.#window.slice(open ? 0 : Math.max(0, this.#doneAt - this.#windowAt), to);
		const mended = closed ? readOneXmlRecord(raw, new MarcXmlBuilder()) : undefined;
		if (mended?.ok) this.#out.push({ decoded: mended, raw });
		else if (open || (this.#anything && !/^\s*(?:<\/|$)/.test(raw))) this.#fail(error.code, error.message, raw);
		this.#anything ||= mended?.ok === true;
		this.#window = this.#window.slice(to);
		this.#state = 'seeking';
		return true;
	}

	/** Finds the next record after an error and reads on from there, as if a collection began; false when there is none yet. */
	#seek(): boolean {
		RECORD_START.lastIndex = 0;
		const next = RECORD_START.exec(this.#window)?.index ?? -1;
		if (next < 0) {
			this.#window = this.#window.slice(-TAG_TAIL);
			return false;
		}
		this.#parser = this.#newParser();
		this.#parser.write('<collection>');
		this.#anything = true;
		this.#windowAt = this.#parser.position;
		this.#doneAt = this.#windowAt;
		this.#window = this.#window.slice(next);
		this.#used = 0;
		this.#state = 'reading';
		return true;
	}
}
