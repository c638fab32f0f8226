import type pg from 'pg';
import { numberArray } from '../lib/number-array.ts';

type Db = Pick<pg.Pool, 'query'>;

/** Those of these union records that are live and handed on, in the order given. */
export async function sharedAmong(db: Db, ids: readonly number[]): Promise<number[]> {
	if (ids.length === 0) return [];
	const { rows } = await db.query<{ id: number }>({
		name: 'shared-among',
		text: `select id::float8 as id from union_record where id = any($1::bigint[]) and state = 'live' and shared`,
		values: [numberArray(ids)],
	});
	const shared = new Set(rows.map(({ id }) => id));
	return ids.filter((id) => shared.has(id));
}

/** Live union records that are handed on with numbers from `from` up to, not with, `to`: number and datestamp, in the order of numbers after `after`. */
export async function sharedInRange(
	db: Db,
	range: { readonly after: number; readonly to: number; readonly limit: number },
): Promise<{ id: number; stampMs: number }[]> {
	const { rows } = await db.query<{ id: number; stampMs: number }>({
		name: 'shared-in-range',
		text: `select id::float8 as id, extract(epoch from stamp)::float8 * 1000 as "stampMs" from union_record
			where id > $1 and id < $2 and state = 'live' and shared order by id limit $3`,
		values: [range.after, range.to, range.limit],
	});
	return rows;
}

/** Which stretches of `size` numbers have a live union record that is handed on, by their places from 0; one look at the index for each. */
export async function stretchesWithShared(db: Db, size: number): Promise<number[]> {
	const { rows } = await db.query<{ place: number }>(
		`with recursive found (place) as (
			(select id / $1::bigint from union_record where state = 'live' and shared order by id limit 1)
			union all
			select (select id / $1::bigint from union_record where id >= (found.place + 1) * $1::bigint and state = 'live' and shared order by id limit 1)
			from found where found.place is not null
		) select place::float8 as place from found where place is not null`,
		[size],
	);
	return rows.map(({ place }) => place);
}
