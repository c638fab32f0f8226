import type pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { MERGING_VERSION } from '../matching/merge-rules.ts';
import { RULES_VERSION } from '../matching/weights.ts';
import { KINDS } from '../records/bib.ts';
import type { Database } from '../store/database.ts';
import { keepMergingVersion, keepRulesState, mergingVersion, rulesState } from '../store/going-live.ts';
import {
	countDirty,
	type DirtyRecord,
	loadMemberBodies,
	MATCHER_LOCK,
	type MemberBody,
	memberSources,
	takeDirty,
	tidyAfterDrain,
} from '../store/match-state.ts';
import { withLock } from '../store/session-lock.ts';
import { areasOfLibraries } from '../store/set-membership.ts';
import { markAllDirty } from '../store/totals.ts';
import { setNumbers, type UnionRow } from '../store/union-write.ts';
import { goLive, type LiveOptions } from './going-live.ts';
import { type BatchCounts, type BatchDone, type BatchWork, beginBatch, endBatch } from './match-batch.ts';
import { type ChangedCluster, type HoldingsOfMembers, type MergeClusters, type Outcome, writeOutcomes } from './match-outcome.ts';
import { MatchedFeatures } from './matched-features.ts';
import type { MergedUnion, MergeMember, MergeSource } from './merge-batch.ts';
import type { ScoreRequest } from './score-batch.ts';

/** Runs scoreBatch and mergeBatch somewhere with processor time to spare. */
export interface MatchWork {
	/** Takes the request over: its memory may be handed to a thread. */
	score(request: ScoreRequest): Promise<Uint16Array>;
	merge(clusters: readonly (readonly MergeMember[])[]): Promise<MergedUnion[]>;
}

export interface MatchOptions {
	readonly database: Database;
	readonly work: MatchWork;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly signal?: AbortSignal;
	/** Most records in a batch; the time a batch takes lowers it. */
	readonly batchMax?: number;
	/** Asked before each batch; false ends the drain early. */
	readonly onBatch?: (done: MatchProgress) => void;
	/** Only what librarians decided; everything else stays dirty. */
	readonly decisionsOnly?: boolean;
	/** Makes features, keys and edges anew first, whatever rules they are of, and matches everything. */
	readonly afresh?: boolean;
	/** Told after each step of bringing the catalogue over to other rules. */
	readonly onLiveStep?: LiveOptions['onStep'];
}

export interface MatchProgress extends BatchCounts {
	readonly transactions: number;
	/** Union records written. */
	readonly unions: number;
}

const BATCH_MAX = 1_000;
const BATCH_MIN = 50;
/** Batches of one transaction: while the union records of one are merged in threads, the next is compared. */
const BATCHES_MAX = 12;
/** A transaction that took long is followed by one of fewer batches; below this they get smaller, and neighbours are read more often. */
const BATCHES_MIN = 3;
/** Records of a step when the catalogue is brought over to other rules: features are made in this thread, which must not stand still. */
const LIVE_STEP = 500;
/** A drain shorter than this leaves the tables to autovacuum. */
const TRANSACTIONS_BEFORE_TIDYING = 4;
/** So long a record that is being matched cannot be marked again, by whoever harvests it or decides on it. Each end of a transaction waits for merges. */
const TRANSACTION_MS_AIM = 5_000;
const CLUSTERS_A_TASK = 100;
/** Bodies held at once while merging, so that memory stays flat. */
const CLUSTERS_A_LOAD = 1_000;

/**
 * Drains the dirty records, if no other process is doing so: batches bounded in time, each one transaction. Gives null when
 * another matcher holds the lock, or when only decisions are wanted and the catalogue has yet to be brought over to the rules of the code.
 */
export async function drainDirty(options: MatchOptions): Promise<MatchProgress | null> {
	return await withLock(options.database.pool, MATCHER_LOCK, async (client) => {
		if (options.afresh === true) await keepRulesState(client, { version: 0 });
		if (options.decisionsOnly === true && (await rulesBehind(client))) return null;
		if (!(await goLive(client, liveOptions(options)))) return { transactions: 0, records: 0, pairs: 0, edges: 0, unions: 0 };
		if (options.decisionsOnly !== true) await mergeAnew(client);
		const done = await drain(client, options);
		if (done.transactions >= TRANSACTIONS_BEFORE_TIDYING) await tidyAfterDrain(client, done.records);
		return done;
	});
}

