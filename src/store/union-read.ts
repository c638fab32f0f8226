import type pg from 'pg';
import { numberArray } from '../lib/number-array.ts';
import { HOLDINGS_KIND } from '../records/bib.ts';

type Db = Pick<pg.Pool, 'query'>;

export interface UnionReadRow {
	readonly id: number;
	readonly state: 'live' | 'redirect' | 'deleted';
	readonly seq: number;
	readonly stampMs: number;
	readonly shared: boolean;
	readonly body: Buffer | null;
}

const HEAD = `u.id::float8 as id, state, u.seq::float8 as seq,
	extract(epoch from stamp)::float8 * 1000 as "stampMs", shared`;

/** Union records by number, those that exist, in no order. */
export async function readUnions(db: Db, ids: readonly number[]): Promise<UnionReadRow[]> {
	const { rows } = await db.query<UnionReadRow>({
		name: 'union-by-ids',
		text: `select ${HEAD}, body from union_record u where id = any($1::bigint[])`,
		values: [numberArray(ids)],
	});
	return rows;
}

/** The same, without the body of those that have the change number given in the same place: it is known. */
export async function readChangedUnions(db: Db, ids: readonly number[], knownSeqs: readonly number[]): Promise<UnionReadRow[]> {
	const { rows } = await db.query<UnionReadRow>({
		name: 'changed-unions',
		text: `select ${HEAD}, case when u.seq <> known.seq then body end as body
			from unnest($1::bigint[], $2::bigint[]) as known (id, seq) join union_record u on u.id = known.id`,
		values: [numberArray(ids), numberArray(knownSeqs)],
	});
	return rows;
}

/** Heirs are handed on to directly, so that lines are short. */
const STEPS_MAX = 100;

/**
 * What an id stands for now: the union record itself (live or deleted), or for any other id ever given, where its record stands or its
 * heirs lead, whatever its own row said when it was last a union record; a tombstone when that is nowhere; undefined when it was never given.
 */
export async function resolveUnion(db: Db, id: number): Promise<UnionReadRow | undefined> {
	const seen = new Set<number>();
	let gone: UnionReadRow | undefined;
	// a ring of many dead leads nowhere, and must not hang a request
	for (let at: number | undefined = id; at !== undefined && !seen.has(at) && seen.size < STEPS_MAX; ) {
		seen.add(at);
		const row: UnionReadRow | undefined = (await readUnions(db, [at]))[0];
		if (row?.state === 'live') return row;
		if (row?.state === 'deleted') gone ??= row;
		at = await unionOfRecord(db, at);
	}
	return gone ?? (await tombstone(db, id));
}

/** For the id of a dead record whose heirs lead to no living one, or in a ring: no union record ever had it, so none tells when it died. */
async function tombstone(db: Db, record: number): Promise<UnionReadRow | undefined> {
	const { rows } = await db.query<UnionReadRow>(
		`select id::float8 as id, 'deleted' as state, seq::float8 as seq, extract(epoch from stamp)::float8 * 1000 as "stampMs",
			false as shared, null as body
		from source_record where id = $1 and seq > 0 and deleted and (kind <> ${HOLDINGS_KIND} or heir is not null)`,
		[record],
	);
	return rows[0];
}

/** The union record that a source record stands in, or its heir; undefined when it stands in none. */
async function unionOfRecord(db: Db, record: number): Promise<number | undefined> {
	const { rows } = await db.query<{ next: number | null }>(
		`select coalesce(m.union_id, r.heir)::float8 as next from source_record r left join cluster_member m on m.record_id = r.id
		where r.id = $1 and r.seq > 0`,
		[record],
	);
	const next = rows[0]?.next ?? undefined;
	return next === record ? undefined : next;
}

/** The number of a source record by what its source calls it; undefined when it is unknown or not released. */
export async function findSourceRecord(db: Db, source: string, identifier: string): Promise<number | undefined> {
	const { rows } = await db.query<{ id: number }>(
		`select r.id::float8 as id from source_record r join source s on s.id = r.source_id where s.code = $1 and r.identifier = $2 and r.seq > 0
			and (r.kind <> ${HOLDINGS_KIND} or r.heir is not null)`,
		[source, identifier],
	);
	return rows[0]?.id;
}

export interface Holdings {
	readonly records: number;
	readonly libraries: number;
	/** When the last complete run ended; null before the first. */
	readonly latestHarvestMs: number | null;
}

/** What the front page and the metrics say is here. */
export async function readTotals(db: Db): Promise<Holdings> {
	const { rows } = await db.query<Holdings>(
		`select (select count(*) from union_record where state = 'live')::float8 as records, (select count(*) from library)::float8 as libraries,
			(select extract(epoch from max(finished_at))::float8 * 1000 from run where state = 'complete') as "latestHarvestMs"`,
	);
	return rows[0] ?? { records: 0, libraries: 0, latestHarvestMs: null };
}

/** Resolves when the database answers. */
export async function ping(db: Db): Promise<void> {
	await db.query('select 1');
}
