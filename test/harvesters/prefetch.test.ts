import { describe, expect, it } from 'vitest';
import type { HttpTransport } from '../../src/harvesters/http-transport.ts';
import { ListGuard } from '../../src/harvesters/list-guard.ts';
import { following, narrowed } from '../../src/harvesters/list-window.ts';
import type { PageReading } from '../../src/harvesters/page.ts';
import { PageFetch, peekToken } from '../../src/harvesters/page-fetch.ts';
import { localPageReading } from '../../src/harvesters/page-reading.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { harvest, MemorySink, withProvider } from '../support/harvest-rig.ts';
import { marc, ScriptedProvider } from '../support/scripted-provider.ts';

const listTokens = (provider: ScriptedProvider) =>
	provider.requests.filter((request) => request.verb === 'ListRecords').map((request) => request.params.get('resumptionToken'));

/** Pages that take a while to read, with a look around before each ends. */
const slowReading =
	(look: () => void) =>
	(options: { format: 'marcxml' | 'oai_dc' }): PageReading => {
		const reading = localPageReading(options);
		return {
			...reading,
			end: async () => {
				await new Promise((resolve) => setTimeout(resolve, 30));
				look();
				return await reading.end();
			},
		};
	};

describe('fetching ahead', () => {
	it('asks for the next page while this one is being read, and for each page once', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(23);
			const asked: number[] = [];
			const slow = slowReading(() => asked.push(listTokens(provider).length));
			const { sink } = await harvest(provider, { openPage: slow });
			expect(sink.living()).toEqual(provider.living());
			expect(asked).toEqual([2, 3, 4, 5, 5]);
			expect(listTokens(provider)).toEqual([null, '5|||', '10|||', '15|||', '20|||']);
		});
	});

	it('commits in order, one page at a time, each with the token of the page that follows', async () => {
		await withProvider({ pageSize: 3 }, async (provider) => {
			provider.fill(20);
			let committing = 0;
			const sink = new MemorySink();
			const accept = sink.accept.bind(sink);
			sink.accept = async (part) => {
				expect(++committing).toBe(1);
				await new Promise((resolve) => setTimeout(resolve, part.page % 3 === 0 ? 15 : 1));
				await accept(part);
				committing--;
			};
			await harvest(provider, { sink });
			expect(sink.parts.map((part) => part.page)).toEqual([1, 2, 3, 4, 5, 6, 7]);
			expect(sink.parts.map((part) => part.checkpoint?.resumptionToken)).toEqual(['3|||', '6|||', '9|||', '12|||', '15|||', '18|||', null]);
		});
	});

	it('drops what it fetched by a token that was none', async () => {
		const bait = '<!--<resumptionToken>0|||</resumptionToken>-->';
		await withProvider(
			{ faults: [{ verb: 'ListRecords', reply: (good) => ({ body: good.body.toString().replace('</OAI-PMH>', `${bait}</OAI-PMH>`) }) }] },
			async (provider) => {
				provider.fill(13);
				const { outcome, sink } = await harvest(provider, { openPage: slowReading(() => undefined) });
				expect(outcome).toMatchObject({ state: 'complete', listed: 13 });
				expect(sink.listed).toBe(13);
				expect(listTokens(provider)).toContain('0|||');
			},
		);
	});

	it('reads the token from the last bytes as the parser would, or not at all', () => {
		const peek = (text: string) => peekToken(Buffer.from(text));
		expect(peek('…</record><resumptionToken cursor="0">\n a&amp;b&lt; </resumptionToken></ListRecords></OAI-PMH>')).toBe('a&b<');
		expect(peek('<o:resumptionToken>x</o:resumptionToken></o:OAI-PMH>')).toBe('x');
		for (const none of [
			'<resumptionToken/>',
			'<resumptionToken> </resumptionToken>',
			'x',
			'<resumptionToken>a&#38;b</resumptionToken>',
			'<resumptionToken>a</resumptionToken><resumptionToken/>',
		])
			expect(peek(none)).toBeNull();
	});

	it('gives up a page that was fetched ahead when the run ends early, so that nothing is left open', async () => {
		await withProvider({ pageSize: 2 }, async (provider) => {
			provider.fill(20);
			const sink = new MemorySink();
			sink.dieAfter = 2;
			await expect(harvest(provider, { sink })).rejects.toThrow('killed');
			expect(sink.checkpoint?.page).toBe(2);
		});
	});
});

