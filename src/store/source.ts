import type pg from 'pg';
import { checkOneOf } from '../lib/codes.ts';
import { AppError } from '../lib/errors.ts';
import { ENCODINGS } from '../records/encoding.ts';
import { ENTITY, OP } from './change-log.ts';
import { type Database, withTransaction } from './database.ts';
import { readSource, type SourceRow } from './directory-read.ts';
import { rematchSource } from './doubles.ts';
import { cancelRun, heldError } from './harvest-run.ts';
import { markDirty, releaseChanges } from './intake.ts';
import { SHARES, SOURCE_KINDS } from './tables.ts';
import { logChange, touchSources } from './touch.ts';

type Db = Pick<Database, 'pool'>;

export interface NewSource {
	readonly library: string;
	readonly kind: string;
	readonly url: string;
	/** A metadataPrefix, or null: the best the provider offers. */
	readonly format?: string | null;
	readonly set?: string | null;
	/** Cron text, checked by the caller, in `timeZone`. */
	readonly schedule?: string | null;
	readonly timeZone?: string | null;
	readonly share?: string | null;
	/** URI of a licence. */
	readonly licence?: string | null;
	/** What its protocol needs, checked by the caller. */
	readonly settings?: Readonly<Record<string, unknown>>;
}

const DEFAULT_TIME_ZONE = 'Asia/Ho_Chi_Minh';
// Characters of metadataPrefix and setSpec in the schema of OAI-PMH 2.0.
const PREFIX = /^[A-Za-z0-9\-_.!~*'()]+$/;
const SET = /^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$/;
const CODE_LETTERS_MAX = 28;

function checkUrl(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url === undefined || !/^https?:$/.test(url.protocol)) {
		throw new AppError('usage', `"${text}" is no address of an OAI-PMH provider`, {
			hint: 'the base URL, for example https://thuvien.example.vn/oai',
		});
	}
	if (url.username !== '' || url.password !== '') {
		throw new AppError('usage', 'the address of a source must not hold a user and password: it is shown with its records', {
			hint: 'leave out what stands before @',
		});
	}
	if (url.searchParams.has('verb')) {
		throw new AppError('usage', `"${text}" is a request, not a base URL`, {
			hint: `leave out what stands after the question mark: ${url.origin}${url.pathname}`,
		});
	}
	url.hash = '';
	return url.href;
}

function checkPattern(what: string, text: string | null | undefined, pattern: RegExp, example: string): string | null {
	if (!text) return null;
	if (pattern.test(text) && text.length <= 1_000) return text;
	throw new AppError('usage', `${what} "${text}" has letters that OAI-PMH does not allow there`, { hint: `for example ${example}` });
}

function checkLicence(text: string | null | undefined): string | null {
	if (!text) return null;
	if (URL.canParse(text) && /^https?:/.test(text)) return text;
	throw new AppError('usage', `licence "${text}" is no URI`, { hint: 'for example https://creativecommons.org/publicdomain/zero/1.0/' });
}

/** A source of files has a schedule when it watches a folder; what it states of their encoding is one that is known. */
export function checkFileSource({ schedule, settings }: Pick<NewSource, 'schedule' | 'settings'>): void {
	if (schedule && settings?.['folder'] === undefined)
		throw new AppError('usage', 'a source of files has no schedule', {
			hint: 'its files are imported when they come: lienthong import FILE; with --folder a folder is watched',
		});
	const encoding = settings?.['encoding'];
	if (encoding !== undefined) checkOneOf('encoding', String(encoding), ENCODINGS);
}

/** Adds a source of a library and gives it as stored, with id and code. AppErrors usage, not-found (library), conflict (it was merged). */
export async function addSource(db: Db, source: NewSource): Promise<SourceRow> {
	const kind = checkOneOf('kind of source', source.kind, SOURCE_KINDS);
	const url = kind === 'oai-pmh' ? checkUrl(source.url) : source.url;
	const format = kind === 'oai-pmh' ? checkPattern('format', source.format, PREFIX, 'marc21 or oai_dc') : (source.format ?? null);
	if (kind === 'file') checkFileSource(source);
	const set = checkPattern('set', source.set, SET, 'books or theses:2024');
	const share = checkOneOf('share', source.share ?? 'full', SHARES);
	const licence = checkLicence(source.licence);
	const checked = { ...source, kind, url, format, set, share, licence };
	return await withTransaction(db, async (client) => {
		await lockLibraryOf(client, source.library);
		return await insertSource(client, checked);
	});
}

