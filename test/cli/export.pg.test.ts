import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/lib/errors.ts';
import { recordNumber } from '../../src/lib/ids.ts';
import { Iso2709Reader } from '../../src/records/iso2709.ts';
import { controlValue, type MarcRecord } from '../../src/records/marc.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { Harvester } from '../support/harvester.ts';
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, type WorldRecord } from '../support/world.ts';

const GIANT = 'g'.repeat(12_000);
const TP: WorldRecord[] = [
	{
		identifier: 'tp:1',
		title: 'Đất rừng phương Nam',
		author: 'Đoàn Giỏi',
		year: 2019,
		isbn: '9786042123456',
		pages: 300,
		callNumber: 'VN 1',
	},
	{ identifier: 'tp:2', title: 'Truyện Kiều', author: 'Nguyễn Du', year: 2015, pages: 200 },
	{ identifier: 'tp:3\u2028\tb\nc', title: 'Tắt đèn', author: 'Ngô Tất Tố', year: 2001 },
	{ identifier: 'tp:4', title: `Dài ${GIANT}`, year: 1999 },
	{ identifier: 'tp:5', title: 'Sẽ bị xóa', year: 1990 },
];
const TH: WorldRecord[] = [
	{ identifier: 'th:1', title: 'Đất rừng phương Nam', author: 'Đoàn Giỏi', year: 2019, isbn: '9786042123456', pages: 300 },
	{ identifier: 'th:2', title: 'Không ai được lấy', year: 2010 },
];

let made: TestDatabase;
let folder: string;
const run = (...args: string[]): Promise<Outcome> => call(BIN, args, { DATABASE_URL: made.url });
const lines = (text: string): string[] => text.split('\n').slice(0, -1);

function marcRecords(bytes: Uint8Array): MarcRecord[] {
	const reader = new Iso2709Reader();
	return [...reader.feed(bytes), ...reader.end()].map(({ decoded }) => {
		if (!decoded.ok) throw new Error(decoded.reason);
		expect(decoded.repairs).toEqual([]);
		return decoded.record;
	});
}

beforeAll(async () => {
	made = await testDatabase();
	folder = await mkdtemp(join(tmpdir(), 'lienthong-export-'));
	const tp = await addSource(made.database, 'tp');
	await harvestList(made.database, tp, TP);
	const th = await addSource(made.database, 'th');
	await made.database.pool.query("update source set share = 'none' where id = $1", [th]);
	await harvestList(made.database, th, TH);
	await harvestList(made.database, tp, [{ identifier: 'tp:5', deleted: true }]);
	const harvester = new Harvester(made.url);
	await harvester.unite();
	await harvester.close();
});

afterAll(async () => {
	await made.drop();
	await rm(folder, { recursive: true });
});

