import { unpackRecord, unpackUnion } from '../records/compact.ts';
import { packedUnionToMarcXml } from '../records/packed-marcxml.ts';
import { publicUnion, publicView } from '../records/public-view.ts';
import { marcToOaiDc } from '../records/render-dc.ts';
import { renderMarcXml, unionToMarc } from '../records/render-marcxml.ts';
import type { Share, UnionMember } from '../records/union.ts';
import { inflateBody } from '../store/body-codec.ts';

/** The formats of the OAI-PMH provider. */
export const OAI_FORMATS = {
	oai_dc: {
		prefix: 'oai_dc',
		schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
		namespace: 'http://www.openarchives.org/OAI/2.0/oai_dc/',
	},
	marc21: {
		prefix: 'marc21',
		schema: 'http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd',
		namespace: 'http://www.loc.gov/MARC21/slim',
	},
} as const;
export type OaiPrefix = keyof typeof OAI_FORMATS;

/** The public id of a union record and whose id that is (MARC 001 and 003). */
export interface RecordName {
	readonly id: string;
	readonly agency: string;
}

/** Metadata of a stored union record, and the members it may name; null when nothing of it may be handed on. */
export function renderUnionBody(
	body: Uint8Array,
	prefix: OaiPrefix,
	name: RecordName,
): { readonly metadata: string; readonly members: readonly UnionMember[] } | null {
	const packed = inflateBody(body);
	if (prefix === 'marc21') {
		const made = packedUnionToMarcXml(packed, name);
		return made === null ? null : { metadata: made.xml, members: made.members.filter(isNamed) };
	}
	const union = publicUnion(unpackUnion(packed));
	return union === null ? null : { metadata: marcToOaiDc(unionToMarc(union, name)), members: union.members.filter(isNamed) };
}

const isNamed = (member: UnionMember): boolean => member.share !== 'none';

/** Metadata of a stored source record; null when nothing of it may be handed on. */
export function renderSourceBody(body: Uint8Array, share: Share, prefix: OaiPrefix): string | null {
	const record = publicView(unpackRecord(inflateBody(body)), share);
	if (record === null) return null;
	return prefix === 'marc21' ? renderMarcXml(record) : marcToOaiDc(record);
}
