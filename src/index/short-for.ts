import { foldText } from '../lib/fold.ts';

/** What is written short on title pages and in catalogues: folded, and in full. */
const WHOLE: ReadonlyMap<string, string> = new Map([
	['sgk', 'sách giáo khoa'],
	['sgv', 'sách giáo viên'],
	['sbt', 'sách bài tập'],
	['vbt', 'vở bài tập'],
]);
/** What parts of a set are called, and the letter for it: `Tập 2` stands in many catalogues as `T.2`. */
const PARTS: readonly (readonly [name: string, letter: string])[] = [
	['tập', 't'],
	['quyển', 'q'],
	['phần', 'p'],
];
const BY_NAME = new Map(PARTS.map((part) => [foldText(part[0]), part]));
const SPELLED = ['một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín', 'mười'];
const NAMES = new Map(PARTS.map(([name, letter]) => [letter, name]));
const NUMBER = /^[0-9]{1,3}(?=[.,:;]?$)/;
const LETTER_AND_NUMBER = /^([tqp])(\.?)([0-9]{1,3})[.,:;]?$/i;

/** The number that a word is, and `tập hai` where a name of parts and 2 come to that. */
function counted(name: string, text: string | undefined): { readonly count: string; readonly spelled: readonly string[] } | undefined {
	const [count] = (text === undefined ? null : NUMBER.exec(text)) ?? [];
	const word = count === undefined ? undefined : SPELLED[Number(count) - 1];
	return count === undefined ? undefined : { count, spelled: word === undefined ? [] : [`${name} ${word}`] };
}

/**
 * Phrases that will do in place of a word that was typed, by those before and behind it: `t 2` and `tập hai` for `tập` before `2`, `tập hai` for that
 * `2`, `tập 2` for `T.2`, what SGK is short for.
 */
export function shortFor(text: string, before: string | undefined, behind: string | undefined): readonly string[] | undefined {
	const [, letter = '', dot, number] = LETTER_AND_NUMBER.exec(text) ?? [];
	const name = NAMES.get(letter.toLowerCase());
	if (name !== undefined) return [`${name} ${number}`, ...(dot === '' ? [`${letter.toLowerCase()} ${number}`] : [])];
	const folded = foldText(text);
	const whole = WHOLE.get(folded);
	if (whole !== undefined) return [whole];
	const part = BY_NAME.get(folded);
	const next = part && counted(part[0], behind);
	if (part !== undefined && next !== undefined) return [`${part[1]} ${next.count}`, ...next.spelled];
	const named = before === undefined ? undefined : BY_NAME.get(foldText(before));
	const spelled = named && counted(named[0], text)?.spelled;
	return spelled?.length === 0 ? undefined : spelled;
}
