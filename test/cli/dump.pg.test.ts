import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DumpManifest } from '../../src/catalogue/dump-manifest.ts';
import { EXIT_CODES } from '../../src/lib/errors.ts';
import { BIN, call, type Outcome, start } from '../support/command-line.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, matchAll } from '../support/world.ts';

let made: TestDatabase;
let folder: string;
const settings = (): Record<string, string> => ({ DATABASE_URL: made.url, DATA_DIR: folder, LOG_LEVEL: 'error' });
const run = (...args: string[]): Promise<Outcome> => call(BIN, args, settings());

beforeAll(async () => {
	made = await testDatabase();
	folder = await mkdtemp(join(tmpdir(), 'lienthong-dump-'));
	const tp = await addSource(made.database, 'tp');
	await harvestList(made.database, tp, [
		{ identifier: 'a', title: 'Đất rừng phương Nam' },
		{ identifier: 'b', title: `Dài ${'g'.repeat(12_000)}` },
	]);
	await matchAll(made.database);
});
afterAll(async () => {
	await made.drop();
	await rm(folder, { recursive: true, force: true });
});

describe('lienthong dump', () => {
	it('writes dumps that a running server offers at once', async () => {
		const web = start(BIN, ['serve', '--role', 'web'], { ...settings(), PORT: '0' });
		const [, address = ''] = await web.says(/^ +(http:\/\/127\.0\.0\.1:\d+)\/ /m);
		const first = await run('dump');
		expect(first).toMatchObject({ code: 0, err: expect.stringMatching(/^1 records are too large for ISO 2709/) });
		expect(first.out).toMatch(/dumps\/full-\d+: 2 records, 0 deletions\n$/);
		expect(await run('dump')).toMatchObject({ code: 0, out: 'nothing has changed since the last dump\n' });
		const { dumps } = (await (await fetch(`${address}/dumps`)).json()) as { dumps: DumpManifest[] };
		expect(dumps.map(({ name }) => name)).toEqual((await readdir(join(folder, 'dumps'))).filter((name) => name.startsWith('full')));
		const file = await fetch(`${address}/dumps/${dumps[0]?.name}/${dumps[0]?.files[0]?.name}`);
		expect([file.status, (await file.arrayBuffer()).byteLength]).toEqual([200, dumps[0]?.files[0]?.bytes]);
		web.kill('SIGTERM');
		expect(await web.outcome).toMatchObject({ code: 0 });
	});

	it('has its schedule checked when the service starts', async () => {
		const refused = await call(BIN, ['serve', '--role', 'worker'], { ...settings(), DUMP_SCHEDULE: 'every night' });
		expect(refused).toMatchObject({ code: EXIT_CODES.config, err: expect.stringContaining('DUMP_SCHEDULE') });
	});
});
