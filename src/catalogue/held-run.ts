import { AppError } from '../lib/errors.ts';
import { type Database, withTransaction } from '../store/database.ts';
import { closeRun, dropStaged } from '../store/harvest-run.ts';
import type { HarvestSource } from '../store/harvest-source.ts';
import { assertFence } from '../store/lease.ts';
import { noteAsked, noteDecided } from '../store/reidentified.ts';
import { type HeldRun, heldRun } from '../store/reidentify.ts';
import { findPairs, joinFound } from './reidentify.ts';
import { keepUnlisted, releaseRun } from './release.ts';
import { type LeaseOptions, withLease } from './with-lease.ts';

/** `accept`: they are the same records; `refuse`: they are others; `drop`: the run is not to be believed, and the next reads everything again. */
export const HELD_DECISIONS = ['accept', 'refuse', 'drop'] as const;
export type HeldDecision = (typeof HELD_DECISIONS)[number];

/** Who decides, and why; null where it is not said. */
export interface Decider {
	readonly by: string | null;
	readonly reason: string | null;
}

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

/** Keeps what was decided of a run that waits, to be done later, by whoever comes to it. AppError conflict when it waits no longer. */
export async function askDecision(database: Pick<Database, 'pool'>, run: number, decision: HeldDecision, decider: Decider): Promise<void> {
	if (await noteAsked(database.pool, run, { decision, ...decider })) return;
	throw new AppError('conflict', `run ${run} does not wait for a person any more`, { hint: 'lienthong runs shows how it ended' });
}

/**
 * Ends the wait of a held run; harmless to repeat after a kill. What was decided is kept before it is done, so that after a kill nobody can decide
 * otherwise, and a serving process goes on with it. Gives how many records took other identifiers. AppErrors not-found, busy, conflict.
 */
export async function decideHeldRun(
	database: Pick<Database, 'pool'>,
	source: Pick<HarvestSource, 'id' | 'code'>,
	decision: HeldDecision,
	decider: Decider = SOMEBODY,
	lease: LeaseOptions = {},
): Promise<{ run: number; joined: number }> {
	const work = async (fence: number): Promise<{ run: number; joined: number }> => {
		const held = await waitingRun(database, source);
		if (held.asked === null) await askDecision(database, held.id, decision, decider);
		else if (held.asked !== decision)
			throw new AppError('conflict', `of run ${held.id} it was decided already: ${held.asked}`, {
				hint: 'a serving process does it, or the same command once more',
			});
		const run = { id: held.id, sourceId: source.id, fence };
		const joined = decision === 'accept' ? await joinFound(database, run, (await findPairs(database.pool, run.id)).pairs) : 0;
		if (held.keeps && decision !== 'drop') await keepUnlisted(database, run);
		if (decision !== 'drop') await releaseRun(database, run);
		await withTransaction(database, async (client) => {
			await assertFence(client, source.id, fence);
			// what was released stays in quarantine too
			if (decision === 'drop') await dropStaged(client, run.id);
			await closeRun(client, run.id, source.id, {
				state: decision === 'drop' ? 'cancelled' : held.state,
				vanished: held.keeps ? 0 : held.vanished - joined,
				harvestedUntil: held.harvestedUntil,
				deletedRecord: held.deletedRecord,
				error: null,
				flags: [],
			});
			await noteDecided(client, run.id, decider);
		});
		return { run: run.id, joined };
	};
	return await withLease(database, source, work, lease);
}
