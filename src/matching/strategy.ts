import type { Kind } from '../records/bib.ts';
import type { MatchFeatures } from './features.ts';
import { beginsWith, nameLikeness, nameWithin, oneSlip, publisherLikeness, wordLikeness } from './similarity.ts';
import { WEIGHTS } from './weights.ts';

/** One thing two records are compared by. */
export interface Feature {
	readonly name: string;
	/** 1 for agreement, 0 for difference, between for likeness; null when one of the two does not say. Symmetric. */
	compare(a: MatchFeatures, b: MatchFeatures): number | null;
}

/** The evidence of a feature, in log odds: what its agreement, its difference and its absence add. */
export interface Weight {
	readonly agree: number;
	readonly differ: number;
	readonly missing: number;
}

const share = <T>(a: readonly T[], b: readonly T[]): boolean => a.some((x) => b.includes(x));
const sharing = (a: readonly string[], b: readonly string[]): number | null =>
	a.length === 0 || b.length === 0 ? null : share(a, b) ? 1 : 0;

const SLIP_TITLE_MIN = 8;
const BEGINNING_MIN = 8;

function compareTitles(a: MatchFeatures, b: MatchFeatures): number | null {
	const x = a.title;
	const y = b.title;
	if (x === '' || y === '') return null;
	if (x === y) return 1;
	if (x.length >= SLIP_TITLE_MIN && y.length >= SLIP_TITLE_MIN && oneSlip(x, y)) return 0.95;
	const likeness = wordLikeness(x.split(' '), y.split(' '));
	if (likeness > 0.9) return likeness;
	const [short, long] = x.length <= y.length ? [a, b] : [b, a];
	if (!beginsWith(long.title, short.title)) return likeness;
	// The longer has its subtitle, part or statement of responsibility in 245 $a.
	const behind = long.title.slice(short.title.length + 1);
	const told = `${short.rest} ${short.parts}`.trim();
	if (told !== '' && (beginsWith(told, behind) || beginsWith(behind, told) || wordLikeness(behind.split(' '), told.split(' ')) > 0.7))
		return 0.97;
	if (short.responsibility !== '' && beginsWith(behind, short.responsibility)) return 0.95;
	if (short.title.length < BEGINNING_MIN) return likeness;
	return Math.max(likeness, told === '' ? 0.85 : 0.7);
}

/** Hỏi and ngã sound alike in half of the country and are the commonest slip. */
const SOUNDS_ALIKE = 0.4;
const withoutHook = (word: string): string => word.normalize('NFD').replaceAll('\u0309', '\u0303');

/** One word in three with other marks makes another title (má và con, mạ và con); one in eight is more likely a slip. */
const MARKS_SHARE = 3;

/** Words with equal marks among the words of equal letters in the same places; a title without any marks says nothing. */
function compareMarks(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.exact === '' || b.exact === '') return null;
	if (a.exact === b.exact) return 1;
	const x = a.exact.split(' ');
	const y = b.exact.split(' ');
	const p = a.title.split(' ');
	const q = b.title.split(' ');
	if (x.length !== p.length || y.length !== q.length) return null;
	let compared = 0;
	let other = 0;
	for (let i = 0; i < p.length; i++) {
		if (p[i] !== q[i]) continue;
		compared++;
		const one = x[i] as string;
		const two = y[i] as string;
		if (one !== two) other += withoutHook(one) === withoutHook(two) ? SOUNDS_ALIKE : 1;
	}
	return compared === 0 ? null : Math.max(0, 1 - (MARKS_SHARE * other) / compared);
}

function compareRest(a: MatchFeatures, b: MatchFeatures): number | null {
	const x = `${a.rest} ${a.parts}`.trim();
	const y = `${b.rest} ${b.parts}`.trim();
	if (x === '' || y === '') return null;
	if (x === y) return 1;
	const [short, long] = x.length <= y.length ? [x, y] : [y, x];
	return beginsWith(long, short) ? 0.9 : wordLikeness(x.split(' '), y.split(' '));
}

function bestName(names: readonly string[], f: MatchFeatures): number {
	let best = 0;
	for (const name of names) {
		for (const other of f.creators) best = Math.max(best, nameLikeness(name, other));
		if (best < 0.9 && f.responsibility !== '') best = Math.max(best, 0.9 * nameWithin(name, f.responsibility.split(' ')));
	}
	return best;
}

function compareCreators(a: MatchFeatures, b: MatchFeatures): number | null {
	const first = a.creators[0];
	if (first !== undefined && first === b.creators[0]) return 1;
	const knownA = a.creators.length > 0 || a.responsibility !== '';
	const knownB = b.creators.length > 0 || b.responsibility !== '';
	if (!knownA || !knownB) return null;
	if (a.creators.length === 0 && b.creators.length === 0) return wordLikeness(a.responsibility.split(' '), b.responsibility.split(' '));
	return Math.max(bestName(a.creators, b), bestName(b.creators, a));
}

function yearDistance(a: MatchFeatures, b: MatchFeatures): number {
	let least = 9999;
	for (const x of a.years) for (const y of b.years) least = Math.min(least, Math.abs(x - y));
	return least;
}

