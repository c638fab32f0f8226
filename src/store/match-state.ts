import type pg from 'pg';
import { CopyBinary } from '../lib/copy-binary.ts';
import { numberArray } from '../lib/number-array.ts';
import { HOLDINGS_KIND } from '../records/bib.ts';
import type { Share } from '../records/union.ts';
import { copyInto } from './copy.ts';
import { SINGLE } from './doubles.ts';

/** Lock that whoever matches holds for the session: one matcher at a time, in any process. */
export const MATCHER_LOCK = 7_402_002;

/** A record taken out of `dirty`; `quiet` when only the rules of matching are other, `again` when what it is compared with is. */
export interface DirtyRecord {
	readonly id: number;
	readonly quiet: boolean;
	readonly again: boolean;
}

/** Takes dirty records out: decisions first, then harvests, then re-matching; what looks alike stands together. */
export async function takeDirty(client: pg.PoolClient, limit: number, lastPriority: 0 | 2): Promise<DirtyRecord[]> {
	const { rows } = await client.query<DirtyRecord & { rank: string }>(
		`delete from dirty where record_id in (select record_id from dirty where priority <= $2 order by priority, neighbours, record_id limit $1)
		returning record_id as id, quiet, again, priority || neighbours as rank`,
		[limit, lastPriority],
	);
	return rows.sort((x, y) => (x.rank === y.rank ? x.id - y.id : x.rank < y.rank ? -1 : 1));
}

/** Share of the members that a drain has to have matched for the tables to count as new. */
const MOSTLY_NEW = 0.75;
/** Of 100: sizes and numbers of distinct values are what the planner needs here, and a tenth of the rows tells them. */
const TARGET = 10;

/**
 * After a long drain: gives the room of the dirty records back; when most of what the matcher's tables hold is new, tells the planner
 * so and packs what was written in no order (match keys are hashes, so their pages are two thirds full). Else autovacuum sees to it. Not within a
 * transaction.
 */
export async function tidyAfterDrain(client: pg.PoolClient, matched: number): Promise<void> {
	await client.query('begin');
	await client.query('lock table dirty in access exclusive mode');
	const { rows } = await client.query<{ empty: boolean }>('select not exists (select 1 from dirty) as empty');
	if (rows[0]?.empty === true) await client.query('truncate dirty');
	await client.query('commit');
	const members = await client.query<{ n: number }>('select count(*) as n from cluster_member');
	if (matched < MOSTLY_NEW * (members.rows[0]?.n ?? 0)) return;
	await client.query(`set default_statistics_target = ${TARGET}`);
	await client.query('analyze match_key, edge, cluster_member, union_record, version, source_record');
	await client.query('reset default_statistics_target');
	for (const index of ['match_key_holders', 'edge_pkey']) await client.query(`reindex index concurrently ${index}`);
}

export async function countDirty(db: Pick<pg.Pool, 'query'>): Promise<number> {
	const { rows } = await db.query<{ n: number }>('select count(*) as n from dirty');
	return rows[0]?.n ?? 0;
}

/**
 * Numbers to look up, one look into an index for each (with `offset 0` in the lateral): the planner knows nothing of tables that grow
 * from nothing within minutes, and would read them whole.
 */
const EACH = 'unnest($1::bigint[]) as each (id)';

/** A record as the matcher sees it: what it was when last matched and what it is now. */
export interface Subject {
	readonly id: number;
	/** Source code, U+0000, identifier: what ties are broken by. */
	readonly order: string;
	/** Code of its source when that has no doubles. */
	readonly single: string | null;
	readonly living: boolean;
	readonly currentNo: number;
	readonly unionId: number | null;
	/** Packed features now; '' when it does not live. */
	readonly features: string;
	/** Packed features of the version that was matched; null when none was. */
	readonly matchedFeatures: string | null;
	/** False when nothing that matching reads differs from when it was last matched. */
	readonly changed: boolean;
	readonly heir: number | null;
	/** For the join of holdings records; null for records of sources that have none. */
	readonly joins: Joining | null;
}

/** A record of a source with holdings records. */
interface Joining {
	readonly sourceId: number;
	/** Whether it is itself a holdings record; such a record is never a living member. */
	readonly holdings: boolean;
	/** Whether control numbers of the source are kept already. */
	readonly kept: boolean;
	/** The current version; null when the record does not live. */
	readonly body: Buffer | null;
}

