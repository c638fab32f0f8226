import { type Granularity, granuleMs, writeDatestamp } from '../protocols/oai-pmh/datestamp.ts';

const OVERLAP_MS: Readonly<Record<Granularity, number>> = { day: 86_400_000, second: 600_000 };
const NARROWEST_MS: Readonly<Record<Granularity, number>> = { day: 86_400_000, second: 3_600_000 };
/** Before any OAI-PMH provider had records. */
const EARLIEST = Date.UTC(1990, 0, 1);

export interface ListWindow {
	readonly from: string | null;
	readonly until: string | null;
}

/** Where an incremental run begins: the last run's start by the provider's clock, less an overlap for late commits and skewed clocks. */
export const incrementalFrom = (harvestedUntil: string, granularity: Granularity): string =>
	writeDatestamp(Date.parse(harvestedUntil) - OVERLAP_MS[granularity], granularity);

/**
 * The first part of a window that a provider could not answer as a whole, or null when it is as narrow as can be. `earliest` and
 * `now` are ISO instants that stand in for open ends; an open beginning stays open, so that nothing before `earliest` is lost.
 */
export function narrowed(window: ListWindow, granularity: Granularity, earliest: string | null, now: string): ListWindow | null {
	const low = Date.parse(window.from ?? earliest ?? '') || EARLIEST;
	const high = Date.parse(window.until ?? now);
	if (!(high - low > NARROWEST_MS[granularity])) return null;
	return { from: window.from, until: writeDatestamp(low + (high - low) / 2, granularity) };
}

/** The window that follows one that is done: from the next instant on, twice as wide as the last, open where that reaches now. */
export function following(done: ListWindow, granularity: Granularity, earliest: string | null, now: string): ListWindow {
	const end = Date.parse(done.until as string);
	const width = end - (Date.parse(done.from ?? earliest ?? '') || end - NARROWEST_MS[granularity]);
	const from = end + granuleMs(granularity);
	const until = from + Math.max(width * 2, NARROWEST_MS[granularity]);
	return { from: writeDatestamp(from, granularity), until: until >= Date.parse(now) ? null : writeDatestamp(until, granularity) };
}

/** Whether a record's datestamp (ISO instant) lies outside what was asked for; both ends are inclusive. */
export function isOutside(datestamp: string | null, window: ListWindow): boolean {
	if (datestamp === null) return false;
	const { from, until } = window;
	return (
		(from !== null && datestamp.slice(0, 19) < from.slice(0, 19)) ||
		(until !== null && datestamp.slice(0, until.length === 10 ? 10 : 19) > until.slice(0, 19))
	);
}
