const SECOND = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const DAY_MS = 86_400_000;

/** A from or until argument: the first and the last millisecond that it covers. */
export interface Datestamp {
	readonly granularity: 'day' | 'second';
	readonly firstMs: number;
	readonly lastMs: number;
}

/** Reads a UTCdatetime (OAI-PMH 2.0 §3.3) of either granularity; undefined when it is none, or no day of the calendar. */
export function parseDatestamp(text: string): Datestamp | undefined {
	const day = DAY.test(text);
	if (!day && !SECOND.test(text)) return undefined;
	const firstMs = Date.parse(text);
	if (Number.isNaN(firstMs)) return undefined;
	const written = new Date(firstMs).toISOString();
	if (written.slice(0, text.length - (day ? 0 : 1)) !== (day ? text : text.slice(0, -1))) return undefined;
	return { granularity: day ? 'day' : 'second', firstMs, lastMs: firstMs + (day ? DAY_MS : 1000) - 1 };
}

const DAY_SECONDS = 86_400;
const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
let lastDay = Number.NaN;
let lastDate = '';

/** Milliseconds to `YYYY-MM-DDThh:mm:ssZ`, the fraction cut off. Neighbours in a list mostly share the day. */
export function writeDatestamp(ms: number): string {
	const second = Math.floor(ms / 1000);
	const day = Math.floor(second / DAY_SECONDS);
	if (day !== lastDay) {
		lastDate = new Date(day * DAY_MS).toISOString().slice(0, 11);
		lastDay = day;
	}
	const rest = second - day * DAY_SECONDS;
	return `${lastDate}${TWO_DIGITS[Math.floor(rest / 3600)]}:${TWO_DIGITS[Math.floor(rest / 60) % 60]}:${TWO_DIGITS[rest % 60]}Z`;
}
