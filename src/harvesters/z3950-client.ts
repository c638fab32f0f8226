import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import { type Diagnostic, describeDiagnostic } from '../protocols/z3950/diagnostics.ts';
import { type Authentication, type InitResponse, OPTION } from '../protocols/z3950/init.ts';
import { BIB1_ATTRIBUTES } from '../protocols/z3950/oids.ts';
import type { ResponseRecord } from '../protocols/z3950/records.ts';
import type { RpnQuery, TermOperand } from '../protocols/z3950/rpn.ts';
import type { TermInfo } from '../protocols/z3950/scan.ts';
import type { SearchResponse } from '../protocols/z3950/search.ts';
import type { SortKeySpec } from '../protocols/z3950/sort.ts';
import type { Egress } from './egress.ts';
import { Refusal } from './record-target.ts';
import { retrying } from './retrying.ts';
import type { TargetAddress } from './z3950-address.ts';
import { SESSION_LIMITS, type SessionLimits, SessionLost, Z3950Session } from './z3950-session.ts';

export interface Z3950ClientOptions {
	readonly address: TargetAddress;
	readonly egress: Egress;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly signal: AbortSignal;
	readonly authentication?: Authentication;
	/** Propose UTF-8 for the session; many targets ignore it, some hang up. */
	readonly negotiateUtf8?: boolean;
	readonly version?: string;
	readonly limits?: Partial<SessionLimits>;
	readonly retries?: number;
}

/** A target's refusal. `diagnostic` says why. */
export class TargetError extends Refusal {
	readonly diagnostic: Diagnostic;

	constructor(where: string, doing: string, diagnostic: Diagnostic) {
		const login = diagnostic.condition === 101 || (diagnostic.condition >= 1010 && diagnostic.condition <= 1014);
		super(login ? 'login-refused' : 'z3950-error', `${where} refused ${doing}: ${describeDiagnostic(diagnostic)}`, {
			hint: HINTS[diagnostic.condition] ?? 'ask the library what its target supports',
			retriable: TRANSIENT.has(diagnostic.condition),
			unsupported: !login && !FATAL.has(diagnostic.condition),
		});
		this.diagnostic = diagnostic;
	}
}

const HINTS: Readonly<Record<number, string>> = {
	101: 'the target wants a login: set user and password of the source',
	109: 'check the database at the end of the address, where upper and lower case count; if it is right, it is closed: try again later',
	114: 'the target has no such index: choose others with the setting indexes',
	235: 'check the database at the end of the address: upper and lower case count',
	236: 'the database is not open to us: ask the library',
	238: 'choose another --format: usmarc, xml or opac',
	239: 'choose another --format: usmarc, xml or opac',
	1010: 'check user and password of the source',
	1011: 'check user and password of the source',
	1014: 'check user and password of the source',
};
/** Temporary system error, resources exhausted, database locked or unavailable. */
const TRANSIENT: ReadonlySet<number> = new Set([2, 29, 109]);
/** Conditions that no other query mends. */
const FATAL: ReadonlySet<number> = new Set([1, 2, 23, 29, 109, 111, 235, 236, 238, 239]);
/** The result set does not exist, or no longer. */
const SET_LOST: ReadonlySet<number> = new Set([27, 30]);
const MESSAGE_SIZE = 16_777_216;
const SET_NAME = 'default';

/** What a search found. */
export interface Found {
	readonly hits: number;
	/** The target says that its count is not the whole truth: a subset, an interim result or an estimate. */
	readonly doubtful: boolean;
}

export interface PresentOptions {
	readonly start: number;
	readonly count: number;
	readonly syntax: string;
	readonly elements: string | null;
}

/** What came of a Present: fewer records than asked for is allowed, and so is none. */
export interface Presented {
	readonly records: readonly ResponseRecord[];
	/** Why there are no more, when the target says so. */
	readonly diagnostic: Diagnostic | null;
	/** What the set has, where it had to be searched again. */
	readonly hits: number | null;
}

