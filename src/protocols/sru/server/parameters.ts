import { LIMITS } from '../../../lib/limits.ts';
import type { SruVersion } from '../request.ts';

/** A diagnostic that we send: a number of info:srw/diagnostic/1, the part it is about, and words where those of the number say too little. */
export interface Refusal {
	readonly number: number;
	readonly details: string;
	readonly message?: string;
}

export interface ExplainRequest {
	readonly operation: 'explain';
	readonly packing: Packing;
}

export interface SearchRetrieveRequest {
	readonly operation: 'searchRetrieve';
	readonly query: string;
	readonly queryType: 'cql' | 'searchTerms';
	/** From 1. */
	readonly startRecord: number;
	/** As asked for, at most LIMITS.sruRecordsMax. */
	readonly maximumRecords: number;
	/** Name or URI of a schema; null for the default. */
	readonly recordSchema: string | null;
	readonly packing: Packing;
	/** `path,schema,ascending,caseSensitive,missingValue`, parted by blanks (SRU 1.1); null when not sent. */
	readonly sortKeys: string | null;
	/** Of 2.0; none when not asked for. */
	readonly facets: readonly FacetWish[];
}

/** So many terms of a facet (the name of an index; null: of every facet that is not named beside it). */
export interface FacetWish {
	readonly index: string | null;
	readonly limit: number;
}

export interface ScanRequest {
	readonly operation: 'scan';
	readonly scanClause: string;
	/** Where in the answer the term asked for stands, from 1; 0 leaves it out before the first. */
	readonly responsePosition: number;
	readonly maximumTerms: number;
}

export type Packing = 'xml' | 'string';
export type SruRequest = ExplainRequest | SearchRetrieveRequest | ScanRequest;

/** What was asked, or why it cannot be; the version is that of the answer in any case. `remarks` go with an answer. */
export interface ParsedRequest {
	readonly version: SruVersion;
	readonly operation: SruRequest['operation'];
	readonly request: SruRequest | null;
	readonly refusals: readonly Refusal[];
	readonly remarks: readonly Refusal[];
	/** The parameters that have a value, the first of each name. */
	readonly parameters: ReadonlyMap<string, string>;
}

/** Records when a request does not say how many. */
export const DEFAULT_RECORDS = 10;
const DEFAULT_TERMS = 20;
const FACET_WISHES_MAX = 20;

const COMMON = [
	'operation',
	'version',
	'stylesheet',
	'renderedBy',
	'extraRequestData',
	'httpAccept',
	'responseType',
	'recordPacking',
	'recordXMLEscaping',
];
const OF_OPERATION: Readonly<Record<SruRequest['operation'], readonly string[]>> = {
	explain: [],
	searchRetrieve: ['query', 'queryType', 'startRecord', 'maximumRecords', 'recordSchema', 'recordXPath', 'resultSetTTL', 'sortKeys'],
	scan: ['scanClause', 'responsePosition', 'maximumTerms'],
};

/**
 * The parameters of a request as SRU 1.1, 1.2 (LoC) and 2.0 (OASIS searchRetrieve part 3) have them. A parameter without a value counts as not sent;
 * those that begin with `x-` are passed over.
 */
export function parseSruRequest(pairs: Iterable<readonly [string, string]>): ParsedRequest {
	const parameters = new Map<string, string>();
	for (const [name, value] of pairs) if (value !== '' && !parameters.has(name)) parameters.set(name, value);
	const refusals: Refusal[] = [];
	const version = readVersion(parameters, refusals);
	const operation = readOperation(parameters, refusals);
	for (const name of parameters.keys())
		if (
			!name.startsWith('x-') &&
			!COMMON.includes(name) &&
			!OF_OPERATION[operation].includes(name) &&
			!isOfFacets(name, version, operation)
		)
			refusals.push({ number: 8, details: name });
	const request = readRequest(operation, new Reader(parameters, refusals, version));
	const remarks = parameters.has('stylesheet') ? [{ number: 110, details: parameters.get('stylesheet') ?? '' }] : [];
	return { version, operation, request: refusals.length === 0 ? request : null, refusals, remarks, parameters };
}

const isOfFacets = (name: string, version: SruVersion, operation: SruRequest['operation']): boolean =>
	name === 'facetLimit' && version === '2.0' && operation === 'searchRetrieve';

/** Without a version: 2.0, which has none, unless a parameter shows that the request is of 1.1 or 1.2. */
function readVersion(parameters: ReadonlyMap<string, string>, refusals: Refusal[]): SruVersion {
	const version = parameters.get('version');
	if (version === '1.1' || version === '1.2' || version === '2.0') return version;
	if (version !== undefined) refusals.push({ number: 5, details: '2.0', message: 'the versions are 1.1, 1.2 and 2.0' });
	return version?.startsWith('1') || (version === undefined && parameters.has('operation')) ? '1.2' : '2.0';
}

