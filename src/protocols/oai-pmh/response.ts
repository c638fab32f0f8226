/** What an OAI-PMH 2.0 response says beside its records (§3.2, §3.5, §4). Texts are as received, trimmed. */
export interface OaiPmhResponse {
	readonly responseDate: string;
	/** The verb element found: `ListRecords`, `Identify`, …; '' when there was none (errors). */
	readonly verb: string;
	readonly errors: readonly { readonly code: string; readonly text: string }[];
	readonly identify: Identify | null;
	/** The text in each description of Identify (§4.2), without its tags: the beginning of the first few. */
	readonly descriptions: readonly string[];
	readonly formats: readonly MetadataFormat[];
	readonly sets: readonly { readonly spec: string; readonly name: string }[];
	/** null when there was no element; its `token` is '' at the end of a list. */
	readonly resumption: Resumption | null;
	/** Records (headers, in ListIdentifiers) seen. */
	readonly listed: number;
	/** Prefix -> URI declared on the root and on the verb element; '' is the default namespace. */
	readonly namespaces: Readonly<Record<string, string>>;
	readonly undeclaredPrefixes: readonly string[];
	/** Something other than white space, comments and processing instructions followed the root element. */
	readonly trailingJunk: boolean;
}

export interface Identify {
	readonly repositoryName: string;
	readonly baseUrl: string;
	readonly protocolVersion: string;
	readonly adminEmail: string;
	readonly earliestDatestamp: string;
	readonly deletedRecord: string;
	readonly granularity: string;
}

export interface MetadataFormat {
	readonly prefix: string;
	readonly schema: string;
	readonly namespace: string;
}

export interface Resumption {
	readonly token: string;
	readonly completeListSize: number | null;
	readonly cursor: number | null;
	readonly expirationDate: string;
}

/** Error codes of OAI-PMH 2.0 §3.6; a provider that sends another has failed inside. */
// biome-ignore format: a table
export const ERROR_CODES: ReadonlySet<string> = new Set([
	'badArgument', 'badResumptionToken', 'badVerb', 'cannotDisseminateFormat',
	'idDoesNotExist', 'noRecordsMatch', 'noMetadataFormats', 'noSetHierarchy',
]);
