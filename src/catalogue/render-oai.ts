import { unpackRecord, unpackUnion } from '../records/compact.ts';
import { openPackedUnion, type PackedUnion, packedUnionToMarcXml } from '../records/packed-marcxml.ts';
import { publicUnion, publicView } from '../records/public-view.ts';
import { marcToOaiDc } from '../records/render-dc.ts';
import { renderMarcXml, unionToMarc } from '../records/render-marcxml.ts';
import type { Share, UnionMember } from '../records/union.ts';
import { unpackBody, unpackBodyBytes } from '../store/body-codec.ts';

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

/** A stored union record, opened as far as to name its members. */
export const openUnionBody = (body: Uint8Array): PackedUnion => openPackedUnion(unpackBodyBytes(body));

/** Whether a record may name this member to others. */
export const isNamed = (member: UnionMember): boolean => member.share !== 'none';

/** Metadata of a union record, as text or its UTF-8; null when nothing of it may be handed on. */
export function renderUnion(union: PackedUnion, prefix: OaiPrefix, name: RecordName): string | Buffer | null {
	if (prefix === 'marc21') return packedUnionToMarcXml(union, name);
	const open = publicUnion(unpackUnion(union.packed.toString('utf8')));
	return open === null ? null : marcToOaiDc(unionToMarc(open, name));
}

/** Metadata of a stored source record; null when nothing of it may be handed on. */
export function renderSourceBody(body: Uint8Array, share: Share, prefix: OaiPrefix): string | null {
	const record = publicView(unpackRecord(unpackBody(body)), share);
	if (record === null) return null;
	return prefix === 'marc21' ? renderMarcXml(record) : marcToOaiDc(record);
}
