import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { ACCEPTED_ENCODINGS, decoded } from './content-decoding.ts';
import type { Egress } from './egress.ts';
import { type Credentials, Digests } from './http-digests.ts';
import { finalStatus, networkError, RetryLater } from './http-errors.ts';

/** What a source may set for its own requests. */
export interface SourceHttpSettings {
	readonly headers?: Readonly<Record<string, string>>;
	readonly credentials?: Credentials;
	readonly acceptAnyCertificate?: boolean;
}

export interface HttpGet extends SourceHttpSettings {
	readonly signal: AbortSignal;
	/** Ask for the body without compression. */
	readonly identity?: boolean;
}

export interface HttpAnswer {
	/** Where the answer came from, after redirects. */
	readonly url: string;
	/** Where the URL has moved for good (301, 308), or null. */
	readonly movedTo: string | null;
	/** Decoded bytes. Nothing is read ahead of who takes them; leaving the loop ends the request. */
	readonly body: AsyncIterable<Uint8Array>;
}

export interface HttpTransport {
	/**
	 * One GET, redirects followed. Throws AppErrors: retriable ones (`RetryLater` for 429 and 5xx, `timeout`, broken connections) are
	 * worth another try; the body throws the same kinds while it is read.
	 */
	get(url: string, options: HttpGet): Promise<HttpAnswer>;
	close(): Promise<void>;
}

export interface TransportLimits {
	readonly connectMs: number;
	readonly firstByteMs: number;
	readonly idleMs: number;
	readonly responseMs: number;
	readonly rateBytesPerSecond: number;
	readonly rateGraceMs: number;
	readonly responseBytes: number;
}

const DEFAULTS: TransportLimits = {
	connectMs: LIMITS.connectMsMax,
	firstByteMs: LIMITS.firstByteMsMax,
	idleMs: LIMITS.idleMsMax,
	responseMs: LIMITS.responseMsMax,
	rateBytesPerSecond: LIMITS.rateBytesPerSecondMin,
	rateGraceMs: LIMITS.idleMsMax,
	responseBytes: LIMITS.responseBytesMax,
};

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const DISCARDED_BODY_MAX = 65_536;

export interface TransportOptions {
	readonly egress: Egress;
	readonly clock: Clock;
	/** `lienthong/0.1.0 (+mailto:…)`: default agents are blocked by many providers. */
	readonly userAgent: string;
	readonly limits?: Partial<TransportLimits>;
}

/** Everything that a harvester fetches goes through here: one request at a time to a host, within the limits, to checked addresses. */
export function httpTransport(options: TransportOptions): HttpTransport {
	const limits = { ...DEFAULTS, ...options.limits };
	const agent = (acceptAnyCertificate: boolean): Agent =>
		new Agent({
			connect: options.egress.connector({ connectMs: limits.connectMs, acceptAnyCertificate }),
			headersTimeout: limits.firstByteMs,
			bodyTimeout: limits.idleMs,
			connections: 1,
			pipelining: 1,
		});
	const agents = { strict: agent(false), lax: agent(true) };
	const hosts = new HostQueue();
	const digests = new Digests();

	const single = async (url: URL, get: HttpGet): Promise<{ answer: Dispatcher.ResponseData; release: () => void }> => {
		const release = await hosts.enter(url.host, get.signal);
		try {
			const dispatcher = get.acceptAnyCertificate === true ? agents.lax : agents.strict;
			const answer = await dispatcher.request({
				origin: url.origin,
				path: url.pathname + url.search,
				method: 'GET',
				headers: { ...headersFor(get, options.userAgent), ...digests.headers(url, get.credentials) },
				signal: get.signal,
			});
			return { answer, release };
		} catch (error) {
			release();
			throw get.signal.aborted ? get.signal.reason : networkError(error, url.href);
		}
	};

	const get = async (text: string, request: HttpGet): Promise<HttpAnswer> => {
		let url = options.egress.checkedUrl(text);
		let settings: HttpGet = request;
		let movedTo: string | null = null;
		let permanent = true;
		for (let redirects = 0; ; redirects++) {
			const { answer, release } = await single(url, settings);
			const status = answer.statusCode;
			if (status === 200) {
				const body = received(answer, url, { limits, clock: options.clock, signal: request.signal, release });
				return { url: url.href, movedTo, body: capped(decoded(body, headerOf(answer, 'content-encoding')), limits.responseBytes, url) };
			}
			const location = headerOf(answer, 'location');
			const again = status === 401 && digests.learn(url, settings.credentials, headerOf(answer, 'www-authenticate'));
			await answer.body.dump({ limit: DISCARDED_BODY_MAX }).catch(() => undefined);
			release();
			if (again) continue;
			if (!REDIRECTS.has(status) || location === '') throw statusError(answer, url, options.clock);
			if (redirects >= LIMITS.redirectsMax) {
				throw new AppError('http-status', `${text} redirects more than ${LIMITS.redirectsMax} times`, {
					hint: 'open the address in a browser and use the one it ends at',
				});
			}
			const next = options.egress.checkedUrl(new URL(location, url).href);
			if (next.host !== url.host)
				settings = { signal: request.signal, ...(request.identity === undefined ? {} : { identity: request.identity }) };
			permanent &&= status === 301 || status === 308;
			if (permanent) movedTo = next.href;
			url = next;
		}
	};
	return {
		get,
		close: async () => {
			await Promise.all([agents.strict.destroy(), agents.lax.destroy()]);
		},
	};
}

