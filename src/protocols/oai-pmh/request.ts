/** OAI-PMH 2.0 §3.1.1: requests as URLs. */

export interface OaiPmhRequest {
	readonly verb: 'Identify' | 'ListMetadataFormats' | 'ListSets' | 'ListIdentifiers' | 'ListRecords' | 'GetRecord';
	readonly identifier?: string | null;
	readonly metadataPrefix?: string | null;
	readonly from?: string | null;
	readonly until?: string | null;
	readonly set?: string | null;
	readonly resumptionToken?: string | null;
}

const ARGUMENTS = ['verb', 'identifier', 'metadataPrefix', 'from', 'until', 'set', 'resumptionToken'] as const;
const LEFT_BY_ENCODE_URI_COMPONENT = /[!'()*]/g;

/** Percent-encoding of everything but the unreserved characters of RFC 3986 §2.3. */
export const percentEncode = (text: string): string =>
	encodeURIComponent(text.toWellFormed()).replace(
		LEFT_BY_ENCODE_URI_COMPONENT,
		(letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
	);

/**
 * The URL of a request. Empty arguments are left out; a query that the base URL has of its own stays, less OAI-PMH arguments.
 * `tokenVerbatim`: the resumption token goes as it came, for providers that do not decode it.
 */
export function requestUrl(baseUrl: string, request: OaiPmhRequest, options: { readonly tokenVerbatim?: boolean } = {}): string {
	const [base = '', own] = cutBase(baseUrl);
	const query: string[] = [];
	for (const pair of own?.split('&') ?? []) if (pair !== '' && !isArgument(pair)) query.push(pair);
	for (const name of ARGUMENTS) {
		const value = request[name];
		if (value === undefined || value === null || value === '') continue;
		query.push(`${name}=${name === 'resumptionToken' && options.tokenVerbatim ? value : percentEncode(value)}`);
	}
	return `${base}?${query.join('&')}`;
}

/** The base URL a request URL was made from: its OAI-PMH arguments taken off. */
export function baseOfRequestUrl(url: string): string {
	const [base = '', own] = cutBase(url);
	const rest = (own?.split('&') ?? []).filter((pair) => pair !== '' && !isArgument(pair));
	return rest.length === 0 ? base : `${base}?${rest.join('&')}`;
}

function cutBase(url: string): [string, string | undefined] {
	const whole = url.trim().replace(/#.*$/s, '');
	const mark = whole.indexOf('?');
	return mark < 0 ? [whole, undefined] : [whole.slice(0, mark), whole.slice(mark + 1)];
}

const isArgument = (pair: string): boolean => (ARGUMENTS as readonly string[]).includes(pair.split('=', 1)[0] ?? '');
