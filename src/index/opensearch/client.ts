import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { AppError } from '../../lib/errors.ts';

const CONNECTIONS_MAX = 64;
const ANSWER_MS_MAX = 120_000;
/** A server that has too much to do says 429: asked again after a pause that doubles. */
const BUSY_TRIES_MAX = 8;
const BUSY_PAUSE_MS = 100;

/** An answer other than 2xx; `type` and `reason` as OpenSearch gives them. */
export class OpenSearchError extends Error {
	override readonly name = 'OpenSearchError';
	readonly status: number;
	readonly type: string;

	constructor(status: number, type: string, reason: string) {
		super(reason);
		this.status = status;
		this.type = type;
	}
}

interface ErrorBody {
	readonly error?:
		| string
		| { readonly type?: string; readonly reason?: string; readonly root_cause?: readonly { readonly reason?: string }[] };
}

/** OpenSearch over HTTP. */
export class OpenSearchClient {
	readonly #pool: Pool;
	readonly #headers: Readonly<Record<string, string>>;
	/** Without user and password. */
	readonly address: string;

	/** `url` may hold a user and password. */
	constructor(url: string) {
		const { origin, username, password } = new URL(url);
		this.address = origin;
		const user = username === '' ? null : Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
		this.#headers = { 'content-type': 'application/json', ...(user === null ? {} : { authorization: `Basic ${user}` }) };
		this.#pool = new Pool(origin, { connections: CONNECTIONS_MAX, headersTimeout: ANSWER_MS_MAX, bodyTimeout: ANSWER_MS_MAX });
	}

	/**
	 * The answer to one request; `body` an object as JSON, or lines as they are. A server that is too busy is asked again, with growing pauses.
	 * @throws OpenSearchError for any other answer than 2xx, AppError `connection-refused` when nobody answers
	 */
	async ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD', path: string, body?: object | string): Promise<T> {
		for (let tries = 1; ; tries++) {
			const { status, text } = await this.#send(method, path, body);
			if (status === 429 && tries < BUSY_TRIES_MAX) {
				await wait(BUSY_PAUSE_MS * 2 ** (tries - 1));
				continue;
			}
			if (status >= 200 && status < 300) return (text === '' ? undefined : JSON.parse(text)) as T;
			throw refusal(status, text);
		}
	}

	async #send(
		method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD',
		path: string,
		body?: object | string,
	): Promise<{ status: number; text: string }> {
		try {
			const answer = await this.#pool.request({
				method,
				path,
				headers: this.#headers,
				...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
			});
			return { status: answer.statusCode, text: await answer.body.text() };
		} catch (cause) {
			throw new AppError('connection-refused', `OpenSearch at ${this.address} does not answer`, {
				hint: 'start it, or correct OPENSEARCH_URL',
				retriable: true,
				cause,
			});
		}
	}

	async close(): Promise<void> {
		await this.#pool.close();
	}
}

function refusal(status: number, text: string): OpenSearchError {
	let body: ErrorBody = {};
	try {
		body = JSON.parse(text) as ErrorBody;
	} catch {
		// a proxy may answer in HTML
	}
	const error = typeof body.error === 'object' ? body.error : { type: 'unknown', reason: body.error ?? text.slice(0, 200) };
	return new OpenSearchError(status, error.type ?? 'unknown', error.root_cause?.[0]?.reason ?? error.reason ?? `HTTP ${status}`);
}