/** Speaks to one target: opens sessions as needed, searches again where a result set or a session was lost. */
export class Z3950Client {
	readonly #options: Z3950ClientOptions;
	readonly #where: string;
	#session: Z3950Session | null = null;
	#answer: Omit<InitResponse, 'kind'> | null = null;
	/** What the session's result set holds. */
	#query: RpnQuery | null = null;
	#negotiate: boolean;

	constructor(options: Z3950ClientOptions) {
		this.#options = options;
		this.#where = `${options.address.host}:${options.address.port}`;
		this.#negotiate = options.negotiateUtf8 === true;
	}

	get where(): string {
		return this.#where;
	}

	/** What the target answered to Init; opens a session where there is none. Throws AppErrors login-refused and those of a session. */
	async init(): Promise<Omit<InitResponse, 'kind'>> {
		return await this.#retry(async () => {
			await this.#open();
			return this.#answer as Omit<InitResponse, 'kind'>;
		});
	}

	async supports(option: number): Promise<boolean> {
		return (await this.init()).options.has(option);
	}

	/** Searches; the result set is the one that `present` reads from. Throws TargetError. */
	async search(query: RpnQuery): Promise<Found> {
		return await this.#retry(async () => await this.#search(query));
	}

	/** One Present of the set that `query` finds. Throws TargetError only when even searching again does not bring the set back. */
	async present(query: RpnQuery, options: PresentOptions): Promise<Presented> {
		return await this.#retry(async () => {
			const again = this.#query !== query || this.#session?.isOpen !== true ? await this.#search(query) : null;
			const first = { ...(await this.#present(options)), hits: again?.hits ?? null };
			if (first.diagnostic === null || first.records.length > 0 || !SET_LOST.has(first.diagnostic.condition)) return first;
			this.#options.logger.warn({ target: this.#where }, 'the target lost the result set, it is searched again');
			const { hits } = await this.#search(query);
			const second = { ...(await this.#present(options)), hits };
			if (second.records.length === 0 && second.diagnostic !== null && SET_LOST.has(second.diagnostic.condition))
				throw new TargetError(this.#where, 'to keep a result set', second.diagnostic);
			return second;
		});
	}

	/** Terms of an index from a term on (Z39.50 §3.2.8). Throws TargetError. */
	async scan(start: TermOperand, count: number): Promise<readonly TermInfo[]> {
		return await this.#retry(async () => {
			const session = await this.#open();
			const answer = await session.request(
				{
					kind: 'scanRequest',
					databaseNames: [this.#options.address.database],
					attributeSet: BIB1_ATTRIBUTES,
					start,
					stepSize: 0,
					count,
					position: 1,
				},
				'scanResponse',
			);
			const { entries = [], diagnostics = [] } = answer.entries ?? {};
			const terms = entries.flatMap((entry) => (entry.kind === 'term' ? [entry.info] : []));
			const reason = diagnostics[0];
			if (terms.length === 0 && reason !== undefined) throw new TargetError(this.#where, 'to scan', reason);
			return terms;
		});
	}

	/** Sorts the result set in place (§3.2.7). Throws TargetError. */
	async sort(query: RpnQuery, keys: readonly SortKeySpec[]): Promise<void> {
		await this.#retry(async () => {
			if (this.#query !== query) await this.#search(query);
			const session = await this.#open();
			const answer = await session.request({ kind: 'sortRequest', inputs: [SET_NAME], output: SET_NAME, keys }, 'sortResponse');
			const reason = answer.diagnostics?.[0];
			if (answer.status !== 0) throw new TargetError(this.#where, 'to sort', reason ?? { set: '', condition: 207, addinfo: '' });
		});
	}

	/** Lets the target forget the result set, where it can (§3.2.4). */
	async deleteSet(): Promise<void> {
		if (this.#query === null || this.#session?.isOpen !== true || this.#answer?.options.has(OPTION.delete) !== true) return;
		this.#query = null;
		await this.#session.request({ kind: 'deleteRequest', function: 0, sets: [SET_NAME] }, 'deleteResponse');
	}

	/** Ends the session, if there is one. */
	close(): void {
		this.#session?.close();
		this.#session = null;
	}

	async #retry<T>(step: () => Promise<T>): Promise<T> {
		const { clock, logger, signal, retries } = this.#options;
		return await retrying({ clock, logger, signal, ...(retries === undefined ? {} : { retries }) }, step);
	}

	async #open(): Promise<Z3950Session> {
		if (this.#session?.isOpen === true) return this.#session;
		this.#session = null;
		this.#query = null;
		const { address, egress, signal, limits } = this.#options;
		const session = await Z3950Session.open({ address, egress, signal, limits: { ...SESSION_LIMITS, ...limits } });
		try {
			this.#answer = await this.#greet(session);
		} catch (error) {
			session.close();
			// some targets hang up on a negotiation that they do not know
			if (this.#negotiate && error instanceof SessionLost) {
				this.#negotiate = false;
				return await this.#open();
			}
			throw error;
		}
		this.#session = session;
		return session;
	}

	async #greet(session: Z3950Session): Promise<Omit<InitResponse, 'kind'>> {
		const { authentication, version = '0' } = this.#options;
		const answer = await session.request(
			{
				kind: 'initRequest',
				protocolVersion: new Set([0, 1, 2]),
				options: new Set([
					OPTION.search,
					OPTION.present,
					OPTION.delete,
					OPTION.scan,
					OPTION.sort,
					...(this.#negotiate ? [OPTION.negotiation] : []),
				]),
				preferredMessageSize: MESSAGE_SIZE,
				exceptionalRecordSize: MESSAGE_SIZE,
				...(authentication === undefined ? {} : { authentication }),
				implementationId: 'lienthong',
				implementationName: 'Lien Thong',
				implementationVersion: version,
				...(this.#negotiate ? { charset: { role: 'proposal', utf8: true, records: true } as const } : {}),
			},
			'initResponse',
		);
		if (answer.accepted) return answer;
		if (answer.diagnostic !== undefined) throw new TargetError(this.#where, 'the session', answer.diagnostic);
		throw new AppError('login-refused', `${this.#where} refused the session and gives no reason`, {
			hint:
				authentication === undefined
					? 'the target may want a login: set user and password of the source'
					: 'check user and password of the source',
		});
	}

	async #search(query: RpnQuery): Promise<Found> {
		const session = await this.#open();
		this.#query = null;
		const answer = await session.request(
			{
				kind: 'searchRequest',
				// no records with the answer: some targets do that wrong
				smallSetUpperBound: 0,
				largeSetLowerBound: 1,
				mediumSetPresentNumber: 0,
				replaceIndicator: true,
				resultSetName: SET_NAME,
				databaseNames: [this.#options.address.database],
				query,
			},
			'searchResponse',
		);
		const diagnostic = diagnosticOf(answer);
		if (diagnostic !== null && (!answer.success || answer.resultCount === 0)) throw new TargetError(this.#where, 'a search', diagnostic);
		if (!answer.success && answer.resultCount === 0)
			throw new TargetError(this.#where, 'a search', { set: '', condition: 100, addinfo: 'no reason given' });
		this.#query = query;
		return { hits: Math.max(0, answer.resultCount), doubtful: diagnostic !== null || answer.resultSetStatus !== undefined };
	}

	async #present({ start, count, syntax, elements }: PresentOptions): Promise<Omit<Presented, 'hits'>> {
		const session = await this.#open();
		const answer = await session.request(
			{
				kind: 'presentRequest',
				resultSetName: SET_NAME,
				start,
				count,
				...(elements === null ? {} : { elements }),
				recordSyntax: syntax,
			},
			'presentResponse',
		);
		if (answer.records?.kind === 'records') return { records: answer.records.records.slice(0, count), diagnostic: null };
		return { records: [], diagnostic: answer.records?.diagnostics[0] ?? null };
	}
}

const diagnosticOf = ({ records }: SearchResponse): Diagnostic | null =>
	records?.kind === 'diagnostics' ? (records.diagnostics.slice(0, LIMITS.diagnosticsPerAnswerMax)[0] ?? null) : null;
