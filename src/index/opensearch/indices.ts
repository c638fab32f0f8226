import { randomBytes } from 'node:crypto';
import type { NextIndex } from '../engine.ts';
import { writeBulk } from './bulk.ts';
import { type OpenSearchClient, OpenSearchError } from './client.ts';
import { EXACT, INDEX, MAPPING_VERSION } from './mapping.ts';

/** So many documents at once are a fill. */
const FILL_MIN = 5_000;
/** Documents of a segment that the server still merges with others by itself. */
const SEGMENT_DOCUMENTS = 2_000_000;

type Settings = Readonly<Record<string, { readonly settings: { readonly index: { readonly uuid: string } } }>>;

const isStatus = (error: unknown, status: number): boolean => error instanceof OpenSearchError && error.status === status;

/** The index behind an alias, and its successors: `ALIAS-vVERSION-RANDOM`. */
export class Indices {
	readonly alias: string;
	readonly #client: OpenSearchClient;
	#made: Promise<void> | undefined;

	constructor(client: OpenSearchClient, alias: string) {
		this.#client = client;
		this.alias = alias;
	}

	/** Makes the first index where there is none. */
	ready(): Promise<void> {
		this.#made ??= this.#ensure().catch((error: unknown) => {
			this.#made = undefined;
			throw error;
		});
		return this.#made;
	}

	async #ensure(): Promise<void> {
		if ((await this.serving()) !== null) return;
		try {
			// one name for whoever comes first, so that two processes do not make two
			await this.#make(`${this.alias}-v${MAPPING_VERSION}-first`, { [this.alias]: {} });
		} catch (error) {
			if (!isStatus(error, 400) || (await this.serving()) === null) throw error;
		}
	}

	async #make(index: string, aliases: object): Promise<void> {
		try {
			await this.#client.ask('PUT', `/${index}`, { ...INDEX, settings: { ...INDEX.settings, ...EXACT }, aliases });
		} catch (error) {
			if (!(error instanceof OpenSearchError && error.type === 'illegal_argument_exception')) throw error;
			await this.#client.ask('PUT', `/${index}`, { ...INDEX, aliases });
		}
	}

	/** The index that serves: its name, and one that no other index ever has. */
	async serving(): Promise<{ readonly index: string; readonly name: string } | null> {
		try {
			const [found] = Object.entries(await this.#client.ask<Settings>('GET', `/${this.alias}/_settings/index.uuid`));
			return found === undefined ? null : { index: found[0], name: `opensearch/${found[0]}/${found[1].settings.index.uuid}` };
		} catch (error) {
			if (isStatus(error, 404)) return null;
			throw error;
		}
	}

	async count(index = this.alias): Promise<number> {
		await this.#client.ask('POST', `/${index}/_refresh`);
		return (await this.#client.ask<{ count: number }>('POST', `/${index}/_count`, { query: { term: { live: true } } })).count;
	}

	/** Shows what was written; after `written` documents that are most of the index, with its segments merged: each of them costs every search. */
	async settle(written: number, index = this.alias): Promise<void> {
		await this.#client.ask('POST', `/${index}/_refresh`);
		if (written < FILL_MIN) return;
		const count = await this.count(index);
		if (written < count / 2) return;
		const segments = 1 + Math.floor(count / SEGMENT_DOCUMENTS);
		// a large one takes longer than an answer is waited for, and goes on without
		await this.#client.ask('POST', `/${index}/_forcemerge?max_num_segments=${segments}`).catch(() => undefined);
		await this.#client.ask('POST', `/${index}/_refresh`);
	}

	/** An empty index that nobody asks yet. */
	async next(): Promise<NextIndex> {
		const client = this.#client;
		let written = 0;
		const index = `${this.alias}-v${MAPPING_VERSION}-${randomBytes(4).toString('hex')}`;
		await this.#make(index, {});
		return {
			name: `opensearch/${index}`,
			apply: async (documents, removed) => {
				written += documents.length;
				return await writeBulk(client, index, documents, removed);
			},
			count: () => this.count(index),
			finish: async () => {
				await this.settle(written, index);
				await this.#swap(index);
			},
			discard: async () => {
				await client.ask('DELETE', `/${index}`);
			},
		};
	}

	/** One step for all who search: the alias leads to the new index, and the old one is gone. */
	async #swap(index: string): Promise<void> {
		const old = await this.serving();
		await this.#client.ask('POST', '/_aliases', {
			actions: [...(old === null ? [] : [{ remove_index: { index: old.index } }]), { add: { index, alias: this.alias } }],
		});
		this.#made = Promise.resolve();
	}
}
