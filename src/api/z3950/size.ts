import { writeBer } from '../../protocols/ber/write.ts';
import type { ResponseRecord } from '../../protocols/z3950/records.ts';

/** Room for what stands around a record in a message. */
const AROUND = 100;

/** Bytes that a record takes in an answer, or a little more. */
export function sizeOf(record: ResponseRecord): number {
	if (record.kind === 'diagnostic') return AROUND + Buffer.byteLength(record.diagnostic.addinfo);
	const { octets, value } = record.record;
	return AROUND + (octets?.length ?? 0) + (value === null ? 0 : writeBer(value).length);
}
