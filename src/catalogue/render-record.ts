import type { Kind } from '../records/bib.ts';
import { bibFromMarc } from '../records/bib-from-marc.ts';
import { unpackUnion } from '../records/compact.ts';
import type { UnionRecord } from '../records/union.ts';
import { inflateBody } from '../store/body-codec.ts';

export interface BriefRecord {
	readonly id: number;
	readonly changedMs: number;
	readonly shared: boolean;
	readonly kind: Kind;
	readonly title: string;
	readonly subtitle: string;
	readonly creators: readonly string[];
	readonly year: string | null;
	readonly libraries: readonly string[];
}

export interface FullRecord extends BriefRecord {
	readonly members: UnionRecord['members'];
	readonly holdings: UnionRecord['holdings'];
	readonly description: unknown;
}

function brief(id: number, changedMs: number, shared: boolean, union: UnionRecord): BriefRecord {
	const found = bibFromMarc({ leader: union.leader, fields: union.fields.map((f) => f.field) });
	const bib = 'bib' in found ? found.bib : undefined;
	return {
		id,
		changedMs,
		shared,
		kind: union.kind,
		title: bib?.title.proper?.value ?? '',
		subtitle: bib?.title.rest?.value ?? '',
		creators: [...new Set(bib?.creators.map((c) => c.name.value) ?? [])],
		year: bib?.year?.value ?? null,
		libraries: [...new Set(union.members.map((m) => m.library))].sort(),
	};
}

export const briefRecord = (id: number, changedMs: number, shared: boolean, body: Uint8Array): BriefRecord =>
	brief(id, changedMs, shared, unpackUnion(inflateBody(body)));

export function fullRecord(id: number, changedMs: number, shared: boolean, body: Uint8Array): FullRecord {
	const union = unpackUnion(inflateBody(body));
	const members = shared ? union.members.filter((m) => m.share !== 'none') : [];
	return { ...brief(id, changedMs, shared, union), members, holdings: shared ? union.holdings : [], description: null };
}
