import type pg from 'pg';
import { markDirty } from './intake.ts';

/** SQL over `source s`: its code when it is set to have no doubles, else null. */
export const SINGLE = "case when s.settings -> 'noDoubles' = 'true'::jsonb then s.code end";

/** Has all records of a source matched again; what they are compared with stays, only who may stand together is other. */
export async function rematchSource(client: pg.PoolClient, sourceId: number): Promise<void> {
	const { rows } = await client.query<{ id: number }>(
		'select id from source_record where source_id = $1 and seq > 0 and not deleted order by id',
		[sourceId],
	);
	await markDirty(
		client,
		rows.map((row) => row.id),
		2,
	);
}
