import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { CHANGE_LOCK, ENTITY, OP, takeChangeNumbers } from './change-log.ts';
import { type Database, withTransaction } from './database.ts';
import { logChange } from './touch.ts';
import { setNumbers } from './union-write.ts';

type Db = Pick<pg.Pool, 'query'>;

/** Lock that whoever brings collections up to date holds for the session. */
export const COLLECTION_LOCK = 7_402_011;

export interface Collection {
	readonly id: number;
	readonly code: string;
	readonly nameVi: string;
	/** '' when it has none. */
	readonly nameEn: string;
	/** In the words of the search box; null for a list. */
	readonly query: string | null;
	/** Live union records that are in it. */
	readonly titles: number;
	/** Whether it follows the union; false until it has been looked at after it was defined. */
	readonly settled: boolean;
}

/** What is in a collection: what a query finds, or a list of records by number. */
export type Contents = { readonly query: string } | { readonly records: readonly number[] };

export interface Definition {
	readonly code: string;
	readonly nameVi: string;
	readonly nameEn: string;
	readonly contents: Contents;
}

/** A collection to be brought up to date; a removed one is emptied. */
export interface Followed {
	readonly id: number;
	readonly code: string;
	readonly setId: number;
	readonly query: string | null;
	readonly removed: boolean;
	/** The change number it follows the union up to; null: everything is to be looked at. */
	readonly seq: number | null;
	readonly revision: number;
}

const COLLECTION = `select c.id, c.code, c.name_vi as "nameVi", c.name_en as "nameEn", c.query, c.seq is not null as settled,
	(select count(*) from union_record u where (u.sets || u.collections || u.past_sets) && array[c.set_id] and u.collections && array[c.set_id]
		and u.state = 'live')::float8 as titles
	from collection c where c.removed_at is null`;

export async function readCollections(db: Db): Promise<Collection[]> {
	return (await db.query<Collection>(`${COLLECTION} order by c.code`)).rows;
}

/** Those of some codes that no collection has. */
export async function unknownCollections(db: Db, codes: readonly string[]): Promise<string[]> {
	const { rows } = await db.query<{ code: string }>(
		'select code from unnest($1::text[]) as code where code not in (select c.code from collection c where c.removed_at is null)',
		[codes],
	);
	return rows.map(({ code }) => code);
}

export async function readCollection(db: Db, code: string): Promise<Collection | undefined> {
	return (await db.query<Collection>(`${COLLECTION} and c.code = $1`, [code])).rows[0];
}

/** Throws what stands against a change; `queries` are the saved queries by code as they would be, null for lists. Nobody else changes them meanwhile. */
export type CheckQueries = (queries: ReadonlyMap<string, string | null>) => void;

async function lockedQueries(client: Db): Promise<Map<string, string | null>> {
	await client.query('lock table collection in share row exclusive mode');
	const { rows } = await client.query<{ code: string; query: string | null }>(
		'select code, query from collection where removed_at is null',
	);
	return new Map(rows.map(({ code, query }) => [code, query]));
}

/** Defines a collection, or defines it anew. Gives whether it is new. What is in it is written by whoever follows collections. */
export async function putCollection(
	db: Pick<Database, 'pool'>,
	{ code, nameVi, nameEn, contents }: Definition,
	check: CheckQueries,
): Promise<boolean> {
	return await withTransaction(db, async (client) => {
		const queries = await lockedQueries(client);
		check(queries.set(code, 'query' in contents ? contents.query : null));
		const spec = `collection:${code}`;
		const setId = (await setNumbers(client, [spec])).get(spec);
		const query = 'query' in contents ? contents.query : null;
		const { rows: before } = await client.query<{ removed: boolean }>(
			'select removed_at is not null as removed from collection where code = $1 for update',
			[code],
		);
		const { rows } = await client.query<{ id: number }>(
			`insert into collection (code, name_vi, name_en, query, set_id) values ($1, $2, $3, $4, $5)
			on conflict (code) do update set name_vi = excluded.name_vi, name_en = excluded.name_en, query = excluded.query, seq = null,
				removed_at = null, revision = collection.revision + 1 returning id`,
			[code, nameVi, nameEn, query, setId],
		);
		const id = rows[0]?.id ?? 0;
		await client.query('delete from collection_item where collection_id = $1', [id]);
		if ('records' in contents)
			await client.query('insert into collection_item select distinct $1::int, unnest($2::bigint[])', [id, contents.records]);
		const isNew = before[0] === undefined || before[0].removed;
		await logChange(client, ENTITY.collection, id, isNew ? OP.created : OP.updated);
		return isNew;
	});
}

