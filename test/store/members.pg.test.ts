import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, listApiKeys, revokeApiKey } from '../../src/store/api-key.ts';
import { addArea } from '../../src/store/area.ts';
import { type Database, withTransaction } from '../../src/store/database.ts';
import { readAreas, readCaller, readLibrary, readSource } from '../../src/store/directory-read.ts';
import { insertReleased } from '../../src/store/intake.ts';
import { addLibrary, mergeLibrary, moveLibrary, renameLibrary } from '../../src/store/library.ts';
import { addSource, removeSource, sourceId } from '../../src/store/source.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let made: TestDatabase;
let db: Database;

beforeAll(async () => {
	made = await testDatabase();
	db = made.database;
	await addArea(db, { code: 'P', kind: 'province', nameVi: 'Tỉnh' });
	await addArea(db, { code: 'C', kind: 'commune', nameVi: 'Xã', parent: 'P', validFrom: '2025-07-01' });
});

afterAll(() => made.drop());

const URL_OF_SOURCE = 'https://thuvien.example.vn/oai';
let count = 0;
async function newLibrary(area?: string): Promise<string> {
	const code = `Lib-${++count}`;
	await addLibrary(db, { code, name: 'Thư viện', kind: 'school', area: area ?? null });
	return code;
}

/** Released records without a version, as the intake writes them. */
async function newRecords(source: number, ids: readonly number[]): Promise<void> {
	await withTransaction(db, (client) =>
		insertReleased(
			client,
			source,
			ids.map((id) => ({ id, identifier: `oai:${id}`, no: 1, deleted: false })),
		),
	);
	await db.pool.query('delete from dirty');
}

const all = async <T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> =>
	(await db.pool.query<T>(sql, [...values])).rows;

describe('areas', () => {
	it('are stored as given', async () => {
		const areas = await readAreas(db.pool, 'P', '', 10);
		expect(areas).toEqual([
			{ code: 'C', kind: 'commune', nameVi: 'Xã', nameEn: '', parent: 'P', validFrom: '2025-07-01', validUntil: null, successor: null },
		]);
	});

	it.each([
		[{ code: 'a b', kind: 'ward', nameVi: 'X' }, 'usage'],
		[{ code: 'X', kind: 'ward', nameVi: ' ' }, 'usage'],
		[{ code: 'X', kind: 'ward', nameVi: 'X', validFrom: '2025-02-30' }, 'usage'],
		[{ code: 'X', kind: 'ward', nameVi: 'X', validFrom: '2025-02-02', validUntil: '2025-02-01' }, 'usage'],
		[{ code: 'X', kind: 'ward', nameVi: 'X', parent: 'X' }, 'usage'],
		[{ code: 'X', kind: 'ward', nameVi: 'X', parent: 'none' }, 'not-found'],
		[{ code: 'P', kind: 'ward', nameVi: 'X' }, 'conflict'],
	])('are refused when wrong: %j is %s', async (area, code) => {
		await expect(addArea(db, area)).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
	});
});

describe('libraries', () => {
	it('are added with an area, renamed and moved, each a change', async () => {
		const code = await newLibrary('C');
		await renameLibrary(db, code, '  Thư viện trường  ');
		await moveLibrary(db, code, 'P', null);
		expect(await readLibrary(db.pool, code)).toEqual({
			code,
			name: 'Thư viện trường',
			kind: 'school',
			mergedInto: null,
			area: 'P',
			records: 0,
		});
		const changes = await all<{ op: number }>(
			'select op from change join library on number = change.id where entity = 3 and code = $1 order by seq',
			[code],
		);
		expect(changes.map((change) => change.op)).toEqual([1, 2, 2]);
	});

	it('are refused when wrong, and nothing of them stays', async () => {
		const code = await newLibrary();
		await expect(addLibrary(db, { code, name: 'X', kind: 'school' })).rejects.toMatchObject({ code: 'conflict' });
		await expect(addLibrary(db, { code: 'New', name: 'X', kind: 'castle' })).rejects.toMatchObject({ code: 'usage' });
		await expect(addLibrary(db, { code: 'x'.repeat(33), name: 'X', kind: 'school' })).rejects.toMatchObject({ code: 'usage' });
		await expect(addLibrary(db, { code: 'New', name: 'X', kind: 'school', area: 'none' })).rejects.toMatchObject({ code: 'not-found' });
		await expect(renameLibrary(db, 'New', 'X')).rejects.toMatchObject({ code: 'not-found' });
		expect(await readLibrary(db.pool, 'New')).toBeUndefined();
	});

	it('hand sources and records over when merged, with new datestamps', async () => {
		const [from, into] = [await newLibrary(), await newLibrary()];
		const source = await addSource(db, { library: from, kind: 'oai-pmh', url: URL_OF_SOURCE });
		await newRecords(source.id, [901, 902]);
		const [before] = await all<{ last: number }>('select max(seq) as last from change');
		expect(await mergeLibrary(db, from, into)).toBe(2);
		expect(await readSource(db.pool, source.id)).toMatchObject({ library: into });
		expect(await readLibrary(db.pool, from)).toMatchObject({ mergedInto: into });
		const records = await all<{ id: number; seq: number }>('select id, seq from source_record where source_id = $1 order by id', [
			source.id,
		]);
		const last = before?.last ?? 0;
		expect(records).toEqual([
			{ id: 901, seq: last + 1 },
			{ id: 902, seq: last + 2 },
		]);
		expect(await all('select record_id from dirty order by 1')).toEqual([{ record_id: 901 }, { record_id: 902 }]);
		await expect(mergeLibrary(db, from, into)).rejects.toMatchObject({ code: 'conflict' });
		await expect(mergeLibrary(db, into, into)).rejects.toMatchObject({ code: 'usage' });
		await expect(addSource(db, { library: from, kind: 'oai-pmh', url: URL_OF_SOURCE })).rejects.toMatchObject({ code: 'conflict' });
	});
});

