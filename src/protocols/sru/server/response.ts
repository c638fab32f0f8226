import { xmlText } from '../../../lib/xml-text.ts';
import { SRU_DIAGNOSTIC_NAMES } from '../diagnostics.ts';
import type { SruVersion } from '../request.ts';
import type { Packing, ParsedRequest, Refusal } from './parameters.ts';

/** A record of an answer: its data (as text or its UTF-8), or the diagnostic in its place. */
export interface AnsweredRecord {
	readonly position: number;
	readonly identifier: string | null;
	readonly data: string | Uint8Array | Refusal;
}

export interface SearchAnswer {
	readonly numberOfRecords: number;
	/** URI of the schema of the records. */
	readonly schema: string;
	readonly packing: Packing;
	readonly records: readonly AnsweredRecord[];
	readonly nextRecordPosition: number | null;
	readonly diagnostics: readonly Refusal[];
	/** Of 2.0: those that have terms. */
	readonly facets: readonly AnsweredFacet[];
}

/** The terms of an index in all that was found, the most frequent first. */
export interface AnsweredFacet {
	readonly label: string;
	readonly index: string;
	/** `query` finds the same records and no others; null where no query of ours is as exact as the count. */
	readonly terms: readonly { readonly value: string; readonly query: string | null; readonly count: number }[];
}

