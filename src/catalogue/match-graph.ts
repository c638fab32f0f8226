import type { PackedTexts } from '../lib/packed-texts.ts';
import { PairSet } from '../lib/pair-set.ts';
import { stance } from '../matching/conflicts.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { type PartitionEdge, partition } from '../matching/partition.ts';
import { MERGE_AT } from '../matching/weights.ts';
import type { Edge, StoredDecision } from '../store/match-state.ts';
import { SCORE_STEPS, type ScoreRequest } from './score-batch.ts';

export const MERGE_STEPS = Math.round(MERGE_AT * SCORE_STEPS);

/** A living record in the neighbourhood of a batch. */
export interface GraphNode {
	readonly id: number;
	readonly order: string;
	/** Code of its source when that has no doubles. */
	readonly single: string | null;
	/** Packed features. */
	readonly features: string;
	/** The union record it belonged to before this batch. */
	readonly unionId: number | null;
	/** The version to merge. */
	readonly versionNo: number;
	/** True for the records the batch is about. */
	readonly subject: boolean;
}

/** The distinct pairs in which a record of the batch meets another holder of one of its keys. */
export function candidatePairs(groups: readonly (readonly number[])[], isSubject: (id: number) => boolean): [a: number, b: number][] {
	const found = new PairSet();
	const pairs: [number, number][] = [];
	for (const group of groups) {
		for (const [at, first] of group.entries()) {
			const firstIsSubject = isSubject(first);
			for (let other = at + 1; other < group.length; other++) {
				const second = group[other] as number;
				if (!firstIsSubject && !isSubject(second)) continue;
				const a = Math.min(first, second);
				const b = Math.max(first, second);
				if (found.add(a, b)) pairs.push([a, b]);
			}
		}
	}
	return pairs;
}

/** What is to be scored: the packed features of the records of the pairs, and the pairs by their places. */
export function scoreRequest(pairs: readonly (readonly [number, number])[], { places, texts }: PackedTexts): ScoreRequest {
	const flat = new Uint32Array(pairs.length * 2);
	const place = (id: number): number => {
		const at = places.get(id);
		if (at === undefined) throw new RangeError(`record ${id} is to be compared and has no features`);
		return at;
	};
	for (const [i, [a, b]] of pairs.entries()) {
		flat[2 * i] = place(a);
		flat[2 * i + 1] = place(b);
	}
	return { features: texts, pairs: flat };
}

/** Parts the nodes into clusters: connected components of merge edges and "same" decisions, each partitioned. Gives ids. */
export function clustersOf(
	nodes: ReadonlyMap<number, GraphNode>,
	edges: readonly Edge[],
	decisions: readonly StoredDecision[],
): number[][] {
	const parent = new Map<number, number>();
	const root = (id: number): number => {
		let at = id;
		for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) {
			parent.set(at, parent.get(up) ?? up);
			at = up;
		}
		return at;
	};
	const strong = edges.filter((e) => e.score >= MERGE_STEPS && nodes.has(e.a) && nodes.has(e.b));
	const judged = decisions.filter((d) => nodes.has(d.a) && nodes.has(d.b));
	for (const { a, b } of [...strong, ...judged.filter((d) => d.verdict === 'same')]) {
		const p = root(a);
		const q = root(b);
		if (p !== q) parent.set(Math.max(p, q), Math.min(p, q));
	}
	const components = new Map<number, { ids: number[]; edges: Edge[]; decisions: StoredDecision[] }>();
	for (const id of nodes.keys()) {
		const at = root(id);
		const component = components.get(at);
		if (component === undefined) components.set(at, { ids: [id], edges: [], decisions: [] });
		else component.ids.push(id);
	}
	for (const edge of strong) components.get(root(edge.a))?.edges.push(edge);
	for (const decision of judged) if (root(decision.a) === root(decision.b)) components.get(root(decision.a))?.decisions.push(decision);
	const clusters: number[][] = [];
	for (const component of components.values()) {
		if (component.ids.length === 1) clusters.push(component.ids);
		else for (const cluster of partitionComponent(nodes, component)) clusters.push(cluster);
	}
	return clusters;
}

function partitionComponent(
	nodes: ReadonlyMap<number, GraphNode>,
	component: { ids: number[]; edges: Edge[]; decisions: StoredDecision[] },
): number[][] {
	const place = new Map(component.ids.map((id, i) => [id, i]));
	const at = (id: number): number => place.get(id) as number;
	const records = component.ids.map((id) => {
		const node = nodes.get(id) as GraphNode;
		return { order: node.order, stance: stance(unpackFeatures(node.features)), single: node.single ?? undefined };
	});
	const edges: PartitionEdge[] = component.edges.map((e) => ({ a: at(e.a), b: at(e.b), score: e.score / SCORE_STEPS }));
	const decisions = component.decisions.map((d) => ({ ...d, a: at(d.a), b: at(d.b) }));
	return partition(records, edges, decisions).map((group) => group.map((i) => component.ids[i] as number));
}
