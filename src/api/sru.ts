import type { CqlFacet } from '../catalogue/cql-facets.ts';
import { describeIndexes, describeSets } from '../catalogue/describe-cql.ts';
import type { Reading } from '../catalogue/reading.ts';
import { findRecordSchema, RECORD_SCHEMAS } from '../catalogue/render-schema.ts';
import { scanCql } from '../catalogue/scan-terms.ts';
import { type CqlHit, searchCql } from '../catalogue/search-cql.ts';
import { LIMITS } from '../lib/limits.ts';
import { CqlError } from '../protocols/cql/error.ts';
import { parseCql } from '../protocols/cql/parser.ts';
import type { CqlQuery } from '../protocols/cql/tree.ts';
import { printXcql, XCQL_1 } from '../protocols/cql/xcql.ts';
import type { SruVersion } from '../protocols/sru/request.ts';
import { writeExplanation } from '../protocols/sru/server/explain.ts';
import {
	DEFAULT_RECORDS,
	type ParsedRequest,
	parseSruRequest,
	type Refusal,
	type ScanRequest,
	type SearchRetrieveRequest,
} from '../protocols/sru/server/parameters.ts';
import {
	type AnsweredFacet,
	type SearchAnswer,
	writeExplainResponse,
	writeScanResponse,
	writeSearchResponse,
} from '../protocols/sru/server/response.ts';

/** What one SRU address serves: the union, or the titles of it that one library has. */
export interface SruDatabase {
	/** Code of the library; null for the union, undefined for an address where there is none. */
	readonly library: string | null | undefined;
	readonly name: string;
	readonly url: string;
}

const DEFAULT_SCHEMA = 'marcxml';
const schemaUri = (name: keyof typeof RECORD_SCHEMAS): string => RECORD_SCHEMAS[name].identifiers[0];

export interface SruAnswer {
	readonly version: SruVersion;
	readonly xml: Iterable<string | Uint8Array>;
}

/** Answers SRU requests; every answer, refusals included, is the text of a response with HTTP status 200. */
export class SruServer {
	readonly #reading: Reading;
	readonly #agency: string;

	/** `agency` is whose the record ids are: MARC 003. */
	constructor(reading: Reading, agency: string) {
		this.#reading = reading;
		this.#agency = agency;
	}

	async answer(database: SruDatabase, pairs: Iterable<readonly [string, string]>): Promise<SruAnswer> {
		const parsed = parseSruRequest(pairs);
		const { request, version, refusals } = parsed;
		if (database.library === undefined) return { version, xml: refuse(parsed, [{ number: 235, details: database.name }]) };
		if (request === null) return { version, xml: refuse(parsed, refusals) };
		if (request.operation === 'explain')
			return { version, xml: [writeExplainResponse(parsed, request.packing, explanation(database, version), parsed.remarks)] };
		if (request.operation === 'scan') return { version, xml: await this.#scan(database.library, parsed, request) };
		return { version, xml: await this.#search(database.library, parsed, request) };
	}

	/** The answer to a request whose parameters could not be read. */
	refuseUnread(refusal: Refusal): SruAnswer {
		const parsed = parseSruRequest([
			['operation', 'searchRetrieve'],
			['version', '1.2'],
		]);
		return { version: parsed.version, xml: refuse(parsed, [refusal]) };
	}

	async #search(library: string | null, parsed: ParsedRequest, request: SearchRetrieveRequest): Promise<SruAnswer['xml']> {
		const schema = request.recordSchema === null ? DEFAULT_SCHEMA : findRecordSchema(request.recordSchema);
		if (schema === undefined) return refuse(parsed, [{ number: 66, details: request.recordSchema ?? '' }]);
		const query = request.queryType === 'searchTerms' ? { cql: null } : readCql(request.query);
		if ('number' in query) return refuse(parsed, [query]);
		const found = await searchCql(this.#reading, {
			query: query.cql ?? request.query,
			sortKeys: request.sortKeys,
			library,
			offset: request.startRecord - 1,
			limit: request.maximumRecords,
			schema,
			facets: request.facets,
			agency: this.#agency,
		});
		if ('refused' in found) return refuse(parsed, [found.refused]);
		const { total, hits } = found;
		if (total > 0 && request.startRecord > total) return refuse(parsed, [{ number: 61, details: String(request.startRecord) }], total);
		const next = request.startRecord + hits.length;
		const answer: SearchAnswer = {
			numberOfRecords: total,
			schema: schemaUri(schema),
			packing: request.packing,
			records: hits.map((hit, i) => ({ position: request.startRecord + i, identifier: hit.id, data: recordData(hit) })),
			nextRecordPosition: next <= total ? next : null,
			diagnostics: parsed.remarks,
			facets: found.facets.map((facet) => answeredFacet(facet, query.cql === null || query.cql.sort.length > 0 ? null : request.query)),
		};
		return writeSearchResponse(parsed, answer, query.cql === null ? null : printXcql(query.cql, XCQL_1));
	}