export interface ScannedTerm {
	readonly value: string;
	/** Records with it. */
	readonly count: number;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const OLD = 'http://www.loc.gov/zing/srw/';
const OLD_DIAGNOSTIC = 'http://www.loc.gov/zing/srw/diagnostic/';
const NEW = 'http://docs.oasis-open.org/ns/search-ws/';
const DIAGNOSTIC_SCHEMA = 'info:srw/schema/1/diagnostics-v1.1';

const leaf = (name: string, text: string | number): string => `<${name}>${typeof text === 'number' ? text : xmlText(text)}</${name}>`;

/** Opens an answer; each kind has a namespace of its own in 2.0, where there is no version element but in scan's. */
function open(version: SruVersion, kind: 'searchRetrieve' | 'explain' | 'scan'): string {
	if (version !== '2.0') return `${HEAD}<${kind}Response xmlns="${OLD}">${leaf('version', version)}`;
	return `${HEAD}<${kind}Response xmlns="${NEW}${kind === 'scan' ? 'scan' : 'sruResponse'}">`;
}

function diagnostic(version: SruVersion, { number, details, message }: Refusal): string {
	const words = message ?? SRU_DIAGNOSTIC_NAMES[number] ?? '';
	const namespace = version === '2.0' ? `${NEW}diagnostic` : OLD_DIAGNOSTIC;
	return (
		`<diagnostic xmlns="${namespace}">${leaf('uri', `info:srw/diagnostic/1/${number}`)}${details === '' ? '' : leaf('details', details)}` +
		`${leaf('message', words.charAt(0).toUpperCase() + words.slice(1))}</diagnostic>`
	);
}

const diagnostics = (version: SruVersion, all: readonly Refusal[]): string =>
	all.length === 0 ? '' : `<diagnostics>${all.map((one) => diagnostic(version, one)).join('')}</diagnostics>`;

/** searchRetrieveResponse, in pieces to be sent one after another. `xQuery` is the query as XCQL, for the echo of 1.1 and 1.2. */
export function* writeSearchResponse(parsed: ParsedRequest, answer: SearchAnswer, xQuery: string | null): Generator<string | Uint8Array> {
	const { version } = parsed;
	yield open(version, 'searchRetrieve') + leaf('numberOfRecords', answer.numberOfRecords);
	if (answer.records.length > 0) {
		yield '<records>';
		const opened = `<record>${leaf('recordSchema', answer.schema)}${packing(version, answer.packing)}<recordData>`;
		for (const record of answer.records) yield* writeRecord(version, opened, answer.packing, record);
		yield '</records>';
	}
	if (answer.nextRecordPosition !== null) yield leaf('nextRecordPosition', answer.nextRecordPosition);
	yield echo(parsed, 'echoedSearchRetrieveRequest', SEARCH_ECHO, xQuery) + diagnostics(version, answer.diagnostics);
	if (version === '2.0')
		yield leaf('resultCountPrecision', 'info:srw/vocabulary/resultCountPrecision/1/exact') + facetedResults(answer.facets);
	yield '</searchRetrieveResponse>\n';
}

/** facetedResults.xsd: its element is of the response, what is in it of its own namespace. */
function facetedResults(facets: readonly AnsweredFacet[]): string {
	if (facets.length === 0) return '';
	const each = facets.map(({ label, index, terms }) => {
		const listed = terms.map(
			({ value, query, count }) =>
				`<term>${leaf('actualTerm', value)}${query === null ? '' : leaf('query', query)}${leaf('count', count)}</term>`,
		);
		return `<facet xmlns="${NEW}facetedResults">${leaf('facetDisplayLabel', label)}${leaf('index', index)}${leaf('relation', '=')}<terms>${listed.join('')}</terms></facet>`;
	});
	return `<facetedResults>${each.join('')}</facetedResults>`;
}

const packing = (version: SruVersion, how: Packing): string => leaf(version === '2.0' ? 'recordXMLEscaping' : 'recordPacking', how);

const utf8 = new TextDecoder();

function* writeRecord(version: SruVersion, opened: string, how: Packing, record: AnsweredRecord): Generator<string | Uint8Array> {
	const { position, identifier, data } = record;
	// recordIdentifier came with 1.2
	const named = identifier === null || version === '1.1' ? '' : leaf('recordIdentifier', identifier);
	const tail = `</recordData>${named}${leaf('recordPosition', position)}</record>`;
	if (typeof data === 'string' || data instanceof Uint8Array) {
		yield opened;
		yield how === 'xml' ? data : xmlText(typeof data === 'string' ? data : utf8.decode(data));
		yield tail;
		return;
	}
	const said = diagnostic(version, data);
	yield `<record>${leaf('recordSchema', DIAGNOSTIC_SCHEMA)}${packing(version, how)}<recordData>${how === 'string' ? xmlText(said) : said}${tail}`;
}

const SEARCH_ECHO = [
	'query',
	'startRecord',
	'maximumRecords',
	'recordPacking',
	'recordSchema',
	'recordXPath',
	'resultSetTTL',
	'sortKeys',
	'stylesheet',
];
const SCAN_ECHO = ['scanClause', 'responsePosition', 'maximumTerms', 'stylesheet'];

/** What was asked, in the order of the schema; only in 1.1 and 1.2. */
function echo({ version, parameters }: ParsedRequest, name: string, order: readonly string[], xQuery: string | null): string {
	if (version === '2.0') return '';
	const parts = order.map((one) => {
		const value = parameters.get(one);
		const sent = value === undefined ? '' : leaf(one, value);
		return one === 'query' && xQuery !== null ? `${sent}<xQuery>${xQuery}</xQuery>` : sent;
	});
	// a request without its query is not echoed: the schema wants one
	if (!parameters.has(order[0] as string)) return '';
	return `<${name}>${leaf('version', version)}${parts.join('')}</${name}>`;
}

/** explainResponse around a ZeeRex record. */
export function writeExplainResponse(parsed: ParsedRequest, how: Packing, record: string, all: readonly Refusal[]): string {
	const { version } = parsed;
	const data = how === 'string' ? xmlText(record) : record;
	const wrapped = `<record>${leaf('recordSchema', 'http://explain.z3950.org/dtd/2.0/')}${packing(version, how)}<recordData>${data}</recordData></record>`;
	return `${open(version, 'explain')}${wrapped}${diagnostics(version, all)}</explainResponse>\n`;
}

/** scanResponse. */
export function writeScanResponse(parsed: ParsedRequest, terms: readonly ScannedTerm[], all: readonly Refusal[]): string {
	const { version } = parsed;
	const each = terms.map(({ value, count }) => `<term>${leaf('value', value)}${leaf('numberOfRecords', count)}</term>`);
	const listed = each.length === 0 ? '' : `<terms>${each.join('')}</terms>`;
	return `${open(version, 'scan')}${listed}${echo(parsed, 'echoedScanRequest', SCAN_ECHO, null)}${diagnostics(version, all)}</scanResponse>\n`;
}
