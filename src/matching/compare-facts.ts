import { DERIVED, IN_TITLE } from './companions.ts';
import type { MatchFeatures } from './features.ts';
import { withoutLeads } from './serial-leads.ts';
import { letterShare, nameLikeness, namesCross, nameWithin, oneSlip, publisherLikeness, wordLikeness } from './similarity.ts';
import { wordsOf } from './words-of.ts';

const share = <T>(a: readonly T[], b: readonly T[]): boolean => a.some((x) => b.includes(x));
const within = <T>(a: readonly T[], b: readonly T[]): boolean => a.every((x) => b.includes(x));

/** Neither record says anything, or only one of them does. */
type Unsaid = 'none' | 'one-sided';

export type SharingLevel = 'shared' | 'differ' | Unsaid;

export function compareLists(a: readonly string[], b: readonly string[]): SharingLevel {
	if (a.length === 0 || b.length === 0) return a.length === b.length ? 'none' : 'one-sided';
	return share(a, b) ? 'shared' : 'differ';
}

export type VolumeLevel = SharingLevel | 'some';

/** `some`: one volume, and several of which it is one. */
export function compareVolumes(a: MatchFeatures, b: MatchFeatures): VolumeLevel {
	const level = compareLists(a.volumes, b.volumes);
	return level === 'shared' && a.volumes.length !== b.volumes.length ? 'some' : level;
}

export type CreatorLevel = 'equal' | 'alike' | 'among' | 'told' | 'partly' | 'crossed' | 'differ' | Unsaid;

const ALIKE = 0.85;
const PARTLY = 0.5;

/** The best likeness of a name to the creators of another record. */
function bestName(names: readonly string[], others: readonly string[]): number {
	let best = 0;
	for (const name of names) for (const other of others) best = Math.max(best, nameLikeness(name, other));
	return best;
}

/** How much of a name of `names` stands in a statement of responsibility. */
function bestTold(names: readonly string[], responsibility: string): number {
	let best = 0;
	if (responsibility !== '') for (const name of names) best = Math.max(best, nameWithin(name, wordsOf(responsibility)));
	return best;
}

/**
 * Main creators; where they differ, any creators; where those do, names in the other's statement of responsibility (`told`). Records
 * without creators are compared by their statements. `crossed`: main creators share half of their syllables or more, and each has one of its own:
 * offices of two provinces.
 */
export function compareCreators(a: MatchFeatures, b: MatchFeatures): CreatorLevel {
	const [x, y] = [a.creators[0], b.creators[0]];
	if (x !== undefined && x === y) return 'equal';
	const known = (f: MatchFeatures): boolean => f.creators.length > 0 || f.responsibility !== '';
	if (!known(a) || !known(b)) return known(a) === known(b) ? 'none' : 'one-sided';
	if (x === undefined && y === undefined) {
		const likeness = letterShare(wordsOf(a.responsibility), wordsOf(b.responsibility));
		return likeness >= 0.9 ? 'alike' : likeness >= PARTLY ? 'partly' : 'differ';
	}
	const main = x === undefined || y === undefined ? 0 : nameLikeness(x, y);
	if (main >= ALIKE) return 'alike';
	const any = bestName(a.creators, b.creators);
	if (any >= ALIKE) return 'among';
	const told = Math.max(bestTold(a.creators, b.responsibility), bestTold(b.creators, a.responsibility));
	if (told >= 0.99) return 'told';
	if (Math.max(any, told) < PARTLY) return 'differ';
	return x !== undefined && y !== undefined && namesCross(x, y) ? 'crossed' : 'partly';
}

export type ResponsibilityLevel = 'near' | 'partly' | 'little' | 'other' | Unsaid;

/** Statements of responsibility: how much of the shorter stands in the longer. */
export function compareResponsibility(a: MatchFeatures, b: MatchFeatures): ResponsibilityLevel {
	const [x, y] = [a.responsibility, b.responsibility];
	if (x === '' || y === '') return x === y ? 'none' : 'one-sided';
	if (x === y) return 'near';
	const found = letterShare(wordsOf(x), wordsOf(y));
	return found >= 0.85 ? 'near' : found >= 0.6 ? 'partly' : found >= 0.3 ? 'little' : 'other';
}

export type TranslatorLevel = 'shared' | 'differ' | Unsaid;

/** Those who translated: one that the other record names, as a translator or in its statement of responsibility. */
export function compareTranslators(a: MatchFeatures, b: MatchFeatures): TranslatorLevel {
	const [x, y] = [a.translators, b.translators];
	if (x.length === 0 && y.length === 0) return 'none';
	if (bestName(x, y) >= ALIKE || bestTold(x, b.responsibility) >= 0.99 || bestTold(y, a.responsibility) >= 0.99) return 'shared';
	return x.length === 0 || y.length === 0 ? 'one-sided' : 'differ';
}

