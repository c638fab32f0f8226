import { AppError } from '../lib/errors.ts';
import { receivedUtf8 } from '../lib/undecoded.ts';
import { describeSruDiagnostic } from '../protocols/sru/diagnostics.ts';
import type { SruExplanation, SruRecord, SruResponse } from '../protocols/sru/response-reader.ts';
import type { OpenTargetOptions, TargetSource } from './open-target.ts';
import type { RawRecord } from './raw-record.ts';
import { type Counted, type Fetched, isUnsupported, type RecordTarget, type ScannedTerm, type SplitIndex } from './record-target.ts';
import type { SliceQuery } from './slice-query.ts';
import { type SearchPage, SruClient, SruError, UnreadableAnswer } from './sru-client.ts';
import { type TargetSettings, targetSettings } from './target-settings.ts';
import { xmlFormat } from './z3950-target.ts';

/** Every record, as CQL 1.2 says it; then as older servers take it. */
const ALL_QUERIES = ['cql.allRecords=1', 'cql.serverChoice=*', '*'];
/** Context sets of CQL: the record metadata set, Dublin Core, Bath. */
const INDEXES: readonly SplitIndex[] = [
	{ name: 'rec.lastModificationDate', values: 'days' },
	{ name: 'rec.creationDate', values: 'days' },
	{ name: 'dc.date', values: 'years' },
	{ name: 'date', values: 'years' },
];
const SCHEMAS = ['marcxml', 'info:srw/schema/1/marcxml-v1.1', 'dc', 'info:srw/schema/1/dc-v1.1'];
const OUT_OF_RANGE: ReadonlySet<number> = new Set([60, 61]);
const NO_SCHEMA: ReadonlySet<number> = new Set([66, 67]);

/** An SRU server as a catalogue handed out by position. */
export class SruTarget implements RecordTarget {
	readonly client: SruClient;
	readonly #settings: TargetSettings;
	#schemas: readonly (string | null)[];
	#all: string | null = null;
	readonly indexes: readonly SplitIndex[];
	readonly identifierIndex = 'rec.identifier';

	constructor(source: TargetSource, options: OpenTargetOptions) {
		this.#settings = targetSettings(source.settings);
		const { user, password = '', indexes } = this.#settings;
		this.client = new SruClient(source.url, options, user === undefined ? null : { user, password });
		this.#schemas = source.format === null || source.format === '' ? [...SCHEMAS, null] : [source.format];
		this.indexes =
			indexes?.map((name) => ({ name, values: /date|year/i.test(name) && !/modif|creat/i.test(name) ? 'years' : 'days' })) ?? INDEXES;
	}

	get where(): string {
		return this.client.where;
	}

	/** The schema that is asked for now; null leaves it to the server. */
	get schema(): string | null {
		return this.#schemas[0] ?? null;
	}

	async explain(): Promise<SruExplanation | null> {
		return await this.client.explain();
	}

	async count(query: SliceQuery): Promise<Counted> {
		try {
			const { numberOfRecords, precision } = await this.#search(await this.#cql(query), 1, 1);
			return { hits: numberOfRecords, doubtful: precision !== 'exact' };
		} catch (error) {
			if (error instanceof SruError && error.diagnostic.number === 60) return { hits: null, doubtful: true };
			throw error;
		}
	}

