import type pg from 'pg';
import { AppError } from '../lib/errors.ts';

type Queryable = Pick<pg.Pool, 'query'>;

/** How long a lease holds without being renewed, in seconds of database time. */
export const LEASE_SECONDS = 60;

/**
 * Takes the lease of a source for `holder`, in database time, and gives its new fencing number; null while another holds it.
 * Every write of a run checks the number (`assertFence`), so a holder that slept past its lease writes nothing.
 */
export async function takeLease(db: Queryable, sourceId: number, holder: string, seconds = LEASE_SECONDS): Promise<number | null> {
	const { rows } = await db.query<{ fence: number }>(
		`update source set lease_holder = $2, lease_until = clock_timestamp() + make_interval(secs => $3), fence = fence + 1
		where id = $1 and removed_at is null and (lease_until is null or lease_until < clock_timestamp())
		returning fence`,
		[sourceId, holder, seconds],
	);
	return rows[0]?.fence ?? null;
}

/** Prolongs a lease; false when it was lost. */
export async function renewLease(db: Queryable, sourceId: number, fence: number, seconds = LEASE_SECONDS): Promise<boolean> {
	const { rowCount } = await db.query(
		'update source set lease_until = clock_timestamp() + make_interval(secs => $3) where id = $1 and fence = $2',
		[sourceId, fence, seconds],
	);
	return rowCount === 1;
}

/** Gives the lease back, if it is still ours. */
export async function dropLease(db: Queryable, sourceId: number, fence: number): Promise<void> {
	await db.query('update source set lease_until = null, lease_holder = null where id = $1 and fence = $2', [sourceId, fence]);
}

/** To be called first in every transaction of a run: holds the source's row so that the lease cannot pass on before the commit. */
export async function assertFence(client: pg.PoolClient, sourceId: number, fence: number): Promise<void> {
	const { rows } = await client.query<{ fence: number }>({
		name: 'assert-fence',
		text: 'select fence from source where id = $1 for share',
		values: [sourceId],
	});
	if (rows[0]?.fence === fence) return;
	throw new AppError('fenced', `the lease of source ${sourceId} has passed to another worker; nothing was written`, {
		hint: 'another process harvests this source now; look at its run',
	});
}
