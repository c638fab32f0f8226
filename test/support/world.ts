import { hash } from 'node:crypto';
import { Intake, type PrepareWork } from '../../src/catalogue/intake.ts';
import { drainDirty, type MatchOptions, type MatchProgress } from '../../src/catalogue/match.ts';
import { mergeBatch } from '../../src/catalogue/merge-batch.ts';
import { prepare, type RawRecord } from '../../src/catalogue/prepare.ts';
import { findPairs, joinFound } from '../../src/catalogue/reidentify.ts';
import { releaseRun, stageRemovals } from '../../src/catalogue/release.ts';
import { scoreBatch } from '../../src/catalogue/score-batch.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { unpackUnion } from '../../src/records/compact.ts';
import type { MarcField, MarcRecord } from '../../src/records/marc.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import { type Database, withTransaction } from '../../src/store/database.ts';
import { closeRun, type Ledger, openRun } from '../../src/store/harvest-run.ts';
import { dropLease, takeLease } from '../../src/store/lease.ts';

/** A record of a small made-up catalogue, or its deletion. */
export interface WorldRecord {
	readonly identifier: string;
	readonly deleted?: boolean;
	readonly title?: string;
	readonly author?: string;
	readonly year?: number;
	readonly volume?: number;
	readonly isbn?: string;
	/** Another ISBN of its own. */
	readonly otherIsbn?: string;
	readonly pages?: number;
	readonly callNumber?: string;
	/** 001; its identifier unless given. */
	readonly control?: string;
	/** The record itself; the rest says nothing then. */
	readonly marc?: MarcRecord;
	/** 004 of a holdings record: it has this and the call number alone. */
	readonly of?: string;
}

export const quiet: Logger = {
	debug: () => undefined,
	info: () => undefined,
	warn: () => undefined,
	error: () => undefined,
	child: () => quiet,
};

const data = (tag: string, ind: string, ...subfields: [string, string][]): MarcField => ({
	tag,
	ind1: ind[0] ?? ' ',
	ind2: ind[1] ?? ' ',
	value: '',
	subfields: subfields.map(([code, value]) => ({ code, value })),
});

const control = (tag: string, value: string): MarcField => ({ tag, ind1: ' ', ind2: ' ', value, subfields: [] });

export function marcOf(r: WorldRecord): MarcRecord {
	const fields: MarcField[] = [control('001', r.control ?? r.identifier)];
	if (r.of !== undefined) {
		fields.push(control('004', r.of), data('852', '  ', ['b', 'Kho'], ['h', r.callNumber ?? 'KM']));
		return { leader: '00000nx  a2200000zn 4500', fields };
	}
	if (r.isbn !== undefined) fields.push(data('020', '  ', ['a', r.isbn]));
	if (r.otherIsbn !== undefined) fields.push(data('020', '  ', ['a', r.otherIsbn]));
	if (r.author !== undefined) fields.push(data('100', '1 ', ['a', r.author]));
	fields.push(
		data('245', '10', ['a', r.title ?? 'Không nhan đề'], ...(r.volume === undefined ? [] : [['n', `Tập ${r.volume}`] as [string, string]])),
	);
	fields.push(data('260', '  ', ['a', 'Hà Nội'], ['b', 'Kim Đồng'], ['c', String(r.year ?? 2000)]));
	if (r.pages !== undefined) fields.push(data('300', '  ', ['a', `${r.pages} tr.`]));
	if (r.callNumber !== undefined) fields.push(data('852', '  ', ['b', 'Kho'], ['h', r.callNumber]));
	return { leader: '00000nam a2200000 a 4500', fields };
}

const rawOf = (r: WorldRecord): RawRecord & { deleted: boolean } => {
	const record = r.marc ?? marcOf(r);
	const raw = JSON.stringify(record);
	return {
		identifier: r.identifier,
		datestamp: null,
		raw,
		digest: hash('sha256', raw, 'buffer').subarray(0, 16),
		decoded: { ok: true, record, repairs: [] },
		deleted: r.deleted === true,
	};
};

/** Prepares in this thread: a part's handle is its records. */
export const localWork: PrepareWork = {
	prepare: async (handle, request) => prepare(handle as RawRecord[], request, { namespaces: {}, encoding: null }),
	drop: () => undefined,
};

export async function addLibrary(database: Database, code: string): Promise<void> {
	await database.pool.query("insert into library (code, name, kind) values ($1, $1, 'school') on conflict do nothing", [code]);
}

export async function addSource(database: Database, code: string, library = code): Promise<number> {
	await addLibrary(database, library);
	const { rows } = await database.pool.query<{ id: number }>(
		"insert into source (code, library, kind, url) values ($1, $2, 'oai-pmh', 'http://127.0.0.1/') returning id",
		[code, library],
	);
	return rows[0]?.id ?? 0;
}

interface ListOptions {
	readonly pageSize?: number;
	/** Removes what the list no longer has. */
	readonly whole?: boolean;
	/** What goes and what comes is joined where it agrees one to one, however much it is. */
	readonly renamed?: boolean;
}

