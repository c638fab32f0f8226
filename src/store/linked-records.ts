import type pg from 'pg';
import { numberArray } from '../lib/number-array.ts';

type Db = Pick<pg.Pool, 'query'>;

/** A source record that a control number may be of: where it stands now, and its current version. */
export interface UnderControl {
	readonly record: number;
	readonly union: number;
	readonly body: Buffer;
}

/** Members of union records of one source under one of these identifiers, or for which this control number is kept. */
export async function recordsUnderControl(
	db: Db,
	source: string,
	identifiers: readonly string[],
	control: string,
): Promise<UnderControl[]> {
	const { rows } = await db.query<UnderControl>({
		name: 'records-under-control',
		text: `with of as (select id from source where code = $1),
			found as (
				select r.id from source_record r where r.source_id = (select id from of) and r.identifier = any($2)
				union select c.record_id from control_number c where c.source_id = (select id from of) and c.control = $3 and not c.holdings
			)
			select m.record_id::float8 as record, m.union_id::float8 as union, v.body
			from found join cluster_member m on m.record_id = found.id join version v on v.record_id = m.record_id and v.no = m.version_no
			order by m.record_id limit 20`,
		values: [source, identifiers, control],
	});
	return rows;
}

/** The control numbers kept for these records, with the codes of their sources. */
export async function keptControls(db: Db, records: readonly number[]): Promise<{ readonly source: string; readonly control: string }[]> {
	const { rows } = await db.query<{ source: string; control: string }>({
		name: 'kept-controls',
		text: `select s.code as source, c.control from control_number c join source s on s.id = c.source_id
			where c.record_id = any($1::bigint[]) and not c.holdings`,
		values: [numberArray(records)],
	});
	return rows;
}
