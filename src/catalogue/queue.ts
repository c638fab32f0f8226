import { AppError } from '../lib/errors.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { unpackRecord } from '../records/compact.ts';
import { unpackBody } from '../store/body-codec.ts';
import type { Database } from '../store/database.ts';
import {
	type AfterCluster,
	type AfterPair,
	askedRecords,
	type DoubtfulPair,
	type DoubtReason,
	doubtfulPairs,
	type OddCluster,
	oddClusters,
	type Plausible,
} from '../store/doubtful.ts';
import { loadMemberBodies } from '../store/match-state.ts';
import { readUnions } from '../store/union-read.ts';
import { MERGE_STEPS } from './match-graph.ts';
import { type RecordLine, recordLine, unionLine } from './render-record.ts';
import { SCORE_STEPS } from './score-batch.ts';

/** One of two records that are asked about. */
export interface Side extends RecordLine {
	readonly id: string;
	/** Code of its library. */
	readonly library: string;
	readonly libraryName: string;
	/** What its source calls it. */
	readonly identifier: string;
	/** The union record that it stands in. */
	readonly union: string;
}

export interface Doubt {
	readonly a: string;
	readonly b: string;
	readonly sides: readonly [Side, Side];
	readonly why: DoubtReason;
	/** 0 to 1; null when no score is kept. */
	readonly score: number | null;
	readonly decision: number | null;
	/** Libraries whose readers would see the difference. */
	readonly libraries: number;
}

export const ODDITIES = ['two-volumes', 'two-isbns', 'large'] as const;
export type Oddity = (typeof ODDITIES)[number];

export interface OddUnion extends RecordLine {
	readonly id: string;
	readonly why: readonly Oddity[];
	readonly members: number;
	readonly sources: number;
	readonly libraries: number;
}

export interface Doubts {
	readonly pairs: readonly Doubt[];
	/** Union records that look wrong. */
	readonly clusters: readonly OddUnion[];
	/** Where the next page begins; null at the end. */
	readonly next: string | null;
}

/**
 * A source has one record of a publication, or two where it was catalogued twice; a union record with more than that, and a few besides, is worth a
 * look. By the number of sources, since a textbook stands in every library of a network.
 */
const PLAUSIBLE: Plausible = { ofSource: 2, more: 8 };

type Db = Database['pool'];

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

/** Both sides of pairs, by the number of the record. */
async function sidesOf(db: Db, pairs: readonly DoubtfulPair[]): Promise<Map<number, Side>> {
	const records = await askedRecords(db, [...new Set(pairs.flatMap(({ a, b }) => [a, b]))]);
	const bodies = await loadMemberBodies(
		db,
		records.map((r) => ({ id: r.id, no: r.versionNo })),
	);
	const lines = new Map(bodies.map(({ id, body }) => [id, recordLine(unpackRecord(unpackBody(body)))]));
	return new Map(
		records.flatMap(({ id, library, libraryName, identifier, unionId }) => {
			const line = lines.get(id);
			if (line === undefined) return [];
			return [[id, { id: publicId(id), ...line, library, libraryName, identifier, union: publicId(unionId) }]];
		}),
	);
}

/** A pair of which a record went away meanwhile is left out. */
function doubtOf(row: DoubtfulPair, sides: ReadonlyMap<number, Side>): Doubt[] {
	const [a, b] = [sides.get(row.a), sides.get(row.b)];
	if (a === undefined || b === undefined) return [];
	return [{ ...row, a: a.id, b: b.id, sides: [a, b], score: row.score === null ? null : row.score / SCORE_STEPS }];
}

function oddUnion({ id, volumes, isbns, large, members, sources, libraries }: OddCluster, bodies: ReadonlyMap<number, Buffer>): OddUnion {
	const body = bodies.get(id);
	const is: Readonly<Record<Oddity, boolean>> = { 'two-volumes': volumes, 'two-isbns': isbns, large };
	const line = body === undefined ? { title: '', creator: '', year: null } : unionLine(body);
	return { id: publicId(id), ...line, why: ODDITIES.filter((name) => is[name]), members, sources, libraries };
}

const isCluster = (row: DoubtfulPair | OddCluster): row is OddCluster => 'id' in row;
const isPair = (row: DoubtfulPair | OddCluster): row is DoubtfulPair => !isCluster(row);

/** What waits for a librarian, what most readers would see first; a page holds so many pairs and union records together. */
export async function listDoubts({ pool }: Pick<Database, 'pool'>, page: { after: string | null; limit: number }): Promise<Doubts> {
	const after = page.after === null ? null : parseAfter(page.after);
	const pairs = await doubtfulPairs(pool, MERGE_STEPS, after?.pair ?? null, page.limit + 1);
	const clusters = await oddClusters(pool, PLAUSIBLE, after?.cluster ?? null, page.limit + 1);
	// a stable sort: union records before pairs of as many libraries
	const all = [...clusters, ...pairs].sort((x, y) => y.libraries - x.libraries);
	const shown = all.slice(0, page.limit);
	const last = all.length > page.limit ? shown.at(-1) : undefined;
	const shownPairs = shown.filter(isPair);
	const shownClusters = shown.filter(isCluster);
	const sides = await sidesOf(pool, shownPairs);
	const unions = await readUnions(
		pool,
		shownClusters.map((c) => c.id),
	);
	const bodies = new Map(unions.flatMap(({ id, body }) => (body === null ? [] : [[id, body]])));
	return {
		pairs: shownPairs.flatMap((row) => doubtOf(row, sides)),
		clusters: shownClusters.map((row) => oddUnion(row, bodies)),
		next: last === undefined ? null : [last.libraries, ...(isCluster(last) ? [last.id] : [last.a, last.b]).map(publicId)].join('.'),
	};
}
