import type { Reading } from '../../catalogue/reading.ts';
import { type Bib1Refusal, presentHits, type ResultSet, scanRpn, searchRpn, sortResultSet } from '../../catalogue/result-set.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Apdu } from '../../protocols/z3950/apdu.ts';
import type { DeleteRequest, DeleteResponse } from '../../protocols/z3950/delete.ts';
import type { Diagnostic } from '../../protocols/z3950/diagnostics.ts';
import { type Authentication, type InitRequest, type InitResponse, OPTION } from '../../protocols/z3950/init.ts';
import { BIB1_ATTRIBUTES, BIB1_DIAGNOSTICS } from '../../protocols/z3950/oids.ts';
import type { Records, ResponseRecord } from '../../protocols/z3950/records.ts';
import type { ScanRequest, ScanResponse } from '../../protocols/z3950/scan.ts';
import type { PresentRequest, PresentResponse, SearchRequest, SearchResponse } from '../../protocols/z3950/search.ts';
import type { SortRequest, SortResponse } from '../../protocols/z3950/sort.ts';
import { recordForm, responseRecord } from './records.ts';
import { sizeOf } from './size.ts';

export interface SessionDeps {
	readonly reading: Reading;
	/** Whose the record ids are: MARC 003. */
	readonly agency: string;
	/** The library served under a code; undefined when there is none. */
	readonly libraryServed: (code: string) => Promise<string | undefined>;
	/** Why the client may not begin a session with what it sends; null when it may. */
	readonly refusal: (authentication: Authentication | undefined) => Promise<Bib1Refusal | null>;
}

/** A result set, the database it was found in, and whether USMARC is wanted in MARC-8 from there. */
interface Kept {
	readonly set: ResultSet;
	readonly database: string;
	readonly marc8: boolean;
}

/** A database whose name ends so is the same one, with records in MARC-8. */
const MARC8_SUFFIX = /_MARC8$/i;
/** Names of the database that is the whole union; case does not matter. */
const UNION_NAMES: ReadonlySet<string> = new Set(['default', 'union', 'lienthong']);
const OPTIONS = [OPTION.search, OPTION.present, OPTION.delete, OPTION.scan, OPTION.sort, OPTION.namedResultSets];
const DEFAULT_BYTES = 1_048_576;

const PRESENT = { success: 0, messageSize: 2, resources: 4, failure: 5 } as const;

class Refused extends Error {
	readonly refusal: Bib1Refusal;

	constructor(condition: number, addinfo: string) {
		super(addinfo);
		this.refusal = { condition, addinfo };
	}
}

const diagnostic = ({ condition, addinfo }: Bib1Refusal): Diagnostic => ({ set: BIB1_DIAGNOSTICS, condition, addinfo });
const inPlace = (refusal: Bib1Refusal): Records => ({ kind: 'diagnostics', diagnostics: [diagnostic(refusal)] });

/** One session of a client of Z39.50 (ISO 23950) with this catalogue: what is answered to each of its requests, one at a time. */
export class Z3950ServerSession {
	readonly #deps: SessionDeps;
	readonly #sets = new Map<string, Kept>();
	#options: ReadonlySet<number> | null = null;
	#preferredBytes = DEFAULT_BYTES;
	#exceptionalBytes: number = LIMITS.z3950AnswerBytesMax;

	constructor(deps: SessionDeps) {
		this.#deps = deps;
	}

	/** The answer to a request; a Close when the session ends with it, null for what needs none. */
	async answer(request: Apdu): Promise<Apdu | null> {
		const { referenceId } = request;
		const answered = await this.#answer(request);
		return answered === null || referenceId === undefined ? answered : { ...answered, referenceId };
	}

	async #answer(request: Apdu): Promise<Apdu | null> {
		if (request.kind === 'close') return { kind: 'close', reason: 0 };
		if (request.kind === 'initRequest')
			return this.#options === null ? await this.#init(request) : { kind: 'close', reason: 6, text: 'there was an Init already' };
		if (this.#options === null) return { kind: 'close', reason: 6, text: 'the first request must be an Init' };
		switch (request.kind) {
			case 'searchRequest':
				return await this.#search(request);
			case 'presentRequest':
				return await this.#present(request);
			case 'scanRequest':
				return await this.#scan(request);
			case 'sortRequest':
				return await this.#sort(request);
			case 'deleteRequest':
				return this.#delete(request);
			case 'resourceControlResponse':
				return null;
			default:
				return { kind: 'close', reason: 6, text: `${request.kind} is no request of a client` };
		}
	}

