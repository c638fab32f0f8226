import type { Kind } from '../records/bib.ts';
import {
	compareCompanions,
	compareCreators,
	compareEditions,
	compareHosts,
	compareLists,
	compareNumbers,
	comparePages,
	comparePlaces,
	comparePublishers,
	compareReprints,
	compareResponsibility,
	compareSetNumbers,
	compareTitleExtent,
	compareTranslators,
	compareVolumes,
	compareYears,
} from './compare-facts.ts';
import { compareMarks, compareParts, compareRest, compareTitles, compareWhole, LIKENESS } from './compare-titles.ts';
import type { MatchFeatures } from './features.ts';
import { WEIGHTS } from './weights.ts';

/** One thing two records are compared by. */
export interface Feature<Name extends string = string, Level extends string = string> {
	readonly name: Name;
	/** Every outcome, and the likeness people are told: 1 for agreement, 0 for difference; null when one of the two does not say. */
	readonly levels: Readonly<Record<Level, number | null>>;
	/** The outcome of a pair. Symmetric. */
	readonly compare: (a: MatchFeatures, b: MatchFeatures) => Level;
}

const feature = <Name extends string, Level extends string>(
	name: Name,
	levels: Readonly<Record<Level, number | null>>,
	compare: (a: MatchFeatures, b: MatchFeatures) => Level,
): Feature<Name, Level> => ({ name, levels, compare });

const UNSAID = { 'one-sided': null, none: null } as const;
const SHARED = { shared: 1, differ: 0, ...UNSAID } as const;

/** The features, what is cheap to compare first, so that a hopeless pair ends early. */
export const FEATURES = [
	feature(
		'title',
		{ equal: 1, slip: 0.95, told: 0.95, whole: 0.9, begins: 0.8, behind: 0.7, turned: 0.6, ...LIKENESS, missing: null },
		compareTitles,
	),
	feature('isbn', SHARED, (a, b) => compareLists(a.isbns, b.isbns)),
	feature('year', { equal: 1, coded: 0.9, next: 0.6, shared: 0.5, near: 0.3, apart: 0.1, far: 0, ...UNSAID }, compareYears),
	feature('pages', { equal: 1, next: 0.9, near: 0.7, close: 0.5, apart: 0.2, differ: 0, ...UNSAID }, comparePages),
	feature('title-extent', { both: 1, near: 0.8, 'title-alone': 0.4, none: null }, compareTitleExtent),
	feature(
		'reprint',
		{ 'next-same': 0.7, 'shared-same': 0.6, 'next-other': 0.4, 'shared-other': 0.4, 'later-same': 0.3, 'later-other': 0.1, none: null },
		compareReprints,
	),
	feature('kind', { same: 1, differ: 0 }, (a, b) => (a.kind === b.kind ? 'same' : 'differ')),
	feature('carrier', { same: null, filmed: 0 }, (a, b) =>
		a.carrier !== b.carrier && (a.carrier === 'filmed' || b.carrier === 'filmed') ? 'filmed' : 'same',
	),
	feature('system-number', { shared: 1, none: null }, (a, b) => (a.ids.some((id) => b.ids.includes(id)) ? 'shared' : 'none')),
	feature('set-isbn', { shared: 1, none: null }, compareSetNumbers),
	feature('issn', SHARED, (a, b) => compareLists(a.issns, b.issns)),
	feature('language', SHARED, (a, b) => compareLists(a.languages, b.languages)),
	feature(
		'edition',
		{
			equal: 1,
			worded: 0.6,
			'first-unsaid': 0.7,
			'unnumbered-unsaid': 0.5,
			'later-unsaid': 0.4,
			'later-unsaid-other-year': 0.1,
			differ: 0,
			none: null,
		},
		compareEditions,
	),
	feature('volume', { ...SHARED, some: 0.3 }, compareVolumes),
	feature('numbers', { equal: 1, some: 0.5, differ: 0, ...UNSAID }, compareNumbers),
	feature('place', { equal: 1, partly: 0.8, short: null, differ: 0, ...UNSAID }, comparePlaces),
	feature('host-number', { shared: 1, differ: 0, ...UNSAID }, (a, b) => compareLists(a.hostIds, b.hostIds)),
	feature('creator', { equal: 1, alike: 0.9, among: 0.9, told: 0.8, partly: 0.5, crossed: 0.3, differ: 0, ...UNSAID }, compareCreators),
	feature('translator', SHARED, compareTranslators),
	feature('companion', { same: 1, untold: 0.6, derived: 0.3, rest: 0.2, title: 0, none: null }, compareCompanions),
	feature(
		'publisher',
		{ equal: 1, alike: 0.9, among: 0.8, partly: 0.6, little: 0.3, differ: 0, elsewhere: 0, abroad: 0, ...UNSAID },
		comparePublishers,
	),
	feature('host', { equal: 1, alike: 0.8, partly: 0.5, differ: 0, ...UNSAID }, compareHosts),
	feature('marks', { equal: 1, slip: 0.8, some: 0.5, other: 0, missing: null }, compareMarks),
	feature('rest', { equal: 1, begins: 0.9, ...LIKENESS, ...UNSAID }, compareRest),
	feature('whole-title', { same: 1, within: 0.9, letter: 0.8, one: 0.7, two: 0.5, few: 0.3, many: 0.2, most: 0 }, compareWhole),
	feature('parts', { equal: 1, within: 0.8, differ: 0, ...UNSAID }, compareParts),
	feature('responsibility', { near: 1, partly: 0.7, little: 0.4, other: 0, ...UNSAID }, compareResponsibility),
] as const;

