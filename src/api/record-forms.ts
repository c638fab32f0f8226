import { FORMAT_NAMES, RECORD_FORMATS } from '../records/record-format.ts';
import type { RecordForm } from '../web/record-page.ts';

const typeOf = (mediaType: string): string => (mediaType.split(';')[0] as string).trim();

/** Where a record is in forms for programs: JSON, and where it may be handed on every format and OAI-PMH. */
export function formsOf(id: string, shared: boolean, repositoryIdentifier: string): readonly RecordForm[] {
	const api = `/api/v1/records/${id}`;
	const json = { name: 'JSON', type: 'application/json', path: api };
	if (!shared) return [json];
	const formats = FORMAT_NAMES.map((name) => {
		const { title, mediaType } = RECORD_FORMATS[name];
		return { name: title, type: typeOf(mediaType), path: `${api}.${name}` };
	});
	const oai = `/oai?${new URLSearchParams({ verb: 'GetRecord', metadataPrefix: 'marc21', identifier: `oai:${repositoryIdentifier}:${id}` })}`;
	return [json, ...formats, { name: 'OAI-PMH', type: 'text/xml', path: oai }];
}
