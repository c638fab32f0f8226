import type pg from 'pg';

type Queryable = Pick<pg.Pool, 'query'>;

/** Lock that whoever projects holds for the session: one projector for each index, in any process. */
export const PROJECTOR_LOCK = 7_402_003;

/** Lock that whoever makes an index anew holds for the session. */
export const REBUILD_LOCK = 7_402_004;

export interface ProjectedUnion {
	readonly id: number;
	readonly seq: number;
	readonly body: Buffer | null;
	/** Codes of the collections that it is in. */
	readonly collections: readonly string[];
}

/** Union records changed after a change number, in its order; `body` is null for those that are gone. */
export async function unionsAfter(db: Queryable, seq: number, limit: number): Promise<ProjectedUnion[]> {
	const { rows } = await db.query<ProjectedUnion>({
		name: 'unions-after',
		text: `select id, seq, body, case when collections = '{}' then '{}' else
				array(select c.code from collection c where c.set_id = any(collections) and c.removed_at is null order by c.code) end as collections
			from union_record where seq > $1 order by seq limit $2`,
		values: [seq, limit],
	});
	return rows;
}

/** The change number up to which an index is projected; 0 at first. */
export async function projectedUpTo(db: Queryable, name: string): Promise<number> {
	const { rows } = await db.query<{ seq: number }>('select seq from projection where name = $1', [name]);
	return rows[0]?.seq ?? 0;
}

export async function setProjectedUpTo(db: Queryable, name: string, seq: number): Promise<void> {
	await db.query('insert into projection (name, seq) values ($1, $2) on conflict (name) do update set seq = excluded.seq', [name, seq]);
}

/** Live union records that did not change after a change number. */
export async function liveUpTo(db: Queryable, seq: number): Promise<number> {
	const { rows } = await db.query<{ n: string }>('select count(*) as n from union_record where body is not null and seq <= $1', [seq]);
	return Number(rows[0]?.n);
}
