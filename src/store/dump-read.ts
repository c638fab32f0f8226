import type pg from 'pg';
import { withLock } from './session-lock.ts';

/** Lock that whoever writes dumps holds for the session: one writer, in any process. */
const DUMP_LOCK = 7_402_010;

/** What a dump is of: everything with change numbers up to `seq`. */
export interface DumpState {
	readonly seq: number;
	/** The datestamp given with it, milliseconds. */
	readonly stampMs: number;
}

/** A union record as a dump has it; `body` null where it is deleted, or no longer shared. */
export interface DumpRow {
	readonly id: number;
	readonly seq: number;
	/** Where a record that is gone went. */
	readonly redirectTo: number | null;
	readonly body: Buffer | null;
}

/**
 * The newest change number of this snapshot. The counter moves in the transactions that write what it numbers, so in one snapshot
 * every change up to it is there, and none after it.
 */
export async function readDumpState(client: pg.ClientBase): Promise<DumpState> {
	const { rows } = await client.query<DumpState>(
		'select seq::float8 as seq, extract(epoch from stamp)::float8 * 1000 as "stampMs" from change_counter',
	);
	return rows[0] as DumpState;
}

/** Union records that are shared, in the order of their ids, after an id. */
export async function sharedAfter(client: pg.ClientBase, id: number, limit: number): Promise<DumpRow[]> {
	const { rows } = await client.query<DumpRow>({
		name: 'dump-shared-after',
		text: `select id, seq, null as "redirectTo", body from union_record where id > $1 and state = 'live' and shared order by id limit $2`,
		values: [id, limit],
	});
	return rows;
}

/** Union records changed after a change number, in its order. */
export async function changedAfter(client: pg.ClientBase, seq: number, limit: number): Promise<DumpRow[]> {
	const { rows } = await client.query<DumpRow>({
		name: 'dump-changed-after',
		text: `select id, seq, redirect_to as "redirectTo", case when state = 'live' and shared then body end as body
			from union_record where seq > $1 order by seq limit $2`,
		values: [seq, limit],
	});
	return rows;
}

/** What a source lets others have of its records. */
export interface SourceTerms {
	readonly library: string;
	readonly name: string;
	readonly source: string;
	readonly share: 'none' | 'metadata' | 'full';
	/** URI of a licence. */
	readonly licence: string | null;
}

/** The terms of every source that is not removed, by library and source. */
export async function readTerms(client: pg.ClientBase): Promise<SourceTerms[]> {
	const { rows } = await client.query<SourceTerms>(
		`select l.code as library, l.name, s.code as source, s.share, s.licence from source s join library l on l.code = s.library
		where s.removed_at is null order by l.code, s.code`,
	);
	return rows;
}

/** Runs `work` in one snapshot of the database, reading only. */
export async function inSnapshot<T>(pool: pg.Pool, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
	const client = await pool.connect();
	try {
		await client.query('begin transaction isolation level repeatable read read only');
		const result = await work(client);
		await client.query('commit');
		client.release();
		return result;
	} catch (error) {
		// a connection in the middle of something is not handed on
		client.release(true);
		throw error;
	}
}

/** Does `work` while no other process writes dumps; null when one does. */
export const asDumpWriter = <T>(pool: pg.Pool, work: () => Promise<T>): Promise<T | null> => withLock(pool, DUMP_LOCK, work);
