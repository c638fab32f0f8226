import { AppError } from '../lib/errors.ts';
import { type Database, withTransaction } from '../store/database.ts';
import type { HarvestSource } from '../store/harvest-source.ts';
import { assertFence } from '../store/lease.ts';
import { foreseeParting, lastJoining, noteUndone, type Parting, partJoined, unendedRun } from '../store/reidentified.ts';
import { withLease } from './with-lease.ts';

type Source = Pick<HarvestSource, 'id' | 'code'>;

export interface Undone extends Parting {
	readonly run: number;
}

/** The run whose re-identification is to be undone: the one named, or the source's newest. AppErrors not-found, conflict (it has not ended). */
async function runToUndo(database: Pick<Database, 'pool'>, source: Source, run: number | null): Promise<number> {
	const unended = await unendedRun(database.pool, source.id);
	if (unended !== undefined) {
		throw new AppError(
			'conflict',
			`run ${unended.id} of source ${source.code} has not ended: what it read may be of the records in question`,
			{
				hint:
					unended.state === 'held'
						? `lienthong source rekey ${source.code} --accept, --refuse or --drop ends its wait`
						: 'lienthong runs shows how far it is; one that was cut off is ended by the next harvest or import',
			},
		);
	}
	const last = run ?? (await lastJoining(database.pool, source.id));
	if (last !== undefined) return last;
	throw new AppError('not-found', `no records of source ${source.code} took other identifiers, or all of that was undone`, {
		hint: `lienthong runs ${source.code} shows what its runs did`,
	});
}

function somethingOf(run: number, source: Source, parting: Parting): Parting {
	if (parting.records + parting.kept.length > 0) return parting;
	throw new AppError('not-found', `no records of source ${source.code} took other identifiers in run ${run}, or that was undone`, {
		hint: `lienthong runs ${source.code} shows what its runs did`,
	});
}

/** What undoing a re-identification would do; nothing is written. AppErrors of `undoReidentification` but busy. */
export async function foreseeUndo(database: Pick<Database, 'pool'>, source: Source, asked: number | null): Promise<Undone> {
	const run = await runToUndo(database, source, asked);
	return { run, ...somethingOf(run, source, await foreseeParting(database.pool, run, source.id)) };
}

/**
 * Undoes a re-identification, whoever accepted it, all in one transaction: what it joined becomes two records each, as if it had been refused.
 * Nothing is lost: the old records keep their ids, versions and the decisions made on them, the others get what came since. The next harvest
 * finds them so. AppErrors not-found, conflict (a run has not ended, or a later one is to be undone first), busy.
 */
export async function undoReidentification(
	database: Pick<Database, 'pool'>,
	source: Source,
	asked: number | null,
	{ by, reason }: { readonly by: string; readonly reason: string },
): Promise<Undone> {
	return await withLease(database, source, async (fence) => {
		const run = await runToUndo(database, source, asked);
		const parting = await withTransaction(database, async (client) => {
			await assertFence(client, source.id, fence);
			const done = somethingOf(run, source, await partJoined(client, run, source.id));
			await noteUndone(client, run, { by, reason, records: done.records });
			return done;
		});
		return { run, ...parting };
	});
}
