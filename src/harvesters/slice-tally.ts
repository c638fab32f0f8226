import { AppError } from '../lib/errors.ts';

/** What a harvest by slices knows of its completeness. Plain data, kept in checkpoints. */
export interface Tally {
	/** The target's own count of all records at the beginning; null when it has none, or none to be trusted. */
	readonly total: number | null;
	/** Slices read, what the target said that they hold, and records received of them. */
	readonly slices: number;
	readonly said: number;
	readonly received: number;
	/** The slices are the whole catalogue for certain, by the logic of their queries. */
	readonly exhaustive: boolean;
	/** Most records that the target hands out of one set, as far as known. */
	readonly cap: number | null;
	/** Slices that did not add up, the first of them. */
	readonly wanting: readonly WantingSlice[];
	readonly wantingCount: number;
	/** Slices in a row, up to the last, of which nothing came though there should be something. */
	readonly inVain: number;
}

export interface WantingSlice {
	readonly slice: string;
	readonly said: number | null;
	readonly received: number;
	readonly reason: string;
}

const WANTING_MAX = 50;
const SHOWN_MAX = 5;
/** Slices in a row of which nothing came, after which no more are asked for: a target that refuses each would be asked a hundred thousand times. */
const IN_VAIN_MAX = 50;

export const emptyTally = (total: number | null, cap: number | null): Tally => ({
	total,
	slices: 0,
	said: 0,
	received: 0,
	exhaustive: true,
	cap,
	wanting: [],
	wantingCount: 0,
	inVain: 0,
});

/** The tally with a slice that was read; `reason` is '' when everything of it came. */
export function withSlice(tally: Tally, one: WantingSlice): Tally {
	const wanting = one.reason === '' ? tally.wanting : [...tally.wanting, one].slice(0, WANTING_MAX);
	return {
		...tally,
		slices: tally.slices + 1,
		said: tally.said + (one.said ?? 0),
		received: tally.received + one.received,
		wanting,
		wantingCount: tally.wantingCount + (one.reason === '' ? 0 : 1),
		inVain: one.reason !== '' && one.received === 0 ? tally.inVain + 1 : 0,
	};
}

/** AppError too-large after too many slices in a row of which nothing came; `slice` is the last of them. */
export function assertNotInVain({ inVain }: Tally, slice: string, reason: string): void {
	if (inVain < IN_VAIN_MAX) return;
	throw new AppError('too-large', `nothing came of ${inVain} parts in a row, the last of them ${slice}: ${reason}`, {
		hint: 'ask the library to hand out more records of one result set, or by which index it can be read in parts (setting indexes)',
	});
}

/**
 * Whether everything came: null, or why not as a sentence. `distinct` records have been listed. Every slice must have come whole, and the
 * slices must add up: as many different records must have come as the target says it has; where its total cannot be trusted, as its slices hold, which are the
 * whole by the logic of their queries. `totalNow` is the target's count at the end; a catalogue that changed while it was read adds up to either.
 */
export function shortfall(tally: Tally, distinct: number, totalNow: number | null): string | null {
	if (tally.wantingCount > 0) {
		const shown = tally.wanting
			.slice(0, SHOWN_MAX)
			.map(({ slice, said, received, reason }) => `${slice} (${received} of ${said ?? 'unknown'}: ${reason})`);
		const more = tally.wantingCount > SHOWN_MAX ? ` and ${tally.wantingCount - SHOWN_MAX} more` : '';
		return `${tally.wantingCount} of ${tally.slices} slices did not come whole: ${shown.join('; ')}${more}`;
	}
	const { total, said, exhaustive, slices } = tally;
	if (total === null)
		return exhaustive && distinct === said
			? null
			: `${distinct} records came in ${slices} slices that hold ${said}, and the target gives no total to compare with`;
	const totals = totalNow === null ? [total] : [total, totalNow];
	if (totals.includes(distinct)) return null;
	return `the target says it has ${total} records${totalNow === null || totalNow === total ? '' : ` (${totalNow} at the end)`}, but its ${slices} slices hold ${said}, of which ${distinct} different ones came`;
}
