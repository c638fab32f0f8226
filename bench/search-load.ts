import { Agent, request } from 'undici';

/** How long requests took, in milliseconds, and how many were answered a second. */
export interface LoadFigures {
	readonly requests: number;
	readonly p50: number;
	readonly p95: number;
	readonly 'requests/s': number;
}

export const USERS = 32;

/**
 * Asks addresses in turn, `USERS` of them at a time, each user over a connection and from a loopback address of its own (limits are kept for each
 * address), until all are asked or the time is up. Throws when an answer is not 200.
 */
export async function load(urls: readonly string[], secondsMax: number): Promise<LoadFigures> {
	const times: number[] = [];
	const until = performance.now() + secondsMax * 1000;
	const began = performance.now();
	let next = 0;
	await Promise.all(
		Array.from({ length: USERS }, async (_, user) => {
			const agent = new Agent({ connections: 1, localAddress: `127.0.1.${user + 1}` });
			for (let url = urls[next++]; url !== undefined && performance.now() < until; url = urls[next++]) {
				const at = performance.now();
				const answer = await request(url, { dispatcher: agent });
				const text = await answer.body.text();
				times.push(performance.now() - at);
				if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${text.slice(0, 300)}`);
			}
			await agent.close();
		}),
	);
	const seconds = (performance.now() - began) / 1000;
	times.sort((a, b) => a - b);
	const at = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
	return { requests: times.length, p50: at(0.5), p95: at(0.95), 'requests/s': Math.round(times.length / seconds) };
}
