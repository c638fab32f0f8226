/** Where a fit of weights begins: what is taken to be true of a level where the labelled data hardly shows it. Log odds. */
export const PRIORS = {
	book: {
		bias: -2.6,
		weights: {
			title: { equal: 3.4, slip: 3, told: 3.1, whole: 2.5, begins: 2, near: 2.6, alike: 0.5, partly: -2, little: -4, other: -6, missing: -3 },
			isbn: { shared: 2.1, differ: -3.25, 'one-sided': 0, none: 0 },
			year: { equal: 1.5, coded: 0.5, shared: 1, next: -1.5, near: -3, apart: -3.5, far: -4, 'one-sided': 0, none: 0 },
			pages: { equal: 1.9, next: 1, near: 0.5, close: -0.9, apart: -2, differ: -2.8, 'one-sided': 0, none: 0 },
			kind: { same: 0, differ: -1.5 },
			carrier: { same: 0, filmed: -0.5 },
			creator: { equal: 0.75, alike: 0.6, among: 0.3, told: 0.2, partly: -0.8, differ: -2.3, 'one-sided': 0, none: 0 },
			edition: { equal: 0.5, worded: -0.6, 'first-unsaid': -0.3, 'unnumbered-unsaid': -1, 'later-unsaid': -1.1, differ: -2.2, none: 0 },
			marks: { equal: 0, slip: -1, some: -3, other: -6, missing: 0 },
			volume: { shared: 0.7, differ: -2, 'one-sided': -2, none: 0 },
			numbers: { equal: 0.1, some: -1, differ: -2, 'one-sided': -1.3, none: 0 },
			publisher: { equal: 0.05, alike: 0, partly: -0.3, little: -0.6, differ: -0.9, elsewhere: -1.1, 'one-sided': 0, none: 0 },
			place: { equal: 0.4, partly: 0.3, short: 0, differ: -0.2, 'one-sided': 0, none: 0 },
			rest: { equal: 0, begins: -0.1, near: -0.1, alike: -0.2, partly: -0.5, little: -0.8, other: -1.2, 'one-sided': 0, none: 0 },
			'whole-title': { same: 0, within: 0, one: -0.3, two: -0.6, few: -0.9, many: -1.2, most: -2 },
			parts: { equal: 0, within: 0, differ: -2, 'one-sided': -0.3, none: 0 },
			responsibility: { near: 0, partly: 0, little: 0, other: 0, 'one-sided': 0, none: 0 },
			language: { shared: 0.4, differ: -2, 'one-sided': 0, none: 0 },
			'system-number': { shared: 4, none: 0 },
			'set-isbn': { shared: 0.3, none: 0 },
		},
	},
	serial: {
		bias: -2.2,
		weights: {
			title: { equal: 3.5, slip: 3, told: 3.2, whole: 2, begins: 1.2, near: 2.4, alike: 0, partly: -2.5, little: -5, other: -8, missing: -3 },
			issn: { shared: 6, differ: -6, 'one-sided': 0, none: 0 },
			marks: { equal: 0, slip: -1, some: -2.5, other: -5, missing: 0 },
			rest: { equal: 0.5, begins: 0.3, near: 0.3, alike: 0, partly: -0.5, little: -1, other: -1.5, 'one-sided': 0, none: 0 },
			publisher: { equal: 1.5, alike: 1.2, partly: 0.3, little: -0.4, differ: -1, elsewhere: -1, 'one-sided': 0, none: 0 },
			place: { equal: 0.5, partly: 0.2, short: 0, differ: -1, 'one-sided': 0, none: 0 },
			responsibility: { near: 1, partly: 0.3, little: -0.5, other: -1, 'one-sided': 0, none: 0 },
			language: { shared: 0.3, differ: -2, 'one-sided': 0, none: 0 },
			'host-number': { shared: 0.5, differ: -8, 'one-sided': -8, none: 0 },
			'system-number': { shared: 4, none: 0 },
		},
	},
	component: {
		bias: -4,
		weights: {
			title: { equal: 3.5, slip: 2.7, told: 2.7, whole: 1.5, begins: 0.5, near: 2, alike: -1, partly: -4, little: -8, other: -12, missing: -3 },
			creator: { equal: 1.5, alike: 1, among: 0.5, told: 0.5, partly: -1.3, differ: -4, 'one-sided': 0, none: 0 },
			host: { equal: 2.5, alike: 1, partly: -1.3, differ: -5, 'one-sided': -1, none: -1 },
			'host-number': { shared: 1, differ: -2, 'one-sided': 0, none: 0 },
			year: { equal: 1, coded: 1, shared: 1, next: -2, near: -2, apart: -2, far: -2, 'one-sided': 0, none: 0 },
			pages: { equal: 0.5, next: 0.2, near: 0, close: -0.4, apart: -1, differ: -1, 'one-sided': 0, none: 0 },
			marks: { equal: 0, slip: -1, some: -2.5, other: -5, missing: 0 },
			rest: { equal: 0.5, begins: 0.3, near: 0.2, alike: 0, partly: -0.7, little: -1.4, other: -2, 'one-sided': 0, none: 0 },
			numbers: { equal: 0.3, some: -0.3, differ: -1, 'one-sided': -0.6, none: 0 },
			language: { shared: 0, differ: -2, 'one-sided': 0, none: 0 },
			'system-number': { shared: 4, none: 0 },
		},
	},
} as const;

/**
 * Levels that stay at their priors: one of each feature that the others are measured from, and those that the labelled data shows in a
 * selection that says nothing (titles of `vi_silver` are never equal) or not at all.
 */
export const PINNED: ReadonlySet<string> = new Set([
	...[
		'isbn',
		'year',
		'pages',
		'creator',
		'edition',
		'volume',
		'numbers',
		'publisher',
		'place',
		'rest',
		'parts',
		'responsibility',
		'language',
	].map((name) => `${name}:none`),
	...['kind:same', 'carrier:same', 'whole-title:same', 'system-number:none', 'set-isbn:none', 'issn:none', 'host-number:none'],
	...['marks:missing', 'marks:equal', 'marks:some', 'marks:other'],
]);
