import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts';

let made: TestDatabase;
let folder: string;
const run = (...args: string[]): Promise<Outcome> => call(BIN, args, { DATABASE_URL: made.url });

beforeAll(async () => {
	made = await testDatabase();
	folder = await mkdtemp(join(tmpdir(), 'Thư viện '));
});

afterAll(async () => {
	await made.drop();
	await rm(folder, { recursive: true });
});

describe('the command line', () => {
	it('registers areas, libraries, sources and keys, and lists them', async () => {
		expect(await run('area', 'add', '--code', 'VN-HP', '--kind', 'province', '--name', 'Hải Phòng')).toMatchObject({ code: 0 });
		const library = await run(
			'library',
			'add',
			'--code',
			'TP',
			'--name',
			'Trường Trần Phú',
			'--kind',
			'school',
			'--area',
			'VN-HP',
			'--json',
		);
		expect(JSON.parse(library.out)).toMatchObject({ code: 'TP', name: 'Trường Trần Phú', area: 'VN-HP' });
		const source = await run(
			'source',
			'add',
			'--library',
			'TP',
			'--kind',
			'oai-pmh',
			'--url',
			'https://x.vn/oai',
			'--schedule',
			'0 2 * * *',
			'--json',
		);
		expect(JSON.parse(source.out)).toMatchObject({ id: expect.any(Number), code: 'tp', schedule: '0 2 * * *' });
		const table = await run('library', 'list');
		expect(table.out).toContain('Trường Trần Phú');
		expect(JSON.parse((await run('source', 'list', '--json')).out)).toHaveLength(1);
		expect(JSON.parse((await run('runs', 'tp', '--json')).out)).toEqual([]);
		expect(JSON.parse((await run('quarantine', '--json')).out)).toEqual([]);
		const key = await run('key', 'create', '--name', 'x');
		expect(key.out).toMatch(/^lt_\S+\n$/);
	});

	it.each([
		['an unknown command', ['harvets'], 2, 'no command "harvets"'],
		['an unknown part', ['library', 'ad'], 2, 'has no "ad"'],
		['an unknown option', ['library', 'list', '--jason'], 2, '--jason'],
		['a missing option', ['library', 'add', '--code', 'X'], 2, '--name is missing'],
		['one argument too many', ['library', 'rename', 'TP', 'Trường', '--name', 'X'], 2, 'Trường'],
		[
			'a wrong schedule',
			['source', 'add', '--library', 'TP', '--kind', 'oai-pmh', '--url', 'http://x.vn', '--schedule', 'daily'],
			2,
			'daily',
		],
		['a library that is not there', ['library', 'rename', 'NONE', '--name', 'X'], 4, 'NONE'],
		['a source that is not there', ['runs', '4711'], 4, '4711'],
		['a code that is taken', ['library', 'add', '--code', 'TP', '--name', 'X', '--kind', 'school'], 5, 'TP'],
	])('says what is wrong with %s', async (_, args, code, words) => {
		const outcome = await run(...args);
		expect(outcome).toMatchObject({ code, out: '' });
		expect(outcome.err).toContain(words);
		expect(outcome.err).toContain('what to do:');
	});

	it('says what is wrong with a setting, an address that nothing listens at, and a newer database', async () => {
		expect(await call(BIN, ['runs'], { DATABASE_URL: made.url, PORT: 'http' })).toMatchObject({
			code: 3,
			err: expect.stringContaining('PORT=8080'),
		});
		const refused = await call(BIN, ['runs'], { DATABASE_URL: 'postgresql://u:p@127.0.0.1:1/x' });
		expect(refused).toMatchObject({ code: 22, err: expect.stringContaining('nothing listens') });
		const newer = await emptyDatabase();
		await migrate(newer.database);
		await newer.database.pool.query(`insert into schema_migration (number, name, hash) values (9999, '9999-future.sql', '')`);
		expect(await call(BIN, ['runs'], { DATABASE_URL: newer.url })).toMatchObject({
			code: 21,
			err: expect.stringContaining('9999-future.sql'),
		});
		await newer.drop();
	});

	it('runs from any folder, through links, and helps without a database', async () => {
		const link = join(folder, 'liên thông');
		await symlink(BIN, link);
		const overview = await call(link, ['--help'], {}, folder);
		expect(overview).toMatchObject({ code: 0, err: '' });
		const names = [...overview.out.matchAll(/^ {2}([a-z]+) {2}/gm)].map((match) => match[1] ?? '');
		expect(names).toEqual(expect.arrayContaining(['area', 'library', 'source', 'runs', 'quarantine', 'key']));
		for (const name of names) {
			const help = await call(link, [name, '--help'], { DATABASE_URL: 'postgresql://127.0.0.1:1/x' }, folder);
			expect(help).toMatchObject({ code: 0, err: '' });
			expect(help.out).toContain(`Usage: lienthong ${name}`);
		}
	});
});
