import type pg from 'pg';
import { CopyBinary } from '../lib/copy-binary.ts';
import { copyInto } from './copy.ts';
import type { BatchKey } from './match-candidates.ts';
import { markAllDirty } from './totals.ts';

/*
 * Bringing a catalogue over to other rules of matching, under the matcher's lock. Keys and edges are made beside those in use, in
 * match_key_next and edge_next, and take their place when they are whole; only the matcher reads match_key.
 */

type LiveStage = 'features' | 'keys' | 'edges' | 'swap';

/** The setting `rules`: what features, keys and edges were made under, and how far they have been brought over to `target`. */
export interface RulesState {
	readonly version: number;
	readonly target?: number;
	readonly stage?: LiveStage;
	/** The last record, and the last of its versions, that the stage has done. */
	readonly record?: number;
	readonly no?: number;
}

export async function rulesState(db: Pick<pg.Pool, 'query'>): Promise<RulesState | null> {
	const { rows } = await db.query<{ value: RulesState }>("select value from setting where name = 'rules'");
	return rows[0]?.value ?? null;
}

export async function keepRulesState(client: pg.PoolClient, state: RulesState): Promise<void> {
	await client.query(
		"insert into setting (name, value) values ('rules', $1::jsonb) on conflict (name) do update set value = excluded.value",
		[JSON.stringify(state)],
	);
}

/** The rules of merging that the catalogue is under: the setting `merging`, 1 before there was one; null while nothing was ever merged. */
export async function mergingVersion(db: Pick<pg.Pool, 'query'>): Promise<number | null> {
	const { rows } = await db.query<{ version: number | null }>(
		`select case when exists (select from union_record) then coalesce((select value::int from setting where name = 'merging'), 1) end as version`,
	);
	return rows[0]?.version ?? null;
}

export async function keepMergingVersion(client: pg.PoolClient, version: number): Promise<void> {
	await client.query(
		"insert into setting (name, value) values ('merging', to_jsonb($1::int)) on conflict (name) do update set value = excluded.value",
		[version],
	);
}

export interface VersionBody {
	readonly record: number;
	readonly no: number;
	readonly body: Buffer;
	readonly features: string;
}

/** Versions of every state after a place, in order: judged, staged and former ones are read too. */
export async function versionsAfter(client: pg.PoolClient, record: number, no: number, limit: number): Promise<VersionBody[]> {
	const { rows } = await client.query<VersionBody>(
		'select record_id as record, no, body, features from version where (record_id, no) > ($1, $2) order by record_id, no limit $3',
		[record, no, limit],
	);
	return rows;
}

export async function setFeatures(client: pg.PoolClient, rows: readonly Omit<VersionBody, 'body'>[]): Promise<void> {
	if (rows.length === 0) return;
	await client.query(
		`update version v set features = n.features from unnest($1::bigint[], $2::int[], $3::text[]) as n (record, no, features)
		where v.record_id = n.record and v.no = n.no`,
		[rows.map((r) => r.record), rows.map((r) => r.no), rows.map((r) => r.features)],
	);
}

/** Members of clusters after a record, in order, with the features of the version that was matched. */
export async function membersAfter(client: pg.PoolClient, record: number, limit: number): Promise<{ id: number; features: string }[]> {
	const { rows } = await client.query<{ id: number; features: string }>(
		`select m.record_id as id, v.features from (select record_id, version_no from cluster_member where record_id > $1 order by record_id limit $2) m
		join version v on v.record_id = m.record_id and v.no = m.version_no order by 1`,
		[record, limit],
	);
	return rows;
}

export async function makeNextKeys(client: pg.PoolClient): Promise<void> {
	await client.query('drop table if exists match_key_next');
	await client.query('create table match_key_next (like match_key including all)');
}

export async function insertNextKeys(client: pg.PoolClient, keys: readonly BatchKey[]): Promise<void> {
	const rows = new CopyBinary(keys.length * 30 + 64);
	for (const { record, key, rung } of keys) rows.row(3).int8(key).int4(rung).int4(record);
	await copyInto(client, 'match_key_next (key, rung, record_id)', rows.finish());
}

/** From here the keys are of the new rules; edges are made from them. */
export async function takeNextKeys(client: pg.PoolClient): Promise<void> {
	await client.query('drop table match_key');
	await client.query('alter table match_key_next rename to match_key');
	await client.query('alter index match_key_next_key_rung_idx rename to match_key_holders');
	await client.query('drop table if exists edge_next');
	await client.query('create table edge_next (like edge including all)');
	await client.query('alter index edge_next_b_idx rename to edge_next_b');
}

/** Puts the new edges in the place of the old and has every component judged again. */
export async function takeNextEdges(client: pg.PoolClient): Promise<void> {
	await client.query('drop table edge');
	await client.query('alter table edge_next rename to edge');
	await client.query('alter index edge_next_pkey rename to edge_pkey');
	await client.query('alter index edge_next_b rename to edge_b');
	await markAllDirty(client);
}

/** Edges that are being made, at or above a score, after a pair, in order. */
export async function mergeEdgesAfter(
	client: pg.PoolClient,
	a: number,
	b: number,
	atLeast: number,
	limit: number,
): Promise<{ a: number; b: number }[]> {
	const { rows } = await client.query<{ a: number; b: number }>(
		'select a, b from edge_next where (a, b) > ($1, $2) and score >= $3 order by a, b limit $4',
		[a, b, atLeast, limit],
	);
	return rows;
}

/** Every matched record with its union record. */
export async function matchedMembers(client: pg.PoolClient): Promise<[id: number, union: number][]> {
	const { rows } = await client.query<[number, number]>({
		text: 'select record_id, union_id from cluster_member order by record_id',
		rowMode: 'array',
	} as pg.QueryArrayConfig);
	return rows;
}
