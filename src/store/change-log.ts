import type pg from 'pg';

/** Advisory lock that every giver of change numbers takes alone, and an OAI-PMH request shared for an instant. */
export const CHANGE_LOCK = 7_402_001;

export const ENTITY = { union: 1, source_record: 2, library: 3, source: 4, collection: 5 } as const;
export const OP = { created: 1, updated: 2, deleted: 3, redirected: 4 } as const;

/** A run of change numbers given to this transaction: `first` to `first + count - 1`, all with one datestamp. */
export interface ChangeNumbers {
	readonly first: number;
	/** Milliseconds, whole seconds, never less than the stamp given before. */
	readonly stampMs: number;
}

/**
 * Takes the change lock until the transaction ends and gives it `count` numbers. Call it after all reading and computing and
 * before the first row that carries a number: number order is then commit order, and no later commit has an earlier datestamp.
 */
export async function takeChangeNumbers(client: pg.PoolClient, count: number): Promise<ChangeNumbers> {
	await client.query('select pg_advisory_xact_lock($1)', [CHANGE_LOCK]);
	const { rows } = await client.query<{ last: number; stamp: Date }>({
		name: 'take-change-numbers',
		text: `update change_counter set seq = seq + $1, stamp = greatest(stamp, date_trunc('second', clock_timestamp()))
		returning seq as last, stamp`,
		values: [count],
	});
	const row = rows[0];
	if (row === undefined) throw new Error('change_counter has no row');
	return { first: row.last - count + 1, stampMs: row.stamp.getTime() };
}
