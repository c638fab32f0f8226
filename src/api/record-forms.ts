import { FORMAT_NAMES, RECORD_FORMATS } from '../records/record-format.ts';
import type { RecordForm } from '../web/record-page.ts';

/** The addresses of a record as data; of one that is not shared only JSON, which then says so. */
export function formsOf(id: string, shared: boolean, repositoryIdentifier: string): readonly RecordForm[] {
	const api = `/api/v1/records/${id}`;
	const json = { name: 'JSON', type: 'application/json', path: api };
	if (!shared) return [json];
	const formats = FORMAT_NAMES.map((format) => {
		const { label, mediaType } = RECORD_FORMATS[format];
		return { name: label, type: mediaType.split(';')[0] as string, path: `${api}.${format}` };
	});
	const oai = `/oai?verb=GetRecord&metadataPrefix=marc21&identifier=oai:${repositoryIdentifier}:${id}`;
	return [json, ...formats, { name: 'OAI-PMH', type: 'text/xml', path: oai }];
}
