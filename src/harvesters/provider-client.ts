import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { baseOfRequestUrl, type OaiPmhRequest, requestUrl } from '../protocols/oai-pmh/request.ts';
import { ERROR_CODES, type OaiPmhResponse } from '../protocols/oai-pmh/response.ts';
import { CompressionError } from './content-decoding.ts';
import type { HttpAnswer, HttpTransport, SourceHttpSettings } from './http-transport.ts';
import { OaiPmhPageReader } from './oai-pmh-page.ts';
import { PageFetch } from './page-fetch.ts';
import { retrying } from './retrying.ts';

/** What may be set for one source, because its provider needs it. */
export interface OaiPmhSettings extends SourceHttpSettings {
	/** Resumption tokens are sent as they came, not percent-encoded. */
	readonly tokenVerbatim?: boolean;
	/** The provider wants metadataPrefix beside the resumption token. */
	readonly metadataPrefixWithToken?: boolean;
	/** false: the provider ignores or refuses from and until, so that each run reads the whole list. */
	readonly selective?: boolean;
}

export interface ClientOptions {
	readonly url: string;
	readonly settings: OaiPmhSettings;
	readonly transport: HttpTransport;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly signal: AbortSignal;
}

/** Asks one provider; remembers for the run where it moved and that its compression is broken. */
export class ProviderClient {
	readonly #options: ClientOptions;
	#baseUrl: string;
	#identity = false;
	#movedTo: string | null = null;

	constructor(options: ClientOptions) {
		this.#options = options;
		this.#baseUrl = options.url;
	}

	/** The base URL that a permanent redirect led to, or null. */
	get movedTo(): string | null {
		return this.#movedTo;
	}

	get settings(): OaiPmhSettings {
		return this.#options.settings;
	}

	url(request: OaiPmhRequest): string {
		return requestUrl(this.#baseUrl, request, { tokenVerbatim: this.settings.tokenVerbatim === true });
	}

	/** Begins to fetch. */
	fetch(url: string): PageFetch {
		const { headers, credentials, acceptAnyCertificate } = this.settings;
		const settings = {
			...(headers === undefined ? {} : { headers }),
			...(credentials === undefined ? {} : { credentials }),
			...(acceptAnyCertificate === undefined ? {} : { acceptAnyCertificate }),
		};
		return new PageFetch(url, this.#options.signal, async (signal) => {
			const answer = await this.#options.transport.get(url, { ...settings, signal, identity: this.#identity });
			this.#remember(answer);
			return answer;
		});
	}

	/** Takes note of what a failure teaches for the next try. */
	learn(error: unknown): void {
		if (error instanceof CompressionError) this.#identity = true;
	}

	async retry<T>(step: () => Promise<T>, retries?: number): Promise<T> {
		const { clock, logger, signal } = this.#options;
		return await retrying({ clock, logger, signal, ...(retries === undefined ? {} : { retries }) }, async () => {
			try {
				return await step();
			} catch (error) {
				this.learn(error);
				throw error;
			}
		});
	}

	/** One answer read whole, for the verbs that describe a provider. An OAI-PMH error of an unknown code is tried again. */
	async ask(request: OaiPmhRequest, retries?: number): Promise<OaiPmhResponse> {
		return await this.retry(async () => {
			const fetch = this.fetch(this.url(request));
			try {
				const reader = new OaiPmhPageReader({ format: 'none' });
				for await (const piece of fetch.pieces()) reader.feed(piece);
				reader.end();
				assertKnownError(reader.response.errors[0] ?? null, fetch.url);
				return reader.response;
			} finally {
				fetch.discard();
			}
		}, retries);
	}

	#remember(answer: HttpAnswer): void {
		if (answer.movedTo === null) return;
		const base = baseOfRequestUrl(answer.movedTo);
		if (base === this.#baseUrl) return;
		this.#options.logger.warn({ from: this.#baseUrl, to: base }, 'the provider has moved');
		this.#movedTo = base;
		this.#baseUrl = base;
	}
}

/** Throws a retriable AppError for error codes that OAI-PMH does not know: the provider failed inside. */
export function assertKnownError(error: { readonly code: string; readonly text: string } | null, url: string): void {
	if (error !== null && !ERROR_CODES.has(error.code)) throw oaiPmhError(error, url, true);
}

/** An OAI-PMH error (§3.6) as one that a person can act on. */
export const oaiPmhError = (error: { readonly code: string; readonly text: string }, url: string, retriable = false): AppError =>
	new AppError(
		'oai-pmh-error',
		`the provider answered ${error.code === '' ? 'an error without a code' : error.code}: ${error.text.slice(0, 300)} (${url})`,
		{
			hint: retriable
				? 'the provider failed inside: try again later'
				: 'check the format and set of the source against what the provider offers',
			retriable,
		},
	);
