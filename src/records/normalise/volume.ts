import { hasVietnameseMarks } from '../../lib/fold.ts';
import { numberOf, ORDINAL_WORDS } from './numbers.ts';
import { tidy } from './trim.ts';

/** Volume designations: `Tập 1`, `T.1`, `Quyển hai`, `Phan II` (typed without marks), `vol. 3`, `Bd. 2`, `zweiter Teil`. */

const DIGITS = String.raw`\d{1,4}(?: ?[-–+&/,] ?\d{1,4})*[a-z]?`;
const WORDS =
	'[ivxl]{1,6}|một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín|mười(?: (?:một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?|nhất|đầu|mot|bon|tu|nam|sau|bay|tam|chin|muoi|nhat|dau|one|two|three|four|five|six|seven|eight|nine|ten';
const NAME = 'tập|tap|quyển|quyen|cuốn|cuon|phần|phan|vol(?:ume)?|part|pt|book|bd|band|teil|tome|tomo';
/** Abbreviations of one letter stand before a full stop or a digit. */
const LETTER = String.raw`(?:no|nr)\. ?|[tqpv](?:\. ?|(?=\d))`;

/** At the end of a title, after a space or punctuation. Tried on the last letters only. */
const AT_END = new RegExp(
	String.raw`(?:^|[ .,;:/(\[–-])((?:(?:${NAME})(?:\. ?| th[ứu] | |(?=\d))|${LETTER})(${DIGITS}|${WORDS}))[ ).\]]*$`,
	'i',
);
/** What is counted by a word before it. Behind it stands a title, or nothing. */
const COUNTED_NAMES = new Set('part partie parte teil tome tomo band volume volumen'.split(' '));
const COUNTED = String.raw`(${ORDINAL_WORDS}|\d{1,3}(?:\.|st|nd|rd|th|re|e|è|ème|ère|[ªº])) (?:${[...COUNTED_NAMES].join('|')})`;
const COUNTED_AT_END = new RegExp(String.raw`(?:^|[.,;:/(\[–-] ?)(${COUNTED})[ ).\]]*$`, 'iu');
const COUNTED_AT_BEGINNING = new RegExp(String.raw`^[(\[]?${COUNTED}(?!\p{L})`, 'iu');

