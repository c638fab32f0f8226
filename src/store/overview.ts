import type pg from 'pg';

type Db = Pick<pg.Pool, 'query'>;

export interface LibraryName {
	readonly code: string;
	readonly name: string;
	readonly kind: string;
}

/** Libraries that were not merged into another. */
export async function libraryNames(db: Db, limit: number): Promise<LibraryName[]> {
	const { rows } = await db.query<LibraryName>('select code, name, kind from library where merged_into is null order by code limit $1', [
		limit,
	]);
	return rows;
}

export interface RecentHarvest {
	readonly library: string;
	readonly finishedMs: number;
	readonly created: number;
	readonly updated: number;
	readonly deleted: number;
}

/** The runs that ended last and brought something in, newest first. */
export async function recentHarvests(db: Db, limit: number): Promise<RecentHarvest[]> {
	const { rows } = await db.query<RecentHarvest>(
		`select s.library, extract(epoch from r.finished_at)::float8 * 1000 as "finishedMs", r.created, r.updated,
			r.deleted + r.vanished as deleted
		from run r join source s on s.id = r.source_id where r.state in ('complete', 'incomplete') and r.finished_at is not null
		order by r.id desc limit $1`,
		[limit],
	);
	return rows;
}
