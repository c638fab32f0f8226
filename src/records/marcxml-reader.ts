import { TextDecoder } from 'node:util';
import { LIMITS } from '../lib/limits.ts';
import { isPlainXml, skipSpace } from '../lib/plain-xml.ts';
import { Utf8Decoder } from '../lib/utf8.ts';
import type { Decoded } from './marc.ts';
import { MarcXmlBuilder } from './marcxml.ts';
import { plainMarc } from './plain-marcxml.ts';
import { nameReplaced, type Parser, readOneXmlRecord, recordParser, Stop } from './xml-record.ts';

/** One record of a MARCXML file: what was made of it, and its text as received, from `<record` to `</record>`. */
export interface TextDecoded {
	readonly decoded: Decoded;
	readonly raw: string;
}

const RECORD_START = /<(?:[A-Za-z_][\w.-]*:)?record[\s>/]/g;
const RECORD_CLOSE = /<\/(?:[A-Za-z_][\w.-]*:)?record\s*>/g;
const END_TAGS = /^(?:\s|<\/[^<>]*>)*$/;
/** A start tag can be cut at the end of what has arrived. */
const TAG_TAIL = 200;
/** An ampersand that begins no reference, as far as can be seen; a longer one than this is none. */
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)/;
const REFERENCE_MAX = 10;
const PIECE = 16_384;
/** How often text that a comment or section swallowed is read again: each time costs up to one record's limit. */
const REREADS_MAX = 200;
/** Behind these a record of a collection may begin. */
const CUT = /<\/(?:[A-Za-z_][\w.-]*:)?record\s*>|<(?:[A-Za-z_][\w.-]*:)?collection(?=[\s>])[^<>]*>/g;
/** What a parser is given before the record that reading goes on with. */
const RESTART = '<collection>';
/** Enough for the last tag and what may stand behind it. */
const ENDING = 400;
/** So much of the beginning of a file is kept, to be shown when it is refused as a whole. */
const BEGINNING_MAX = 65_536;
/** Enough for an XML declaration. */
const HEAD_BYTES = 200;

/** Bytes to text, cut anywhere. */
interface Decoder {
	decode(bytes: Uint8Array): string;
	end(): string;
}