export type FeatureName = (typeof FEATURES)[number]['name'];

/** A feature with its evidence: for each outcome, the log odds it adds. */
export interface WeightedFeature extends Feature {
	readonly evidence: Readonly<Record<string, number>>;
}

/** Features and their weights for one family of kinds; a feature without a weight is not read. */
export interface Strategy {
	readonly name: string;
	readonly bias: number;
	readonly features: readonly WeightedFeature[];
}

type Weights = Readonly<Partial<Record<FeatureName, Readonly<Record<string, number>>>>>;

function strategy(name: keyof typeof WEIGHTS): Strategy {
	const { bias } = WEIGHTS[name];
	const weights: Weights = WEIGHTS[name].weights;
	const features: WeightedFeature[] = [];
	for (const feature of FEATURES) {
		const weight = weights[feature.name];
		if (weight !== undefined)
			features.push({ ...feature, evidence: Object.fromEntries(Object.keys(feature.levels).map((l) => [l, weight[l] ?? 0])) });
	}
	return { name, bias, features };
}

const BOOK = strategy('book');
const VIETNAMESE = strategy('vietnamese');
const SERIAL = strategy('serial');
const COMPONENT = strategy('component');

/** What a strategy is chosen by. */
export type Chosen = Pick<MatchFeatures, 'kind' | 'isVietnamese'>;

/** Serials are told by ISSN and title, never by year or extent; components and issues by what they lie in too. */
function strategyFor(kind: Kind, isVietnamese: boolean): Strategy {
	if (kind === 'serial') return SERIAL;
	if (kind === 'component' || kind === 'issue') return COMPONENT;
	return isVietnamese ? VIETNAMESE : BOOK;
}

/**
 * The strategy two records are compared by, in either order. Books in Vietnamese have weights of their own: titles are of short words that mean
 * another thing with one letter changed, names share most of their syllables, and a reprint of a later year is catalogued as another book.
 */
export function strategyBetween(a: Chosen, b: Chosen): Strategy {
	const isVietnamese = a.isVietnamese || b.isVietnamese;
	const [one, other] = [strategyFor(a.kind, isVietnamese), strategyFor(b.kind, isVietnamese)];
	return one.name <= other.name ? one : other;
}

export const STRATEGIES: readonly Strategy[] = [BOOK, VIETNAMESE, SERIAL, COMPONENT];
