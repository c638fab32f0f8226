import type pg from 'pg';
import { PairSet } from '../lib/pair-set.ts';
import { answers } from '../matching/heirs.ts';
import { KEY_HOLDERS_MAX, type MatchKeys, matchKeys, rungOf } from '../matching/keys.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { RULES_VERSION } from '../matching/weights.ts';
import { markToCompare } from '../store/intake.ts';
import { type BatchKey, holdersOfCrossedKeys, keyGroups, keysBelow, ladderGroups, refreshKeys } from '../store/match-candidates.ts';
import {
	type DirtyRecord,
	decisionsOf,
	type Edge,
	edgesAmong,
	edgesOf,
	insertEdges,
	loadNeighbours,
	loadSubjects,
	type MemberRow,
	membersOfUnions,
	type StoredDecision,
	type Subject,
	takeEdges,
	unionsOfHeirs,
	writeMembers,
} from '../store/match-state.ts';
import { holdingsOfMembers, joinHoldings } from './join-holdings.ts';
import { candidatePairs, clustersOf, type GraphNode, MERGE_STEPS, scoreRequest } from './match-graph.ts';
import type { ChangedCluster, MergeClusters, Outcome } from './match-outcome.ts';
import type { MatchedFeatures } from './matched-features.ts';
import type { ScoreRequest } from './score-batch.ts';
import { settleHeirs } from './settle-heirs.ts';

/** What needs processor time more than the database; given by the matcher, which has the threads. */
export interface BatchWork {
	score(request: ScoreRequest): Promise<Uint16Array>;
	merge: MergeClusters;
	readonly features: MatchedFeatures;
	/** Another connection, for what no statement of the transaction changes. */
	readonly beside: Pick<pg.Pool, 'query'>;
}

export interface BatchCounts {
	readonly records: number;
	readonly pairs: number;
	readonly edges: number;
}

const NO_KEYS: MatchKeys = { keys: [], year: 0, word: 0 };

const isLiving = (s: Subject): boolean => s.living;

export interface BatchDone {
	readonly counts: BatchCounts;
	readonly outcome: Outcome;
}

/** A batch whose keys are in their place; what is left is to compare and to group. */
export interface BatchBegun {
	readonly subjects: readonly Subject[];
	readonly rematch: readonly Subject[];
	/** Holders of keys that yield fewer candidates now. */
	readonly crowded: readonly number[];
	readonly removed: readonly Edge[];
	readonly pairs: readonly (readonly [number, number])[];
	/** The scores of the pairs, in their order, on their way. */
	readonly scores: Promise<Uint16Array>;
}

/**
 * The first half of a batch: loads the records and refreshes their keys. It may run beside the second half of the batch `before` it,
 * on the same connection, as long as that cannot change what is read here: records that are in no union record yet. With any other it waits.
 */
export async function beginBatch(
	client: pg.PoolClient,
	dirty: readonly DirtyRecord[],
	{ score, features, beside }: Pick<BatchWork, 'score' | 'features' | 'beside'>,
	before: Promise<unknown> | null,
): Promise<BatchBegun> {
	const ids = dirty.map((d) => d.id);
	let subjects = await loadSubjects(beside, ids);
	if (before !== null && subjects.some((s) => s.unionId !== null)) {
		await before;
		subjects = await loadSubjects(client, ids);
	}
	for (const s of subjects) {
		if (s.living) features.set(s.id, s.features);
		else features.forget(s.id);
	}
	const again = new Set(dirty.filter((d) => d.again).map((d) => d.id));
	const rematch = subjects.filter((s) => s.changed || again.has(s.id));
	if (rematch.length === 0) return { subjects, rematch, crowded: [], removed: [], pairs: [], scores: Promise.resolve(new Uint16Array()) };
	const compared = new Set(rematch.map((s) => s.id));
	const matchedBefore = rematch.filter((s) => s.unionId !== null).map((s) => s.id);
	const keys = rematch.flatMap(keyChanges);
	await refreshKeys(client, keys);
	const { groups, hot } = await keyGroups(client, keys, KEY_HOLDERS_MAX);
	const ladder = await ladderGroups(client, keys, hot, KEY_HOLDERS_MAX);
	const crossed = await holdersOfCrossedKeys(client, keys, hot, KEY_HOLDERS_MAX);
	await markToCompare(
		client,
		crossed.more.filter((id) => !compared.has(id)),
	);
	const removed = await takeEdges(client, matchedBefore);
	const pairs = candidatePairs([...groups, ...ladder], (id) => compared.has(id));
	// a record whose keys are there is matched, in this batch or before
	const packed = features.packed([...new Set(pairs.flat())].sort((a, b) => a - b));
	// made while the batch before is grouped
	const scores = packed.then((known) => score(scoreRequest(pairs, known)));
	// whoever awaits it hears of a failure; until then it must not count as unheard
	scores.catch(() => undefined);
	return { subjects, rematch, crowded: crossed.fewer.filter((id) => !compared.has(id)), removed, pairs, scores };
}

