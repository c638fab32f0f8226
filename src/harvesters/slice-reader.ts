import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { RawRecord } from './raw-record.ts';
import { type Fetched, isUnsupported, type RecordTarget } from './record-target.ts';
import type { SliceQuery } from './slice-query.ts';

const FIRST_COUNT = 50;
/** Positions in a row without a record that are taken for the end of what the target hands out. */
const SILENT_MAX = 20;

/** What comes next of a slice. */
export type SliceBatch =
	| { readonly kind: 'records'; readonly records: readonly RawRecord[]; readonly isLast: boolean }
	/** The target hands out no more, though there should be. */
	| { readonly kind: 'end'; readonly said: string }
	| { readonly kind: 'refused'; readonly error: AppError }
	/** The slice is not what it was when it was counted. */
	| { readonly kind: 'changed'; readonly hits: number };

/** Reads slices by position, each time one step ahead of whoever takes what was read. */
export class SliceReader {
	readonly #target: RecordTarget;
	readonly #countMax: number;
	#count: number;

	constructor(target: RecordTarget, countMax: number) {
		this.#target = target;
		this.#countMax = Math.min(countMax, LIMITS.presentRecordsMax);
		this.#count = Math.min(FIRST_COUNT, this.#countMax);
	}

	/** The records of a slice from a position up to another; `hits` is what the slice was counted to have, where it was. */
	async *read(query: SliceQuery, from: number, upTo: number, hits: number | null): AsyncGenerator<SliceBatch, void> {
		let position = from;
		/** Stand for positions at which nothing came: they are gaps when something comes after them, else the end. */
		let gaps: readonly RawRecord[] = [];
		const ask = (): Promise<Fetched> | null =>
			position > upTo ? null : this.#fetch(query, position, gaps.length > 0 ? 1 : upTo - position + 1);
		for (let ahead = ask(); ahead !== null; ) {
			const batch = await answered(ahead);
			if (batch instanceof AppError) return yield { kind: 'refused', error: batch };
			if (batch.hits !== null && hits !== null && batch.hits !== hits) return yield { kind: 'changed', hits: batch.hits };
			const { records, silence, said = silence?.problem?.reason ?? '' } = batch;
			if (records.length === 0 && silence !== undefined) gaps = [...gaps, silence];
			else if (records.length === 0) return yield { kind: 'end', said };
			if (gaps.length === SILENT_MAX) return yield { kind: 'end', said };
			if (records.length === this.#count) this.#count = Math.min(this.#count * 2, this.#countMax);
			position += Math.max(1, records.length);
			if (records.length === 0 && position <= upTo) {
				ahead = ask();
				continue;
			}
			const known = [...gaps, ...records];
			gaps = [];
			ahead = ask();
			ahead?.catch(() => undefined);
			yield { kind: 'records', records: known, isLast: ahead === null };
		}
	}

	/** What the target hands out at a position where there should be nothing; null when that is so. */
	async beyond(query: SliceQuery, position: number): Promise<RawRecord | null> {
		try {
			return (await this.#fetch(query, position, 1)).records.find(({ problem }) => problem === null) ?? null;
		} catch (error) {
			if (error instanceof AppError) return null;
			throw error;
		}
	}

	#fetch(query: SliceQuery, position: number, most: number): Promise<Fetched> {
		return this.#target.fetch(query, position, Math.min(this.#count, most));
	}
}

/** The answer, or the refusal of this kind of query. Throws everything else. */
async function answered(asked: Promise<Fetched>): Promise<Fetched | AppError> {
	try {
		return await asked;
	} catch (error) {
		if (isUnsupported(error)) return error as AppError;
		throw error;
	}
}
