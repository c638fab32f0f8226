import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import pg from 'pg';
import { expect, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { ensureDatabase } from '../../src/store/embedded-postgres.ts';
import { migrate, readMigrations } from '../../src/store/migrate.ts';
import { failures } from './failures.ts';
import { KEEP_MARK, TEST_SETTINGS } from './postgres-folder.ts';

export interface TestDatabase {
	readonly url: string;
	readonly database: Database;
	/** For afterAll: closes the pool and drops the database, or keeps it and says where it is when a test of the file failed. */
	drop(): Promise<void>;
}

// Any number, the same in all test files.
const TEMPLATE_LOCK = 7_461;

let server: Promise<string> | undefined;

/** A server for tests: TEST_DATABASE_URL, or the embedded Postgres that all test files of a run share. */
function testServer(): Promise<string> {
	const given = process.env['TEST_DATABASE_URL'];
	// Never released: the last word is global-setup's, so that it does not stop and start between test files.
	server ??= given
		? Promise.resolve(given)
		: ensureDatabase({ databaseUrl: null, dataDir: inject('postgresFolder') }, () => undefined, TEST_SETTINGS).then((handle) => handle.url);
	return server;
}

const withName = (url: string, name: string): string => url.replace(/(\/\/[^/]*)\/[^?]*/, `$1/${name}`);

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: await testServer() });
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}

/** The migrated database that others are copied from, made once for each state of the migrations. */
async function ensureTemplate(): Promise<string> {
	const all = (await readMigrations()).map((migration) => migration.hash).join();
	const name = `lienthong_template_${createHash('sha256').update(all).digest('hex').slice(0, 12)}`;
	await onServer(async (client) => {
		await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
		const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
		if (rowCount === 1) return;
		await client.query(`drop database if exists ${name}_new with (force)`);
		await client.query(`create database ${name}_new template template0 encoding 'UTF8'`);
		const half = openDatabase(withName(await testServer(), `${name}_new`), { max: 1, applicationName: 'test-template' });
		try {
			await migrate(half);
		} finally {
			await half.close();
		}
		await client.query(`alter database ${name}_new rename to ${name}`);
	});
	return name;
}

/** An empty database without a schema, for tests of migrations. */
export async function emptyDatabase(): Promise<TestDatabase> {
	return await createFrom('template0');
}

/** A migrated database of its own, for one test file: call in beforeAll, and `drop` in afterAll. */
export async function testDatabase(): Promise<TestDatabase> {
	return await createFrom(await ensureTemplate());
}

/** A copy of another test database, which nobody may be connected to. */
export async function copyOf(original: TestDatabase): Promise<TestDatabase> {
	return await createFrom(/\/\/[^/]*\/([^?]*)/.exec(original.url)?.[1] ?? '');
}

async function createFrom(template: string): Promise<TestDatabase> {
	const file = basename(expect.getState().testPath ?? 'test', '.test.ts').replaceAll(/[^a-z0-9]+/g, '_');
	const name = `t_${file.slice(0, 40)}_${randomBytes(4).toString('hex')}`;
	await onServer((client) => client.query(`create database ${name} template ${template} encoding 'UTF8'`));
	const url = withName(await testServer(), name);
	const database = openDatabase(url, { max: 10, applicationName: name });
	return {
		url,
		database,
		drop: async () => {
			await database.close();
			if (failures.count === 0) {
				await onServer((client) => client.query(`drop database ${name} with (force)`));
				return;
			}
			if (!process.env['TEST_DATABASE_URL']) writeFileSync(join(inject('postgresFolder'), KEEP_MARK), '');
			console.error(`kept for a look, since a test failed: database ${name}`);
		},
	};
}
