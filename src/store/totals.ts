import type pg from 'pg';
import { HOLDINGS_KIND } from '../records/bib.ts';

type Queryable = Pick<pg.Pool, 'query'>;

export interface SourceTotals {
	readonly source: number;
	/** Live source records, holdings records not counted. */
	readonly stored: number;
	readonly deleted: number;
	readonly quarantined: number;
}

/** What is kept of each source that was not removed. */
export async function sourceTotals(db: Queryable): Promise<SourceTotals[]> {
	const { rows } = await db.query<SourceTotals>(
		`select s.id as source,
			(select count(*) from source_record r where r.source_id = s.id and not r.deleted and r.current_no > 0
				and r.kind <> ${HOLDINGS_KIND}) as stored,
			(select count(*) from source_record r where r.source_id = s.id and r.deleted) as deleted,
			(select count(*) from quarantine q where q.source_id = s.id) as quarantined
		from source s where s.removed_at is null order by s.id`,
	);
	return rows;
}

/** Union records of every state: what an index takes in. */
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

/** Marks every living record for another matching by other rules, behind everything that waits already. */
export async function markAllDirty(db: Queryable): Promise<number> {
	const { rowCount } = await db.query(
		`insert into dirty (record_id, priority, neighbours, quiet) select r.id, 2, left(v.features, 48), true
		from source_record r join version v on v.record_id = r.id and v.no = r.current_no where not r.deleted
		on conflict do nothing`,
	);
	return rowCount ?? 0;
}
