import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { lockDecisions } from './decision.ts';
import { insertReleased, markDirty, releaseChanges } from './intake.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** What became of records that came under other identifiers; `deciding`: decided, not done yet; `unasked`: they were few and nobody was asked. */
export type ReidentificationState = 'waiting' | 'deciding' | 'accepted' | 'refused' | 'dropped' | 'unasked' | 'undone';

/** A run that found records under other identifiers. */
export interface ReidentificationRow {
	readonly run: number;
	readonly source: string;
	readonly state: ReidentificationState;
	readonly atMs: number;
	/** Records that took, or are proposed to take, other identifiers; null for what waited before this was kept. */
	readonly pairs: number | null;
	readonly by: string | null;
	readonly reason: string | null;
	readonly undoneBy: string | null;
	readonly undoneReason: string | null;
	readonly undoneAtMs: number | null;
}

const ROWS = `select r.id::float8 as run, s.code as source,
	case when r.state = 'held' and r.notes ? 'asked' then 'deciding' when r.state = 'held' then 'waiting' when r.notes ? 'undone' then 'undone' when not r.notes ? 'held' then 'unasked'
		when r.state = 'cancelled' then 'dropped' when r.notes ? 'reidentified' then 'accepted' else 'refused' end as state,
	extract(epoch from coalesce(r.finished_at, r.started_at))::float8 * 1000 as "atMs",
	coalesce((r.notes->>'reidentified')::int, (r.notes #>> '{held,pairs}')::int) as pairs,
	coalesce(r.notes #>> '{decided,by}', r.notes #>> '{asked,by}') as "by",
	coalesce(r.notes #>> '{decided,reason}', r.notes #>> '{asked,reason}') as reason,
	r.notes #>> '{undone,by}' as "undoneBy", r.notes #>> '{undone,reason}' as "undoneReason",
	extract(epoch from (r.notes #>> '{undone,at}')::timestamptz)::float8 * 1000 as "undoneAtMs"
	from run r join source s on s.id = r.source_id
	where (r.state = 'held' or r.state <> 'running' and r.notes ?| array['held', 'reidentified'])`;

/** Runs that found records under other identifiers, below a number, the newest first. */
export async function readReidentifications(
	db: Queryable,
	only: { readonly source: number | null; readonly waiting: boolean },
	before: number,
	limit: number,
): Promise<ReidentificationRow[]> {
	const { rows } = await db.query<ReidentificationRow>(
		`${ROWS} and r.id < $1 and ($2::int is null or s.id = $2) and (not $3 or r.state = 'held' and not r.notes ? 'asked') order by r.id desc limit $4`,
		[before, only.source, only.waiting, limit],
	);
	return rows;
}

export async function readReidentification(db: Queryable, run: number): Promise<ReidentificationRow | undefined> {
	const { rows } = await db.query<ReidentificationRow>(`${ROWS} and r.id = $1`, [run]);
	return rows[0];
}

/** What a person decided of a run that waits: done later, by whoever comes to it. */
interface Asked {
	readonly decision: string;
	readonly by: string | null;
	readonly reason: string | null;
}

/** Notes on a run that waits what was decided of it; false when it does not wait, or that was decided before. */
export async function noteAsked(db: Queryable, run: number, asked: Asked): Promise<boolean> {
	const { rowCount } = await db.query(
		"update run set notes = notes || jsonb_build_object('asked', $2::jsonb) where id = $1 and state = 'held' and not notes ? 'asked'",
		[run, JSON.stringify(asked)],
	);
	return rowCount === 1;
}

/** Runs of which it was decided and that wait for it to be done, by source, the oldest first. */
export async function askedRuns(
	db: Queryable,
): Promise<(Asked & { readonly run: number; readonly source: number; readonly code: string })[]> {
	const { rows } = await db.query(
		`select r.id::float8 as run, s.id as source, s.code, r.notes #>> '{asked,decision}' as decision, r.notes #>> '{asked,by}' as "by",
			r.notes #>> '{asked,reason}' as reason
		from run r join source s on s.id = r.source_id where r.state = 'held' and r.notes ? 'asked' order by r.id`,
	);
	return rows;
}

