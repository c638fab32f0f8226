import { mergeRecords } from '../matching/merge.ts';
import { KINDS } from '../records/bib.ts';
import { bibFromMarc } from '../records/bib-from-marc.ts';
import { packUnion, unpackRecord } from '../records/compact.ts';
import type { Share } from '../records/union.ts';
import { deflateBody, inflateBody } from '../store/body-codec.ts';

/** A member to merge, as stored. */
export interface MergeMember {
	readonly id: number;
	readonly no: number;
	readonly run: number;
	readonly source: string;
	readonly library: string;
	readonly identifier: string;
	readonly share: Share;
	readonly licence: string | null;
	readonly datestamp: string | null;
	readonly body: Uint8Array;
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

function mergeOne(members: readonly MergeMember[]): MergedUnion {
	const inputs = members.map((m) => {
		const record = unpackRecord(inflateBody(m.body));
		const found = bibFromMarc(record);
		if ('ignoredAs' in found) throw new Error(`record ${m.id} of the union is no bibliographic record`);
		return {
			member: {
				record: m.id,
				version: m.no,
				run: m.run,
				source: m.source,
				library: m.library,
				identifier: m.identifier,
				share: m.share,
				licence: m.licence,
			},
			record,
			bib: found.bib,
			modified: found.bib.modified ?? m.datestamp ?? '',
		};
	});
	const union = mergeRecords(inputs);
	return {
		kind: KINDS.indexOf(union.kind),
		shared: members.some((m) => m.share !== 'none'),
		libraries: [...new Set(members.map((m) => m.library))].sort(),
		body: deflateBody(packUnion(union)),
	};
}
