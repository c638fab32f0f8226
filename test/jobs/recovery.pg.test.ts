import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CatalogueImage, catalogueImage } from '../support/catalogue-image.ts';
import type { ChildReport, ChildTask } from '../support/harvest-child.ts';
import { addProvider } from '../support/harvester.ts';
import { copyOf, type TestDatabase, testDatabase } from '../support/postgres.ts';
import { RivalNetwork } from '../support/rival-network.ts';

/** Kills for each generation of the network. */
const KILLS = process.env['DEEP'] === '1' ? 45 : 3;
const RECORDS = 60;
const CHILD = join(import.meta.dirname, '../support/harvest-child.ts');
const SOURCES = ['alpha', 'beta'];

interface Ended {
	readonly killed: boolean;
	readonly report: ChildReport | null;
}

async function child(task: Omit<ChildTask, 'sources' | 'unite' | 'leaseSeconds'>): Promise<Ended> {
	const whole: ChildTask = { sources: SOURCES, unite: true, leaseSeconds: 1, ...task };
	const process_ = spawn(process.execPath, [CHILD, JSON.stringify(whole)], { stdio: ['ignore', 'pipe', 'pipe'] });
	let out = '';
	let err = '';
	process_.stdout.on('data', (data: Buffer) => (out += data.toString()));
	process_.stderr.on('data', (data: Buffer) => (err += data.toString()));
	const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => process_.on('close', (c, s) => resolve([c, s])));
	if (signal !== 'SIGKILL') expect(code, err).toBe(0);
	return { killed: signal === 'SIGKILL', report: out === '' ? null : (JSON.parse(out) as ChildReport) };
}

let first: TestDatabase;
let network: RivalNetwork;

beforeAll(async () => {
	network = await new RivalNetwork(RECORDS, 7).start();
	first = await testDatabase();
	await addProvider(first.database, 'alpha', network.alpha.url);
	await addProvider(first.database, 'beta', network.beta.url);
	await first.database.close();
});

afterAll(async () => {
	await network.stop();
	await first.drop();
});

/** Points to die at, spread over the queries of a calm run so that each step has its share. */
function points(queries: readonly number[], many: number): { query: number; sent: boolean }[] {
	const out: { query: number; sent: boolean }[] = [];
	for (let i = 0; i < many; i++) {
		const step = i % queries.length;
		const from = step === 0 ? 1 : (queries[step - 1] as number) + 1;
		const until = queries[step] as number;
		// the golden ratio spreads any number of points evenly
		const share = ((Math.floor(i / queries.length) + 1) * 0.618_033_988_75) % 1;
		out.push({ query: from + Math.floor(share * (until - from + 1)), sent: i % 2 === 1 });
	}
	return out;
}

async function imageOf(made: TestDatabase, runs: number): Promise<CatalogueImage> {
	const { rows } = await made.database.pool.query("select source_id, count(*)::int as runs from run where state = 'complete' group by 1");
	expect(rows.map((row) => row.runs)).toEqual([runs, runs]);
	expect((await made.database.pool.query("select 1 from run where state <> 'complete'")).rows).toEqual([]);
	const image = await catalogueImage(made.database);
	expect(Object.entries(image.leftovers).filter(([, n]) => n > 0)).toEqual([]);
	return image;
}

/** Kills a harvest of `base` at many points, each in a copy of its own, and starts it again. Gives the calm one's database. */
async function killed(base: TestDatabase, runs: number, kills: number): Promise<TestDatabase> {
	const calm = await copyOf(base);
	const { report } = await child({ databaseUrl: calm.url, runs });
	expect(report?.runs.map((run) => run.state)).toEqual(['complete', 'complete']);
	const expected = await imageOf(calm, runs);
	expect([expected.records.length, expected.unions.length, expected.documents.length].every((n) => n > RECORDS / 2)).toBe(true);
	let died = 0;
	for (const dieAt of points(report?.queries ?? [], kills)) {
		const made = await copyOf(base);
		const end = await child({ databaseUrl: made.url, runs, dieAt });
		if (end.killed) died++;
		await child({ databaseUrl: made.url, runs });
		// the runs that were cut off are the runs that ended: there are no others
		expect(await imageOf(made, runs), `killed at ${JSON.stringify(dieAt)}`).toEqual(expected);
		await made.drop();
	}
	// one that is a little faster than the calm run may end before its point
	expect(died).toBeGreaterThan(kills / 2);
	return calm;
}

describe('a process killed anywhere and started again ends where one never killed ends', () => {
	let second: TestDatabase;

	it('in first harvests, released page by page', async () => {
		second = await killed(first, 1, KILLS);
	});

	it('in later harvests, staged and released at their end', async () => {
		await second.database.close();
		network.live();
		const calm = await killed(second, 2, KILLS);
		await calm.drop();
		await second.drop();
	});
});
