import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { RULES_VERSION } from '../matching/weights.ts';
import type { Language } from '../matching/wording.ts';
import type { Database } from '../store/database.ts';
import { matchedMembers, mergeEdgesAfter, rulesState } from '../store/going-live.ts';
import { decisionsOf, edgesOf, loadFeatures, loadNeighbours, MATCHER_LOCK } from '../store/match-state.ts';
import { withLock } from '../store/session-lock.ts';
import { type LiveOptions, liveBegin, liveStep } from './going-live.ts';
import { type DryRunSample, dryRunSamples } from './match-dry-run-samples.ts';
import { clustersOf, type GraphNode, MERGE_STEPS } from './match-graph.ts';

export interface RulesDryRun {
	/** Versions of the rules; null when nothing has been matched yet. */
	readonly rules: { readonly database: number | null; readonly code: number };
	readonly records: number;
	readonly clusters: { readonly now: number; readonly foreseen: number };
	readonly split: { readonly clusters: number; readonly samples: readonly DryRunSample[] };
	readonly joined: { readonly clusters: number; readonly samples: readonly DryRunSample[] };
}

const SAMPLES = 10;
/** Records whose features are held at once while components are parted, as long as one component has no more. */
const RECORDS_A_PIECE = 2_000;
const EDGES_A_PAGE = 20_000;

export interface DryRunOptions extends Omit<LiveOptions, 'step'> {
	readonly step?: number;
	readonly lang: Language;
}

/**
 * What the rules of the code would make of the records as they were last matched: the steps of going live in a transaction that is rolled
 * back. Holds the matcher's lock and some 400 bytes of memory for each record. AppError `busy` when another process is matching.
 */
export async function dryRun(database: Database, options: DryRunOptions): Promise<RulesDryRun> {
	const foreseen = await withLock(database.pool, MATCHER_LOCK, async (client) => {
		await client.query('begin');
		try {
			return await foresee(client, { step: 500, ...options });
		} finally {
			await client.query('rollback');
		}
	});
	if (foreseen !== null) return foreseen;
	throw new AppError('busy', 'another process is matching', { hint: 'try again when it is done', retriable: true });
}

async function foresee(client: pg.PoolClient, options: LiveOptions & Pick<DryRunOptions, 'lang'>): Promise<RulesDryRun> {
	const kept = await rulesState(client);
	for (let state = liveBegin(kept?.version ?? RULES_VERSION); state.stage !== 'swap'; ) {
		options.signal?.throwIfAborted();
		state = await liveStep(client, state, options);
		options.onStep?.(state);
	}
	const now = new Map<number, number>();
	for (const [id, union] of await matchedMembers(client)) now.set(id, union);
	const then = await clustersThen(client, [...now.keys()]);
	const split = scattered(now, then);
	const joined = scattered(then, now);
	const sample = (groups: ReadonlySet<number>, by: ReadonlyMap<number, number>): Promise<DryRunSample[]> =>
		dryRunSamples(client, [...groups].slice(0, SAMPLES), { by, among: by === now ? then : now, then, lang: options.lang });
	return {
		rules: { database: kept?.version ?? null, code: RULES_VERSION },
		records: now.size,
		clusters: { now: new Set(now.values()).size, foreseen: new Set(then.values()).size },
		split: { clusters: split.size, samples: await sample(split, now) },
		joined: { clusters: joined.size, samples: await sample(joined, then) },
	};
}

/** Groups of `by` whose records are in more than one group of `among`. */
function scattered(by: ReadonlyMap<number, number>, among: ReadonlyMap<number, number>): Set<number> {
	const first = new Map<number, number>();
	const found = new Set<number>();
	for (const [id, group] of by) {
		const other = among.get(id) as number;
		const known = first.get(group);
		if (known === undefined) first.set(group, other);
		else if (known !== other) found.add(group);
	}
	return found;
}

/** Each record's cluster by the new edges, called by its least record. */
async function clustersThen(client: pg.PoolClient, ids: readonly number[]): Promise<Map<number, number>> {
	const then = new Map(ids.map((id) => [id, id]));
	let piece: number[] = [];
	for (const component of (await components(client, ids)).values()) {
		if (component.length === 1) continue;
		piece.push(...component);
		if (piece.length < RECORDS_A_PIECE) continue;
		await part(client, piece, then);
		piece = [];
	}
	await part(client, piece, then);
	return then;
}

/** Records that edges or "same" decisions connect, by the least of them. */
async function components(client: pg.PoolClient, ids: readonly number[]): Promise<Map<number, number[]>> {
	const parent = new Map(ids.map((id) => [id, id]));
	const root = (id: number): number => {
		let at = id;
		for (let up = parent.get(at) ?? at; up !== at; up = parent.get(at) ?? at) {
			parent.set(at, parent.get(up) ?? up);
			at = up;
		}
		return at;
	};
	const join = (a: number, b: number): void => {
		const [p, q] = [root(a), root(b)];
		if (p !== q) parent.set(Math.max(p, q), Math.min(p, q));
	};
	for (let [a, b] = [0, 0]; ; ) {
		const page = await mergeEdgesAfter(client, a, b, MERGE_STEPS, EDGES_A_PAGE);
		for (const edge of page) join(edge.a, edge.b);
		const last = page.at(-1);
		if (last === undefined) break;
		[a, b] = [last.a, last.b];
	}
	for (const d of await decisionsOf(client, ids)) if (d.verdict === 'same' && parent.has(d.a) && parent.has(d.b)) join(d.a, d.b);
	const found = new Map<number, number[]>();
	for (const id of ids) {
		const of = root(id);
		const component = found.get(of);
		if (component === undefined) found.set(of, [id]);
		else component.push(id);
	}
	return found;
}

/** Parts whole components into clusters. */
async function part(client: pg.PoolClient, ids: readonly number[], then: Map<number, number>): Promise<void> {
	const nodes = new Map<number, GraphNode>();
	const features = await loadFeatures(client, ids);
	for (const node of await loadNeighbours(client, ids))
		nodes.set(node.id, { ...node, features: features.get(node.id) as string, subject: false });
	const edges = await edgesOf(client, ids, MERGE_STEPS, 'edge_next');
	const distinct = new Map(edges.map((e) => [`${e.a} ${e.b}`, e]));
	for (const cluster of clustersOf(nodes, [...distinct.values()], await decisionsOf(client, ids))) {
		const least = cluster.reduce((x, y) => Math.min(x, y));
		for (const id of cluster) then.set(id, least);
	}
}
