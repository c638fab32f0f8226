import { expect } from 'vitest';
import { LIMITS } from '../../../src/lib/limits.ts';
import { harvest, MemorySink, withProvider } from '../../support/harvest-rig.ts';
import { errorPage, type Fault, type ProviderOptions, type ScriptedProvider } from '../../support/scripted-provider.ts';
import type { Quirk } from './quirk.ts';

const list = (change: (body: string, token: string | null) => string, rest: Partial<Fault> = {}): Fault => ({
	verb: 'ListRecords',
	...rest,
	reply: (good, { params }) => ({ ...good, body: change(good.body.toString(), params.get('resumptionToken')) }),
});
const setToken = (body: string, token: string): string =>
	body.replace(
		/<resumptionToken[^>]*>[^<]*<\/resumptionToken>|<resumptionToken[^>]*\/>|(?=<\/ListRecords>)/,
		`<resumptionToken>${token}</resumptionToken>`,
	);

/** A provider of 12 records in pages of 5, harvested in full. */
const twelve = async <T>(options: ProviderOptions, use: (provider: ScriptedProvider) => Promise<T>): Promise<T> =>
	await withProvider(options, async (provider) => await use(provider.fill(12)));

async function ends(options: ProviderOptions, expected: object, living = 12): Promise<void> {
	await twelve(options, async (provider) => {
		const { outcome, sink } = await harvest(provider);
		expect(outcome).toMatchObject(expected);
		expect(sink.living().length).toBe(living);
	});
}

