import { type BytePack, packBytes, unpackBytes } from '../lib/byte-pack.ts';
import type { Encoding } from '../records/encoding.ts';
import type { RawRecord } from './raw-record.ts';

/** Records of a target on their way to a thread. */
export interface PackedRecords {
	readonly heads: readonly Omit<RawRecord, 'bytes'>[];
	readonly bytes: BytePack;
	/** What ISO 2709 records are in; null: each tells. */
	readonly encoding: Encoding | null;
}

export const packRecords = (records: readonly RawRecord[], encoding: Encoding | null): PackedRecords => ({
	heads: records.map(({ format, identifier, problem }) => ({ format, identifier, problem })),
	bytes: packBytes(records.map(({ bytes }) => bytes)),
	encoding,
});

export function unpackRecords({ heads, bytes }: PackedRecords): RawRecord[] {
	const items = unpackBytes(bytes);
	return heads.map((head, i) => ({ ...head, bytes: items[i] ?? new Uint8Array(0) }));
}
