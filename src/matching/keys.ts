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

/** Year and 16 bits of the first title word as one number: the rungs of a year are the range from year << 16. */
export const rungOf = ({ year, word }: Pick<MatchKeys, 'year' | 'word'>): number => (year << 16) | (word & 0xffff);

const TITLE_LETTERS = 25;
/** Of title and rest together: short enough for a slip behind it, long enough to tell titles apart. */
const WHOLE_LETTERS = 16;
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

/** The keys of a record: what makes it worth comparing with another that has one of them. */
export function matchKeys(f: MatchFeatures): MatchKeys {
	const keys = new Set<number>();
	const add = (text: string): void => {
		keys.add(hash53(text));
	};
	const words = f.title.split(' ');
	const year = f.years[0] ?? 0;
	const start = words.length > 1 && ARTICLES.has(words[0] as string) ? 1 : 0;
	const first = words[start] as string;
	for (const isbn of f.isbns.slice(0, NUMBERS_MAX)) add(`isbn ${isbn}`);
	for (const issn of f.issns.slice(0, NUMBERS_MAX)) add(`issn ${issn}`);
	for (const id of f.ids.slice(0, NUMBERS_MAX)) add(`id ${id}`);
	if (f.title !== '') {
		const volume = f.volumes.join(',');
		const author = mainName(f);
		const title = words.slice(start).join('');
		add(`whole ${(title + f.rest + f.parts).replaceAll(' ', '').slice(0, WHOLE_LETTERS)} ${volume} ${year}`);
		add(`title ${title.slice(0, TITLE_LETTERS)} ${volume} ${f.pages}`);
		if (author !== '') {
			add(`author ${author} ${year} ${volume}`);
			add(`author ${author} ${first} ${volume}`);
		}
		if (f.pages > 0) add(`pages ${f.pages} ${year} ${first.charAt(0)}`);
		if (f.host !== '') add(`host ${f.host.slice(0, TITLE_LETTERS)} ${words.slice(0, TITLE_WORDS).join(' ')}`);
	}
	return { keys: [...keys], year, word: hash32(words[0] as string) };
}