function headersFor(get: HttpGet, userAgent: string): Record<string, string> {
	const headers: Record<string, string> = {
		...get.headers,
		'user-agent': userAgent,
		accept: 'text/xml, application/xml, */*;q=0.5',
		'accept-encoding': get.identity === true ? 'identity' : ACCEPTED_ENCODINGS,
	};
	if (get.credentials !== undefined)
		headers['authorization'] = `Basic ${Buffer.from(`${get.credentials.user}:${get.credentials.password}`).toString('base64')}`;
	return headers;
}

function headerOf(answer: Dispatcher.ResponseData, name: string): string {
	const value = answer.headers[name];
	return (Array.isArray(value) ? (name === 'www-authenticate' ? value.join(', ') : value[0]) : value) ?? '';
}

/** 429 and server errors are worth another try; anything else needs a person (OAI-PMH Guidelines for Harvester Implementers §2). */
function statusError(answer: Dispatcher.ResponseData, url: URL, clock: Clock): AppError {
	const status = answer.statusCode;
	const address = url.origin + url.pathname;
	if (status === 429 || status === 408 || status >= 500)
		return new RetryLater(address, status, retryAfterMs(headerOf(answer, 'retry-after'), clock));
	return finalStatus(address, status, headerOf(answer, 'www-authenticate'));
}

/** Retry-After (RFC 9110 §10.2.3), in seconds or as a date, as milliseconds from now; null when absent or neither. */
export function retryAfterMs(text: string, clock: Clock): number | null {
	const trimmed = text.trim();
	if (/^\d+$/.test(trimmed)) return Number(trimmed.slice(0, 12)) * 1_000;
	const date = /[a-z]{3}/i.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
	return Number.isNaN(date) ? null : Math.max(0, date - clock.now());
}

interface Receiving {
	readonly limits: TransportLimits;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly release: () => void;
}

/**
 * The body as it came, within the limits. Only time spent waiting for the peer counts: who takes the pieces may be slow.
 */
async function* received(
	answer: Dispatcher.ResponseData,
	url: URL,
	{ limits, clock, signal, release }: Receiving,
): AsyncGenerator<Uint8Array> {
	const pieces = answer.body[Symbol.asyncIterator]();
	let bytes = 0;
	let waited = 0;
	try {
		for (;;) {
			const asked = clock.now();
			const next = await pieces.next();
			waited += clock.now() - asked;
			if (next.done === true) return;
			bytes += (next.value as Uint8Array).length;
			if (bytes > limits.responseBytes) throw tooLarge(url, limits.responseBytes);
			if (waited > limits.responseMs) throw slow(url, `did not end its answer in ${limits.responseMs / 1_000} s`);
			if (waited > limits.rateGraceMs && (bytes * 1_000) / waited < limits.rateBytesPerSecond)
				throw slow(url, `sends less than ${limits.rateBytesPerSecond} bytes a second`);
			yield next.value as Uint8Array;
		}
	} catch (error) {
		throw signal.aborted ? signal.reason : networkError(error, url.href);
	} finally {
		answer.body.destroy();
		release();
	}
}

/** Counts what came out of decompression too. */
async function* capped(body: AsyncIterable<Uint8Array>, max: number, url: URL): AsyncGenerator<Uint8Array> {
	let bytes = 0;
	for await (const piece of body) {
		bytes += piece.length;
		if (bytes > max) throw tooLarge(url, max);
		yield piece;
	}
}

const tooLarge = (url: URL, max: number): AppError =>
	new AppError('too-large', `the answer of ${url.origin} is longer than ${max} bytes`, { hint: 'the provider has to make smaller pages' });

const slow = (url: URL, what: string): AppError =>
	new AppError('timeout', `${url.origin} ${what}`, { hint: 'try again later, or at night', retriable: true });

/** Lets one request at a time through to each host, in order of arrival. */
class HostQueue {
	readonly #last = new Map<string, Promise<void>>();

	/** Resolves when it is this request's turn, with the function that ends the turn. */
	async enter(host: string, signal: AbortSignal): Promise<() => void> {
		const before = this.#last.get(host);
		let leave: () => void = () => undefined;
		const left = new Promise<void>((resolve) => {
			leave = resolve;
		});
		const mine = before === undefined ? left : before.then(() => left);
		this.#last.set(host, mine);
		mine.then(() => {
			if (this.#last.get(host) === mine) this.#last.delete(host);
		});
		if (before !== undefined)
			await aborting(before, signal).catch((error: unknown) => {
				leave();
				throw error;
			});
		return leave;
	}
}

async function aborting(turn: Promise<void>, signal: AbortSignal): Promise<void> {
	signal.throwIfAborted();
	let stop: () => void = () => undefined;
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(signal.reason);
		signal.addEventListener('abort', stop, { once: true });
	});
	try {
		await Promise.race([turn, aborted]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
