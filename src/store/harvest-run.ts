import type pg from 'pg';
import { AppError } from '../lib/errors.ts';

/** Counts of one run; `listed` is the sum of the others but `vanished`, which stands beside it. */
export interface Ledger {
	listed: number;
	created: number;
	updated: number;
	unchanged: number;
	deleted: number;
	quarantined: number;
	repeated: number;
	ignored: number;
	vanished: number;
}

export const LEDGER_KEYS = [
	'listed',
	'created',
	'updated',
	'unchanged',
	'deleted',
	'quarantined',
	'repeated',
	'ignored',
	'vanished',
] as const;

export const emptyLedger = (): Ledger => ({
	listed: 0,
	created: 0,
	updated: 0,
	unchanged: 0,
	deleted: 0,
	quarantined: 0,
	repeated: 0,
	ignored: 0,
	vanished: 0,
});

export type RunMode = 'full' | 'incremental';
export type RunState = 'queued' | 'running' | 'complete' | 'incomplete' | 'failed' | 'cancelled' | 'held';

export interface OpenRun {
	readonly id: number;
	readonly mode: RunMode;
	readonly staged: boolean;
	/** What the harvester committed last; null at the beginning. */
	readonly checkpoint: unknown;
	readonly ledger: Ledger;
	readonly resumed: boolean;
}

interface RunRow extends Ledger {
	id: number;
	mode: RunMode;
	staged: boolean;
	checkpoint: unknown;
}

/** How a run begins; what RunPlan of the jobs has, by structure. */
interface Opening {
	readonly mode: RunMode;
	readonly whole?: boolean;
	readonly continues?: (checkpoint: unknown) => boolean;
	readonly only?: number;
}

/**
 * Goes on with the run of a source that was cut off, or begins one. A source's first run is not staged, unless it is to be taken
 * as a whole. A run that was cut off and is not this one is cancelled, or, where its file was sent and is kept, begins anew in its turn. AppError
 * conflict when `only` is no run that was cut off or waits for its turn.
 */
export async function openRun(client: pg.PoolClient, sourceId: number, opening: Opening): Promise<OpenRun> {
	const open = await client.query<RunRow & { state: RunState; notes: object }>(
		"select * from run where source_id = $1 and (state in ('running', 'held') or state = 'queued' and id = $2)",
		[sourceId, opening.only ?? null],
	);
	const held = open.rows.find((run) => run.state === 'held');
	if (held !== undefined) throw heldError(sourceId, held.id);
	const running = open.rows.find((run) => run.state === 'running');
	const cutOff = running ?? open.rows[0];
	if (opening.only !== undefined && cutOff?.id !== opening.only)
		throw new AppError('conflict', `run ${opening.only} has ended`, { hint: 'lienthong runs shows how' });
	const goesOn = cutOff !== undefined && (opening.continues?.(cutOff.checkpoint) ?? true);
	if (cutOff !== undefined && !goesOn) await ('upload' in cutOff.notes ? requeueRun : cancelRun)(client, cutOff.id);
	if (goesOn && cutOff.state === 'queued')
		await client.query("update run set state = 'running', started_at = clock_timestamp() where id = $1", [cutOff.id]);
	const row = goesOn
		? cutOff
		: (
				await client.query<RunRow>(
					`insert into run (source_id, mode, staged)
					select id, $2, $3 or first_complete_run is not null from source where id = $1 and removed_at is null returning *`,
					[sourceId, opening.mode, opening.whole === true],
				)
			).rows[0];
	if (row === undefined)
		throw new AppError('not-found', `there is no source ${sourceId}`, { hint: 'lienthong source list shows the sources' });
	const ledger = emptyLedger();
	for (const key of LEDGER_KEYS) ledger[key] = row[key];
	return { id: row.id, mode: row.mode, staged: row.staged, checkpoint: row.checkpoint, ledger, resumed: goesOn };
}

export const heldError = (sourceId: number, runId: number): AppError =>
	new AppError('held', `run ${runId} of source ${sourceId} waits for a person: its records came under other identifiers`, {
		hint: `lienthong source rekey ${sourceId} shows them, and with --accept, --refuse or --drop ends the wait`,
	});

