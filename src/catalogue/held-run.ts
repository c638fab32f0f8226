import { randomUUID } from 'node:crypto';
import { AppError } from '../lib/errors.ts';
import { type Database, withTransaction } from '../store/database.ts';
import { closeRun, dropStaged } from '../store/harvest-run.ts';
import type { HarvestSource } from '../store/harvest-source.ts';
import { assertFence, dropLease, takeLease } from '../store/lease.ts';
import { noteDecided } from '../store/reidentified.ts';
import { type HeldRun, heldRun } from '../store/reidentify.ts';
import { findPairs, joinFound } from './reidentify.ts';
import { releaseRun } from './release.ts';

/** `accept`: they are the same records; `refuse`: they are others; `drop`: the run is not to be believed, and the next reads everything again. */
export const HELD_DECISIONS = ['accept', 'refuse', 'drop'] as const;
export type HeldDecision = (typeof HELD_DECISIONS)[number];

/** Who decides, and why; null where it is not said. */
export interface Decider {
	readonly by: string | null;
	readonly reason: string | null;
}

const LEASE_SECONDS = 900;

/** The run of a source that waits. AppError not-found. */
export async function waitingRun(database: Pick<Database, 'pool'>, source: Pick<HarvestSource, 'id' | 'code'>): Promise<HeldRun> {
	const run = await heldRun(database.pool, source.id);
	if (run !== undefined) return run;
	throw new AppError('not-found', `no run of source ${source.code} waits for a decision`, {
		hint: 'lienthong runs shows what its runs did',
	});
}

/** Nobody in particular. */
const SOMEBODY: Decider = { by: null, reason: null };

/** Ends the wait of a held run; harmless to repeat after a kill. Gives how many records took other identifiers. AppErrors not-found, busy. */
export async function decideHeldRun(
	database: Pick<Database, 'pool'>,
	source: Pick<HarvestSource, 'id' | 'code'>,
	decision: HeldDecision,
	decider: Decider = SOMEBODY,
): Promise<{ run: number; joined: number }> {
	return await withLease(database, source, async (fence) => {
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
			await noteDecided(client, run.id, decider);
		});
		return { run: run.id, joined };
	});
}

/** Has `work` done while nothing else reads the source. AppError busy. */
export async function withLease<T>(
	database: Pick<Database, 'pool'>,
	source: Pick<HarvestSource, 'id' | 'code'>,
	work: (fence: number) => Promise<T>,
): Promise<T> {
	const fence = await takeLease(database.pool, source.id, randomUUID(), LEASE_SECONDS);
	if (fence === null) {
		throw new AppError('busy', `source ${source.code} is being harvested by another process`, {
			hint: 'wait for it to end; lienthong runs shows how far it is',
			retriable: true,
		});
	}
	try {
		return await work(fence);
	} finally {
		await dropLease(database.pool, source.id, fence);
	}
}
