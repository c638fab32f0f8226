import { AppError, type ErrorCode } from '../lib/errors.ts';
import type { RawRecord } from './raw-record.ts';
import type { SliceQuery } from './slice-query.ts';

/** An index that a list can be cut by: days (yyyymmdd), years, or terms that the target lists itself. */
export interface SplitIndex {
	readonly name: string;
	readonly values: 'days' | 'years' | 'terms';
}

export interface Counted {
	/** null: more than the target deals with. */
	readonly hits: number | null;
	/** The target itself says that the count is not exact. */
	readonly doubtful: boolean;
}

export interface Fetched {
	/** From the position asked for on; fewer than asked for is no sign of the end, none without `silence` is. */
	readonly records: readonly RawRecord[];
	/** Where none came and none was refused: what stands for the one at that position, if others come after it. */
	readonly silence?: RawRecord;
	/** Where none came: what the target said to that, if anything. */
	readonly said?: string;
	/** What the whole set has now, where the target says so. */
	readonly hits: number | null;
}

export interface ScannedTerm {
	readonly term: string;
	/** Records with it, where the target says so. */
	readonly occurrences: number | null;
}

/** A catalogue that is searched and handed out by position, whatever the protocol. Positions begin at 1. */
export interface RecordTarget {
	readonly where: string;
	/** Indexes to cut by, the best first. */
	readonly indexes: readonly SplitIndex[];
	/** The index of control numbers. */
	readonly identifierIndex: string;
	/** Throws Refusal. */
	count(query: SliceQuery): Promise<Counted>;
	/** At most `count` records from `start` on. Throws Refusal. */
	fetch(query: SliceQuery, start: number, count: number): Promise<Fetched>;
	/** Terms of an index from a term on, in its order; null where the target cannot. Throws Refusal. */
	scan(index: string, from: string, count: number): Promise<readonly ScannedTerm[] | null>;
	close(): void;
}

/** A target's no. `unsupported`: to this kind of query, so that another kind may do. */
export class Refusal extends AppError {
	readonly unsupported: boolean;

	constructor(
		code: ErrorCode,
		message: string,
		options: { readonly hint: string; readonly retriable?: boolean; readonly unsupported: boolean },
	) {
		super(code, message, options);
		this.unsupported = options.unsupported;
	}
}

export const isUnsupported = (error: unknown): boolean => error instanceof Refusal && error.unsupported;

/** Errors that speak of the target, as opposed to lost leases, databases and the like. */
export const SAID_BY_TARGET: ReadonlySet<string> = new Set([
	'z3950-error',
	'not-z3950',
	'sru-error',
	'not-sru',
	'login-refused',
	'http-status',
	'too-large',
	'address-refused',
	'certificate',
	'host-unknown',
	'usage',
]);
