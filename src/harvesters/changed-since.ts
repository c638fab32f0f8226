import type { Counted, Fetched, RecordTarget, ScannedTerm, SplitIndex } from './record-target.ts';
import type { SliceQuery } from './slice-query.ts';

const DAY_MS = 86_400_000;
/** Days before the last run that are read again: the target's days are of its own time zone, and its clock may be wrong. */
const OVERLAP_DAYS = 2;

/** The day (yyyymmdd) from which on changes are asked for, when a run that began then read all before. */
export const changedFrom = (began: Date): string =>
	new Date(began.getTime() - OVERLAP_DAYS * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');

/** Of a target the records alone that changed on a day or later, by an index of days, as a catalogue of its own. */
export class ChangedSince implements RecordTarget {
	readonly where: string;
	readonly identifierIndex: string;
	readonly indexes: readonly SplitIndex[];
	readonly #target: RecordTarget;
	readonly #changed: SliceQuery;

	/** `day` is yyyymmdd. */
	constructor(target: RecordTarget, index: string, day: string) {
		this.#target = target;
		this.#changed = { kind: 'range', index, low: day, high: null };
		this.where = target.where;
		this.identifierIndex = target.identifierIndex;
		this.indexes = target.indexes.filter(({ values }) => values !== 'terms');
	}

	async count(query: SliceQuery): Promise<Counted> {
		return await this.#target.count(this.#within(query));
	}

	async fetch(query: SliceQuery, start: number, count: number): Promise<Fetched> {
		return await this.#target.fetch(this.#within(query), start, count);
	}

	/** What the target lists of an index is of all its records. */
	async scan(): Promise<readonly ScannedTerm[] | null> {
		return null;
	}

	close(): void {
		this.#target.close();
	}

	#within(query: SliceQuery): SliceQuery {
		return query.kind === 'all' ? this.#changed : { kind: 'and', left: this.#changed, right: query };
	}
}
