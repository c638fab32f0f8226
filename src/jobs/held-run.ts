import { randomUUID } from 'node:crypto';
import { findPairs, joinFound } from '../catalogue/reidentify.ts';
import { releaseRun } from '../catalogue/release.ts';
import { AppError } from '../lib/errors.ts';
import { type Database, withTransaction } from '../store/database.ts';
import { closeRun, dropStaged } from '../store/harvest-run.ts';
import type { HarvestSource } from '../store/harvest-source.ts';
import { assertFence, dropLease, takeLease } from '../store/lease.ts';
import { type HeldRun, heldRun } from '../store/reidentify.ts';

/** `accept`: they are the same records; `refuse`: they are others; `drop`: the run is not to be believed, and the next reads everything again. */
export type HeldDecision = 'accept' | 'refuse' | 'drop';

const LEASE_SECONDS = 900;

/** The run of a source that waits. AppError not-found. */
export async function waitingRun(database: Database, source: HarvestSource): Promise<HeldRun> {
	const run = await heldRun(database.pool, source.id);
	if (run !== undefined) return run;
	throw new AppError('not-found', `no run of source ${source.code} waits for a decision`, {
		hint: 'lienthong runs shows what its runs did',
	});
}

/** Ends the wait of a held run; harmless to repeat after a kill. Gives how many records took other identifiers. AppErrors not-found, busy. */
export async function decideHeldRun(
	database: Database,
	source: HarvestSource,
	decision: HeldDecision,
): Promise<{ run: number; joined: number }> {
	const fence = await takeLease(database.pool, source.id, randomUUID(), LEASE_SECONDS);
	if (fence === null) throw new AppError('busy', `source ${source.code} is being harvested by another process`, { retriable: true });
	try {
		const held = await waitingRun(database, source);
		const run = { id: held.id, sourceId: source.id, fence };
		const joined = decision === 'accept' ? await joinFound(database, run, (await findPairs(database.pool, run.id)).pairs) : 0;
		if (decision !== 'drop') await releaseRun(database, run);
		await withTransaction(database, async (client) => {
			await assertFence(client, source.id, fence);
			// what was released stays in quarantine too
			if (decision === 'drop') await dropStaged(client, run.id);
			await closeRun(client, run.id, source.id, {
				state: decision === 'drop' ? 'cancelled' : held.state,
				vanished: held.vanished - joined,
				harvestedUntil: held.harvestedUntil,
				deletedRecord: held.deletedRecord,
				error: null,
				flags: [],
			});
		});
		return { run: run.id, joined };
	} finally {
		await dropLease(database.pool, source.id, fence);
	}
}
