import { unpackUnion } from '../records/compact.ts';
import { type PublicUnion, publicUnion } from '../records/public-view.ts';
import { marcToOaiDc, marcToSrwDc } from '../records/render-dc.ts';
import { unionToMarc } from '../records/render-marcxml.ts';
import { marcToMods } from '../records/render-mods.ts';
import { unpackBody } from '../store/body-codec.ts';
import { openUnionBody, type RecordName, renderUnion } from './render-oai.ts';

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

/** A stored union record in a schema, as text or its UTF-8; null when nothing of it may be handed on. */
export function renderSchema(body: Uint8Array, schema: RecordSchema, name: RecordName): string | Uint8Array | null {
	if (schema === 'marcxml') return renderUnion(openUnionBody(body), 'marc21', name);
	const open = openUnion(body);
	if (open === null) return null;
	const record = unionToMarc(open, name);
	if (schema === 'mods') return marcToMods(record) || null;
	return schema === 'dc' ? marcToSrwDc(record) : marcToOaiDc(record);
}

/** What may be handed on of a stored union record; null when nothing may. */
export const openUnion = (body: Uint8Array): PublicUnion | null => publicUnion(unpackUnion(unpackBody(body)));