function liveOptions({ work, logger, signal, batchMax, onLiveStep }: MatchOptions): LiveOptions {
	return {
		score: (request) => work.score(request),
		logger,
		step: Math.min(LIVE_STEP, batchMax ?? LIVE_STEP),
		...(signal === undefined ? {} : { signal }),
		...(onLiveStep === undefined ? {} : { onStep: onLiveStep }),
	};
}

/** Has every union record merged again when the code merges by newer rules than it was merged by; those that come out the same stay as they are. */
async function mergeAnew(client: pg.PoolClient): Promise<void> {
	const version = await mergingVersion(client);
	if (version !== null && version >= MERGING_VERSION) return;
	await client.query('begin');
	try {
		if (version !== null) await markAllDirty(client);
		await keepMergingVersion(client, MERGING_VERSION);
		await client.query('commit');
	} catch (error) {
		await client.query('rollback');
		throw error;
	}
}

async function mergingBehind(db: Pick<pg.Pool, 'query'>): Promise<boolean> {
	const version = await mergingVersion(db);
	return version !== null && version < MERGING_VERSION;
}

async function rulesBehind(db: Pick<pg.Pool, 'query'>): Promise<boolean> {
	const state = await rulesState(db);
	return state !== null && state.version < RULES_VERSION;
}

async function drain(client: pg.PoolClient, options: MatchOptions): Promise<MatchProgress> {
	const most = options.batchMax ?? BATCH_MAX;
	const least = Math.min(BATCH_MIN, most);
	let records = most * BATCHES_MAX;
	const features = new MatchedFeatures(options.database.pool);
	const total = { transactions: 0, records: 0, pairs: 0, edges: 0, unions: 0 };
	while (options.signal?.aborted !== true) {
		const began = options.clock.now();
		const size = Math.min(most, Math.max(least, Math.ceil(records / BATCHES_MIN)));
		const result = await oneTransaction(client, { records, size, features }, options);
		if (result === null) break;
		const ms = options.clock.now() - began;
		if (ms > TRANSACTION_MS_AIM) records = Math.max(least, Math.floor((records * TRANSACTION_MS_AIM) / ms));
		else if (ms < TRANSACTION_MS_AIM / 2) records = Math.min(most * BATCHES_MAX, records * 2);
		for (const key of ['transactions', 'records', 'pairs', 'edges', 'unions'] as const) total[key] += result[key];
		options.logger.debug({ ...result, ms, size }, 'matched');
		options.onBatch?.(total);
	}
	return total;
}

/** Matches so many records in one transaction, in batches of a size; null when nothing is dirty. */
async function oneTransaction(
	client: pg.PoolClient,
	{ records, size, features }: { readonly records: number; readonly size: number; readonly features: BatchWork['features'] },
	options: MatchOptions,
): Promise<MatchProgress | null> {
	const outcomes: Outcome[] = [];
	const total = { records: 0, pairs: 0, edges: 0 };
	await client.query('begin');
	try {
		const work = {
			score: (request: ScoreRequest) => options.work.score(request),
			merge: mergeWith(options.database, await loadContext(client), options.work),
			features,
			beside: options.database.pool,
		};
		features.beginTransaction();
		const dirty = await takeDirty(client, records, options.decisionsOnly === true ? 0 : 2);
		const batches = evenly(dirty, size);
		for await (const { counts, outcome } of pipelined(client, batches, work)) {
			outcomes.push(outcome);
			for (const key of ['records', 'pairs', 'edges'] as const) total[key] += counts[key];
		}
		const unions = await writeOutcomes(client, outcomes, new Set(dirty.filter(({ quiet }) => !quiet).map(({ id }) => id)));
		await client.query('commit');
		return outcomes.length === 0 ? null : { transactions: 1, ...total, unions };
	} catch (error) {
		await client.query('rollback');
		throw error;
	}
}

