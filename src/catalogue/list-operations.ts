import { createHash } from 'node:crypto';
import { type ChangeRow, readChanges } from '../store/change-read.ts';
import * as store from '../store/directory-read.ts';
import { type ParkedRow, readParked } from '../store/parked.ts';
import { cutPage, type ListPage } from './list-libraries.ts';
import type { Reading } from './reading.ts';

export type { ChangeRow } from '../store/change-read.ts';
export type { RunRow, SourceRow } from '../store/directory-read.ts';

type Db = Pick<Reading, 'database'>;
interface Newest {
	readonly before: number | null;
	readonly limit: number;
}

export async function listSources(
	{ database }: Db,
	{ library, after, limit }: { readonly library: string | null; readonly after: number | null; readonly limit: number },
): Promise<ListPage<number> & { readonly sources: readonly store.SourceRow[] }> {
	const { rows, next } = cutPage(await store.readSources(database, library, after ?? 0, limit + 1), limit, (row) => row.id);
	return { sources: rows, next };
}

export const showSource = ({ database }: Db, id: number): Promise<store.SourceRow | undefined> => store.readSource(database, id);

export async function listRuns(
	{ database }: Db,
	{ source, before, limit }: Newest & { readonly source: number | null },
): Promise<ListPage<number> & { readonly runs: readonly store.RunRow[] }> {
	const rows = await store.readRuns(database, source, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
	const page = cutPage(rows, limit, (row) => row.id);
	return { runs: page.rows, next: page.next };
}

export const showRun = ({ database }: Db, id: number): Promise<store.RunRow | undefined> => store.readRun(database, id);

/** The source of a run, which may have been removed since. */
export const sourceOfRun = ({ database }: Db, id: number): Promise<{ readonly id: number; readonly code: string } | undefined> =>
	store.readSourceOfRun(database, id);

export async function listQuarantine(
	{ database }: Db,
	{ source, run, before, limit }: Newest & { readonly source: number | null; readonly run: number | null },
): Promise<ListPage<number> & { readonly entries: readonly store.QuarantineRow[] }> {
	const rows = await store.readQuarantine(database, { source, run }, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
	const page = cutPage(rows, limit, (row) => row.id);
	return { entries: page.rows, next: page.next };
}

export const showQuarantined = ({ database }: Db, id: number): Promise<Buffer | undefined> => store.readQuarantineBody(database, id);

/** Union records that the search index refused, by number. */
export const listParked = async ({ database, engine }: Reading, after: number, limit: number): Promise<readonly ParkedRow[]> =>
	await readParked(database, await engine.indexName(), after, limit);

/** Changes after a number, in order; `last` is the number to go on after. */
export async function listChanges(
	{ database }: Db,
	{ after, limit }: { readonly after: number; readonly limit: number },
): Promise<{ readonly changes: readonly ChangeRow[]; readonly more: boolean; readonly last: number }> {
	const rows = await readChanges(database, after, limit + 1);
	const changes = rows.slice(0, limit);
	return { changes, more: rows.length > limit, last: changes.at(-1)?.seq ?? after };
}

export type { Caller } from '../store/directory-read.ts';

/** Whom an API key as sent was made for; undefined when it is unknown or revoked. Only its SHA-256 is stored. */
export const callerWithKey = ({ database }: Db, key: string): Promise<store.Caller | undefined> =>
	store.readCaller(database, createHash('sha256').update(key, 'utf8').digest());
