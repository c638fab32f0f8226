import { isVietnameseSyllable } from '../records/vietnamese-syllable.ts';
import type { MatchFeatures } from './features.ts';
import { withoutLeads } from './serial-leads.ts';
import { beginsWith, foreignWords, isSlip, letterShare, oneSlip, wordLikeness } from './similarity.ts';
import { wordsOf } from './words-of.ts';

/** Steps of likeness, with what people are told of them. */
export const LIKENESS = { near: 0.9, alike: 0.8, partly: 0.6, little: 0.3, other: 0 } as const;
export type Likeness = keyof typeof LIKENESS;

export function stepOf(likeness: number): Likeness {
	if (likeness >= 0.9) return 'near';
	if (likeness >= 0.75) return 'alike';
	if (likeness >= 0.5) return 'partly';
	return likeness >= 0.25 ? 'little' : 'other';
}

/** Articles that are no Vietnamese syllables. */
const ARTICLE = /^(?:the|der|die|das|les|las|los|gli) (?=.)/;
const withoutArticle = (title: string): string => title.replace(ARTICLE, '');

const SLIP_TITLE_MIN = 8;
const BEGINNING_MIN = 8;

export type TitleLevel = 'equal' | 'slip' | 'told' | 'begins' | 'whole' | 'behind' | 'turned' | Likeness | 'missing';

/**
 * Titles proper. `told`: the longer has its subtitle, part or statement of responsibility in 245 $a; `begins`: it just goes on; `whole`:
 * title and rest have the same words, parted or ordered otherwise; `behind`: the title of one is rest or part of the other; `turned`: the
 * same words in another order.
 */
export function compareTitles(a: MatchFeatures, b: MatchFeatures): TitleLevel {
	const x = a.title;
	const y = b.title;
	if (x === '' || y === '') return 'missing';
	if (x === y) return 'equal';
	if (x.length >= SLIP_TITLE_MIN && y.length >= SLIP_TITLE_MIN && oneSlip(x, y) && !isOtherWord(x, y)) return 'slip';
	if (x.length !== y.length && withoutArticle(x) === withoutArticle(y)) return 'slip';
	if (a.kind === 'serial' && b.kind === 'serial' && equalBehindLeads(x, y)) return 'told';
	const likeness = wordLikeness(wordsOf(x), wordsOf(y));
	if (likeness === 1 && x.length === y.length) return 'turned';
	if (likeness >= 0.9) return 'near';
	const [short, long] = x.length <= y.length ? [a, b] : [b, a];
	if (!beginsWith(long.title, short.title)) {
		if (wholesAgree(a, b)) return 'whole';
		return likeness < LIKENESS.partly && (standsBehind(a, b) || standsBehind(b, a)) ? 'behind' : stepOf(likeness);
	}
	const behind = long.title.slice(short.title.length + 1);
	if (isName(behind, a) || isName(behind, b)) return 'told';
	const told = told245(short);
	if (told !== '' && (beginsWith(told, behind) || beginsWith(behind, told) || wordLikeness(wordsOf(behind), wordsOf(told)) > 0.7))
		return 'told';
	if (short.responsibility !== '' && beginsWith(behind, short.responsibility)) return 'told';
	return short.title.length < BEGINNING_MIN || told !== '' ? stepOf(likeness) : 'begins';
}

function equalBehindLeads(x: string, y: string): boolean {
	const [p, q] = withoutLeads(x, y);
	return p === q;
}

/** Whether titles that are one slip apart have another word there: both are Vietnamese syllables. */
function isOtherWord(x: string, y: string): boolean {
	const [p, q] = [wordsOf(x), wordsOf(y)];
	if (p.length !== q.length || p.length >= LONG_TITLE) return false;
	const at = p.findIndex((word, i) => word !== q[i]);
	return !isSlip(p[at] as string, q[at] as string);
}

/** Whether words are the name of a creator: `Tuyển tập Nam Cao` for his `Tuyển tập`. */
const isName = (words: string, { creators }: MatchFeatures): boolean =>
	creators.length > 0 && creators.includes([...new Set(wordsOf(words))].sort().join(' '));

/** Whether the title of one is what the other says behind a title of its own, as where one begins with the series: `Dân tộc học : Người Mường` and `Người Mường`. */
const standsBehind = (a: MatchFeatures, b: MatchFeatures): boolean =>
	b.title.length >= BEHIND_MIN && b.title.includes(' ') && (beginsWith(a.rest, b.title) || beginsWith(a.parts, b.title));

const BEHIND_MIN = 10;

const WHOLE_MIN = 16;
const WHOLE_LIKENESS = 0.9;
const WHOLE_LENGTHS = 0.85;
const squeezed = (text: string): string => text.replaceAll(' ', '');

/** Whether two titles with their rests have nearly the same words; where neither has a rest, the same letters (`101Hints`, `101 Hints`). */
function wholesAgree(a: MatchFeatures, b: MatchFeatures): boolean {
	const told = told245(a);
	const other = told245(b);
	const one = a.title.length + told.length;
	const two = b.title.length + other.length;
	if (Math.min(one, two) < WHOLE_MIN || Math.min(one, two) < WHOLE_LENGTHS * Math.max(one, two)) return false;
	const x = joined(a.title, told);
	const y = joined(b.title, other);
	if (told !== other && wordLikeness(wordsOf(x), wordsOf(y)) >= WHOLE_LIKENESS) return true;
	return sameLetters(x, y);
}