/** As few pieces as there can be of at most `most`, all alike: the pieces on either side of a small one would wait for each other. */
function evenly<T>(all: readonly T[], most: number): T[][] {
	const pieces = Math.ceil(all.length / most);
	const size = Math.ceil(all.length / pieces);
	return Array.from({ length: pieces }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** One batch after the other, the next begun while the last is compared and grouped: the database and this thread both have work. */
async function* pipelined(client: pg.PoolClient, batches: readonly (readonly DirtyRecord[])[], work: BatchWork): AsyncGenerator<BatchDone> {
	let before: Promise<BatchDone> | null = null;
	for (const batch of batches) {
		const begun = beginBatch(client, batch, work, before);
		if (before !== null) {
			// no statement may come after the transaction, so both end before either fails
			await Promise.allSettled([before, begun]);
			yield await before;
		}
		before = endBatch(client, await begun, work);
	}
	if (before !== null) yield await before;
}

/** What merging reads besides the members. */
interface Context {
	readonly sources: ReadonlyMap<string, MergeSource>;
	/** Library code to the codes of its areas. */
	readonly areas: ReadonlyMap<string, readonly string[]>;
	/** Numbers of sets by their specs. */
	readonly sets: ReadonlyMap<string, number>;
}

/** Sets of OAI-PMH: `library:CODE`, `area:CODE` for every area above a library, `kind:NAME`. */
async function loadContext(client: pg.PoolClient): Promise<Context> {
	const areas = await areasOfLibraries(client);
	const { rows } = await client.query<{ code: string }>('select code from library');
	const specs = [
		...rows.map((r) => `library:${r.code}`),
		...[...new Set([...areas.values()].flat())].map((code) => `area:${code}`),
		...KINDS.map((kind) => `kind:${kind}`),
	];
	return { sources: await memberSources(client), areas, sets: await setNumbers(client, specs) };
}

function setsOf({ areas, sets }: Context, merged: MergedUnion): number[] {
	const specs = new Set<string>([`kind:${KINDS[merged.kind]}`]);
	for (const library of merged.libraries) {
		specs.add(`library:${library}`);
		for (const area of areas.get(library) ?? []) specs.add(`area:${area}`);
	}
	return [...specs].map((spec) => sets.get(spec) as number).sort((x, y) => x - y);
}

/** Loads the bodies of changed clusters, has them merged in pieces side by side, and makes their union rows. */
function mergeWith({ pool }: Database, context: Context, work: MatchWork): MergeClusters {
	return async (clusters, holdings) => {
		const rows: (UnionRow | null)[] = [];
		let pending: Promise<(UnionRow | null)[]> = Promise.resolve([]);
		for (let at = 0; at < clusters.length; at += CLUSTERS_A_LOAD) {
			const piece = clusters.slice(at, at + CLUSTERS_A_LOAD);
			const bodies = await loadMemberBodies(
				pool,
				piece.flatMap((c) => c.members.flatMap((m) => [m, ...(holdings.get(m.id) ?? [])])),
			);
			rows.push(...(await pending));
			pending = mergePiece(piece, { bodies, holdings }, context, work);
			pending.catch(() => undefined);
		}
		rows.push(...(await pending));
		return rows;
	};
}

async function mergePiece(
	clusters: readonly ChangedCluster[],
	{ bodies, holdings }: { readonly bodies: readonly MemberBody[]; readonly holdings: HoldingsOfMembers },
	context: Context,
	work: MatchWork,
): Promise<(UnionRow | null)[]> {
	const byId = new Map(bodies.map((b) => [b.id, b]));
	const members = clusters.map((cluster) =>
		cluster.members.flatMap(({ id, order }): MergeMember[] => {
			const body = byId.get(id);
			if (body === undefined || body.suppressed) return [];
			const end = order.indexOf('\0');
			const source = context.sources.get(order.slice(0, end)) as MergeSource;
			const apart = (holdings.get(id) ?? []).flatMap(({ id: record, identifier }) => {
				const held = byId.get(record);
				return held === undefined || held.suppressed ? [] : [{ identifier, no: held.no, body: held.body }];
			});
			return [{ ...body, source, identifier: order.slice(end + 1), holdings: apart }];
		}),
	);
	const shown = members.filter((m) => m.length > 0);
	const tasks: Promise<MergedUnion[]>[] = [];
	for (let at = 0; at < shown.length; at += CLUSTERS_A_TASK) tasks.push(work.merge(shown.slice(at, at + CLUSTERS_A_TASK)));
	const merged = (await Promise.all(tasks)).flat();
	let next = 0;
	return clusters.map((cluster, at) => {
		if ((members[at]?.length ?? 0) === 0) return null;
		const union = merged[next++] as MergedUnion;
		return {
			id: cluster.id,
			state: 'live',
			redirectTo: null,
			kind: union.kind,
			shared: union.shared,
			sets: setsOf(context, union),
			body: union.body,
		};
	});
}

/** How many records wait to be matched; at least one while the catalogue is of older rules than the code, of matching or of merging. */
export async function waitingToMatch({ pool }: Database): Promise<number> {
	const waiting = await countDirty(pool);
	if (waiting > 0) return waiting;
	return (await rulesBehind(pool)) || (await mergingBehind(pool)) ? 1 : 0;
}