	async fetch(query: SliceQuery, start: number, count: number): Promise<Fetched> {
		try {
			const { records, numberOfRecords, diagnostics } = await this.#search(await this.#cql(query), start, count);
			if (records.length > 0) return { records: records.slice(0, count).map((one) => this.#raw(one)), hits: numberOfRecords };
			if (count > 1) return await this.fetch(query, start, 1);
			const reason = diagnostics[0] === undefined ? 'the server sent nothing and gave no reason' : describeSruDiagnostic(diagnostics[0]);
			return { records: [], silence: missing(reason), hits: numberOfRecords };
		} catch (error) {
			if (error instanceof UnreadableAnswer && count > 1) return await this.fetch(query, start, count >> 1);
			if (error instanceof UnreadableAnswer) return { records: [unreadable(error)], hits: null };
			if (!(error instanceof SruError)) throw error;
			const number = error.diagnostic.number ?? 0;
			// 6 for a startRecord that is too high by the server's own measure
			const beyond = OUT_OF_RANGE.has(number) || (number === 6 && start > 1);
			if (beyond && count > 1) return await this.fetch(query, start, count >> 1);
			if (beyond) return { records: [], hits: null, said: describeSruDiagnostic(error.diagnostic) };
			throw error;
		}
	}

	/** Not asked: few servers have it, and fewer get it right. */
	async scan(): Promise<readonly ScannedTerm[] | null> {
		return null;
	}

	close(): void {
		// each request has a connection of its own
	}

	/** A search in the first schema that the server has. */
	async #search(query: string, startRecord: number, maximumRecords: number): Promise<SruResponse> {
		for (;;) {
			const answer = await this.#searchIn(this.schema, { query, startRecord, maximumRecords });
			if (answer !== null) return answer;
			this.#schemas = this.#schemas.slice(1);
		}
	}

	/** Null when the server does not have the schema, and there is another to try: it says so once, or in place of each record. */
	async #searchIn(recordSchema: string | null, page: Omit<SearchPage, 'recordSchema'>): Promise<SruResponse | null> {
		const isLast = this.#schemas.length < 2;
		try {
			const answer = await this.client.search({ ...page, recordSchema });
			const nowhere = answer.records.length > 0 && answer.records.every(({ diagnostic }) => NO_SCHEMA.has(diagnostic?.number ?? 0));
			return nowhere && !isLast ? null : answer;
		} catch (error) {
			if (isLast || !(error instanceof SruError) || !NO_SCHEMA.has(error.diagnostic.number ?? 0)) throw error;
			return null;
		}
	}

	#raw({ data, identifier, diagnostic }: SruRecord): RawRecord {
		if (diagnostic !== null) return missing(describeSruDiagnostic(diagnostic));
		const bytes = receivedUtf8(data);
		const format = xmlFormat(bytes);
		if (data === '') return missing('the record is empty');
		// MARC has a number of its own, and it is that which stays when a catalogue moves
		return { format, bytes, identifier: format === 'oai_dc' ? identifier : '', problem: null };
	}

	async #cql(query: SliceQuery): Promise<string> {
		const { filter } = this.#settings;
		const text = await this.#text(query);
		return filter === undefined ? text : `(${filter}) and (${text})`;
	}

	async #text(query: SliceQuery): Promise<string> {
		switch (query.kind) {
			case 'all':
				this.#all ??= await this.#findAll();
				return this.#all;
			case 'term':
				return `${query.index}=${quoted(query.term)}`;
			case 'range': {
				const from = query.low === null ? [] : [`${query.index}>=${quoted(query.low)}`];
				const upTo = query.high === null ? [] : [`${query.index}<=${quoted(query.high)}`];
				return `(${[...from, ...upTo].join(' and ')})`;
			}
			default:
				return `(${await this.#text(query.left)} ${query.kind} ${await this.#text(query.right)})`;
		}
	}

	async #findAll(): Promise<string> {
		const { allQuery } = this.#settings;
		if (allQuery !== undefined) return allQuery;
		let refused: unknown = null;
		for (const query of ALL_QUERIES) {
			try {
				const { numberOfRecords } = await this.#search(query, 1, 1);
				if ((numberOfRecords ?? 0) > 0) return query;
			} catch (error) {
				if (error instanceof SruError && error.diagnostic.number === 60) return query;
				if (!isUnsupported(error)) throw error;
				refused ??= error;
			}
		}
		if (refused === null) return ALL_QUERIES[0] as string;
		throw new AppError('sru-error', `${this.where} takes no query for all records: ${(refused as Error).message}`, {
			hint: 'set allQuery of the source to a CQL query that finds every record',
		});
	}
}

const quoted = (term: string): string => `"${term.replace(/["\\]/g, '\\$&')}"`;

/** The one record that makes an answer unreadable, with the answer as it was received. */
const unreadable = ({ text, message }: UnreadableAnswer): RawRecord => ({
	format: 'marcxml',
	bytes: receivedUtf8(text),
	identifier: '',
	problem: { code: 'answer-unreadable', reason: message },
});

const missing = (reason: string): RawRecord => ({
	format: 'marcxml',
	bytes: new Uint8Array(0),
	identifier: '',
	problem: { code: 'not-delivered', reason },
});