/**
 * The second half: compares, groups and writes who belongs where. A batch is exact for any size once nothing is dirty. Members stand
 * in their clusters when it resolves; the union records are still being merged, and are the transaction's last to be written.
 */
export async function endBatch(client: pg.PoolClient, begun: BatchBegun, work: BatchWork): Promise<BatchDone> {
	const { subjects, rematch } = begun;
	await markUnsupported(client, begun.crowded, work.features);
	await joinHoldings(client, subjects);
	const living = subjects.filter(isLiving);
	const compared = await compare(client, begun);
	const former = await membersOfUnions(client, await formerUnions(client, subjects));
	const nodes = await neighbourhood(client, subjects, rematch, compared, former, work.features);
	const clusters = clustersOf(nodes.nodes, nodes.edges, nodes.decisions);
	const outcome = await regroup(client, { subjects, nodes: nodes.nodes, clusters, merge: work.merge });
	return { counts: { records: living.length, pairs: begun.pairs.length, edges: compared.fresh.length }, outcome };
}

/**
 * A key that yields fewer candidates than before takes away those pairs alone that no other key yields: only where such a pair has an edge is there
 * anything to compare again. In the second half of a batch, when the edges of the batch before are there.
 */
async function markUnsupported(client: pg.PoolClient, crowded: readonly number[], features: MatchedFeatures): Promise<void> {
	const edges = await edgesAmong(client, crowded);
	if (edges.length === 0) return;
	const known = await features.of([...new Set(edges.flatMap(({ a, b }) => [a, b]))].sort((a, b) => a - b));
	const keysOf = new Map([...known].map(([id, packed]) => [id, matchKeys(unpackFeatures(packed)).keys]));
	const shared = edges.map(({ a, b }) => {
		const other = new Set(keysOf.get(b));
		return (keysOf.get(a) ?? []).filter((key) => other.has(key));
	});
	const telling = await keysBelow(client, [...new Set(shared.flat())], KEY_HOLDERS_MAX);
	const unsupported = edges.filter((_, i) => !shared[i]?.some((key) => telling.has(key)));
	await markToCompare(client, [...new Set(unsupported.flatMap(({ a, b }) => [a, b]))]);
}

/** Union records that the batch may leave otherwise: those its records were in, and for records that returned those that have their ids meanwhile. */
async function formerUnions(client: pg.PoolClient, subjects: readonly Subject[]): Promise<number[]> {
	const returned = subjects.filter((s) => s.living && s.heir !== null).map((s) => s.id);
	return [...new Set([...subjects.flatMap((s) => (s.unionId === null ? [] : [s.unionId])), ...(await unionsOfHeirs(client, returned))])];
}

interface Compared {
	readonly fresh: readonly Edge[];
	readonly removed: readonly Edge[];
}

/** Keeps the edges among the pairs of a batch. */
async function compare(client: pg.PoolClient, begun: BatchBegun): Promise<Compared> {
	const { removed, pairs } = begun;
	const scores = await begun.scores;
	const fresh = pairs.flatMap(([a, b], i): Edge[] => (scores[i] === 0 ? [] : [{ a, b, score: scores[i] as number }]));
	await insertEdges(client, fresh, RULES_VERSION);
	return { fresh, removed };
}

/** The keys a record has now, and those it had when it was last matched. */
function keyChanges(s: Subject): BatchKey[] {
	const now = s.living ? matchKeys(unpackFeatures(s.features)) : NO_KEYS;
	const was = s.unionId !== null && s.matchedFeatures !== null ? matchKeys(unpackFeatures(s.matchedFeatures)) : NO_KEYS;
	const rung = rungOf(now);
	const rungBefore = rungOf(was);
	const had = new Set(was.keys);
	const has = new Set(now.keys);
	const changes: BatchKey[] = [];
	for (const key of now.keys) changes.push({ record: s.id, key, rung, delta: had.has(key) && rung === rungBefore ? 0 : 1 });
	for (const key of was.keys) if (!has.has(key) || rung !== rungBefore) changes.push({ record: s.id, key, rung: rungBefore, delta: -1 });
	return changes;
}

async function loadNodes(client: pg.PoolClient, ids: readonly number[], held: BatchWork['features']): Promise<Map<number, GraphNode>> {
	const rows = await loadNeighbours(client, ids);
	const features = await held.of(rows.map((r) => r.id));
	return new Map(rows.map((r) => [r.id, { ...r, features: features.get(r.id) as string, subject: false }]));
}

interface Neighbourhood {
	readonly nodes: Map<number, GraphNode>;
	readonly edges: readonly Edge[];
	readonly decisions: readonly StoredDecision[];
}

