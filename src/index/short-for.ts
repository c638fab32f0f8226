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
const LETTERS = new Map(PARTS.map(([name, letter]) => [foldText(name), letter]));
const NAMES = new Map(PARTS.map(([name, letter]) => [letter, name]));
const NUMBER = /^[0-9]{1,3}(?=[.,:;]?$)/;
const LETTER_AND_NUMBER = /^([tqp])(\.?)([0-9]{1,3})[.,:;]?$/i;

/** Phrases that stand for a word that was typed, with the one behind it: `t 2` for `tập` before `2`, `tập 2` for `T.2`, what SGK is short for. */
export function shortFor(text: string, behind: string | undefined): readonly string[] | undefined {
	const [, letter = '', dot, number] = LETTER_AND_NUMBER.exec(text) ?? [];
	const name = NAMES.get(letter.toLowerCase());
	if (name !== undefined) return [`${name} ${number}`, ...(dot === '' ? [`${letter.toLowerCase()} ${number}`] : [])];
	const folded = foldText(text);
	const whole = WHOLE.get(folded);
	if (whole !== undefined) return [whole];
	const [count] = (behind === undefined ? null : NUMBER.exec(behind)) ?? [];
	const short = LETTERS.get(folded);
	return short === undefined || count === undefined ? undefined : [`${short} ${count}`];
}
