/** Cleaning of values as cataloguers write them: white space and the punctuation of ISBD. All linear, whatever the length. */

const UNTIDY = /[\t\n\r\u00a0\u0085\u2028\u2029\u200b\u200e\u200f\u2060\ufeff]/;
const SPACES = /[ \t\n\r\u00a0\u0085\u2028\u2029]+/g;
const INVISIBLE = /[\u200b\u200e\u200f\u2060\ufeff]/g;

/** Without spaces at the ends and characters that nobody sees, and with single spaces inside. */
export function tidy(text: string): string {
	return (UNTIDY.test(text) || text.includes('  ') ? text.replace(INVISIBLE, '').replace(SPACES, ' ') : text).trim();
}

/** Whether a trailing character is ISBD punctuation: space , / : ; = */
const isMark = (code: number): boolean =>
	code === 0x20 || code === 0x2c || code === 0x2f || code === 0x3a || code === 0x3b || code === 0x3d;

/** Words whose full stop belongs to them. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
	'jr sr inc co ltd etc ed eds dr mr mrs ms st vol no tp nxb tr pp bd al corp dept univ ts gs ths pgs trans rev cm'.split(' '),
);

/** Whether the full stop at `end - 1` belongs to the word before it: an initial, an abbreviation, or an ellipsis. */
function stopBelongs(text: string, end: number): boolean {
	let start = end - 1;
	while (start > 0 && end - start < 8) {
		const code = text.charCodeAt(start - 1);
		if (code === 0x2e) return true;
		if (code === 0x20 || code === 0x28 || code === 0x5b || code === 0x2c) break;
		start--;
	}
	const length = end - 1 - start;
	if (length === 0) return false;
	if (length === 1) return text.charCodeAt(start) > 0x39;
	return length <= 5 && ABBREVIATIONS.has(text.slice(start, end - 1).toLowerCase());
}

/** Without the ISBD punctuation at the end (` /`, ` :`, ` ;`, ` =`, `,`, a full stop that ends the area) and without lone brackets. */
export function trimIsbd(text: string): string {
	let end = text.length;
	while (end > 0 && isMark(text.charCodeAt(end - 1))) end--;
	if (end > 1 && text.charCodeAt(end - 1) === 0x2e && !stopBelongs(text, end)) {
		end--;
		while (end > 0 && isMark(text.charCodeAt(end - 1))) end--;
	}
	let start = 0;
	while (start < end && isMark(text.charCodeAt(start))) start++;
	return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** As `trimIsbd`, without the brackets that a cataloguer put round the whole: `[Hà Nội]`. */
export function trimBrackets(text: string): string {
	const trimmed = trimIsbd(text);
	if (!trimmed.startsWith('[')) return trimmed.endsWith(']') && !trimmed.includes('[') ? trimIsbd(trimmed.slice(0, -1)) : trimmed;
	const inner = trimmed.endsWith(']') ? trimmed.slice(1, -1) : trimmed.slice(1);
	return inner.includes('[') || inner.includes(']') ? trimmed : trimIsbd(inner.trim());
}

/** Patterns that search look no further than this. */
const SEARCHED_MAX = 1000;

/** The beginning of a long text: what patterns are tried on, so that their cost has a bound. */
export const head = (text: string): string => (text.length > SEARCHED_MAX ? text.slice(0, SEARCHED_MAX) : text);
