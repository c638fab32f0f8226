import type pg from 'pg';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** A record that a staged run deletes, as it was, or one that it brings. */
export interface StagedVersion {
	readonly id: number;
	readonly digest: Buffer;
	/** '' for a holdings record. */
	readonly features: string;
	readonly body: Buffer;
}

const BATCH = 1_000;

const STAGED = {
	gone: `select r.id, coalesce(v.digest, '') as digest, coalesce(v.features, '') as features, v.body from staged_change s
		join source_record r on r.id = s.record_id join version v on v.record_id = r.id and v.no = r.current_no
		where s.run_id = $1 and s.deleted and r.current_no > 0 and r.id > $2 order by r.id limit $3`,
	come: `select r.id, coalesce(v.digest, '') as digest, coalesce(v.features, '') as features, v.body from staged_change s
		join source_record r on r.id = s.record_id join version v on v.record_id = r.id and v.no = s.no
		where s.run_id = $1 and not s.deleted and r.current_no = 0 and r.id > $2 order by r.id limit $3`,
} as const;

/** How many records a staged run takes away and brings. */
export async function countStaged(db: Queryable, runId: number): Promise<{ gone: number; come: number }> {
	const { rows } = await db.query<{ gone: number; come: number }>(
		`select count(*) filter (where s.deleted and r.current_no > 0)::int as gone,
			count(*) filter (where not s.deleted and r.current_no = 0)::int as come
		from staged_change s join source_record r on r.id = s.record_id where s.run_id = $1`,
		[runId],
	);
	return rows[0] ?? { gone: 0, come: 0 };
}

/** The records that a staged run takes away, or brings, a batch at a time in the order of their ids. */
export async function* stagedVersions(db: Queryable, runId: number, side: keyof typeof STAGED): AsyncGenerator<StagedVersion[]> {
	for (let after = 0; ; ) {
		const { rows } = await db.query<StagedVersion>(STAGED[side], [runId, after, BATCH]);
		if (rows.length > 0) yield rows;
		if (rows.length < BATCH) return;
		after = rows.at(-1)?.id ?? after;
	}
}

/**
 * Makes of each pair one record: the old keeps its id and its versions, and takes over identifier and versions of the fresh one, which was never
 * released. Versions of the fresh one are numbered after those there are. What was joined is kept (reidentified.ts), so that it can be undone.
 */
export async function joinPairs(
	client: pg.ClientBase,
	runId: number,
	pairs: readonly { readonly old: number; readonly fresh: number }[],
): Promise<void> {
	const { rows } = await client.query<{ old: number; fresh: number; identifier: string; last: number }>(
		`select p.old, p.fresh, r.identifier, (select max(no) from version v where v.record_id = p.old) as last
		from unnest($1::bigint[], $2::bigint[]) as p (old, fresh) join source_record r on r.id = p.fresh`,
		[pairs.map((pair) => pair.old), pairs.map((pair) => pair.fresh)],
	);
	const olds = rows.map((row) => row.old);
	const freshs = rows.map((row) => row.fresh);
	const lasts = rows.map((row) => row.last);
	const joined = 'unnest($1::bigint[], $2::bigint[], $3::int[]) as p (old, fresh, last)';
	await client.query(
		`insert into reidentified (run_id, record_id, fresh_id, identifier, last_no)
		select $4, p.old, p.fresh, r.identifier, p.last from ${joined} join source_record r on r.id = p.old`,
		[olds, freshs, lasts, runId],
	);
	await client.query(`update version v set record_id = p.old, no = p.last + v.no from ${joined} where v.record_id = p.fresh`, [
		olds,
		freshs,
		lasts,
	]);
	await client.query(
		`with taken as (delete from staged_change s using ${joined} where s.run_id = $4 and s.record_id = p.fresh returning p.old, p.last + s.no as no)
		update staged_change s set no = taken.no, deleted = false from taken where s.run_id = $4 and s.record_id = taken.old`,
		[olds, freshs, lasts, runId],
	);
	await client.query('delete from source_record where id = any($1)', [freshs]);
	await client.query(
		'update source_record r set identifier = p.identifier from unnest($1::bigint[], $2::text[]) as p (old, identifier) where r.id = p.old',
		[olds, rows.map((row) => row.identifier)],
	);
	// whoever goes on with this run must not take them for vanished
	await client.query(
		`with noted as (
			update run set pages = pages + 1, created = created - $3, updated = updated + $3, vanished = greatest(vanished - $3, 0),
				notes = notes || jsonb_build_object('reidentified', coalesce((notes->>'reidentified')::int, 0) + $3)
			where id = $1 returning pages
		) insert into run_page (run_id, page, seen) select $1, pages, $2 from noted`,
		[runId, olds, olds.length],
	);
}

/** A run that waits for a person, with what is to be written when it is released. */
export interface HeldRun {
	readonly id: number;
	/** What the run is once it is released. */
	readonly state: 'complete' | 'incomplete';
	readonly vanished: number;
	/** What it did not list stays, save what came under another identifier. */
	readonly keeps: boolean;
	readonly harvestedUntil: string | null;
	readonly deletedRecord: string | null;
	/** What was decided and is not done yet. */
	readonly asked: string | null;
}

/** The run of a source that waits for a person. */
export async function heldRun(db: Queryable, sourceId: number): Promise<HeldRun | undefined> {
	const { rows } = await db.query<HeldRun>(
		`select id, vanished, notes->'held'->>'state' as state, coalesce((notes->'held'->>'keeps')::boolean, false) as keeps, notes->'held'->>'harvestedUntil' as "harvestedUntil",
			notes->'held'->>'deletedRecord' as "deletedRecord", notes #>> '{asked,decision}' as asked
		from run where source_id = $1 and state = 'held'`,
		[sourceId],
	);
	return rows[0];
}

/** Identifiers and titles to show of pairs. */
export async function pairIdentifiers(
	db: Queryable,
	pairs: readonly { readonly old: number; readonly fresh: number }[],
): Promise<{ from: string; to: string; body: Buffer }[]> {
	const { rows } = await db.query<{ from: string; to: string; body: Buffer }>(
		`select o.identifier as "from", f.identifier as "to", v.body
		from unnest($1::bigint[], $2::bigint[]) with ordinality as p (old, fresh, place) join source_record o on o.id = p.old
		join source_record f on f.id = p.fresh join version v on v.record_id = o.id and v.no = o.current_no order by p.place`,
		[pairs.map((pair) => pair.old), pairs.map((pair) => pair.fresh)],
	);
	return rows;
}
