import { isPlainSyllable } from '../records/vietnamese-syllable.ts';

/** Likeness of folded texts, 0 to 1. Plain and fast: these run several times for each pair of records. */

/** Whether two words differ by one wrong, missing, doubled or swapped letter. */
export function oneSlip(a: string, b: string): boolean {
	const difference = a.length - b.length;
	if (difference > 1 || difference < -1) return false;
	let start = 0;
	const shorter = Math.min(a.length, b.length);
	while (start < shorter && a.charCodeAt(start) === b.charCodeAt(start)) start++;
	let endA = a.length;
	let endB = b.length;
	while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
		endA--;
		endB--;
	}
	const middleA = endA - start;
	const middleB = endB - start;
	if (middleA <= 1 && middleB <= 1) return true;
	return (
		middleA === 2 && middleB === 2 && a.charCodeAt(start) === b.charCodeAt(start + 1) && a.charCodeAt(start + 1) === b.charCodeAt(start)
	);
}

/** Whether one word is the other with a slip: two that both are syllables of Vietnamese (`luon`, `lon`) are two words. */
export const isSlip = (a: string, b: string): boolean => oneSlip(a, b) && !(isPlainSyllable(a) && isPlainSyllable(b));

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const SLIP_MIN = 4;
const SLIP_WORTH = 0.9;

/** Letters of the words of `a` that `b` has too; a word with one slip counts 0.9, figures only when equal. */
function lettersShared(a: readonly string[], b: readonly string[]): number {
	let shared = 0;
	for (const w of a) {
		if (b.includes(w)) shared += w.length;
		else if (w.length >= SLIP_MIN && !isDigit(w.charCodeAt(0))) {
			if (b.some((v) => v.length >= SLIP_MIN && oneSlip(w, v) && !a.includes(v))) shared += SLIP_WORTH * w.length;
		}
	}
	return shared;
}

/** Words in common by letters, of both sides over all: 0 to 1, the same both ways round. */
export function wordLikeness(a: readonly string[], b: readonly string[]): number {
	const all = letters(a) + letters(b);
	return all === 0 ? 1 : (lettersShared(a, b) + lettersShared(b, a)) / all;
}

/** The letters of the words of the shorter text that the longer has too, over all of the shorter: 1 when it stands in it whole. */
export function letterShare(a: readonly string[], b: readonly string[]): number {
	const [x, y] = [letters(a), letters(b)];
	if (x === 0 || y === 0) return 0;
	return x === y ? Math.max(lettersShared(a, b), lettersShared(b, a)) / x : x < y ? lettersShared(a, b) / x : lettersShared(b, a) / y;
}

/** Articles, prepositions and the like, which come and go in titles. */
const LITTLE_WORDS: ReadonlySet<string> = new Set(
	'a an the of and or in on to for by with from at its as und der die das des le la les de du et el los y va cua cho ve trong lop'.split(
		' ',
	),
);

/** The words of `a`, little ones and numbers left aside, that are not in `b`, not with a slip either. */
export function foreignWords(a: readonly string[], b: readonly string[]): string[] {
	const foreign: string[] = [];
	for (const w of a) {
		if (b.includes(w) || LITTLE_WORDS.has(w) || isDigit(w.charCodeAt(0))) continue;
		if (w.length < SLIP_MIN || !b.some((v) => v.length >= SLIP_MIN && isSlip(w, v))) foreign.push(w);
	}
	return foreign;
}

function letters(words: readonly string[]): number {
	let count = 0;
	for (const w of words) count += w.length;
	return count;
}

/** Whether `part` is the beginning of `whole`, ending between words. */
export const beginsWith = (whole: string, part: string): boolean =>
	whole.startsWith(part) && (whole.length === part.length || whole.charCodeAt(part.length) === 0x20);

const split = (text: string): readonly string[] => text.split(' ');

/** Syllables of two names in common over those of the shorter; initials stand for syllables that begin so. */
export function nameLikeness(a: string, b: string): number {
	if (a === b) return 1;
	const x = split(a);
	const y = split(b);
	const [short, long] = x.length < y.length || (x.length === y.length && a < b) ? [x, y] : [y, x];
	const free = [...long];
	let matched = 0;
	for (const s of short) {
		const at = free.indexOf(s);
		if (at < 0) continue;
		matched++;
		free.splice(at, 1);
	}
	const equal = matched;
	for (const s of short) {
		if (long.includes(s)) continue;
		const at = free.findIndex((t) =>
			s.length === 1 ? t.startsWith(s) : t.length === 1 ? s.startsWith(t) : s.length >= SLIP_MIN && oneSlip(s, t),
		);
		if (at < 0) continue;
		matched++;
		free.splice(at, 1);
	}
	if (equal === 0 && matched < short.length) return 0;
	return (matched / short.length) * (short.length === 1 && long.length > 1 ? 0.8 : 1) - 0.05 * Math.min(2, long.length - matched);
}

/** Whether each of two names has a syllable that the other has not, nor one letter off, nor as an initial: `Thu Hà` and `Thu Hiền`. */
export function namesCross(a: string, b: string): boolean {
	const [x, y] = [split(a), split(b)];
	const [ofX, ofY] = [x.filter((s) => !y.includes(s)), y.filter((s) => !x.includes(s))];
	const stands = (s: string, among: readonly string[]): boolean =>
		s.length < 2 || among.some((t) => (t.length === 1 && s.startsWith(t)) || oneSlip(s, t));
	return ofX.some((s) => !stands(s, ofY)) && ofY.some((s) => !stands(s, ofX));
}

/** How many of a name's syllables (initials left out) stand in a text, over all of them. */
export function nameWithin(name: string, text: readonly string[]): number {
	let full = 0;
	let found = 0;
	for (const s of split(name)) {
		if (s.length < 2) continue;
		full++;
		if (text.includes(s)) found++;
	}
	return full === 0 ? 0 : found / full;
}

const SMALL_WORDS: ReadonlySet<string> = new Set(['va', 'and', 'of', 'the', 'for', 'de']);

function initials(text: string): string {
	let letters = '';
	for (const w of split(text)) if (!SMALL_WORDS.has(w)) letters += w.charAt(0);
	return letters;
}

/** Two publishers: equal, one the beginning or the initials of the other, else words in common over the shorter. */
export function publisherLikeness(a: string, b: string): number {
	if (a === b) return 1;
	const [short, long] = a.length < b.length || (a.length === b.length && a < b) ? [a, b] : [b, a];
	if (beginsWith(long, short)) return 0.95;
	const letters = short.replaceAll(' ', '');
	if (letters.length >= 2 && letters.length <= 10 && initials(long).startsWith(letters)) return 0.9;
	const x = split(short);
	const y = split(long);
	const [fewer, more] = x.length <= y.length ? [x, y] : [y, x];
	let shared = 0;
	let weight = 0;
	for (const w of fewer) {
		if (SMALL_WORDS.has(w)) continue;
		weight += w.length;
		if (more.includes(w)) shared += w.length;
		else if (w.length >= 3 && more.some((v) => v.length > w.length && v.startsWith(w))) shared += w.length * 0.7;
	}
	return weight === 0 ? 0 : 0.9 * (shared / weight);
}
