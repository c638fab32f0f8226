import type pg from 'pg';

type Db = Pick<pg.Pool, 'query'>;

/** What a target said it has when all of it was known last. */
export interface KnownTotal {
	readonly total: number;
	/** When it was last read whole, in database time. */
	readonly wholeAt: Date;
}

/** Notes on a run how many records the target has, and whether all of them were read. */
export async function noteTotal(db: Db, run: number, total: number, whole: boolean): Promise<void> {
	await db.query("update run set notes = notes || jsonb_build_object('total', $2::int, 'whole', $3::boolean) where id = $1", [
		run,
		total,
		whole,
	]);
}

/** What the last complete run of a source noted, when a whole one stands behind it that is younger than `days`; else undefined. */
export async function knownTotal(db: Db, sourceId: number, days: number): Promise<KnownTotal | undefined> {
	const { rows } = await db.query<{ total: number | null; wholeAt: Date | null }>(
		`select (select (notes ->> 'total')::int from run where source_id = $1 and state = 'complete' order by id desc limit 1) as total,
			(select max(started_at) from run where source_id = $1 and state = 'complete' and notes ->> 'whole' = 'true'
				and started_at > clock_timestamp() - make_interval(days => $2)) as "wholeAt"`,
		[sourceId, days],
	);
	const { total = null, wholeAt = null } = rows[0] ?? {};
	return total === null || wholeAt === null ? undefined : { total, wholeAt };
}
