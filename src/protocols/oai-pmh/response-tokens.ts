import { SaxesParser } from 'saxes';
import type { PlainElement } from '../../lib/plain-xml.ts';
import { PLAIN_LETTERS_MAX, type PlainRecord, plainRecord, type ReadMetadata } from './plain-record.ts';

/** Takes the tokens of a response, names with their prefixes. */
export interface TokenHandler {
	/** An attribute that declares or uses a prefix, at least, before its element opens. */
	attribute(name: string, value: string): void;
	open(name: string, attributes: Readonly<Record<string, string>>): void;
	text(text: string): void;
	close(name: string): void;
	/** Reads what stands in `<metadata>` at once, if it can; `element` is what it gave, when it is to be kept. */
	readPlain(text: string, from: number): PlainElement | null;
	element(element: PlainElement): void;
	doctype(): void;
	/** Whether a record of a list may begin behind the tag that was handed on last. */
	betweenRecords(): boolean;
}

/** Behind these a plain record may begin. */
const CUT = /<\/(?:[\w.-]+:)?record\s*>|<(?:[\w.-]+:)?ListRecords[^<>]*>/g;

/**
 * Cuts an OAI-PMH response into tags and texts: plain records by themselves, which is fast, everything else by a strict XML parser. What is
 * not well-formed throws an Error.
 */
export class ResponseTokens {
	readonly #parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
	readonly #handler: TokenHandler;
	readonly #readMetadata: ReadMetadata;
	/** The beginning of a record, perhaps, that nobody was given yet. */
	#held = '';
	/** Characters that the parser was given, and that it was not. */
	#given = 0;
	#skipped = 0;
	/** Where the last tag ended that the parser read. */
	#tagEnd = -1;
	/** The place in a plain record; -1 while the parser reads. */
	#plainAt = -1;

	constructor(handler: TokenHandler) {
		this.#handler = handler;
		this.#readMetadata = (text, from) => handler.readPlain(text, from);
		this.#parser.on('opentag', (tag) => {
			this.#tagEnd = this.#parser.position;
			handler.open(tag.name, tag.attributes);
		});
		this.#parser.on('closetag', (tag) => {
			this.#tagEnd = this.#parser.position;
			handler.close(tag.name);
		});
		this.#parser.on('text', (text) => handler.text(text));
		this.#parser.on('cdata', (text) => handler.text(text));
		this.#parser.on('attribute', (attribute) => handler.attribute(attribute.name, attribute.value));
		this.#parser.on('doctype', () => handler.doctype());
	}

	/** Characters of the response up to the end of the token that is being handed on. */
	get position(): number {
		return this.#plainAt < 0 ? this.#parser.position + this.#skipped : this.#plainAt;
	}

	write(text: string): void {
		const all = this.#held + text;
		this.#held = '';
		let at = 0;
		while (at < all.length) {
			const plain = this.#tagEnd === this.#given && this.#handler.betweenRecords() ? plainRecord(all, at, this.#readMetadata) : null;
			if (plain === 'incomplete' && all.length - at <= PLAIN_LETTERS_MAX) {
				this.#held = all.slice(at);
				return;
			}
			if (plain !== null && plain !== 'incomplete') {
				this.#replay(plain, at);
				at = plain.end;
				continue;
			}
			CUT.lastIndex = at;
			const end = CUT.test(all) ? CUT.lastIndex : all.length;
			this.#give(all.slice(at, end));
			at = end;
		}
	}

	/** Gives the parser what was held: the response has no more text. */
	flush(): void {
		const held = this.#held;
		this.#held = '';
		if (held !== '') this.#give(held);
	}

	close(): void {
		this.#parser.close();
	}

	#give(text: string): void {
		this.#given += text.length;
		this.#parser.write(text);
	}

	#replay({ tokens, ends, end }: PlainRecord, from: number): void {
		const base = this.#given + this.#skipped - from;
		const open: string[] = [];
		for (let i = 0; i < tokens.length; i++) {
			const token = tokens[i];
			this.#plainAt = base + (ends[i] as number);
			if (typeof token === 'string') this.#handler.text(token);
			else if (token === null || token === undefined) this.#handler.close(open.pop() as string);
			else if ('keep' in token) {
				for (const [name, value] of token.root.prefixed) this.#handler.attribute(name, value);
				this.#handler.element(token);
			} else {
				for (const [name, value] of token.prefixed) this.#handler.attribute(name, value);
				this.#handler.open(token.name, token.attributes);
				open.push(token.name);
			}
		}
		this.#plainAt = -1;
		this.#skipped += end - from;
	}
}
