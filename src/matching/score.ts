import { type ConflictName, conflictBetween, conflictsBetween } from './conflicts.ts';
import type { MatchFeatures } from './features.ts';
import { STRATEGIES, type Strategy, strategyBetween, type WeightedFeature } from './strategy.ts';
import { DOUBTFUL_AT } from './weights.ts';

/** What one feature said of a pair: its value (null when one record does not say) and the log odds it added. */
export interface ScorePart {
	readonly feature: string;
	/** The outcome, as the feature names it. */
	readonly level: string;
	readonly value: number | null;
	readonly evidence: number;
}

export interface PairScore {
	/** What the two were compared by. */
	readonly strategy: Strategy;
	/** 0 to 1; the score the evidence gives, hard conflicts left aside. */
	readonly score: number;
	readonly parts: readonly ScorePart[];
	/** All hard conflicts between the two. */
	readonly conflicts: readonly ConflictName[];
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const logOdds = (p: number): number => Math.log(p / (1 - p));

const evidenceOf = (f: WeightedFeature, a: MatchFeatures, b: MatchFeatures): number => f.evidence[f.compare(a, b)] as number;

/** The score of a pair with its reasons: what "why are these together?" and "why not?" are answered with. */
export function score(a: MatchFeatures, b: MatchFeatures): PairScore {
	const strategy = strategyBetween(a, b);
	const { bias, features } = strategy;
	let sum = bias;
	const parts: ScorePart[] = [];
	for (const f of features) {
		const level = f.compare(a, b);
		const evidence = f.evidence[level] as number;
		sum += evidence;
		parts.push({ feature: f.name, level, value: f.levels[level] ?? null, evidence });
	}
	return { strategy, score: logistic(sum), parts, conflicts: conflictsBetween(a, b) };
}

/** For each feature of a strategy, the most that it and all after it can still add. */
function hopes(strategy: Strategy): Float64Array {
	const hope = new Float64Array(strategy.features.length + 1);
	for (let i = strategy.features.length - 1; i >= 0; i--) {
		const f = strategy.features[i];
		if (f !== undefined) hope[i] = (hope[i + 1] as number) + Math.max(...Object.values(f.evidence));
	}
	return hope;
}

const hopesOf: ReadonlyMap<Strategy, Float64Array> = new Map(STRATEGIES.map((strategy) => [strategy, hopes(strategy)]));

const FLOOR = logOdds(DOUBTFUL_AT);

/** The score of a pair, 0 when a hard conflict stands between the two or the score is below DOUBTFUL_AT. */
export function scorePair(a: MatchFeatures, b: MatchFeatures): number {
	if (conflictBetween(a, b) !== null) return 0;
	const strategy = strategyBetween(a, b);
	const { features } = strategy;
	const hope = hopesOf.get(strategy) as Float64Array;
	let sum = strategy.bias;
	for (let i = 0; i < features.length; i++) {
		if (sum + (hope[i] as number) < FLOOR) return 0;
		sum += evidenceOf(features[i] as WeightedFeature, a, b);
	}
	return sum < FLOOR ? 0 : logistic(sum);
}