export type CompanionLevel = 'none' | 'same' | 'untold' | 'derived' | 'rest' | 'title';

/**
 * What stands beside a work or is made of it: exercises, a teacher's book, an abridgement. `title`: one says so in its title proper, the other
 * nowhere; `rest`: in the rest of its title, where the other has another rest; `untold`: where the other has none; `derived`: the same of what is
 * made of a work, as an abridgement is, which no cataloguer leaves out.
 */
export function compareCompanions(a: MatchFeatures, b: MatchFeatures): CompanionLevel {
	const [x, y] = [a.companions, b.companions];
	if (x.length === 0 && y.length === 0) return 'none';
	const kind = (companion: string): string => companion.slice(1);
	const only = (of: readonly string[], other: readonly string[]): readonly string[] =>
		of.filter((c) => !other.some((d) => kind(d) === kind(c)));
	const [ofA, ofB] = [only(x, y), only(y, x)];
	if ((ofA.length === 0 && ofB.length === 0) || (a.title !== b.title && oneSlip(a.title, b.title))) return 'same';
	if (ofA.some(inTitle) || ofB.some(inTitle)) return 'title';
	const untold = (ofA.length > 0 && saysNoRest(b)) || (ofB.length > 0 && saysNoRest(a));
	if (!untold) return 'rest';
	return [...ofA, ...ofB].some((c) => DERIVED.has(kind(c))) ? 'derived' : 'untold';
}

const inTitle = (companion: string): boolean => companion.startsWith(IN_TITLE);
const saysNoRest = (f: MatchFeatures): boolean => f.rest === '' && f.parts === '';

export type YearLevel = 'equal' | 'coded' | 'shared' | 'next' | 'near' | 'apart' | 'far' | Unsaid;

/** The date of 008, else the year of publication. */
const codedYear = (f: MatchFeatures): number | undefined => f.codedYear || f.years[0];

/**
 * Years of publication; `coded`: those differ, the dates of 008 do not; `shared`: another year that both state; then by the distance of
 * the nearest: 1, 2 to 4, up to 15 years.
 */
export function compareYears(a: MatchFeatures, b: MatchFeatures): YearLevel {
	const [x, y] = [a.years, b.years];
	if (x.length === 0 || y.length === 0) return x.length === y.length ? 'none' : 'one-sided';
	if (x[0] === y[0]) return 'equal';
	if (codedYear(a) === codedYear(b)) return 'coded';
	let least = 9999;
	for (const p of x) for (const q of y) least = Math.min(least, Math.abs(p - q));
	if (least === 0) return 'shared';
	if (least === 1) return 'next';
	return least <= 4 ? 'near' : least <= 15 ? 'apart' : 'far';
}

export type PagesLevel = 'equal' | 'next' | 'near' | 'close' | 'apart' | 'differ' | Unsaid;

/** `next` up to two pages, `near` up to five, `close` up to 3 % of the longer, `apart` up to 10 %. */
export function comparePages(a: MatchFeatures, b: MatchFeatures): PagesLevel {
	const [x, y] = [a.pages, b.pages];
	if (x === 0 || y === 0) return x === y ? 'none' : 'one-sided';
	const difference = Math.abs(x - y);
	if (difference === 0) return 'equal';
	if (difference <= 2) return 'next';
	if (difference <= 5) return 'near';
	const longer = Math.max(x, y);
	return difference <= 0.03 * longer ? 'close' : difference <= 0.1 * longer ? 'apart' : 'differ';
}

export type TitleExtentLevel = 'both' | 'near' | 'title-alone' | 'none';

/** What equal titles are worth with their extents: `title-alone` beside another extent. */
export function compareTitleExtent(a: MatchFeatures, b: MatchFeatures): TitleExtentLevel {
	if (a.title !== b.title || a.title === '') return 'none';
	const pages = comparePages(a, b);
	if (pages === 'none' || pages === 'one-sided') return 'none';
	return pages === 'equal' ? 'both' : pages === 'apart' || pages === 'differ' ? 'title-alone' : 'near';
}

export type ReprintLevel = 'next-same' | 'next-other' | 'shared-same' | 'shared-other' | 'later-same' | 'later-other' | 'none';

const SAME_PUBLISHER = { next: 'next-same', shared: 'shared-same', later: 'later-same' } as const;
const OTHER_PUBLISHER = { next: 'next-other', shared: 'shared-other', later: 'later-other' } as const;

/** Of records of different years, whether the publisher is the same: what tells a reprint from another edition. */
export function compareReprints(a: MatchFeatures, b: MatchFeatures): ReprintLevel {
	if (a.years[0] === b.years[0] || a.publisher === '' || b.publisher === '') return 'none';
	const years = compareYears(a, b);
	if (years === 'coded' || years === 'one-sided') return 'none';
	const when = years === 'next' || years === 'shared' ? years : 'later';
	return (a.publisher === b.publisher ? SAME_PUBLISHER : OTHER_PUBLISHER)[when];
}