	/** Everybody is let in; who says a name and password is, too. Sizes of 0 are no limit. */
	async #init(request: InitRequest): Promise<InitResponse> {
		const refusal = await this.#deps.refusal(request.authentication);
		const answer = this.#agreed(request);
		if (refusal === null) return answer;
		this.#options = null;
		return { ...answer, accepted: false, diagnostic: diagnostic(refusal) };
	}

	/** What both sides can do, and how large messages may be. */
	#agreed(request: InitRequest): InitResponse {
		this.#options = new Set(OPTIONS.filter((option) => request.options.has(option)));
		const { preferredMessageSize: preferred, exceptionalRecordSize: exceptional } = request;
		this.#exceptionalBytes = Math.min(
			exceptional > 0 ? Math.max(exceptional, preferred) : LIMITS.z3950AnswerBytesMax,
			LIMITS.z3950AnswerBytesMax,
		);
		this.#preferredBytes = Math.min(preferred > 0 ? preferred : DEFAULT_BYTES, this.#exceptionalBytes);
		const negotiated = request.charset?.role === 'proposal' && request.charset.utf8;
		return {
			kind: 'initResponse',
			protocolVersion: new Set([0, 1, 2].filter((bit) => request.protocolVersion.has(bit))),
			options: negotiated ? new Set([...this.#options, OPTION.negotiation]) : this.#options,
			preferredMessageSize: this.#preferredBytes,
			exceptionalRecordSize: this.#exceptionalBytes,
			accepted: true,
			implementationName: 'lienthong',
			...(negotiated ? { charset: { role: 'response', utf8: true, records: true } as const } : {}),
		};
	}

	async #search(request: SearchRequest): Promise<SearchResponse> {
		const name = request.resultSetName;
		try {
			this.#checkName(name, request.replaceIndicator ?? true);
			// a search that fails leaves no set under its name
			this.#sets.delete(name);
			const { library, database, marc8 } = await this.#database(request.databaseNames);
			const set = await searchRpn(this.#deps.reading, request.query, library, (operand) => this.#sets.get(operand)?.set);
			if ('refused' in set) throw new Refused(set.refused.condition, set.refused.addinfo);
			const kept = { set, database, marc8 };
			this.#sets.set(name, kept);
			return await this.#found(request, kept);
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			return {
				kind: 'searchResponse',
				resultCount: 0,
				returned: 0,
				nextPosition: 1,
				success: false,
				resultSetStatus: 3,
				records: inPlace(error.refusal),
			};
		}
	}

	/** The count, and the records that come with it at once (§3.2.2.1.4): all of a small set, some of a medium one, none of a large one. */
	async #found(request: SearchRequest, kept: Kept): Promise<SearchResponse> {
		const { total } = kept.set;
		const answer = { kind: 'searchResponse', resultCount: total, success: true } as const;
		const isSmall = total <= (request.smallSetUpperBound ?? 0);
		const wanted = isSmall ? total : total < (request.largeSetLowerBound ?? 1) ? Math.min(request.mediumSetPresentNumber ?? 0, total) : 0;
		if (wanted === 0) return { ...answer, returned: 0, nextPosition: total === 0 ? 0 : 1 };
		const elements = isSmall ? request.smallSetElements : request.mediumSetElements;
		const { kind: _, ...presented } = await this.#records(kept, 1, wanted, request.recordSyntax, elements);
		return { ...answer, ...presented };
	}

	#checkName(name: string, mayReplace: boolean): void {
		if (name !== 'default' && !this.#options?.has(OPTION.namedResultSets)) throw new Refused(22, name);
		if (!mayReplace && this.#sets.has(name)) throw new Refused(21, name);
		if (this.#sets.size >= LIMITS.resultSetsMax && !this.#sets.has(name))
			throw new Refused(112, `a session keeps ${LIMITS.resultSetsMax} result sets: delete some`);
	}

	async #database(names: readonly string[]): Promise<{ readonly library: string | null } & Omit<Kept, 'set'>> {
		const [database = 'Default', ...more] = names;
		if (more.length > 0) throw new Refused(111, '1');
		const marc8 = MARC8_SUFFIX.test(database);
		const name = database.replace(MARC8_SUFFIX, '');
		if (UNION_NAMES.has(name.toLowerCase())) return { library: null, database, marc8 };
		const library = name.includes('\0') ? undefined : await this.#deps.libraryServed(name);
		if (library === undefined) throw new Refused(235, database);
		return { library, database, marc8 };
	}

	async #present(request: PresentRequest): Promise<PresentResponse> {
		const kept = this.#sets.get(request.resultSetName);
		if (kept === undefined) return refusePresent({ condition: 30, addinfo: request.resultSetName });
		const { start, count } = request;
		if (start < 1 || count < 0 || start + count - 1 > kept.set.total)
			return refusePresent({ condition: 13, addinfo: `${start}+${count}, of ${kept.set.total}` });
		return await this.#records(kept, start, count, request.recordSyntax, request.elements);
	}

	/** Records from a position on, as many as fit into the message. */
	async #records(
		{ set, database, marc8 }: Kept,
		start: number,
		count: number,
		syntax: string | undefined,
		elements: string | undefined,
	): Promise<PresentResponse> {
		const form = recordForm(syntax, elements, marc8);
		if (typeof form === 'number') return refusePresent({ condition: form, addinfo: form === 25 ? (elements ?? '') : (syntax ?? '') });
		const wanted = Math.min(count, LIMITS.z3950PresentRecordsMax);
		const hits = await presentHits(this.#deps.reading, set, start, wanted);
		if ('refused' in hits) return refusePresent(hits.refused);
		const records: ResponseRecord[] = [];
		let bytes = 0;
		for (const hit of hits) {
			const record = this.#fitting(responseRecord(hit, form, database, this.#deps.agency));
			bytes += sizeOf(record);
			if (bytes > this.#preferredBytes && records.length > 0) break;
			records.push(record);
		}
		const next = start + records.length;
		const presentStatus =
			records.length === count ? PRESENT.success : records.length < hits.length ? PRESENT.messageSize : PRESENT.resources;
		return {
			kind: 'presentResponse',
			returned: records.length,
			nextPosition: next > set.total ? 0 : next,
			presentStatus,
			...(records.length === 0 ? {} : { records: { kind: 'records', records } }),
		};
	}

	/** A record that the client would not take even alone is a diagnostic in its place. */
	#fitting(record: ResponseRecord): ResponseRecord {
		const bytes = sizeOf(record);
		if (bytes <= this.#exceptionalBytes) return record;
		return { kind: 'diagnostic', diagnostic: diagnostic({ condition: 17, addinfo: String(bytes) }) };
	}

	async #scan(request: ScanRequest): Promise<ScanResponse> {
		const { count, stepSize = 0, position = 1 } = request;
		const refuse = (refusal: Bib1Refusal): ScanResponse => ({
			kind: 'scanResponse',
			status: 6,
			returned: 0,
			entries: { diagnostics: [diagnostic(refusal)] },
		});
		if (stepSize !== 0) return refuse({ condition: 205, addinfo: String(stepSize) });
		if (count < 0 || count > LIMITS.scanAnswerTermsMax)
			return refuse({ condition: 31, addinfo: `at most ${LIMITS.scanAnswerTermsMax} terms` });
		if (position < 0 || position > count + 1) return refuse({ condition: 228, addinfo: String(position) });
		try {
			const { library } = await this.#database(request.databaseNames);
			const before = Math.max(0, position - 1);
			const asked = { library, before, count: count - before };
			const found = await scanRpn(this.#deps.reading, request.attributeSet ?? BIB1_ATTRIBUTES, request.start, asked);
			if ('refused' in found) return refuse(found.refused);
			const { terms } = found;
			const entries = terms.map(({ value, count: occurrences }) => ({
				kind: 'term' as const,
				info: { term: Buffer.from(value), display: value, occurrences },
			}));
			// 5: the list ended before as many terms as were asked for
			const status = terms.length < count ? 5 : 0;
			return { kind: 'scanResponse', stepSize: 0, status, returned: terms.length, position: found.position, entries: { entries } };
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			return refuse(error.refusal);
		}
	}

	async #sort(request: SortRequest): Promise<SortResponse> {
		const refuse = (condition: number, addinfo: string): SortResponse => ({
			kind: 'sortResponse',
			status: 2,
			diagnostics: [diagnostic({ condition, addinfo })],
		});
		const [input = ''] = request.inputs;
		const kept = this.#sets.get(input);
		if (request.inputs.length !== 1) return refuse(230, '1');
		if (kept === undefined) return refuse(30, input);
		const [spec] = request.keys;
		if (spec === undefined || request.keys.length > 1) return refuse(207, 'one sort key at a time');
		if (spec.relation !== 0 && spec.relation !== 1) return refuse(211, String(spec.relation));
		try {
			this.#checkName(request.output, true);
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			return refuse(error.refusal.condition, error.refusal.addinfo);
		}
		const set = await sortResultSet(this.#deps.reading, kept.set, spec.key, spec.relation === 1);
		if ('refused' in set) return refuse(set.refused.condition, set.refused.addinfo);
		this.#sets.set(request.output, { ...kept, set });
		return { kind: 'sortResponse', status: 0, resultCount: set.total };
	}

	#delete(request: DeleteRequest): DeleteResponse {
		if (request.function === 1) {
			this.#sets.clear();
			return { kind: 'deleteResponse', status: 0 };
		}
		const statuses = (request.sets ?? []).map((set) => ({ set, status: this.#sets.delete(set) ? 0 : 1 }));
		return { kind: 'deleteResponse', status: statuses.some(({ status }) => status !== 0) ? 1 : 0, statuses };
	}
}

const refusePresent = (refusal: Bib1Refusal): PresentResponse => ({
	kind: 'presentResponse',
	returned: 0,
	nextPosition: 0,
	presentStatus: PRESENT.failure,
	records: inPlace(refusal),
});
