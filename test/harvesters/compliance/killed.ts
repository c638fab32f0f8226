import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ChildReport, ChildTask } from '../../support/harvest-child.ts';
import { books, KIND_NAMES } from './library.ts';
import type { Life } from './life.ts';

const KILLS = process.env['DEEP'] === '1' ? 12 : 1;
const CHILD = join(import.meta.dirname, '../../support/harvest-child.ts');

/** One run in a process of its own; null when it was killed. */
async function child(life: Life, dieAt?: ChildTask['dieAt']): Promise<ChildReport | null> {
	const task: ChildTask = {
		databaseUrl: life.made.url,
		...life.library.task(),
		runs: 2,
		unite: false,
		leaseSeconds: 1,
		...(dieAt === undefined ? {} : { dieAt }),
	};
	const process_ = spawn(process.execPath, [CHILD, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'pipe'] });
	let out = '';
	let err = '';
	process_.stdout.on('data', (data: Buffer) => (out += data.toString()));
	process_.stderr.on('data', (data: Buffer) => (err += data.toString()));
	const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => process_.on('close', (c, s) => resolve([c, s])));
	if (signal === 'SIGKILL') return null;
	expect(code, err).toBe(0);
	return JSON.parse(out) as ChildReport;
}

/** A second run over a catalogue that changed, in a process that is killed at queries spread over it, each time in a library of its own. */
export async function killedAndGoneOn(calm: Life): Promise<void> {
	const all = books(calm.kind.many);
	const next = [
		...all.slice(5).map((book, i) => (i % 3 === 0 ? { ...book, title: `${book.title} in lần hai` } : book)),
		...books(9, 9_000),
	];
	await calm.take(all);
	await calm.library.serve(next);
	const report = await child(calm);
	expect(report?.runs.map(({ state }) => state)).toEqual(['complete']);
	const queries = report?.queries[0] ?? 0;
	const expected = await calm.image();
	let died = 0;
	for (let i = 1; i <= KILLS; i++) {
		const life = await calm.another(`kill${i}`);
		try {
			await life.take(all);
			await life.library.serve(next);
			// the golden ratio spreads any number of points evenly; each kind begins elsewhere
			const place = i + KIND_NAMES.indexOf(calm.kind.name);
			const query = 1 + Math.floor(((place * 0.618_033_988_75) % 1) * (queries - 1));
			if ((await child(life, { query, sent: place % 2 === 1 })) === null) died++;
			await child(life);
			expect(await life.image(), `killed at query ${query}`).toEqual(expected);
			// a file whose run was killed before it had committed anything is begun anew: nothing tells that the run was of it
			const states = (await life.runs()).map(({ state }) => state);
			expect(states.filter((state) => state !== 'cancelled')).toEqual(['complete', 'complete']);
		} finally {
			await life.library.stop();
		}
	}
	// one that is a little faster than the calm run may end before its point
	expect(died).toBeGreaterThanOrEqual(KILLS >> 1);
}
