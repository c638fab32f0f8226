/** What kind of failure it is; the exit code of a command and the status of an HTTP answer follow from it. */
export type ErrorCode =
	| 'usage'
	| 'config'
	| 'not-found'
	| 'conflict'
	| 'forbidden'
	| 'host-unknown'
	| 'connection-refused'
	| 'certificate'
	| 'address-refused'
	| 'timeout'
	| 'http-status'
	| 'not-oai-pmh'
	| 'oai-pmh-error'
	| 'not-z3950'
	| 'z3950-error'
	| 'not-sru'
	| 'sru-error'
	| 'login-refused'
	| 'file-kind'
	| 'file-broken'
	| 'file-locked'
	| 'no-title-column'
	| 'truth-file'
	| 'too-large'
	| 'port-taken'
	| 'schema-newer'
	| 'database'
	| 'busy'
	| 'fenced'
	| 'held'
	| 'internal';

/** One exit code for each kind of failure, stable for scripts. 0 is success, 1 anything unforeseen. */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
	internal: 1,
	usage: 2,
	config: 3,
	'not-found': 4,
	conflict: 5,
	forbidden: 6,
	'host-unknown': 10,
	'connection-refused': 11,
	certificate: 12,
	'address-refused': 13,
	timeout: 14,
	'http-status': 15,
	'not-oai-pmh': 16,
	'oai-pmh-error': 17,
	'too-large': 19,
	'port-taken': 20,
	'schema-newer': 21,
	database: 22,
	busy: 23,
	fenced: 24,
	held: 25,
	'not-z3950': 40,
	'z3950-error': 41,
	'not-sru': 42,
	'sru-error': 43,
	'login-refused': 44,
	'file-kind': 30,
	'file-broken': 31,
	'file-locked': 32,
	'no-title-column': 33,
	'truth-file': 34,
};

/** An error a person can act on: what happened and where (`message`), and what to do (`hint`). */
export class AppError extends Error {
	override readonly name = 'AppError';
	readonly code: ErrorCode;
	readonly hint: string;
	/** Whether trying the same again later may work. */
	readonly retriable: boolean;

	constructor(code: ErrorCode, message: string, options: { hint?: string; retriable?: boolean; cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.hint = options.hint ?? '';
		this.retriable = options.retriable ?? false;
	}

	get exitCode(): number {
		return EXIT_CODES[this.code];
	}
}
