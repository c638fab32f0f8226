/**
 * The evidence of each feature in log odds: [agree, differ, missing], and what a pair starts from (bias). Fitted by logistic regression
 * on labelled pairs. Changing anything that changes a score, a conflict or a feature needs a new RULES_VERSION.
 */
export const RULES_VERSION = 2;

/** Pairs at or above this are edges that join. */
export const MERGE_AT = 0.75;
/** Pairs at or above this are kept for a librarian to look at. */
export const DOUBTFUL_AT = 0.3;

export const WEIGHTS = {
	book: {
		bias: -2.58,
		weights: {
			title: [3.4, -6, -3],
			isbn: [2.12, -3.25, 0],
			creator: [0.74, -2.3, 0],
			year: [1.08, -2.2, 0],
			'near-year': [0.4, -1.6, 0],
			pages: [1.9, -2.8, 0],
			marks: [0, -6, 0],
			rest: [0, -1.2, 0],
			volume: [0.7, -2, 0],
			edition: [0.5, -2.2, 0],
			numbers: [0.1, -2, 0],
			publisher: [0.05, -0.9, 0],
			place: [0.4, -0.2, 0],
			language: [0.4, -2, 0],
			'system-number': [4, 0, 0],
			'set-isbn': [0.3, 0, 0],
		},
	},
	serial: {
		bias: -2.5,
		weights: {
			title: [3.5, -8, -3],
			issn: [6, -6, 0],
			marks: [0, -5, 0],
			rest: [0.5, -1.5, 0],
			publisher: [1.5, -1, 0],
			place: [0.5, -1, 0],
			language: [0, -2, 0],
			'system-number': [4, 0, 0],
		},
	},
	component: {
		bias: -4,
		weights: {
			title: [3.5, -12, -3],
			creator: [1.5, -4, 0],
			host: [2.5, -5, -1],
			year: [1, -2, 0],
			pages: [0.5, -1, 0],
			marks: [0, -5, 0],
			rest: [0.5, -2, 0],
			numbers: [0.3, -1, 0],
			language: [0, -2, 0],
			'system-number': [4, 0, 0],
		},
	},
} as const;