export async function loadSubjects(db: Pick<pg.Pool, 'query'>, ids: readonly number[]): Promise<Subject[]> {
	const { rows } = await db.query<{
		id: number;
		source: string;
		identifier: string;
		single: string | null;
		living: boolean;
		current_no: number;
		union_id: number | null;
		features: string | null;
		matched_features: string | null;
		changed: boolean;
		heir: number | null;
		source_id: number;
		holdings: boolean;
		kept: boolean;
		body: Buffer | null;
	}>(
		`select r.id, s.code as source, r.identifier, ${SINGLE} as single, not r.deleted and s.removed_at is null and r.current_no > 0 as living, r.current_no,
			m.union_id, v.features, case when m.version_no = r.current_no then v.features else o.features end as matched_features, r.heir,
			s.id as source_id, r.kind = ${HOLDINGS_KIND} as holdings, s.holdings_apart as kept,
			case when (s.holdings_apart or r.kind = ${HOLDINGS_KIND}) and not r.deleted and s.removed_at is null then v.body end as body,
			m.record_id is null or r.deleted or s.removed_at is not null or r.kind = ${HOLDINGS_KIND}
				or (m.version_no <> r.current_no and v.features is distinct from o.features) as changed
		from source_record r join source s on s.id = r.source_id
		left join cluster_member m on m.record_id = r.id
		left join version v on v.record_id = r.id and v.no = r.current_no
		left join version o on o.record_id = m.record_id and o.no = m.version_no and m.version_no <> r.current_no
		where r.id = any($1)`,
		[numberArray(ids)],
	);
	return rows.map((r) => ({
		id: r.id,
		order: `${r.source}\0${r.identifier}`,
		single: r.single,
		living: r.living && r.features !== null && !r.holdings,
		currentNo: r.current_no,
		unionId: r.union_id,
		features: r.features ?? '',
		matchedFeatures: r.matched_features,
		changed: r.changed,
		heir: r.heir,
		joins: r.kept || r.holdings ? { sourceId: r.source_id, holdings: r.holdings, kept: r.kept, body: r.body } : null,
	}));
}

/** A record outside the batch, as it was last matched. */
export interface Neighbour {
	readonly id: number;
	readonly order: string;
	readonly single: string | null;
	readonly unionId: number;
	readonly versionNo: number;
}

export async function loadNeighbours(client: pg.PoolClient, ids: readonly number[]): Promise<Neighbour[]> {
	if (ids.length === 0) return [];
	const { rows } = await client.query<{
		id: number;
		source: string;
		identifier: string;
		single: string | null;
		union_id: number;
		version_no: number;
	}>(
		`select m.record_id as id, s.code as source, r.identifier, ${SINGLE} as single, m.union_id, m.version_no
		from cluster_member m join source_record r on r.id = m.record_id join source s on s.id = r.source_id
		where m.record_id = any($1)`,
		[numberArray(ids)],
	);
	return rows.map((r) => ({
		id: r.id,
		order: `${r.source}\0${r.identifier}`,
		single: r.single,
		unionId: r.union_id,
		versionNo: r.version_no,
	}));
}

/** Packed features of records as they were last matched. */
export async function loadFeatures(db: Pick<pg.Pool, 'query'>, ids: readonly number[]): Promise<Map<number, string>> {
	if (ids.length === 0) return new Map();
	const { rows } = await db.query<[id: number, features: string]>({
		text: `select m.record_id, v.features from ${EACH}
			cross join lateral (select record_id, version_no from cluster_member where record_id = each.id offset 0) m
			cross join lateral (select features from version where record_id = m.record_id and no = m.version_no offset 0) v`,
		values: [numberArray(ids)],
		rowMode: 'array',
	} as pg.QueryArrayConfig);
	return new Map(rows);
}

export interface MemberRow {
	readonly id: number;
	readonly unionId: number;
	readonly versionNo: number;
}