export const listQuirks: readonly Quirk[] = [
	{
		row: 7,
		name: 'the same token for ever stops when the page repeats with it, and does not when the pages differ',
		run: async () => {
			await ends(
				{ faults: [list((body) => setToken(body, '5|||'))] },
				{ state: 'incomplete', fullList: false, reason: expect.stringContaining('same resumption token') },
				10,
			);
			let at = 0;
			await twelve({ pageSize: 4, token: () => '0|||', order: (all) => all.slice(4 * at++) }, async (provider) => {
				const { outcome, sink } = await harvest(provider);
				expect(outcome.state).toBe('complete');
				expect(sink.living()).toEqual(provider.living());
			});
			let n = 0;
			await ends({ faults: [list((body) => setToken(body, `${(n++ % 2) * 5}|||`))] }, { state: 'incomplete' }, 10);
		},
	},
	{
		row: 8,
		name: 'a token with nothing behind it is the end; a chain of empty pages with tokens is cut',
		run: async () => {
			await ends(
				{
					faults: [
						list((body, token) => (token === 'end' ? errorPage('noRecordsMatch') : body.includes('|||') ? body : setToken(body, 'end'))),
					],
				},
				{ state: 'complete', fullList: true },
			);
			let n = 0;
			await twelve({ faults: [list((body) => setToken(body.replace(/<record>.*<\/record>/s, ''), `${n++}|||`))] }, async (provider) => {
				const { outcome, sink } = await harvest(provider);
				expect(outcome).toMatchObject({ state: 'incomplete', fullList: false, reason: expect.stringContaining('without records') });
				expect(sink.checkpoint?.emptyPages).toBe(LIMITS.emptyPagesMax);
			});
		},
	},
	{
		row: 9,
		name: 'the last page has an empty token with attributes, one with white space, or none',
		run: async () => {
			await ends({}, { state: 'complete', flags: [] });
			await ends({ faults: [list((body) => body.replace(/<resumptionToken[^>]*\/>/, ''))] }, { state: 'complete' });
			await ends(
				{
					faults: [
						list((body) => body.replace(/<resumptionToken[^>]*\/>/, '<resumptionToken completeListSize="12">\n </resumptionToken>')),
					],
				},
				{ state: 'complete' },
			);
		},
	},
	{
		row: 10,
		name: 'an expired token: tried once more, then the window is read again from its beginning, so nothing is missed',
		run: async () => {
			await ends({ faults: [list(() => errorPage('badResumptionToken'), { from: 2, times: 1 })] }, { state: 'complete', flags: [] });
			await ends(
				{ faults: [list(() => errorPage('badResumptionToken'), { from: 2, times: 2 })] },
				{ state: 'complete', flags: ['token-expired'], fullList: true },
			);
			const forEver: Fault = list((body, token) => (token === null ? body : errorPage('badResumptionToken')));
			await ends({ faults: [forEver] }, { state: 'incomplete', fullList: false, reason: expect.stringContaining('expire') }, 5);
		},
	},
	{
		row: 11,
		name: 'killed after any page, a run goes on from the checkpoint and ends as one that was never killed',
		run: async () => {
			for (let pages = 0; pages <= 3; pages++) {
				await withProvider({ sets: ['a'] }, async (provider) => {
					provider.fill(12, ['a']);
					const sink = new MemorySink();
					sink.dieAfter = pages;
					const killed = harvest(provider, { sink, set: 'a' });
					if (pages < 3) await expect(killed).rejects.toThrow('killed');
					else await killed;
					sink.dieAfter = Number.POSITIVE_INFINITY;
					const before = provider.requests.length;
					const { outcome } = await harvest(provider, { sink, set: 'a', checkpoint: sink.checkpoint });
					expect(outcome).toMatchObject({ state: 'complete', fullList: true });
					expect(sink.living()).toEqual(provider.living());
					expect(sink.listed).toBe(12);
					const resumed = provider.requests.slice(before).find((request) => request.verb === 'ListRecords');
					expect(resumed?.params.get('resumptionToken') ?? null).toBe(pages === 0 || pages === 3 ? null : `${pages * 5}|||a`);
				});
			}
		},
	},
	{
		row: 12,
		name: 'tokens are trimmed and percent-encoded; verbatim where the source says so',
		run: async () => {
			const odd = 'a b+c/d=&%é!';
			const fault = list((body, token) =>
				token === odd || token === 'a b c/d=&%é!'
					? body.replace(/<error.*<\/error>/, '<ListRecords/>')
					: setToken(body, `\n  ${odd.replace('&', '&amp;')} `),
			);
			await twelve({ pageSize: 20, faults: [fault] }, async (provider) => {
				const { outcome } = await harvest(provider);
				expect(outcome.state).toBe('complete');
				expect(provider.requests.at(-1)?.rawQuery).toBe('verb=ListRecords&resumptionToken=a%20b%2Bc%2Fd%3D%26%25%C3%A9%21');
			});
			await twelve(
				{
					pageSize: 20,
					faults: [list((body, token) => (token === null ? setToken(body, 'x%3D1') : body.replace(/<error.*<\/error>/, '<ListRecords/>')))],
				},
				async (provider) => {
					await harvest(provider, { settings: { tokenVerbatim: true } });
					expect(provider.requests.at(-1)?.rawQuery).toBe('verb=ListRecords&resumptionToken=x%3D1');
				},
			);
		},
	},
	{
		row: 13,
		name: 'completeListSize and cursor that lie end nothing, and are told',
		run: async () => {
			await ends(
				{ tokenAttributes: () => ' completeListSize="5" cursor="5"' },
				{ state: 'complete', flags: ['size-lied'], completeListSizeSaid: 5, listed: 12 },
			);
			await ends({ tokenAttributes: (at) => ` completeListSize="${1000 + at}" cursor="-1"` }, { state: 'complete', flags: ['size-lied'] });
			await ends(
				{ tokenAttributes: () => ' completeListSize="many" cursor=""' },
				{ state: 'complete', flags: [], completeListSizeSaid: null },
			);
		},
	},
	{
		row: 14,
		name: 'metadataPrefix goes with the token only where the source says so',
		run: async () => {
			await twelve({}, async (provider) => {
				await harvest(provider);
				expect(provider.requests.at(-1)?.params.get('metadataPrefix')).toBeNull();
				await harvest(provider, { settings: { metadataPrefixWithToken: true } });
				expect(provider.requests.at(-1)?.params.get('metadataPrefix')).toBe('marc21');
			});
		},
	},
	{
		row: 15,
		name: 'noRecordsMatch is success for an incremental run, suspicious for a full one, and no end when it comes with a token',
		run: async () => {
			await twelve({}, async (provider) => {
				const { outcome } = await harvest(provider, { mode: 'incremental', harvestedUntil: '2026-05-01T00:00:00Z' });
				expect(outcome).toMatchObject({ state: 'complete', listed: 0, fullList: false });
			});
			await withProvider({}, async (provider) => {
				const { outcome } = await harvest(provider);
				expect(outcome).toMatchObject({ state: 'incomplete', flags: ['empty-list'], fullList: false });
			});
			const withToken = list((body, token) =>
				token === '5|||' ? errorPage('noRecordsMatch').replace('</OAI-PMH>', '<resumptionToken>10|||</resumptionToken></OAI-PMH>') : body,
			);
			await ends({ faults: [withToken] }, { state: 'complete' }, 7);
		},
	},
	{
		row: 16,
		name: 'a set that is gone raises the alarm instead of an empty success',
		run: async () => {
			await withProvider({ sets: ['b'] }, async (provider) => {
				provider.fill(3, ['b']);
				const { outcome } = await harvest(provider, { set: 'a', mode: 'incremental', harvestedUntil: '2026-01-01T00:00:00Z' });
				expect(outcome).toMatchObject({ state: 'incomplete', flags: ['set-missing'], reason: expect.stringContaining('no set a') });
			});
		},
	},
	{
		row: 17,
		name: 'error codes that OAI-PMH does not know are tried again, with pauses, a bounded number of times',
		run: async () => {
			await twelve({ faults: [list(() => errorPage('InternalException', 'deadlock'), { from: 2, times: 2 })] }, async (provider) => {
				const { outcome, sleeps } = await harvest(provider);
				expect(outcome.state).toBe('complete');
				expect(sleeps).toEqual([1_000, 2_000]);
			});
			await twelve({ faults: [list(() => errorPage('InternalException', 'deadlock'))] }, async (provider) => {
				await expect(harvest(provider)).rejects.toMatchObject({
					code: 'oai-pmh-error',
					retriable: true,
					message: expect.stringContaining('deadlock'),
				});
				expect(provider.requests.filter((request) => request.verb === 'ListRecords').length).toBe(LIMITS.retriesMax + 1);
			});
		},
	},
	{
		row: 40,
		name: 'deletions of records never seen, and the same again, change nothing else',
		run: async () => {
			await twelve({ pageSize: 20, order: (all) => [...all, ...all.filter((r) => r.deleted)] }, async (provider) => {
				provider.remove('ghost', '2026-02-01T00:00:00Z');
				provider.remove('r3', '2026-02-01T00:00:00Z');
				const { sink } = await harvest(provider);
				await harvest(provider, { sink });
				expect(sink.living()).toEqual(provider.living());
				expect(sink.records.get('ghost')).toMatchObject({ deleted: true, decoded: null });
			});
		},
	},
	{
		row: 41,
		name: 'a record listed twice, in two pages and in two orders, is one record with its last state',
		run: async () => {
			for (const order of [(all: readonly unknown[]) => [...all, all[0]], (all: readonly unknown[]) => [all[0], ...all]]) {
				await twelve({ order: order as ProviderOptions['order'] & object }, async (provider) => {
					const { outcome, sink } = await harvest(provider);
					expect(outcome).toMatchObject({ state: 'complete', listed: 13 });
					expect(sink.living()).toEqual(provider.living());
				});
			}
		},
	},
	{
		row: 42,
		name: 'identifiers are opaque: spaces, colons, ampersands, letters of any script',
		run: async () => {
			const ids = ['a b:c::d', 'http://x/?a=1&b=2', 'Thư viện#1', '%20', ':'];
			await withProvider({ pageSize: 2 }, async (provider) => {
				for (const [i, id] of ids.entries()) provider.put(id, `2026-01-0${i + 1}T00:00:00Z`);
				const { sink } = await harvest(provider);
				expect(sink.living()).toEqual([...ids].sort());
				const moved = await harvest(provider, { settings: { identifierSearch: 'http://x/?a=1&', identifierReplace: '$&(' } });
				expect(moved.sink.living()).toEqual(ids.map((id) => id.replace('http://x/?a=1&', () => '$&(')).sort());
				for (const settings of [{ identifierSearch: 'a' }, { identifierSearch: '', identifierReplace: 'a' }])
					await expect(harvest(provider, { settings })).rejects.toThrow('identifierSearch and identifierReplace go together');
			});
		},
	},
	{
		row: 43,
		name: 'parameters without a value are left out',
		run: async () => {
			await twelve({}, async (provider) => {
				await harvest(provider, { set: '' });
				expect(provider.requests.find((request) => request.verb === 'ListRecords')?.rawQuery).toBe(
					'verb=ListRecords&metadataPrefix=marc21',
				);
			});
		},
	},
	{
		row: 44,
		name: 'sets are optional: none declared, ListSets broken or failing',
		run: async () => {
			await ends({ sets: null }, { state: 'complete' });
			await ends(
				{ sets: ['a'], faults: [{ verb: 'ListSets', reply: () => ({ body: '<OAI-PMH><ListSets><set><setSpec>a</set></ListSets>' }) }] },
				{ state: 'complete' },
			);
			await ends({ sets: ['a'], faults: [{ verb: 'ListSets', reply: () => ({ status: 500, body: 'oops' }) }] }, { state: 'complete' });
		},
	},
];
