import { AppError } from '../lib/errors.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import type { Database } from '../store/database.ts';
import { type AfterCluster, type AfterPair, type DoubtReason, doubtfulPairs, oddClusters } from '../store/doubtful.ts';
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
	/** Union records that look wrong. */
	readonly clusters: readonly OddUnion[];
	/** Where the next page begins; null at the end. */
	readonly next: string | null;
}

/** A union record with more members than this is worth a look. */
const LARGE_CLUSTER = 40;

/** Where both lists go on: by libraries, then union records, then pairs. */
interface Place {
	readonly pair: AfterPair;
	readonly cluster: AfterCluster;
}

/** `LIBRARIES.ID` behind a union record, `LIBRARIES.ID.ID` behind a pair. */
function parseAfter(text: string): Place {
	const [count = '', a = '', b] = text.split('.');
	const [libraries, first, second] = [Number(count), recordNumber(a), b === undefined ? 0 : recordNumber(b)];
	if (!/^\d{1,6}$/.test(count) || first === undefined || second === undefined)
		throw new AppError('usage', `"${text}" is no place in the queue`, { hint: 'take "next" of the page before' });
	if (b === undefined) return { pair: { libraries, a: 0, b: 0 }, cluster: { libraries, id: first } };
	return { pair: { libraries, a: first, b: second }, cluster: { libraries, id: Number.MAX_SAFE_INTEGER } };
}

/** What waits for a librarian, what most readers would see first; a page holds so many pairs and union records together. */
export async function listDoubts({ pool }: Pick<Database, 'pool'>, page: { after: string | null; limit: number }): Promise<Doubts> {
	const after = page.after === null ? null : parseAfter(page.after);
	const pairs = (await doubtfulPairs(pool, MERGE_STEPS, after?.pair ?? null, page.limit + 1)).map(
		(r): Doubt => ({ ...r, a: publicId(r.a), b: publicId(r.b), score: r.score === null ? null : r.score / SCORE_STEPS }),
	);
	const clusters = (await oddClusters(pool, LARGE_CLUSTER, after?.cluster ?? null, page.limit + 1)).map(
		(c): OddUnion => ({
			id: publicId(c.id),
			why: [...(c.volumes ? ['two-volumes'] : []), ...(c.isbns ? ['two-isbns'] : []), ...(c.large ? ['large'] : [])],
			members: c.members,
			libraries: c.libraries,
		}),
	);
	// a stable sort: union records before pairs of as many libraries
	const all = [...clusters, ...pairs].sort((x, y) => y.libraries - x.libraries);
	const shown = new Set(all.slice(0, page.limit));
	const last = all.length > page.limit ? all[page.limit - 1] : undefined;
	return {
		pairs: pairs.filter((one) => shown.has(one)),
		clusters: clusters.filter((one) => shown.has(one)),
		next: last === undefined ? null : [last.libraries, ...('id' in last ? [last.id] : [last.a, last.b])].join('.'),
	};
}
