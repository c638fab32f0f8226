import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { writeBer } from '../protocols/ber/write.ts';
import { describeDiagnostic } from '../protocols/z3950/diagnostics.ts';
import { OPTION } from '../protocols/z3950/init.ts';
import { BIB1_ATTRIBUTES, SYNTAX, type SyntaxName, syntaxName } from '../protocols/z3950/oids.ts';
import { PqfError, parsePqf } from '../protocols/z3950/pqf.ts';
import type { ResponseRecord } from '../protocols/z3950/records.ts';
import type { Attribute, Rpn, RpnQuery } from '../protocols/z3950/rpn.ts';
import { looksLikeXml, type RawFormat, type RawRecord } from './raw-record.ts';
import { type Counted, type Fetched, isUnsupported, type RecordTarget, type ScannedTerm, type SplitIndex } from './record-target.ts';
import type { SliceQuery } from './slice-query.ts';
import { type TargetSettings, termDecoder, termEncoder } from './target-settings.ts';
import { type Presented, TargetError, type Z3950Client } from './z3950-client.ts';

/** Every record: what Zebra takes, then what other targets do (AlwaysMatches on any, on the control number, on the title). */
const ALL_QUERIES = [
	'@attr 1=_ALLRECORDS @attr 2=103 ""',
	'@attr 1=1016 @attr 2=103 ""',
	'@attr 1=12 @attr 2=103 ""',
	'@attr 1=4 @attr 2=103 ""',
];
/** Date of change, date of entry, control number, year of publication (Bib-1 use attributes). */
const INDEXES: readonly SplitIndex[] = [
	{ name: '1012', values: 'days' },
	{ name: '1011', values: 'days' },
	{ name: '12', values: 'terms' },
	{ name: '31', values: 'years' },
];
const CONTROL_NUMBER = '12';
/** Relations (Bib-1): less or equal, greater or equal. */
const UP_TO = 2;
const FROM = 4;
const PHRASE: Attribute = { type: 4, value: 1 };
/** Too many records, resources exhausted: a smaller slice may do. */
const TOO_MANY: ReadonlySet<number> = new Set([12, 31, 32, 33, 1031]);
const OUT_OF_RANGE: ReadonlySet<number> = new Set([12, 13, 31, 32, 33, 1031]);
const NO_ELEMENT_SETS: ReadonlySet<number> = new Set([24, 25]);
const NOT_IN_SYNTAX: ReadonlySet<number> = new Set([106, 227, 238, 239]);

/** The syntaxes asked for, in order, for the format that the source names. AppError usage for one that is refused by name. */
export function syntaxesFor(format: string | null): readonly SyntaxName[] {
	const name = (format ?? '').toLowerCase();
	if (name === '') return ['usmarc', 'xml'];
	if (name === 'usmarc' || name === 'marc21' || name === 'iso2709') return ['usmarc'];
	if (name === 'xml' || name === 'marcxml') return ['xml'];
	if (name === 'opac') return ['opac', 'usmarc'];
	throw new AppError('usage', `records in ${format} are not read`, {
		hint: `${name === 'sutrs' ? 'SUTRS is plain text without fields; ' : ''}choose usmarc, xml or opac`,
	});
}

export interface Z3950TargetOptions {
	readonly client: Z3950Client;
	readonly settings: TargetSettings;
	readonly format: string | null;
}

/** A Z39.50 target as a catalogue handed out by position. */
export class Z3950Target implements RecordTarget {
	readonly #client: Z3950Client;
	readonly #settings: TargetSettings;
	readonly #encode: (term: string) => Uint8Array;
	readonly #queries = new Map<string, RpnQuery>();
	#syntaxes: readonly SyntaxName[];
	#elements: string | null = 'F';
	#all: Rpn | null = null;
	/** Whether records have come, so that one which is not to be had in this syntax is the matter of that record. */
	#hasDelivered = false;
	readonly indexes: readonly SplitIndex[];
	readonly identifierIndex = CONTROL_NUMBER;

	constructor({ client, settings, format }: Z3950TargetOptions) {
		this.#client = client;
		this.#settings = settings;
		this.#encode = termEncoder(settings);
		this.#syntaxes = syntaxesFor(format);
		this.indexes =
			settings.indexes?.map((name) => INDEXES.find((one) => one.name === name) ?? { name, values: 'terms' as const }) ?? INDEXES;
	}

