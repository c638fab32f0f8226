import type pg from 'pg';
import { HOLDINGS_KIND } from '../records/bib.ts';

type Db = Pick<pg.Pool, 'query'>;

/** A title that came, and when: for a library, when it first had it. */
export interface NewTitle {
	readonly id: number;
	readonly addedMs: number;
}

const ADDED = '(select extract(epoch from min(v.received_at))::float8 * 1000 from version v where v.record_id = n.record_id)';

/** The newest titles of the union, newest first. */
export async function newestTitles(db: Db, limit: number): Promise<NewTitle[]> {
	const { rows } = await db.query<NewTitle>(
		`select n.id::float8 as id, coalesce(${ADDED}, extract(epoch from n.stamp)::float8 * 1000) as "addedMs"
		from (select id, id as record_id, stamp from union_record where state = 'live' order by id desc limit $1) n order by n.id desc`,
		[limit],
	);
	return rows;
}

/** When these titles came, in the order given. */
export async function titlesAdded(db: Db, ids: readonly number[]): Promise<NewTitle[]> {
	const { rows } = await db.query<NewTitle>(
		`select n.id::float8 as id, coalesce(${ADDED}, extract(epoch from n.stamp)::float8 * 1000) as "addedMs"
		from (select u.id, u.id as record_id, u.stamp, place from unnest($1::bigint[]) with ordinality as wanted (id, place)
			join union_record u on u.id = wanted.id and u.state = 'live') n order by n.place`,
		[ids],
	);
	return rows;
}

/** The titles that these libraries had last, newest first: also those that others had before. */
export async function newestOfLibraries(db: Db, libraries: readonly string[], limit: number): Promise<NewTitle[]> {
	const { rows } = await db.query<NewTitle>(
		`select n.union_id::float8 as id, max(${ADDED}) as "addedMs" from (
			select r.id as record_id, m.union_id from source s cross join lateral (
				select id from source_record where source_id = s.id and seq > 0 and not deleted and not suppressed and kind <> ${HOLDINGS_KIND}
				order by id desc limit $2
			) r join cluster_member m on m.record_id = r.id
			where s.library = any($1) and s.removed_at is null order by r.id desc limit $2
		) n group by n.union_id order by max(n.record_id) desc`,
		[libraries, limit],
	);
	return rows;
}
