import { describeProvider, type ProviderDescription } from './describe-provider.ts';
import { OaiPmhPageReader } from './oai-pmh-page.ts';
import type { PageEnd, ReadRecord } from './page.ts';
import { assertKnownError, type ClientOptions, ProviderClient } from './provider-client.ts';
import { noteOn, proposedOptions, type Recognised, recogniseProvider } from './recognise-software.ts';

/** As many records are shown of any kind of source. */
export const RECORDS_SHOWN = 10;

export interface SourceProbe {
	readonly provider: ProviderDescription;
	readonly movedTo: string | null;
	/** Records in the whole list, as the provider says; when it says nothing and all fit on one page, as many as there are; else null. */
	readonly count: number | null;
	readonly first: ReadRecord | null;
	/** The first ones, deletions included. */
	readonly records: readonly ReadRecord[];
	/** Its software, as far as its answers tell. */
	readonly software: Recognised | null;
	readonly note: string | null;
	/** Options of `source add` that would suit. */
	readonly proposed: readonly string[];
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
	const { movedTo } = client;
	const formats = provider.formats.map(({ prefix }) => prefix);
	const software = recogniseProvider({
		addresses: [movedTo ?? options.url, options.url, provider.baseUrl],
		repositoryName: provider.repositoryName,
		descriptions: provider.descriptions,
		formats,
		sets: provider.sets?.map(({ spec }) => spec) ?? [],
		identifiers: records.map(({ identifier }) => identifier),
		token: end.resumptionToken,
	});
	const kind = software?.kind ?? null;
	const { chosen, deletedRecord } = provider;
	return {
		provider,
		software,
		note: noteOn(kind),
		proposed: proposedOptions({ kind, formats, chosen, deletedRecord, movedTo, stated: options.format !== null }),
		records: records.slice(0, RECORDS_SHOWN),
		movedTo,
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
