import type pg from 'pg';

/**
 * Identifiers in quarantine that were made of records in which no number could be read: those of a run, or those that other runs of the source
 * left there.
 */
export async function unnamedFailures(
	db: Pick<pg.Pool, 'query'>,
	sourceId: number,
	run: number,
	when: 'before' | 'now',
): Promise<ReadonlySet<string>> {
	const { rows } = await db.query<{ identifier: string }>(
		`select identifier from quarantine where source_id = $1 and identifier like 'digest:%' and run_id ${when === 'now' ? '=' : '<>'} $2`,
		[sourceId, run],
	);
	return new Set(rows.map(({ identifier }) => identifier));
}
