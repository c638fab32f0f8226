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

/** The words of the numbers that catalogues send (SRU diagnostics list). */
export const SRU_DIAGNOSTIC_NAMES: Readonly<Record<number, string>> = {
	1: 'general system error',
	2: 'system temporarily unavailable',
	3: 'authentication error',
	4: 'unsupported operation',
	5: 'unsupported version',
	6: 'unsupported parameter value',
	7: 'mandatory parameter not supplied',
	8: 'unsupported parameter',
	10: 'query syntax error',
	11: 'unsupported query type',
	12: 'too many characters in query',
	15: 'unsupported context set',
	16: 'unsupported index',
	18: 'unsupported combination of indexes',
	19: 'unsupported relation',
	20: 'unsupported relation modifier',
	21: 'unsupported combination of relation modifiers',
	22: 'unsupported combination of relation and index',
	24: 'unsupported combination of relation and term',
	26: 'non special character escaped in term',
	27: 'empty term unsupported',
	28: 'masking character not supported',
	29: 'masked words too short',
	30: 'too many masking characters in term',
	31: 'anchoring character not supported',
	32: 'anchoring character in unsupported position',
	33: 'combination of proximity/adjacency and masking characters not supported',
	35: 'term contains only stopwords',
	36: 'term in invalid format for index or relation',
	37: 'unsupported boolean operator',
	38: 'too many boolean operators in query',
	39: 'proximity not supported',
	40: 'unsupported proximity relation',
	41: 'unsupported proximity distance',
	42: 'unsupported proximity unit',
	44: 'unsupported combination of proximity modifiers',
	46: 'unsupported boolean modifier',
	47: 'cannot process query; reason unknown',
	48: 'query feature unsupported',
	50: 'result sets not supported',
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
	82: 'unsupported sort sequence',
	84: 'too many sort keys to sort',
	87: 'unsupported schema for sort',
	88: 'unsupported path for sort',
	90: 'unsupported direction value',
	91: 'unsupported case value',
	92: 'unsupported missing value action',
	110: 'stylesheets not supported',
	120: 'response position out of range',
	121: 'too many terms requested',
	235: 'database does not exist',
};

export function describeSruDiagnostic({ number, uri, details, message }: SruDiagnostic): string {
	const known = number === null ? undefined : SRU_DIAGNOSTIC_NAMES[number];
	const name =
		number === null ? `diagnostic ${uri || 'without a number'}` : `diagnostic ${number}${known === undefined ? '' : ` (${known})`}`;
	const said = [message, details].filter((text) => text !== '' && text.toLowerCase() !== known).join(': ');
	return said === '' ? name : `${name}: ${said.slice(0, 300)}`;
}
