import type pg from 'pg';
import { checkCode, checkDay, checkName, checkOneOf } from '../lib/codes.ts';
import { AppError } from '../lib/errors.ts';
import { ENTITY, OP } from './change-log.ts';
import { withKeys } from './conflict.ts';
import { type Database, withTransaction } from './database.ts';
import { LIBRARY_KINDS } from './tables.ts';
import { logChange, remergeSources, touchSources } from './touch.ts';

type Db = Pick<Database, 'pool'>;

export interface NewLibrary {
	readonly code: string;
	readonly name: string;
	/** province, district, school or other. */
	readonly kind: string;
	/** Code of the area it stands in, since `since` (a day; today when left out). */
	readonly area?: string | null;
	readonly since?: string | null;
}

interface LibraryState {
	readonly number: number;
	readonly mergedInto: string | null;
}

/** Locks a library's row; AppError not-found when there is none. */
async function lockLibrary(client: pg.PoolClient, code: string): Promise<LibraryState> {
	const { rows } = await client.query<LibraryState>('select number, merged_into as "mergedInto" from library where code = $1 for update', [
		code,
	]);
	if (rows[0] !== undefined) return rows[0];
	throw new AppError('not-found', `there is no library ${code}`, { hint: 'lienthong library list shows the libraries with their codes' });
}

async function lockLiving(client: pg.PoolClient, code: string): Promise<LibraryState> {
	const library = await lockLibrary(client, code);
	if (library.mergedInto === null) return library;
	throw new AppError('conflict', `library ${code} was merged into ${library.mergedInto}`, { hint: `use ${library.mergedInto}` });
}

/** Adds a library; its code is never used again. AppErrors usage, conflict (code taken), not-found (area). */
export async function addLibrary(db: Db, library: NewLibrary): Promise<void> {
	const code = checkCode('a library', library.code);
	const name = checkName('a library', library.name);
	const kind = checkOneOf('kind of library', library.kind, LIBRARY_KINDS);
	const taken = new AppError('conflict', `there is a library ${code} already`, {
		hint: 'codes are never used again; lienthong library list shows them',
	});
	await withTransaction(db, async (client) => {
		const insert = (): Promise<pg.QueryResult<{ number: number }>> =>
			client.query('insert into library (code, name, kind) values ($1, $2, $3) returning number', [code, name, kind]);
		const { rows } = await withKeys(insert, { taken });
		if (library.area) await placeLibrary(client, code, library.area, library.since ?? null);
		await logChange(client, ENTITY.library, rows[0]?.number ?? 0, OP.created);
	});
}

async function placeLibrary(client: pg.PoolClient, code: string, area: string, since: string | null): Promise<void> {
	const day = since === null ? null : checkDay('since', since);
	const missing = new AppError('not-found', `there is no area ${area}`, { hint: 'add it first: lienthong area add' });
	const write = (): Promise<unknown> =>
		client.query(
			`insert into library_area (library, area, since) values ($1, $2, coalesce($3, current_date))
			on conflict (library, since) do update set area = excluded.area`,
			[code, area, day],
		);
	await withKeys(write, { missing });
}

/** Moves a library to another area from a day on (today when null); its records change their sets. */
export async function moveLibrary(db: Db, code: string, area: string, since: string | null): Promise<void> {
	await withTransaction(db, async (client) => {
		const { number } = await lockLiving(client, code);
		await placeLibrary(client, code, area, since);
		await remergeSources(client, await sourcesOf(client, code));
		await logChange(client, ENTITY.library, number, OP.updated);
	});
}

export async function renameLibrary(db: Db, code: string, name: string): Promise<void> {
	const text = checkName('a library', name);
	await withTransaction(db, async (client) => {
		const { number } = await lockLiving(client, code);
		await client.query('update library set name = $2 where code = $1', [code, text]);
		await logChange(client, ENTITY.library, number, OP.updated);
	});
}

/**
 * Makes one library part of another: sources and their records go over; the old code stays and leads there. All records of both have new
 * datestamps, so that whoever follows either address gets what it lists from now on.
 * Gives the number of records that went over. AppErrors not-found, usage (into itself), conflict (merged already, a harvest is on).
 */
export async function mergeLibrary(db: Db, code: string, into: string): Promise<number> {
	if (code === into)
		throw new AppError('usage', `library ${code} cannot be merged into itself`, { hint: 'name another library with --into' });
	return await withTransaction(db, async (client) => {
		// in one order, so that two merges at once do not wait for each other
		const locked = new Map<string, LibraryState>();
		for (const one of [code, into].sort()) locked.set(one, await lockLiving(client, one));
		const sources = await sourcesOf(client, code);
		await client.query('update source set library = $2 where library = $1', [code, into]);
		await client.query('update library set merged_into = $2 where code = $1 or merged_into = $1', [code, into]);
		const { rows } = await client.query<{ n: number }>('select count(*) as n from source_record where source_id = any($1) and seq > 0', [
			sources,
		]);
		await touchSources(client, await sourcesOf(client, into));
		await logChange(client, ENTITY.library, locked.get(code)?.number ?? 0, OP.redirected);
		return rows[0]?.n ?? 0;
	});
}

async function sourcesOf(client: pg.PoolClient, library: string): Promise<number[]> {
	const { rows } = await client.query<{ id: number }>('select id from source where library = $1 order by id', [library]);
	return rows.map((row) => row.id);
}
