import { randomUUID } from 'node:crypto';
import { SharedLook } from '../../lib/shared-look.ts';
import { KeptAnswers } from '../kept-answers.ts';
import { type OpenSearchClient, OpenSearchError } from './client.ts';
import type { Indices } from './indices.ts';
import { MARK_FIELD, STATE_ID } from './mapping.ts';

/** Pages and facets, each by itself. */
const KEPT_MAX = 20_000;

/** Searches in the index that serves, and their answers, kept until the index changes. */
export class Answers {
	readonly #client: OpenSearchClient;
	readonly #indices: Indices;
	readonly #kept = new KeptAnswers<Promise<unknown>>(KEPT_MAX);
	readonly #look = new SharedLook(() => this.#readVersion());
	#seen: string | null = null;
	/** One copy of the index answers all that a process asks: no answer is older than the version that was seen before it. */
	readonly #parameters = `preference=${randomUUID()}`;

	constructor(client: OpenSearchClient, indices: Indices) {
		this.#client = client;
		this.#indices = indices;
	}

	/** The version of the index that whoever asks from now on sees, or a later one; null of an index that has none: nothing is kept of it. */
	async version(): Promise<string | null> {
		await this.#look.ask();
		return this.#seen;
	}

	/** The version that was seen last. */
	get seen(): string | null {
		return this.#seen;
	}

	/** The answer to a search; `body` an object or its JSON. */
	async ask<T>(body: object | string): Promise<T> {
		await this.#indices.ready();
		return await this.#client.ask<T>('POST', `/${this.#indices.alias}/_search?${this.#parameters}`, body);
	}

	/** What `read` makes of the answer to a search as the index is now: the same body is always read alike. */
	async kept<T, R>(body: object, read: (answer: T) => R): Promise<R> {
		const asked = JSON.stringify(body);
		const ask = async (): Promise<R> => read(await this.ask<T>(asked));
		const version = await this.#versionFor([asked]);
		return version === null ? await ask() : await this.#keptAt(version, asked, ask);
	}

	/**
	 * Several answers that one request gives, each known by its question: those that are not kept are asked for together. `body` makes the request
	 * for some of the names, `read` what is kept of its answer for each.
	 */
	async keptParts<N extends string, T, R>(
		questions: ReadonlyMap<N, string>,
		body: (names: readonly N[]) => string,
		read: (answer: T, name: N) => R,
	): Promise<ReadonlyMap<N, R>> {
		const names = [...questions.keys()];
		const version = await this.#versionFor([...questions.values()]);
		const missing = version === null ? names : names.filter((name) => !this.#kept.has(version, questions.get(name) as string));
		const asked = missing.length === 0 ? null : this.ask<T>(body(missing));
		const parts = names.map(async (name) => {
			const ask = async (): Promise<R> => read(await (asked ?? this.ask<T>(body([name]))), name);
			return [name, await (version === null ? ask() : this.#keptAt(version, questions.get(name) as string, ask))] as const;
		});
		return new Map(await Promise.all(parts));
	}

	/** What is asked for the first time comes from no older index than was seen before; what is known may be old. */
	async #versionFor(questions: readonly string[]): Promise<string | null> {
		const seen = this.#seen;
		const areNew = seen !== null && questions.every((question) => !this.#kept.has(seen, question));
		return areNew ? seen : await this.version();
	}

	async #keptAt<R>(version: string, question: string, ask: () => Promise<R>): Promise<R> {
		const answer = this.#kept.at(version, question, ask) as Promise<R>;
		try {
			return await answer;
		} catch (error) {
			this.#kept.forget(question, answer);
			throw error;
		}
	}

	async #readVersion(): Promise<void> {
		await this.#indices.ready();
		const path = `/${this.#indices.alias}/_doc/${STATE_ID}?realtime=false&stored_fields=${MARK_FIELD}&${this.#parameters}`;
		try {
			const { fields } = await this.#client.ask<{ readonly fields?: { readonly [MARK_FIELD]?: readonly string[] } }>('GET', path);
			this.#seen = fields?.[MARK_FIELD]?.[0] ?? null;
		} catch (error) {
			if (!(error instanceof OpenSearchError && error.status === 404)) throw error;
			this.#seen = null;
		}
	}
}
