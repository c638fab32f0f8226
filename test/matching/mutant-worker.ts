import { parentPort } from 'node:worker_threads';
import type * as GoldJudge from './gold-judge.ts';
import { agrees, featuresOf, judge } from './gold-judge.ts';
import { readAllGold } from './gold-pairs.ts';
import { mutateModules, problemOf } from './mutant-modules.ts';
import { MUTANTS } from './mutants.ts';

/**
 * Judges the gold file with each rule switched off: the modules of src are loaded anew for each mutant, under an address of their own, with
 * the one change of it in their text. Posts, for each, the pairs that are no longer judged right; for one that cannot be made, why.
 */
export interface MutantResult {
	readonly rule: string;
	readonly failed: readonly string[];
	readonly problem?: string;
}

mutateModules(MUTANTS);

/** The pairs that are judged right with all rules on. */
const gold = readAllGold()
	.flatMap((f) => f.pairs)
	.filter((p) => agrees(p.verdict, judge(featuresOf(p.a), featuresOf(p.b))));

async function judged(place: number): Promise<MutantResult> {
	const mutant = MUTANTS[place] as (typeof MUTANTS)[number];
	const problem = problemOf(mutant);
	if (problem !== undefined) return { rule: mutant.rule, failed: [], problem };
	const mutated = (await import(`./gold-judge.ts?mutant=${place}`)) as typeof GoldJudge;
	const failed = gold.filter((p) => !agrees(p.verdict, mutated.judge(mutated.featuresOf(p.a), mutated.featuresOf(p.b))));
	return { rule: mutant.rule, failed: failed.map((p) => p.at) };
}

for (const place of MUTANTS.keys()) parentPort?.postMessage(await judged(place));
parentPort?.close();
