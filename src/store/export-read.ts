import type pg from 'pg';

type Queryable = Pick<pg.Pool, 'query'>;

export interface MembershipRow {
	readonly record: number;
	readonly union: number;
	readonly library: string;
	readonly identifier: string;
}

/** Live source records that have been matched with the union record each is in, in the order of their numbers, after `after`. */
export async function membershipsAfter(db: Queryable, after: number, library: string | null, limit: number): Promise<MembershipRow[]> {
	const { rows } = await db.query<MembershipRow>({
		name: 'memberships-after',
		text: `select m.record_id as record, m.union_id as union, coalesce(l.merged_into, l.code) as library, r.identifier
			from cluster_member m join source_record r on r.id = m.record_id join source s on s.id = r.source_id join library l on l.code = s.library
			where m.record_id > $1 and not r.deleted and r.current_no > 0 and s.removed_at is null
				and ($2::text is null or coalesce(l.merged_into, l.code) = $2) order by m.record_id limit $3`,
		values: [after, library, limit],
	});
	return rows;
}

/** Stored bodies of live union records that are shared, in the order of their ids, after `after`; of one library when it is given. */
export async function unionBodiesAfter(
	db: Queryable,
	after: number,
	library: string | null,
	limit: number,
): Promise<{ id: number; body: Buffer }[]> {
	const { rows } = await db.query<{ id: number; body: Buffer }>({
		name: 'union-bodies-after',
		text: `select id, body from union_record where id > $1 and state = 'live' and shared
			and ($2::text is null or sets && array(select id from oai_set where spec = 'library:' || $2)) order by id limit $3`,
		values: [after, library, limit],
	});
	return rows;
}