/** Forgets what a staged run has read: nothing of it was released, nothing of it stays in quarantine. */
export async function dropStaged(client: pg.PoolClient, runId: number): Promise<void> {
	await client.query('delete from staged_change where run_id = $1', [runId]);
	await client.query('delete from quarantine where run_id = $1', [runId]);
}

/** Notes on a run which file it reads. */
export async function noteFile(db: Pick<pg.Pool, 'query'>, runId: number, file: Readonly<Record<string, unknown>>): Promise<void> {
	await db.query("update run set notes = notes || jsonb_build_object('file', $2::jsonb) where id = $1", [runId, JSON.stringify(file)]);
}

export async function cancelRun(client: pg.PoolClient, runId: number): Promise<void> {
	await dropStaged(client, runId);
	await client.query('delete from run_page where run_id = $1', [runId]);
	await client.query("update run set state = 'cancelled', finished_at = clock_timestamp() where id = $1", [runId]);
}

/** Sets a run back to before it began. */
async function requeueRun(client: pg.PoolClient, runId: number): Promise<void> {
	await dropStaged(client, runId);
	await client.query('delete from run_page where run_id = $1', [runId]);
	await client.query(
		`update run set state = 'queued', checkpoint = null, pages = 0, ${LEDGER_KEYS.map((key) => `${key} = 0`).join(', ')} where id = $1`,
		[runId],
	);
}

/** Writes what a page added to the ledger, which records it listed, and where the run goes on. */
export async function commitPage(
	client: pg.PoolClient,
	runId: number,
	page: {
		added: Ledger;
		seen: readonly number[];
		checkpoint: unknown;
		ignoredAs: Readonly<Record<string, number>>;
		repairs: readonly string[];
	},
): Promise<void> {
	const a = page.added;
	const { rows } = await client.query<{ part: number }>({
		name: 'commit-page',
		text: `update run set pages = pages + 1, checkpoint = coalesce($2, checkpoint), listed = listed + $3, created = created + $4,
			updated = updated + $5, unchanged = unchanged + $6, deleted = deleted + $7, quarantined = quarantined + $8,
			repeated = repeated + $9, ignored = ignored + $10
		where id = $1 returning pages as part`,
		values: [
			runId,
			page.checkpoint === null ? null : JSON.stringify(page.checkpoint),
			a.listed,
			a.created,
			a.updated,
			a.unchanged,
			a.deleted,
			a.quarantined,
			a.repeated,
			a.ignored,
		],
	});
	const part = rows[0]?.part;
	if (page.seen.length > 0) {
		await client.query({
			name: 'insert-run-page',
			text: 'insert into run_page (run_id, page, seen) values ($1, $2, $3)',
			values: [runId, part, page.seen],
		});
	}
	if (Object.keys(page.ignoredAs).length > 0 || page.repairs.length > 0) await noteOnRun(client, runId, page.ignoredAs, page.repairs);
}

async function noteOnRun(
	client: pg.PoolClient,
	runId: number,
	ignoredAs: Readonly<Record<string, number>>,
	repairs: readonly string[],
): Promise<void> {
	const { rows } = await client.query<{ notes: { ignored?: Record<string, number>; repairs?: Record<string, number> } }>(
		'select notes from run where id = $1',
		[runId],
	);
	const ignored: Record<string, number> = { ...rows[0]?.notes.ignored };
	for (const [name, n] of Object.entries(ignoredAs)) ignored[name] = (ignored[name] ?? 0) + n;
	const mended: Record<string, number> = { ...rows[0]?.notes.repairs };
	for (const name of repairs) mended[name] = (mended[name] ?? 0) + 1;
	await client.query('update run set notes = notes || $2 where id = $1', [runId, JSON.stringify({ ignored, repairs: mended })]);
}

/** The records that a run has listed so far: for "repeated" and "vanished" after a kill. */
export async function seenInRun(db: Pick<pg.Pool, 'query'>, runId: number, each: (ids: readonly number[]) => void): Promise<void> {
	const { rows } = await db.query<{ seen: string }>(
		"select array_to_string(seen, ',') as seen from run_page where run_id = $1 order by page",
		[runId],
	);
	for (const row of rows) each(row.seen.split(',').map(Number));
}

