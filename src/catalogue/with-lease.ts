import { randomUUID } from 'node:crypto';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from '../store/database.ts';
import type { HarvestSource } from '../store/harvest-source.ts';
import { dropLease, LEASE_SECONDS, renewLease, takeLease } from '../store/lease.ts';

export interface LeaseOptions {
	readonly logger?: Logger;
	/** Lowered in tests of leases. */
	readonly leaseSeconds?: number;
}

/**
 * Has `work` done while nothing else reads or decides on the source: under its lease, which is renewed until `work` ends, so that after a kill it
 * is free again a minute later. `lost` is aborted with AppError fenced when the lease was lost. AppError busy while another process has it.
 */
export async function withLease<T>(
	{ pool }: Pick<Database, 'pool'>,
	{ id, code }: Pick<HarvestSource, 'id' | 'code'>,
	work: (fence: number, lost: AbortSignal) => Promise<T>,
	{ logger, leaseSeconds = LEASE_SECONDS }: LeaseOptions = {},
): Promise<T> {
	const fence = await takeLease(pool, id, randomUUID(), leaseSeconds);
	if (fence === null) {
		throw new AppError('busy', `source ${code} is being harvested by another process`, {
			hint: 'wait for it to end; lienthong runs shows how far it is',
			retriable: true,
		});
	}
	const lost = new AbortController();
	const renew = (): void => {
		renewLease(pool, id, fence, leaseSeconds).then(
			(held) => {
				if (!held) lost.abort(new AppError('fenced', `the lease of source ${id} was lost`));
			},
			(error: unknown) => logger?.warn({ error, sourceId: id }, 'the lease could not be renewed'),
		);
	};
	const beat = setInterval(renew, (leaseSeconds * 1000) / 3);
	try {
		return await work(fence, lost.signal);
	} finally {
		clearInterval(beat);
		await dropLease(pool, id, fence);
	}
}