/** Everything connected to the batch now, or clustered with it before: whole components, with their edges and decisions. */
async function neighbourhood(
	client: pg.PoolClient,
	subjects: readonly Subject[],
	rematch: readonly Subject[],
	compared: Compared,
	former: readonly MemberRow[],
	held: BatchWork['features'],
): Promise<Neighbourhood> {
	const known = new Map<number, GraphNode>();
	const dead = new Set<number>();
	for (const s of subjects) {
		if (!s.living) dead.add(s.id);
		else known.set(s.id, { ...s, versionNo: s.currentNo, subject: true });
	}
	const fresh = new Set(rematch.map((s) => s.id));
	const edges = compared.fresh.filter((e) => e.score >= MERGE_STEPS);
	const decisions: StoredDecision[] = [];
	const reached = new Set<number>();
	let frontier = new Set<number>(known.keys());
	for (const m of former) frontier.add(m.id);
	for (const e of compared.removed) for (const id of [e.a, e.b]) frontier.add(id);
	for (const e of edges) for (const id of [e.a, e.b]) frontier.add(id);
	while (frontier.size > 0) {
		const now = [...frontier].filter((id) => !reached.has(id) && !dead.has(id));
		for (const id of now) reached.add(id);
		frontier = new Set();
		const settled = now.filter((id) => !fresh.has(id));
		const found = await edgesOf(client, settled, MERGE_STEPS);
		// edges between fresh records and others are in `edges` already
		for (const e of found) if (!fresh.has(e.a) && !fresh.has(e.b)) edges.push(e);
		const judged = await decisionsOf(client, now);
		decisions.push(...judged);
		for (const { a, b } of [...found, ...judged.filter((d) => d.verdict === 'same')]) {
			if (!reached.has(a)) frontier.add(a);
			if (!reached.has(b)) frontier.add(b);
		}
		for (const id of frontier) if (reached.has(id)) frontier.delete(id);
	}
	const missing = [...reached].filter((id) => !known.has(id));
	for (const [id, node] of await loadNodes(client, missing, held)) known.set(id, node);
	const nodes = new Map<number, GraphNode>();
	for (const id of reached) {
		const node = known.get(id);
		if (node !== undefined) nodes.set(id, node);
	}
	return { nodes, edges: dedupe(edges), decisions };
}

/** An edge is found from both of its ends. */
function dedupe(edges: readonly Edge[]): Edge[] {
	const seen = new PairSet();
	return edges.filter(({ a, b }) => seen.add(a, b));
}

interface Regrouping {
	readonly subjects: readonly Subject[];
	readonly nodes: ReadonlyMap<number, GraphNode>;
	readonly clusters: readonly (readonly number[])[];
	readonly merge: MergeClusters;
}

/** Clusters that differ from before by their members, by a member's version, or by the id they answer to. */
function changedClusters(work: Regrouping, names: readonly number[], formerSizes: ReadonlyMap<number, number>): ChangedCluster[] {
	const changed: ChangedCluster[] = [];
	for (const [at, cluster] of work.clusters.entries()) {
		const members = cluster.map((id) => work.nodes.get(id) as GraphNode);
		const id = names[at] as number;
		const same = members.every((m) => m.unionId === id && !m.subject) && formerSizes.get(id) === members.length;
		if (!same) changed.push({ id, members: members.map((m) => ({ id: m.id, no: m.versionNo, order: m.order })) });
	}
	return changed;
}

/** Who was in the touched union records before the batch. */
async function formerClusters(client: pg.PoolClient, work: Regrouping): Promise<Map<number, number[]>> {
	const touched = new Set<number>();
	for (const node of work.nodes.values()) if (node.unionId !== null) touched.add(node.unionId);
	for (const s of work.subjects) if (s.unionId !== null) touched.add(s.unionId);
	const clusters = new Map<number, number[]>([...touched].map((id) => [id, []]));
	for (const m of await membersOfUnions(client, [...touched])) clusters.get(m.unionId)?.push(m.id);
	return clusters;
}

/** Ids, heirs and membership; merging begins and is not waited for. */
async function regroup(client: pg.PoolClient, work: Regrouping): Promise<Outcome> {
	const isMoved = (m: MemberRow): boolean => {
		const node = work.nodes.get(m.id);
		return node?.unionId !== m.unionId || node.subject;
	};
	const former = await formerClusters(client, work);
	const settled = await settleHeirs(client, { subjects: work.subjects, records: [...work.nodes.keys()] }, former);
	const found = answers(work.clusters, settled.heirs);
	const changed = changedClusters(work, found.clusters, new Map([...former].map(([id, members]) => [id, members.length])));
	const members = changed.flatMap((c) => c.members.map((m) => ({ id: m.id, unionId: c.id, versionNo: m.no }))).filter(isMoved);
	const leaving = work.subjects.filter((s) => !s.living && s.unionId !== null).map((s) => s.id);
	const moving = members.filter((m) => work.nodes.get(m.id)?.unionId !== null).map((m) => m.id);
	await writeMembers(client, [...leaving, ...moving], members);
	const standing = new Set(found.clusters);
	const led = new Map<number, number | null>();
	for (const id of [...former.keys(), ...leaving, ...moving, ...settled.changed])
		if (!standing.has(id)) led.set(id, found.redirects.get(id) ?? null);
	const holdings = await holdingsOfMembers(
		client,
		changed.flatMap((c) => c.members.map((m) => m.id)),
	);
	const rows = work.merge(changed, holdings);
	// whoever awaits it hears of a failure; until then it must not count as unheard
	rows.catch(() => undefined);
	return { changed, led, rows };
}
