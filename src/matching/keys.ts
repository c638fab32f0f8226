import { hash32, hash53 } from '../lib/hash.ts';
import type { MatchFeatures } from './features.ts';

/** Above this many holders a key yields candidates only together with the year, then with the first title word too, then none. */
export const KEY_HOLDERS_MAX = 40;

export interface MatchKeys {
	/** Distinct 53-bit hashes. */
	readonly keys: readonly number[];
	/** Year of publication, 0 when none is stated: the second step of the ladder. */
	readonly year: number;
	/** Hash of the first title word: the third step. */
	readonly word: number;
}

const TITLE_LETTERS = 40;
const ISBN_KEYS_MAX = 4;

/** The two longest words, in title order where equally long, in code order in the key. */
function longestTwo(words: readonly string[]): string {
	let first = '';
	let second = '';
	for (const word of words) {
		if (word.length > first.length) {
			second = first;
			first = word;
		} else if (word.length > second.length && word !== first) second = word;
	}
	return first < second ? `${first} ${second}` : `${second} ${first}`;
}

/** Syllables of a name without initials; '' when nothing is left. */
function mainName(f: MatchFeatures): string {
	const name = f.creators[0];
	if (name === undefined) return '';
	const full = name.split(' ').filter((s) => s.length > 1);
	return full.join(' ');
}

/** The keys of a record: what makes it worth comparing with another that has one of them. */
export function matchKeys(f: MatchFeatures): MatchKeys {
	const keys = new Set<number>();
	const add = (text: string): void => {
		keys.add(hash53(text));
	};
	const words = f.title.split(' ');
	const year = f.years[0] ?? 0;
	const volume = f.volumes.join(',');
	const author = mainName(f);
	for (const isbn of f.isbns.slice(0, ISBN_KEYS_MAX)) add(`isbn ${isbn}`);
	for (const issn of f.issns) add(`issn ${issn}`);
	for (const id of f.ids) add(`id ${id}`);
	if (f.title !== '') {
		add(`title ${f.title.replaceAll(' ', '').slice(0, TITLE_LETTERS)} ${volume}`);
		if (author !== '') add(`author ${author} ${year} ${volume}`);
		if (f.pages > 0) add(`pages ${f.pages} ${year} ${longestTwo(words)}`);
		if (f.host !== '') add(`host ${f.host.slice(0, TITLE_LETTERS)} ${words.slice(0, 3).join(' ')}`);
	}
	return { keys: [...keys], year, word: hash32(words[0] ?? '') };
}