describe('sources', () => {
	it('have codes made from that of their library, never used again', async () => {
		const library = await newLibrary();
		const add = () => addSource(db, { library, kind: 'oai-pmh', url: URL_OF_SOURCE });
		const first = await add();
		expect(first).toMatchObject({ code: library.toLowerCase(), library, url: URL_OF_SOURCE, share: 'full', timeZone: 'Asia/Ho_Chi_Minh' });
		await removeSource(db, first.code);
		const codes = (await Promise.all([add(), add(), add()])).map((source) => source.code).sort();
		expect(codes).toEqual([2, 3, 4].map((number) => `${library.toLowerCase()}-${number}`));
	});

	it('have codes that are no ids', async () => {
		await addLibrary(db, { code: '79', name: 'X', kind: 'other' });
		const source = await addSource(db, { library: '79', kind: 'oai-pmh', url: URL_OF_SOURCE });
		expect(source.code).toBe('s79');
		expect(await sourceId(db.pool, String(source.id))).toBe(source.id);
	});

	it.each([
		[{ kind: 'oai' }, 'usage'],
		[{ url: 'thuvien.example.vn' }, 'usage'],
		[{ url: 'ftp://x.vn/' }, 'usage'],
		[{ url: 'https://me:secret@x.vn/oai' }, 'usage'],
		[{ url: 'https://x.vn/oai?verb=Identify' }, 'usage'],
		[{ set: 'a b' }, 'usage'],
		[{ format: 'marc 21' }, 'usage'],
		[{ share: 'some' }, 'usage'],
		[{ licence: 'free' }, 'usage'],
		[{ library: 'none' }, 'not-found'],
	])('are refused when wrong: %j is %s', async (wrong, code) => {
		const library = await newLibrary();
		await expect(addSource(db, { library, kind: 'oai-pmh', url: URL_OF_SOURCE, ...wrong })).rejects.toMatchObject({ code });
	});

	it('take their records with them when removed, and fence off a harvest under way', async () => {
		const library = await newLibrary();
		const source = await addSource(db, { library, kind: 'oai-pmh', url: URL_OF_SOURCE });
		await newRecords(source.id, [911, 912]);
		await db.pool.query(`insert into run (source_id, mode, staged) values ($1, 'full', false)`, [source.id]);
		const fence = async () => (await all<{ fence: number }>('select fence from source where id = $1', [source.id]))[0]?.fence ?? Number.NaN;
		const before = await fence();
		expect(await removeSource(db, String(source.id))).toBe(2);
		expect(await all('select id, deleted from source_record where source_id = $1 order by id', [source.id])).toEqual([
			{ id: 911, deleted: true },
			{ id: 912, deleted: true },
		]);
		expect(await all('select state from run where source_id = $1', [source.id])).toEqual([{ state: 'cancelled' }]);
		expect(await fence()).toBe(before + 1);
		await expect(removeSource(db, source.code)).rejects.toMatchObject({ code: 'conflict' });
		await expect(removeSource(db, '4711')).rejects.toMatchObject({ code: 'not-found' });
	});
});

describe('keys', () => {
	it('are shown once, stored as a hash, and end when revoked', async () => {
		const { id, key } = await createApiKey(db, 'báo cáo');
		expect(key).toMatch(/^lt_[\w-]{43}$/);
		const hash = createHash('sha256').update(key).digest();
		expect(await all('select hash, name from api_key where id = $1', [id])).toEqual([{ hash, name: 'báo cáo' }]);
		expect(await readCaller(db.pool, hash)).toEqual({ name: 'báo cáo', role: 'operator' });
		await revokeApiKey(db, id);
		expect(await readCaller(db.pool, hash)).toBeUndefined();
		expect(await listApiKeys(db)).toEqual([expect.objectContaining({ id, name: 'báo cáo', revokedAt: expect.any(Date) })]);
		await expect(revokeApiKey(db, id)).rejects.toMatchObject({ code: 'conflict' });
		await expect(revokeApiKey(db, 4711)).rejects.toMatchObject({ code: 'not-found' });
	});
});

describe('the connection', () => {
	it('gives bigint as number, and refuses one that a number cannot hold', async () => {
		expect(
			await all(`select 9007199254740991::bigint as a, '{1,null,3}'::bigint[] as b, '{}'::bigint[] as c, date '2025-07-01' as d`),
		).toEqual([{ a: 9007199254740991, b: [1, null, 3], c: [], d: '2025-07-01' }]);
		await expect(db.pool.query('select 9007199254740993::bigint')).rejects.toThrow('select it as text');
	});

	it('rolls back what throws, and goes on', async () => {
		const failed = withTransaction(db, async (client) => {
			await client.query(`insert into setting values ('x', '1')`);
			throw new Error('no');
		});
		await expect(failed).rejects.toThrow('no');
		expect(await all('select * from setting')).toEqual([]);
		expect(await all('show timezone')).toEqual([{ TimeZone: 'UTC' }]);
	});
});
