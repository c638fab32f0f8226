import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { AppError } from '../lib/errors.ts';
import type { Tables } from './tables.ts';

/** One pool of connections, for SQL as text and for Kysely alike. */
export interface Database {
	readonly pool: pg.Pool;
	readonly kysely: Kysely<Tables>;
	/** Waits for the connections in use to be given back, then closes all. */
	close(): Promise<void>;
}

const INT8 = 20;
const DATE = 1082;
const INT8_ARRAY = 1016;

function int8(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value)) throw new RangeError(`the bigint ${text} does not fit a number; select it as text`);
	return value;
}

function int8Array(text: string): (number | null)[] {
	return text === '{}'
		? []
		: text
				.slice(1, -1)
				.split(',')
				.map((item) => (item === 'NULL' ? null : int8(item)));
}

const PARSERS = new Map<number, (text: string) => unknown>([
	[INT8, int8],
	[INT8_ARRAY, int8Array],
	[DATE, (text: string) => text],
]);

/** bigint as number (an error beyond 2^53), date as `YYYY-MM-DD`, everything else as node-postgres has it. */
const types: pg.CustomTypesConfig = {
	getTypeParser: (oid: number, format?: 'text' | 'binary') =>
		(format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format),
};

// A writer that vanished in the middle of a transaction must not hold the change lock for ever, nor a query run for ever.
const SESSION = '-c timezone=UTC -c datestyle=ISO -c idle_in_transaction_session_timeout=300s -c statement_timeout=900s';

/**
 * Opens a pool on `url`, connecting when first used. Sessions are in UTC.
 * `max` is the number of connections at most; `applicationName` is what pg_stat_activity shows.
 */
export function openDatabase(url: string, options: { readonly max: number; readonly applicationName: string }): Database {
	const pool = new pg.Pool({
		connectionString: url,
		max: options.max,
		application_name: options.applicationName,
		options: SESSION,
		types,
		connectionTimeoutMillis: 15_000,
		idleTimeoutMillis: 30_000,
		keepAlive: true,
	});
	// An idle connection that the server closed is replaced at the next query, which reports what is wrong.
	pool.on('error', () => undefined);
	let closed: Promise<void> | undefined;
	return {
		pool,
		kysely: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }),
		close: () => {
			closed ??= pool.end();
			return closed;
		},
	};
}

export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

/**
 * Runs `work` in a transaction: committed when it resolves, rolled back when it throws. A connection whose
 * rollback fails is thrown away rather than handed on.
 */
export async function withTransaction<T>(
	db: Pick<Database, 'pool'>,
	work: (client: pg.PoolClient) => Promise<T>,
	options: { readonly isolation?: Isolation } = {},
): Promise<T> {
	const client = await db.pool.connect();
	let broken = false;
	// Lost between two queries: the next query reports it.
	const onError = (): void => {
		broken = true;
	};
	client.on('error', onError);
	try {
		await client.query(options.isolation === undefined ? 'begin' : `begin isolation level ${options.isolation}`);
		const result = await work(client);
		await client.query('commit');
		return result;
	} catch (error) {
		await client.query('rollback').catch(onError);
		throw error;
	} finally {
		client.off('error', onError);
		client.release(broken);
	}
}

const CONNECTION_FAULTS: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'nothing listens at the address of DATABASE_URL: start Postgres, or leave DATABASE_URL empty for the embedded one',
	ENOTFOUND: 'the host of DATABASE_URL is unknown: check its spelling',
	ENOENT: 'there is no Postgres socket at the path of DATABASE_URL',
	ETIMEDOUT: 'the host of DATABASE_URL does not answer: check the network and the firewall',
	'28P01': 'the user or password of DATABASE_URL is wrong',
	'28000': 'this Postgres refuses the user of DATABASE_URL from here: look at its pg_hba.conf',
	'3D000': 'the database of DATABASE_URL does not exist: create it, for example with createdb --encoding=UTF8 --template=template0',
	'53300': 'Postgres has no connection left: raise max_connections or stop another program',
	'57P03': 'Postgres is starting or stopping: try again in a moment',
	'42501': 'the user of DATABASE_URL must own the database or be allowed to create tables in it',
};

// Errors of node-postgres without a code.
const NO_ANSWER = /^(Connection terminated|timeout e(xpired|xceeded))/;

/** What to tell a person about an error of Postgres or of the way to it; other errors come back unchanged. */
export function databaseError(error: unknown): unknown {
	if (error instanceof AppError || !(error instanceof Error)) return error;
	if (NO_ANSWER.test(error.message)) {
		return new AppError('database', `cannot use the database: ${error.message}`, {
			hint: 'Postgres was stopped, is too busy, or what listens at the address of DATABASE_URL is no Postgres: look there, then try again',
			retriable: true,
			cause: error,
		});
	}
	if (!('code' in error) || typeof error.code !== 'string') return error;
	const hint = CONNECTION_FAULTS[error.code];
	// A file that is missing has the same code as a socket that is.
	const elsewhere = 'syscall' in error && error.syscall !== 'connect' && error.syscall !== 'getaddrinfo';
	if (hint === undefined || elsewhere) return error;
	const retriable = error.code === '57P03' || error.code === '53300' || error.code.startsWith('E');
	return new AppError('database', `cannot use the database: ${error.message || error.code}`, { hint, retriable, cause: error });
}
