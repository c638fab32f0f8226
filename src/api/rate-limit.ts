import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { LIMITS } from '../lib/limits.ts';
import { Problem } from './problems.ts';

const WINDOW_SECONDS = 60;
const CLIENTS_MAX = 10_000;
/** Whoever has one IPv6 address has all with these first bits. */
const IPV6_NETWORK_BITS = 64;

/**
 * Counts the requests of each client address in a minute, and says with every answer how many are left: RateLimit-Policy and RateLimit of
 * draft-ietf-httpapi-ratelimit-headers-10. One too many is refused as too-many-requests, with Retry-After.
 */
export async function limitRate(app: FastifyInstance, max: number = LIMITS.requestsPerMinuteMax): Promise<void> {
	await app.register(rateLimit, { global: false, cache: CLIENTS_MAX, ipv6Subnet: IPV6_NETWORK_BITS });
	const count = app.createRateLimit({ max, timeWindow: WINDOW_SECONDS * 1_000 });
	app.addHook('onRequest', async (request, reply) => {
		const counted = await count(request);
		if (counted.isAllowed) return;
		const { remaining, ttlInSeconds, isExceeded } = counted;
		reply.header('ratelimit-policy', `"minute";q=${max};w=${WINDOW_SECONDS}`);
		reply.header('ratelimit', `"minute";r=${remaining};t=${ttlInSeconds}`);
		if (!isExceeded) return;
		reply.header('retry-after', ttlInSeconds);
		throw new Problem('too-many-requests', `${max} requests a minute are answered; go on in ${ttlInSeconds} seconds.`);
	});
}