function readOperation(parameters: ReadonlyMap<string, string>, refusals: Refusal[]): SruRequest['operation'] {
	const operation = parameters.get('operation');
	if (operation === 'explain' || operation === 'searchRetrieve' || operation === 'scan') return operation;
	if (operation !== undefined) refusals.push({ number: 4, details: operation });
	if (parameters.has('query') || parameters.has('queryType')) return 'searchRetrieve';
	return parameters.has('scanClause') ? 'scan' : 'explain';
}

class Reader {
	readonly #parameters: ReadonlyMap<string, string>;
	readonly #refusals: Refusal[];
	readonly #version: SruVersion;

	constructor(parameters: ReadonlyMap<string, string>, refusals: Refusal[], version: SruVersion) {
		this.#parameters = parameters;
		this.#refusals = refusals;
		this.#version = version;
	}

	text(name: string): string | null {
		return this.#parameters.get(name) ?? null;
	}

	needed(name: string): string {
		const value = this.#parameters.get(name);
		if (value === undefined) this.#refusals.push({ number: 7, details: name });
		return value ?? '';
	}

	number(name: string, otherwise: number, least: number): number {
		const value = this.#parameters.get(name);
		if (value === undefined) return otherwise;
		const number = /^\d{1,15}$/.test(value.trim()) ? Number(value) : -1;
		if (number < least) this.#refusals.push({ number: 6, details: name, message: `${name} is a whole number from ${least}` });
		return number;
	}

	/** Escaped or not: recordPacking until 1.2, recordXMLEscaping in 2.0, where recordPacking is about elements that repeat. */
	packing(): Packing {
		const name = this.#version === '2.0' ? 'recordXMLEscaping' : 'recordPacking';
		const value = this.#parameters.get(name) ?? 'xml';
		if (value === 'xml' || value === 'string') {
			const other = this.#version === '2.0' ? this.#parameters.get('recordPacking') : undefined;
			// some clients of 2.0 still say it in the old way
			if (other === 'string' || other === 'xml') return other;
			if (other !== undefined && other !== 'packed' && other !== 'unpacked') this.#refusals.push({ number: 71, details: other });
			return value;
		}
		this.#refusals.push({ number: 71, details: value });
		return 'xml';
	}

	queryType(): 'cql' | 'searchTerms' {
		const value = this.#parameters.get('queryType') ?? 'cql';
		if (value === 'cql' || value === 'searchTerms') return value;
		this.#refusals.push({ number: 11, details: value });
		return 'cql';
	}

	/** facetLimit, `10,5:dc.subject`: a number for all facets and numbers for named ones (OASIS searchRetrieve part 3, facets); -1 is no limit. */
	facets(): FacetWish[] {
		const value = this.#parameters.get('facetLimit');
		if (value === undefined || this.#version !== '2.0') return [];
		const wishes = value.split(',', FACET_WISHES_MAX + 1).map((part): FacetWish | null => {
			const [, number = '', index] = /^\s*(-1|[1-9]\d{0,8})\s*(?::\s*([^\s:]{1,100})\s*)?$/.exec(part) ?? [];
			const limit = number === '-1' ? LIMITS.scanAnswerTermsMax : Math.min(Number(number), LIMITS.scanAnswerTermsMax);
			return number === '' ? null : { index: index ?? null, limit };
		});
		const read = wishes.flatMap((wish) => wish ?? []);
		if (read.length === wishes.length && wishes.length <= FACET_WISHES_MAX) return read;
		this.#refusals.push({ number: 6, details: 'facetLimit', message: 'facetLimit is a number, or numbers and indexes: 10,5:dc.subject' });
		return [];
	}

	/** What is understood but cannot be had. */
	without(name: string, number: number): void {
		const value = this.#parameters.get(name);
		if (value !== undefined) this.#refusals.push({ number, details: value });
	}
}

function readRequest(operation: SruRequest['operation'], read: Reader): SruRequest {
	const packing = read.packing();
	if (operation === 'explain') return { operation, packing };
	if (operation === 'scan') {
		const maximumTerms = read.number('maximumTerms', DEFAULT_TERMS, 1);
		return {
			operation,
			scanClause: read.needed('scanClause'),
			responsePosition: read.number('responsePosition', 1, 0),
			maximumTerms: Math.min(maximumTerms, LIMITS.scanAnswerTermsMax),
		};
	}
	read.number('resultSetTTL', 0, 0);
	read.without('recordXPath', 72);
	return {
		operation,
		query: read.needed('query'),
		queryType: read.queryType(),
		startRecord: read.number('startRecord', 1, 1),
		maximumRecords: Math.min(read.number('maximumRecords', DEFAULT_RECORDS, 0), LIMITS.sruRecordsMax),
		recordSchema: read.text('recordSchema'),
		packing,
		sortKeys: read.text('sortKeys'),
		facets: read.facets(),
	};
}
