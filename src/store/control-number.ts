import type pg from 'pg';
import { HOLDINGS_KIND } from '../records/bib.ts';

/** What joins a record to others of its source: 001 of a bibliographic record, 004 of a holdings record. */
export interface ControlNumber {
	readonly id: number;
	readonly sourceId: number;
	readonly control: string;
	readonly holdings: boolean;
	/** The version that says so. */
	readonly no: number;
}

const COLUMNS = 'record_id as id, source_id as "sourceId", control, holdings, version_no as no';

/** From now on the control numbers of these sources are kept; those of their living records are read as they are matched, in its batches. */
export async function keepControlNumbers(client: pg.PoolClient, sourceIds: readonly number[]): Promise<void> {
	await client.query('update source set holdings_apart = true where id = any($1)', [sourceIds]);
	await client.query(
		`insert into dirty (record_id, priority, neighbours, quiet)
		select r.id, 2, left(v.features, 48), true from source_record r join version v on v.record_id = r.id and v.no = r.current_no
		where r.source_id = any($1) and not r.deleted and r.kind <> ${HOLDINGS_KIND} order by r.id on conflict do nothing`,
		[sourceIds],
	);
}

/** The control numbers kept of some records. */
export async function controlNumbersOf(client: pg.PoolClient, ids: readonly number[]): Promise<ControlNumber[]> {
	const { rows } = await client.query<ControlNumber>(`select ${COLUMNS} from control_number where record_id = any($1)`, [ids]);
	return rows;
}

/** Replaces the control numbers of the records `gone` by those given. */
export async function writeControlNumbers(client: pg.PoolClient, gone: readonly number[], rows: readonly ControlNumber[]): Promise<void> {
	if (gone.length > 0) await client.query('delete from control_number where record_id = any($1)', [gone]);
	if (rows.length === 0) return;
	await client.query(
		`insert into control_number (record_id, source_id, control, holdings, version_no)
		select * from unnest($1::bigint[], $2::int[], $3::text[], $4::boolean[], $5::int[])`,
		[rows.map((r) => r.id), rows.map((r) => r.sourceId), rows.map((r) => r.control), rows.map((r) => r.holdings), rows.map((r) => r.no)],
	);
}

/** The bibliographic records that holdings records with these control numbers are of. */
export async function bibsWithControl(
	client: pg.PoolClient,
	wanted: readonly Pick<ControlNumber, 'sourceId' | 'control'>[],
): Promise<number[]> {
	if (wanted.length === 0) return [];
	const { rows } = await client.query<{ id: number }>(
		`select distinct c.record_id as id from unnest($1::int[], $2::text[]) as w (source_id, control)
		cross join lateral (select record_id from control_number where source_id = w.source_id and control = w.control and not holdings offset 0) c`,
		[wanted.map((w) => w.sourceId), wanted.map((w) => w.control)],
	);
	return rows.map((r) => r.id);
}

/** A holdings record and the bibliographic record it is of. */
export interface JoinedHoldings {
	readonly bib: number;
	readonly id: number;
	readonly no: number;
	readonly identifier: string;
}

/** The holdings records of some records; ends at once while no source has any. */
export async function holdingsOfRecords(client: pg.PoolClient, ids: readonly number[]): Promise<JoinedHoldings[]> {
	if (ids.length === 0) return [];
	const { rows } = await client.query<JoinedHoldings>({
		name: 'holdings-of-records',
		text: `select b.record_id as bib, h.record_id as id, h.version_no as no, r.identifier from unnest($1::bigint[]) as each (id)
			cross join lateral (select * from control_number where record_id = each.id and not holdings offset 0) b
			cross join lateral (
				select record_id, version_no from control_number where source_id = b.source_id and control = b.control and holdings offset 0
			) h join source_record r on r.id = h.record_id
			where (select exists (select 1 from control_number))`,
		values: [ids],
	});
	return rows;
}
