import type pg from 'pg';
import { CopyBinary } from '../lib/copy-binary.ts';
import { numberArray } from '../lib/number-array.ts';
import { copyInto } from './copy.ts';

/*
 * Match keys and the candidates they yield. Holder counts are never stored: they are read off match_key, and only ever
 * compared with the cap, so they cannot drift.
 */

/** One match key of a record of a batch: `delta` +1 is new, -1 gone, 0 stays. `rung` as src/matching/keys.ts makes it. */
export interface BatchKey {
	readonly record: number;
	readonly key: number;
	readonly rung: number;
	readonly delta: -1 | 0 | 1;
}

const columns = (keys: readonly BatchKey[], ...names: readonly (keyof BatchKey)[]): string[] =>
	names.map((name) => numberArray(keys.map((k) => k[name])));

/** Brings match_key up to date. */
export async function refreshKeys(client: pg.PoolClient, keys: readonly BatchKey[]): Promise<void> {
	const gone = keys.filter((k) => k.delta < 0);
	if (gone.length > 0) {
		await client.query(
			`delete from match_key m using unnest($1::bigint[], $2::int[], $3::int[]) as b (key, rung, record)
			where m.key = b.key and m.rung = b.rung and m.record_id = b.record`,
			columns(gone, 'key', 'rung', 'record'),
		);
	}
	// in the order of the index, which so finds the leaf it wrote last in its cache
	const added = keys.filter((k) => k.delta > 0).sort((x, y) => x.key - y.key);
	if (added.length === 0) return;
	const rows = new CopyBinary(added.length * 30 + 64);
	for (const { record, key, rung } of added) rows.row(3).int8(key).int4(rung).int4(record);
	await copyInto(client, 'match_key (key, rung, record_id)', rows.finish());
}

/** Holders of the keys of a batch, a list for each key that has two or more and at most `cap`; and the keys that have more. */
export async function keyGroups(
	client: pg.PoolClient,
	batch: readonly BatchKey[],
	cap: number,
): Promise<{ groups: number[][]; hot: number[] }> {
	const keys = new Set<number>();
	for (const { key, delta } of batch) if (delta >= 0) keys.add(key);
	const { rows } = await client.query<{ key: number; ids: string | null }>({
		name: 'key-groups',
		text: `select case when g.n > $1 then t.key end as key, case when g.n <= $1 then g.ids end as ids
			from unnest($2::bigint[]) as t (key)
			cross join lateral (
				select count(*) as n, string_agg(m.record_id::text, ',') as ids
				from (select record_id from match_key where match_key.key = t.key limit $1 + 1) m
			) g where g.n > 1`,
		values: [cap, numberArray([...keys].sort((a, b) => a - b))],
	});
	const groups: number[][] = [];
	const hot: number[] = [];
	for (const row of rows) {
		if (row.ids === null) hot.push(row.key);
		else groups.push(row.ids.split(',').map(Number));
	}
	return { groups, hot };
}

/** The ladder for keys above the cap: holders of the same year, and above the cap there too, also of the same first title word. */
export async function ladderGroups(
	client: pg.PoolClient,
	batch: readonly BatchKey[],
	hot: readonly number[],
	cap: number,
): Promise<number[][]> {
	if (hot.length === 0) return [];
	const above = new Set(hot);
	const { rows } = await client.query<{ ids: string }>(
		`with batch as (select * from unnest($2::bigint[], $3::int[]) as b (key, rung)),
		step as (
			select t.key, t.year, g.n, g.ids from (select distinct key, rung >> 16 as year from batch) t
			cross join lateral (
				select count(*) as n, string_agg(m.record_id::text, ',') as ids
				from (select record_id from match_key k where k.key = t.key and k.rung between t.year << 16 and (t.year << 16) + 65535 limit $1 + 1) m
			) g
		)
		select ids from step where n between 2 and $1
		union all
		select g.ids from (
			select distinct b.key, b.rung from batch b join step s on s.key = b.key and s.year = b.rung >> 16 and s.n > $1
		) t cross join lateral (
			select count(*) as n, string_agg(m.record_id::text, ',') as ids
			from (select record_id from match_key k where k.key = t.key and k.rung = t.rung limit $1 + 1) m
		) g where g.n between 2 and $1`,
		[
			cap,
			...columns(
				batch.filter((b) => b.delta >= 0 && above.has(b.key)),
				'key',
				'rung',
			),
		],
	);
	return rows.map((row) => row.ids.split(',').map(Number));
}

