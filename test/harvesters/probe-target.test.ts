import { describe, expect, it } from 'vitest';
import { Egress } from '../../src/harvesters/egress.ts';
import { probeTarget, type TargetProbe } from '../../src/harvesters/probe-target.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { loopbackTransport, silentLogger } from '../support/harvest-rig.ts';
import { hasPeer } from '../support/peers.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import { type Misbehaviour, startSimpleServer } from '../support/simple-server.ts';
import { startZebra } from '../support/zebra.ts';

async function probe(kind: 'z3950' | 'sru', url: string): Promise<TargetProbe> {
	const transport = loopbackTransport(systemClock);
	try {
		return await probeTarget(
			{ kind, url, format: null, settings: {} },
			{
				transport,
				egress: new Egress({ allowPrivate: ['127.0.0.0/8'] }),
				clock: systemClock,
				logger: silentLogger,
				signal: new AbortController().signal,
				retries: 0,
			},
		);
	} finally {
		await transport.close();
	}
}

describe.runIf(hasPeer('zebrasrv'))('looking at zebrasrv', () => {
	it('tells the software, the count, the indexes and shows ten records, over Z39.50 and SRU', async () => {
		const zebra = await startZebra(sampleMarc(230));
		const z3950 = await probe('z3950', zebra.address);
		expect(z3950.target).toMatchObject({
			kind: 'Zebra (the engine inside Koha)',
			count: 230,
			cap: null,
			proposed: [expect.stringMatching(/^indexes=\["1012",/), 'changesBy=1012'],
		});
		expect([z3950.records.length, z3950.unreadable]).toEqual([10, 0]);
		expect(z3950.records.every(({ raw, decoded }) => raw.length > 100 && decoded?.ok)).toBe(true);
		const sru = await probe('sru', `http://127.0.0.1:${zebra.port}/Default`);
		expect(sru.target).toMatchObject({
			count: 230,
			cap: null,
			proposed: [expect.stringContaining('indexes='), 'changesBy=rec.lastModificationDate'],
		});
		expect(sru.records).toHaveLength(10);
		await zebra.stop();
	});
});

describe.runIf(hasPeer('Net::Z3950::SimpleServer'))('looking at a scripted target', () => {
	const records = sampleMarc(300);
	const against = async (how: Misbehaviour): Promise<TargetProbe['target']> => {
		const target = await startSimpleServer(records, how);
		try {
			return (await probe('z3950', target.address)).target;
		} finally {
			await target.stop();
		}
	};

	it('tells what it is made with, and that it hands out all', async () => {
		expect(await against({})).toMatchObject({
			kind: 'a server made with YAZ',
			count: 300,
			cap: null,
			proposed: ['indexes=["1012","1011"]', 'changesBy=1012'],
		});
	});

	it('finds how many records it hands out of one result, and proposes that as a setting', async () => {
		expect(await against({ handsOut: 120 })).toMatchObject({
			cap: 100,
			proposed: ['resultSetMax=100', 'indexes=["1012","1011"]', 'changesBy=1012'],
		});
		expect(await against({ handsOut: 120, noRanges: true })).toMatchObject({
			cap: 100,
			proposed: ['resultSetMax=100'],
			strategy: expect.stringContaining('stays away'),
		});
		expect(await against({ handsOut: 30 })).toMatchObject({ cap: 0, proposed: ['indexes=["1012","1011"]', 'changesBy=1012'] });
	});
});