const sameLetters = (x: string, y: string): boolean => Math.abs(x.length - y.length) <= 2 && squeezed(x) === squeezed(y);

/** What 245 says behind the title proper: rest and names of parts. */
const told245 = (f: MatchFeatures): string => joined(f.rest, f.parts);

const joined = (x: string, y: string): string => (y === '' ? x : x === '' ? y : `${x} ${y}`);

export type RestLevel = 'none' | 'one-sided' | 'equal' | 'begins' | Likeness;

/** What stands behind the title proper. */
export function compareRest(a: MatchFeatures, b: MatchFeatures): RestLevel {
	const x = told245(a);
	const y = told245(b);
	if (x === '' || y === '') return x === y ? 'none' : 'one-sided';
	if (x === y) return 'equal';
	const [short, long] = x.length <= y.length ? [x, y] : [y, x];
	return beginsWith(long, short) ? 'begins' : stepOf(wordLikeness(wordsOf(x), wordsOf(y)));
}

export type WholeLevel = 'same' | 'within' | 'letter' | 'one' | 'two' | 'few' | 'many' | 'most';

/**
 * Words that stand in the place of others: how many of the whole title (with rest and parts) of each record the other has not, by the
 * record that has fewer of them. `within`: all of one stand in the other; `letter`: one word of a long title is another by one letter; `many` are
 * more than four, `most` half of the letters or more, however few words.
 */
export function compareWhole(a: MatchFeatures, b: MatchFeatures): WholeLevel {
	const [told, other] = [told245(a), told245(b)];
	if (a.title === b.title && told === other) return 'same';
	const [x, y] = [wordsOf(joined(a.title, told)), wordsOf(joined(b.title, other))];
	const [ofX, ofY] = [foreignWords(x, y), foreignWords(y, x)];
	const foreign = Math.min(ofX.length, ofY.length);
	if (foreign === 0 || sameLetters(a.title + told, b.title + other)) return 'within';
	if (letterShare(x, y) <= 0.5) return 'most';
	if (foreign === 1 && Math.min(x.length, y.length) >= LONG_TITLE && ofX.some((w) => ofY.some((v) => oneSlip(w, v)))) return 'letter';
	if (foreign <= 2) return foreign === 1 ? 'one' : 'two';
	return foreign <= 4 ? 'few' : 'many';
}

/** In so many words one letter is more likely a slip than another word. */
const LONG_TITLE = 6;

export type PartsLevel = 'equal' | 'within' | 'differ' | 'one-sided' | 'none';

/** Names of parts: `North Carolina` and `Alabama` of one census differ, however long what they share is. */
export function compareParts(a: MatchFeatures, b: MatchFeatures): PartsLevel {
	const [x, y] = [a.parts, b.parts];
	if (x === '' || y === '') return x === y ? 'none' : 'one-sided';
	if (x === y) return 'equal';
	const [p, q] = [wordsOf(x), wordsOf(y)];
	return foreignWords(p, q).length === 0 || foreignWords(q, p).length === 0 ? 'within' : 'differ';
}

/** Hỏi and ngã sound alike in half of the country and are the commonest slip. */
const SOUNDS_ALIKE = 0.4;
const MISPLACED = 0.2;
const withoutHook = (word: string): string => word.normalize('NFD').replaceAll('\u0309', '\u0303');
const lettersAndMarks = (word: string): string => Array.from(word.normalize('NFD')).sort().join('');

/** How much two words of the same letters differ by their marks: hardly where a mark stands on another letter or one is no syllable. */
function marksApart(one: string, two: string): number {
	if (lettersAndMarks(one) === lettersAndMarks(two)) return MISPLACED;
	if (withoutHook(one) === withoutHook(two)) return SOUNDS_ALIKE;
	return isVietnameseSyllable(one) && isVietnameseSyllable(two) ? 1 : MISPLACED;
}

/** One word in three with other marks makes another title (má và con, mạ và con); one in eight is more likely a slip. */
const MARKS_SHARE = 3;

export type MarksLevel = 'equal' | 'slip' | 'some' | 'other' | 'missing';

/**
 * Words with equal marks among the words of equal letters in the same places; a title without any marks says nothing. Where titles differ, a word
 * that the other has elsewhere (`Quảng Nam năm 2019`, `tỉnh Quảng Nam 2019`) is not another.
 */
export function compareMarks(a: MatchFeatures, b: MatchFeatures): MarksLevel {
	if (a.exact === '' || b.exact === '') return 'missing';
	if (a.exact === b.exact) return 'equal';
	const [x, y, p, q] = [wordsOf(a.exact), wordsOf(b.exact), wordsOf(a.title), wordsOf(b.title)];
	if (x.length !== p.length || y.length !== q.length) return 'missing';
	const shifted = a.title !== b.title;
	let compared = 0;
	let other = 0;
	for (let i = 0; i < p.length; i++) {
		if (p[i] !== q[i]) continue;
		compared++;
		const one = x[i] as string;
		const two = y[i] as string;
		if (one === two || (shifted && (y.includes(one) || x.includes(two)))) continue;
		other += marksApart(one, two);
	}
	if (compared === 0) return 'missing';
	const share = 1 - (MARKS_SHARE * other) / compared;
	if (share === 1) return 'equal';
	return share >= 0.699 ? 'slip' : share >= 0.399 ? 'some' : 'other';
}
