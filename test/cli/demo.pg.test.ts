import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/lib/errors.ts';
import { BIN, call, type Outcome, start } from '../support/command-line.ts';
import { addProvider } from '../support/harvester.ts';
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const made: TestDatabase[] = [];
let real: TestDatabase;
const deep = process.env['DEEP'] !== undefined;

const once = ({ url }: TestDatabase): Promise<Outcome> => call(BIN, ['demo', '--once'], { DATABASE_URL: url });
const figures = (out: string): Record<string, number> => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');

async function fresh(): Promise<TestDatabase> {
	const database = await emptyDatabase();
	made.push(database);
	return database;
}

beforeAll(async () => {
	real = await testDatabase();
	made.push(real);
});

afterAll(async () => {
	for (const database of made) await database.drop();
});

describe('lienthong demo --once', () => {
	it('harvests and unites the sample network, and comes to the same again', async () => {
		const database = await fresh();
		const first = await once(database);
		expect(first.code, first.err).toBe(0);
		const { seconds, ...counted } = figures(first.out);
		expect(seconds).toBeGreaterThan(0);
		expect(Object.keys(figures(first.out))).toEqual(['listed', 'stored', 'deleted', 'quarantined', 'unionRecords', 'seconds']);
		expect(counted['stored']).toBeGreaterThan(3_000);
		expect(counted['unionRecords']).toBeLessThan(counted['stored'] ?? 0);
		expect(first.out).toMatch(/^Search for "dat rung phuong nam": [1-9]/m);
		const again = await once(database);
		expect(again.code, again.err).toBe(0);
		expect(figures(again.out)).toMatchObject({ stored: counted['stored'], unionRecords: counted['unionRecords'] });
		if (!deep) return;
		for (let i = 0; i < 2; i++) expect(figures((await once(await fresh())).out)).toEqual({ ...counted, seconds: expect.any(Number) });
	});

	it('prints a command that works as it stands, in a folder with any name too', async () => {
		const { url } = await fresh();
		const settings = { DATABASE_URL: url, DATA_DIR: await mkdtemp(join(tmpdir(), "tập tin của 'tôi' ")), PORT: '0' };
		const demo = start(BIN, ['demo'], settings);
		const [, line = ''] = await demo.says(/^Commands beside it: (.*)$/m);
		const command = line.replace('bin/lienthong', `"$PWD/bin/lienthong"`);
		const beside = await call('sh', ['-c', `${command} && test -d "$DATA_DIR"`], settings, ROOT);
		demo.kill('SIGINT');
		expect(beside.code, beside.err).toBe(0);
		expect(beside.out).toMatch(/run \d+ of hp-tv ended complete/);
		expect((await demo.outcome).code).toBe(0);
		await rm(settings.DATA_DIR, { recursive: true });
	});

	it('keeps out of a catalogue that is not its own', async () => {
		await addProvider(real.database, 'real', 'http://x.vn/');
		expect(await once(real)).toMatchObject({ code: EXIT_CODES.conflict, err: expect.stringContaining('a catalogue of its own') });
	});
});
