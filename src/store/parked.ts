import type pg from 'pg';

type Queryable = Pick<pg.Pool, 'query'>;

/** A union record that a search index refused. */
export interface ParkedRow {
	readonly id: number;
	readonly seq: number;
	readonly reason: string;
	readonly atMs: number;
}

const REASON_LETTERS_MAX = 2_000;

/** Notes what an index refused of a batch, and takes out what it now took. */
export async function keepParked(
	db: Queryable,
	index: string,
	given: readonly number[],
	parked: readonly Pick<ParkedRow, 'id' | 'seq' | 'reason'>[],
): Promise<void> {
	const refused = new Set(parked.map(({ id }) => id));
	await db.query('delete from parked_document where index_name = $1 and union_id = any ($2::bigint[])', [
		index,
		given.filter((id) => !refused.has(id)),
	]);
	if (parked.length === 0) return;
	await db.query(
		`insert into parked_document (index_name, union_id, seq, reason) select $1, * from unnest($2::bigint[], $3::bigint[], $4::text[])
		on conflict (index_name, union_id) do update set seq = excluded.seq, reason = excluded.reason, parked_at = now()`,
		[
			index,
			parked.map(({ id }) => id),
			parked.map(({ seq }) => seq),
			parked.map(({ reason }) => reason.replaceAll('\0', ' ').slice(0, REASON_LETTERS_MAX)),
		],
	);
}

/** What an index refused, by number. */
export async function readParked(db: Queryable, index: string, after: number, limit: number): Promise<ParkedRow[]> {
	const { rows } = await db.query<ParkedRow>(
		`select union_id::float8 as id, seq::float8 as seq, reason, extract(epoch from parked_at)::float8 * 1000 as "atMs"
		from parked_document where index_name = $1 and union_id > $2 order by union_id limit $3`,
		[index, after, limit],
	);
	return rows;
}

export async function countParked(db: Queryable, index: string): Promise<number> {
	const { rows } = await db.query<{ n: string }>('select count(*) as n from parked_document where index_name = $1', [index]);
	return Number(rows[0]?.n);
}

/** What an index refused belongs to it under another name. */
export async function moveParked(db: Queryable, from: string, to: string): Promise<void> {
	await db.query('update parked_document set index_name = $2 where index_name = $1', [from, to]);
}

/** Forgets how far indexes were brought that are no more, and what they refused: all of a kind (`opensearch/`) but one. */
export async function forgetIndexes(db: Queryable, kind: string, kept: string): Promise<void> {
	await db.query('delete from projection where starts_with(name, $1) and name <> $2', [kind, kept]);
	await db.query('delete from parked_document where starts_with(index_name, $1) and index_name <> $2', [kind, kept]);
}
