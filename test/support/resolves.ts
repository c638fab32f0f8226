import { livingEnd } from '../../src/matching/heirs.ts';
import type { Database } from '../../src/store/database.ts';
import { resolveUnion } from '../../src/store/union-read.ts';

/**
 * Numbers that do not resolve as they must: every id that was ever the head of a shown cluster, and every other, those of the dead to a
 * tombstone when nothing lives that they lead to, of the living to where they stand; ids whose union record, as it was told to whoever follows the changes, leads elsewhere; and ids that a
 * cluster has although they end in another, or in none.
 */
export async function unresolved(database: Database): Promise<number[]> {
	const { rows } = await database.pool.query<{
		id: number;
		heir: number | null;
		deleted: boolean;
		state: string | null;
		redirect_to: number | null;
		union_id: number | null;
	}>(
		`select r.id, r.heir, r.deleted, u.state, u.redirect_to, m.union_id from source_record r
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
	/** The live union record that the rows of union records lead to; undefined when they lead to none, as those do that died and returned elsewhere. */
	const told = (id: number): number | undefined => {
		const row = byId.get(id);
		if (row?.state === 'live') return id;
		return row === undefined || row.redirect_to === null ? undefined : told(row.redirect_to);
	};
	for (const { id } of rows) {
		const end = livingEnd(id, heirs);
		const found = await resolveUnion(database.pool, id);
		const right = end === null ? found?.state === 'deleted' : found?.state === 'live' && found.id === byId.get(end)?.union_id;
		if (!right || (told(id) ?? found?.id) !== found?.id) wrong.push(id);
	}
	return wrong;
}
