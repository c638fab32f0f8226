import type pg from 'pg';

/** Does work while no other process holds a lock of the database; null when one does. */
export async function withLock<T>(pool: pg.Pool, lock: number, work: () => Promise<T>): Promise<T | null> {
	const client = await pool.connect();
	let broken = true;
	try {
		const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [lock]);
		broken = false;
		if (rows[0]?.held !== true) return null;
		try {
			return await work();
		} finally {
			broken = true;
			await client.query('select pg_advisory_unlock($1)', [lock]);
			broken = false;
		}
	} finally {
		client.release(broken);
	}
}
