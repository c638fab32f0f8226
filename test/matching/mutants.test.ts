import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MutantResult } from './mutant-worker.ts';
import { MUTANTS } from './mutants.ts';

const results = new Map<string, MutantResult>();

beforeAll(async () => {
	const worker = new Worker(new URL('./mutant-worker.ts', import.meta.url), { execArgv: [] });
	worker.on('message', (result: MutantResult) => results.set(result.rule, result));
	await once(worker, 'exit');
}, 600_000);

describe('no rule of matching can go without a pair of the gold file noticing', () => {
	it.each(MUTANTS.map((m) => m.rule))('%s', (rule) => {
		const result = results.get(rule);
		expect(result?.problem).toBeUndefined();
		expect(result?.failed.length).toBeGreaterThan(0);
	});
});