	get where(): string {
		return this.#client.where;
	}

	/** The syntax that is asked for now. */
	get syntax(): SyntaxName {
		return this.#syntaxes[0] ?? 'usmarc';
	}

	async count(query: SliceQuery): Promise<Counted> {
		try {
			const { hits, doubtful } = await this.#client.search(await this.#query(query));
			return { hits, doubtful };
		} catch (error) {
			if (error instanceof TargetError && TOO_MANY.has(error.diagnostic.condition)) return { hits: null, doubtful: true };
			throw error;
		}
	}

	async fetch(query: SliceQuery, start: number, count: number): Promise<Fetched> {
		const rpn = await this.#query(query);
		const answer = await this.#presentIn(rpn, start, count);
		if (answer.records.length > 0) {
			this.#hasDelivered = true;
			return { records: answer.records.map((record) => this.#raw(record)), hits: answer.hits };
		}
		const condition = answer.diagnostic?.condition ?? 0;
		// the range may end beyond what there is; or one record is in the way of the others
		if (count > 1) return await this.fetch(query, start, OUT_OF_RANGE.has(condition) ? count >> 1 : 1);
		const said = answer.diagnostic === null ? undefined : describeDiagnostic(answer.diagnostic);
		if (OUT_OF_RANGE.has(condition)) return { records: [], hits: null, ...(said === undefined ? {} : { said }) };
		const reason = said ?? 'the target sent nothing and gave no reason';
		return { records: [], silence: missing(reason), hits: null };
	}

	async scan(index: string, from: string, count: number): Promise<readonly ScannedTerm[] | null> {
		if (!(await this.#client.supports(OPTION.scan))) return null;
		const attributes = [{ type: 1, value: useOf(index) }, PHRASE];
		const terms = await this.#client.scan({ kind: 'term', attributes, term: this.#encode(from) }, count);
		const decode = termDecoder(this.#settings);
		// a term in another encoding cannot be sent back
		if (terms.some(({ term }) => term instanceof Uint8Array && decode(term).includes('\ufffd'))) return null;
		return terms.flatMap(({ term, occurrences }) => {
			const text = term instanceof Uint8Array ? decode(term) : term === null ? '' : String(term);
			return text === '' ? [] : [{ term: text, occurrences: occurrences ?? null }];
		});
	}

	close(): void {
		this.#client.close();
	}

	/** A Present in the first syntax that the target has, with an element set if it takes one. */
	async #presentIn(rpn: RpnQuery, start: number, count: number): Promise<Presented> {
		for (;;) {
			const answer = await this.#client.present(rpn, { start, count, syntax: SYNTAX[this.syntax], elements: this.#elements });
			const diagnostic = answer.diagnostic ?? onlyDiagnostic(answer.records);
			if (diagnostic === null) return answer;
			if (NO_ELEMENT_SETS.has(diagnostic.condition) && this.#elements !== null) this.#elements = null;
			else if (NOT_IN_SYNTAX.has(diagnostic.condition) && this.#syntaxes.length > 1) this.#syntaxes = this.#syntaxes.slice(1);
			else if (NOT_IN_SYNTAX.has(diagnostic.condition) && start === 1 && !this.#hasDelivered)
				throw new TargetError(this.where, `records in ${this.syntax}`, diagnostic);
			else return answer;
		}
	}

	#raw(one: ResponseRecord): RawRecord {
		if (one.kind === 'diagnostic') return missing(describeDiagnostic(one.diagnostic));
		const { oid, octets, value } = one.record;
		const name = syntaxName(oid ?? SYNTAX[this.syntax]);
		if (name === 'opac' && value !== null) return { format: 'opac', bytes: writeBer(value), identifier: '', problem: null };
		if ((name === 'usmarc' || name === 'xml') && octets !== null) {
			// their memory is that of the whole answer
			return { format: looksLikeXml(octets) ? xmlFormat(octets) : 'iso2709', bytes: octets, identifier: '', problem: null };
		}
		const bytes = octets ?? (value === null ? new Uint8Array(0) : writeBer(value));
		const reason = `the target sent ${name.toUpperCase()}, which is not read: choose another format`;
		return { format: 'iso2709', bytes, identifier: '', problem: { code: 'syntax-refused', reason } };
	}

	/** One object for each slice, so that the client can tell whether it is the set that it has. */
	async #query(query: SliceQuery): Promise<RpnQuery> {
		const key = JSON.stringify(query);
		let rpn = this.#queries.get(key);
		if (rpn === undefined) {
			const root = await this.#rpn(query);
			const { filter } = this.#settings;
			const filtered: Rpn = filter === undefined ? root : { kind: 'and', left: this.#parse('filter', filter).root, right: root };
			rpn = { attributeSet: BIB1_ATTRIBUTES, root: filtered };
			if (this.#queries.size > 100) this.#queries.clear();
			this.#queries.set(key, rpn);
		}
		return rpn;
	}

	async #rpn(query: SliceQuery): Promise<Rpn> {
		switch (query.kind) {
			case 'all':
				this.#all ??= await this.#findAll();
				return this.#all;
			case 'term':
				return this.#term(query.index, [PHRASE], query.term);
			case 'range': {
				const { index, low, high } = query;
				const from = low === null ? null : this.#term(index, [{ type: 2, value: FROM }], low);
				const upTo = high === null ? null : this.#term(index, [{ type: 2, value: UP_TO }], high);
				if (from === null || upTo === null) return from ?? upTo ?? (await this.#rpn({ kind: 'all' }));
				return { kind: 'and', left: from, right: upTo };
			}
			default:
				return {
					kind: query.kind === 'not' ? 'and-not' : query.kind,
					left: await this.#rpn(query.left),
					right: await this.#rpn(query.right),
				};
		}
	}

	#term(index: string, attributes: readonly Attribute[], term: string): Rpn {
		return { kind: 'term', attributes: [{ type: 1, value: useOf(index) }, ...attributes], term: this.#encode(term) };
	}

	/** The first query for all records that the target takes. */
	async #findAll(): Promise<Rpn> {
		const { allQuery } = this.#settings;
		if (allQuery !== undefined) return this.#parse('allQuery', allQuery).root;
		let refused: unknown = null;
		let findsNothing: Rpn | null = null;
		for (const text of ALL_QUERIES) {
			const query = parsePqf(text, this.#encode);
			try {
				const { hits } = await this.#client.search(query);
				if (hits > 0) return query.root;
				findsNothing ??= query.root;
			} catch (error) {
				if (error instanceof TargetError && TOO_MANY.has(error.diagnostic.condition)) return query.root;
				if (!isUnsupported(error)) throw error;
				refused ??= error;
			}
		}
		if (findsNothing !== null) return findsNothing;
		throw refused;
	}

	#parse(name: string, text: string): RpnQuery {
		try {
			return parsePqf(text, this.#encode);
		} catch (error) {
			if (!(error instanceof PqfError)) throw error;
			throw new AppError('usage', `the setting ${name} is no query in prefix notation: ${error.message}`, {
				hint: 'for example @attr 1=1016 @attr 2=103 ""',
			});
		}
	}
}

const useOf = (index: string): number | string => (/^\d{1,6}$/.test(index) ? Number(index) : index);

const missing = (reason: string): RawRecord => ({
	format: 'iso2709',
	bytes: new Uint8Array(0),
	identifier: '',
	problem: { code: 'not-delivered', reason: reason.slice(0, LIMITS.identifierBytesMax) },
});

/** The diagnostic that stands in the place of every record of an answer, or null. */
function onlyDiagnostic(records: readonly ResponseRecord[]): Presented['diagnostic'] {
	const first = records[0];
	return first?.kind === 'diagnostic' && records.every((one) => one.kind === 'diagnostic') ? first.diagnostic : null;
}

/** MARCXML or Dublin Core, told by the elements at the beginning. */
export function xmlFormat(bytes: Uint8Array): RawFormat {
	const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2_000)).toString('latin1');
	return /<(?:[\w.-]+:)?(?:leader|controlfield|datafield)[\s>]/.test(head) ? 'marcxml' : 'oai_dc';
}
