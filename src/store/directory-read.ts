import type pg from 'pg';
import { HOLDINGS_KIND } from '../records/bib.ts';
import type { Ledger } from './harvest-run.ts';

type Db = Pick<pg.Pool, 'query'>;

/** Reads for the lists of the REST API: each by key after a position, so that every page costs the same. */
export interface LibraryRow {
	readonly code: string;
	readonly name: string;
	readonly kind: string;
	readonly mergedInto: string | null;
	/** The area it stands in today. */
	readonly area: string | null;
	/** Live source records of its sources, holdings records not counted. */
	readonly records: number;
}

const LIBRARY = `select l.code, l.name, l.kind, l.merged_into as "mergedInto",
	(select la.area from library_area la where la.library = l.code and la.since <= current_date order by la.since desc limit 1) as area,
	(select count(*) from source s join source_record r on r.source_id = s.id
		where s.library = l.code and r.seq > 0 and not r.deleted and not r.suppressed and r.kind <> ${HOLDINGS_KIND})::float8 as records
	from library l`;

export async function readLibraries(db: Db, after: string, limit: number): Promise<LibraryRow[]> {
	const { rows } = await db.query<LibraryRow>(`${LIBRARY} where l.code > $1 order by l.code limit $2`, [after, limit]);
	return rows;
}

export async function readLibrary(db: Db, code: string): Promise<LibraryRow | undefined> {
	const { rows } = await db.query<LibraryRow>(`${LIBRARY} where l.code = $1`, [code]);
	return rows[0];
}

export interface AreaRow {
	readonly code: string;
	readonly kind: string;
	readonly nameVi: string;
	readonly nameEn: string;
	readonly parent: string | null;
	readonly validFrom: string | null;
	readonly validUntil: string | null;
	readonly successor: string | null;
}

const AREA = `select code, kind, name_vi as "nameVi", name_en as "nameEn", parent, valid_from::text as "validFrom",
	valid_until::text as "validUntil", successor from area`;

export async function readAreas(db: Db, parent: string | null, after: string, limit: number): Promise<AreaRow[]> {
	const { rows } = await db.query<AreaRow>(`${AREA} where code > $1 and ($2::text is null or parent = $2) order by code limit $3`, [
		after,
		parent,
		limit,
	]);
	return rows;
}

export async function readArea(db: Db, code: string): Promise<AreaRow | undefined> {
	return (await db.query<AreaRow>(`${AREA} where code = $1`, [code])).rows[0];
}

export interface SourceRow {
	readonly id: number;
	readonly code: string;
	readonly library: string;
	readonly kind: string;
	readonly url: string;
	readonly format: string | null;
	readonly setSpec: string | null;
	readonly share: 'none' | 'metadata' | 'full';
	readonly licence: string | null;
	readonly schedule: string | null;
	readonly timeZone: string;
	readonly settings: Readonly<Record<string, unknown>>;
	readonly harvestedUntilMs: number | null;
	readonly dueAtMs: number | null;
	readonly createdAtMs: number;
	readonly removedAtMs: number | null;
}

const ms = (column: string, name: string): string => `extract(epoch from ${column})::float8 * 1000 as "${name}"`;
/** Passwords are for the harvest alone. */
const SHOWN_SETTINGS = "settings - '{password,open,credentials}'::text[]";
const SOURCE = `select id, code, library, kind, url, format, set_spec as "setSpec", share, licence, schedule, time_zone as "timeZone", ${SHOWN_SETTINGS} as settings,
	${ms('harvested_until', 'harvestedUntilMs')}, ${ms('due_at', 'dueAtMs')}, ${ms('created_at', 'createdAtMs')}, ${ms('removed_at', 'removedAtMs')}
	from source`;

export async function readSources(db: Db, library: string | null, after: number, limit: number): Promise<SourceRow[]> {
	const { rows } = await db.query<SourceRow>(`${SOURCE} where id > $1 and ($2::text is null or library = $2) order by id limit $3`, [
		after,
		library,
		limit,
	]);
	return rows;
}