/** Those of some keys that have at most `cap` holders. */
export async function keysBelow(client: pg.PoolClient, keys: readonly number[], cap: number): Promise<Set<number>> {
	if (keys.length === 0) return new Set();
	const { rows } = await client.query<{ key: number }>(
		`select t.key from unnest($2::bigint[]) as t (key)
		cross join lateral (select count(*) as n from (select from match_key where match_key.key = t.key limit $1 + 1) m) g where g.n <= $1`,
		[cap, numberArray([...keys].sort((a, b) => a - b))],
	);
	return new Set(rows.map((row) => row.key));
}

/** How many of these keys have more than `cap` holders on every step of the ladder, so that they yield no candidates. */
export async function countCrowdedKeys(db: Pick<pg.Pool, 'query'>, keys: readonly BatchKey[], cap: number): Promise<number> {
	const { rows } = await db.query<{ n: number }>(
		`select count(*)::int as n from unnest($2::bigint[], $3::int[]) as t (key, rung)
		where (select count(*) from (select from match_key k where k.key = t.key and k.rung = t.rung limit $1 + 1) m) > $1`,
		[cap, ...columns(keys, 'key', 'rung')],
	);
	return rows[0]?.n ?? 0;
}

/** The steps of the ladder: a key; a key and the year; a key, the year and the first title word. `of` are the columns of a step, `on` its rows. */
const LEVELS = [
	{ of: 'key, 0 as step', on: 'k.key = d.key' },
	{ of: 'key, rung >> 16 as step', on: 'k.key = d.key and k.rung between d.step << 16 and (d.step << 16) + 65535' },
	{ of: 'key, rung as step', on: 'k.key = d.key and k.rung = d.step' },
] as const;

/** Holders of keys, or of steps of their ladders, that crossed the cap: of those that fell to it, and of those that rose above it. */
export interface Crossed {
	readonly more: readonly number[];
	readonly fewer: readonly number[];
}

/**
 * Records whose candidates may change because a key, or a step of its ladder, crossed the cap in this batch. Only keys that are above
 * the cap now, or lost holders, can have crossed.
 */
export async function holdersOfCrossedKeys(
	client: pg.PoolClient,
	batch: readonly BatchKey[],
	hot: readonly number[],
	cap: number,
): Promise<Crossed> {
	const doubtful = new Set(hot);
	for (const { key, delta } of batch) if (delta < 0) doubtful.add(key);
	if (doubtful.size === 0) return { more: [], fewer: [] };
	const changes = columns(
		batch.filter((b) => doubtful.has(b.key)),
		'key',
		'rung',
		'delta',
	);
	const more = new Set<number>();
	const fewer = new Set<number>();
	for (const { of, on } of LEVELS) {
		const { rows } = await client.query<{ record_id: number; above: boolean }>(
			`with d as (
				select ${of}, sum(delta)::int as change, count(*) filter (where delta = 1)::int as added
				from unnest($2::bigint[], $3::int[], $4::int[]) as b (key, rung, delta)
				group by 1, 2 having sum(delta) <> 0
			), crossing as (
				select d.*, now.n > $1 as above from d cross join lateral (select count(*)::int as n from (select 1 from match_key k where ${on} limit $1 + d.added + 1) x) now
				where (now.n > $1) <> (now.n - d.change > $1)
			)
			select distinct k.record_id, d.above from crossing d cross join lateral (select record_id from match_key k where ${on} offset 0) k`,
			[cap, ...changes],
		);
		for (const { record_id, above } of rows) (above ? fewer : more).add(record_id);
	}
	return { more: [...more], fewer: [...fewer] };
}
