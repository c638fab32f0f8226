import type pg from 'pg';

type Queryable = Pick<pg.Pool, 'query'>;

export interface Totals {
	/** Live source records. */
	readonly stored: number;
	readonly deleted: number;
	readonly quarantined: number;
	readonly unionRecords: number;
}

export async function catalogueTotals(db: Queryable): Promise<Totals> {
	const { rows } = await db.query<Totals>(
		`select (select count(*) from source_record r join source s on s.id = r.source_id
				where not r.deleted and r.current_no > 0 and s.removed_at is null) as stored,
			(select count(*) from source_record where deleted) as deleted, (select count(*) from quarantine) as quarantined,
			(select count(*) from union_record where state = 'live') as "unionRecords"`,
	);
	return rows[0] ?? { stored: 0, deleted: 0, quarantined: 0, unionRecords: 0 };
}

export async function countUnions(db: Queryable): Promise<number> {
	const { rows } = await db.query<{ n: number }>('select count(*) as n from union_record');
	return rows[0]?.n ?? 0;
}

/** Gives the sources of a library another address; gives their ids. */
export async function moveSources(db: Queryable, library: string, url: string): Promise<number[]> {
	const { rows } = await db.query<{ id: number }>('update source set url = $2 where library = $1 and removed_at is null returning id', [
		library,
		url,
	]);
	return rows.map((row) => row.id);
}

/** Marks every living record for another matching, behind everything that waits already. */
export async function markAllDirty(db: Queryable): Promise<number> {
	const { rowCount } = await db.query(
		`insert into dirty (record_id, priority, neighbours) select r.id, 2, left(v.features, 48)
		from source_record r join version v on v.record_id = r.id and v.no = r.current_no where not r.deleted
		on conflict do nothing`,
	);
	return rowCount ?? 0;
}
