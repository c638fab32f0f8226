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
	/** What the target counted, where it was found to hand out more than that; `hits` is null then. */
	readonly counted?: number;
	/** Its count changed again while it was read once more: what comes is kept, and may not be all. */
	readonly unsteady?: boolean;
}

export interface Halves {
	readonly slices: readonly Slice[];
	/** The slices together are the whole for certain: what has no value in the index is one of them. */
	readonly exhaustive: boolean;
	/** What the slices hold together, and of that what is in both halves, where that was asked. */
	readonly sum: number;
	readonly shared: number;
}

/** Parts of an exact whole may hold so many times its records, where records have several values. */
const OVERLAP_MAX = 1.5;
/** Parts may lack so much of the whole: a catalogue changes while it is counted. */
const LACKING_SHARE = 0.1;
const LACKING_RECORDS = 20;
/** Cuts by an index that do not add up, before it is given up. */
const LACKING_CUTS = 3;

export const wholeSlice = (query: SliceQuery, hits: number | null): Slice => ({ query, hits, by: 0, low: null, high: null, base: query });

/**
 * Cuts slices in two by the ranges of an index, and what is in neither half (records without a value) off as a third part. A slice that one
 * index cannot cut further is cut by the next. `and not` makes the parts a partition by logic, whatever the values are; where the counts
 * contradict that, the target takes no notice of the index, or counts as it likes, and another index is tried.
 */
export class SliceSplitter {
	readonly #target: RecordTarget;
	readonly #logger: Logger;
	/** null: the target cannot. */
	readonly #domains = new Map<number, SplitDomain | null>();
	readonly #lacking = new Map<number, number>();
	/** By index, why it is of no use. */
	readonly #faults = new Map<number, string>();

	constructor(target: RecordTarget, logger: Logger) {
		this.#target = target;
		this.#logger = logger;
	}

	/** Why the target cannot be cut by its indexes, as far as that was met; '' where nothing was. */
	get faults(): string {
		const indexes = (fault: string): string => [...this.#faults].flatMap(([by, its]) => (its === fault ? [this.#name(by)] : [])).join(', ');
		return [...new Set(this.#faults.values())].map((fault) => `${indexes(fault)}: ${fault}`).join('; ');
	}

	/**
	 * The parts, counted; null when the slice cannot be cut. A count of `countsTo` may stand for more. Where no index gives parts that add up,
	 * the first that lack some of the whole.
	 */
	async split(slice: Slice, countsTo: number | null = null): Promise<Halves | null> {
		let lacking: Halves | null = null;
		for (let by = slice.by; by < this.#target.indexes.length; by++) {
			const from = by === slice.by ? slice : { ...slice, by, low: null, high: null, base: slice.query };
			const halves = await this.#splitBy(from, countsTo);
			if (halves === null) continue;
			if (!this.#lacks(from, halves, countsTo)) return halves;
			lacking ??= { ...halves, exhaustive: false };
		}
		return lacking;
	}

	async #splitBy(slice: Slice, countsTo: number | null): Promise<Halves | null> {
		const { by, low, high, base } = slice;
		const cut = (await this.#domain(by))?.cut(low, high) ?? null;
		if (cut === null) return null;
		const range = (from: string | null, to: string | null): SliceQuery => ({ kind: 'range', index: this.#name(by), low: from, high: to });
		const first = range(low, cut.low);
		const second = range(cut.high, high);
		try {
			const left = await this.#part({ ...slice, query: both(base, first), low, high: cut.low });
			const right = await this.#part({ ...slice, query: both(base, second), low: cut.high, high });
			const isBounded = low !== null || high !== null;
			// neither half has anything: the index is empty
			if (!isBounded && left.hits === 0 && right.hits === 0) return null;
			const rest = isBounded ? null : await this.#rest(slice, first, second, left.hits === 0 ? second : first);
			const slices = rest === null ? [left, right] : [left, right, rest];
			const sum = slices.reduce((all, { hits }) => all + (hits ?? Number.POSITIVE_INFINITY), 0);
			const shared = await this.#shared(slice, countsTo, sum, both(both(base, first), second));
			return shared === null ? null : { slices, exhaustive: isBounded || rest !== null, sum, shared };
		} catch (error) {
			if (!isUnsupported(error)) throw error;
			this.#giveUp(by, (error as Error).message);
			return null;
		}
	}

	/** How many records are in both halves, as far as that matters; null when nearly all are: such parts lead nowhere. */
	async #shared({ by, hits, counted }: Slice, countsTo: number | null, sum: number, inBoth: SliceQuery): Promise<number | null> {
		const whole = hits ?? counted ?? Number.POSITIVE_INFINITY;
		const isExact = hits !== null && hits !== countsTo;
		if (hits !== null && sum <= (isExact ? whole * OVERLAP_MAX : whole)) return 0;
		const shared = (await this.#target.count(inBoth)).hits;
		if (shared !== null && shared <= whole * (OVERLAP_MAX - 1) && !isExact) return shared;
		const isIgnored = shared === null || shared >= whole;
		const isShared = shared !== null && shared > whole * (OVERLAP_MAX - 1);
		const fault = isShared ? 'most records are in both halves' : 'the halves count more than the whole, and have few records in common';
		this.#giveUp(by, isIgnored ? 'ignored, two ranges that exclude each other hold as much as all' : fault);
		return null;
	}

	/** Whether parts that are the whole by logic hold less; an index by which that is so again and again is given up. */
	#lacks({ by, hits }: Slice, { exhaustive, sum }: Halves, countsTo: number | null): boolean {
		if (hits === null || !exhaustive || sum >= hits - Math.max(LACKING_RECORDS, hits * LACKING_SHARE)) return false;
		const cuts = (this.#lacking.get(by) ?? 0) + 1;
		this.#lacking.set(by, cuts);
		const fault = `the parts hold ${sum} records of ${hits === countsTo ? 'at least ' : ''}${hits}`;
		if (cuts < LACKING_CUTS) this.#faults.set(by, fault);
		else this.#giveUp(by, fault);
		return true;
	}

	#giveUp(by: number, fault: string): void {
		this.#logger.warn({ index: this.#name(by), fault }, 'the target cannot be cut by this index');
		this.#faults.set(by, fault);
		this.#domains.set(by, null);
	}

	#name(by: number): string {
		return this.#target.indexes[by]?.name ?? '';
	}

	async #part(slice: Omit<Slice, 'hits'>): Promise<Slice> {
		const { hits } = await this.#target.count(slice.query);
		const { again: _, counted: __, unsteady: ___, ...fresh } = slice;
		return { ...fresh, hits };
	}

	/** What has no value in the index; null when the target cannot tell. `some` is a half with records. */
	async #rest(slice: Slice, first: SliceQuery, second: SliceQuery, some: SliceQuery): Promise<Slice | null> {
		const query = without(without(slice.base, first), second);
		try {
			const rest = await this.#part({ query, by: slice.by + 1, low: null, high: null, base: query });
			// as much as the whole, beside two halves: that is so where "and not" is ignored
			if (rest.hits === slice.hits && (await this.#target.count(without(some, some))).hits !== 0) return null;
			return rest;
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
