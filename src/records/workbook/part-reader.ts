import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { LIMITS } from '../../lib/limits.ts';
import { Stop } from '../xml-record.ts';

/** What is done with the elements of a part of a workbook; names are without their prefixes. */
export interface PartHandler {
	open(name: string, attributes: Readonly<Record<string, string>>): void;
	text(text: string): void;
	close(name: string): void;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** An attribute whatever its prefix is. */
export function attributeOf(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
	return attributes[name] ?? Object.entries(attributes).find(([key]) => local(key) === name)?.[1];
}

/** Reads a part of a workbook piece by piece: strict XML, without DOCTYPE, within LIMITS. Throws Stop. */
export class PartReader {
	readonly #parser = new SaxesParser({ position: false });
	#decoder: TextDecoder | null = null;
	/** Letters since something was found in them. */
	#silent = 0;

	constructor(handler: PartHandler) {
		let depth = 0;
		this.#parser.on('opentag', ({ name, attributes }) => {
			this.#silent = 0;
			if (++depth > LIMITS.xmlDepthMax) throw new Stop('xml-too-deep', `elements nested deeper than ${LIMITS.xmlDepthMax}`);
			handler.open(local(name), attributes as Record<string, string>);
		});
		const text = (found: string): void => {
			this.#silent = 0;
			handler.text(found);
		};
		this.#parser.on('text', text);
		this.#parser.on('cdata', text);
		this.#parser.on('closetag', ({ name }) => {
			this.#silent = 0;
			depth--;
			handler.close(local(name));
		});
		this.#parser.on('doctype', () => {
			throw new Stop('doctype-refused', 'a document type declaration is not read');
		});
		this.#parser.on('error', (error) => {
			throw new Stop('xml-not-well-formed', error.message);
		});
	}

	write(bytes: Uint8Array): void {
		this.#decoder ??= new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8');
		this.#text(this.#decoder.decode(bytes, { stream: true }));
	}

	end(): void {
		this.#text(this.#decoder?.decode() ?? '');
		this.#parser.close();
	}

	#text(text: string): void {
		this.#silent += text.length;
		this.#parser.write(text);
		if (this.#silent > LIMITS.xmlTextBytesMax) throw new Stop('xml-text-too-long', `a text longer than ${LIMITS.xmlTextBytesMax}`);
	}
}
