import type pg from 'pg';
import { numberArray } from '../lib/number-array.ts';
import { takeChangeNumbers } from './change-log.ts';

/** What is known of a record that a page lists: its released state, and what this run has staged for it. */
export interface KnownRecord {
	readonly id: number;
	readonly identifier: string;
	readonly currentNo: number;
	readonly lastNo: number;
	readonly deleted: boolean;
	readonly stale: boolean;
	readonly digest: Buffer | null;
}

const STAGED_STATE = 'coalesce(s.deleted, r.deleted) as deleted, coalesce(v.digest, r.digest) as digest';
const STAGED_JOIN = `left join staged_change s on s.run_id = $3 and s.record_id = r.id
			left join version v on v.record_id = s.record_id and v.no = s.no`;

/** The records of a source with these identifiers. In a staged run, what the run staged counts as their state. */
export async function knownRecords(
	db: Pick<pg.Pool, 'query'>,
	sourceId: number,
	runId: number,
	staged: boolean,
	identifiers: readonly string[],
): Promise<KnownRecord[]> {
	const { rows } = await db.query<{
		id: number;
		identifier: string;
		current_no: number;
		last_no: number;
		deleted: boolean;
		stale: boolean;
		digest: Buffer | null;
	}>({
		name: staged ? 'known-staged' : 'known-records',
		// a look into the index for each identifier, whatever the planner thinks of a table that has just begun to grow
		text: `select r.id, r.identifier, r.current_no, ${staged ? STAGED_STATE : 'r.deleted, r.digest'}, r.stale,
				coalesce((select max(no) from version where record_id = r.id), 0) as last_no
			from unnest($2::text[]) as listed (identifier)
			cross join lateral (select * from source_record where source_id = $1 and identifier = listed.identifier offset 0) r
			${staged ? STAGED_JOIN : ''}`,
		values: staged ? [sourceId, identifiers, runId] : [sourceId, identifiers],
	});
	return rows.map((r) => ({
		id: r.id,
		identifier: r.identifier,
		currentNo: r.current_no,
		lastNo: r.last_no,
		deleted: r.deleted,
		stale: r.stale,
		digest: r.digest,
	}));
}

/** New numbers for source records, in order, and one for the parcel that holds their bytes. */
export async function allocateIds(db: Pick<pg.Pool, 'query'>, records: number): Promise<{ records: number[]; parcel: number }> {
	const { rows } = await db.query<{ records: string; parcel: number }>({
		name: 'allocate-ids',
		text: `select coalesce((select string_agg(nextval('source_record_id')::text, ',') from generate_series(1, $1)), '') as records,
			nextval('parcel_id_seq') as parcel`,
		values: [records],
	});
	const row = rows[0];
	if (row === undefined) throw new Error('no ids given');
	return { records: row.records === '' ? [] : row.records.split(',').map(Number), parcel: row.parcel };
}

export async function insertParcel(
	client: pg.PoolClient,
	parcel: { id: number; body: Uint8Array; namespaces: Readonly<Record<string, string>>; encoding: string | null },
): Promise<void> {
	await client.query({
		name: 'insert-parcel',
		text: 'insert into parcel (id, body, namespaces, encoding) overriding system value values ($1, $2, $3, $4)',
		values: [parcel.id, parcel.body, JSON.stringify(parcel.namespaces), parcel.encoding],
	});
}

/** A record that was never seen before; `no` 0 means that it is known only as deleted. */
export interface NewRecord {
	readonly id: number;
	readonly identifier: string;
	readonly no: number;
	readonly deleted: boolean;
}

/**
 * Inserts new records as released: current, dirty, numbered and in the change log. Their versions must be there already.
 * Takes the change lock, so it comes last in a transaction.
 */
export async function insertReleased(client: pg.PoolClient, sourceId: number, records: readonly NewRecord[]): Promise<void> {
	if (records.length === 0) return;
	const { first, stampMs } = await takeChangeNumbers(client, records.length);
	await client.query({
		name: 'insert-released',
		text: `with fresh as materialized (
			select f.*, v.kind, v.suppressed, v.digest, left(v.features, 48) as neighbours
			from unnest($2::bigint[], $3::text[], $4::int[], $5::boolean[]) with ordinality as f (id, identifier, no, deleted, place)
			left join version v on v.record_id = f.id and v.no = f.no
		), record as (
			insert into source_record (id, source_id, current_no, seq, stamp, kind, deleted, suppressed, identifier, digest)
			select id, $1, no, $6::bigint + place - 1, $7, coalesce(kind, 0), deleted, coalesce(suppressed, false), identifier, digest
			from fresh order by place
		), mark as (
			insert into dirty (record_id, priority, neighbours)
			select id, 1, neighbours from fresh where neighbours is not null and not deleted order by place
		)
		insert into change (seq, stamp, id, entity, op)
		select $6::bigint + place - 1, $7, id, 2, case when deleted then 3 else 1 end from fresh order by place`,
		values: [
			sourceId,
			numberArray(records.map((r) => r.id)),
			records.map((r) => r.identifier),
			numberArray(records.map((r) => r.no)),
			`{${records.map((r) => r.deleted).join(',')}}`,
			first,
			new Date(stampMs),
		],
	});
}

/** New records of a staged run: known, but nothing of them is released yet. */
export async function insertStaged(client: pg.PoolClient, sourceId: number, records: readonly NewRecord[]): Promise<void> {
	if (records.length === 0) return;
	await client.query(
		`insert into source_record (id, source_id, current_no, seq, stamp, kind, deleted, identifier)
		select f.id, $1, 0, 0, 'epoch', 0, false, f.identifier from unnest($2::bigint[], $3::text[]) as f (id, identifier)`,
		[sourceId, records.map((r) => r.id), records.map((r) => r.identifier)],
	);
}

