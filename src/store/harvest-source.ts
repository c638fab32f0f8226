import type pg from 'pg';
import { AppError } from '../lib/errors.ts';

type Queryable = Pick<pg.Pool, 'query'>;

/** What a harvest needs to know of its source. */
export interface HarvestSource {
	readonly id: number;
	readonly code: string;
	readonly library: string;
	readonly kind: string;
	readonly url: string;
	readonly format: string | null;
	readonly set: string | null;
	readonly settings: Readonly<Record<string, unknown>>;
	readonly harvestedUntil: Date | null;
	readonly schedule: string | null;
	readonly timeZone: string;
}

/** The source with this number or code; AppError not-found otherwise. */
export async function harvestSource(db: Queryable, idOrCode: string | number): Promise<HarvestSource> {
	const { rows } = await db.query<HarvestSource>(
		`select id, code, library, kind, url, format, set_spec as "set", settings, harvested_until as "harvestedUntil", schedule,
			time_zone as "timeZone"
		from source where removed_at is null and (code = $1 or id::text = $1)`,
		[String(idOrCode)],
	);
	const source = rows[0];
	if (source !== undefined) return source;
	throw new AppError('not-found', `there is no source ${idOrCode}`, {
		hint: 'lienthong source list shows the sources with their ids and codes',
	});
}

/**
 * Sources to harvest now: those due, and those whose run was cut off; never one that is leased, told to wait, or has a
 * run that waits for a person. Of sources of files only
 * those that watch a folder, when they are due: what was cut off lies there.
 */
export async function dueSources(db: Queryable, limit: number): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>(
		`select s.id from source s
		where s.removed_at is null and (s.kind <> 'file' or s.settings ? 'folder') and (s.lease_until is null or s.lease_until < clock_timestamp())
			and (s.not_before is null or s.not_before <= clock_timestamp())
			and not exists (select 1 from run where source_id = s.id and state = 'held')
			and (s.due_at <= clock_timestamp() or s.kind <> 'file' and exists (select 1 from run where source_id = s.id and state = 'running'))
		order by s.due_at nulls first limit $1`,
		[limit],
	);
	return rows.map((r) => r.id);
}

/** Sources with a schedule but no due time yet. */
export async function undatedSources(db: Queryable): Promise<{ id: number; schedule: string; timeZone: string }[]> {
	const { rows } = await db.query<{ id: number; schedule: string; timeZone: string }>(
		`select id, schedule, time_zone as "timeZone" from source where removed_at is null and schedule is not null and due_at is null`,
	);
	return rows;
}

export async function setDue(db: Queryable, sourceId: number, at: Date | null): Promise<void> {
	await db.query('update source set due_at = $2 where id = $1', [sourceId, at]);
}

/** Takes what is due (or was cut off) for oneself, by setting when it is due next; false when another worker was faster. */
export async function claimDue(db: Queryable, sourceId: number, next: Date | null): Promise<boolean> {
	const { rowCount } = await db.query(
		`update source set due_at = $2 where id = $1 and removed_at is null
			and (due_at <= clock_timestamp() or exists (select 1 from run where source_id = $1 and state = 'running'))`,
		[sourceId, next],
	);
	return rowCount === 1;
}

/** The provider asked for peace until then. */
export async function setNotBefore(db: Queryable, sourceId: number, at: Date): Promise<void> {
	await db.query('update source set not_before = $2 where id = $1', [sourceId, at]);
}

export async function databaseNow(db: Queryable): Promise<Date> {
	const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now');
	return rows[0]?.now ?? new Date(Number.NaN);
}

/** Whether a source has records that are neither deleted nor only staged. */
export async function hasLivingRecords(db: Queryable, sourceId: number): Promise<boolean> {
	const { rows } = await db.query('select 1 from source_record where source_id = $1 and not deleted and current_no > 0 limit 1', [
		sourceId,
	]);
	return rows.length > 0;
}
