import { createHash } from 'node:crypto';
import type pg from 'pg';
import { CopyBinary } from '../lib/copy-binary.ts';
import { ENTITY, OP, takeChangeNumbers } from './change-log.ts';
import { copyInto } from './copy.ts';

/** A union record as it is to stand after a batch. */
export interface UnionRow {
	readonly id: number;
	readonly state: 'live' | 'redirect' | 'deleted';
	readonly redirectTo: number | null;
	readonly kind: number;
	readonly shared: boolean;
	/** Ids of oai_set. */
	readonly sets: readonly number[];
	readonly body: Uint8Array | null;
}

/** A union record as it stands. */
export interface KnownUnion {
	readonly state: UnionRow['state'];
	readonly redirectTo: number | null;
	readonly kind: number;
	readonly shared: boolean;
	/** Ids of oai_set, with commas between. */
	readonly sets: string;
	/** SHA-256 of the body; null unless live and asked for. */
	readonly digest: Buffer | null;
}

/** Those of these union records that have a row, with the digest of some. */
export async function knownUnions(
	client: pg.PoolClient,
	ids: readonly number[],
	digestOf: readonly number[] = [],
): Promise<Map<number, KnownUnion>> {
	if (ids.length === 0) return new Map();
	const { rows } = await client.query<KnownUnion & { id: number }>(
		`select id, state, redirect_to as "redirectTo", kind, shared, array_to_string(sets, ',') as sets, case when id = any($2) then sha256(body) end as digest
		from union_record where id = any($1)`,
		[ids, digestOf],
	);
	return new Map(rows.map((r) => [r.id, r]));
}

/** Whether a union record already says, to the byte, what it is to say. */
export function standsAlready(union: UnionRow, known: KnownUnion | undefined): boolean {
	if (known?.state !== 'live' || union.state !== 'live' || known.digest === null || union.body === null) return false;
	if (known.kind !== union.kind || known.shared !== union.shared || known.sets !== union.sets.join(',')) return false;
	return known.digest.equals(createHash('sha256').update(union.body).digest());
}

/** Numbers of the sets with these specs; new ones are made. */
export async function setNumbers(client: pg.PoolClient, specs: readonly string[]): Promise<Map<string, number>> {
	await client.query('insert into oai_set (spec) select distinct spec from unnest($1::text[]) as s (spec) on conflict (spec) do nothing', [
		specs,
	]);
	const { rows } = await client.query<{ id: number; spec: string }>('select id, spec from oai_set where spec = any($1)', [specs]);
	return new Map(rows.map((r) => [r.spec, r.id]));
}

const COLUMNS = 'id, state, redirect_to, seq, stamp, kind, shared, sets, body';

/**
 * Writes union records with change numbers in the order given, and the change log. Sets that a record left are kept as past sets,
 * so that requests limited to them can say that it is gone. Takes the change lock: the last thing a matcher's transaction does.
 */
export async function writeUnions(
	client: pg.PoolClient,
	unions: readonly UnionRow[],
	known: ReadonlyMap<number, { state: UnionRow['state'] }>,
): Promise<void> {
	if (unions.length === 0) return;
	await client.query('create temp table if not exists union_batch (like union_record) on commit delete rows');
	await client.query('alter table union_batch alter past_sets drop not null, alter collections drop not null');
	const { first, stampMs } = await takeChangeNumbers(client, unions.length);
	const fresh = new CopyBinary(unions.length * 500);
	const again = new CopyBinary();
	const log = new CopyBinary(unions.length * 50);
	for (const [place, union] of unions.entries()) {
		const before = known.get(union.id);
		unionRow(before === undefined ? fresh : again, union, first + place, stampMs);
		log
			.row(5)
			.int8(first + place)
			.timestamp(stampMs)
			.int8(union.id)
			.int2(ENTITY.union)
			.int2(operation(union, before));
	}
	if (fresh.rows > 0) await copyInto(client, `union_record (${COLUMNS})`, fresh.finish());
	if (again.rows > 0) {
		await copyInto(client, `union_batch (${COLUMNS})`, again.finish());
		await client.query(
			`update union_record u set state = b.state, redirect_to = b.redirect_to, seq = b.seq, stamp = b.stamp, kind = b.kind, shared = b.shared,
				sets = b.sets, body = b.body,
				past_sets = case when u.past_sets = '{}' and u.sets <@ b.sets then '{}'
					else array(select unnest(u.past_sets || u.sets) except select unnest(b.sets) order by 1) end
			from union_batch b where u.id = b.id`,
		);
	}
	await copyInto(client, 'change (seq, stamp, id, entity, op)', log.finish());
}

function operation(union: UnionRow, before: { state: UnionRow['state'] } | undefined): number {
	if (union.state === 'redirect') return OP.redirected;
	if (union.state === 'deleted') return OP.deleted;
	return before === undefined ? OP.created : OP.updated;
}

function unionRow(rows: CopyBinary, union: UnionRow, seq: number, stampMs: number): void {
	rows.row(9).int8(union.id).text(union.state);
	if (union.redirectTo === null) rows.null();
	else rows.int8(union.redirectTo);
	rows.int8(seq).timestamp(stampMs).int2(union.kind).bool(union.shared).int4Array(union.sets);
	if (union.body === null) rows.null();
	else rows.bytes(union.body);
}