/** Lets a run wait for a person again, with why what was decided could not be done. */
export async function forgetAsked(
	db: Queryable,
	run: number,
	error: { readonly code: string; readonly message: string; readonly hint: string },
): Promise<void> {
	await db.query("update run set notes = notes - 'asked', error = $2 where id = $1 and state = 'held'", [run, JSON.stringify(error)]);
}

/** Notes on a run who ended its wait, and why. */
export async function noteDecided(db: Queryable, run: number, { by, reason }: { by: string | null; reason: string | null }): Promise<void> {
	await db.query(
		"update run set notes = notes || jsonb_build_object('decided', jsonb_build_object('by', $2::text, 'reason', $3::text)) where id = $1",
		[run, by, reason],
	);
}

/** What parting the records that a run joined does. */
export interface Parting {
	/** Records that become two again. */
	readonly records: number;
	/** Records that stay as they are: another record has been called what they were called. */
	readonly kept: readonly string[];
	/** Decisions in force that go over, since they were made on what came. */
	readonly decisions: number;
}

interface Joined {
	readonly id: number;
	readonly fresh: number;
	readonly last: number;
	/** What it was called, and what it is called now. */
	readonly identifier: string;
	readonly named: string;
	readonly current: number;
	readonly deleted: boolean;
	readonly stale: boolean;
	readonly taken: boolean;
	/** A later run gave it yet another identifier. */
	readonly later: number | null;
}

async function joinedBy(db: Queryable, run: number, sourceId: number | null): Promise<Joined[]> {
	const { rows } = await db.query<Joined>(
		`select p.record_id as id, p.fresh_id as fresh, p.last_no as last, p.identifier, r.identifier as named, r.current_no as current, r.deleted, r.stale,
			exists (select from source_record o where o.source_id = r.source_id and o.identifier = p.identifier and o.id <> r.id) as taken,
			(select max(q.run_id) from reidentified q where q.record_id = p.record_id and q.run_id > p.run_id and q.undone_at is null)::float8 as later
		from reidentified p join source_record r on r.id = p.record_id where p.run_id = $1 and ($2::int is null or r.source_id = $2) and p.undone_at is null order by p.record_id`,
		[run, sourceId],
	);
	const later = rows.find((row) => row.later !== null)?.later;
	if (typeof later === 'number') {
		throw new AppError('conflict', `records of run ${run} took other identifiers again in run ${later}`, {
			hint: `undo run ${later} first`,
		});
	}
	return rows;
}

const columns = (rows: readonly Joined[]) => [rows.map((row) => row.id), rows.map((row) => row.fresh), rows.map((row) => row.last)];

/** Decisions, each side made on what came where it was judged in a version after the last of the record's own. */
const DECIDED = `with p as (select * from unnest($1::bigint[], $2::bigint[], $3::int[]) as p (old, fresh, last)), moved as (
	select d.id, d.undone_at is null as "inForce", coalesce(x.fresh, d.a) as a, d.version_a - coalesce(x.last, 0) as version_a,
		coalesce(y.fresh, d.b) as b, d.version_b - coalesce(y.last, 0) as version_b
	from decision d left join p x on x.old = d.a and d.version_a > x.last left join p y on y.old = d.b and d.version_b > y.last
	where x.old is not null or y.old is not null)`;

/** What `partJoined` would do with a run, of this source if one is given. AppError conflict. */
export async function foreseeParting(db: Queryable, run: number, sourceId: number | null): Promise<Parting> {
	const all = await joinedBy(db, run, sourceId);
	const parted = all.filter((row) => !row.taken);
	const { rows } = await db.query<{ n: number }>(`${DECIDED} select count(*)::int as n from moved where "inForce"`, columns(parted));
	return { records: parted.length, kept: all.filter((row) => row.taken).map((row) => row.named), decisions: rows[0]?.n ?? 0 };
}

