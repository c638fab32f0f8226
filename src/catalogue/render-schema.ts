import { unpackUnion } from '../records/compact.ts';
import type { PackedUnion } from '../records/packed-marcxml.ts';
import { type PublicUnion, publicUnion } from '../records/public-view.ts';
import { marcToSrwDc } from '../records/render-dc.ts';
import { unionToMarc } from '../records/render-marcxml.ts';
import { marcToMods } from '../records/render-mods.ts';
import { unpackBody } from '../store/body-codec.ts';
import { type RecordName, renderUnion } from './render-oai.ts';

/** The schemas in which records are given one by one or as hits, with the identifiers of the SRU registry first. */
export const RECORD_SCHEMAS = {
	marcxml: { identifiers: ['info:srw/schema/1/marcxml-v1.1', 'http://www.loc.gov/MARC21/slim'], title: 'MARC 21 (MARCXML)' },
	dc: {
		identifiers: ['info:srw/schema/1/dc-v1.1', 'info:srw/schema/1/dc-schema', 'http://purl.org/dc/elements/1.1/'],
		title: 'Dublin Core',
	},
	mods: {
		identifiers: [
			'info:srw/schema/1/mods-v3.7',
			'info:srw/schema/1/mods-v3.0',
			'info:srw/schema/1/mods-v3.5',
			'http://www.loc.gov/mods/v3',
		],
		title: 'MODS 3.7',
	},
	oai_dc: { identifiers: ['http://www.openarchives.org/OAI/2.0/oai_dc/'], title: 'Dublin Core as OAI-PMH has it' },
} as const;
export type RecordSchema = keyof typeof RECORD_SCHEMAS;

/** A schema by its name or one of its identifiers. */
export function findRecordSchema(text: string): RecordSchema | undefined {
	for (const [name, { identifiers }] of Object.entries(RECORD_SCHEMAS))
		if (name === text.toLowerCase() || (identifiers as readonly string[]).includes(text)) return name as RecordSchema;
	return undefined;
}

/** A union record in a schema; null when nothing of it may be handed on. */
export function renderSchema(union: PackedUnion, schema: RecordSchema, name: RecordName): string | null {
	if (schema === 'marcxml') return renderUnion(union, 'marc21', name);
	if (schema === 'oai_dc') return renderUnion(union, 'oai_dc', name);
	const open = publicUnion(unpackUnion(union.packed));
	if (open === null) return null;
	const record = unionToMarc(open, name);
	return schema === 'dc' ? marcToSrwDc(record) : marcToMods(record) || null;
}

/** What may be handed on of a stored union record; null when nothing may. */
export const openUnion = (body: Uint8Array): PublicUnion | null => publicUnion(unpackUnion(unpackBody(body)));
