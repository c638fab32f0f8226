/** Versions of SRU: 1.1 and 1.2 by the Library of Congress, 2.0 by OASIS. */
export type SruVersion = '1.1' | '1.2' | '2.0';

export interface SearchRetrieve {
	readonly version: SruVersion;
	/** false leaves the version out of a request in 2.0, which does not know that parameter. */
	readonly named?: boolean;
	readonly query: string;
	/** From 1. */
	readonly startRecord: number;
	readonly maximumRecords: number;
	/** Name or URI of a schema; null leaves it to the server. */
	readonly recordSchema: string | null;
	/** `xml`, or `string`: escaped. Called recordXMLEscaping in 2.0. null leaves it to the server. */
	readonly packing: 'xml' | 'string' | null;
}

/** The URL of a request; parameters that the base has already (x-username, say) are kept. */
function url(base: string, parameters: readonly (readonly [name: string, value: string | null])[]): string {
	const made = new URL(base);
	for (const [name, value] of parameters) if (value !== null) made.searchParams.set(name, value);
	return made.href;
}

/** searchRetrieve (SRU 1.1, 1.2; OASIS SRU 2.0, where operation is gone from the request; so is version, but servers of several versions tell by it). */
export function searchRetrieveUrl(base: string, request: SearchRetrieve): string {
	const { version, named = true, query, startRecord, maximumRecords, recordSchema, packing } = request;
	const isOld = version !== '2.0';
	return url(base, [
		['operation', isOld ? 'searchRetrieve' : null],
		['version', named ? version : null],
		['query', query],
		['startRecord', String(startRecord)],
		['maximumRecords', String(maximumRecords)],
		['recordSchema', recordSchema],
		[isOld ? 'recordPacking' : 'recordXMLEscaping', packing],
	]);
}

export const explainUrl = (base: string, version: SruVersion): string =>
	url(base, [
		['operation', version === '2.0' ? null : 'explain'],
		['version', version === '2.0' ? null : version],
	]);
