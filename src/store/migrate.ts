import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { type Database, databaseError } from './database.ts';

export interface Migration {
	readonly number: number;
	readonly name: string;
	readonly sql: string;
	/** SHA-256 of the text with \n line ends, hex. */
	readonly hash: string;
}

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));

// Any number will do, as long as nobody else locks the same; this one spells "lthg".
const MIGRATION_LOCK = 0x6c746867;
const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;

/** Reads migrations/NNNN-name.sql in order; AppError `internal` when a number is missing or used twice. */
export async function readMigrations(folder = MIGRATIONS_FOLDER): Promise<Migration[]> {
	const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
	return Promise.all(
		names.map(async (name, index) => {
			const match = FILE_NAME.exec(name);
			if (match === null || Number(match[1]) !== index + 1) {
				const wanted = String(index + 1).padStart(4, '0');
				throw new AppError('internal', `migrations/${name}: expected ${wanted}-name.sql here`, {
					hint: 'migrations are numbered from 0001 without gaps or repeats; restore or rename the file',
				});
			}
			const sql = (await readFile(`${folder}/${name}`, 'utf8')).replaceAll('\r\n', '\n');
			return { number: index + 1, name, sql, hash: createHash('sha256').update(sql).digest('hex') };
		}),
	);
}

/**
 * Brings the schema to the newest migration, each in its own transaction together with its number; waits for another process
 * that is doing the same. Gives the names of the migrations that it ran.
 * AppError `schema-newer` when the database is ahead of these files, `database` when a migration that ran there differs from its file.
 */
export async function migrate(db: Pick<Database, 'pool'>, folder = MIGRATIONS_FOLDER): Promise<string[]> {
	const migrations = await readMigrations(folder);
	const client = await db.pool.connect().catch((error: unknown) => {
		throw databaseError(error);
	});
	try {
		await client.query('set statement_timeout = 0');
		await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
		return await runPending(client, migrations);
	} catch (error) {
		throw databaseError(error);
	} finally {
		// The lock and the setting end with the session.
		client.release(true);
	}
}

async function runPending(client: pg.PoolClient, migrations: readonly Migration[]): Promise<string[]> {
	await client.query(
		`create table if not exists schema_migration (
			number int primary key, name text not null, hash text not null, applied_at timestamptz not null default now())`,
	);
	const { rows } = await client.query<{ number: number; name: string; hash: string }>(
		'select number, name, hash from schema_migration order by number',
	);
	checkApplied(rows, migrations);
	const pending = migrations.slice(rows.length);
	for (const migration of pending) await runOne(client, migration);
	return pending.map((migration) => migration.name);
}

function checkApplied(applied: readonly { number: number; name: string; hash: string }[], migrations: readonly Migration[]): void {
	const last = applied.at(-1);
	if (last !== undefined && last.number > migrations.length) {
		throw new AppError('schema-newer', `the database is at schema ${last.number} (${last.name}); this program knows ${migrations.length}`, {
			hint: 'a newer lienthong has used this database: run that version, or restore a backup from before the upgrade',
		});
	}
	applied.forEach((row, index) => {
		const migration = migrations[index];
		if (row.number === index + 1 && migration?.hash === row.hash) return;
		const what =
			row.number === index + 1
				? `${row.name} was run with another content than migrations/${migration?.name} has`
				: `migration ${index + 1} is missing`;
		throw new AppError('database', `the schema of the database is not one that this program made: ${what}`, {
			hint: 'migrations that have run are never edited: restore the file, or start with an empty database',
		});
	});
}

async function runOne(client: pg.PoolClient, migration: Migration): Promise<void> {
	try {
		await client.query('begin');
		await client.query(migration.sql);
		await client.query('insert into schema_migration (number, name, hash) values ($1, $2, $3)', [
			migration.number,
			migration.name,
			migration.hash,
		]);
		await client.query('commit');
	} catch (error) {
		await client.query('rollback').catch(() => undefined);
		throw new AppError('database', `migrations/${migration.name} failed: ${error instanceof Error ? error.message : error}`, {
			hint: 'nothing of it was kept; the schema is still that of the migration before it',
			cause: error,
		});
	}
}
