import { livingEnd } from '../../src/matching/heirs.ts';
import type { Database } from '../../src/store/database.ts';
import { resolveUnion } from '../../src/store/union-read.ts';

/**
 * Numbers that do not resolve as they must: every id that was ever the head of a shown cluster, and every other, those of the dead to a
 * tombstone when nothing lives that they lead to; and ids that a cluster has although they end in another, or in none.
 */
export async function unresolved(database: Database): Promise<number[]> {
	const { rows } = await database.pool.query<{
		id: number;
		heir: number | null;
		deleted: boolean;
		state: string | null;
		union_id: number | null;
	}>(
		`select r.id, r.heir, r.deleted, u.state, m.union_id from source_record r
		left join union_record u on u.id = r.id left join cluster_member m on m.record_id = r.id`,
	);
	const heirs = new Map(rows.filter((r) => r.deleted).map((r) => [r.id, r.heir]));
	const byId = new Map(rows.map((r) => [r.id, r]));
	const wrong = rows
		.filter((r) => {
			const end = livingEnd(r.id, heirs);
			if (end === null) return r.state === 'live';
			const head = byId.get(end)?.union_id;
			return (
				head === null || head === undefined || byId.get(head)?.state !== 'live' || byId.get(livingEnd(head, heirs) ?? 0)?.union_id !== head
			);
		})
		.map((r) => r.id);
	for (const { id } of rows) {
		const dead = livingEnd(id, heirs) === null;
		if ((await resolveUnion(database.pool, id))?.state !== (dead ? 'deleted' : 'live')) wrong.push(id);
	}
	return wrong;
}
