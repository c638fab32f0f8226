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

let lastSecond = Number.NaN;
let lastWritten = '';

/** Milliseconds to `YYYY-MM-DDThh:mm:ssZ`, the fraction cut off. Neighbours in a list mostly have the same. */
export function writeDatestamp(ms: number): string {
	const second = Math.floor(ms / 1000);
	if (second !== lastSecond) {
		lastWritten = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
		lastSecond = second;
	}
	return lastWritten;
}
