import { packTexts } from '../lib/packed-texts.ts';
import { candidatesOf } from '../matching/candidates.ts';
import {
	bestCutoff,
	type ClusterFigures,
	clusterFigures,
	type Figures,
	figuresOf,
	type JudgedScore,
	tallyAt,
} from '../matching/evaluate-figures.ts';
import { judgedPairs, type Truth, truePairs, verdictOf } from '../matching/evaluate-truth.ts';
import type { MatchFeatures } from '../matching/features.ts';
import { type MatchKeys, matchKeys } from '../matching/keys.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { score } from '../matching/score.ts';
import { MERGE_AT, RULES_VERSION } from '../matching/weights.ts';
import type { Language } from '../matching/wording.ts';
import { subfield } from '../records/marc.ts';
import { type Examined, type Example, missesOf, type WorstCluster, worstClusters } from './evaluate-examples.ts';
import { clustersOf, type GraphNode, MERGE_STEPS, scoreRequest } from './match-graph.ts';
import { type RawRecord, understand } from './prepare.ts';
import { SCORE_STEPS, scoreBatch } from './score-batch.ts';

export interface Evaluation {
	readonly rules: number;
	readonly records: number;
	/** Records that cannot be read, are no bibliographic ones or are deleted: they stand alone. */
	readonly unread: number;
	readonly truth: { readonly kind: Truth['kind']; readonly pairs: number };
	readonly pairs: {
		/** Compared pairs whose score joins and that no hard conflict keeps apart. */
		readonly merge: Figures & { readonly cutoff: number };
		readonly best: (Figures & { readonly cutoff: number }) | null;
		/** Pairs that are in one cluster in the end. */
		readonly united: Figures;
	};
	readonly blocking: {
		/** The share of true pairs that are compared. */
		readonly completeness: number | null;
		readonly candidates: number;
		readonly candidatesPerRecord: number;
		readonly keysPerRecord: number;
	};
	/** Null when the truth is pairs, which do not say what else is in a cluster. */
	readonly clusters: ClusterFigures | null;
	readonly worst: readonly WorstCluster[];
	readonly misses: { readonly count: number; readonly reasons: Readonly<Record<string, number>>; readonly examples: readonly Example[] };
}

/** Records as they were matched: by place. */
export interface MatchedRecords {
	readonly features: readonly (MatchFeatures | null)[];
	readonly titles: readonly string[];
	readonly keys: readonly MatchKeys[];
	readonly candidates: readonly (readonly [a: number, b: number])[];
	readonly clusters: readonly (readonly number[])[];
}

const NO_KEYS: MatchKeys = { keys: [], year: 0, word: 0 };

/**
 * Matches records that are in no catalogue, in memory, by the functions the catalogue is matched by: read, mended, normalised, packed and
 * unpacked, blocked, scored, parted. Some 3 kB of memory for each record.
 */
export function matchInMemory(records: readonly RawRecord[]): MatchedRecords {
	const titles: string[] = [];
	const packed = records.map((record) => {
		const read = understand(record);
		if (!('features' in read) || read.features === '' || read.suppressed) {
			titles.push('');
			return null;
		}
		const title = read.record.fields.find((f) => f.tag === '245');
		titles.push(title === undefined ? '' : (subfield(title, 'a') ?? ''));
		return read.features;
	});
	const features = packed.map((text) => (text === null ? null : unpackFeatures(text)));
	const keys = features.map((f) => (f === null ? NO_KEYS : matchKeys(f)));
	const candidates = candidatesOf(keys);
	const scores = scoreBatch(scoreRequest(candidates, packTexts(packed.map((features, place) => [place, features ?? '']))));
	const edges = candidates.flatMap(([a, b], i) => (scores[i] === 0 ? [] : [{ a, b, score: scores[i] as number }]));
	const nodes = new Map(
		records.map(({ identifier }, id): [number, GraphNode] => [
			id,
			{ id, order: `records\0${identifier}`, single: null, features: packed[id] ?? '', unionId: null, versionNo: 1, subject: true },
		]),
	);
	return { features, titles, keys, candidates, clusters: clustersOf(nodes, edges, []) };
}

/** The score of a compared pair in ten-thousandths, below the doubtful threshold too; 0 when a hard conflict stands between the two. */
function stepsOf({ features }: MatchedRecords, a: number, b: number): number {
	const { score: likeness, conflicts } = score(features[a] as MatchFeatures, features[b] as MatchFeatures);
	return conflicts.length > 0 ? 0 : Math.round(likeness * SCORE_STEPS);
}

/** How well the rules of this program match records whose truth is known; reasons in the language asked for. */
export function evaluate(records: readonly RawRecord[], truth: Truth, language: Language): Evaluation {
	const matched = matchInMemory(records);
	const { candidates, clusters, features, keys } = matched;
	const clusterOf = new Int32Array(records.length);
	for (const [at, cluster] of clusters.entries()) for (const place of cluster) clusterOf[place] = at;
	const compared = new Set(candidates.map(([a, b]) => Math.min(a, b) * records.length + Math.max(a, b)));
	const isCompared = (a: number, b: number): boolean => compared.has(Math.min(a, b) * records.length + Math.max(a, b));
	const real = truePairs(truth);
	const judged = judgedPairs(truth, candidates).filter((p) => isCompared(p.a, p.b));
	const scored = judged.map((p): JudgedScore => ({ score: stepsOf(matched, p.a, p.b), same: p.same }));
	const best = bestCutoff(scored, real.length);
	const together = (p: { a: number; b: number }): boolean => clusterOf[p.a] === clusterOf[p.b];
	const missed = real.filter((p) => !together(p));
	const examined: Examined = { matched, records, language, isCompared };
	const ofClusters = truth.kind === 'clusters' ? clusterFigures(clusters, truth.clusterOf) : null;
	return {
		rules: RULES_VERSION,
		records: records.length,
		unread: features.filter((f) => f === null).length,
		truth: { kind: truth.kind, pairs: real.length },
		pairs: {
			merge: { cutoff: MERGE_AT, ...figuresOf(tallyAt(scored, real.length, MERGE_STEPS)) },
			best: best === null ? null : { cutoff: best.cutoff / SCORE_STEPS, ...figuresOf(best.tally) },
			united:
				ofClusters?.pairs ??
				figuresOf(
					tallyAt(
						judgedPairs(truth, []).map((p) => ({ score: Number(together(p)), same: p.same })),
						real.length,
						1,
					),
				),
		},
		blocking: {
			completeness: real.length === 0 ? null : real.filter((p) => isCompared(p.a, p.b)).length / real.length,
			candidates: candidates.length,
			candidatesPerRecord: candidates.length / Math.max(1, records.length),
			keysPerRecord: keys.reduce((sum, k) => sum + k.keys.length, 0) / Math.max(1, records.length),
		},
		clusters: ofClusters,
		worst: worstClusters(examined, verdictOf(truth)),
		misses: missesOf(examined, missed),
	};
}
