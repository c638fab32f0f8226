import { Agent } from 'undici';
import { LIMITS } from '../lib/limits.ts';
import type { Egress } from './egress.ts';
import { networkError } from './http-errors.ts';

const ANSWER_MS_MAX = 15_000;
const ANSWER_BYTES_MAX = 65_536;

export interface HttpPost {
	/**
	 * One POST; gives the status of the answer, whose body is not read. Redirects are not followed: what is sent was meant for this address.
	 * Throws the AppErrors of Egress and of the network.
	 */
	post(
		url: string,
		message: { readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly signal: AbortSignal },
	): Promise<number>;
	close(): Promise<void>;
}

/** Sends messages to addresses that the egress guard lets through. */
export function httpPost({ egress, userAgent }: { readonly egress: Egress; readonly userAgent: string }): HttpPost {
	const agent = new Agent({
		connect: egress.connector({ connectMs: LIMITS.connectMsMax }),
		headersTimeout: ANSWER_MS_MAX,
		bodyTimeout: ANSWER_MS_MAX,
		connections: 1,
		pipelining: 1,
	});
	return {
		post: async (text, { headers, body, signal }) => {
			const url = egress.checkedUrl(text);
			try {
				const answer = await agent.request({
					origin: url.origin,
					path: url.pathname + url.search,
					method: 'POST',
					headers: { ...headers, 'user-agent': userAgent },
					body,
					signal: AbortSignal.any([signal, AbortSignal.timeout(LIMITS.webhookMsMax)]),
				});
				await answer.body.dump({ limit: ANSWER_BYTES_MAX }).catch(() => undefined);
				return answer.statusCode;
			} catch (error) {
				throw signal.aborted ? signal.reason : networkError(error, url.href);
			}
		},
		close: () => agent.destroy(),
	};
}
