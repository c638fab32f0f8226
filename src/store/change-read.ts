import type pg from 'pg';

export interface ChangeRow {
	readonly seq: number;
	readonly stampMs: number;
	readonly id: number;
	readonly entity: number;
	readonly op: number;
}

/** Changes with numbers above `after`, in their order: nothing is ever put in between (design: change log). */
export async function readChanges(db: Pick<pg.Pool, 'query'>, after: number, limit: number): Promise<ChangeRow[]> {
	const { rows } = await db.query<ChangeRow>({
		name: 'changes-after',
		text: `select seq::float8 as seq, extract(epoch from stamp)::float8 * 1000 as "stampMs", id::float8 as id, entity, op
			from change where seq > $1 order by seq limit $2`,
		values: [after, limit],
	});
	return rows;
}

/** The number that was given last: as long as it is the same, so is all that changes have numbers for. */
export async function lastChange(db: Pick<pg.Pool, 'query'>): Promise<number> {
	const { rows } = await db.query<{ seq: number }>('select seq::float8 as seq from change_counter');
	return rows[0]?.seq ?? 0;
}