export type EditionLevel =
	| 'equal'
	| 'worded'
	| 'first-unsaid'
	| 'later-unsaid'
	| 'later-unsaid-other-year'
	| 'unnumbered-unsaid'
	| 'differ'
	| 'none';

/** `worded`: both state one, not both by number; `first-unsaid`: a first edition that the other does not state; `later-unsaid-other-year`: a later one, and the years differ. */
export function compareEditions(a: MatchFeatures, b: MatchFeatures): EditionLevel {
	const [x, y] = [a.edition, b.edition];
	if (x === 0 && y === 0) return 'none';
	if (x === 0 || y === 0) {
		const stated = x + y;
		if (stated <= 1) return stated === 1 ? 'first-unsaid' : 'unnumbered-unsaid';
		const [year, other] = [a.years[0], b.years[0]];
		return year !== other && year !== undefined && other !== undefined ? 'later-unsaid-other-year' : 'later-unsaid';
	}
	if (x > 0 && y > 0) return x === y ? 'equal' : 'differ';
	return 'worded';
}

export type NumbersLevel = 'equal' | 'some' | 'differ' | Unsaid;

/** Numbers in the title that are no volume. */
export function compareNumbers(a: MatchFeatures, b: MatchFeatures): NumbersLevel {
	const [x, y] = [a.numbers, b.numbers];
	if (x.length === 0 || y.length === 0) return x.length === y.length ? 'none' : 'one-sided';
	if (x.length === y.length && within(x, y)) return 'equal';
	return within(x, y) || within(y, x) ? 'some' : 'differ';
}

export type PublisherLevel = 'equal' | 'alike' | 'among' | 'partly' | 'little' | 'differ' | 'elsewhere' | 'abroad' | Unsaid;

const houses = (f: MatchFeatures): readonly string[] => [f.publisher, ...f.otherPublishers];

/** Whether a publisher that one record names, first or not, is one of the other's. */
function publishersMeet(a: MatchFeatures, b: MatchFeatures): boolean {
	if (a.otherPublishers.length === 0 && b.otherPublishers.length === 0) return false;
	return houses(a).some((x) => houses(b).some((y) => publisherLikeness(x, y) >= ALIKE));
}

/** `among`: not the first that both name; `elsewhere`: another publisher in another place; `abroad`: in another country, as of the English and the American edition of one book. */
export function comparePublishers(a: MatchFeatures, b: MatchFeatures): PublisherLevel {
	const [x, y] = [a.publisher, b.publisher];
	if (x === '' || y === '') return x === y ? 'none' : 'one-sided';
	if (x === y) return 'equal';
	const likeness = publisherLikeness(x, y);
	if (likeness >= ALIKE) return 'alike';
	if (publishersMeet(a, b)) return 'among';
	if (likeness >= 0.5) return 'partly';
	if (a.country !== b.country && a.country !== '' && b.country !== '') return 'abroad';
	if (likeness >= 0.2) return 'little';
	return comparePlaces(a, b) === 'differ' ? 'elsewhere' : 'differ';
}

export type PlaceLevel = 'equal' | 'partly' | 'differ' | 'short' | Unsaid;

/** `short`: `H.` for Hà Nội, `S.` for Sài Gòn, which cannot differ. */
export function comparePlaces(a: MatchFeatures, b: MatchFeatures): PlaceLevel {
	const [x, y] = [a.place, b.place];
	if (x === '' || y === '') return x === y ? 'none' : 'one-sided';
	if (x === y) return 'equal';
	if (x.length < 3 || y.length < 3) return 'short';
	return share(wordsOf(x), wordsOf(y)) ? 'partly' : 'differ';
}

export type HostLevel = 'equal' | 'alike' | 'partly' | 'differ' | Unsaid;

export function compareHosts(a: MatchFeatures, b: MatchFeatures): HostLevel {
	const [x, y] = withoutLeads(a.host, b.host);
	if (x === '' || y === '') return x === y ? 'none' : 'one-sided';
	if (x === y) return 'equal';
	const likeness = wordLikeness(wordsOf(x), wordsOf(y));
	return likeness >= 0.75 ? 'alike' : likeness >= 0.4 ? 'partly' : 'differ';
}

/** Agreement of both numbers at once would count twice: a set's number says little, and only agreement says anything. */
export const compareSetNumbers = (a: MatchFeatures, b: MatchFeatures): 'shared' | 'none' =>
	share(a.setIsbns, b.setIsbns) || share(a.setIsbns, b.isbns) || share(a.isbns, b.setIsbns) ? 'shared' : 'none';
