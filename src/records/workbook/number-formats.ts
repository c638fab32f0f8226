import type { PartHandler } from './part-reader.ts';

/** How the number in a cell is shown, where that is more than its digits. */
export type NumberFormat =
	| { readonly kind: 'date' }
	/** At least so many digits, with zeros before them, between what is written before and behind. */
	| { readonly kind: 'digits'; readonly before: string; readonly digits: number; readonly behind: string };

const DATE: NumberFormat = { kind: 'date' };
/** Formats that every workbook has without naming them (ECMA-376 part 1, 18.8.30); times of a day are no dates. */
const DATE_IDS: ReadonlySet<number> = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58]);

const LITERAL = String.raw`(?:"[^"]*"|\\.|[-/ .])*`;
const DIGITS = new RegExp(`^(${LITERAL})(0+)(${LITERAL})$`);
const unquoted = (literal: string): string => literal.replace(/"([^"]*)"|\\(.)/g, (_, quoted = '', escaped = '') => `${quoted}${escaped}`);

/** What a format code says; null when the number itself says it all. */
export function numberFormat(code: string): NumberFormat | null {
	const positive = code.split(';')[0] ?? '';
	const digits = DIGITS.exec(positive);
	if (digits !== null) {
		const [, before = '', zeros = '', behind = ''] = digits;
		if (before === '' && behind === '' && zeros.length === 1) return null;
		return { kind: 'digits', before: unquoted(before), digits: zeros.length, behind: unquoted(behind) };
	}
	const signs = positive.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '');
	return /^general$/i.test(signs.trim()) || !/[yd]/i.test(signs) ? null : DATE;
}

/** Reads xl/styles.xml: how the numbers of the cells of each style are shown. */
export class StylesPart implements PartHandler {
	/** By number of the style. */
	readonly formats: (NumberFormat | null)[] = [];
	readonly #codes = new Map<number, NumberFormat | null>();
	#inCells = false;

	open(name: string, attributes: Readonly<Record<string, string>>): void {
		const id = Number(attributes['numFmtId'] ?? 0);
		if (name === 'numFmt') this.#codes.set(id, numberFormat(attributes['formatCode'] ?? ''));
		else if (name === 'cellXfs') this.#inCells = true;
		else if (name === 'xf' && this.#inCells) this.formats.push(this.#codes.get(id) ?? (DATE_IDS.has(id) ? DATE : null));
	}

	text(): void {}

	close(name: string): void {
		if (name === 'cellXfs') this.#inCells = false;
	}
}

const DAY_MS = 86_400_000;
/** Days from the beginning of both calendars of Excel to 1970. */
const TO_1970 = 25_569;
const TO_1970_FROM_1904 = TO_1970 - 1_462;
const DAYS_MAX = 2_958_466;

/** A number of a cell as it is shown, dates as ISO days; plain digits, however large it is. */
export function shownNumber(written: string, format: NumberFormat | null, from1904: boolean): string {
	const value = Number(written);
	if (written.trim() === '' || !Number.isFinite(value)) return written.trim();
	if (format?.kind === 'date' && value >= 1 && value < DAYS_MAX)
		return new Date(Math.round((value - (from1904 ? TO_1970_FROM_1904 : TO_1970)) * DAY_MS)).toISOString().slice(0, 10);
	if (format?.kind === 'digits' && Number.isSafeInteger(value) && value >= 0)
		return `${format.before}${String(value).padStart(format.digits, '0')}${format.behind}`;
	return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}
