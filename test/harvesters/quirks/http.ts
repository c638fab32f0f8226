import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { LIMITS } from '../../../src/lib/limits.ts';
import { harvest, loopbackTransport, TestClock, withProvider } from '../../support/harvest-rig.ts';
import type { Fault, Reply, ScriptedProvider } from '../../support/scripted-provider.ts';
import { SELF_SIGNED_CERTIFICATE, SELF_SIGNED_KEY } from '../../support/self-signed.ts';
import type { Quirk } from './quirk.ts';

const answers = (reply: Reply, rest: Partial<Fault> = {}): Fault => ({ verb: 'ListRecords', ...rest, reply: () => reply });

async function sleepsOf(reply: Reply): Promise<readonly number[]> {
	return await withProvider({ faults: [answers(reply, { from: 2, times: 1 })] }, async (provider) => {
		const { outcome, sink, sleeps } = await harvest(provider.fill(12));
		expect(outcome).toMatchObject({ state: 'complete', listed: 12 });
		expect(sink.living()).toEqual(provider.living());
		return sleeps;
	});
}

/** A provider's answers over https with a certificate that nobody vouches for. */
async function withTls<T>(provider: ScriptedProvider, use: (url: string) => Promise<T>): Promise<T> {
	const server = createServer({ key: SELF_SIGNED_KEY, cert: SELF_SIGNED_CERTIFICATE }, (request, response) => {
		fetch(`${provider.url}${(request.url ?? '').replace(/^\/oai/, '')}`).then(async (answer) =>
			response.end(Buffer.from(await answer.arrayBuffer())),
		);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	try {
		return await use(`https://127.0.0.1:${(server.address() as AddressInfo).port}/oai`);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

export const httpQuirks: readonly Quirk[] = [
	{
		row: 27,
		name: '503 with Retry-After in seconds or as a date or without, and never a loop without a pause',
		run: async () => {
			expect(await sleepsOf({ status: 503, body: '', headers: { 'retry-after': '7' } })).toEqual([7_000]);
			expect(await sleepsOf({ status: 503, body: '' })).toEqual([1_000]);
			expect(await sleepsOf({ status: 503, body: '', headers: { 'retry-after': '0' } })).toEqual([1_000]);
			expect(await sleepsOf({ status: 503, body: '', headers: { 'retry-after': 'soon' } })).toEqual([1_000]);
			const [wait = 0] = await sleepsOf({ status: 503, body: '', headers: { 'retry-after': new Date(Date.now() + 30_000).toUTCString() } });
			expect(wait).toBeGreaterThan(20_000);
			expect(wait).toBeLessThanOrEqual(30_000);
			await withProvider({ faults: [answers({ status: 503, body: '' })] }, async (provider) => {
				await expect(harvest(provider.fill(3))).rejects.toMatchObject({ code: 'http-status', retriable: true });
				expect(provider.requests.filter((request) => request.verb === 'ListRecords').length).toBe(LIMITS.retriesMax + 1);
			});
		},
	},
	{
		row: 28,
		name: '429 with a day to wait frees the worker and says when to come back',
		run: async () => {
			await withProvider(
				{ faults: [answers({ status: 429, body: '', headers: { 'retry-after': '86400' } }, { from: 2 })] },
				async (provider) => {
					const before = Date.now();
					const failure = await harvest(provider.fill(12)).catch(
						(error: unknown) => error as { code: string; retriable: boolean; notBefore: string },
					);
					expect(failure).toMatchObject({ code: 'busy', retriable: true });
					expect(Date.parse((failure as { notBefore: string }).notBefore)).toBeGreaterThanOrEqual(
						Math.floor(before / 1000) * 1000 + 86_400_000,
					);
					expect(provider.requests.filter((request) => request.verb === 'ListRecords').length).toBe(2);
				},
			);
		},
	},
	{
		row: 29,
		name: '401, 403, 404 and 410 stop at once, and say what a person can do',
		run: async () => {
			for (const status of [401, 403, 404, 410]) {
				await withProvider({ faults: [{ reply: () => ({ status, body: '<html/>' }) }] }, async (provider) => {
					await expect(harvest(provider)).rejects.toMatchObject({
						code: 'http-status',
						retriable: false,
						message: expect.stringContaining(String(status)),
					});
					expect(provider.requests.length).toBe(1);
				});
			}
		},
	},
	{
		row: 30,
		name: 'redirects are followed a few times and remembered when they are for good; a target in a refused network is not',
		run: async () => {
			for (const [status, movedTo] of [
				[301, true],
				[308, true],
				[302, false],
			] as const) {
				const moved: Fault = {
					reply: (good, { path, rawQuery }) =>
						path === '/oai' ? { status, body: '', headers: { location: `/new/oai?${rawQuery}` } } : good,
				};
				await withProvider({ faults: [moved] }, async (provider) => {
					const { outcome } = await harvest(provider.fill(12));
					const target = provider.url.replace('/oai', '/new/oai');
					expect(outcome).toMatchObject({ state: 'complete', listed: 12, movedTo: movedTo ? target : null });
					expect(provider.requests.filter((request) => request.path === '/oai').length).toBe(movedTo ? 1 : provider.requests.length / 2);
				});
			}
			await withProvider(
				{ faults: [{ reply: () => ({ status: 302, body: '', headers: { location: '/oai?again' } }) }] },
				async (provider) => {
					await expect(harvest(provider)).rejects.toMatchObject({
						code: 'http-status',
						message: expect.stringContaining('redirects more than'),
					});
					expect(provider.requests.length).toBe(LIMITS.redirectsMax + 1);
				},
			);
			await withProvider(
				{ faults: [{ reply: () => ({ status: 302, body: '', headers: { location: 'http://169.254.169.254/latest/' } }) }] },
				async (provider) => {
					await expect(harvest(provider)).rejects.toMatchObject({
						code: 'address-refused',
						hint: expect.stringContaining('169.254.169.254/32'),
					});
				},
			);
		},
	},
	{
		row: 31,
		name: 'we say who we are and how to reach us',
		run: async () => {
			await withProvider({}, async (provider) => {
				await harvest(provider.fill(3), { settings: { headers: { 'user-agent': 'python-requests' } } });
				expect(new Set(provider.requests.map((request) => request.headers['user-agent']))).toEqual(
					new Set(['lienthong/0.0.0 (+mailto:test@library.example)']),
				);
			});
		},
	},
	{
		row: 32,
		name: 'a connection that dies at any point of a page, or an answer that ends too soon: the whole page again, nothing twice',
		run: async () => {
			for (const cut of [0, 1, 40, 300, 900, 1_500]) {
				await withProvider(
					{ faults: [{ verb: 'ListRecords', from: 2, times: 1, reply: (good) => ({ ...good, cutAfter: cut }) }] },
					async (provider) => {
						const { outcome, sink } = await harvest(provider.fill(12));
						expect(outcome).toMatchObject({ state: 'complete', listed: 12 });
						expect(sink.listed).toBe(12);
					},
				);
				await withProvider(
					{ faults: [{ verb: 'ListRecords', from: 2, times: 1, reply: (good) => ({ body: good.body.toString().slice(0, cut) }) }] },
					async (provider) => {
						const { sink } = await harvest(provider.fill(12));
						expect(sink.listed).toBe(12);
						expect(sink.problems).toEqual([]);
					},
				);
			}
		},
	},
	{
		row: 33,
		name: 'a huge page is handed on in parts, the checkpoint with the last; past the byte cap it is refused',
		run: async () => {
			await withProvider({ pageSize: 5_000 }, async (provider) => {
				const { sink } = await harvest(provider.fill(2_600));
				expect(sink.living().length).toBe(2_600);
				expect(sink.parts.every((part) => part.items <= LIMITS.partRecordsMax)).toBe(true);
				expect(sink.parts.map((part) => part.checkpoint !== null)).toEqual([
					...Array.from({ length: sink.parts.length - 1 }, () => false),
					true,
				]);
				const small = loopbackTransport(new TestClock(), { responseBytes: 100_000 });
				await expect(harvest(provider, { transport: small })).rejects.toMatchObject({ code: 'too-large' });
			});
		},
	},
	{
		row: 46,
		name: 'a certificate that cannot be trusted is its own error; one source may accept it without any other doing so',
		run: async () => {
			await withProvider({}, async (provider) => {
				provider.fill(3);
				await withTls(provider, async (url) => {
					await expect(harvest(provider, { url })).rejects.toMatchObject({ code: 'certificate', retriable: false });
					const { sink } = await harvest(provider, { url, settings: { acceptAnyCertificate: true } });
					expect(sink.living()).toEqual(provider.living());
					await expect(harvest(provider, { url })).rejects.toMatchObject({ code: 'certificate' });
				});
			});
		},
	},
	{
		row: 47,
		name: 'credentials and headers of the source go to its host and to no other',
		run: async () => {
			const settings = { credentials: { user: 'harvest', password: 'bí mật' }, headers: { 'x-key': 'k' } };
			const expected = `Basic ${Buffer.from('harvest:bí mật').toString('base64')}`;
			const guarded: Fault = {
				reply: (good, { headers }) => (headers.authorization === expected && headers['x-key'] === 'k' ? good : { status: 401, body: '' }),
			};
			await withProvider({ faults: [guarded] }, async (provider) => {
				const { sink } = await harvest(provider.fill(3), { settings });
				expect(sink.living()).toEqual(provider.living());
				await expect(harvest(provider)).rejects.toMatchObject({ code: 'http-status', hint: expect.stringContaining('credentials') });
			});
			await withProvider({}, async (other) => {
				const away: Fault = {
					reply: (_, { rawQuery }) => ({
						status: 302,
						body: '',
						headers: { location: `${other.url.replace('127.0.0.1', 'localhost')}?${rawQuery}` },
					}),
				};
				await withProvider({ faults: [away] }, async (provider) => {
					await harvest(other.fill(3), { url: provider.url, settings });
					expect(provider.requests[0]?.headers.authorization).toBe(expected);
					expect(other.requests.length).toBeGreaterThan(0);
					expect(
						other.requests.every((request) => request.headers.authorization === undefined && request.headers['x-key'] === undefined),
					).toBe(true);
				});
			});
		},
	},
];
