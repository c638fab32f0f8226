import { describeProvider, type ProviderDescription } from './describe-provider.ts';
import { OaiPmhPageReader } from './oai-pmh-page.ts';
import type { PageEnd, ReadRecord } from './page.ts';
import { assertKnownError, type ClientOptions, ProviderClient } from './provider-client.ts';

export interface SourceProbe {
	readonly provider: ProviderDescription;
	readonly movedTo: string | null;
	/** Records in the whole list, as the provider says; when it says nothing and all fit on one page, as many as there are; else null. */
	readonly count: number | null;
	readonly first: ReadRecord | null;
	/** Records on the first page, and those of them that could not be read. */
	readonly listed: number;
	readonly unreadable: number;
	/** What had to be mended on the first page. */
	readonly repairs: readonly string[];
	/** The OAI-PMH error in place of the first page: `noRecordsMatch`, … */
	readonly error: { readonly code: string; readonly text: string } | null;
}

/**
 * Looks at a provider without keeping anything: Identify, formats, sets and the first page of records. One try each, so that a wrong
 * address is told at once. Throws the AppErrors of a harvest.
 */
export async function probeOaiPmh(
	options: ClientOptions & { readonly set: string | null; readonly format: string | null },
): Promise<SourceProbe> {
	const client = new ProviderClient(options);
	const provider = await describeProvider(client, { format: options.format, retries: 0 });
	const { records, end } = await firstPage(client, provider, options.set);
	return {
		provider,
		movedTo: client.movedTo,
		count: end.completeListSize ?? (end.resumptionToken === null ? end.listed : null),
		first: records.find((record) => !record.deleted) ?? records[0] ?? null,
		listed: end.listed,
		unreadable: records.filter((record) => record.problem !== undefined || record.decoded?.ok === false).length,
		repairs: end.repairs,
		error: end.error,
	};
}

async function firstPage(
	client: ProviderClient,
	provider: ProviderDescription,
	set: string | null,
): Promise<{ records: ReadRecord[]; end: PageEnd }> {
	const fetch = client.fetch(client.url({ verb: 'ListRecords', metadataPrefix: provider.chosen.prefix, set }));
	try {
		const reader = new OaiPmhPageReader({ format: provider.chosen.format });
		const records: ReadRecord[] = [];
		for await (const piece of fetch.pieces()) records.push(...reader.feed(piece));
		const last = reader.end();
		records.push(...last.records);
		assertKnownError(last.end.error, fetch.url);
		return { records, end: last.end };
	} finally {
		fetch.discard();
	}
}
