import type pg from 'pg';

/**
 * Does work while no other process holds a lock of the database; null when one does, unless it is to be waited for. The work may use the session
 * that holds the lock. A session that cannot give it back is closed, which does.
 */
export async function withLock<T>(
	pool: pg.Pool,
	lock: number,
	work: (client: pg.PoolClient) => Promise<T>,
	{ wait = false } = {},
): Promise<T | null> {
	const client = await pool.connect();
	let broken = true;
	try {
		if (wait) await client.query('select pg_advisory_lock($1)', [lock]);
		else {
			const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [lock]);
			if (rows[0]?.held !== true) {
				broken = false;
				return null;
			}
		}
		try {
			return await work(client);
		} finally {
			broken = await client.query('select pg_advisory_unlock($1)', [lock]).then(
				() => false,
				() => true,
			);
		}
	} finally {
		client.release(broken);
	}
}
