import type { MetadataFormat } from './response.ts';

export type RecordFormat = 'marcxml' | 'oai_dc';

const MARCXML = /^https?:\/\/(?:www\.)?loc\.gov\/(?:marc21\/slim|standards\/marcxml)/i;
const USUAL_MARC_PREFIXES = ['marcxml', 'marc21', 'marc'];

/** MARCXML is told by its namespace, by its schema where the namespace is missing, else by a usual prefix. */
function isMarcXml(format: MetadataFormat): boolean {
	const namespace = format.namespace.trim();
	if (MARCXML.test(namespace)) return true;
	return namespace === '' && (/marc21slim/i.test(format.schema) || USUAL_MARC_PREFIXES.includes(format.prefix.toLowerCase()));
}

/**
 * The prefix to ask for: MARCXML whatever it is called (usual names first), else `oai_dc`, which every provider has to have
 * (OAI-PMH 2.0 §3.4). `wanted` is the operator's choice of a prefix and goes before both; null when the provider offers neither.
 */
export function chooseFormat(formats: readonly MetadataFormat[], wanted?: string | null): { prefix: string; format: RecordFormat } | null {
	if (wanted !== undefined && wanted !== null && wanted !== '') {
		const offered = formats.find((f) => f.prefix === wanted);
		const marc = offered === undefined ? /marc/i.test(wanted) : isMarcXml(offered);
		return { prefix: wanted, format: marc ? 'marcxml' : 'oai_dc' };
	}
	const marc = formats.filter(isMarcXml);
	const usual = USUAL_MARC_PREFIXES.map((name) => marc.find((f) => f.prefix.toLowerCase() === name)).find((f) => f !== undefined);
	const chosen = usual ?? marc[0];
	if (chosen !== undefined) return { prefix: chosen.prefix, format: 'marcxml' };
	const dc = formats.find((f) => f.prefix === 'oai_dc') ?? formats.find((f) => /openarchives\.org\/oai\/2\.0\/oai_dc/i.test(f.namespace));
	return dc === undefined ? null : { prefix: dc.prefix, format: 'oai_dc' };
}
