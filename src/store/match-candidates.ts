import type pg from 'pg';

/*
 * Match keys and the candidates they yield. Holder counts are never stored: they are read off match_key, and only ever
 * compared with the cap, so they cannot drift. batch_key is a temporary table of the matcher's session.
 */

/** Makes the session's scratch table; once for each connection of the matcher. */
export async function prepareCandidateScratch(client: pg.PoolClient): Promise<void> {
	await client.query(
		`create temp table if not exists batch_key (
			record_id bigint not null, key bigint not null, year smallint not null, word int not null, delta smallint not null
		) on commit delete rows`,
	);
}

/** Brings match_key up to date for records whose keys may have changed: +1 in batch_key is new, -1 gone, 0 stays. */
export async function refreshKeys(client: pg.PoolClient, living: readonly number[], matched: readonly number[]): Promise<void> {
	await client.query(
		`insert into batch_key (record_id, key, year, word, delta)
		select record_id, key, year, word, case when o.was is null then 1 when n.is_now is null then -1 else 0 end
		from (
			select v.record_id, k.key, v.match_year as year, v.match_word as word, true as is_now
			from source_record r join version v on v.record_id = r.id and v.no = r.current_no cross join unnest(v.match_keys) as k (key)
			where r.id = any($1)
		) n full join (
			select v.record_id, k.key, v.match_year as year, v.match_word as word, true as was
			from cluster_member m join version v on v.record_id = m.record_id and v.no = m.version_no cross join unnest(v.match_keys) as k (key)
			where m.record_id = any($2)
		) o using (record_id, key, year, word)`,
		[living, matched],
	);
	if (matched.length > 0) {
		await client.query(
			`delete from match_key m using batch_key b
			where b.delta = -1 and m.key = b.key and m.year = b.year and m.word = b.word and m.record_id = b.record_id`,
		);
	}
	await client.query(
		'insert into match_key (key, word, year, record_id) select key, word, year, record_id from batch_key where delta = 1 order by key',
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
			select t.key, t.year, g.n, g.ids from (select distinct key, year from batch_key where delta >= 0 and key = any($2)) t
			cross join lateral (
				select count(*) as n, string_agg(m.record_id::text, ',') as ids
				from (select record_id from match_key k where k.key = t.key and k.year = t.year limit $1 + 1) m
			) g
		)
		select ids from step where n between 2 and $1
		union all
		select g.ids from (
			select distinct b.key, b.year, b.word from batch_key b join step s on s.key = b.key and s.year = b.year and s.n > $1 where b.delta >= 0
		) t cross join lateral (
			select count(*) as n, string_agg(m.record_id::text, ',') as ids
			from (select record_id from match_key k where k.key = t.key and k.year = t.year and k.word = t.word limit $1 + 1) m
		) g where g.n between 2 and $1`,
		[cap, hot],
	);
	return rows.map((row) => row.ids.split(',').map(Number));
}

const LEVELS = ['key', 'key, year', 'key, year, word'] as const;

/**
 * Records whose candidates change because a key, or a step of its ladder, crossed the cap in this batch, either way. Only keys
 * that are above the cap now, or lost holders, can have crossed.
 */
export async function holdersOfCrossedKeys(client: pg.PoolClient, hot: readonly number[], lost: boolean, cap: number): Promise<number[]> {
	if (hot.length === 0 && !lost) return [];
	const crossed: number[] = [];
	for (const level of LEVELS) {
		const on = level
			.split(', ')
			.map((column) => `k.${column} = d.${column}`)
			.join(' and ');
		const { rows } = await client.query<{ record_id: number }>(
			`with d as (
				select ${level}, sum(delta)::int as change, count(*) filter (where delta = 1)::int as added
				from batch_key where key = any($2) or key in (select key from batch_key where delta = -1)
				group by ${level} having sum(delta) <> 0
			), crossing as (
				select d.* from d cross join lateral (select count(*)::int as n from (select 1 from match_key k where ${on} limit $1 + d.added + 1) x) now
				where (now.n > $1) <> (now.n - d.change > $1)
			)
			select distinct k.record_id from crossing d join match_key k on ${on}`,
			[cap, hot],
		);
		for (const row of rows) crossed.push(row.record_id);
	}
	return [...new Set(crossed)];
}
