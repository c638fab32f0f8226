import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { MERGE_MUTANTS } from './merge-mutants.ts';
import type { MutantResult } from './mutant-worker.ts';
import { MUTANTS } from './mutants.ts';

async function resultsOf(worker: URL): Promise<Map<string, MutantResult>> {
	const results = new Map<string, MutantResult>();
	const thread = new Worker(worker, { execArgv: [] });
	thread.on('message', (result: MutantResult) => results.set(result.rule, result));
	await once(thread, 'exit');
	return results;
}

describe.each([
	['matching', 'a pair of the gold file', MUTANTS, new URL('./mutant-worker.ts', import.meta.url)],
	['merging', 'a golden fixture', MERGE_MUTANTS, new URL('./merge-mutant-worker.ts', import.meta.url)],
] as const)('no rule of %s can go without %s noticing', (_, __, mutants, worker) => {
	let results: Map<string, MutantResult>;
	beforeAll(async () => {
		results = await resultsOf(worker);
	}, 600_000);

	it.each(mutants.map((m) => m.rule))('%s', (rule) => {
		const result = results.get(rule);
		expect(result?.problem).toBeUndefined();
		expect(result?.failed.length).toBeGreaterThan(0);
	});
});
