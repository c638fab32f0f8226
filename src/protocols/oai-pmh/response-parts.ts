import { LIMITS } from '../../lib/limits.ts';
import type { Identify, MetadataFormat, OaiPmhResponse, Resumption } from './response.ts';

const DESCRIPTIONS_MAX = 20;
const DESCRIPTION_LETTERS_MAX = 2_000;
const VERBS: ReadonlySet<string> = new Set(['Identify', 'ListMetadataFormats', 'ListSets', 'ListIdentifiers', 'ListRecords', 'GetRecord']);
// biome-ignore format: a table
const IDENTIFY: Readonly<Record<string, keyof Identify>> = {
	repositoryName: 'repositoryName', baseURL: 'baseUrl', protocolVersion: 'protocolVersion', adminEmail: 'adminEmail',
	earliestDatestamp: 'earliestDatestamp', deletedRecord: 'deletedRecord', granularity: 'granularity',
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Attribute = (name: string) => string | undefined;

/** Gathers what a response says beside its records, from the elements that the reader meets. */
export class ResponseParts implements OaiPmhResponse {
	responseDate = '';
	verb = '';
	identify: Mutable<Identify> | null = null;
	resumption: Mutable<Resumption> | null = null;
	listed = 0;
	trailingJunk = false;
	readonly errors: { code: string; text: string }[] = [];
	readonly descriptions: string[] = [];
	readonly formats: Mutable<MetadataFormat>[] = [];
	readonly sets: { spec: string; name: string }[] = [];
	readonly namespaces: Record<string, string> = {};
	/** Prefixes declared anywhere, and those used by elements and by attributes. */
	readonly declared = new Set<string>(['xml', 'xmlns']);
	readonly used = new Set<string>();
	readonly usedByAttribute = new Set<string>();

	get undeclaredPrefixes(): readonly string[] {
		return [...new Set([...this.used, ...this.usedByAttribute])].filter((prefix) => !this.declared.has(prefix)).sort();
	}

	declare(prefix: string, uri: string): void {
		this.namespaces[prefix] = uri;
	}

	/** True when the element is that of a verb, whose children come next. */
	openVerb(name: string): boolean {
		if (!VERBS.has(name)) return false;
		this.verb = name;
		if (name === 'Identify') {
			this.identify = {
				repositoryName: '',
				baseUrl: '',
				protocolVersion: '',
				adminEmail: '',
				earliestDatestamp: '',
				deletedRecord: '',
				granularity: '',
			};
		}
		return true;
	}

	/** True when the element is an entry (a set, a format) whose children are texts. */
	openEntry(name: string): boolean {
		if (name === 'set' && this.verb === 'ListSets') {
			if (this.sets.length < LIMITS.setsMax) this.sets.push({ spec: '', name: '' });
			return true;
		}
		if (name === 'metadataFormat' && this.verb === 'ListMetadataFormats') {
			if (this.formats.length < LIMITS.setsMax) this.formats.push({ prefix: '', schema: '', namespace: '' });
			return true;
		}
		return false;
	}

	openLeaf(name: string, attribute: Attribute): void {
		if (name === 'error') this.errors.push({ code: attribute('code')?.trim() ?? '', text: '' });
		else if (name === 'resumptionToken') {
			this.resumption = {
				token: '',
				completeListSize: wholeNumber(attribute('completeListSize')),
				cursor: wholeNumber(attribute('cursor')),
				expirationDate: attribute('expirationDate')?.trim() ?? '',
			};
		}
	}

	closeLeaf(name: string, text: string): void {
		const set = this.sets.at(-1);
		const format = this.formats.at(-1);
		if (name === 'resumptionToken' && this.resumption !== null) this.resumption.token = text;
		else if (name === 'error') this.errors[this.errors.length - 1] = { code: this.errors.at(-1)?.code ?? '', text };
		else if (this.verb === '') {
			if (name === 'responseDate') this.responseDate = text;
		} else if (this.identify !== null) {
			if (name === 'description' && this.descriptions.length < DESCRIPTIONS_MAX)
				this.descriptions.push(text.slice(0, DESCRIPTION_LETTERS_MAX));
			const key = IDENTIFY[name];
			if (key !== undefined && this.identify[key] === '') this.identify[key] = text;
		} else if (set !== undefined) {
			if (name === 'setSpec') set.spec = text;
			else if (name === 'setName') set.name = text;
		} else if (format !== undefined) {
			if (name === 'metadataPrefix') format.prefix = text;
			else if (name === 'schema') format.schema = text;
			else if (name === 'metadataNamespace') format.namespace = text;
		}
	}
}

const wholeNumber = (text: string | undefined): number | null =>
	text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
