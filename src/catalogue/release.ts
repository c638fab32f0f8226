import { type Database, withTransaction } from '../store/database.ts';
import { stageVanished, takeStaged, unstageVanished } from '../store/harvest-run.ts';
import { markDirty, releaseChanges } from '../store/intake.ts';
import { assertFence } from '../store/lease.ts';

/** Pointers moved in one transaction; keeps the change lock short. */
const RELEASE_BATCH = 2_000;

interface StagedRun {
	readonly id: number;
	readonly sourceId: number;
	readonly fence: number;
}

/** After a complete full list: stages the removal of what it no longer has. */
export async function stageRemovals(database: Pick<Database, 'pool'>, run: StagedRun): Promise<number> {
	return await withTransaction(database, async (client) => {
		await assertFence(client, run.sourceId, run.fence);
		return await stageVanished(client, run.id, run.sourceId);
	});
}

/** Takes back what stageRemovals staged, where the list was not whole: it was there to be compared with what came. */
export async function keepUnlisted(database: Pick<Database, 'pool'>, run: StagedRun): Promise<void> {
	await withTransaction(database, async (client) => {
		await assertFence(client, run.sourceId, run.fence);
		await unstageVanished(client, run.id);
	});
}

/** Releases everything a run has staged, batch by batch; harmless to repeat after a kill. */
export async function releaseRun(database: Pick<Database, 'pool'>, run: StagedRun): Promise<void> {
	for (;;) {
		const moved = await withTransaction(database, async (client) => {
			await assertFence(client, run.sourceId, run.fence);
			const staged = await takeStaged(client, run.id, RELEASE_BATCH);
			await markDirty(
				client,
				staged.map((change) => change.id),
				1,
			);
			await releaseChanges(client, staged);
			return staged.length;
		});
		if (moved < RELEASE_BATCH) return;
	}
}
