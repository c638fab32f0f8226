import type pg from 'pg';

/**
 * How many records hang together with these, themselves included: by edges with at least this score (ten-thousandths) and by decisions
 * "same" in force. Counts no further than it takes to know that there are more than `most`.
 */
export async function countComponent(db: Pick<pg.Pool, 'query'>, ids: readonly number[], mergeAt: number, most: number): Promise<number> {
	const reached = new Set(ids);
	let frontier = [...reached];
	while (frontier.length > 0 && reached.size <= most) {
		const { rows } = await db.query<{ id: number }>(
			`select b as id from edge where a = any($1) and score >= $2 union select a from edge where b = any($1) and score >= $2
			union select b from decision where a = any($1) and verdict = 'same' and undone_at is null
			union select a from decision where b = any($1) and verdict = 'same' and undone_at is null`,
			[frontier, mergeAt],
		);
		frontier = rows.map(({ id }) => id).filter((id) => !reached.has(id));
		for (const id of frontier) reached.add(id);
	}
	return reached.size;
}