/** As `not in` a hash table is made of it whatever the planner expects; a join may go through it for each record. */
const SEEN = 'select unnest(seen) from run_page where run_id = $1';

/** Stages the removal of every living record that a complete full list no longer has; gives how many the run has removed, kills included. */
export async function stageVanished(client: pg.PoolClient, runId: number, sourceId: number): Promise<number> {
	const { rowCount } = await client.query(
		`insert into staged_change (run_id, record_id, no, deleted)
		select $1, r.id, r.current_no, true from source_record r
		where r.source_id = $2 and not r.deleted and r.current_no > 0
			and r.id not in (${SEEN})
		on conflict (run_id, record_id) do nothing`,
		[runId, sourceId],
	);
	const { rows } = await client.query<{ vanished: number }>('update run set vanished = vanished + $2 where id = $1 returning vanished', [
		runId,
		rowCount ?? 0,
	]);
	return rows[0]?.vanished ?? 0;
}

/** Takes back the removals that a list which was not whole does not prove; what it named as deleted stays. */
export async function unstageVanished(client: pg.PoolClient, runId: number): Promise<void> {
	await client.query(
		`delete from staged_change s where s.run_id = $1 and s.deleted
			and s.record_id not in (${SEEN})`,
		[runId],
	);
	await client.query('update run set vanished = 0 where id = $1', [runId]);
}

/** Takes a batch of staged changes out, in the order of the records' age. */
export async function takeStaged(
	client: pg.PoolClient,
	runId: number,
	limit: number,
): Promise<{ id: number; no: number; deleted: boolean }[]> {
	const { rows } = await client.query<{ id: number; no: number; deleted: boolean }>(
		`with batch as (select record_id from staged_change where run_id = $1 order by record_id limit $2 for update)
		delete from staged_change s using batch b where s.run_id = $1 and s.record_id = b.record_id
		returning s.record_id as id, s.no, s.deleted`,
		[runId, limit],
	);
	return rows.sort((x, y) => x.id - y.id);
}

export interface RunEnd {
	readonly state: Exclude<RunState, 'running' | 'queued'>;
	readonly vanished: number;
	/** The next incremental harvest begins here; null leaves it where it was. */
	readonly harvestedUntil: string | null;
	readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
	readonly flags: readonly string[];
	readonly deletedRecord: string | null;
	/**
	 * Of a run that is held: what it will be once it is released, how many records it proposes to be the same under other identifiers, and whether
	 * what it did not list stays.
	 */
	readonly held?: { readonly state: 'complete' | 'incomplete'; readonly pairs: number; readonly keeps: boolean };
}

/** Ends a run. After this its page list is not needed any more. */
export async function closeRun(client: pg.PoolClient, runId: number, sourceId: number, end: RunEnd): Promise<void> {
	await client.query(
		`update run set state = $2, finished_at = clock_timestamp(), vanished = $3, error = $4,
			notes = case when $5::jsonb = '[]' then notes else notes || jsonb_build_object('flags', $5::jsonb) end where id = $1`,
		[runId, end.state, end.vanished, end.error === null ? null : JSON.stringify(end.error), JSON.stringify(end.flags)],
	);
	// which records it listed is asked once more when it is released
	if (end.held?.keeps !== true) await client.query('delete from run_page where run_id = $1', [runId]);
	if (end.held !== undefined) {
		const { held, harvestedUntil, deletedRecord } = end;
		await client.query("update run set notes = notes || jsonb_build_object('held', $2::jsonb) where id = $1", [
			runId,
			JSON.stringify({ ...held, harvestedUntil, deletedRecord }),
		]);
	}
	if (end.state !== 'complete') return;
	await client.query(
		`update source set harvested_until = coalesce($2, harvested_until), first_complete_run = coalesce(first_complete_run, $3),
			settings = case when $4::text is null then settings else settings || jsonb_build_object('deletedRecord', $4::text) end
		where id = $1`,
		[sourceId, end.harvestedUntil, runId, end.deletedRecord],
	);
}