/**
 * Makes two records again of each that a run joined, as if it had been told that they are others: the old one has its identifier back and is gone, what
 * came is a record of its own, with the versions and decisions that are its own. Versions stay with the old one too: what was shown under its id
 * stays known. Released in this transaction. AppError conflict when a later run is to be undone first.
 */
export async function partJoined(client: pg.PoolClient, run: number, sourceId: number): Promise<Parting> {
	await lockDecisions(client);
	const all = await joinedBy(client, run, sourceId);
	const parted = all.filter((row) => !row.taken);
	const olds = parted.map((row) => row.id);
	await client.query(
		`insert into version (record_id, no, run_id, parcel_id, raw_at, raw_length, received_at, kind, format, suppressed,
			provider_stamp, digest, body, features, repairs)
		select p.fresh, v.no - p.last, v.run_id, v.parcel_id, v.raw_at, v.raw_length, v.received_at, v.kind, v.format,
			v.suppressed, v.provider_stamp, v.digest, v.body, v.features, v.repairs
		from unnest($1::bigint[], $2::bigint[], $3::int[]) as p (old, fresh, last) join version v on v.record_id = p.old and v.no > p.last`,
		columns(parted),
	);
	const { rows: moved } = await client.query<{ a: number; b: number; inForce: boolean }>(
		`${DECIDED} update decision d set a = least(m.a, m.b), b = greatest(m.a, m.b),
			version_a = case when m.a < m.b then m.version_a else m.version_b end,
			version_b = case when m.a < m.b then m.version_b else m.version_a end
		from moved m where d.id = m.id returning d.a, d.b, m."inForce"`,
		columns(parted),
	);
	await client.query(
		'update source_record r set identifier = p.identifier, stale = false from unnest($1::bigint[], $2::text[]) as p (old, identifier) where r.id = p.old',
		[olds, parted.map((row) => row.identifier)],
	);
	await client.query('update reidentified set undone_at = now() where run_id = $1 and record_id = any($2)', [run, olds]);
	const judged = moved.filter((row) => row.inForce).flatMap((row) => [row.a, row.b]);
	await markDirty(client, [...new Set([...olds, ...judged])], 1, { again: true });
	await insertReleased(
		client,
		sourceId,
		parted.map(({ fresh, named, current, last, deleted }) => ({ id: fresh, identifier: named, no: current - last, deleted })),
	);
	await client.query('update source_record set stale = true where id = any($1)', [
		parted.filter((row) => row.stale).map((row) => row.fresh),
	]);
	await releaseChanges(
		client,
		parted.map(({ id, last }) => ({ id, no: last, deleted: true })),
	);
	return {
		records: parted.length,
		kept: all.filter((row) => row.taken).map((row) => row.named),
		decisions: moved.filter((row) => row.inForce).length,
	};
}

/** The run of a source that was cut off or waits, if there is one. */
export async function unendedRun(db: Queryable, sourceId: number): Promise<{ readonly id: number; readonly state: string } | undefined> {
	const { rows } = await db.query<{ id: number; state: string }>(
		"select id::float8 as id, state from run where source_id = $1 and state in ('running', 'held') limit 1",
		[sourceId],
	);
	return rows[0];
}

/** Notes on a run that what it joined was parted, by whom and why. */
export async function noteUndone(
	db: Queryable,
	run: number,
	undone: { readonly by: string; readonly reason: string; readonly records: number },
): Promise<void> {
	await db.query(
		`update run set notes = notes || jsonb_build_object('undone', $2::jsonb || jsonb_build_object('at', clock_timestamp())) where id = $1`,
		[run, JSON.stringify(undone)],
	);
}

/** The newest run of a source with joined records that can be parted. */
export async function lastJoining(db: Queryable, sourceId: number): Promise<number | undefined> {
	const { rows } = await db.query<{ run: number }>(
		`select p.run_id::float8 as run from reidentified p join run r on r.id = p.run_id
		where r.source_id = $1 and r.state not in ('running', 'held') and p.undone_at is null order by p.run_id desc limit 1`,
		[sourceId],
	);
	return rows[0]?.run;
}
