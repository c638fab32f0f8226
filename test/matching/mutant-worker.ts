import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type * as GoldJudge from './gold-judge.ts';
import { agrees, featuresOf, judge } from './gold-judge.ts';
import { readAllGold } from './gold-pairs.ts';
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

const ADDRESS = /\?mutant=(\d+)$/;
const SRC = new URL('../../src/', import.meta.url).href;

registerHooks({
	resolve(specifier, context, next) {
		const found = next(specifier, context);
		const mutant = ADDRESS.exec(context.parentURL ?? '');
		const ours = found.url.startsWith('file:') && !found.url.includes('/node_modules/') && !found.url.includes('?');
		return mutant !== null && ours ? { ...found, url: `${found.url}${mutant[0]}` } : found;
	},
	load(url, context, next) {
		const loaded = next(url, context);
		const mutant = ADDRESS.exec(url);
		if (mutant === null || !url.startsWith(SRC)) return loaded;
		const { file, from, to } = MUTANTS[Number(mutant[1])] ?? {};
		if (file === undefined || from === undefined || to === undefined || !url.startsWith(`${SRC}${file}?`)) return loaded;
		return { ...loaded, source: String(loaded.source).replace(from, () => to) };
	},
});

/** The pairs that are judged right with all rules on. */
const gold = readAllGold()
	.flatMap((f) => f.pairs)
	.filter((p) => agrees(p.verdict, judge(featuresOf(p.a), featuresOf(p.b))));

async function judged(place: number): Promise<MutantResult> {
	const { rule, file, from } = MUTANTS[place] as (typeof MUTANTS)[number];
	const count = readFileSync(new URL(file, SRC), 'utf8').split(from).length - 1;
	if (count !== 1) return { rule, failed: [], problem: `src/${file} has ${count} times: ${from}` };
	const mutated = (await import(`./gold-judge.ts?mutant=${place}`)) as typeof GoldJudge;
	const failed = gold.filter((p) => !agrees(p.verdict, mutated.judge(mutated.featuresOf(p.a), mutated.featuresOf(p.b))));
	return { rule, failed: failed.map((p) => p.at) };
}

for (const place of MUTANTS.keys()) parentPort?.postMessage(await judged(place));
parentPort?.close();