/** A source that was checked, in the transaction that locked its library. */
async function insertSource(client: pg.PoolClient, source: NewSource & { readonly share: string }): Promise<SourceRow> {
	const code = await freeCode(client, source.library);
	const { rows } = await client.query<{ id: number }>(
		`insert into source (code, library, kind, url, format, set_spec, schedule, time_zone, share, licence, settings)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
		[
			code,
			source.library,
			source.kind,
			source.url,
			source.format ?? null,
			source.set ?? null,
			source.schedule ?? null,
			source.timeZone ?? DEFAULT_TIME_ZONE,
			source.share,
			source.licence ?? null,
			JSON.stringify(source.settings ?? {}),
		],
	);
	const id = rows[0]?.id ?? 0;
	await logChange(client, ENTITY.source, id, OP.created);
	const row = await readSource(client, id);
	if (row === undefined) throw new Error(`source ${id} is not there after its insert`);
	return row;
}

/** The source of a library that its files belong to; undefined when it has sent none yet. AppErrors not-found, conflict (several). */
export async function fileSource(db: Pick<pg.Pool, 'query'>, library: string): Promise<number | undefined> {
	const { rows } = await db.query<{ id: number; code: string }>(
		"select id, code from source where library = $1 and kind = 'file' and removed_at is null order by id",
		[library],
	);
	if (rows.length < 2) return rows[0]?.id;
	throw new AppError('conflict', `library ${library} has ${rows.length} sources of files: ${rows.map((row) => row.code).join(', ')}`, {
		hint: 'say which one the file belongs to: --source CODE',
	});
}

/** The source that files of a library belong to, made with the first one. */
export async function ensureFileSource(db: Db, library: string): Promise<number> {
	const before = await fileSource(db.pool, library);
	if (before !== undefined) return before;
	return await withTransaction(db, async (client) => {
		await lockLibraryOf(client, library);
		// of two first files at once one makes it
		return (await fileSource(client, library)) ?? (await insertSource(client, { library, kind: 'file', url: '', share: 'full' })).id;
	});
}

/** Adds to the settings of a source; null takes one away. Its records are matched again when it has no doubles from now on, or may have. */
export async function setSourceSettings(db: Db, id: number, settings: Readonly<Record<string, unknown>>): Promise<void> {
	await withTransaction(db, async (client) => {
		const before = await hasNoDoubles(client, id);
		await client.query('update source set settings = jsonb_strip_nulls(settings || $2) where id = $1', [id, JSON.stringify(settings)]);
		if ((await hasNoDoubles(client, id)) !== before) await rematchSource(client, id);
	});
}

/**
 * From now on a source shares so much, under this licence ('' for none); what is undefined stays. All its records have new datestamps and are merged
 * again when something changed, so that whoever follows them has no more than may be had. AppError usage.
 */
export async function setSourceTerms(db: Db, id: number, terms: Pick<NewSource, 'share' | 'licence'>): Promise<void> {
	const share = terms.share == null ? null : checkOneOf('share', terms.share, SHARES);
	const licence = checkLicence(terms.licence);
	await withTransaction(db, async (client) => {
		const { rowCount } = await client.query(
			`update source set share = coalesce($2, share), licence = case when $3 then $4 else licence end
			where id = $1 and (share <> coalesce($2, share) or $3 and licence is distinct from $4)`,
			[id, share, terms.licence != null, licence],
		);
		if (rowCount === 0) return;
		await touchSources(client, [id]);
		await logChange(client, ENTITY.source, id, OP.updated);
	});
}

/** Whether a source is set to have no doubles; nobody else sets it until the end of the transaction. */
async function hasNoDoubles(client: pg.PoolClient, id: number): Promise<boolean> {
	const { rows } = await client.query<{ set: boolean }>(
		`select coalesce(settings -> 'noDoubles' = 'true', false) as set from source where id = $1 for update`,
		[id],
	);
	return rows[0]?.set === true;
}

/**
 * From now on the source is read from there, whole: its records stay what they are until then. A run that was cut off is cancelled. AppErrors
 * usage, busy (a harvest is under way), held.
 */
export async function moveSource(
	db: Db,
	id: number,
	to: Required<Pick<NewSource, 'kind' | 'url' | 'format' | 'set' | 'settings'>>,
): Promise<void> {
	const url = to.kind === 'oai-pmh' ? checkUrl(to.url) : to.url;
	const format = to.kind === 'oai-pmh' ? checkPattern('format', to.format, PREFIX, 'marc21 or oai_dc') : to.format;
	const set = checkPattern('set', to.set, SET, 'books or theses:2024');
	await withTransaction(db, async (client) => {
		const before = await hasNoDoubles(client, id);
		const { rowCount } = await client.query(
			`update source set kind = $2, url = $3, format = $4, set_spec = $5, settings = $6, harvested_until = null, not_before = null,
				schedule = case when $2 = 'file' and not $6::jsonb ? 'folder' then null else schedule end,
				due_at = case when $2 = 'file' and not $6::jsonb ? 'folder' then null else due_at end
			where id = $1 and (lease_until is null or lease_until < clock_timestamp())`,
			[id, to.kind, url, format, set, JSON.stringify(to.settings)],
		);
		if (rowCount === 0)
			throw new AppError('busy', `source ${id} is being harvested`, {
				hint: 'wait for the harvest to end; lienthong runs shows how far it is',
			});
		const { rows } = await client.query<{ id: number; state: string }>(
			"select id, state from run where source_id = $1 and state in ('running', 'held')",
			[id],
		);
		for (const run of rows) {
			if (run.state === 'held') throw heldError(id, run.id);
			await cancelRun(client, run.id);
		}
		if ((await hasNoDoubles(client, id)) !== before) await rematchSource(client, id);
		await logChange(client, ENTITY.source, id, OP.updated);
	});
}

/** Locks the library, so that two sources added at once get different codes. */
async function lockLibraryOf(client: pg.PoolClient, code: string): Promise<void> {
	const { rows } = await client.query<{ merged_into: string | null }>('select merged_into from library where code = $1 for update', [code]);
	const library = rows[0];
	if (library === undefined) {
		throw new AppError('not-found', `there is no library ${code}`, {
			hint: 'add it first: lienthong library add --code C --name N --kind K',
		});
	}
	if (library.merged_into === null) return;
	throw new AppError('conflict', `library ${code} was merged into ${library.merged_into}`, {
		hint: `add the source to ${library.merged_into}`,
	});
}

/** The library's code in lower case, -2, -3 … for further ones, those of removed sources included. Never only digits: those are ids. */
async function freeCode(client: pg.PoolClient, library: string): Promise<string> {
	await client.query('lock table source in share row exclusive mode');
	const short = library.toLowerCase().slice(0, CODE_LETTERS_MAX);
	const base = /^\d+$/.test(short) ? `s${short}` : short;
	const { rows } = await client.query<{ code: string }>(`select code from source where code = $1 or starts_with(code, $1 || '-')`, [base]);
	const taken = new Set(rows.map((row) => row.code));
	if (!taken.has(base)) return base;
	let number = 2;
	while (taken.has(`${base}-${number}`)) number++;
	return `${base}-${number}`;
}

/** The id of the source with this id or code, removed ones included. AppError not-found. */
export async function sourceId(db: Pick<pg.Pool, 'query'>, idOrCode: string): Promise<number> {
	const { rows } = await db.query<{ id: number }>('select id from source where code = $1 or id::text = $1', [idOrCode]);
	if (rows[0] !== undefined) return rows[0].id;
	throw new AppError('not-found', `there is no source ${idOrCode}`, {
		hint: 'lienthong source list shows the sources with their ids and codes',
	});
}

/**
 * Removes a source: its records are deleted everywhere, and the union becomes what it would be without it. A harvest under way
 * is fenced off. Gives the number of records deleted. AppErrors not-found, conflict (removed already).
 */
export async function removeSource(db: Db, idOrCode: string): Promise<number> {
	const id = await sourceId(db.pool, idOrCode);
	return await withTransaction(db, async (client) => {
		const { rowCount } = await client.query(
			`update source set removed_at = now(), due_at = null, fence = fence + 1, lease_holder = null, lease_until = null
			where id = $1 and removed_at is null`,
			[id],
		);
		if (rowCount === 0) throw new AppError('conflict', `source ${idOrCode} was removed before`, { hint: 'nothing is left to do' });
		await client.query(
			`update run set state = 'cancelled', finished_at = now() where source_id = $1 and state in ('running', 'held', 'queued')`,
			[id],
		);
		const { rows } = await client.query<{ id: number; no: number }>(
			'select id, current_no as no from source_record where source_id = $1 and seq > 0 and not deleted order by id',
			[id],
		);
		await markDirty(
			client,
			rows.map((row) => row.id),
			1,
		);
		await releaseChanges(
			client,
			rows.map((row) => ({ ...row, deleted: true })),
		);
		await logChange(client, ENTITY.source, id, OP.deleted);
		return rows.length;
	});
}
