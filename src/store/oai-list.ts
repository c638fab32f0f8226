import type pg from 'pg';
import { numberArray } from '../lib/number-array.ts';
import { HOLDINGS_KIND } from '../records/bib.ts';
import { CHANGE_LOCK } from './change-log.ts';

/** Raw text of every column: bodies are hex, arrays `{1,2}`; the callers of hot lists read them themselves. */
const RAW = { getTypeParser: () => (value: string) => value };

/** A part of a list: after a position, up to a datestamp, of these sets (ids of oai_set; null: all). */
export interface ListWindow {
	readonly after: { readonly stampMs: number; readonly seq: number };
	readonly endMs: number;
	readonly sets: readonly number[] | null;
	readonly limit: number;
}

export interface UnionListRow {
	readonly id: number;
	readonly seq: number;
	readonly stampMs: number;
	/** Live and shared. */
	readonly live: boolean;
	/** In one of the sets asked for now, not only in the past. */
	readonly inSets: boolean;
	/** Postgres array text of ids of oai_set. */
	readonly sets: string;
	readonly pastSets: string;
	/** null in a list of headers, and for what is not live. */
	readonly body: Buffer | null;
}

export interface SourceListRow {
	readonly id: number;
	readonly seq: number;
	readonly stampMs: number;
	readonly live: boolean;
	readonly sourceId: number;
	readonly identifier: string;
	/** The provider's own datestamp. */
	readonly providerMs: number | null;
	readonly receivedMs: number;
	readonly body: Buffer | null;
}

const bytes = (hex: string | null): Buffer | null => (hex === null ? null : Buffer.from(hex.slice(2), 'hex'));

const msOrNull = (seconds: string | null | undefined): number | null => (seconds ? Number(seconds) * 1000 : null);

const SECONDS = 'extract(epoch from stamp)::bigint';
const UNION_COLUMNS = `select id, seq, ${SECONDS}, state = 'live' and shared`;
const WITH_BODY = `case when state = 'live' and shared then body end`;
const RANGE = '(stamp, seq) > (to_timestamp($1::float8), $2::bigint) and stamp <= to_timestamp($3::float8)';
const IN_SETS = `(sets || collections || past_sets) && $4::int[]`;
const SETS = 'sets || collections';

const UNION_PAGE = {
	headers: `${UNION_COLUMNS}, true, ${SETS}, past_sets, null from union_record where ${RANGE} order by stamp, seq limit $4`,
	records: `${UNION_COLUMNS}, true, ${SETS}, past_sets, ${WITH_BODY} from union_record where ${RANGE} order by stamp, seq limit $4`,
	headersOfSets: `${UNION_COLUMNS}, (${SETS}) && $4::int[], ${SETS}, past_sets, null from union_record where ${RANGE} and ${IN_SETS} order by stamp, seq limit $5`,
	recordsOfSets: `${UNION_COLUMNS}, (${SETS}) && $4::int[], ${SETS}, past_sets, case when (${SETS}) && $4::int[] then ${WITH_BODY} end
		from union_record where ${RANGE} and ${IN_SETS} order by stamp, seq limit $5`,
} as const;

const range = (window: ListWindow): (number | string)[] => [window.after.stampMs / 1000, window.after.seq, window.endMs / 1000];

/**
 * Waits for whoever is giving change numbers, then reads the clock, in milliseconds. A snapshot taken after this shows every change
 * with an earlier datestamp, and no later one will get a datestamp before this time (design: change log).
 */
export async function readResponseDate(client: pg.ClientBase): Promise<number> {
	const { rows } = await client.query<{ now: string }>({
		name: 'oai-response-date',
		text: `with waited as materialized (select pg_advisory_xact_lock_shared(${CHANGE_LOCK}))
			select extract(epoch from clock_timestamp())::text as now from waited`,
	});
	return Math.floor(Number(rows[0]?.now) * 1000);
}

/** One page of the union by (datestamp, change number), by index range however deep in the list. */
export async function readUnionPage(client: pg.ClientBase, window: ListWindow, withBody: boolean): Promise<UnionListRow[]> {
	const name = `${withBody ? 'records' : 'headers'}${window.sets === null ? '' : 'OfSets'}` as keyof typeof UNION_PAGE;
	const { rows } = await client.query<(string | null)[]>({
		// sets differ in size by orders of magnitude: only without them is one prepared plan good for all
		...(window.sets === null ? { name: `oai-union-${name}` } : {}),
		text: UNION_PAGE[name],
		values: [...range(window), ...(window.sets === null ? [] : [numberArray(window.sets)]), window.limit],
		rowMode: 'array',
		types: RAW,
	});
	return rows.map(unionRow);
}