/** One complete run of a source that lists these records. */
export async function harvestList(
	database: Database,
	sourceId: number,
	records: readonly WorldRecord[],
	options: ListOptions = {},
): Promise<Ledger> {
	const fence = await takeLease(database.pool, sourceId, 'test', 60);
	if (fence === null) throw new Error('leased');
	const run = await withTransaction(database, (client) =>
		openRun(client, sourceId, { mode: options.whole === true ? 'full' : 'incremental' }),
	);
	const intake = new Intake(database, localWork, systemClock, {
		id: run.id,
		sourceId,
		fence,
		staged: run.staged,
		format: () => 1,
		ledger: run.ledger,
	});
	const size = options.pageSize ?? 50;
	for (let at = 0; at < records.length; at += size) {
		const page = records.slice(at, at + size).map(rawOf);
		await intake.accept({ items: page, handle: page, repairs: [], checkpoint: { at } });
	}
	await intake.flush();
	const staged = { id: run.id, sourceId, fence };
	let vanished = options.whole === true ? await stageRemovals(database, staged) : 0;
	if (options.renamed === true) vanished -= await joinFound(database, staged, (await findPairs(database.pool, run.id)).pairs);
	await releaseRun(database, staged);
	await withTransaction(database, (client) =>
		closeRun(client, run.id, sourceId, { state: 'complete', vanished, harvestedUntil: null, error: null, flags: [], deletedRecord: null }),
	);
	await dropLease(database.pool, sourceId, fence);
	const l = intake.ledger;
	if (l.listed !== l.created + l.updated + l.unchanged + l.deleted + l.quarantined + l.repeated + l.ignored)
		throw new Error(`the ledger does not balance: ${JSON.stringify(l)}`);
	return { ...l, vanished };
}

/** Drains the dirty records, scoring and merging in this thread. */
export const drain = (database: Database, options: Pick<MatchOptions, 'batchMax' | 'decisionsOnly'> = {}): Promise<MatchProgress | null> =>
	drainDirty({
		database,
		work: { score: async (request) => scoreBatch(request), merge: async (clusters) => mergeBatch(clusters) },
		clock: systemClock,
		logger: quiet,
		...options,
	});

/** Matches until nothing is dirty. */
export async function matchAll(database: Database, batchMax?: number): Promise<void> {
	for (;;) {
		const done = await drain(database, batchMax === undefined ? {} : { batchMax });
		if (done === null || done.transactions === 0) return;
	}
}

/** What the union says, with every id and number of ours left out: the same for the same current versions. */
export async function unionImage(database: Database): Promise<string[]> {
	const { rows } = await database.pool.query<{ body: Buffer; sets: string }>(
		`select body, array_to_string(array(select spec from oai_set where id = any(sets) order by spec), ' ') as sets
		from union_record where state = 'live'`,
	);
	return rows
		.map(({ body, sets }) => {
			const union = unpackUnion(unpackBody(body));
			const members = union.members.map(({ source, library, identifier }) => `${source}/${library}/${identifier}`);
			const holdings = union.holdings.map((h) => ({ ...h, path: h.path.replace(/@\d+ /, ' ') }));
			return JSON.stringify({ sets, ...union, members, holdings });
		})
		.sort();
}

/** Keys, scored pairs and what is still to be matched, with records named by their source and identifier. */
export async function graphImage({ pool }: Database): Promise<unknown> {
	const named = (id: string): string =>
		`(select s.code || '/' || r.identifier from source_record r join source s on s.id = r.source_id where r.id = ${id})`;
	const keys = await pool.query(`select ${named('record_id')} as it, key, rung from match_key order by 1, 2, 3`);
	const edges = await pool.query(
		`select least(x, y) as x, greatest(x, y) as y, score, rules from (select ${named('a')} as x, ${named('b')} as y, score, rules from edge) e order by 1, 2`,
	);
	const dirty = await pool.query('select record_id from dirty');
	return { keys: keys.rows, edges: edges.rows, dirty: dirty.rows };
}

/** Leaves the catalogue as if it had been matched under older rules, whose features, keys and scores were others. */
export async function ageRules({ pool }: Database): Promise<void> {
	await pool.query("update version set features = features || '|former field' where features <> ''");
	await pool.query('update match_key set key = key + 1');
	await pool.query('delete from match_key where record_id % 3 = 0');
	await pool.query('delete from edge where (a + b) % 3 = 0');
	await pool.query('update edge set rules = 0, score = case when a % 2 = 0 then 4000 else score end');
	await pool.query(
		`insert into setting (name, value) values ('rules', '{"version": 0}') on conflict (name) do update set value = excluded.value`,
	);
}

/** Takes everything out of the catalogue: libraries, sources, records and what was made of them. */
export async function emptyCatalogue(database: Database): Promise<void> {
	await database.pool.query(
		`truncate source, library, run, source_record, version, parcel, quarantine, dirty, match_key, edge, cluster_member, union_record,
			change, staged_change, run_page, library_area, control_number, decision cascade`,
	);
	await database.pool.query("delete from setting where name = 'rules'");
}
