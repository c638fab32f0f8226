import type { Repair } from '../records/marc.ts';
import type { Database } from './database.ts';

/** What was mended in versions of records as they were received, by the number of the record. */
export async function repairsOf(
	db: Pick<Database['pool'], 'query'>,
	versions: readonly { readonly id: number; readonly versionNo: number }[],
): Promise<Map<number, readonly Repair[]>> {
	const { rows } = await db.query<{ id: number; repairs: Repair[] }>(
		`select v.record_id as id, v.repairs from unnest($1::bigint[], $2::int[]) as m (id, no)
		join version v on v.record_id = m.id and v.no = m.no where v.repairs is not null`,
		[versions.map((v) => v.id), versions.map((v) => v.versionNo)],
	);
	return new Map(rows.map((row) => [row.id, row.repairs]));
}