export async function membersOfUnions(client: pg.PoolClient, unionIds: readonly number[]): Promise<MemberRow[]> {
	if (unionIds.length === 0) return [];
	const { rows } = await client.query<{ id: number; union_id: number; version_no: number }>(
		`select m.record_id as id, m.union_id, m.version_no from ${EACH}
		cross join lateral (select * from cluster_member where union_id = each.id offset 0) m`,
		[numberArray(unionIds)],
	);
	return rows.map((r) => ({ id: r.id, unionId: r.union_id, versionNo: r.version_no }));
}

/** A pair above the doubtful threshold, a < b; `score` in ten-thousandths. */
export interface Edge {
	readonly a: number;
	readonly b: number;
	readonly score: number;
}

/** Removes all edges of these records and gives them. */
export async function takeEdges(client: pg.PoolClient, ids: readonly number[]): Promise<Edge[]> {
	if (ids.length === 0) return [];
	const { rows } = await client.query<Edge>(
		`with gone as (delete from edge where a = any($1) returning a, b, score),
		gone_b as (delete from edge where b = any($1) and not a = any($1) returning a, b, score)
		select * from gone union all select * from gone_b`,
		[numberArray(ids)],
	);
	return rows;
}

/** Edges at or above a score that touch any of these records. */
/** The edges that stand between some records. */
export async function edgesAmong(client: pg.PoolClient, ids: readonly number[]): Promise<Pick<Edge, 'a' | 'b'>[]> {
	if (ids.length < 2) return [];
	const { rows } = await client.query<Pick<Edge, 'a' | 'b'>>(
		`select e.a, e.b from ${EACH} cross join lateral (select a, b from edge where a = each.id and b = any($1) offset 0) e`,
		[numberArray(ids)],
	);
	return rows;
}

export async function edgesOf(client: pg.PoolClient, ids: readonly number[], atLeast: number, table: EdgeTable = 'edge'): Promise<Edge[]> {
	if (ids.length === 0) return [];
	const { rows } = await client.query<Edge>(
		`select e.a, e.b, e.score from ${EACH} cross join lateral (select * from ${table} where a = each.id and score >= $2 offset 0) e
		union select e.a, e.b, e.score from ${EACH} cross join lateral (select * from ${table} where b = each.id and score >= $2 offset 0) e`,
		[numberArray(ids), atLeast],
	);
	return rows;
}

/** Edges in use, or those that are being made under new rules (src/store/going-live.ts). */
export type EdgeTable = 'edge' | 'edge_next';

export async function insertEdges(client: pg.PoolClient, edges: readonly Edge[], rules: number, table: EdgeTable = 'edge'): Promise<void> {
	if (edges.length === 0) return;
	const rows = new CopyBinary(edges.length * 46);
	for (const e of [...edges].sort((x, y) => x.a - y.a || x.b - y.b)) rows.row(4).int8(e.a).int8(e.b).int2(e.score).int2(rules);
	await copyInto(client, `${table} (a, b, score, rules)`, rows.finish());
}

export interface StoredDecision {
	readonly a: number;
	readonly b: number;
	readonly verdict: 'same' | 'not-same';
	/** Over these conflicts of what records say. */
	readonly confirmed: readonly string[];
	/** Over their source's having no doubles. */
	readonly doubles: boolean;
}

const CONFIRMED = "array_remove(confirmed, 'doubles') as confirmed, 'doubles' = any(confirmed) as doubles";

export async function decisionsOf(client: pg.PoolClient, ids: readonly number[]): Promise<StoredDecision[]> {
	const { rows } = await client.query<StoredDecision>(
		`select a, b, verdict, ${CONFIRMED} from decision where undone_at is null and a = any($1)
		union select a, b, verdict, ${CONFIRMED} from decision where undone_at is null and b = any($1)`,
		[numberArray(ids)],
	);
	return rows;
}

/** Dead records whose line of heirs leads to any of these, with the heir of each. */
export async function deadLeadingTo(client: pg.PoolClient, ids: readonly number[]): Promise<[id: number, heir: number][]> {
	const found = new Map<number, number>();
	for (let ends = ids; ends.length > 0; ) {
		const { rows } = await client.query<{ id: number; heir: number }>(
			`select r.id, r.heir from ${EACH} cross join lateral (select id, heir from source_record where heir = each.id offset 0) r`,
			[numberArray(ends)],
		);
		const further = rows.filter(({ id }) => !found.has(id));
		for (const { id, heir } of further) found.set(id, heir);
		ends = further.map(({ id }) => id);
	}
	return [...found];
}