	async #scan(library: string | null, parsed: ParsedRequest, request: ScanRequest): Promise<SruAnswer['xml']> {
		const { responsePosition, maximumTerms } = request;
		if (responsePosition > maximumTerms + 1) return refuse(parsed, [{ number: 120, details: String(responsePosition) }]);
		const clause = readCql(request.scanClause);
		if ('number' in clause) return refuse(parsed, [clause]);
		// the term asked for stands at that position; at 0 the list begins after it
		const before = Math.max(0, responsePosition - 1);
		const found = await scanCql(this.#reading, clause.cql, {
			library,
			before,
			count: maximumTerms - before,
			after: responsePosition === 0,
		});
		return 'refused' in found ? refuse(parsed, [found.refused]) : [writeScanResponse(parsed, found.terms, parsed.remarks)];
	}
}

function readCql(text: string): { readonly cql: CqlQuery } | Refusal {
	try {
		return { cql: parseCql(text) };
	} catch (error) {
		if (!(error instanceof CqlError)) throw error;
		const { number, message, position } = error;
		return { number, details: `${message} (character ${position})` };
	}
}

const recordData = ({ id, state, record }: CqlHit): string | Uint8Array | Refusal => {
	if (record !== null) return record;
	return state === 'gone' ? { number: 65, details: id } : { number: 68, details: id };
};

/** A facet with a query for each term, where one is as exact as the count; `query` null where nothing can be put behind it. */
function answeredFacet({ label, index, exact, terms }: CqlFacet, query: string | null): AnsweredFacet {
	const narrowed = (value: string): string | null =>
		exact && query !== null ? `(${query}) and ${index}="${value.replace(/["\\*?^]/g, '\\$&')}"` : null;
	return { label, index, terms: terms.map(({ value, count }) => ({ value, count, query: narrowed(value) })) };
}

/** An answer with nothing but what is wrong. */
function refuse(parsed: ParsedRequest, refusals: readonly Refusal[], numberOfRecords = 0): SruAnswer['xml'] {
	const diagnostics = [...refusals, ...parsed.remarks];
	if (parsed.operation === 'scan') return [writeScanResponse(parsed, [], diagnostics)];
	// an explain that cannot be answered has no record, which its own schema wants
	return writeSearchResponse(
		parsed,
		{ numberOfRecords, schema: '', packing: 'xml', records: [], nextRecordPosition: null, diagnostics, facets: [] },
		null,
	);
}

function explanation({ library, name, url }: SruDatabase, version: SruVersion): string {
	const { protocol, hostname, port, pathname } = new URL(url);
	const transport = protocol === 'https:' ? 'https' : 'http';
	return writeExplanation(
		{
			transport,
			host: hostname,
			port: port === '' ? (transport === 'https' ? 443 : 80) : Number(port),
			database: pathname.slice(1),
			title: name,
			description:
				library === null
					? { vi: 'Mục lục liên hợp của các thư viện', en: 'A union catalogue of libraries' }
					: {
							vi: `Các nhan đề trong mục lục liên hợp mà thư viện ${library} có`,
							en: `The titles of the union catalogue that library ${library} has`,
						},
			sets: describeSets(),
			indexes: describeIndexes(),
			schemas: Object.entries(RECORD_SCHEMAS).map(([short, { identifiers, title }]) => ({
				name: short,
				identifier: identifiers[0],
				title,
			})),
			defaultRecords: DEFAULT_RECORDS,
			maximumRecords: LIMITS.sruRecordsMax,
		},
		version,
	);
}
