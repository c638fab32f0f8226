import type pg from 'pg';
import { type Database, withTransaction } from './database.ts';
import { dropStaged } from './harvest-run.ts';

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
}

/** The runs of uploaded files that have not ended, the oldest first. */
export async function openUploads(db: Db): Promise<OpenUpload[]> {
	const { rows } = await db.query<OpenUpload>(
		`select r.id::float8 as run, s.id as source, s.library, r.mode = 'full' as snapshot, r.notes #>> '{upload,file}' as file,
			r.notes #>> '{upload,name}' as name, r.notes #> '{upload,columns}' as columns
		from run r join source s on s.id = r.source_id
		where r.state = 'running' and r.notes ? 'upload' and s.removed_at is null order by r.id`,
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
			"update run set state = 'failed', finished_at = clock_timestamp(), error = $2 where id = $1 and state = 'running'",
			[run, JSON.stringify(error)],
		);
		if (rowCount === 0) return;
		await dropStaged(client, run);
		await client.query('delete from run_page where run_id = $1', [run]);
	});
}