export interface StateChange {
	readonly id: number;
	/** The version that becomes current; for a deletion the one that stays current. */
	readonly no: number;
	readonly deleted: boolean;
}

/** Notes in a staged run what a release will do. */
export async function stageChanges(client: pg.PoolClient, runId: number, changes: readonly StateChange[]): Promise<void> {
	if (changes.length === 0) return;
	await client.query(
		`insert into staged_change (run_id, record_id, no, deleted)
		select $1, c.id, c.no, c.deleted from unnest($2::bigint[], $3::int[], $4::boolean[]) as c (id, no, deleted)
		on conflict (run_id, record_id) do update set no = excluded.no, deleted = excluded.deleted`,
		[runId, changes.map((c) => c.id), changes.map((c) => c.no), changes.map((c) => c.deleted)],
	);
}

/**
 * Marks records dirty; before the change lock is taken, since it may have to wait for the matcher's transaction. `again`: to be compared
 * even where they are what they were.
 */
export async function markDirty(client: pg.PoolClient, ids: readonly number[], priority: 0 | 1 | 2, { again = false } = {}): Promise<void> {
	if (ids.length === 0) return;
	await client.query(
		`insert into dirty (record_id, priority, neighbours, again)
		select i.id, $2, coalesce(left(v.features, 48), ''), $3 from unnest($1::bigint[]) as i (id)
		join source_record r on r.id = i.id left join version v on v.record_id = r.id and v.no = r.current_no order by i.id
		on conflict (record_id) do update set priority = least(dirty.priority, excluded.priority), quiet = false, again = dirty.again or excluded.again`,
		[ids, priority, again],
	);
}

/** Marks records that are what they were, but are to be compared with others: a union record that comes out the same stays as it is. */
export async function markToCompare(client: pg.PoolClient, ids: readonly number[]): Promise<void> {
	if (ids.length === 0) return;
	await client.query(
		`insert into dirty (record_id, priority, neighbours, quiet, again)
		select i.id, 2, coalesce(left(v.features, 48), ''), true, true from unnest($1::bigint[]) as i (id)
		join source_record r on r.id = i.id left join version v on v.record_id = r.id and v.no = r.current_no order by i.id
		on conflict (record_id) do update set again = true`,
		[ids],
	);
}

/** Moves the pointers of known records, with numbers and the change log. They must be marked dirty already (`markDirty`). */
export async function releaseChanges(client: pg.PoolClient, changes: readonly StateChange[]): Promise<void> {
	if (changes.length === 0) return;
	const { first, stampMs } = await takeChangeNumbers(client, changes.length);
	await client.query(
		`with moved as (
			select c.*, r.current_no = 0 as is_new
			from unnest($1::bigint[], $2::int[], $3::boolean[]) with ordinality as c (id, no, deleted, place) join source_record r on r.id = c.id
		), record as (
			update source_record r set current_no = m.no, deleted = m.deleted, stale = false, seq = $4::bigint + m.place - 1, stamp = $5,
				kind = coalesce(v.kind, r.kind), suppressed = coalesce(v.suppressed, false), digest = coalesce(v.digest, r.digest)
			from moved m left join version v on v.record_id = m.id and v.no = m.no where r.id = m.id
		)
		insert into change (seq, stamp, id, entity, op)
		select $4::bigint + place - 1, $5, id, 2, case when deleted then 3 when is_new then 1 else 2 end from moved order by place`,
		[changes.map((c) => c.id), changes.map((c) => c.no), changes.map((c) => c.deleted), first, new Date(stampMs)],
	);
}

export interface QuarantineRow {
	readonly identifier: string;
	readonly code: string;
	readonly reason: string;
	readonly body: Uint8Array;
}

/** Keeps what could not be read, one row for each identifier: the latest. Records readable before keep their version, marked stale. */
export async function quarantineRecords(
	client: pg.PoolClient,
	runId: number,
	sourceId: number,
	rows: readonly QuarantineRow[],
): Promise<void> {
	if (rows.length === 0) return;
	const identifiers = rows.map((r) => r.identifier);
	await client.query('delete from quarantine where source_id = $1 and identifier = any($2) and identifier <> $3', [
		sourceId,
		identifiers,
		'',
	]);
	for (const row of rows) {
		await client.query('insert into quarantine (run_id, source_id, identifier, code, reason, body) values ($1, $2, $3, $4, $5, $6)', [
			runId,
			sourceId,
			row.identifier,
			row.code,
			row.reason,
			row.body,
		]);
	}
	await client.query('update source_record set stale = true where source_id = $1 and identifier = any($2) and not deleted', [
		sourceId,
		identifiers,
	]);
}

/** Whether anything of a source is in quarantine. */
export async function isQuarantined(db: Pick<pg.Pool, 'query'>, sourceId: number): Promise<boolean> {
	const { rows } = await db.query('select 1 from quarantine where source_id = $1 limit 1', [sourceId]);
	return rows.length > 0;
}

/** Takes records that can be read again, or are gone, out of quarantine. */
export async function clearQuarantine(client: pg.PoolClient, sourceId: number, identifiers: readonly string[]): Promise<void> {
	await client.query('delete from quarantine where source_id = $1 and identifier = any($2)', [sourceId, identifiers]);
}

/** How many records of a source live. */
export async function livingRecords(db: Pick<pg.Pool, 'query'>, sourceId: number): Promise<number> {
	const { rows } = await db.query<{ count: number }>(
		'select count(*)::int as count from source_record where source_id = $1 and not deleted and current_no > 0',
		[sourceId],
	);
	return rows[0]?.count ?? 0;
}
