import { mergeRecords } from '../matching/merge.ts';
import { libraryRank } from '../matching/merge-rules.ts';
import { type Holding, KINDS, type Kind } from '../records/bib.ts';
import { holdingsFromMarc } from '../records/bib-from-marc.ts';
import { packUnion, unpackRecord } from '../records/compact.ts';
import type { Share } from '../records/union.ts';
import { packBody, unpackBody } from '../store/body-codec.ts';

/** A member to merge, as stored. */
export interface MergeMember {
	readonly id: number;
	readonly no: number;
	readonly run: number;
	/** Place in KINDS. */
	readonly kind: number;
	readonly source: MergeSource;
	readonly identifier: string;
	/** When the version was received, and the provider's own datestamp of it, in seconds since 1970. */
	readonly received: number;
	readonly stamped: number | null;
	readonly body: Uint8Array;
	/** Holdings records that are of it, in the order of their identifiers. */
	readonly holdings: readonly { readonly identifier: string; readonly no: number; readonly body: Uint8Array }[];
}

/** What a member's source says of all its records. */
export interface MergeSource {
	readonly source: string;
	readonly library: string;
	/** Kind of the library: province, district, school, other. */
	readonly libraryKind: string;
	readonly share: Share;
	readonly licence: string | null;
}

export interface MergedUnion {
	readonly kind: number;
	readonly shared: boolean;
	readonly libraries: readonly string[];
	readonly body: Uint8Array;
}

/** Merges clusters: stored bodies of the members in, stored bodies of union records out. Pure computing, made for a worker thread. */
export function mergeBatch(clusters: readonly (readonly MergeMember[])[]): MergedUnion[] {
	return clusters.map(mergeOne);
}

/** As `modified` of a bib is written. */
const instant = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** What a holdings record says; the path begins with its identifier and version: `oai:a.vn:h7@2 852$h`. */
function holdingsApart({ identifier, no, body }: MergeMember['holdings'][number]): Holding[] {
	const { holdings } = holdingsFromMarc(unpackRecord(unpackBody(body)));
	return holdings.map((holding) => ({ ...holding, path: `${identifier}@${no} ${holding.path}` }));
}

function mergeOne(members: readonly MergeMember[]): MergedUnion {
	const inputs = members.map((m) => {
		const record = unpackRecord(unpackBody(m.body));
		const { holdings, modified } = holdingsFromMarc(record);
		const { source, library, share, licence, libraryKind } = m.source;
		const { id, no, run, identifier, received, stamped } = m;
		return {
			member: { record: id, version: no, run, source, library, identifier, share, licence, received, stamped },
			record,
			bib: {
				kind: KINDS[m.kind] as Kind,
				holdings: m.holdings.length === 0 ? holdings : [...holdings, ...m.holdings.flatMap(holdingsApart)],
			},
			modified: modified ?? (stamped === null ? '' : instant(stamped)),
			rank: libraryRank(libraryKind),
		};
	});
	const union = mergeRecords(inputs);
	return {
		kind: KINDS.indexOf(union.kind),
		shared: members.some((m) => m.source.share !== 'none'),
		libraries: [...new Set(members.map((m) => m.source.library))].sort(),
		body: packBody(packUnion(union)),
	};
}
