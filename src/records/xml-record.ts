import { type SaxesAttributePlain, SaxesParser } from 'saxes';
import { LIMITS } from '../lib/limits.ts';
import { readUndecoded } from '../lib/undecoded.ts';
import type { Decoded } from './marc.ts';
import type { MetadataBuilder } from './metadata-builder.ts';

/** Stops the tokeniser; carries why. */
export class Stop extends Error {
	readonly code: string;

	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}

export type Parser = SaxesParser<{ position: false }>;

const ILLEGAL_TEXT = /[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ILLEGAL_REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)/g;
const NUMERIC_REFERENCE = /&#(x?)([0-9A-Fa-f]+);/g;

const local = (name: string): string => {
	const colon = name.indexOf(':');
	return colon < 0 ? name : name.slice(colon + 1);
};

const isXmlCharacter = (code: number): boolean =>
	code === 9 ||
	code === 10 ||
	code === 13 ||
	(code >= 0x20 && code <= 0xd7ff) ||
	(code >= 0xe000 && code <= 0xfffd) ||
	(code >= 0x10000 && code <= 0x10ffff);

/** Text with what XML forbids left out and bare ampersands escaped. */
function sanitise(text: string): string {
	return text
		.toWellFormed()
		.replace(ILLEGAL_TEXT, '')
		.replace(ILLEGAL_REFERENCE, '&amp;')
		.replace(NUMERIC_REFERENCE, (whole, x: string, digits: string) =>
			isXmlCharacter(Number.parseInt(digits, x === '' ? 10 : 16)) ? whole : '',
		);
}

/** The first record in a text that is well-formed, or a named failure; undefined when there is none. Never throws. */
function readText(text: string, builder: MetadataBuilder): Decoded | undefined {
	const nothing = (): void => undefined;
	try {
		recordParser(WRAPPED.test(text) ? new MetadataOnly(builder) : builder, nothing, nothing)
			.write(text)
			.close();
	} catch (error) {
		if (!(error instanceof Stop)) throw error;
		return { ok: false, code: error.code, reason: error.message, repairs: [] };
	}
	return builder.finish()[0];
}

const WRAPPED = /^\s*(?:<\?xml[^>]*>\s*)?<(?:[\w.-]+:)?record[^<>]*>\s*<(?:[\w.-]+:)?(?:header|metadata)[\s/>]/;

/** Hands on the events inside `<metadata>` of an OAI-PMH record: header and about describe no publication. */
class MetadataOnly implements MetadataBuilder {
	readonly #inner: MetadataBuilder;
	#depth = 0;

	constructor(inner: MetadataBuilder) {
		this.#inner = inner;
	}

	open(localName: string, attribute: (name: string) => string | undefined): void {
		if (this.#depth > 0) this.#inner.open(localName, attribute);
		if (this.#depth > 0 || localName === 'metadata') this.#depth++;
	}

	text(text: string): void {
		if (this.#depth > 0) this.#inner.text(text);
	}

	close(localName: string): void {
		if (this.#depth > 0) this.#depth--;
		if (this.#depth > 0) this.#inner.close(localName);
	}

	finish(): Decoded[] {
		return this.#inner.finish();
	}
}

/** One record's text through a builder; when it is not well-formed, once more without the characters that XML forbids, which is named. */
export function readOneXmlRecord(text: string, builder: MetadataBuilder): Decoded | undefined {
	if (text.length > LIMITS.recordBytesMax)
		return { ok: false, code: 'record-too-long', reason: `more than ${LIMITS.recordBytesMax} characters`, repairs: [] };
	const strict = readText(text, builder);
	if (strict?.ok) return nameReplaced(strict, text);
	if (strict?.code !== 'xml-not-well-formed') return strict;
	builder.finish();
	const read = readUndecoded(text);
	const mended = readText(sanitise(read.text), builder);
	if (mended?.ok !== true) return strict;
	return nameReplaced({ ...mended, repairs: [...mended.repairs, { code: read.repair ?? 'xml-illegal', at: 'record' }] }, read.text);
}

/** Names the replacement characters that invalid bytes became. */
export function nameReplaced(decoded: Decoded, raw: string): Decoded {
	return raw.includes('\ufffd') ? { ...decoded, repairs: [...decoded.repairs, { code: 'utf8-invalid', at: 'record' }] } : decoded;
}

/** A strict tokeniser that feeds a builder and tells where records begin and end. */
export function recordParser(builder: MetadataBuilder, onOpen: (local: string) => void, onClose: (local: string) => void): Parser {
	const parser = new SaxesParser({ position: false });
	let depth = 0;
	let before = 0;
	let attributes: Record<string, SaxesAttributePlain | string> = {};
	const attribute = (name: string): string | undefined => attributes[name] as string | undefined;
	parser.on('opentag', (tag) => {
		if (++depth > LIMITS.xmlDepthMax) throw new Stop('xml-too-deep', `elements nested deeper than ${LIMITS.xmlDepthMax}`);
		attributes = tag.attributes;
		// a short tag cannot hold too many, and counting is slow
		if (parser.position - before > LIMITS.xmlAttributesMax * 5 && Object.keys(attributes).length > LIMITS.xmlAttributesMax)
			throw new Stop('xml-too-many-attributes', `more than ${LIMITS.xmlAttributesMax} attributes`);
		before = parser.position;
		const name = local(tag.name);
		onOpen(name);
		builder.open(name, attribute);
	});
	parser.on('text', (text) => builder.text(text));
	parser.on('cdata', (text) => builder.text(text));
	parser.on('closetag', (tag) => {
		depth--;
		before = parser.position;
		const name = local(tag.name);
		builder.close(name);
		onClose(name);
	});
	parser.on('doctype', () => {
		throw new Stop('doctype-refused', 'a document type declaration is not read');
	});
	parser.on('error', (error) => {
		throw new Stop('xml-not-well-formed', error.message);
	});
	return parser;
}
