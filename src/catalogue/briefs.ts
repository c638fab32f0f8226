import { keepLast } from '../lib/recently-used.ts';
import { readChangedUnions } from '../store/union-read.ts';
import type { Reading } from './reading.ts';
import { type BriefRecord, briefRecord } from './render-record.ts';

interface KeptBrief {
	/** Change number of the record that it was made of. */
	readonly seq: number;
	readonly record: BriefRecord;
}

/** Records that were listed last, some 600 bytes each. */
const KEPT_MAX = 10_000;
const keptOf = new WeakMap<Reading['database'], Map<number, KeptBrief>>();

/** Live records with these numbers as a list shows them. Each is read and rendered once for as long as it does not change. */
export async function readBriefs({ database }: Pick<Reading, 'database'>, numbers: readonly number[]): Promise<Map<number, BriefRecord>> {
	const found = new Map<number, BriefRecord>();
	if (numbers.length === 0) return found;
	const kept = keptOf.get(database) ?? new Map<number, KeptBrief>();
	keptOf.set(database, kept);
	const known = new Map(numbers.map((number) => [number, kept.get(number)]));
	const rows = await readChangedUnions(
		database,
		numbers,
		numbers.map((number) => known.get(number)?.seq ?? 0),
	);
	for (const { id, state, seq, stampMs, body } of rows) {
		if (state !== 'live') continue;
		const before = known.get(id);
		const record = before?.seq === seq ? before.record : body === null ? undefined : briefRecord(id, stampMs, body);
		if (record === undefined) continue;
		found.set(id, record);
		keepLast(kept, id, { seq, record }, KEPT_MAX);
	}
	return found;
}

/** The same in the order of the numbers. */
export async function briefRecords(reading: Pick<Reading, 'database'>, numbers: readonly number[]): Promise<BriefRecord[]> {
	const found = await readBriefs(reading, numbers);
	return numbers.flatMap((number) => found.get(number) ?? []);
}
