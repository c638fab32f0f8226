import { CONFLICT_NAMES, type ConflictName, conflictsBetween, type Stance } from './conflicts.ts';

/** What a source states of its records can keep two of them apart, too: it has no doubles, so two of its records are two publications. */
export const DOUBLES = 'doubles';

export type HardConflict = ConflictName | typeof DOUBLES;
export const HARD_CONFLICTS: readonly HardConflict[] = [...CONFLICT_NAMES, DOUBLES];

/** Whether both are of one source that has no doubles; `single` is its code, null for any other source. */
export const areDoubles = (a: string | null, b: string | null): boolean => a !== null && a === b;

export interface Side {
	readonly said: Stance;
	readonly single: string | null;
}

/** All that a librarian has to confirm to join two records: conflicts of what they say, then of what their source states. */
export const hardConflicts = (a: Side, b: Side): HardConflict[] => [
	...conflictsBetween(a.said, b.said),
	...(areDoubles(a.single, b.single) ? [DOUBLES as typeof DOUBLES] : []),
];
