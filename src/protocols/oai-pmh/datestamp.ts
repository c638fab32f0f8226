/** UTCdatetime of OAI-PMH 2.0 §3.3: read liberally, written exactly. */

export type Granularity = 'day' | 'second';

/** What nearly all datestamps look like; days that not every month has go the long way. */
const USUAL = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const LIBERAL =
	/^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(?:[Zz]|([+-])(\d{2}):?(\d{2})?)?)?)?)?$/;

/**
 * The instant of a datestamp as `YYYY-MM-DDThh:mm:ssZ` (with `.mmm` when it has a fraction), or null when it is none. Accepts
 * what providers send beside the standard: fractions, offsets, lower-case t and z, no zone (UTC is meant), days, months, years.
 */
export function readDatestamp(text: string): string | null {
	if (USUAL.test(text)) return text;
	const match = LIBERAL.exec(text.trim());
	if (match === null) return null;
	const [
		,
		year,
		month = '01',
		day = '01',
		hour = '00',
		minute = '00',
		second = '00',
		fraction = '',
		sign,
		zoneHours = '0',
		zoneMinutes = '0',
	] = match;
	// A leap second is the last the calendar here can tell.
	const s = Math.min(Number(second), 59);
	if (Number(second) > 60 || Number(hour) > 23 || Number(minute) > 59 || Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return null;
	const local = Date.UTC(
		Number(year),
		Number(month) - 1,
		Number(day),
		Number(hour),
		Number(minute),
		s,
		Number(fraction.slice(0, 3).padEnd(3, '0')),
	);
	const date = new Date(local);
	if (Number(year) < 100 || date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
	const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
	const instant = sign === '+' ? local - offset : sign === '-' ? local + offset : local;
	return writeInstant(instant);
}

/** Milliseconds since 1970 as an ISO instant, without a fraction of zero. */
export function writeInstant(ms: number): string {
	const iso = new Date(ms).toISOString();
	return iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso;
}

/** Milliseconds since 1970 as a datestamp for `from` or `until`, rounded down to what the granularity can say. */
export function writeDatestamp(ms: number, granularity: Granularity): string {
	const iso = new Date(ms).toISOString();
	return granularity === 'day' ? iso.slice(0, 10) : `${iso.slice(0, 19)}Z`;
}

/** The granularity an Identify states (`YYYY-MM-DDThh:mm:ssZ` in any case); day, which every provider takes, when it states nothing known. */
export function readGranularity(text: string): Granularity {
	return text.trim().toLowerCase().startsWith('yyyy-mm-ddthh:mm:ss') ? 'second' : 'day';
}

/** How long one step of the granularity is, in milliseconds. */
export const granuleMs = (granularity: Granularity): number => (granularity === 'day' ? 86_400_000 : 1_000);
