import type pg from 'pg';
import { type Pairing, pairOneToOne, type Reidentifiable } from '../matching/reidentify.ts';
import { type Database, withTransaction } from '../store/database.ts';
import { livingRecords } from '../store/intake.ts';
import { assertFence } from '../store/lease.ts';
import { countStaged, joinPairs, type StagedVersion, stagedVersions } from '../store/reidentify.ts';
import { featuresOfBody, ofOtherRules } from './judged-now.ts';
import { signsOf } from './reidentification-signs.ts';

interface StagedRun {
	readonly id: number;
	readonly sourceId: number;
	readonly fence: number;
}

/** Of the living records of a source: what is above waits for a person. */
const UNASKED_SHARE_MAX = 0.05;

const NONE: Pairing = { pairs: [], ambiguous: [] };

/** Which records that a staged run takes away are which that it brings. */
export async function findPairs(db: Pick<pg.ClientBase, 'query'>, runId: number): Promise<Pairing> {
	const { gone, come } = await countStaged(db, runId);
	if (gone === 0 || come === 0) return NONE;
	return await pairsOf(db, stagedVersions(db, runId, 'gone'), stagedVersions(db, runId, 'come'));
}

/** Which of the records that are gone are which of those that came. */
export async function pairsOf(
	db: Pick<pg.ClientBase, 'query'>,
	gone: AsyncIterable<readonly StagedVersion[]>,
	come: AsyncIterable<readonly StagedVersion[]>,
): Promise<Pairing> {
	// while a catalogue is brought over to new rules, what is kept of a record may have another form than what the run brings
	const other = await ofOtherRules(db);
	const read = async (side: AsyncIterable<readonly StagedVersion[]>): Promise<Reidentifiable[]> => {
		const signs: Reidentifiable[] = [];
		for await (const versions of side)
			signs.push(...versions.map((one) => signsOf(other ? { ...one, features: featuresOfBody(one.body) ?? '' } : one)));
		return signs;
	};
	return pairOneToOne(await read(gone), await read(come));
}

/** Whether so many pairs, of a source with so many living records, wait for a person. */
export const mustBeAsked = (pairs: number, living: number): boolean => pairs > UNASKED_SHARE_MAX * living;

export interface Reidentification {
	readonly pairs: number;
	/** More than may be done without asking: nothing was. */
	readonly waits: boolean;
}

/**
 * Before a run is released: records that vanished and records that came, of one library, are the same where they agree one to one; the old
 * ones keep their ids, decisions and first-seen dates (design §5). Above a twentieth of the source nothing is done.
 */
export async function reidentify(database: Pick<Database, 'pool'>, run: StagedRun): Promise<Reidentification> {
	const { pairs } = await findPairs(database.pool, run.id);
	if (pairs.length === 0) return { pairs: 0, waits: false };
	if (mustBeAsked(pairs.length, await livingRecords(database.pool, run.sourceId))) return { pairs: pairs.length, waits: true };
	return { pairs: await joinFound(database, run, pairs), waits: false };
}

/** Joins the pairs found in a staged run, all or none. Gives how many. */
export async function joinFound(database: Pick<Database, 'pool'>, run: StagedRun, pairs: Pairing['pairs']): Promise<number> {
	if (pairs.length === 0) return 0;
	await withTransaction(database, async (client) => {
		await assertFence(client, run.sourceId, run.fence);
		await joinPairs(client, run.id, pairs);
	});
	return pairs.length;
}