export async function readSource(db: Db, id: number): Promise<SourceRow | undefined> {
	const { rows } = await db.query<SourceRow>(`${SOURCE} where id = $1`, [id]);
	return rows[0];
}

export interface RunRow extends Readonly<Ledger> {
	readonly id: number;
	readonly source: string;
	readonly mode: 'full' | 'incremental';
	readonly state: string;
	readonly startedAtMs: number;
	readonly finishedAtMs: number | null;
	readonly pages: number;
	readonly notes: Readonly<Record<string, unknown>>;
	readonly error: Readonly<Record<string, unknown>> | null;
}

const RUN = `select r.id::float8 as id, s.code as source, r.mode, r.state, ${ms('r.started_at', 'startedAtMs')}, ${ms('r.finished_at', 'finishedAtMs')},
	r.pages, r.listed, r.created, r.updated, r.unchanged, r.deleted, r.quarantined, r.repeated, r.ignored, r.vanished, r.notes, r.error
	from run r join source s on s.id = r.source_id`;

/** Newest first: runs with ids below `before`. */
export async function readRuns(db: Db, source: number | null, before: number, limit: number): Promise<RunRow[]> {
	const { rows } = await db.query<RunRow>(`${RUN} where r.id < $1 and ($2::int is null or r.source_id = $2) order by r.id desc limit $3`, [
		before,
		source,
		limit,
	]);
	return rows;
}

export async function readRun(db: Db, id: number): Promise<RunRow | undefined> {
	const { rows } = await db.query<RunRow>(`${RUN} where r.id = $1`, [id]);
	return rows[0];
}

export async function readSourceOfRun(db: Db, id: number): Promise<{ readonly id: number; readonly code: string } | undefined> {
	const { rows } = await db.query<{ id: number; code: string }>(
		'select s.id, s.code from run r join source s on s.id = r.source_id where r.id = $1',
		[id],
	);
	return rows[0];
}

export interface QuarantineRow {
	readonly id: number;
	readonly run: number;
	readonly source: string;
	readonly identifier: string | null;
	readonly atMs: number;
	readonly code: string;
	readonly reason: string;
	readonly bytes: number;
}

const QUARANTINE = `select q.id::float8 as id, q.run_id::float8 as run, s.code as source, q.identifier, ${ms('q.at', 'atMs')}, q.code, q.reason,
	length(q.body) as bytes from quarantine q join source s on s.id = q.source_id`;

/** Newest first: entries with ids below `before`. */
export async function readQuarantine(
	db: Db,
	only: { readonly source: number | null; readonly run: number | null },
	before: number,
	limit: number,
): Promise<QuarantineRow[]> {
	const { rows } = await db.query<QuarantineRow>(
		`${QUARANTINE} where q.id < $1 and ($2::int is null or q.source_id = $2) and ($3::bigint is null or q.run_id = $3) order by q.id desc limit $4`,
		[before, only.source, only.run, limit],
	);
	return rows;
}

/** The bytes that could not be read, as received. */
export async function readQuarantineBody(db: Db, id: number): Promise<Buffer | undefined> {
	const { rows } = await db.query<{ body: Buffer }>('select body from quarantine where id = $1', [id]);
	return rows[0]?.body;
}

/** A record that a run could not read, its bytes as received. */
export interface RefusedRow {
	readonly id: number;
	readonly code: string;
	readonly reason: string;
	readonly body: Buffer;
}

/** What a run put in quarantine, in its order, after an id. */
export async function refusedRows(db: Db, run: number, after: number, limit: number): Promise<RefusedRow[]> {
	const { rows } = await db.query<RefusedRow>(
		'select id, code, reason, body from quarantine where run_id = $1 and id > $2 order by id limit $3',
		[run, after, limit],
	);
	return rows;
}

/** Whom a key was made for, and what it lets them do. */
export interface Caller {
	readonly name: string;
	readonly role: string;
}

/** Whom the key with this hash (SHA-256) was made for; undefined unless it is in force. */
export async function readCaller(db: Db, hash: Uint8Array): Promise<Caller | undefined> {
	const { rows } = await db.query<Caller>('select name, role from api_key where hash = $1 and revoked_at is null', [hash]);
	return rows[0];
}
