import { AppError } from '../lib/errors.ts';
import type { Database } from '../store/database.ts';
import {
	foreseeParting,
	type Parting,
	type ReidentificationRow,
	type ReidentificationState,
	readReidentification,
	readReidentifications,
} from '../store/reidentified.ts';
import { cutPage, type ListPage } from './list-libraries.ts';
import { type Proposal, showProposal } from './show-reidentification.ts';

export type { ReidentificationRow } from '../store/reidentified.ts';

type Db = Pick<Database, 'pool'>;

/** Runs that found records under other identifiers, the newest first; those alone that wait for a person, if so asked. */
export async function listReidentifications(
	{ pool }: Db,
	{
		before,
		limit,
		...only
	}: { readonly source: number | null; readonly waiting: boolean; readonly before: number | null; readonly limit: number },
): Promise<ListPage<number> & { readonly rows: readonly ReidentificationRow[] }> {
	const rows = await readReidentifications(pool, only, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
	return cutPage(rows, limit, (row) => row.run);
}

export interface ShownReidentification extends ReidentificationRow {
	/** Of one that waits. */
	readonly proposal: Proposal | null;
	/** Of one that was done and can be undone: what that does. */
	readonly undo: Parting | null;
}

async function rowOf({ pool }: Db, run: number): Promise<ReidentificationRow> {
	const row = await readReidentification(pool, run);
	if (row !== undefined) return row;
	throw new AppError('not-found', `run ${run} is not there, or found no records under other identifiers`, {
		hint: 'the list has those that did',
	});
}

/** How far one is. AppError not-found. */
export async function stateOf(db: Db, run: number): Promise<ReidentificationState> {
	return (await rowOf(db, run)).state;
}

/** One such run. AppError not-found. */
export async function showReidentification(db: Db, run: number): Promise<ShownReidentification> {
	const { pool } = db;
	const row = await rowOf(db, run);
	const done = row.state === 'accepted' || row.state === 'unasked';
	return {
		...row,
		proposal: row.state === 'waiting' ? await showProposal(pool, { id: run }) : null,
		undo: done ? await foreseeUnlessLater(pool, run) : null,
	};
}

async function foreseeUnlessLater(pool: Database['pool'], run: number): Promise<Parting | null> {
	try {
		const parting = await foreseeParting(pool, run, null);
		return parting.records + parting.kept.length > 0 ? parting : null;
	} catch (error) {
		// a later run is to be undone first
		if (error instanceof AppError && error.code === 'conflict') return null;
		throw error;
	}
}
