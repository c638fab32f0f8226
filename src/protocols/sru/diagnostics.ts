/** A diagnostic of SRU (`info:srw/diagnostic/1/…`), or of a server's own. */
export interface SruDiagnostic {
	/** The number of an info:srw/diagnostic/1 URI; null for others. */
	readonly number: number | null;
	readonly uri: string;
	readonly details: string;
	readonly message: string;
}

export const sruDiagnostic = (uri: string, details: string, message: string): SruDiagnostic => {
	const number = /(?:^|diagnostic\/1\/)(\d{1,5})$/.exec(uri.trim())?.[1];
	return { number: number === undefined ? null : Number(number), uri: uri.trim(), details, message };
};

/** Names of the numbers that catalogues send (SRU diagnostics list). */
const NAMES: Readonly<Record<number, string>> = {
	1: 'general system error',
	2: 'system temporarily unavailable',
	3: 'authentication error',
	4: 'unsupported operation',
	5: 'unsupported version',
	6: 'unsupported parameter value',
	7: 'mandatory parameter not supplied',
	8: 'unsupported parameter',
	10: 'query syntax error',
	12: 'too many characters in query',
	15: 'unsupported context set',
	16: 'unsupported index',
	18: 'unsupported combination of indexes',
	19: 'unsupported relation',
	20: 'unsupported relation modifier',
	21: 'unsupported combination of relation modifiers',
	22: 'unsupported combination of relation and index',
	24: 'unsupported combination of relation and term',
	27: 'empty term unsupported',
	35: 'term contains only stopwords',
	36: 'term in invalid format for index or relation',
	37: 'unsupported boolean operator',
	38: 'too many boolean operators in query',
	47: 'cannot process query',
	48: 'query feature unsupported',
	60: 'result set not created: too many matching records',
	61: 'first record position out of range',
	64: 'record temporarily unavailable',
	65: 'record does not exist',
	66: 'unknown schema for retrieval',
	67: 'record not available in this schema',
	68: 'not authorised to send record',
	70: 'record too large to send',
	71: 'unsupported record packing',
	72: 'XPath retrieval unsupported',
};

export function describeSruDiagnostic({ number, uri, details, message }: SruDiagnostic): string {
	const known = number === null ? undefined : NAMES[number];
	const name =
		number === null ? `diagnostic ${uri || 'without a number'}` : `diagnostic ${number}${known === undefined ? '' : ` (${known})`}`;
	const said = [message, details].filter((text) => text !== '' && text.toLowerCase() !== known).join(': ');
	return said === '' ? name : `${name}: ${said.slice(0, 300)}`;
}
