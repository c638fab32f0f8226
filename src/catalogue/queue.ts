import { AppError } from '../lib/errors.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import type { Database } from '../store/database.ts';
import { type AfterPair, type DoubtReason, doubtfulPairs, oddClusters } from '../store/doubtful.ts';
import { MERGE_STEPS } from './match-graph.ts';
import { SCORE_STEPS } from './score-batch.ts';

export interface Doubt {
	readonly a: string;
	readonly b: string;
	readonly why: DoubtReason;
	/** 0 to 1; null when no score is kept. */
	readonly score: number | null;
	readonly decision: number | null;
	/** Libraries whose readers would see the difference. */
	readonly libraries: number;
}

export interface OddUnion {
	readonly id: string;
	/** two-volumes, two-isbns, large. */
	readonly why: readonly string[];
	readonly members: number;
	readonly libraries: number;
}

export interface Doubts {
	readonly pairs: readonly Doubt[];
	/** Union records that look wrong; on the first page only. */
	readonly clusters: readonly OddUnion[];
	/** Where the next page begins; null at the end. */
	readonly next: string | null;
}

/** A union record with more members than this is worth a look. */
const LARGE_CLUSTER = 40;

function parseAfter(text: string): AfterPair {
	const [libraries = '', a = '', b = ''] = text.split('.');
	const [first, second] = [recordNumber(a), recordNumber(b)];
	if (/^\d{1,6}$/.test(libraries) && first !== undefined && second !== undefined)
		return { libraries: Number(libraries), a: first, b: second };
	throw new AppError('usage', `"${text}" is no place in the queue`, { hint: 'take "next" of the page before' });
}

/** What waits for a librarian, what most readers would see first. */
export async function listDoubts(database: Pick<Database, 'pool'>, page: { after: string | null; limit: number }): Promise<Doubts> {
	const after = page.after === null ? null : parseAfter(page.after);
	const rows = await doubtfulPairs(database.pool, MERGE_STEPS, after, page.limit + 1);
	const pairs = rows.slice(0, page.limit).map((r) => ({
		...r,
		a: publicId(r.a),
		b: publicId(r.b),
		score: r.score === null ? null : r.score / SCORE_STEPS,
	}));
	const last = rows.length > page.limit ? pairs.at(-1) : undefined;
	const odd = after === null ? await oddClusters(database.pool, LARGE_CLUSTER, page.limit) : [];
	return {
		pairs,
		clusters: odd.map((c) => ({
			id: publicId(c.id),
			why: [...(c.volumes ? ['two-volumes'] : []), ...(c.isbns ? ['two-isbns'] : []), ...(c.large ? ['large'] : [])],
			members: c.members,
			libraries: c.libraries,
		})),
		next: last === undefined ? null : `${last.libraries}.${last.a}.${last.b}`,
	};
}
