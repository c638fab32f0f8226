import type { PairScore } from './score.ts';
import type { FeatureName } from './strategy.ts';
import { MERGE_AT } from './weights.ts';

/** What of a pair would have to be otherwise for its score to come to the other side of MERGE_AT. */
export interface Turn {
	/** All of these at once; each by its first feature stands for those that read the same fields. */
	readonly features: readonly FeatureName[];
	/** 0 to 1: the score then. */
	readonly score: number;
}

/** Features that read the same fields, so that none of them can be otherwise alone. */
const SAME_FIELDS: readonly (readonly FeatureName[])[] = [
	['title', 'title-extent', 'marks', 'rest', 'whole-title', 'parts'],
	['year', 'reprint'],
	['creator', 'responsibility'],
];

const leaderOf = (name: FeatureName): FeatureName => SAME_FIELDS.find((names) => names.includes(name))?.[0] ?? name;

const TURNS_MAX = 3;

interface Swing {
	readonly feature: FeatureName;
	/** Log odds that it would take away or add. */
	readonly by: number;
}

/** How far each group of features could move the score: down when the pair is above MERGE_AT, else up; the farthest first. */
function swings({ parts, score, strategy }: PairScore): Swing[] {
	const down = score >= MERGE_AT;
	const evidence = new Map(strategy.features.map((f) => [f.name, Object.values(f.evidence)]));
	const found = new Map<FeatureName, number>();
	for (const part of parts) {
		const name = part.feature as FeatureName;
		const levels = evidence.get(name) ?? [part.evidence];
		const by = (down ? Math.min(...levels) : Math.max(...levels)) - part.evidence;
		found.set(leaderOf(name), (found.get(leaderOf(name)) ?? 0) + by);
	}
	return [...found]
		.map(([feature, by]) => ({ feature, by }))
		.filter(({ by }) => by !== 0)
		.sort((x, y) => Math.abs(y.by) - Math.abs(x.by) || (x.feature < y.feature ? -1 : 1));
}

/**
 * What would have to be otherwise, by the evidence alone: each group of features that would do by itself, the surest first, at most three; when
 * none would, the fewest that do together. Empty when nothing would.
 */
export function turnsOf(found: PairScore): Turn[] {
	const all = swings(found);
	const odds = Math.log(found.score / (1 - found.score));
	const then = (by: number): number => 1 / (1 + Math.exp(-(odds + by)));
	const turned = (score: number): boolean => score >= MERGE_AT !== found.score >= MERGE_AT;
	const alone = all.map(({ feature, by }): Turn => ({ features: [feature], score: then(by) })).filter((t) => turned(t.score));
	if (alone.length > 0) return alone.slice(0, TURNS_MAX);
	let sum = 0;
	for (const [at, { by }] of all.entries()) {
		sum += by;
		if (turned(then(sum))) return [{ features: all.slice(0, at + 1).map((s) => s.feature), score: then(sum) }];
	}
	return [];
}
