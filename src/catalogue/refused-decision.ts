import { type Said, WordedError } from '../lib/worded-error.ts';

/**
 * Why a decision is refused: hard conflicts of the pair are not named; hard conflicts between others that it would join too are not named; earlier
 * decisions say otherwise; an earlier one says so already.
 */
export type Refusal = 'confirmation-needed' | 'conflict-between-others' | 'contradicts-decisions' | 'decided-already';

/** A decision that was refused, with what it goes against by name. */
export class RefusedDecision extends WordedError {
	readonly refusal: Refusal;
	/** Names of the hard conflicts in the way. */
	readonly conflicts: readonly string[];
	/** Numbers of the decisions in the way. */
	readonly decisions: readonly number[];

	constructor(
		refusal: Refusal,
		said: Readonly<Record<'vi' | 'en', Said>>,
		{ conflicts = [], decisions = [] }: { readonly conflicts?: readonly string[]; readonly decisions?: readonly number[] },
	) {
		super('conflict', said);
		this.refusal = refusal;
		this.conflicts = conflicts;
		this.decisions = decisions;
	}
}
