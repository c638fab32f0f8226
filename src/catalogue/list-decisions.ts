import { publicId } from '../lib/ids.ts';
import type { Database } from '../store/database.ts';
import { type KeptDecision, readDecision, readDecisions } from '../store/decision.ts';
import { recordWithId } from './decide.ts';
import { noDecision } from './decision-words.ts';
import { cutPage } from './list-libraries.ts';

type Db = Pick<Database, 'pool'>;

/** A decision with public ids: who, when and why, and who undid it. */
export interface ListedDecision extends Omit<KeptDecision, 'a' | 'b'> {
	readonly a: string;
	readonly b: string;
}

export interface DecisionPage {
	readonly decisions: readonly ListedDecision[];
	/** The number to go on before; null at the end. */
	readonly next: number | null;
}

const listed = (d: KeptDecision): ListedDecision => ({ ...d, a: publicId(d.a), b: publicId(d.b) });

/** Decisions, the newest first, undone ones too; those on one record when its public id is given. AppError as `recordWithId`. */
export async function listDecisions(
	db: Db,
	{ record, before, limit }: { readonly record: string | null; readonly before: number | null; readonly limit: number },
): Promise<DecisionPage> {
	const number = record === null ? null : (await recordWithId(db, record)).id;
	const rows = await readDecisions(db.pool, number, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
	const page = cutPage(rows, limit, (row) => row.id);
	return { decisions: page.rows.map(listed), next: page.next };
}

/** One decision, in force or undone. AppError `not-found`. */
export async function showDecision(db: Db, id: number): Promise<ListedDecision> {
	const row = await readDecision(db.pool, id);
	if (row === undefined) throw noDecision(id);
	return listed(row);
}
