import type { Logger } from '../lib/logger.ts';
import { isUnsupported, type RecordTarget } from './record-target.ts';
import { both, type SliceQuery, without } from './slice-query.ts';
import { domainOf, type SplitDomain } from './split-domain.ts';

/** A part of a catalogue that is still to be read. Plain data, kept in checkpoints. */
export interface Slice {
	readonly query: SliceQuery;
	/** As the target counted; null: more than it deals with, or not counted yet. */
	readonly hits: number | null;
	/** The index that it is being cut by (its place among those of the target), and what of it the slice has. */
	readonly by: number;
	readonly low: string | null;
	readonly high: string | null;
	/** The slice without that range. */
	readonly base: SliceQuery;
	/** How many records there must be, when that is known beforehand. */
	readonly expected?: number;
	readonly again?: boolean;
}

export interface Halves {
	readonly slices: readonly Slice[];
	/** The slices together are the whole for certain: what has no value in the index is one of them. */
	readonly exhaustive: boolean;
	/** The index that it was cut by. */
	readonly by: number;
}

export const wholeSlice = (query: SliceQuery, hits: number | null): Slice => ({ query, hits, by: 0, low: null, high: null, base: query });

/**
 * Cuts slices in two by the ranges of an index, and what is in neither half (records without a value) off as a third part. A slice that one
 * index cannot cut further is cut by the next. `and not` makes the parts a partition by logic, whatever the values are.
 */
export class SliceSplitter {
	readonly #target: RecordTarget;
	readonly #logger: Logger;
	/** null: the target cannot. */
	readonly #domains = new Map<number, SplitDomain | null>();

	constructor(target: RecordTarget, logger: Logger) {
		this.#target = target;
		this.#logger = logger;
	}

	/** The parts, counted; null when the slice cannot be cut. */
	async split(slice: Slice): Promise<Halves | null> {
		for (let by = slice.by; by < this.#target.indexes.length; by++) {
			const from = by === slice.by ? slice : { ...slice, by, low: null, high: null, base: slice.query };
			const halves = await this.#splitBy(from);
			if (halves !== null) return halves;
		}
		return null;
	}

	/** Cuts by that index no more. */
	giveUp(by: number): void {
		this.#domains.set(by, null);
	}

	async #splitBy(slice: Slice): Promise<Halves | null> {
		const { by, low, high, base } = slice;
		const cut = (await this.#domain(by))?.cut(low, high) ?? null;
		const index = this.#target.indexes[by]?.name ?? '';
		if (cut === null) return null;
		const range = (from: string | null, to: string | null): SliceQuery => ({ kind: 'range', index, low: from, high: to });
		const first = range(low, cut.low);
		const second = range(cut.high, high);
		try {
			const left = await this.#part({ ...slice, query: both(base, first), low, high: cut.low });
			const right = await this.#part({ ...slice, query: both(base, second), low: cut.high, high });
			if (low !== null || high !== null) return { slices: [left, right], exhaustive: true, by };
			// neither half has anything: the index is empty
			if (left.hits === 0 && right.hits === 0) return null;
			const rest = await this.#rest(slice, first, second);
			return { slices: rest === null ? [left, right] : [left, right, rest], exhaustive: rest !== null, by };
		} catch (error) {
			if (!isUnsupported(error)) throw error;
			this.#logger.warn({ index, error: (error as Error).message }, 'the target cannot be cut by this index');
			this.giveUp(by);
			return null;
		}
	}

	async #part(slice: Omit<Slice, 'hits'>): Promise<Slice> {
		const { hits } = await this.#target.count(slice.query);
		const { again: _, ...fresh } = slice;
		return { ...fresh, hits };
	}

	/** What has no value in the index; null when the target cannot tell. */
	async #rest(slice: Slice, first: SliceQuery, second: SliceQuery): Promise<Slice | null> {
		const query = without(without(slice.base, first), second);
		try {
			return await this.#part({ query, by: slice.by + 1, low: null, high: null, base: query });
		} catch (error) {
			if (!isUnsupported(error)) throw error;
			return null;
		}
	}

	async #domain(by: number): Promise<SplitDomain | null> {
		const known = this.#domains.get(by);
		if (known !== undefined) return known;
		const index = this.#target.indexes[by];
		let domain: SplitDomain | null = null;
		try {
			if (index !== undefined) domain = await domainOf(this.#target, index);
		} catch (error) {
			if (!isUnsupported(error)) throw error;
		}
		this.#domains.set(by, domain);
		return domain;
	}
}