/** Of records without a union record: the heirs they have now, and what matching read of the version before the current one. */
export async function returnedRecords(
	client: pg.PoolClient,
	ids: readonly number[],
): Promise<{ readonly id: number; readonly heir: number | null; readonly before: string | null }[]> {
	if (ids.length === 0) return [];
	const { rows } = await client.query<{ id: number; heir: number | null; before: string | null }>(
		`select r.id, r.heir, v.features as before from ${EACH} join source_record r on r.id = each.id
		left join lateral (select features from version where record_id = r.id and no < r.current_no order by no desc limit 1) v on true`,
		[numberArray(ids)],
	);
	return rows;
}

/** The union records in which the lines of heirs of these records end. */
export async function unionsOfHeirs(client: pg.PoolClient, ids: readonly number[]): Promise<number[]> {
	if (ids.length === 0) return [];
	const { rows } = await client.query<{ id: number }>(
		`with recursive line (at) as (
			select r.heir from source_record r where r.id = any($1) and r.heir is not null
			union select r.heir from line join source_record r on r.id = line.at where r.heir is not null
		)
		select distinct m.union_id as id from line join cluster_member m on m.record_id = line.at`,
		[numberArray(ids)],
	);
	return rows.map(({ id }) => id);
}

export async function setHeirs(client: pg.PoolClient, heirs: readonly (readonly [id: number, heir: number | null])[]): Promise<void> {
	if (heirs.length === 0) return;
	await client.query('update source_record r set heir = h.heir from unnest($1::bigint[], $2::bigint[]) as h (id, heir) where r.id = h.id', [
		numberArray(heirs.map(([id]) => id)),
		heirs.map(([, heir]) => heir),
	]);
}

/** What a member's source says of all its records. */
export interface MemberSource {
	readonly source: string;
	readonly library: string;
	readonly libraryKind: string;
	readonly share: Share;
	readonly licence: string | null;
}

/** All sources by code, removed ones too. */
export async function memberSources(client: pg.PoolClient): Promise<Map<string, MemberSource>> {
	const { rows } = await client.query<MemberSource>(
		`select s.code as source, k.code as library, k.kind as "libraryKind", s.share, s.licence
		from source s join library l on l.code = s.library join library k on k.code = coalesce(l.merged_into, l.code)`,
	);
	return new Map(rows.map((row) => [row.source, row]));
}

/** A version to be merged. */
export interface MemberBody {
	readonly id: number;
	readonly no: number;
	readonly run: number;
	/** Place in KINDS. */
	readonly kind: number;
	readonly suppressed: boolean;
	/** Seconds since 1970. */
	readonly received: number;
	readonly stamped: number | null;
	readonly body: Buffer;
}

/** Bodies never change once they are written, so any connection will do. */
export async function loadMemberBodies(db: Pick<pg.Pool, 'query'>, members: readonly { id: number; no: number }[]): Promise<MemberBody[]> {
	const { rows } = await db.query<MemberBody>({
		name: 'member-bodies',
		text: `select v.record_id as id, v.no, v.run_id as run, v.kind, v.suppressed,
				extract(epoch from v.received_at)::bigint as received, extract(epoch from v.provider_stamp)::bigint as stamped, v.body
			from unnest($1::bigint[], $2::int[]) as m (id, no)
			cross join lateral (select * from version where record_id = m.id and no = m.no offset 0) v`,
		values: [numberArray(members.map((m) => m.id)), numberArray(members.map((m) => m.no))],
	});
	return rows;
}

/** Replaces the membership of records: those of `gone` leave, those of `members` belong where they say. */
export async function writeMembers(client: pg.PoolClient, gone: readonly number[], members: readonly MemberRow[]): Promise<void> {
	if (gone.length > 0) await client.query('delete from cluster_member where record_id = any($1)', [numberArray(gone)]);
	if (members.length === 0) return;
	const rows = new CopyBinary(members.length * 40);
	for (const m of members) rows.row(3).int8(m.id).int8(m.unionId).int4(m.versionNo);
	await copyInto(client, 'cluster_member (record_id, union_id, version_no)', rows.finish());
}
