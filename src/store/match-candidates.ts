import type pg from 'pg';
import { CopyBinary } from '../lib/copy-binary.ts';
import { copyInto } from './copy.ts';

/*
 * Match keys and the candidates they yield. Holder counts are never stored: they are read off match_key, and only ever
 * compared with the cap, so they cannot drift. batch_key is a temporary table of the matcher's session.
 */

/** Makes the session's scratch table; once for each connection of the matcher. */
export async function prepareCandidateScratch(client: pg.PoolClient): Promise<void> {
	await client.query(
		`create temp table if not exists batch_key (
			record_id int not null, key bigint not null, rung int not null, delta smallint not null
		) on commit delete rows`,
	);
}

/** One match key of a record of this batch: `delta` +1 is new, -1 gone, 0 stays. `rung` as src/matching/keys.ts makes it. */
export interface BatchKey {
	readonly record: number;
	readonly key: number;
	readonly rung: number;
	readonly delta: -1 | 0 | 1;
}

/** Brings match_key up to date, and keeps the keys of this batch in batch_key for the queries below. */
export async function refreshKeys(client: pg.PoolClient, keys: readonly BatchKey[]): Promise<void> {
	const rows = new CopyBinary(keys.length * 36 + 64);
	let gone = false;
	for (const { record, key, rung, delta } of keys) {
		if (delta < 0) gone = true;
		rows.row(4).int4(record).int8(key).int4(rung).int2(delta);
	}
	await client.query('truncate batch_key');
	await copyInto(client, 'batch_key (record_id, key, rung, delta)', rows.finish());
	if (gone) {
		await client.query(
			`delete from match_key m using batch_key b
			where b.delta = -1 and m.key = b.key and m.rung = b.rung and m.record_id = b.record_id`,
		);
	}
	await client.query(
		'insert into match_key (key, rung, record_id) select key, rung, record_id from batch_key where delta = 1 order by key, rung, record_id',
	);
}

/** Holders of the keys of this batch, a list for each key that has two or more and at most `cap`; and the keys that have more. */
export async function keyGroups(client: pg.PoolClient, cap: number): Promise<{ groups: number[][]; hot: number[] }> {
	const { rows } = await client.query<{ key: number; n: number; ids: string | null }>({
		name: 'key-groups',
		text: `select case when g.n > $1 then t.key end as key, g.n::int as n, case when g.n <= $1 then g.ids end as ids
			from (select distinct key from batch_key where delta >= 0) t
			cross join lateral (
				select count(*) as n, string_agg(m.record_id::text, ',') as ids
				from (select record_id from match_key where match_key.key = t.key limit $1 + 1) m
			) g where g.n > 1`,
		values: [cap],
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
export async function ladderGroups(client: pg.PoolClient, hot: readonly number[], cap: number): Promise<number[][]> {
	if (hot.length === 0) return [];
	const { rows } = await client.query<{ ids: string }>(
		`with step as (
			select t.key, t.year, g.n, g.ids from (select distinct key, rung >> 16 as year from batch_key where delta >= 0 and key = any($2)) t
			cross join lateral (
				select count(*) as n, string_agg(m.record_id::text, ',') as ids
				from (select record_id from match_key k where k.key = t.key and k.rung between t.year << 16 and (t.year << 16) + 65535 limit $1 + 1) m
			) g
		)
		select ids from step where n between 2 and $1
		union all
		select g.ids from (
			select distinct b.key, b.rung from batch_key b join step s on s.key = b.key and s.year = b.rung >> 16 and s.n > $1 where b.delta >= 0
		) t cross join lateral (
			select count(*) as n, string_agg(m.record_id::text, ',') as ids
			from (select record_id from match_key k where k.key = t.key and k.rung = t.rung limit $1 + 1) m
		) g where g.n between 2 and $1`,
		[cap, hot],
	);
	return rows.map((row) => row.ids.split(',').map(Number));
}

/** The steps of the ladder: a key; a key and the year; a key, the year and the first title word. `of` are the columns of a step, `on` its rows. */
const LEVELS = [
	{ of: 'key, 0 as step', on: 'k.key = d.key' },
	{ of: 'key, rung >> 16 as step', on: 'k.key = d.key and k.rung between d.step << 16 and (d.step << 16) + 65535' },
	{ of: 'key, rung as step', on: 'k.key = d.key and k.rung = d.step' },
] as const;

/**
 * Records whose candidates change because a key, or a step of its ladder, crossed the cap in this batch, either way. Only keys
 * that are above the cap now, or lost holders, can have crossed.
 */
export async function holdersOfCrossedKeys(client: pg.PoolClient, hot: readonly number[], lost: boolean, cap: number): Promise<number[]> {
	if (hot.length === 0 && !lost) return [];
	const crossed = new Set<number>();
	for (const { of, on } of LEVELS) {
		const { rows } = await client.query<{ record_id: number }>(
			`with d as (
				select ${of}, sum(delta)::int as change, count(*) filter (where delta = 1)::int as added
				from batch_key where key = any($2) or key in (select key from batch_key where delta = -1)
				group by 1, 2 having sum(delta) <> 0
			), crossing as (
				select d.* from d cross join lateral (select count(*)::int as n from (select 1 from match_key k where ${on} limit $1 + d.added + 1) x) now
				where (now.n > $1) <> (now.n - d.change > $1)
			)
			select distinct k.record_id from crossing d join match_key k on ${on}`,
			[cap, hot],
		);
		for (const row of rows) crossed.add(row.record_id);
	}
	return [...crossed];
}
