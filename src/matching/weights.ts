import fitted from './weights.json' with { type: 'json' };

/**
 * The evidence of each outcome of each feature in log odds, and what a pair starts from (bias): data with a version, written by
 * `scripts/fit-weights.ts`. Changing anything that changes a score, a conflict or a feature needs a new RULES_VERSION.
 */
export const RULES_VERSION = 8;

/** Pairs at or above this are edges that join. */
export const MERGE_AT = 0.75;
/** Pairs at or above this are kept for a librarian to look at. */
export const DOUBTFUL_AT = 0.3;

export const WEIGHTS = fitted.strategies;
