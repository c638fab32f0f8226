import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/lib/errors.ts';
import { encodeIso2709 } from '../../src/records/iso2709.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { marcOf } from '../support/world.ts';

let made: TestDatabase;
let folder = '';
const run = (...args: string[]): Promise<Outcome> => call(BIN, args, { DATABASE_URL: made.url });
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

beforeAll(async () => {
	made = await testDatabase();
	folder = mkdtempSync(join(tmpdir(), 'lienthong-import-'));
	await made.database.pool.query("insert into library (code, name, kind) values ('THPT-A', 'Trường A', 'school')");
});

afterAll(async () => {
	await made.drop();
	rmSync(folder, { recursive: true });
});

describe('lienthong import', () => {
	it('says what a file would do, imports it, and makes it searchable', async () => {
		const path = join(folder, 'sách.mrc');
		writeFileSync(path, Buffer.concat(['a', 'b', 'c'].map((id) => encodeIso2709(marcOf({ identifier: id, title: `Sách ${id}` })))));
		const added = await run('source', 'add', '--library', 'THPT-A', '--kind', 'file', '--setting', 'encoding=utf-8', '--json');
		expect(JSON.parse(added.out)).toMatchObject({ kind: 'file', library: 'THPT-A', settings: { encoding: 'utf-8' } });
		const { code } = JSON.parse(added.out) as { code: string };
		expect(await run('source', 'set', code, '--setting', 'encoding=abc')).toMatchObject({ code: EXIT_CODES.usage });
		const dry = await run('import', path, '--library', 'THPT-A', '--dry-run', '--json');
		expect(JSON.parse(dry.out)).toMatchObject({ listed: 3, created: 3, format: 'iso2709', refused: [] });
		const done = await run('import', path, '--library', 'THPT-A', '--snapshot', '--json');
		expect(done.code, done.err).toBe(0);
		expect(JSON.parse(lastLine(done.out))).toMatchObject({ state: 'complete', mode: 'full', listed: 3, created: 3 });
		expect(await made.database.pool.query('select from search_document where tsv is not null')).toMatchObject({ rowCount: 3 });
		expect(lastLine((await run('import', path, '--library', 'THPT-A')).out)).toMatch(
			/ended complete after [\d.]+ s: 3 listed, 0 created, 0 updated, 3 unchanged/,
		);
	});

	it('shows what the columns of a table are read as, takes a correction, and gives back what it could not read', async () => {
		const path = join(folder, 'sách.csv');
		const rejects = join(folder, 'lại.csv');
		writeFileSync(path, 'Món,Tác giả\nTắt đèn,Ngô Tất Tố\n,Không tên\n');
		expect(await run('import', path, '--library', 'THPT-A', '--dry-run')).toMatchObject({ code: EXIT_CODES['no-title-column'] });
		const args = [path, '--library', 'THPT-A', '--column', 'Món=title'];
		const dry = await run('import', ...args, '--dry-run');
		expect(dry.out).toMatch(/Món +title\n/);
		expect(dry.out).toContain('245 10 $a Tắt đèn');
		expect(dry.out).toMatch(/1 created.*1 quarantined/);
		expect((await run('import', ...args, '--rejects', rejects)).code).toBe(0);
		expect(readFileSync(rejects, 'utf8')).toContain('Không tên');
		expect((await run('import', path, '--library', 'THPT-A', '--column', 'Món')).err).toContain('--column "HEADING=FIELD"');
	});

	const refused: [string, () => string[], keyof typeof EXIT_CODES, RegExp][] = [
		['there is no such file', () => [join(folder, 'none.mrc'), '--library', 'THPT-A'], 'not-found', /there is no file/],
		['it is a folder', () => [folder, '--library', 'THPT-A'], 'usage', /is a folder/],
		['no library is named', () => [join(folder, 'x')], 'usage', /--library is missing/],
		['there is no such library', () => [join(folder, 'sách.mrc'), '--library', 'NOPE'], 'not-found', /no library NOPE/],
	];
	it.each(refused)('says so when %s', async (_, args, code, message) => {
		const outcome = await run('import', ...args());
		expect(outcome.err).toMatch(message);
		expect(outcome.err).toContain('what to do: ');
		expect(outcome.code).toBe(EXIT_CODES[code]);
	});

	it('says that nothing was taken of a whole catalogue that breaks off', async () => {
		const path = join(folder, 'đứt.mrc');
		const records = ['a', 'b', 'c'].map((id) => encodeIso2709(marcOf({ identifier: id, title: `Sách ${id} bản mới` })));
		writeFileSync(path, Buffer.concat(records).subarray(0, -20));
		const outcome = await run('import', path, '--library', 'THPT-A', '--snapshot');
		expect(lastLine(outcome.out)).toMatch(/ended failed after [\d.]+ s: nothing was taken; what was read of it was [1-3] listed/);
		expect(outcome.code).not.toBe(0);
	});

	it('says so when nothing was removed, since a record could not be read', async () => {
		const path = join(folder, 'mot-bieu-ghi-hong.xml');
		writeFileSync(
			path,
			'<collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader>00000nam a2200000 a 4500</leader></record></collection>',
		);
		const { code, err } = await run('import', path, '--library', 'THPT-A', '--snapshot');
		expect(err).toMatch(/1 records could not be read and have no number, so nothing was removed\n {2}what to do: lienthong quarantine/);
		expect(code).toBe(0);
	});

	it('refuses an encoding that nobody knows', async () => {
		const outcome = await run('source', 'add', '--library', 'THPT-A', '--kind', 'file', '--setting', 'encoding=abc');
		expect(outcome).toMatchObject({ code: EXIT_CODES.usage, err: expect.stringContaining('tcvn3') });
	});
});