/** The whole of a subfield, with or without a name before the number. */
const WHOLE = new RegExp(
	String.raw`^[(\[]?(?:(?:${NAME}|số|so|issue|kỳ|ky|number)(?:\. ?| th[ứu] | |(?=\d))|${LETTER})?(${DIGITS}|${WORDS})[ ).\]:,]*$`,
	'i',
);
const NAMED = new RegExp(String.raw`^[(\[]?(?:(?:${NAME})(?:\. ?| th[ứu] | |(?=\d))|${LETTER})(${DIGITS}|${WORDS})(?=$|[ ).\]:,-])`, 'i');
const ISSUE = /^[([]?(?:số|so|no|nr|issue|kỳ|ky)[ .]/i;
const CLASS = /^(?:lớp|lop|grade|class)\b/i;

const TAIL_LENGTH = 40;

/** Words that make another word of the `tập` after them: exercises, practice, collected works. */
const NOT_BEFORE_TAP =
	/(?:^|[^\p{L}])(?:bài|luyện|thực|học|ôn|sưu|tuyển|toàn|tổng|hợp|thi|bai|luyen|thuc|hoc|on|suu|tuyen|toan|tong|hop) $/iu;

/** A designation as it stands in a title typed without marks. */
const UNMARKED = /^(?:tap|quyen|cuon|phan)(?![\p{L}])/iu;

/** The number of a designation in digits: `01` is `1`, `hai` is `2`, `1 - 3` is `1-3`. */
function plainNumber(text: string): string {
	const value = numberOf(text);
	if (value !== undefined) return String(value);
	return text
		.replaceAll(' ', '')
		.replaceAll('–', '-')
		.replace(/\d+/g, (digits) => String(Number(digits)))
		.toLowerCase();
}

/** The number that counts: `zweiter` is `2`, `3rd` is `3`. */
const countedNumber = (ordinal: string): string => plainNumber(/^\d+/.exec(ordinal)?.[0] ?? ordinal);

/** The last word of a text, without the brackets and full stops behind it. */
function lastWord(text: string): string {
	let end = text.length;
	while (end > 0 && ' .)]'.includes(text.charAt(end - 1))) end--;
	let start = end;
	while (start > 0 && !' .,;:/([-–'.includes(text.charAt(start - 1))) start--;
	return text.slice(start, end);
}

/** Without the punctuation that stood between a title and its designation. */
function withoutMarks(text: string): string {
	let end = text.length;
	while (end > 0 && ' .,;:/([–-'.includes(text.charAt(end - 1))) end--;
	return text.slice(0, end);
}

const NUMBER_SIGN = /^n[or]\./i;

export interface VolumeAtEnd {
	/** The text before the designation. */
	readonly before: string;
	/** `Tập 1` as written. */
	readonly designation: string;
	readonly number: string;
}

/** A designation at the end of a title; something must stand before it unless it may be `alone`. */
export function volumeAtEnd(text: string, alone: boolean): VolumeAtEnd | undefined {
	const tail = text.length > TAIL_LENGTH ? text.slice(-TAIL_LENGTH) : text;
	const last = lastWord(tail);
	const counted = COUNTED_NAMES.has(last.toLowerCase()) ? COUNTED_AT_END.exec(tail) : null;
	if (counted !== null) {
		const designation = counted[1] as string;
		const before = withoutMarks(text.slice(0, text.lastIndexOf(designation)));
		return before === '' && !alone ? undefined : { before, designation, number: countedNumber(counted[2] as string) };
	}
	const code = last.charCodeAt(last.length - 1);
	if (!(code <= 0x39) && !/\d/.test(last) && numberOf(last) === undefined) return undefined;
	const match = AT_END.exec(tail);
	if (match === null) return undefined;
	const at = text.length - tail.length + match.index + (match[0] as string).indexOf(match[1] as string);
	const designation = match[1] as string;
	const before = text.slice(0, at);
	// a number in a series that the rest names: `Treasury regulations, no. 41`
	if (alone && before !== '' && NUMBER_SIGN.test(designation)) return undefined;
	if (/[)\]]/.test(text.slice(at + designation.length)) && !/[([]$/.test(before)) return undefined;
	if (/^t[ậa]p/i.test(designation) && NOT_BEFORE_TAP.test(before.slice(-12))) return undefined;
	// a name (`Phan Tư`) where the title carries marks
	if (UNMARKED.test(designation) && hasVietnameseMarks(text)) return undefined;
	const title = withoutMarks(before);
	return title === '' && !alone ? undefined : { before: title, designation: tidy(designation), number: plainNumber(match[2] as string) };
}

const BEGINNING = new RegExp(String.raw`^((?:${NAME})(?:\. ?| th[ứu] | |(?=\d))(${DIGITS}|${WORDS}))[ ]?[.,:;–-]+ +(?=\S)`, 'i');

/** A second designation: the parts of one book are told. */
const ANOTHER = new RegExp(String.raw`(?<!\p{L})(?:${NAME})\.? (?:\d|ii|2|two|hai)(?!\p{L})`, 'iu');

/** A designation at the beginning of a text that goes on behind a full stop, comma, colon or dash. */
export function volumeAtBeginning(text: string): { designation: string; number: string; behind: string } | undefined {
	const match = BEGINNING.exec(text.slice(0, TAIL_LENGTH));
	if (match === null || (UNMARKED.test(match[1] as string) && hasVietnameseMarks(text))) return undefined;
	if (ANOTHER.test(text.slice(match[0].length))) return undefined;
	return { designation: match[1] as string, number: plainNumber(match[2] as string), behind: text.slice(match[0].length) };
}

const BARE_NAME = new RegExp(`^(?:${NAME})[. ]+`, 'i');

/** The name before the number of a designation, in lower case; '' without. */
export const designationName = (text: string): string => /^\p{L}{2,}(?=[. ])/u.exec(text)?.[0].toLowerCase() ?? '';

/** Whether a text is a number, with or without a name before it, and nothing else. */
export const isOnlyNumber = (text: string): boolean => text.length <= TAIL_LENGTH && WHOLE.test(text);

/** The volume that a $n is (or a 490 $v): with or without a name, else its first number, else a short text as it stands. */
export function volumeIn(text: string): string | undefined {
	if (text === '' || CLASS.test(text)) return undefined;
	const whole = text.length <= TAIL_LENGTH ? WHOLE.exec(text) : null;
	if (whole !== null) return plainNumber(whole[1] as string);
	const named = volumeNamed(text);
	if (named !== undefined) return named;
	const digits = /\d{1,4}/.exec(text.slice(0, TAIL_LENGTH));
	if (digits !== null) return String(Number(digits[0]));
	const bare = text.replace(BARE_NAME, '');
	return bare.length <= 12 ? bare.toLowerCase() : undefined;
}

/** The volume at the beginning of a $p or 773 $g, only when a name says that it is one: `Tập 1: Đại số`; `2.1` for `Tập 2, quyển 1`. */
export function volumeNamed(text: string): string | undefined {
	const beginning = text.slice(0, TAIL_LENGTH);
	const counted = COUNTED_AT_BEGINNING.exec(beginning);
	if (counted !== null) return countedNumber(counted[1] as string);
	const match = NAMED.exec(beginning);
	if (match === null) return undefined;
	const outer = plainNumber(match[1] as string);
	const inner = NAMED.exec(beginning.slice(match[0].length).replace(/^[ .,;:-]+/, ''));
	return inner === null ? outer : `${outer}.${plainNumber(inner[1] as string)}`;
}

/** Whether a designation is of an issue of a serial: `Số 5`, `no. 12`. */
export const isIssueDesignation = (text: string): boolean => ISSUE.test(text);