const unionRow = (row: (string | null)[]): UnionListRow => ({
	id: Number(row[0]),
	seq: Number(row[1]),
	stampMs: Number(row[2]) * 1000,
	live: row[3] === 't',
	inSets: row[4] === 't',
	sets: row[5] ?? '{}',
	pastSets: row[6] ?? '{}',
	body: bytes(row[7] ?? null),
});

/** How many records the list has, and the newest datestamp given to anything (milliseconds). */
export async function countUnion(client: pg.ClientBase, window: ListWindow): Promise<{ count: number; newestMs: number }> {
	const sets = window.sets === null ? '' : ` and ${IN_SETS}`;
	const { rows } = await client.query<{ count: string; newest: string }>(
		`select count(*)::text as count, (select extract(epoch from stamp)::bigint::text from change_counter) as newest
		from union_record where ${RANGE}${sets}`,
		[...range(window), ...(window.sets === null ? [] : [numberArray(window.sets)])],
	);
	return { count: Number(rows[0]?.count), newestMs: Number(rows[0]?.newest) * 1000 };
}

/** One union record, whatever became of it; undefined when no record ever had the number. */
export async function readUnionItem(client: pg.ClientBase, id: number): Promise<UnionListRow | undefined> {
	const { rows } = await client.query<(string | null)[]>({
		text: `${UNION_COLUMNS}, true, ${SETS}, past_sets, ${WITH_BODY} from union_record where id = $1`,
		values: [id],
		rowMode: 'array',
		types: RAW,
	});
	return rows[0] === undefined ? undefined : unionRow(rows[0]);
}

const SOURCE_COLUMNS = `select r.id, r.seq, extract(epoch from r.stamp)::bigint, v.body is not null and r.visible, r.source_id, r.identifier,
	extract(epoch from v.provider_stamp)::bigint, extract(epoch from v.received_at)::bigint`;
const VISIBLE = `not r.deleted and not r.suppressed and r.kind <> ${HOLDINGS_KIND} and s.share <> 'none' as visible`;
const SOURCE_JOIN = `left join version v on v.record_id = r.id and v.no = r.current_no`;

/** One page of a library's own records, of all its sources; records not yet released are not there. */
export async function readSourcePage(
	client: pg.ClientBase,
	library: string,
	window: ListWindow,
	withBody: boolean,
): Promise<SourceListRow[]> {
	const { rows } = await client.query<(string | null)[]>({
		name: `oai-source-${withBody ? 'records' : 'headers'}`,
		text: `${SOURCE_COLUMNS}, ${withBody ? 'case when r.visible then v.body end' : 'null'} from (
			select page.* from source s cross join lateral (
				select r.id, r.seq, r.stamp, r.source_id, r.identifier, r.current_no, ${VISIBLE} from source_record r
				where r.source_id = s.id and r.seq > 0 and (r.stamp, r.seq) > (to_timestamp($1::float8), $2::bigint)
					and r.stamp <= to_timestamp($3::float8)
				order by r.stamp, r.seq limit $5
			) page where s.library = $4 order by page.stamp, page.seq limit $5
		) r ${SOURCE_JOIN} order by r.stamp, r.seq`,
		values: [...range(window), library, window.limit],
		rowMode: 'array',
		types: RAW,
	});
	return rows.map(sourceRow);
}

const sourceRow = (row: (string | null)[]): SourceListRow => ({
	id: Number(row[0]),
	seq: Number(row[1]),
	stampMs: Number(row[2]) * 1000,
	live: row[3] === 't',
	sourceId: Number(row[4]),
	identifier: row[5] ?? '',
	providerMs: msOrNull(row[6]),
	receivedMs: Number(row[7] ?? 0) * 1000,
	body: bytes(row[8] ?? null),
});

export async function countSourceRecords(
	client: pg.ClientBase,
	library: string,
	window: ListWindow,
): Promise<{ count: number; newestMs: number }> {
	const { rows } = await client.query<{ count: string; newest: string }>(
		`select count(*)::text as count, (select extract(epoch from stamp)::bigint::text from change_counter) as newest
		from source s join source_record r on r.source_id = s.id
		where s.library = $4 and r.seq > 0 and (r.stamp, r.seq) > (to_timestamp($1::float8), $2::bigint)
			and r.stamp <= to_timestamp($3::float8)`,
		[...range(window), library],
	);
	return { count: Number(rows[0]?.count), newestMs: Number(rows[0]?.newest) * 1000 };
}