function decoderOf(label: string): Decoder {
	const decoder = new TextDecoder(label);
	if (decoder.encoding === 'utf-8') return new Utf8Decoder();
	return { decode: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

/** The encoding an XML file states by a byte order mark or its declaration; UTF-8 when it states none that is known. */
function decoderFor(head: Uint8Array): Decoder {
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
		return decoderOf(label);
	} catch {
		return new Utf8Decoder();
	}
}

/**
 * Reads a whole file of MARCXML piece by piece, cut at any byte: strict, without DOCTYPE. What is not well-formed costs one record (mended and
 * named when leaving out illegal characters is enough, else a named failure), and reading goes on at the next `<record`. Holds one
 * record's text (LIMITS.recordBytesMax) and one chunk at most. Never throws.
 */
export class MarcXmlReader {
	#decoder: Decoder | null = null;
	#head: Uint8Array = new Uint8Array(0);
	#builder = new MarcXmlBuilder();
	#parser: Parser;
	#state: 'reading' | 'failing' | 'seeking' | 'refused' = 'reading';
	/** Text that is still needed: from the open record's `<`, else from the last tag. */
	#window = '';
	/** Place of the window's first character, counted as this parser counts. */
	#windowAt = 0;
	/** Text at the end of the window that the parser has not been given. */
	#unread = '';
	/** Characters of the window that the end of a bad record was looked for in. */
	#searched = 0;
	/** Place of the open record's `<`, or -1. */
	#recordAt = -1;
	/** Place behind the last record that was read. */
	#doneAt = 0;
	/** Where the last tag ended between the records of a collection; -1 elsewhere. */
	#betweenAt = -1;
	#error: Stop | null = null;
	#rereads = 0;
	#anything = false;
	/** The same, wherever the file is cut. */
	#beginning = '';
	/** The last letters that came. */
	#ending = '';
	#out: TextDecoded[] = [];

	constructor() {
		this.#parser = this.#newParser();
	}

	/** After `end`: whether the file ends before its outermost element does, as one that was cut off. */
	get wasCutOff(): boolean {
		const root = /<([A-Za-z_][\w.:-]*)/.exec(this.#beginning.replace(/<!--[\s\S]*?(?:-->|$)/g, ''))?.[1];
		if (root === undefined) return false;
		const behind = this.#ending.slice(this.#ending.lastIndexOf(`</${root}`) + 1);
		return !behind.startsWith(`/${root}`) || /<[A-Za-z_]/.test(behind);
	}

	feed(chunk: Uint8Array): TextDecoded[] {
		if (this.#decoder !== null) this.#text(this.#decoder.decode(chunk));
		else {
			this.#head = Buffer.concat([this.#head, chunk]);
			if (this.#head.length >= HEAD_BYTES) this.#start();
		}
		return this.#take();
	}

	end(): TextDecoded[] {
		if (this.#decoder === null) this.#start();
		this.#text(this.#decoder?.end() ?? '');
		while (this.#state === 'reading' && this.#beginning !== '') {
			this.#close();
			if (this.#state === 'reading' || this.#rereads++ >= REREADS_MAX || !this.#resume(true)) break;
		}
		if (this.#state === 'failing') this.#giveUp();
		if (!this.#anything) this.#fail('not-marcxml', this.#error?.message ?? 'no MARCXML record in the file', this.#beginning);
		return this.#take();
	}

	#close(): void {
		try {
			this.#parser.write(this.#unread).close();
		} catch (error) {
			this.#stopped(error);
		}
	}

	/** The end of the file in a bad record: what stands behind that record is named too. */
	#giveUp(): void {
		this.#settle(true);
		RECORD_START.lastIndex = 0;
		if (RECORD_START.test(this.#window)) this.#fail('xml-not-well-formed', 'too much of the file is not well-formed', this.#window);
	}

	#start(): void {
		this.#decoder = decoderFor(this.#head);
		const text = this.#decoder.decode(this.#head).replace(/^\ufeff/, '');
		this.#head = new Uint8Array(0);
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
		this.#betweenAt = -1;
		let depth = 0;
		let inCollection = false;
		const parser = recordParser(
			this.#builder,
			(name) => {
				if (depth === 0) inCollection = name === 'collection';
				this.#betweenAt = ++depth === 1 && inCollection ? parser.position : -1;
				if (name === 'collection') this.#anything = true;
				if (name === 'record') this.#recordAt = this.#windowAt + this.#window.lastIndexOf('<', parser.position - this.#windowAt - 1);
			},
			(name) => {
				this.#betweenAt = --depth === 1 && inCollection ? parser.position : -1;
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
		for (const decoded of found) this.#out.push({ decoded: nameReplaced(decoded, raw), raw });
	}

	#tooLong(raw: string): void {
		this.#fail('record-too-long', `more than ${LIMITS.recordBytesMax} characters`, raw);
	}

	#text(text: string): void {
		if (text === '') return;
		if (this.#beginning.length < BEGINNING_MAX) this.#beginning += text.slice(0, BEGINNING_MAX - this.#beginning.length);
		if (this.#state === 'refused') return;
		this.#ending = (this.#ending + text.slice(-ENDING)).trimEnd().slice(-ENDING);
		this.#window += text;
		if (this.#state === 'reading') {
			this.#unread = this.#unread === '' ? text : this.#unread + text;
			this.#read();
		}
		this.#resume(false);
	}

	/** Settles what is bad and reads on, as often as needed; false when there is nothing to read on from. */
	#resume(atEnd: boolean): boolean {
		for (;;) {
			if (this.#state === 'reading') {
				this.#trim();
				if (this.#state === 'reading') return true;
			}
			if (this.#state === 'failing' && !this.#settle(atEnd)) return false;
			if (this.#state !== 'seeking' || !this.#seek()) return false;
			this.#read();
		}
	}

	/** Reads plain records at once and gives the parser the rest of what is new, a piece at a time, so that an early error leaves the rest unread. */
	#read(): void {
		try {
			while (this.#unread !== '') {
				this.#readPlain();
				if (this.#unread !== '' && !this.#readPiece(this.#nextPiece())) return;
			}
		} catch (error) {
			this.#stopped(error);
		}
	}

	/** Reads plain records of a collection for as long as there are any, which the parser need not see. */
	#readPlain(): void {
		const text = this.#unread;
		if (this.#betweenAt < 0 || this.#betweenAt !== this.#windowAt + this.#window.length - text.length) return;
		let at = 0;
		for (let found = plainMarc(text, at); found !== null; found = plainMarc(text, at)) {
			const raw = text.slice(skipSpace(text, at), found.end);
			if (raw.length > LIMITS.recordBytesMax || !isPlainXml(raw)) break;
			this.#out.push({ decoded: nameReplaced(found.decoded, raw), raw });
			at = found.end;
		}
		if (at === 0) return;
		this.#anything = true;
		this.#unread = text.slice(at);
		this.#window = this.#unread;
		this.#windowAt = this.#betweenAt;
		this.#doneAt = this.#betweenAt;
	}

	/** What the parser is given next: to the end of a record at most, so that the one behind it may be read at once. */
	#nextPiece(): string {
		const piece = this.#unread.slice(0, PIECE);
		CUT.lastIndex = 0;
		return CUT.test(piece) ? piece.slice(0, CUT.lastIndex) : piece;
	}

	/**
	 * One piece, up to an ampersand that begins no reference: the parser would look for its `;` far beyond the record. False when more
	 * text has to arrive first.
	 */
	#readPiece(piece: string): boolean {
		const bare = piece.search(BARE_AMPERSAND);
		const open = bare >= 0 && piece.length - bare < REFERENCE_MAX;
		const given = bare < 0 ? piece : piece.slice(0, bare);
		this.#unread = this.#unread.slice(given.length);
		this.#parser.write(given);
		if (bare < 0 || (open && given !== '')) return true;
		if (open) return false;
		if (this.#recordAt >= 0 || !this.#inComment()) {
			this.#stopped(new Stop('xml-not-well-formed', 'an ampersand that begins no reference'), this.#window.length - this.#unread.length);
			return false;
		}
		this.#unread = this.#unread.slice(1);
		this.#parser.write('&');
		return true;
	}

	/** Whether what the parser was given last is in a comment, section or instruction between records. */
	#inComment(): boolean {
		const given = this.#window.slice(0, this.#window.length - this.#unread.length);
		return /^<[!?]/.test(given.slice(given.lastIndexOf('<'))) && !given.endsWith('>');
	}

	/** Lets go of text that no open record needs; gives up a record, or text between tags, that is over the limit. */
	#trim(): void {
		const length = this.#window.length;
		const from =
			this.#recordAt >= 0
				? this.#recordAt - this.#windowAt
				: Math.max(0, this.#window.lastIndexOf('<', Math.max(0, length - this.#unread.length - 1)));
		if (length - from > LIMITS.recordBytesMax) {
			RECORD_CLOSE.lastIndex = from;
			if (this.#recordAt >= 0 && this.#rereads++ < REREADS_MAX && RECORD_CLOSE.test(this.#window)) {
				this.#stopped(new Stop('xml-not-well-formed', 'a comment or section that does not end'));
				return;
			}
			this.#tooLong(this.#window.slice(from));
			this.#window = '';
			this.#state = 'seeking';
		} else if (from > 0) {
			this.#window = this.#window.slice(from);
			this.#windowAt += from;
		}
	}

	/** The parser gave up, at this letter of the window: refused for good, or the record it was in is looked at as a whole. */
	#stopped(error: unknown, bad = this.#parser.position - this.#windowAt - 1): void {
		if (!(error instanceof Stop)) throw error;
		this.#error = error;
		this.#state = 'failing';
		if (error.code === 'doctype-refused') {
			this.#state = 'refused';
			this.#fail(error.code, error.message, this.#beginning);
			this.#window = '';
		} else if (this.#recordAt >= 0) {
			this.#window = this.#window.slice(this.#recordAt - this.#windowAt);
			this.#searched = 1;
		} else {
			// from the tag it is in, wherever the file was cut
			const from = bad > 0 ? Math.max(0, this.#window.lastIndexOf('<', bad - 1)) : 0;
			// a `<` in the wrong place may begin the next record
			this.#searched = (this.#window[bad] === '<' ? bad : bad + 1) - from;
			this.#window = this.#window.slice(from);
			this.#windowAt += from;
		}
	}

	/** Makes of the bad text a mended record or a failure; false while its end has not arrived. */
	#settle(atEnd: boolean): boolean {
		const error = this.#error as Stop;
		const open = this.#recordAt >= 0;
		RECORD_START.lastIndex = this.#searched;
		const next = RECORD_START.exec(this.#window)?.index ?? -1;
		RECORD_CLOSE.lastIndex = this.#searched;
		const close = open ? RECORD_CLOSE.exec(this.#window) : null;
		const closed = close !== null && (next < 0 || close.index < next);
		if (!closed && next < 0 && !atEnd && this.#window.length <= LIMITS.recordBytesMax) {
			const done = open ? 0 : Math.max(0, this.#doneAt - this.#windowAt);
			this.#window = this.#window.slice(done);
			// not before the place of the error: the tag it is in would be found again
			this.#searched = Math.max(this.#searched - done, this.#window.length - TAG_TAIL);
			this.#doneAt = 0;
			this.#windowAt = 0;
			return false;
		}
		const to = closed ? close.index + close[0].length : next < 0 ? this.#window.length : next;
		const raw = this.#window.slice(open ? 0 : Math.max(0, this.#doneAt - this.#windowAt), to);
		const mended = closed ? readOneXmlRecord(raw, new MarcXmlBuilder()) : undefined;
		if (mended?.ok) this.#out.push({ decoded: mended, raw });
		else if (open || (this.#anything && !END_TAGS.test(raw.slice(0, 1000)))) this.#fail(error.code, error.message, raw);
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
		this.#parser.write(RESTART);
		this.#anything = true;
		this.#windowAt = RESTART.length;
		this.#doneAt = this.#windowAt;
		this.#window = this.#window.slice(next);
		this.#unread = this.#window;
		this.#state = 'reading';
		return true;
	}
}
