import type pg from 'pg';
import { controlNumberOf } from '../records/bib-from-marc.ts';
import { unpackRecord } from '../records/compact.ts';
import { unpackBody } from '../store/body-codec.ts';
import {
	bibsWithControl,
	type ControlNumber,
	controlNumbersOf,
	holdingsOfRecords,
	keepControlNumbers,
	writeControlNumbers,
} from '../store/control-number.ts';
import { markDirty } from '../store/intake.ts';
import type { Subject } from '../store/match-state.ts';

/** A holdings record to be merged with the member it is of. */
export interface MemberHoldings {
	readonly id: number;
	readonly no: number;
	readonly identifier: string;
}

function controlOf({ id, currentNo, joins }: Subject): ControlNumber[] {
	if (joins === null || joins.body === null) return [];
	const control = controlNumberOf(unpackRecord(unpackBody(joins.body)), joins.holdings);
	return control === undefined ? [] : [{ id, sourceId: joins.sourceId, control, holdings: joins.holdings, no: currentNo }];
}

const same = (x: ControlNumber | undefined, y: ControlNumber | undefined): boolean =>
	x === undefined || y === undefined ? x === y : x.control === y.control && x.holdings === y.holdings && x.no === y.no;

/**
 * Brings the control numbers of a batch up to date. Where a holdings record came, changed, moved or went, the records it is and was of are
 * dirty, unless they are of the batch. Other sources than those with holdings records cost nothing.
 */
export async function joinHoldings(client: pg.PoolClient, subjects: readonly Subject[]): Promise<void> {
	const joining = subjects.filter((s) => s.joins !== null);
	if (joining.length === 0) return;
	const fresh = joining.flatMap(({ joins }) => (joins === null || joins.kept || joins.body === null ? [] : [joins.sourceId]));
	if (fresh.length > 0) await keepControlNumbers(client, [...new Set(fresh)]);
	const before = new Map(
		(
			await controlNumbersOf(
				client,
				joining.map((s) => s.id),
			)
		).map((row) => [row.id, row]),
	);
	const now = new Map(joining.flatMap(controlOf).map((row) => [row.id, row]));
	const changed = joining.map((s) => s.id).filter((id) => !same(before.get(id), now.get(id)));
	await writeControlNumbers(
		client,
		changed.filter((id) => before.has(id)),
		changed.flatMap((id) => now.get(id) ?? []),
	);
	const moved = changed.flatMap((id) => [before.get(id), now.get(id)]).filter((row) => row?.holdings === true);
	const batch = new Set(subjects.map((s) => s.id));
	const bibs = await bibsWithControl(client, moved as ControlNumber[]);
	await markDirty(
		client,
		bibs.filter((id) => !batch.has(id)),
		1,
	);
}

/** The holdings records of members, by the member's number, in the order of their identifiers. */
export async function holdingsOfMembers(client: pg.PoolClient, ids: readonly number[]): Promise<Map<number, MemberHoldings[]>> {
	const found = new Map<number, MemberHoldings[]>();
	const rows = await holdingsOfRecords(client, ids);
	rows.sort((x, y) => (x.identifier < y.identifier ? -1 : x.identifier > y.identifier ? 1 : 0));
	for (const { bib, ...holdings } of rows) found.set(bib, [...(found.get(bib) ?? []), holdings]);
	return found;
}
