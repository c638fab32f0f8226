/** What a client of the REST interface is made with. */
export interface ClientOptions {
	/** Where the server is: `https://lienthong.example.vn`. */
	readonly baseUrl: string;
	/** An operator's key; left out: what everybody may see. */
	readonly key?: string;
	/** Language of the titles of problems. */
	readonly language?: 'vi' | 'en';
	/** Stands for the fetch of the platform. */
	readonly fetch?: typeof fetch;
}

export interface CallOptions {
	readonly signal?: AbortSignal;
}

type QueryValue = string | number | boolean | readonly (string | number | boolean)[] | undefined;

/** One request to an operation. */
export interface Call extends CallOptions {
	readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** With its parameters filled in. */
	readonly path: string;
	readonly query?: Readonly<Record<string, QueryValue>>;
	readonly body?: unknown;
	/** Left out: the body is a file, sent as it is. */
	readonly json?: true;
	readonly answer: 'json' | 'text' | 'bytes' | 'nothing';
}

/** Problem details (RFC 9457) that the server answered. */
export class ProblemError extends Error {
	override readonly name = 'ProblemError';
	readonly status: number;
	/** The end of its type address: `not-found`, `too-many-requests`. '' where the answer was no problem details. */
	readonly code: string;
	readonly detail: string;
	/** When to try again, where the server says so. */
	readonly retryAfterMs: number | undefined;

	constructor(
		status: number,
		problem: { readonly type?: unknown; readonly title?: unknown; readonly detail?: unknown },
		retryAfter: string | null,
	) {
		const detail = typeof problem.detail === 'string' ? problem.detail : '';
		super([typeof problem.title === 'string' ? problem.title : `HTTP ${status}`, detail].filter((part) => part !== '').join(': '));
		this.status = status;
		this.code = typeof problem.type === 'string' ? (problem.type.split('/').at(-1) ?? '') : '';
		this.detail = detail;
		this.retryAfterMs = retryAfter === null ? undefined : Number(retryAfter) * 1_000;
	}
}

/** Sends requests and reads answers; what the generated client is built on. */
export class Caller {
	readonly #options: ClientOptions;

	constructor(options: ClientOptions) {
		this.#options = options;
	}

	/** Throws ProblemError for every answer but 2xx; whatever fetch throws when there is no answer. */
	protected async call<T>(call: Call): Promise<T> {
		const { baseUrl, key, language, fetch: send = fetch } = this.#options;
		const url = new URL(baseUrl.replace(/\/$/, '') + call.path);
		for (const [name, value] of Object.entries(call.query ?? {})) {
			for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, String(one));
		}
		const headers: Record<string, string> = { accept: call.answer === 'json' ? 'application/json' : '*/*' };
		if (key !== undefined) headers['authorization'] = `Bearer ${key}`;
		if (language !== undefined) headers['accept-language'] = language;
		if (call.body !== undefined) headers['content-type'] = call.json === true ? 'application/json' : 'application/octet-stream';
		const response = await send(url, {
			method: call.method,
			headers,
			...(call.body === undefined
				? {}
				: { body: call.json === true ? JSON.stringify(call.body) : (call.body as string | Uint8Array<ArrayBuffer>) }),
			...(call.signal === undefined ? {} : { signal: call.signal }),
		});
		if (!response.ok) throw await problemOf(response);
		if (call.answer === 'json') return (await response.json()) as T;
		if (call.answer === 'nothing') return undefined as T;
		return (call.answer === 'text' ? await response.text() : new Uint8Array(await response.arrayBuffer())) as T;
	}
}

async function problemOf(response: Response): Promise<ProblemError> {
	const text = await response.text();
	const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
	return new ProblemError(response.status, isProblem ? JSON.parse(text) : {}, response.headers.get('retry-after'));
}

/** The pages of a list, one after another: `pages((cursor) => client.searchRecords({ q, cursor }))`. */
export async function* pages<P extends { readonly next: string | null }>(
	ask: (cursor: string | undefined) => Promise<P>,
): AsyncGenerator<P> {
	let cursor: string | undefined;
	for (;;) {
		const page = await ask(cursor);
		yield page;
		if (page.next === null) return;
		cursor = page.next;
	}
}