/** Takes a collection away; its records leave its set as they are followed. AppError not-found. */
export async function removeCollection(db: Pick<Database, 'pool'>, code: string, check: CheckQueries): Promise<void> {
	await withTransaction(db, async (client) => {
		check(await lockedQueries(client));
		const { rows } = await client.query<{ id: number }>(
			`update collection set removed_at = now(), seq = null, revision = revision + 1 where code = $1 and removed_at is null returning id`,
			[code],
		);
		if (rows[0] === undefined)
			throw new AppError('not-found', `there is no collection ${code}`, { hint: 'lienthong collection list shows the collections' });
		await logChange(client, ENTITY.collection, rows[0].id, OP.deleted);
	});
}

/** Collections that are behind a change number, or were defined since they were looked at. */
export async function collectionsBehind(db: Db, seq: number): Promise<Followed[]> {
	const { rows } = await db.query<Followed>(
		`select id, code, set_id as "setId", query, removed_at is not null as removed, seq, revision from collection
		where seq is null or (removed_at is null and seq < $1) order by id`,
		[seq],
	);
	return rows;
}

/** It follows the union up to this number now, unless it was defined anew meanwhile. */
export async function setFollowed(db: Db, { id, revision }: Followed, seq: number): Promise<boolean> {
	return (await db.query('update collection set seq = $3 where id = $1 and revision = $2', [id, revision, seq])).rowCount === 1;
}

/** Union records that are in a collection. */
export async function membersOf(db: Db, setId: number): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>(
		`select id::float8 as id from union_record where (sets || collections || past_sets) && array[$1::int] and collections && array[$1::int]`,
		[setId],
	);
	return rows.map(({ id }) => id);
}

/** Union records changed after a number and up to another, in the order of their numbers. */
export async function changedUnions(db: Db, after: number, upTo: number, limit: number): Promise<{ id: number; seq: number }[]> {
	const { rows } = await db.query<{ id: number; seq: number }>(
		'select id::float8 as id, seq::float8 as seq from union_record where seq > $1 and seq <= $2 order by seq limit $3',
		[after, upTo, limit],
	);
	return rows;
}

/** The live union records that the listed ids of a collection lead to now. */
export async function listedUnions(db: Db, collectionId: number): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>(
		`with recursive led (id, steps) as (
			select record_id, 0 from collection_item where collection_id = $1
			union
			select coalesce(m.union_id, r.heir), led.steps + 1 from led
				join source_record r on r.id = led.id left join cluster_member m on m.record_id = led.id
			where led.steps < 100 and coalesce(m.union_id, r.heir) <> led.id
		) select distinct u.id::float8 as id from led join union_record u on u.id = led.id where u.state = 'live'`,
		[collectionId],
	);
	return rows.map(({ id }) => id);
}

/**
 * Puts union records into a collection and takes others out, each with a new change number and datestamp; gives how many changed. One that left
 * keeps the set as a past one, so that whoever follows the set hears of it. Under the change lock from its first look on, so that nothing
 * the matcher writes comes between.
 */
export async function moveMembers(
	db: Pick<Database, 'pool'>,
	setId: number,
	{ entering, leaving }: { readonly entering: readonly number[]; readonly leaving: readonly number[] },
): Promise<number> {
	if (entering.length + leaving.length === 0) return 0;
	return await withTransaction(db, async (client) => {
		await client.query('select pg_advisory_xact_lock($1)', [CHANGE_LOCK]);
		const { rows } = await client.query<{ id: number; live: boolean }>(
			`select id::float8 as id, state = 'live' as live from union_record where (id = any($1) and state = 'live' and not collections && array[$3::int])
				or (id = any($2) and collections && array[$3::int]) order by id`,
			[entering, leaving, setId],
		);
		const live = rows.filter((row) => row.live).map(({ id }) => id);
		// what is gone is told to be so already
		await client.query(`update union_record set ${OUT} where id = any($2)`, [setId, rows.filter((row) => !row.live).map(({ id }) => id)]);
		if (live.length === 0) return 0;
		const { first, stampMs } = await takeChangeNumbers(client, live.length);
		const enters = new Set(entering);
		await client.query(
			`with moved as (select id, $3::bigint + place - 1 as seq from unnest($2::bigint[]) with ordinality as t (id, place)),
			entered as (update union_record u set ${IN}, seq = m.seq, stamp = $4 from moved m where u.id = m.id and u.id = any($5)),
			left_it as (update union_record u set ${OUT}, seq = m.seq, stamp = $4 from moved m where u.id = m.id and u.id <> all($5))
			insert into change (seq, stamp, id, entity, op) select seq, $4, id, ${ENTITY.union}, ${OP.updated} from moved order by seq`,
			[setId, live, first, new Date(stampMs), live.filter((id) => enters.has(id))],
		);
		return live.length;
	});
}

const IN = 'collections = array_append(collections, $1::int), past_sets = array_remove(past_sets, $1::int)';
const OUT = 'collections = array_remove(collections, $1::int), past_sets = array_append(array_remove(past_sets, $1::int), $1::int)';
