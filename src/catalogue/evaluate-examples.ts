import type { TruePair } from '../matching/evaluate-truth.ts';
import { featureSentence, outcomeOf } from '../matching/feature-words.ts';
import type { MatchFeatures } from '../matching/features.ts';
import { type PairScore, score } from '../matching/score.ts';
import { againstThem } from '../matching/what-if.ts';
import { conflictSentence, type Language, MISSED } from '../matching/wording.ts';
import type { MatchedRecords } from './evaluate.ts';
import { MERGE_STEPS } from './match-graph.ts';
import type { RawRecord } from './prepare.ts';
import { SCORE_STEPS } from './score-batch.ts';

interface Shown {
	readonly id: string;
	readonly title: string;
}

/** Two records of one publication that are apart, with what kept them so, in words. */
export interface Example {
	readonly a: Shown;
	readonly b: Shown;
	readonly reason: keyof typeof MISSED;
	/** Null when one of the two cannot be read. */
	readonly score: number | null;
	readonly why: readonly string[];
}

/** A cluster with pairs that are not the same publication. */
export interface WorstCluster {
	readonly members: number;
	/** Pairs in it that the truth keeps apart. */
	readonly wrongPairs: number;
	/** One pair of them, with what speaks for it. */
	readonly example: { readonly a: Shown; readonly b: Shown; readonly score: number; readonly why: readonly string[] };
}

export interface Examined {
	readonly matched: MatchedRecords;
	readonly records: readonly RawRecord[];
	readonly language: Language;
	readonly isCompared: (a: number, b: number) => boolean;
}

const WORST_SHOWN = 20;
const MISSES_SHOWN = 50;
const REASONS_SHOWN = 3;

const shown = ({ matched, records }: Examined, place: number): Shown => ({
	id: records[place]?.identifier ?? '',
	title: matched.titles[place] ?? '',
});

/** The features that speak most for a pair: in which the two are alike. */
function strongest({ parts }: PairScore): PairScore['parts'] {
	return parts
		.filter((p) => p.evidence > 0 && ['agrees', 'alike'].includes(outcomeOf(p)))
		.sort((x, y) => y.evidence - x.evidence)
		.slice(0, REASONS_SHOWN);
}

function reasonOf({ matched, isCompared }: Examined, a: number, b: number): keyof typeof MISSED {
	const [x, y] = [matched.features[a] ?? null, matched.features[b] ?? null];
	if (x === null || y === null) return 'unread';
	const { score: likeness, conflicts } = score(x, y);
	if (conflicts.length > 0) return 'conflict';
	if (!isCompared(a, b)) {
		const keys = new Set(matched.keys[a]?.keys);
		return matched.keys[b]?.keys.some((key) => keys.has(key)) ? 'crowded-key' : 'no-key';
	}
	return Math.round(likeness * SCORE_STEPS) < MERGE_STEPS ? 'score' : 'cluster';
}

function exampleOf(examined: Examined, { a, b }: TruePair, reason: keyof typeof MISSED): Example {
	const { features } = examined.matched;
	const { language } = examined;
	const [x, y] = [features[a] ?? null, features[b] ?? null];
	const why: string[] = [MISSED[reason][language]];
	let likeness: number | null = null;
	if (x !== null && y !== null) {
		const scored = score(x, y);
		likeness = scored.score;
		why.push(...scored.conflicts.map((name) => conflictSentence(name, x, y, language)));
		if (scored.score * SCORE_STEPS < MERGE_STEPS)
			why.push(
				...againstThem(x, y)
					.slice(0, REASONS_SHOWN)
					.map((part) => featureSentence(part, x, y, language)),
			);
	}
	return { a: shown(examined, a), b: shown(examined, b), reason, score: likeness, why };
}

/** True pairs that are apart: how many for each reason, and the first of them. */
export function missesOf(
	examined: Examined,
	missed: readonly TruePair[],
): { count: number; reasons: Record<string, number>; examples: Example[] } {
	const reasons: Record<string, number> = {};
	const examples: Example[] = [];
	for (const pair of missed) {
		const reason = reasonOf(examined, pair.a, pair.b);
		reasons[reason] = (reasons[reason] ?? 0) + 1;
		if (examples.length < MISSES_SHOWN) examples.push(exampleOf(examined, pair, reason));
	}
	return { count: missed.length, reasons, examples };
}

/** Clusters with the most pairs that `isTrue` says are different; it says null of what is not known. */
export function worstClusters(examined: Examined, isTrue: (a: number, b: number) => boolean | null): WorstCluster[] {
	const { matched, language } = examined;
	const found: { cluster: readonly number[]; wrong: number; a: number; b: number }[] = [];
	for (const cluster of matched.clusters) {
		const wrong = { count: 0, a: 0, b: 0 };
		for (const [i, a] of cluster.entries()) {
			for (const b of cluster.slice(i + 1)) if (isTrue(a, b) === false && wrong.count++ === 0) Object.assign(wrong, { a, b });
		}
		if (wrong.count > 0) found.push({ cluster, wrong: wrong.count, a: wrong.a, b: wrong.b });
	}
	found.sort((x, y) => y.wrong - x.wrong);
	return found.slice(0, WORST_SHOWN).map(({ cluster, wrong, a, b }) => {
		const [x, y] = [matched.features[a] as MatchFeatures, matched.features[b] as MatchFeatures];
		const scored = score(x, y);
		const why = strongest(scored).map((part) => featureSentence(part, x, y, language));
		return {
			members: cluster.length,
			wrongPairs: wrong,
			example: { a: shown(examined, a), b: shown(examined, b), score: scored.score, why },
		};
	});
}