function compareYears(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.years.length === 0 || b.years.length === 0) return null;
	return yearDistance(a, b) === 0 ? 1 : 0;
}

/** How near the years are, whatever they are: 1, 0.5 for one year apart, 0.2 for two, 0. */
function compareYearNearness(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.years.length === 0 || b.years.length === 0) return null;
	const distance = yearDistance(a, b);
	return distance <= 1 ? 1 : distance === 2 ? 0.3 : 0;
}

function comparePages(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.pages === 0 || b.pages === 0) return null;
	const difference = Math.abs(a.pages - b.pages);
	if (difference === 0) return 1;
	if (difference <= 4) return 0.7;
	return difference <= 10 || difference < 0.03 * a.pages ? 0.4 : 0;
}

function compareEditions(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.edition === 0 && b.edition === 0) return null;
	if (a.edition === b.edition) return 1;
	if (a.edition > 0 && b.edition > 0) return 0;
	// A first edition is often not said to be one.
	return a.edition === 1 || b.edition === 1 ? 0.7 : 0.4;
}

function compareVolumes(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.volumes.length === 0 && b.volumes.length === 0) return null;
	return share(a.volumes, b.volumes) ? 1 : 0;
}

function compareNumbers(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.numbers.length === 0 && b.numbers.length === 0) return null;
	if (a.numbers.length === b.numbers.length) return a.numbers.every((n) => b.numbers.includes(n)) ? 1 : 0;
	return share(a.numbers, b.numbers) ? 0.5 : 0.3;
}

function comparePublishers(a: MatchFeatures, b: MatchFeatures): number | null {
	return a.publisher === '' || b.publisher === '' ? null : publisherLikeness(a.publisher, b.publisher);
}

function comparePlaces(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.place === '' || b.place === '') return null;
	if (a.place === b.place) return 1;
	// `H.` for Hà Nội, `S.` for Sài Gòn: too short to differ.
	if (a.place.length < 3 || b.place.length < 3) return null;
	return share(a.place.split(' '), b.place.split(' ')) ? 0.8 : 0;
}

function compareHosts(a: MatchFeatures, b: MatchFeatures): number | null {
	if (a.host === '' || b.host === '') return null;
	return a.host === b.host ? 1 : wordLikeness(a.host.split(' '), b.host.split(' '));
}

/** Agreement of both numbers at once would count twice: a set's number says little, and only agreement says anything. */
function compareSetNumbers(a: MatchFeatures, b: MatchFeatures): number | null {
	return share(a.setIsbns, b.setIsbns) || share(a.setIsbns, b.isbns) || share(a.isbns, b.setIsbns) ? 1 : null;
}

/** The features, the most telling first so that a hopeless pair ends early. */
export const FEATURES = [
	{ name: 'title', compare: compareTitles },
	{ name: 'isbn', compare: (a, b) => sharing(a.isbns, b.isbns) },
	{ name: 'creator', compare: compareCreators },
	{ name: 'year', compare: compareYears },
	{ name: 'near-year', compare: compareYearNearness },
	{ name: 'pages', compare: comparePages },
	{ name: 'marks', compare: compareMarks },
	{ name: 'rest', compare: compareRest },
	{ name: 'volume', compare: compareVolumes },
	{ name: 'edition', compare: compareEditions },
	{ name: 'numbers', compare: compareNumbers },
	{ name: 'publisher', compare: comparePublishers },
	{ name: 'place', compare: comparePlaces },
	{ name: 'language', compare: (a, b) => sharing(a.languages, b.languages) },
	{ name: 'issn', compare: (a, b) => sharing(a.issns, b.issns) },
	{ name: 'system-number', compare: (a, b) => (share(a.ids, b.ids) ? 1 : null) },
	{ name: 'set-isbn', compare: compareSetNumbers },
	{ name: 'host', compare: compareHosts },
] as const satisfies readonly Feature[];

export type FeatureName = (typeof FEATURES)[number]['name'];

/** Features and their weights for one family of kinds; a feature without a weight is not read. */
export interface Strategy {
	readonly name: string;
	readonly bias: number;
	readonly features: readonly (Feature & Weight)[];
}

function strategy(name: keyof typeof WEIGHTS): Strategy {
	const { bias, weights } = WEIGHTS[name];
	const features: (Feature & Weight)[] = [];
	for (const feature of FEATURES) {
		const weight = (weights as Readonly<Partial<Record<FeatureName, readonly [number, number, number]>>>)[feature.name];
		if (weight !== undefined)
			features.push({ name: feature.name, compare: feature.compare, agree: weight[0], differ: weight[1], missing: weight[2] });
	}
	return { name, bias, features };
}

const BOOK = strategy('book');
const SERIAL = strategy('serial');
const COMPONENT = strategy('component');

/** Serials are told by ISSN and title, never by year or extent; components and issues by what they lie in too. */
export function strategyFor(kind: Kind): Strategy {
	if (kind === 'serial') return SERIAL;
	return kind === 'component' || kind === 'issue' ? COMPONENT : BOOK;
}
