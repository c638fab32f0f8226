import type pg from 'pg';
import { ENTITY, OP, takeChangeNumbers } from './change-log.ts';

/**
 * Gives all released records of sources a new datestamp, since something that is shown with each of them has changed (their library,
 * what may be shared), and has their union records merged again. Takes the change lock, so it comes last in a transaction.
 */
export async function touchSources(client: pg.PoolClient, sourceIds: readonly number[]): Promise<number> {
	const { rows } = await client.query<{ ids: number[] | null }>(
		'select array_agg(id order by id) as ids from source_record where source_id = any($1) and seq > 0',
		[sourceIds],
	);
	const ids = rows[0]?.ids ?? [];
	if (ids.length === 0) return 0;
	await remergeSources(client, sourceIds);
	const { first, stampMs } = await takeChangeNumbers(client, ids.length);
	await client.query(
		`with touched as (select id, $2::bigint + place - 1 as seq from unnest($1::bigint[]) with ordinality as t (id, place)),
		record as (update source_record r set seq = t.seq, stamp = $3 from touched t where r.id = t.id returning r.id, r.seq, r.deleted)
		insert into change (seq, stamp, id, entity, op)
		select seq, $3, id, ${ENTITY.source_record}, case when deleted then ${OP.deleted} else ${OP.updated} end from record order by seq`,
		[ids, first, new Date(stampMs)],
	);
	return ids.length;
}

/** Has the union records of sources merged again, for what only they show (sets, areas). */
export async function remergeSources(client: pg.PoolClient, sourceIds: readonly number[]): Promise<void> {
	await client.query(
		`insert into dirty (record_id, priority) select id, 2 from source_record where source_id = any($1) and seq > 0 and not deleted order by id
		on conflict (record_id) do update set quiet = false where dirty.quiet`,
		[sourceIds],
	);
}

/** Enters the change of a library, source or collection itself into the change log. Takes the change lock. */
export async function logChange(client: pg.PoolClient, entity: 3 | 4 | 5, id: number, op: (typeof OP)[keyof typeof OP]): Promise<void> {
	const { first, stampMs } = await takeChangeNumbers(client, 1);
	await client.query('insert into change (seq, stamp, id, entity, op) values ($1, $2, $3, $4, $5)', [
		first,
		new Date(stampMs),
		id,
		entity,
		op,
	]);
}
