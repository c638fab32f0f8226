import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { type Granularity, readDatestamp, readGranularity } from '../protocols/oai-pmh/datestamp.ts';
import { chooseFormat, type RecordFormat } from '../protocols/oai-pmh/metadata-formats.ts';
import type { MetadataFormat } from '../protocols/oai-pmh/response.ts';
import { oaiPmhError, type ProviderClient } from './provider-client.ts';

export type DeletedRecord = 'no' | 'transient' | 'persistent';

export interface ProviderDescription {
	readonly repositoryName: string;
	readonly adminEmail: string;
	/** What it says its address is. */
	readonly baseUrl: string;
	readonly descriptions: readonly string[];
	readonly granularity: Granularity;
	/** ISO instant, or null when the provider states none that can be read. */
	readonly earliestDatestamp: string | null;
	readonly deletedRecord: DeletedRecord;
	/** By the provider's clock, before anything was listed. */
	readonly responseDate: string | null;
	readonly formats: readonly MetadataFormat[];
	readonly chosen: { readonly prefix: string; readonly format: RecordFormat };
	/** null when the provider has no sets or does not tell them. */
	readonly sets: readonly { readonly spec: string; readonly name: string }[] | null;
}

export interface DescribeOptions {
	readonly format: string | null;
	readonly retries?: number;
}

/**
 * Identify, ListMetadataFormats and ListSets (OAI-PMH 2.0 §4.2, §4.4, §4.6). Sets may fail; without a list of formats the
 * one that the source names, or `oai_dc`, is assumed. Throws AppError oai-pmh-error when no format can be read.
 */
export async function describeProvider(client: ProviderClient, options: DescribeOptions): Promise<ProviderDescription> {
	const answer = await client.ask({ verb: 'Identify' }, options.retries);
	const identify = answer.identify;
	if (identify === null)
		throw oaiPmhError(answer.errors[0] ?? { code: '', text: 'no Identify in the answer' }, client.url({ verb: 'Identify' }));
	const formats = await listFormats(client, options);
	const chosen = chooseFormat(formats, options.format);
	if (chosen === null) {
		throw new AppError(
			'oai-pmh-error',
			`the provider offers neither MARCXML nor oai_dc, only: ${formats.map((f) => f.prefix).join(', ')}`,
			{ hint: 'ask the library to switch one of them on' },
		);
	}
	const deleted = identify.deletedRecord.toLowerCase();
	return {
		repositoryName: identify.repositoryName,
		adminEmail: identify.adminEmail,
		baseUrl: identify.baseUrl,
		descriptions: answer.descriptions,
		granularity: readGranularity(identify.granularity),
		earliestDatestamp: readDatestamp(identify.earliestDatestamp),
		deletedRecord: deleted === 'persistent' || deleted === 'transient' ? deleted : 'no',
		responseDate: readDatestamp(answer.responseDate),
		formats,
		chosen,
		sets: await listSets(client, options),
	};
}

async function listFormats(client: ProviderClient, options: DescribeOptions): Promise<readonly MetadataFormat[]> {
	const answer = await client.ask({ verb: 'ListMetadataFormats' }, options.retries);
	if (answer.formats.length > 0) return answer.formats;
	return [{ prefix: options.format ?? 'oai_dc', schema: '', namespace: '' }];
}

/** All pages of ListSets, up to LIMITS.setsMax sets; null when the provider cannot tell. */
async function listSets(client: ProviderClient, options: DescribeOptions): Promise<ProviderDescription['sets']> {
	const sets: { spec: string; name: string }[] = [];
	let token: string | null = null;
	try {
		for (let page = 0; page < LIMITS.setsMax; page++) {
			const answer = await client.ask(
				token === null ? { verb: 'ListSets' } : { verb: 'ListSets', resumptionToken: token },
				Math.min(options.retries ?? 1, 1),
			);
			if (answer.errors.length > 0) return sets.length === 0 ? null : sets;
			sets.push(...answer.sets);
			const next: string = answer.resumption?.token ?? '';
			if (next === '' || next === token || answer.sets.length === 0 || sets.length >= LIMITS.setsMax) return sets;
			token = next;
		}
	} catch (error) {
		if (!(error instanceof AppError) || error.code === 'busy') throw error;
	}
	return sets.length === 0 ? null : sets;
}
