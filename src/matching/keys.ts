import { hash32, hash53 } from '../lib/hash.ts';
import type { MatchFeatures } from './features.ts';
import { withoutLead } from './serial-leads.ts';

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

/** Year and 16 bits of the first title word as one number: the rungs of a year are the range from year << 16. */
export const rungOf = ({ year, word }: Pick<MatchKeys, 'year' | 'word'>): number => (year << 16) | (word & 0xffff);

const TITLE_LETTERS = 25;
/** Of title and rest together: short enough for a slip behind it, long enough to tell titles apart. */
const WHOLE_LETTERS = 16;
/** Of the beginning and the end of a title: what a slip between them leaves whole. */
const FIRST_LETTERS = 2;
const LAST_LETTERS = 12;
const TITLE_WORDS = 2;
const NUMBERS_MAX = 4;

/** What a title may begin with in one catalogue and not in another. */
const ARTICLES: ReadonlySet<string> = new Set('a an the der die das ein eine le la les l el los las il lo gli'.split(' '));

/** Syllables of a name without initials; '' when nothing is left. */
function mainName(f: MatchFeatures): string {
	const name = f.creators[0];
	if (name === undefined) return '';
	return name
		.split(' ')
		.filter((s) => s.length > 1)
		.join(' ');
}

/** The longest of some words and of one before; the first in code order of equally long ones. */
function longestOf(best: string, words: readonly string[]): string {
	let longest = best;
	for (const w of words) if (w.length > longest.length || (w.length === longest.length && w < longest)) longest = w;
	return longest;
}

const TELLING_NAME_MIN = 7;

/** A surname of seven letters tells by itself, however the forenames are given; no Vietnamese syllable has as many. */
function tellingName(author: string): string {
	const longest = longestOf('', author.split(' '));
	return longest.length >= TELLING_NAME_MIN ? longest : author;
}

/** Where most books of Viet Nam are published: there the publisher tells more than the place. */
const HUBS = /^(?:h|ha noi|hn|s|sai gon|t ?p|thanh pho|hcm|ho chi minh)\b/;

/** The keys of a record: what makes it worth comparing with another that has one of them. */
export function matchKeys(f: MatchFeatures): MatchKeys {
	const keys = new Set<number>();
	const add = (text: string): void => {
		keys.add(hash53(text));
	};
	const words = (f.kind === 'serial' ? withoutLead(f.title) : f.title).split(' ');
	const year = f.years[0] ?? 0;
	const start = words.length > 1 && ARTICLES.has(words[0] as string) ? 1 : 0;
	for (const isbn of f.isbns.slice(0, NUMBERS_MAX)) add(`isbn ${isbn}`);
	for (const issn of f.issns.slice(0, NUMBERS_MAX)) add(`issn ${issn}`);
	for (const id of f.ids.slice(0, NUMBERS_MAX)) add(`id ${id}`);
	if (f.title !== '') {
		const volume = f.volumes.join(',');
		const author = mainName(f);
		const told = `${f.rest} ${f.parts}`;
		const title = words.slice(start).join('');
		const whole = title.length >= WHOLE_LETTERS ? title : (title + told).replaceAll(' ', '');
		add(`whole ${whole.slice(0, WHOLE_LETTERS)} ${volume} ${year}`);
		add(`title ${title.slice(0, TITLE_LETTERS)} ${volume} ${f.pages}`);
		if (author !== '') {
			add(`author ${author} ${year} ${volume}`);
			add(`name ${tellingName(author)} ${longestOf(longestOf('', words), told.split(' '))} ${volume}`);
		}
		if (f.pages > 0) add(`pages ${f.pages} ${year} ${(HUBS.test(f.place) ? f.publisher : f.place).charAt(0)}`);
		else if (f.host === '' && title.length > FIRST_LETTERS + LAST_LETTERS)
			add(`ends ${title.slice(0, FIRST_LETTERS)} ${title.slice(-LAST_LETTERS)} ${volume} ${year}`);
		if (f.host !== '') add(`host ${withoutLead(f.host).slice(0, TITLE_LETTERS)} ${words.slice(0, TITLE_WORDS).join(' ')}`);
	}
	return { keys: [...keys], year, word: hash32(words[0] as string) };
}
