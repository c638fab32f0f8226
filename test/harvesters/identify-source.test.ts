import { describe, expect, it } from 'vitest';
import { probeOaiPmh } from '../../src/harvesters/identify-source.ts';
import { loopbackTransport, silentLogger, TestClock, withProvider } from '../support/harvest-rig.ts';
import type { ProviderOptions, Reply, ScriptedProvider } from '../support/scripted-provider.ts';

const probe = async (options: ProviderOptions, fill: (provider: ScriptedProvider) => unknown, set: string | null = null) =>
	await withProvider(options, async (provider) => {
		fill(provider);
		const clock = new TestClock();
		const transport = loopbackTransport(clock);
		try {
			const found = await probeOaiPmh({
				url: provider.url,
				settings: {},
				transport,
				clock,
				logger: silentLogger,
				signal: new AbortController().signal,
				set,
				format: null,
			});
			return { found, requests: provider.requests.map((request) => request.verb), sleeps: clock.sleeps };
		} finally {
			await transport.close();
		}
	});

describe('looking at a source', () => {
	it('tells what the provider says of itself, how many records it has, and shows the first', async () => {
		const { found, requests } = await probe({ sets: ['a', 'b:c'], granularity: 'day', deletedRecord: 'transient' }, (provider) => {
			provider.fill(12);
			provider.remove('r1', '2026-01-01T00:01:00Z');
		});
		expect(requests).toEqual(['Identify', 'ListMetadataFormats', 'ListSets', 'ListRecords']);
		expect(found).toMatchObject({
			provider: {
				repositoryName: 'Thư viện tỉnh',
				granularity: 'day',
				deletedRecord: 'transient',
				chosen: { prefix: 'marc21', format: 'marcxml' },
				sets: [
					{ spec: 'a', name: 'Set a' },
					{ spec: 'b:c', name: 'Set b:c' },
				],
			},
			count: 12,
			listed: 5,
			unreadable: 0,
			first: { identifier: 'r2', deleted: false },
			error: null,
		});
	});

	it('tells the software by what stands in Identify, and shows ten records raw and as read', async () => {
		const description =
			'<description><toolkit><title>Open Journal Systems</title><version>3.3.0.8</version></toolkit></description></Identify>';
		const faults = [
			{
				verb: 'Identify',
				reply: (good: Reply): Reply => ({ ...good, body: String(good.body).replace('</Identify>', description) }),
			},
		];
		const { found } = await probe({ pageSize: 30, faults, deletedRecord: 'no' }, (provider) => provider.fill(12));
		expect(found).toMatchObject({
			software: { kind: 'OJS', by: expect.stringContaining('Open Journal Systems') },
			note: expect.stringContaining('--set'),
			proposed: ['--format marc21', "--schedule '0 2 * * 0'"],
		});
		expect(found.records.map(({ identifier }) => identifier)).toHaveLength(10);
		expect(found.records.every(({ raw, decoded }) => raw.startsWith('<record') && decoded?.ok)).toBe(true);
		expect((await probe({ sets: ['com_1_2'] }, (provider) => provider.fill(1))).found.software).toEqual({
			kind: 'DSpace',
			by: 'set com_1_2',
		});
		expect((await probe({}, (provider) => provider.fill(1))).found.software).toBeNull();
	});

	it('counts what fits on one page, and passes on what the provider answers instead of records', async () => {
		expect((await probe({ pageSize: 50 }, (provider) => provider.fill(12))).found.count).toBe(12);
		const { found } = await probe({ sets: ['a'] }, (provider) => provider.fill(3, ['a']), 'z');
		expect(found).toMatchObject({ count: 0, first: null, error: { code: 'noRecordsMatch' } });
	});

	it('fails at the first try, so that a wrong address is told at once', async () => {
		const notFound = probe({ faults: [{ reply: () => ({ status: 503, body: '' }) }] }, () => undefined);
		await expect(notFound).rejects.toMatchObject({ code: 'http-status', retriable: true });
	});
});
