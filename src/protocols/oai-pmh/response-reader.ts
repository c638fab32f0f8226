import { AppError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { PlainElement } from '../../lib/plain-xml.ts';
import type { OaiPmhResponse } from './response.ts';
import { ResponseParts } from './response-parts.ts';
import { ResponseTokens, type TokenHandler } from './response-tokens.ts';

/** Takes what stands inside `<metadata>`, names without prefix. */
export interface MetadataHandler {
	open(localName: string, attribute: (name: string) => string | undefined): void;
	text(text: string): void;
	close(localName: string): void;
	/** Reads the element that begins at `from` at once, if it can. */
	readPlain?(text: string, from: number): PlainElement | null;
}

/** One `<record>` (or `<header>` of ListIdentifiers). */
export interface ListedRecord {
	/** null when the record has no header. */
	readonly header: { readonly identifier: string; readonly datestamp: string; readonly deleted: boolean } | null;
	/** From `<record` to `</record>` as received; only the beginning when `overlong`. */
	readonly raw: string;
	/** What stands between `<metadata>` and `</metadata>` as received, or null. */
	readonly metadata: string | null;
	/** Where that begins in `raw`. */
	readonly metadataAt: number;
	/** Longer than LIMITS.recordBytesMax characters: its metadata were not handed on. */
	readonly overlong: boolean;
}

const DOCUMENT = 0;
const ROOT = 1;
const VERB = 2;
const RECORD = 3;
const HEADER = 4;
const METADATA = 5;
const LEAF = 6;
const IGNORED = 7;
const ENTRY = 8;

const OVERLONG_KEPT = 65_536;

/**
 * Reads one OAI-PMH response from pieces of its text. Strict: anything that is not well-formed throws an Error, and
 * `remainder()` then has the text that no record was read from. Throws AppError `not-oai-pmh` for another root element, a document
 * type declaration or an answer that breaks off. Keeps the text of the record at hand only.
 */
export class OaiPmhResponseReader {
	readonly #tokens: ResponseTokens;
	readonly #metadata: MetadataHandler;
	readonly #onRecord: (record: ListedRecord) => void;
	readonly #parts = new ResponseParts();

	#window = '';
	#windowStart = 0;
	/** Where the text begins that no delivered record covers. */
	#safe = 0;
	#silent = 0;
	#events = 0;

	#zone = DOCUMENT;
	#depth = 0;
	#attributes: Readonly<Record<string, string>> = {};
	#attributeCount = 0;
	readonly #attribute = (name: string): string | undefined => this.#attributes[name];
	#prefix = '';

	#leafName = '';
	#leafDepth = 0;
	#leafText = '';
	#leafZone = ROOT;

	#recordDepth = 0;
	#recordStart = 0;
	#metadataDepth = 0;
	#metadataStart = -1;
	#metadataEnd = -1;
	#identifier = '';
	#datestamp = '';
	#deleted = false;
	#hasHeader = false;
	#overlong = '';
	#rootClosed = false;
	#over = false;

	constructor(metadata: MetadataHandler, onRecord: (record: ListedRecord) => void) {
		this.#metadata = metadata;
		this.#onRecord = onRecord;
		this.#tokens = new ResponseTokens(this.#handler());
	}

	#handler(): TokenHandler {
		return {
			attribute: (name, value) => this.#attributeSeen(name, value),
			open: (name, attributes) => this.#open(name, attributes),
			text: (text) => this.#text(text),
			close: (name) => this.#close(name),
			readPlain: (text, from) => this.#metadata.readPlain?.(text, from) ?? null,
			element: (element) => this.#element(element),
			betweenRecords: () => this.#zone === VERB && this.#parts.verb === 'ListRecords',
			doctype: () => {
				throw new AppError('not-oai-pmh', 'the answer has a document type declaration (DTD), which is refused', {
					hint: 'OAI-PMH answers have none: check that the address is that of the OAI-PMH provider',
				});
			},
		};
	}

	/** What was read so far, beside the records. */
	get response(): OaiPmhResponse {
		return this.#parts;
	}

	/** Characters held: the record at hand, never the page. */
	get retained(): number {
		return this.#window.length;
	}

	/** Whether the end tag of the OAI-PMH element was read. */
	get complete(): boolean {
		return this.#rootClosed;
	}

	/** Whether the OAI-PMH element has begun. */
	get begun(): boolean {
		return this.#zone !== DOCUMENT;
	}

	/** The text after the last record that was delivered; all of it before the first. */
	remainder(): string {
		return this.#window.slice(Math.max(this.#safe - this.#windowStart, 0));
	}

	feed(text: string): void {
		if (this.#over || text === '') return;
		const keep = Math.max(this.#safe - this.#windowStart, 0);
		this.#windowStart += keep;
		this.#window = this.#window.slice(keep) + text;
		const before = this.#events;
		this.#parse(() => this.#tokens.write(text));
		this.#silent = this.#events === before ? this.#silent + text.length : 0;
		if (this.#silent > LIMITS.xmlTextBytesMax) throw tooLong();
		this.#bound();
	}

	/** Ends the response: throws AppError `not-oai-pmh` (retriable) when it breaks off before the root is closed. */
	end(): void {
		this.#parse(() => this.#tokens.flush());
		if (!this.#rootClosed) {
			throw new AppError(
				'not-oai-pmh',
				this.#zone === DOCUMENT ? 'the answer has no OAI-PMH element' : 'the answer breaks off before its end',
				{
					hint: 'the provider or a proxy cut it short: try again, and ask for smaller pages if it goes on',
					retriable: true,
				},
			);
		}
		if (!this.#over) this.#parse(() => this.#tokens.close());
	}

	/** After the root only junk can fail, and junk is no reason to lose what was read. */
	#parse(step: () => void): void {
		try {
			step();
		} catch (error) {
			if (!this.#rootClosed) throw error;
			this.#over = true;
			this.#parts.trailingJunk = true;
		}
	}

	/** Lets go of text that cannot be needed: a record past its limit, or the head of an answer that lists no records. */
	#bound(): void {
		const end = this.#windowStart + this.#window.length;
		if (this.#zone >= RECORD && this.#recordDepth > 0) {
			if (end - this.#recordStart <= LIMITS.recordBytesMax) return;
			// whoever mends it needs it from its beginning
			if (this.#silent > LIMITS.recordBytesMax / 2) throw tooLong();
			if (this.#overlong === '') this.#overlong = this.#beginning();
			if (this.#zone === METADATA) {
				this.#zone = IGNORED;
				this.#leafDepth = this.#metadataDepth;
				this.#leafZone = RECORD;
			}
			this.#safe = end;
		} else if (end - this.#safe > LIMITS.mendBytesMax) {
			this.#safe = this.#windowStart + this.#window.lastIndexOf('<');
		}
	}

	#open(tagName: string, attributes: Readonly<Record<string, string>>): void {
		this.#events++;
		this.#attributeCount = 0;
		if (++this.#depth > LIMITS.xmlDepthMax) throw new Error(`elements are nested deeper than ${LIMITS.xmlDepthMax}`);
		const name = this.#localName(tagName);
		this.#attributes = attributes;
		if (this.#zone === METADATA) this.#metadata.open(name, this.#attribute);
		else if (this.#zone !== LEAF && this.#zone !== IGNORED) this.#openOutside(name);
	}

	#text(text: string): void {
		this.#events++;
		if (this.#zone === METADATA) this.#metadata.text(text);
		else if (this.#zone === LEAF) {
			if (this.#leafText.length + text.length > LIMITS.leafTextMax) throw new Error(`the text of ${this.#leafName} is too long`);
			this.#leafText += text;
		}
	}

	#element({ root, keep }: PlainElement): void {
		this.#events++;
		this.#attributeCount = 0;
		this.#localName(root.name);
		if (this.#zone === METADATA) keep();
	}

	#close(name: string): void {
		this.#events++;
		const depth = this.#depth--;
		switch (this.#zone) {
			case METADATA:
				if (depth !== this.#metadataDepth) this.#metadata.close(this.#localName(name));
				else {
					this.#metadataEnd = this.#startOfTag();
					this.#zone = RECORD;
				}
				return;
			case LEAF:
				if (depth === this.#leafDepth) this.#closeLeaf();
				// texts of elements in it must not run together
				else this.#leafText += ' ';
				return;
			case IGNORED:
				if (depth === this.#leafDepth) this.#zone = this.#leafZone;
				return;
			case HEADER:
				this.#zone = RECORD;
				if (this.#recordDepth === depth) this.#closeRecord();
				return;
			case RECORD:
				this.#closeRecord();
				return;
			case ENTRY:
				this.#zone = VERB;
				return;
			case VERB:
				this.#zone = ROOT;
				return;
			default:
				this.#rootClosed = depth === 1;
		}
	}

	#openOutside(name: string): void {
		switch (this.#zone) {
			case RECORD:
				if (name === 'header') this.#openHeader();
				else if (name === 'metadata' && this.#overlong === '') this.#openMetadata();
				else this.#ignore(RECORD);
				return;
			case HEADER:
				if (name === 'identifier' || name === 'datestamp') this.#leaf(name, HEADER);
				else this.#ignore(HEADER);
				return;
			case VERB:
				this.#openInVerb(name);
				return;
			case ENTRY:
				this.#leaf(name, ENTRY);
				return;
			case ROOT:
				if (this.#parts.openVerb(name)) this.#zone = VERB;
				else this.#leaf(name, ROOT);
				return;
			default:
				if (name !== 'OAI-PMH')
					throw new AppError('not-oai-pmh', `the answer is no OAI-PMH: its root element is <${name}>`, {
						hint: 'check the address: that of the OAI-PMH provider answers ?verb=Identify',
					});
				this.#zone = ROOT;
		}
	}

	#openInVerb(name: string): void {
		const verb = this.#parts.verb;
		if (name === 'record' && (verb === 'ListRecords' || verb === 'GetRecord')) this.#openRecord();
		else if (name === 'header' && verb === 'ListIdentifiers') {
			this.#openRecord();
			this.#openHeader();
		} else if (this.#parts.openEntry(name)) this.#zone = ENTRY;
		else this.#leaf(name, VERB);
	}

	#openRecord(): void {
		this.#zone = RECORD;
		this.#recordDepth = this.#depth;
		this.#recordStart = this.#startOfTag();
		this.#metadataStart = -1;
		this.#metadataEnd = -1;
		this.#identifier = '';
		this.#datestamp = '';
		this.#deleted = false;
		this.#hasHeader = false;
		this.#overlong = '';
	}

	#openHeader(): void {
		this.#zone = HEADER;
		this.#hasHeader = true;
		this.#deleted = this.#attributes['status']?.trim().toLowerCase() === 'deleted';
	}

	#openMetadata(): void {
		this.#zone = METADATA;
		this.#metadataDepth = this.#depth;
		this.#metadataStart = this.#tokens.position;
	}

	/** What is kept of a record that is too long. */
	#beginning(): string {
		const from = this.#recordStart - this.#windowStart;
		return this.#window.slice(from, from + OVERLONG_KEPT);
	}

	#closeRecord(): void {
		const end = this.#tokens.position;
		const at = this.#windowStart;
		// its end may have come with what made it too long
		if (this.#overlong === '' && end - this.#recordStart > LIMITS.recordBytesMax) this.#overlong = this.#beginning();
		const overlong = this.#overlong !== '';
		this.#safe = end;
		this.#recordDepth = 0;
		this.#zone = VERB;
		this.#parts.listed++;
		this.#onRecord({
			header: this.#hasHeader ? { identifier: this.#identifier, datestamp: this.#datestamp, deleted: this.#deleted } : null,
			raw: overlong ? this.#overlong : this.#window.slice(this.#recordStart - at, end - at),
			metadata:
				overlong || this.#metadataEnd < 0
					? null
					: this.#window.slice(this.#metadataStart - at, Math.max(this.#metadataStart, this.#metadataEnd) - at),
			metadataAt: this.#metadataStart - this.#recordStart,
			overlong,
		});
	}

	#leaf(name: string, back: number): void {
		this.#leafName = name;
		this.#leafDepth = this.#depth;
		this.#leafText = '';
		this.#leafZone = back;
		this.#zone = LEAF;
		if (back !== HEADER) this.#parts.openLeaf(name, this.#attribute);
	}

	#closeLeaf(): void {
		this.#zone = this.#leafZone;
		const text = this.#leafText.trim();
		if (this.#leafZone !== HEADER) this.#parts.closeLeaf(this.#leafName, text);
		else if (this.#leafName === 'identifier') this.#identifier = text;
		else this.#datestamp = text;
	}

	#ignore(back: number): void {
		this.#leafDepth = this.#depth;
		this.#leafZone = back;
		this.#zone = IGNORED;
	}

	/** Where the tag began that the parser has just read; in well-formed XML no `<` stands inside a tag. */
	#startOfTag(): number {
		return this.#windowStart + this.#window.lastIndexOf('<', this.#tokens.position - this.#windowStart - 1);
	}

	#attributeSeen(name: string, value: string): void {
		if (++this.#attributeCount > LIMITS.xmlAttributesMax) throw new Error(`an element has more than ${LIMITS.xmlAttributesMax} attributes`);
		const colon = name.indexOf(':');
		if (colon < 0) {
			if (name === 'xmlns' && this.#depth < 2) this.#parts.declare('', value);
		} else if (colon === 5 && name.startsWith('xmlns')) {
			this.#parts.declared.add(name.slice(6));
			if (this.#depth < 2) this.#parts.declare(name.slice(6), value);
		} else this.#parts.usedByAttribute.add(name.slice(0, colon));
	}

	#localName(name: string): string {
		const colon = name.indexOf(':');
		if (colon < 0) return name;
		if (colon !== this.#prefix.length || !name.startsWith(this.#prefix)) {
			this.#prefix = name.slice(0, colon);
			this.#parts.used.add(this.#prefix);
		}
		return name.slice(colon + 1);
	}
}

const tooLong = (): Error => new Error('a text, comment, tag or reference is too long');
