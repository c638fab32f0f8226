import { parentPort } from 'node:worker_threads';
import type * as MergeFixtures from './merge-fixtures.ts';
import { MERGE_FIXTURES } from './merge-fixtures.ts';
import { MERGE_MUTANTS } from './merge-mutants.ts';
import { mutateModules, problemOf } from './mutant-modules.ts';
import type { MutantResult } from './mutant-worker.ts';

/** Merges the golden fixtures with each rule switched off, and posts those that come out otherwise. */

mutateModules(MERGE_MUTANTS);

async function merged(place: number): Promise<MutantResult> {
	const mutant = MERGE_MUTANTS[place] as (typeof MERGE_MUTANTS)[number];
	const problem = problemOf(mutant);
	if (problem !== undefined) return { rule: mutant.rule, failed: [], problem };
	const mutated = (await import(`./merge-fixtures.ts?mutant=${place}`)) as typeof MergeFixtures;
	const failed = MERGE_FIXTURES.filter((name) => {
		const fixture = mutated.mergeFixture(name);
		return mutated.unionLines(fixture).join('\n') !== fixture.union.join('\n');
	});
	return { rule: mutant.rule, failed };
}

for (const place of MERGE_MUTANTS.keys()) parentPort?.postMessage(await merged(place));
parentPort?.close();
