import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/store/database.ts';
import { migrate, readMigrations } from '../src/store/migrate.ts';
import { emptyDatabase, type TestDatabase } from './support/postgres.ts';

const open: TestDatabase[] = [];
const folders: string[] = [];

async function fresh(): Promise<Database> {
	const made = await emptyDatabase();
	open.push(made);
	return made.database;
}

async function folderWith(files: Record<string, string>): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
	folders.push(folder);
	await mkdir(folder, { recursive: true });
	for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
	return folder;
}

/** All columns, indexes and constraints, in an order of their own. */
async function schemaOf(database: Database): Promise<string[]> {
	const { rows } = await database.pool.query<{ line: string }>(`
		select format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) line from information_schema.columns where table_schema = 'public'
		union all select indexdef from pg_indexes where schemaname = 'public'
		union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
		order by 1`);
	return rows.map((row) => row.line);
}

afterAll(async () => {
	for (const made of open) await made.drop();
	for (const folder of folders) await rm(folder, { recursive: true });
});

describe('migrations', () => {
	let fromEmpty: string[];

	beforeAll(async () => {
		const database = await fresh();
		await migrate(database);
		fromEmpty = await schemaOf(database);
	});

	it('run from an empty database, once', async () => {
		const database = await fresh();
		const all = (await readMigrations()).map((migration) => migration.name);
		expect(await migrate(database)).toEqual(all);
		expect(await migrate(database)).toEqual([]);
		expect(fromEmpty.some((line) => line.startsWith('source_record.'))).toBe(true);
	});

	it('lead from every earlier schema to the same one', async () => {
		const all = await readMigrations();
		for (let known = 1; known < all.length; known++) {
			const database = await fresh();
			await migrate(database, await folderWith(Object.fromEntries(all.slice(0, known).map((one) => [one.name, one.sql]))));
			expect(await migrate(database)).toEqual(all.slice(known).map((one) => one.name));
			expect(await schemaOf(database)).toEqual(fromEmpty);
		}
	});

	it('run once when several processes start together', async () => {
		const database = await fresh();
		const ran = await Promise.all([migrate(database), migrate(database), migrate(database)]);
		expect(ran.flat()).toEqual((await readMigrations()).map((migration) => migration.name));
	});

	it('refuse a database from a newer version', async () => {
		const database = await fresh();
		await migrate(database, await folderWith({ '0001-a.sql': 'create table a ()', '0002-b.sql': 'create table b ()' }));
		const older = await folderWith({ '0001-a.sql': 'create table a ()' });
		await expect(migrate(database, older)).rejects.toMatchObject({ code: 'schema-newer', message: expect.stringContaining('0002-b.sql') });
	});

	it('refuse an edited file, and take another kind of line ends for no edit', async () => {
		const database = await fresh();
		await migrate(database, await folderWith({ '0001-a.sql': 'create table a ();\n-- end\n' }));
		expect(await migrate(database, await folderWith({ '0001-a.sql': 'create table a ();\r\n-- end\r\n' }))).toEqual([]);
		await expect(migrate(database, await folderWith({ '0001-a.sql': 'create table a (x int);\n' }))).rejects.toMatchObject({
			code: 'database',
			message: expect.stringContaining('0001-a.sql'),
		});
	});

	it('refuse a gap and a repeat in the numbers', async () => {
		await expect(readMigrations(await folderWith({ '0001-a.sql': '', '0003-c.sql': '' }))).rejects.toThrow('expected 0002-name.sql');
		await expect(readMigrations(await folderWith({ '0001-a.sql': '', '0001-b.sql': '' }))).rejects.toThrow('expected 0002-name.sql');
	});

	it('keep nothing of one that fails', async () => {
		const database = await fresh();
		const broken = await folderWith({ '0001-a.sql': 'create table a ()', '0002-b.sql': 'create table b (); select nonsense' });
		await expect(migrate(database, broken)).rejects.toMatchObject({ code: 'database', message: expect.stringContaining('0002-b.sql') });
		const { rows } = await database.pool.query(`select to_regclass('a') a, to_regclass('b') b, (select count(*) from schema_migration) n`);
		expect(rows[0]).toEqual({ a: 'a', b: null, n: 1 });
	});
});