describe('lienthong export', () => {
	it('writes a line for each live source record, whatever is in its identifier', async () => {
		const { code, out, err } = await run('export', '--format', 'tsv');
		expect({ code, err }).toEqual({ code: 0, err: '' });
		const rows = lines(out).map((line) => line.split('\t'));
		expect(rows.map(([, library, identifier]) => `${library} ${identifier}`).sort()).toEqual([
			'th th:1',
			'th th:2',
			'tp tp:1',
			'tp tp:2',
			'tp tp:3 b c',
			'tp tp:4',
		]);
		for (const [id = ''] of rows) expect(recordNumber(id)).toBeGreaterThan(0);
		const unionOf = new Map(rows.map(([id, , identifier]) => [identifier, id]));
		expect(unionOf.get('th:1')).toBe(unionOf.get('tp:1'));
		expect(new Set(unionOf.values()).size).toBe(5);
		expect(lines((await run('export', '--format', 'tsv', '--library', 'th')).out)).toHaveLength(2);
	});

	it('writes the union records that may be handed on as MARCXML and JSON, all or those of a library', async () => {
		const xml = (await run('export', '--format', 'marcxml')).out;
		expect(xml.match(/<record[ >]/g)).toHaveLength(4);
		expect(xml.trimEnd().endsWith('</collection>')).toBe(true);
		expect(xml).toContain('<controlfield tag="003">lienthong.example</controlfield>');
		expect(xml).not.toContain('Không ai');
		const json = lines((await run('export', '--format', 'jsonl', '--library', 'th')).out).map((line) => JSON.parse(line));
		expect(json).toHaveLength(1);
		expect(json[0].title.proper.value).toBe('Đất rừng phương Nam');
	});

	it('names what is too large for ISO 2709, leaves it out whole, and says so by its exit code', async () => {
		const file = join(folder, 'Mục lục.mrc');
		const { code, out, err } = await run('export', '--format', 'marc', '-o', file);
		expect({ code, out }).toEqual({ code: EXIT_CODES['too-large'], out: '' });
		expect(err).toMatch(/^union record \w{9} is left out: field 245 has 12\d+ bytes/m);
		expect(err).toContain('1 records are too large');
		const records = marcRecords(await readFile(file));
		expect(records).toHaveLength(3);
		for (const record of records) expect(recordNumber(controlValue(record, '001') ?? '')).toBeGreaterThan(0);
	});

	it.each([
		['an unknown format', ['--format', 'mods'], EXIT_CODES.usage, 'format "mods" is unknown'],
		['no format', [], EXIT_CODES.usage, '--format is missing'],
		['an unknown library', ['--format', 'tsv', '--library', 'NONE'], EXIT_CODES['not-found'], 'there is no library NONE'],
		['a file that cannot be written', ['--format', 'tsv', '-o', '/nowhere/x.tsv'], EXIT_CODES.usage, 'cannot write /nowhere/x.tsv'],
	])('refuses %s', async (_, args, code, words) => {
		const outcome = await run('export', ...args);
		expect(outcome).toMatchObject({ code, out: '' });
		expect(outcome.err).toContain(words);
		expect(outcome.err).toContain('what to do:');
	});
});

describe('lienthong match, reindex and doctor', () => {
	it('match everything again to the same union', async () => {
		const before = (await run('export', '--format', 'tsv')).out;
		const again = await run('match', '--all', '--json');
		expect(again.code).toBe(0);
		expect(JSON.parse(again.out)).toMatchObject({ records: 6 });
		expect((await run('export', '--format', 'tsv')).out).toBe(before);
	});

	it('find an index that lost a record, and make it again', async () => {
		expect(await run('doctor')).toMatchObject({ code: 0, err: '' });
		await made.database.pool.query(
			'delete from search_document where id in (select id from search_document where tsv is not null limit 1)',
		);
		const broken = await run('doctor', '--json');
		expect(broken.code).toBe(1);
		const failed = JSON.parse(broken.out).filter(({ state }: { state: string }) => state === 'fail');
		expect(failed).toEqual([{ state: 'fail', text: expect.stringContaining('lienthong reindex') }]);
		expect((await run('reindex')).code).toBe(0);
		expect((await run('doctor')).out).not.toMatch(/^(warn|fail)/m);
	});

	it('tell what waits, and what is wrong with a database', async () => {
		await made.database.pool.query('insert into dirty (record_id, priority) select id, 1 from source_record where not deleted limit 1');
		expect(await run('doctor')).toMatchObject({
			code: 0,
			out: expect.stringMatching(/^warn 1 records wait to be matched: lienthong match$/m),
		});
		expect((await run('export', '--format', 'tsv')).err).toContain('1 records wait to be matched');
		const unreachable = await call(BIN, ['doctor'], { DATABASE_URL: 'postgresql://u:p@127.0.0.1:1/x' });
		expect(unreachable).toMatchObject({ code: 1, out: expect.stringMatching(/^fail cannot use the database: .*nothing listens/m) });
		const fresh = await emptyDatabase();
		expect(await call(BIN, ['doctor'], { DATABASE_URL: fresh.url })).toMatchObject({ code: 0 });
		await fresh.drop();
	});
});
