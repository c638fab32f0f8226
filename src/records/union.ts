import type { Holding, Kind } from './bib.ts';
import type { MarcField } from './marc.ts';

/** What a source lets others have: none = search and holdings only; metadata = no item details; full = everything. */
export const SHARES = ['none', 'metadata', 'full'] as const;
export type Share = (typeof SHARES)[number];

/** One source record in a union record. */
export interface UnionMember {
	/** Internal number of the source record (src/lib/ids.ts makes the public id). */
	readonly record: number;
	readonly version: number;
	readonly run: number;
	readonly source: string;
	readonly library: string;
	readonly identifier: string;
	readonly share: Share;
	readonly licence: string | null;
	/** When its version was received, in seconds since 1970; not in records merged before it was kept. */
	readonly received?: number;
	/** The provider's own datestamp of it, likewise; null when it gave none. */
	readonly stamped?: number | null;
}

/** A field of the merged record with the members that say so (indexes into `members`, the field's own first) and the rule that chose it. */
export interface UnionField {
	readonly field: MarcField;
	readonly sources: readonly number[];
	readonly rule: 'lead' | 'fill' | 'unite';
}

/** A path of a holdings record begins with its identifier and version: `oai:a.vn:h7@2 852`. */
export interface UnionHolding extends Holding {
	/** Index into `members`. */
	readonly member: number;
}

/** The merged description of a cluster. `fields` hold no holdings; those are apart, by member. */
export interface UnionRecord {
	readonly kind: Kind;
	readonly leader: string;
	/** In the order of source code and identifier, so that nothing depends on arrival. */
	readonly members: readonly UnionMember[];
	readonly fields: readonly UnionField[];
	readonly holdings: readonly UnionHolding[];
}
