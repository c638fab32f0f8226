import type pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { type Database, withTransaction } from './database.ts';
import { dropStaged, heldError, type RunMode } from './harvest-run.ts';

type Db = Pick<pg.Pool, 'query'>;

/** What the notes of a run keep of the file that was sent for it, to go on with after a kill. */
export interface UploadNote {
	/** What the file is called in the folder of uploads. */
	readonly file: string;
	/** What it was called where it came from. */
	readonly name: string;
	/** Heading (or number, from 1) to field, as they were sent. */
	readonly columns: Readonly<Record<string, string>>;
}

/** A run that reads an uploaded file and has not ended. */
export interface OpenUpload extends UploadNote {
	readonly run: number;
	readonly source: number;
	readonly library: string;
	readonly snapshot: boolean;
	/** It has waited for a day. */
	readonly old: boolean;
}

/**
 * Puts a file that was sent at the end of those that wait for their turn at a source; gives the number of its run, which is there from now on.
 * AppErrors busy (so many wait already), held.
 */
export async function queueUpload(db: Pick<Database, 'pool'>, sourceId: number, mode: RunMode, upload: UploadNote): Promise<number> {
	return await withTransaction(db, async (client) => {
		// one after another, so that numbers are in the order of the queue and the limit holds
		await client.query('select from source where id = $1 for update', [sourceId]);
		const { rows: open } = await client.query<{ id: number; state: string }>(
			"select id::float8 as id, state from run where source_id = $1 and state in ('queued', 'held')",
			[sourceId],
		);
		const held = open.find((run) => run.state === 'held');
		if (held !== undefined) throw heldError(sourceId, held.id);
		if (open.length >= LIMITS.filesQueuedMax) {
			throw new AppError('busy', `${open.length} files of this library wait to be imported`, {
				hint: 'send this one when one of their runs has ended',
				retriable: true,
			});
		}
		const { rows } = await client.query<{ id: number }>(
			"insert into run (source_id, mode, state, staged, notes) values ($1, $2, 'queued', true, $3) returning id::float8 as id",
			[sourceId, mode, JSON.stringify({ upload })],
		);
		return rows[0]?.id ?? 0;
	});
}

/** The runs of uploaded files that have not ended, in the order in which they take their turn; none of a source with a run that waits for a person. */
export async function openUploads(db: Db): Promise<OpenUpload[]> {
	const { rows } = await db.query<OpenUpload>(
		`select r.id::float8 as run, s.id as source, s.library, r.mode = 'full' as snapshot, r.started_at < now() - interval '1 day' as old, r.notes #>> '{upload,file}' as file,
			r.notes #>> '{upload,name}' as name, r.notes #> '{upload,columns}' as columns
		from run r join source s on s.id = r.source_id
		where r.state in ('running', 'queued') and r.notes ? 'upload' and s.removed_at is null
			and not exists (select from run h where h.source_id = s.id and h.state = 'held')
		order by r.state = 'queued', r.id`,
	);
	return rows;
}

/** What the notes of a run say of the file it read; undefined when there is no such run that has ended, or it read none. */
export async function fileOfRun(db: Db, run: number): Promise<Readonly<Record<string, unknown>> | undefined> {
	const { rows } = await db.query<{ file: Readonly<Record<string, unknown>> | null }>(
		"select notes -> 'file' as file from run where id = $1 and finished_at is not null",
		[run],
	);
	return rows[0]?.file ?? undefined;
}

/** The files that runs which have not ended read, or will read. */
export async function wantedUploads(db: Db): Promise<Set<string>> {
	const { rows } = await db.query<{ file: string }>(
		"select notes #>> '{upload,file}' as file from run where state in ('running', 'queued') and notes ? 'upload'",
	);
	return new Set(rows.map((row) => row.file));
}

/** Whether a source is being harvested or imported by a process that is alive. */
export async function isLeased(db: Db, sourceId: number): Promise<boolean> {
	const { rows } = await db.query('select from source where id = $1 and lease_until >= clock_timestamp()', [sourceId]);
	return rows.length > 0;
}

/** Ends a run that cannot be gone on with, as one that took nothing. */
export async function giveUpRun(
	db: Pick<Database, 'pool'>,
	run: number,
	error: { code: string; message: string; hint: string },
): Promise<void> {
	await withTransaction(db, async (client) => {
		const { rowCount } = await client.query(
			"update run set state = 'failed', finished_at = clock_timestamp(), error = $2 where id = $1 and state in ('running', 'queued')",
			[run, JSON.stringify({ code: error.code, message: error.message, hint: error.hint })],
		);
		if (rowCount === 0) return;
		await dropStaged(client, run);
		await client.query('delete from run_page where run_id = $1', [run]);
	});
}