export async function readSourceItem(client: pg.ClientBase, library: string, id: number): Promise<SourceListRow | undefined> {
	const { rows } = await client.query<(string | null)[]>({
		text: `${SOURCE_COLUMNS}, case when r.visible then v.body end from (
			select r.*, ${VISIBLE} from source_record r join source s on s.id = r.source_id
			where r.id = $1 and s.library = $2 and r.seq > 0
		) r ${SOURCE_JOIN}`,
		values: [id, library],
		rowMode: 'array',
		types: RAW,
	});
	return rows[0] === undefined ? undefined : sourceRow(rows[0]);
}

/** The earliest datestamp of any record (milliseconds), of the union or of one library; now when there is none. */
export async function readEarliest(client: pg.ClientBase, library: string | null): Promise<number> {
	const union = 'select min(stamp) as stamp from union_record';
	const own = `select min(first.stamp) as stamp from source s cross join lateral (select min(r.stamp) as stamp from source_record r
		where r.source_id = s.id and r.stamp > 'epoch') first where s.library = $1`;
	const { rows } = await client.query<{ at: string }>(
		`select extract(epoch from coalesce(stamp, now()))::bigint::text as at from (${library === null ? union : own}) earliest`,
		library === null ? [] : [library],
	);
	return Number(rows[0]?.at) * 1000;
}

/** When members of union records were received and what datestamp their providers gave them, by (record, version). */
export async function readVersionStamps(
	client: pg.ClientBase,
	members: readonly { readonly record: number; readonly version: number }[],
): Promise<Map<string, { providerMs: number | null; receivedMs: number }>> {
	const { rows } = await client.query<(string | null)[]>({
		name: 'oai-version-stamps',
		text: `select v.record_id, v.no, extract(epoch from v.provider_stamp)::bigint, extract(epoch from v.received_at)::bigint
			from unnest($1::bigint[], $2::int[]) as m (record_id, no) join version v on v.record_id = m.record_id and v.no = m.no`,
		values: [numberArray(members.map((m) => m.record)), numberArray(members.map((m) => m.version))],
		rowMode: 'array',
		types: RAW,
	});
	return new Map(rows.map((row) => [`${row[0]}.${row[1]}`, { providerMs: msOrNull(row[2]), receivedMs: Number(row[3]) * 1000 }]));
}

export interface OaiSetRow {
	readonly id: number;
	readonly spec: string;
	/** Name of the library, area or collection; null for a kind. */
	readonly name: string | null;
}

export async function readOaiSets(client: pg.ClientBase): Promise<OaiSetRow[]> {
	const { rows } = await client.query<OaiSetRow>(
		`select o.id, o.spec, coalesce(l.name, a.name_vi, c.name_vi) as name from oai_set o
		left join library l on o.spec = 'library:' || l.code
		left join area a on o.spec = 'area:' || a.code
		left join collection c on o.spec = 'collection:' || c.code
		order by o.spec`,
	);
	return rows;
}

/** Ids of a set and of the sets below it (`area` has `area:79` below it). */
export async function readSetIds(client: pg.ClientBase, spec: string): Promise<number[]> {
	const { rows } = await client.query<{ id: number }>(`select id from oai_set where spec = $1 or starts_with(spec, $1 || ':')`, [spec]);
	return rows.map((row) => row.id);
}

/** A source as provenance names it. */
export interface SourceOrigin {
	readonly id: number;
	readonly code: string;
	readonly kind: string;
	readonly url: string;
	readonly format: string | null;
	readonly share: 'none' | 'metadata' | 'full';
	readonly licence: string | null;
}

export async function readSourceOrigins(client: pg.ClientBase, codes: readonly string[], ids: readonly number[]): Promise<SourceOrigin[]> {
	const { rows } = await client.query<SourceOrigin>({
		name: 'oai-source-origins',
		text: 'select id, code, kind, url, format, share, licence from source where code = any($1) or id = any($2)',
		values: [codes, ids],
	});
	return rows;
}

/** The library that a code stands for: itself, or the one that it was merged into. Undefined when no library ever had the code. */
export async function libraryServed(client: pg.ClientBase, code: string): Promise<{ code: string; name: string } | undefined> {
	const { rows } = await client.query<{ code: string; name: string }>(
		'select s.code, s.name from library l join library s on s.code = coalesce(l.merged_into, l.code) where l.code = $1',
		[code],
	);
	return rows[0];
}
