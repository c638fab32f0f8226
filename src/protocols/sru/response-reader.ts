import { type SaxesAttributePlain, SaxesParser } from 'saxes';
import { entryOf } from '../../lib/entry-of.ts';
import { LIMITS } from '../../lib/limits.ts';
import { type SruDiagnostic, sruDiagnostic } from './diagnostics.ts';

/** A record of an answer: its data as XML text, whichever way it was packed. */
export interface SruRecord {
	readonly schema: string;
	readonly data: string;
	/** recordIdentifier (1.2 on), '' when there is none. */
	readonly identifier: string;
	readonly position: number | null;
	/** Stands in the place of the record (surrogate). */
	readonly diagnostic: SruDiagnostic | null;
}

/** What a server's explain record says (ZeeRex). */
export interface SruExplanation {
	readonly title: string;
	readonly database: string;
	/** `set.name` of each index. */
	readonly indexes: readonly string[];
	readonly schemas: readonly { readonly name: string; readonly identifier: string }[];
	readonly maximumRecords: number | null;
}

export interface SruResponse {
	/** As answered, whatever was asked for; null where it is not said (2.0). */
	readonly version: string | null;
	readonly kind: 'searchRetrieve' | 'explain' | 'other';
	readonly numberOfRecords: number | null;
	/** exact, unknown, estimate, maximum, minimum, current (2.0). */
	readonly precision: string;
	readonly records: readonly SruRecord[];
	readonly diagnostics: readonly SruDiagnostic[];
	readonly explanation: SruExplanation | null;
	/** Prefix -> URI in scope around the records. */
	readonly namespaces: Readonly<Record<string, string>>;
}

