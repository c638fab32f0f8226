import type { Checkpoint, HarvestSink, ListedItem, PageEnd, PagePart, PageReading } from './page.ts';
import { type PageFetch, peekToken } from './page-fetch.ts';
import { assertKnownError, type ProviderClient } from './provider-client.ts';

/** A page that was read; its last part waits for the checkpoint. */
export interface ReadPage {
	readonly end: PageEnd;
	readonly last: PagePart | null;
	/** Those before the last that have not been handed on. */
	readonly parts: readonly PagePart[];
	/** Gives up the page. */
	discard(): void;
}

/**
 * Three pages at once, in order: one is fetched while one is parsed while one is committed. The next page is asked for as soon as
 * the bytes of this one are in, by the token that they seem to end with; what turns out not to be the next page is dropped.
 */
export class PagePipeline {
	readonly #client: ProviderClient;
	readonly #sink: HarvestSink;
	readonly #openPage: () => PageReading;
	readonly #onItems: (items: readonly ListedItem[]) => void;
	#ahead: PageFetch | null = null;
	#current: PageFetch | null = null;
	#committing: Promise<void> = Promise.resolve();

	constructor(client: ProviderClient, sink: HarvestSink, openPage: () => PageReading, onItems: (items: readonly ListedItem[]) => void) {
		this.#client = client;
		this.#sink = sink;
		this.#openPage = openPage;
		this.#onItems = onItems;
	}

	/**
	 * Fetches and reads a page, again where that may help: the whole page is the unit. Parts of a page that is more than a part are
	 * handed to the sink on the way, without a checkpoint; should the page be read again they come again.
	 */
	async read(url: string, number: number, urlOfToken: (token: string) => string): Promise<ReadPage> {
		return await this.#client.retry(async () => {
			const fetch = this.#take(url);
			const reading = this.#openPage();
			try {
				const page = await this.#parse(fetch, reading, number, this.#fetchNext(fetch, urlOfToken));
				if (page.end.listed === 0) assertKnownError(page.end.error, url);
				return page;
			} catch (error) {
				reading.discard();
				this.forget();
				throw error;
			} finally {
				fetch.discard();
				this.#current = null;
			}
		});
	}

	/** Hands on what is left of a page. Resolves when the page before is committed and this one is on its way. */
	async commit(page: ReadPage, checkpoint: Checkpoint): Promise<void> {
		await this.#committing;
		this.#committing = this.#commit(page, checkpoint);
		this.#committing.catch(() => undefined);
	}

	/** Waits until everything handed on is committed. */
	async settled(): Promise<void> {
		await this.#committing;
	}

	/** Drops the page that was fetched ahead. */
	forget(): void {
		this.#ahead?.discard();
		this.#ahead = null;
	}

	/** Ends everything under way; what was handed on is still committed, or has failed as the run did. */
	async abandon(): Promise<void> {
		this.#current?.discard();
		this.forget();
		await this.#committing.catch(() => undefined);
	}

	#take(url: string): PageFetch {
		const ahead = this.#ahead;
		this.#ahead = null;
		if (ahead !== null && ahead.url !== url) ahead.discard();
		this.#current = ahead !== null && ahead.url === url ? ahead : this.#client.fetch(url);
		return this.#current;
	}

	async #fetchNext(fetch: PageFetch, urlOfToken: (token: string) => string): Promise<void> {
		const tail = await fetch.allIn();
		const token = tail === null || this.#current !== fetch ? null : peekToken(tail);
		if (token !== null) this.#ahead = this.#client.fetch(urlOfToken(token));
	}

	async #parse(fetch: PageFetch, reading: PageReading, number: number, nextAsked: Promise<void>): Promise<ReadPage> {
		let held: PagePart | null = null;
		let handed = false;
		for await (const piece of fetch.pieces()) {
			for (const part of await reading.feed(piece)) {
				this.#onItems(part.items);
				if (held !== null) {
					if (!handed) await this.#committing;
					handed = true;
					await this.#accept(held, number);
				}
				held = part;
			}
		}
		await nextAsked;
		const { parts, end } = await reading.end();
		for (const part of parts) this.#onItems(part.items);
		const rest = held === null ? parts : [held, ...parts];
		return { end, parts: rest.slice(0, -1), last: rest.at(-1) ?? null, discard: () => reading.discard() };
	}

	async #commit(page: ReadPage, checkpoint: Checkpoint): Promise<void> {
		try {
			for (const part of page.parts) await this.#accept(part, checkpoint.page);
			const items = page.last?.items ?? [];
			await this.#sink.accept({
				page: checkpoint.page,
				items,
				handle: page.last?.handle ?? null,
				namespaces: page.end.namespaces,
				repairs: page.end.repairs,
				checkpoint,
			});
		} finally {
			page.discard();
		}
	}

	async #accept(part: PagePart, number: number): Promise<void> {
		await this.#sink.accept({ page: number, items: part.items, handle: part.handle, namespaces: {}, repairs: [], checkpoint: null });
	}
}
