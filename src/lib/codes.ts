import { AppError } from './errors.ts';

const CODE = /^[A-Za-z0-9._-]{1,32}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** A code of an area, library or source: it stands in addresses and set names. AppError `usage` otherwise. */
export function checkCode(what: string, code: string): string {
	if (CODE.test(code)) return code;
	throw new AppError('usage', `"${code}" is no code of ${what}`, {
		hint: '1 to 32 letters without marks, digits, points, hyphens and underscores: THPT-CLS',
	});
}

/** A name with its outer blanks cut off, in NFC. AppError `usage` when it is empty, too long or has control characters. */
export function checkName(what: string, name: string): string {
	const text = name.normalize('NFC').trim();
	if (text !== '' && text.length <= 300 && !/\p{Cc}/u.test(text)) return text;
	throw new AppError('usage', `"${name}" is no name of ${what}`, { hint: 'a name has 1 to 300 letters on one line' });
}

/** A day of the calendar, `YYYY-MM-DD`. AppError `usage` otherwise. */
export function checkDay(what: string, day: string): string {
	const time = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
	// 2025-02-30 would become another day
	if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(day)) return day;
	throw new AppError('usage', `${what} "${day}" is no day`, { hint: 'write it as year, month, day: 2025-07-01' });
}

/** One of a list of words. AppError `usage` otherwise. */
export function checkOneOf<T extends string>(what: string, word: string, words: readonly T[]): T {
	const found = words.find((one) => one === word);
	if (found !== undefined) return found;
	throw new AppError('usage', `${what} "${word}" is unknown`, { hint: `one of ${words.join(', ')}` });
}