describe('memory', () => {
	it('holds a bounded number of bytes of an endless body that nobody reads', async () => {
		let produced = 0;
		async function* endless(): AsyncGenerator<Uint8Array> {
			for (;;) {
				produced += 65_536;
				yield new Uint8Array(65_536);
			}
		}
		const fetch = new PageFetch('http://x/', new AbortController().signal, async () => ({
			url: 'http://x/',
			movedTo: null,
			body: endless(),
		}));
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(produced).toBeLessThan(LIMITS.prefetchBytesMax + 200_000);
		let read = 0;
		for await (const piece of fetch.pieces()) {
			read += piece.length;
			expect(produced - read).toBeLessThan(LIMITS.prefetchBytesMax + 200_000);
			if (read > 100_000_000) break;
		}
		fetch.discard();
		expect(await fetch.allIn()).toBeNull();
		expect(fetch.waiting).toBe(0);
	});

	it('has three pages in hand at most, however long the list', async () => {
		const page = (n: number): Buffer =>
			Buffer.from(
				`<OAI-PMH><responseDate>2026-06-01T00:00:00Z</responseDate><ListRecords>${Array.from({ length: 20 }, (_, i) => `<record><header><identifier>${n}-${i}</identifier><datestamp>2026-01-01</datestamp></header><metadata>${marc('x', 'y')}</metadata></record>`).join('')}${n < 2_000 ? `<resumptionToken>${n + 1}</resumptionToken>` : ''}</ListRecords></OAI-PMH>`,
			);
		const provider = new ScriptedProvider();
		let fetched = 0;
		let opened = 0;
		let discarded = 0;
		let most = 0;
		const sink = new MemorySink();
		sink.accept = async (part) => {
			most = Math.max(most, fetched - part.page);
			await new Promise((resolve) => setImmediate(resolve));
		};
		const identify = Buffer.from('<OAI-PMH><Identify><granularity>YYYY-MM-DD</granularity></Identify></OAI-PMH>');
		const transport: HttpTransport = {
			get: async (url) => {
				const token = /resumptionToken=(\d+)/.exec(url)?.[1];
				const list = url.includes('ListRecords');
				if (list) fetched++;
				const body = list ? page(Number(token ?? 1)) : identify;
				return {
					url,
					movedTo: null,
					body: (async function* () {
						yield body;
					})(),
				};
			},
			close: async () => undefined,
		};
		const openPage = (options: { format: 'marcxml' | 'oai_dc' }): PageReading => {
			opened++;
			expect(opened - discarded).toBeLessThanOrEqual(3);
			const reading = localPageReading(options);
			return {
				...reading,
				discard: () => {
					discarded++;
					reading.discard();
				},
			};
		};
		const { outcome } = await harvest(provider, { url: 'http://x/oai', transport, sink, openPage });
		expect(outcome).toMatchObject({ state: 'complete', pages: 2_000, listed: 40_000 });
		expect(most).toBeLessThanOrEqual(2);
		expect([opened, discarded]).toEqual([2_000, 2_000]);
	});
});

describe('endless lists', () => {
	const verdictAfter = (page: (n: number) => { token: string; fingerprint: string }, max: number): [string | null, number] => {
		const guard = new ListGuard(0, 0);
		for (let n = 1; n <= max; n++) {
			const verdict = guard.look({ ...page(n), listed: 5 });
			if (verdict !== null) return [verdict, n];
		}
		return [null, max];
	};

	it('are told by a page that comes back with its token, whatever the length of the cycle', () => {
		for (const cycle of [1, 2, 3, 10, 97]) {
			const [verdict, pages] = verdictAfter((n) => ({ token: `t${n % cycle}`, fingerprint: `f${n % cycle}` }), 1_000);
			expect(verdict).toBe('token-loop');
			expect(pages).toBeLessThanOrEqual(4 * cycle + 2);
		}
	});

	it('are told by the same pages over and over under new tokens', () => {
		const [verdict, pages] = verdictAfter((n) => ({ token: `t${n}`, fingerprint: `f${n % 360}` }), 100_000);
		expect(verdict).toBe('no-progress');
		expect(pages).toBeLessThan(12_000);
	});

	it('are not long lists, nor lists with one token for the session, nor ones with a page that comes twice', () => {
		expect(verdictAfter((n) => ({ token: `t${n}`, fingerprint: `f${n}` }), 50_000)[0]).toBeNull();
		expect(verdictAfter((n) => ({ token: 'session', fingerprint: `f${n}` }), 50_000)[0]).toBeNull();
		expect(verdictAfter((n) => ({ token: `t${n}`, fingerprint: `f${n >> 1}` }), 50_000)[0]).toBeNull();
	});
});

describe('windows', () => {
	it('follow each other without a gap up to now, however they were narrowed', () => {
		const now = '2026-06-01T12:34:56Z';
		for (const granularity of ['day', 'second'] as const) {
			let window: { from: string | null; until: string | null } = { from: null, until: null };
			for (let i = 0; i < 6; i++) window = narrowed(window, granularity, '2010-03-04T05:06:07Z', now) ?? window;
			expect(window.from).toBeNull();
			let steps = 0;
			while (window.until !== null) {
				const end: number = Date.parse(window.until);
				window = following(window, granularity, '2010-03-04T05:06:07Z', now);
				expect(Date.parse(window.from as string) - end).toBe(granularity === 'day' ? 86_400_000 : 1_000);
				expect(++steps).toBeLessThan(100);
			}
		}
		expect(narrowed({ from: '2026-06-01', until: null }, 'day', null, now)).toBeNull();
	});
});