/** Why a text is no answer of SRU. */
export class SruSyntaxError extends Error {
	override readonly name = 'SruSyntaxError';
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What XML does not allow, written out. */
const ILLEGAL = /[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * Reads an answer of SRU 1.1, 1.2 or 2.0 by the local names of its elements, since servers get the namespaces wrong. DTDs are refused.
 * Characters that XML does not allow, and undecoded bytes (lone surrogates), stop nothing: they stay as they are in the `data` of unescaped records,
 * and are U+FFFD everywhere else. Throws SruSyntaxError for what is not well-formed or is another kind of document.
 */
export function readSruResponse(text: string): SruResponse {
	const reader = new Reader(text);
	return reader.read();
}

const RESPONSES: Readonly<Record<string, SruResponse['kind']>> = {
	searchRetrieveResponse: 'searchRetrieve',
	explainResponse: 'explain',
	scanResponse: 'other',
	diagnostics: 'other',
};

class Reader {
	readonly #text: string;
	readonly #parser = new SaxesParser({ position: true });
	readonly #path: string[] = [];
	readonly #namespaces: Record<string, string> = {};
	#kind: SruResponse['kind'] | null = null;
	#leaf = '';
	#version: string | null = null;
	#count: number | null = null;
	#precision = 'exact';
	readonly #records: SruRecord[] = [];
	readonly #diagnostics: SruDiagnostic[] = [];
	#record: Mutable<SruRecord> | null = null;
	/** Depth of the open recordData, and where its contents begin. */
	#dataDepth = 0;
	#dataFrom = 0;
	#dataIsElement = false;
	#diagnostic: { uri: string; details: string; message: string } | null = null;
	readonly #explain = {
		title: '',
		database: '',
		indexes: [] as string[],
		schemas: [] as SruExplanation['schemas'][number][],
		maximum: null as number | null,
	};
	#setting = '';
	#indexSet = '';
	#explained = false;
	/** The explain record of an answer that has it as text. */
	#escapedExplain = '';

	constructor(text: string) {
		this.#text = text;
		const parser = this.#parser;
		parser.on('opentag', (tag) => this.#open(tag.name, tag.attributes as Record<string, string | SaxesAttributePlain>));
		parser.on('text', (piece) => this.#add(piece));
		parser.on('cdata', (piece) => this.#add(piece));
		parser.on('closetag', () => this.#close());
		parser.on('doctype', () => {
			throw new SruSyntaxError('the answer has a document type declaration (DTD), which is refused');
		});
		parser.on('error', (error) => {
			throw new SruSyntaxError(`the answer is not well-formed XML: ${error.message}`);
		});
	}

	read(): SruResponse {
		// of the same length: places in it are places in the text
		this.#parser.write(this.#text.toWellFormed().replace(ILLEGAL, '\ufffd')).close();
		if (this.#escapedExplain !== '')
			return { ...this.#answer(), explanation: new Reader(wrapped(this.#escapedExplain)).read().explanation };
		return this.#answer();
	}

	#answer(): SruResponse {
		const { title, database, indexes, schemas, maximum } = this.#explain;
		return {
			version: this.#version,
			kind: this.#kind ?? 'other',
			numberOfRecords: this.#count,
			precision: this.#precision,
			records: this.#records,
			diagnostics: this.#diagnostics,
			explanation: this.#explained ? { title, database, indexes: [...new Set(indexes)], schemas, maximumRecords: maximum } : null,
			namespaces: this.#namespaces,
		};
	}

	#open(name: string, attributes: Readonly<Record<string, string | SaxesAttributePlain>>): void {
		const local = localName(name);
		if (this.#path.push(local) > LIMITS.xmlDepthMax) throw new SruSyntaxError(`elements are nested deeper than ${LIMITS.xmlDepthMax}`);
		if (this.#kind === null) {
			this.#kind = entryOf(RESPONSES, local) ?? null;
			if (this.#kind === null) throw new SruSyntaxError(`the answer is no SRU but <${name.slice(0, 60)}>`);
		}
		const depth = this.#path.length;
		if (this.#dataDepth > 0 && depth > this.#dataDepth) this.#dataIsElement = true;
		else this.#noteNamespaces(attributes);
		this.#leaf = '';
		if (this.#kind === 'explain') this.#openExplain(local, attributes);
		if (local === 'diagnostic') this.#diagnostic = { uri: '', details: '', message: '' };
		if (this.#dataDepth > 0) return;
		if (local === 'record' && this.#path[depth - 2] === 'records')
			this.#record = { schema: '', data: '', identifier: '', position: null, diagnostic: null };
		else if (local === 'recordData' && this.#record !== null) {
			this.#dataDepth = depth;
			this.#dataFrom = this.#parser.position;
			this.#dataIsElement = false;
		}
	}

	#noteNamespaces(attributes: Readonly<Record<string, string | SaxesAttributePlain>>): void {
		for (const [name, value] of Object.entries(attributes)) {
			if (name === 'xmlns') this.#namespaces[''] = String(value);
			else if (name.startsWith('xmlns:')) this.#namespaces[name.slice(6)] = String(value);
		}
	}

	#add(piece: string): void {
		const max = this.#dataDepth > 0 ? LIMITS.recordBytesMax : LIMITS.leafTextMax;
		if (this.#leaf.length < max) this.#leaf += piece;
	}

	#close(): void {
		const depth = this.#path.length;
		const local = this.#path.pop() as string;
		const text = this.#leaf.trim();
		if (local === 'diagnostic') this.#endDiagnostic();
		else if (this.#diagnostic !== null && (local === 'uri' || local === 'details' || local === 'message')) this.#diagnostic[local] = text;
		if (this.#kind === 'explain' && local === 'recordData' && text.startsWith('<')) this.#escapedExplain = text;
		else if (this.#kind === 'explain') this.#closeExplain(local, text);
		if (this.#dataDepth > 0) {
			if (depth === this.#dataDepth) this.#endData();
			return;
		}
		if (this.#record === null) this.#closeAround(local, text);
		else this.#closeInRecord(local, text, this.#record);
		this.#leaf = '';
	}

	#closeAround(local: string, text: string): void {
		if (local === 'version' && this.#path.length === 1) this.#version = text;
		else if (local === 'numberOfRecords') this.#count = /^\d{1,15}$/.test(text) ? Number(text) : null;
		else if (local === 'resultCountPrecision') this.#precision = text.replace(/^.*\//, '') || 'exact';
	}

	#closeInRecord(local: string, text: string, record: Mutable<SruRecord>): void {
		if (local === 'recordSchema') record.schema = text;
		else if (local === 'recordIdentifier') record.identifier = text;
		else if (local === 'recordPosition') record.position = /^\d{1,15}$/.test(text) ? Number(text) : null;
		else if (local === 'record') {
			this.#records.push(record);
			this.#record = null;
		}
	}

	/** Contents that are elements are XML as they stand; text is XML that was escaped. */
	#endData(): void {
		const record = this.#record as Mutable<SruRecord>;
		const end = this.#text.lastIndexOf('</', this.#parser.position - 1);
		record.data = this.#dataIsElement ? this.#text.slice(this.#dataFrom, end).trim() : this.#leaf.trim();
		this.#dataDepth = 0;
		this.#leaf = '';
	}

	#endDiagnostic(): void {
		const { uri, details, message } = this.#diagnostic as { uri: string; details: string; message: string };
		this.#diagnostic = null;
		const made = sruDiagnostic(uri, details, message);
		if (this.#record !== null && this.#dataDepth > 0) this.#record.diagnostic = made;
		else if (this.#diagnostics.length < LIMITS.diagnosticsPerAnswerMax) this.#diagnostics.push(made);
	}

	#openExplain(local: string, attributes: Readonly<Record<string, string | SaxesAttributePlain>>): void {
		if (local === 'explain') this.#explained = true;
		else if (local === 'schema')
			this.#explain.schemas.push({ name: String(attributes['name'] ?? ''), identifier: String(attributes['identifier'] ?? '') });
		else if (local === 'default' || local === 'setting') this.#setting = `${local} ${attributes['type'] ?? ''}`;
		else if (local === 'name') this.#indexSet = String(attributes['set'] ?? '');
	}

	#closeExplain(local: string, text: string): void {
		const parent = this.#path.at(-1);
		if (local === 'title' && parent === 'databaseInfo' && this.#explain.title === '') this.#explain.title = text;
		else if (local === 'database' && parent === 'serverInfo') this.#explain.database = text;
		else if (local === 'name' && parent === 'map' && text !== '' && this.#explain.indexes.length < LIMITS.setsMax)
			this.#explain.indexes.push(this.#indexSet === '' ? text : `${this.#indexSet}.${text}`);
		else if (local === 'setting' && this.#setting === 'setting maximumRecords' && /^\d{1,9}$/.test(text))
			this.#explain.maximum = Number(text);
	}
}

const wrapped = (explain: string): string => `<explainResponse>${explain.replace(/^<\?xml[^>]*>/, '')}</explainResponse>`;

const localName = (name: string): string => {
	const colon = name.indexOf(':');
	return colon < 0 ? name : name.slice(colon + 1);
};
