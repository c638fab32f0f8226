import type pg from 'pg';
import { publicId } from '../lib/ids.ts';
import { type Language, WHAT_IF } from '../matching/wording.ts';
import { unpackRecord } from '../records/compact.ts';
import { unpackBody } from '../store/body-codec.ts';
import { decisionsInForce, type JudgedRecord } from '../store/decision.ts';
import { edgesOf, loadFeatures, loadMemberBodies, loadNeighbours } from '../store/match-state.ts';
import { type ExplainedPair, pair, type Told } from './explain-pair.ts';
import { MERGE_STEPS } from './match-graph.ts';
import { type RecordLine, recordLine } from './render-record.ts';
import { SCORE_STEPS } from './score-batch.ts';
import { tell } from './tell.ts';

export interface DryRunMember extends RecordLine {
	readonly id: string;
	readonly source: string;
	readonly identifier: string;
}

/** The two records, one of each of two parts, on which it hangs, with their scores and what speaks for or against them. */
interface DryRunReason {
	readonly a: string;
	readonly b: string;
	/** By the rules in use; null when that is too low to be kept, or they were never compared. */
	readonly scoreNow: number | null;
	readonly scoreForeseen: number;
	readonly texts: readonly string[];
}

/** A cluster that would come apart (`parts` are what it becomes), or clusters that would come together (`parts` are what they are now). */
export interface DryRunSample {
	readonly parts: readonly { readonly members: number; readonly first: readonly DryRunMember[] }[];
	readonly why: DryRunReason;
}

const MEMBERS_SHOWN = 3;
/** Members of a part that are compared with those of the other parts, to tell why. */
const MEMBERS_COMPARED = 12;
const REASONS_MAX = 3;

/** Records by the clusters of two partitions, and which of the two is of the rules to come. */
export interface Partitions {
	readonly by: ReadonlyMap<number, number>;
	readonly among: ReadonlyMap<number, number>;
	readonly then: ReadonlyMap<number, number>;
	readonly lang: Language;
}

/** Groups of `by` with their first members, part by part as `among` has them, and why. Reads what the steps of going live have made. */
export async function dryRunSamples(client: pg.PoolClient, groups: readonly number[], partitions: Partitions): Promise<DryRunSample[]> {
	const found = new Map(groups.map((group) => [group, new Map<number, number[]>()]));
	for (const [id, group] of partitions.by) {
		const parts = found.get(group);
		if (parts === undefined) continue;
		const other = partitions.among.get(id) as number;
		parts.set(other, [...(parts.get(other) ?? []), id]);
	}
	const samples: DryRunSample[] = [];
	for (const parts of found.values()) samples.push(await oneSample(client, [...parts.values()], partitions));
	return samples;
}

async function oneSample(client: pg.PoolClient, parts: readonly (readonly number[])[], partitions: Partitions): Promise<DryRunSample> {
	const ids = parts.flatMap((part) => part.slice(0, MEMBERS_COMPARED));
	const told = new Map((await tell(client, await matched(client, ids))).map((t) => [t.id, t]));
	const shown = parts.map((part) => part.slice(0, MEMBERS_SHOWN));
	const lines = await linesOf(
		client,
		shown.flat().map((id) => told.get(id) as Told),
	);
	return {
		parts: parts.map((part, at) => ({
			members: part.length,
			first: (shown[at] as number[]).map((id) => lines.get(id) as DryRunMember),
		})),
		why: await reason(client, told, partitions),
	};
}

/** Records as they were last matched, though they may have changed or gone since. */
async function matched(client: pg.PoolClient, ids: readonly number[]): Promise<JudgedRecord[]> {
	const features = await loadFeatures(client, ids);
	return (await loadNeighbours(client, ids)).map(({ id, order, single, versionNo, unionId }) => {
		const [source = '', identifier = ''] = order.split('\0');
		return { id, source, identifier, single, living: true, versionNo, unionId, features: features.get(id) as string };
	});
}

async function linesOf(client: pg.PoolClient, told: readonly Told[]): Promise<Map<number, DryRunMember>> {
	const bodies = await loadMemberBodies(
		client,
		told.map((t) => ({ id: t.id, no: t.versionNo })),
	);
	const lineOf = new Map(bodies.map((b) => [b.id, recordLine(unpackRecord(unpackBody(b.body)))]));
	return new Map(
		told.map(({ id, source, identifier }) => [
			id,
			{ id: publicId(id), source, identifier, ...(lineOf.get(id) ?? { title: '', creator: '', year: null }) },
		]),
	);
}

/** Of the pairs whose records are in two parts the most alike by the rules that join them: those in use for a split, else those to come. */
async function reason(client: pg.PoolClient, told: ReadonlyMap<number, Told>, { among, then, lang }: Partitions): Promise<DryRunReason> {
	const ids = [...told.keys()];
	const apart = (a: number, b: number): boolean => told.has(a) && told.has(b) && among.get(a) !== among.get(b);
	const kept = (await edgesOf(client, ids, 0)).filter((e) => apart(e.a, e.b));
	const next = (await edgesOf(client, ids, 0, 'edge_next')).filter((e) => apart(e.a, e.b));
	const first = ids[0] as number;
	const some = { a: first, b: ids.find((id) => apart(first, id)) as number };
	const joining = among === then ? kept : next;
	const { a, b } = joining.toSorted((e, f) => f.score - e.score || e.a - f.a || e.b - f.b)[0] ?? some;
	const [x, y] = [a, b].map((id) => ({ ...(told.get(id) as Told), unionId: then.get(id) as number })) as [Told, Told];
	const explained = pair(x, y, await decisionsInForce(client, [a, b]), lang);
	const now = kept.find((e) => e.a === Math.min(a, b) && e.b === Math.max(a, b));
	return {
		a: explained.a,
		b: explained.b,
		scoreNow: now === undefined ? null : now.score / SCORE_STEPS,
		scoreForeseen: explained.score,
		texts: textsOf(explained, lang),
	};
}

/** What keeps two records apart, or what of them agrees. */
function textsOf({ together, score, conflicts, parts }: ExplainedPair, lang: Language): string[] {
	const telling = parts
		.filter((p) =>
			together ? p.evidence > 0 && p.outcome !== 'unsaid' : p.evidence < 0 && p.outcome !== 'agrees' && p.outcome !== 'unsaid',
		)
		.slice(0, REASONS_MAX)
		.map((p) => p.text);
	if (together) return telling;
	if (conflicts.length > 0) return conflicts.map((c) => c.text);
	return Math.round(score * SCORE_STEPS) >= MERGE_STEPS ? [WHAT_IF.blocked[lang]] : telling;
}
