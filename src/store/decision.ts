import type pg from 'pg';
import { HOLDINGS_KIND } from '../records/bib.ts';
import { SINGLE } from './doubles.ts';

type Db = Pick<pg.Pool, 'query'>;

/** Lock under which decisions are made one after another, until the end of the transaction. */
const DECISION_LOCK = 7_402_004;

export type Verdict = 'same' | 'not-same';

/** A source record as decisions and explanations see it. */
export interface JudgedRecord {
	readonly id: number;
	readonly source: string;
	readonly identifier: string;
	/** Code of its source when that has no doubles. */
	readonly single: string | null;
	readonly living: boolean;
	readonly versionNo: number;
	/** The union record it stands in; null before it is matched. */
	readonly unionId: number | null;
	/** Packed features of the current version; '' when it does not live. */
	readonly features: string;
}

export interface DecisionRow {
	readonly id: number;
	readonly a: number;
	readonly b: number;
	readonly verdict: Verdict;
	/** Hard conflicts that "same" was confirmed over. */
	readonly confirmed: readonly string[];
	readonly by: string;
	readonly reason: string;
	readonly atMs: number;
}

/** A decision, in force or undone. */
export interface KeptDecision extends DecisionRow {
	/** Null while it is in force. */
	readonly undoneBy: string | null;
	readonly undoneAtMs: number | null;
	/** Null while it is in force, and for those undone before reasons were kept. */
	readonly undoneReason: string | null;
}

const DECISION = `d.id, d.a, d.b, d.verdict, d.confirmed, d.decided_by as "by", d.reason, extract(epoch from d.decided_at)::float8 * 1000 as "atMs"`;
const KEPT = `${DECISION}, d.undone_by as "undoneBy", extract(epoch from d.undone_at)::float8 * 1000 as "undoneAtMs",
	d.undone_reason as "undoneReason"`;
const RECORD = `select r.id, s.code as source, r.identifier, ${SINGLE} as single, not r.deleted and s.removed_at is null and v.record_id is not null
		and r.kind <> ${HOLDINGS_KIND} as living,
	r.current_no as "versionNo", m.union_id as "unionId", coalesce(v.features, '') as features
	from source_record r join source s on s.id = r.source_id
	left join version v on v.record_id = r.id and v.no = r.current_no left join cluster_member m on m.record_id = r.id`;

export async function lockDecisions(client: pg.PoolClient): Promise<void> {
	await client.query('select pg_advisory_xact_lock($1)', [DECISION_LOCK]);
}

/** Source records by number, those that exist, by source and identifier. */
export async function judgedRecords(db: Db, ids: readonly number[]): Promise<JudgedRecord[]> {
	const { rows } = await db.query<JudgedRecord>(`${RECORD} where r.id = any($1) order by s.code, r.identifier`, [ids]);
	return rows;
}

/** Members of a union record, by source and identifier. */
export async function judgedMembers(db: Db, unionId: number): Promise<JudgedRecord[]> {
	const { rows } = await db.query<JudgedRecord>(`${RECORD} where m.union_id = $1 order by s.code, r.identifier`, [unionId]);
	return rows;
}

/** Decisions in force that touch any of these records, the oldest first. */
export async function decisionsInForce(db: Db, ids: readonly number[]): Promise<DecisionRow[]> {
	const { rows } = await db.query<DecisionRow>(
		`select ${DECISION} from decision d where undone_at is null and (a = any($1) or b = any($1)) order by id`,
		[ids],
	);
	return rows;
}

/** Keeps a decision on a pair, a < b, with the versions that were looked at; gives its number. */
export async function insertDecision(
	client: pg.PoolClient,
	d: Pick<DecisionRow, 'verdict' | 'confirmed' | 'by' | 'reason'>,
	a: JudgedRecord,
	b: JudgedRecord,
): Promise<number> {
	const { rows } = await client.query<{ id: number }>(
		`insert into decision (a, b, verdict, confirmed, decided_by, reason, version_a, version_b) values ($1, $2, $3, $4, $5, $6, $7, $8)
		returning id`,
		[a.id, b.id, d.verdict, d.confirmed, d.by, d.reason, a.versionNo, b.versionNo],
	);
	return (rows[0] as { id: number }).id;
}

/** Takes a decision out of force and gives it; undefined when there is none in force with this number. */
export async function undoDecision(client: pg.PoolClient, id: number, by: string, reason: string): Promise<DecisionRow | undefined> {
	const { rows } = await client.query<DecisionRow>(
		`update decision d set undone_at = now(), undone_by = $2, undone_reason = $3 where id = $1 and undone_at is null
		returning ${DECISION}`,
		[id, by, reason],
	);
	return rows[0];
}

/** A decision by its number, in force or undone. */
export async function readDecision(db: Db, id: number): Promise<KeptDecision | undefined> {
	const { rows } = await db.query<KeptDecision>(`select ${KEPT} from decision d where id = $1`, [id]);
	return rows[0];
}

/** Decisions before a number, the newest first, in force or undone; only those on one record unless `record` is null. */
export async function readDecisions(db: Db, record: number | null, before: number, limit: number): Promise<KeptDecision[]> {
	const { rows } = await db.query<KeptDecision>(
		`select ${KEPT} from decision d where id < $1 and ($2::bigint is null or a = $2 or b = $2) order by id desc limit $3`,
		[before, record, limit],
	);
	return rows;
}

/** Whether any of these records waits to be matched. */
export async function someDirty(db: Db, ids: readonly number[]): Promise<boolean> {
	const { rows } = await db.query('select from dirty where record_id = any($1) limit 1', [ids]);
	return rows.length > 0;
}

/** The score kept of a pair, in ten-thousandths; null when the two were not compared or are not alike at all. */
export async function scoreKept(db: Db, one: number, two: number): Promise<number | null> {
	const { rows } = await db.query<{ score: number }>('select score from edge where a = $1 and b = $2', [
		Math.min(one, two),
		Math.max(one, two),
	]);
	return rows[0]?.score ?? null;
}
