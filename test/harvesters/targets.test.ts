import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordTarget } from '../../src/harvesters/record-target.ts';
import { parseTargetAddress } from '../../src/harvesters/z3950-address.ts';
import type { Apdu } from '../../src/protocols/z3950/apdu.ts';
import { OPTION } from '../../src/protocols/z3950/init.ts';
import { SYNTAX } from '../../src/protocols/z3950/oids.ts';
import { parsePqf } from '../../src/protocols/z3950/pqf.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { hasPeer } from '../support/peers.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import { type Misbehaviour, startSimpleServer } from '../support/simple-server.ts';
import { clientOf, type Harvested, harvestTarget, sruTarget, z3950Target } from '../support/slice-rig.ts';
import { decodedByTshark } from '../support/tshark.ts';
import { startTarget, startZebra, type Target } from '../support/zebra.ts';

type Settings = Readonly<Record<string, unknown>>;

const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const numbers = (records: readonly MarcRecord[]): string[] => records.map(({ fields }) => fields[0]?.value ?? '').sort();
const listed = ({ listed }: Harvested): string[] => [...listed.keys()].sort();

describe.runIf(hasPeer('zebrasrv'))('a catalogue in zebrasrv', () => {
	const records = sampleMarc(5_200);
	let zebra: Target;

	beforeAll(async () => {
		zebra = await startZebra(records);
	});

	afterAll(async () => {
		await zebra.stop();
	});

	const kinds: readonly (readonly [name: string, open: (settings: Settings) => RecordTarget, date: string, year: string])[] = [
		['Z39.50', (settings) => z3950Target(zebra.address, settings), '1012', '31'],
		['Z39.50 in XML', (settings) => z3950Target(zebra.address, settings, 'xml'), '1012', '31'],
		['SRU', (settings) => sruTarget(`http://127.0.0.1:${zebra.port}/Default`, settings), 'rec.lastModificationDate', 'dc.date'],
	];

	describe.each(kinds)('over %s', (_, open, date, year) => {
		const harvest = (settings: Settings) => harvestTarget(open(settings), settings);

		it('comes whole at once', async () => {
			const all = await harvest({});
			expect(all.outcome).toMatchObject({ state: 'complete', flags: [], tally: { total: 5_200, slices: 1, received: 5_200 } });
			expect(listed(all)).toEqual(numbers(records));
			expect(all.records.every(({ decoded }) => decoded?.ok)).toBe(true);
		});

		it('comes whole in slices, each within what the target hands out, by days of change and by years', async () => {
			for (const index of [date, year]) {
				const sliced = await harvest({ resultSetMax: 600, indexes: [index] });
				expect(sliced.outcome).toMatchObject({
					state: 'complete',
					flags: ['split'],
					tally: { said: 5_200, received: 5_200, exhaustive: true },
				});
				expect(listed(sliced)).toEqual(numbers(records));
			}
		});

		it('killed anywhere and resumed by slice, lists what it would have listed', async () => {
			const settings = { resultSetMax: 900, indexes: [date] };
			const whole = (await harvest(settings)).checkpoints.length;
			for (const stopAfter of [1, Math.floor(whole / 2), whole - 1]) {
				const killed = await harvestTarget(open(settings), settings, { stopAfter });
				const from = killed.checkpoints.at(-1);
				const resumed = await harvestTarget(open(settings), settings, { ...(from === undefined ? {} : { from }), before: killed.listed });
				expect(resumed.outcome.state).toBe('complete');
				expect(listed(resumed)).toEqual(numbers(records));
				// what was committed is not asked for again
				expect([...resumed.listed.values()].every((times) => times === 1)).toBe(true);
			}
		});
	});

	it('is cut by the terms that a scan lists, and by control numbers where it takes no query for all', async () => {
		const byTerms = await harvestTarget(z3950Target(zebra.address, { resultSetMax: 700, indexes: ['12'] }), {
			resultSetMax: 700,
			indexes: ['12'],
		});
		expect(byTerms.outcome).toMatchObject({ state: 'complete', flags: ['split'] });
		expect(listed(byTerms)).toEqual(numbers(records));
		const unknown = { allQuery: '@attr 1=9999 x' };
		const byNumbers = await harvestTarget(z3950Target(zebra.address, unknown), unknown);
		expect(byNumbers.outcome).toMatchObject({ state: 'complete', flags: ['by-identifiers'] });
		expect(listed(byNumbers)).toEqual(numbers(records));
	});

	it('by a list of control numbers, tells which slice lacks one', async () => {
		const settings = { identifiers: ['tv000001', 'tv000002', 'none'] };
		const some = await harvestTarget(z3950Target(zebra.address, settings), settings);
		expect(some.outcome.state).toBe('incomplete');
		expect(some.outcome.reason).toMatch(/12 tv000001 … \(2 of 2: 3 were expected\)/);
	});

	it('an index whose parts overlap is left for the next', async () => {
		const settings = { resultSetMax: 700, indexes: ['1003', '1012'] };
		const sliced = await harvestTarget(z3950Target(zebra.address, settings), settings);
		expect(sliced.outcome).toMatchObject({ state: 'complete', flags: ['split'] });
	});

	it('answers every service, with and without negotiation; refusals come by name', async () => {
		for (const negotiateUtf8 of [false, true]) {
			const client = clientOf(zebra.address, { negotiateUtf8 });
			const init = await client.init();
			expect(init.implementationName).toMatch(/Zebra/);
			expect(init.charset).toEqual(negotiateUtf8 ? { role: 'response', utf8: true, records: true } : undefined);
			const all = parsePqf('@attr 1=_ALLRECORDS @attr 2=103 ""', utf8);
			expect(await client.search(all)).toEqual({ hits: 5_200, doubtful: false });
			const [first, second] = (await client.present(all, { start: 1, count: 2, syntax: SYNTAX.usmarc, elements: 'F' })).records;
			expect([first, second]).toMatchObject([{ kind: 'record' }, { kind: 'record' }]);
			expect((await client.present(all, { start: 5_201, count: 1, syntax: SYNTAX.usmarc, elements: 'F' })).diagnostic?.condition).toBe(13);
			const terms = await client.scan({ kind: 'term', attributes: [{ type: 1, value: 12 }], term: utf8('tv') }, 3);
			expect(terms.map(({ display }) => display)).toEqual(['tv000001', 'tv000002', 'tv000003']);
			await expect(client.sort(all, [{ key: { field: 'nothing' }, relation: 0, caseSensitivity: 1 }])).rejects.toThrow(/207/);
			await expect(client.search(parsePqf('@attr 1=9999 x', utf8))).rejects.toThrow(/114 \(unsupported use attribute\)/);
			await client.deleteSet();
			expect(await client.supports(OPTION.scan)).toBe(true);
			client.close();
		}
		await expect(clientOf(zebra.address.replace('/Default', '/Nobody')).search(parsePqf('x', utf8))).rejects.toMatchObject({
			code: 'z3950-error',
			hint: expect.stringMatching(/database/),
		});
		await expect(harvestTarget(z3950Target(zebra.address, {}, 'opac'), {})).resolves.toMatchObject({ outcome: { state: 'complete' } });
	});
});

describe.runIf(hasPeer('Net::Z3950::SimpleServer'))('a target that misbehaves', () => {
	const records = sampleMarc(300);

	async function against(how: Misbehaviour, settings: Settings = {}): Promise<Harvested> {
		const target = await startSimpleServer(records, how);
		try {
			return await harvestTarget(z3950Target(target.address, settings), settings);
		} finally {
			await target.stop();
		}
	}

	it('by hanging up, is read on where it was', async () => {
		const got = await against({ closeAt: 100 });
		expect(got.outcome).toMatchObject({ state: 'complete' });
		expect(listed(got)).toEqual(numbers(records));
	});

	it('by diagnostics in place of records, gives the others, and the run is incomplete', async () => {
		const got = await against({ diagnosticAt: [7, 120] });
		expect(got.listed.size).toBe(298);
		expect(got.problems).toEqual([expect.stringMatching(/diagnostic 14/), expect.stringMatching(/diagnostic 14/)]);
		expect(got.outcome).toMatchObject({
			state: 'incomplete',
			reason: expect.stringMatching(/all records \(300 of 300: 2 records could not be had\)/),
		});
	});

	it('by counting no further, or handing out no further, is read in slices', async () => {
		const counts = await against({ countsTo: 100 });
		expect(counts.outcome).toMatchObject({ state: 'complete', flags: ['count-capped', 'split'] });
		expect(listed(counts)).toEqual(numbers(records));
		const handsOut = await against({ handsOut: 80 });
		expect(handsOut.outcome).toMatchObject({ state: 'complete', flags: ['split'], tally: { cap: 80 } });
		expect(listed(handsOut)).toEqual(numbers(records));
	});

	it('by handing out no further and taking no ranges, is incomplete by name', async () => {
		const got = await against({ handsOut: 80, noRanges: true });
		expect(got.listed.size).toBe(80);
		expect(got.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(/all records \(80 of 300: /) });
	});

	it('by handing out no further and taking no notice of the index of days, is read in slices of another; of any query, is incomplete by name', async () => {
		const days = await against({ handsOut: 80, ignores: 'days' });
		expect(days.outcome).toMatchObject({ state: 'complete', flags: ['split'], tally: { cap: 80 } });
		expect(listed(days)).toEqual(numbers(records));
		const counts = await against({ countsTo: 100, ignores: 'days' });
		expect(counts.outcome).toMatchObject({ state: 'complete', flags: ['count-capped', 'split'] });
		expect(listed(counts)).toEqual(numbers(records));
		for (const how of [{ handsOut: 80 }, { handsOut: 80, countsTo: 100 }]) {
			const nothing = await against({ ...how, ignores: 'queries' });
			expect(nothing.listed.size).toBe(80);
			expect(nothing.outcome).toMatchObject({
				state: 'incomplete',
				reason: expect.stringMatching(/all records \(80 of [13]00: .*: 1012, 1011, 31: ignored/),
			});
		}
	});

	it('by handing out the same records over and over, is read in slices that are short enough', async () => {
		const got = await against({ repeatsAfter: 60 });
		expect(got.outcome).toMatchObject({ state: 'complete', flags: ['split'], tally: { cap: 60 } });
		expect(listed(got)).toEqual(numbers(records));
	});

	it('by lying about its hits, is incomplete and says where', async () => {
		const got = await against({ lie: 5 });
		expect(listed(got)).toEqual(numbers(records));
		expect(got.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(/slices did not come whole: 1012 /) });
	});

	it('by another order in each session, is not taken for complete when records were missed', async () => {
		const got = await against({ closeAt: 100, shuffled: true });
		expect(got.listed.size).toBeLessThan(300);
		expect(got.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(/300 records.*different/) });
	});

	it('by counts that shrink with each search, names it', async () => {
		const got = await against({ shrinks: 10, closeAt: 100 });
		expect(got.outcome.flags).toContain('count-changed');
	});

	it('by sending SUTRS, is refused by name', async () => {
		const got = await against({ sutrs: true });
		expect(got.problems[0]).toMatch(/SUTRS/);
		expect(got.outcome.state).toBe('incomplete');
	});

	it('by a wrong login, says what to do; with the right one it opens', async () => {
		const login = ['thuvien', 'mat khau'] as const;
		await expect(against({ login })).rejects.toMatchObject({ code: 'login-refused', hint: expect.stringMatching(/password/) });
		const got = await against({ login }, { user: login[0], password: login[1] });
		expect(got.outcome.state).toBe('complete');
	});
});

it.runIf(hasPeer('yaz-ztest'))('yaz-ztest gives OPAC records with their holdings', async () => {
	const server = await startTarget('yaz-ztest', (port) => [`tcp:127.0.0.1:${port}`], { cwd: tmpdir(), database: 'Default' });
	const settings = { allQuery: 'computer' };
	const target = z3950Target(server.address, settings, 'opac');
	const { records } = await harvestTarget(target, settings);
	await server.stop();
	const decoded = records.find((record) => record.decoded?.ok)?.decoded;
	const fields = decoded?.ok ? decoded.record.fields.filter(({ origin }) => origin?.startsWith('opac:')) : [];
	expect(fields.map(({ tag }) => tag)).toContain('852');
});

describe.runIf(hasPeer('tshark'))('tshark', () => {
	it('reads every request that we send without a complaint', () => {
		const query = parsePqf(
			'@not @or @attr 1=_ALLRECORDS @attr 2=103 "" @attr 1=4 "Lý Sơn" @and @attr 1=1012 @attr 2=4 20240101 @attr 1=31 2020',
			utf8,
		);
		const init = {
			kind: 'initRequest',
			protocolVersion: new Set([0, 1, 2]),
			options: new Set(Object.values(OPTION)),
			preferredMessageSize: 16_777_216,
			exceptionalRecordSize: 16_777_216,
			implementationId: 'lienthong',
			implementationName: 'Lien Thong',
			implementationVersion: '1',
		} as const;
		const requests: Apdu[] = [
			{ ...init, authentication: { kind: 'open', text: 'a/b' } },
			{ ...init, authentication: { kind: 'password', group: 'g', user: 'u', password: 'p' } },
			{ ...init, authentication: { kind: 'anonymous' }, charset: { role: 'proposal', utf8: true, records: true } },
			{
				kind: 'searchRequest',
				smallSetUpperBound: 0,
				largeSetLowerBound: 1,
				mediumSetPresentNumber: 0,
				replaceIndicator: true,
				resultSetName: 'default',
				databaseNames: ['Default'],
				query,
			},
			{ kind: 'presentRequest', resultSetName: 'default', start: 1, count: 500, elements: 'F', recordSyntax: SYNTAX.opac },
			{
				kind: 'scanRequest',
				databaseNames: ['Default'],
				attributeSet: query.attributeSet,
				start: { kind: 'term', attributes: [{ type: 1, value: 12 }], term: utf8('tv') },
				stepSize: 0,
				count: 500,
				position: 1,
			},
			{ kind: 'sortRequest', inputs: ['default'], output: 'default', keys: [{ key: { field: 'title' }, relation: 0, caseSensitivity: 1 }] },
			{ kind: 'deleteRequest', function: 0, sets: ['default'] },
			{ kind: 'resourceControlResponse', referenceId: utf8('reference'), continue: true },
			{ kind: 'close', reason: 0 },
		];
		const said = decodedByTshark(requests, { from: 40_000, to: 210 });
		expect(said).not.toMatch(/Malformed|BER Error/i);
		expect(said.match(/^Z39\.50 Protocol/gm)).toHaveLength(requests.length);
		for (const name of ['initRequest', 'searchRequest', 'presentRequest', 'scanRequest', 'sortRequest', 'deleteResultSetRequest', 'close'])
			expect(said).toContain(name);
	});
});

describe('what is no target', () => {
	let web: Server;
	let port = 0;

	beforeAll(async () => {
		web = createServer((_, response) => response.end('<html><title>Thư viện</title></html>'));
		await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
		port = (web.address() as AddressInfo).port;
	});

	afterAll(() => {
		web.close();
	});

	it('is told by name: a web server, nobody, silence, a private address, an address that is none', { timeout: 20_000 }, async () => {
		await expect(clientOf(`tcp:127.0.0.1:${port}`).init()).rejects.toMatchObject({
			code: 'not-z3950',
			message: expect.stringMatching(/HTTP/),
		});
		await expect(sruTarget(`http://127.0.0.1:${port}/`).count({ kind: 'all' })).rejects.toMatchObject({ code: 'not-sru' });
		await expect(clientOf('tcp:127.0.0.1:1024').init()).rejects.toMatchObject({ code: 'connection-refused' });
		await expect(clientOf('tcp:10.0.0.1:210').init()).rejects.toMatchObject({ code: 'address-refused' });
		const mute = createTcpServer(() => undefined);
		await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
		const silent = clientOf(`tcp:127.0.0.1:${(mute.address() as AddressInfo).port}`, { limits: { firstByteMs: 100 } });
		await expect(silent.init()).rejects.toMatchObject({ code: 'timeout' });
		mute.close();
		// the beginning of an Init response, then an octet now and then
		const dripping = createTcpServer((socket) => {
			socket.on('error', () => undefined).write(Uint8Array.of(0xb5, 0x84, 0, 0, 0xff, 0xff));
			const drip = setInterval(() => socket.write(Uint8Array.of(0)), 20);
			socket.on('close', () => clearInterval(drip));
		});
		await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
		const slow = clientOf(`tcp:127.0.0.1:${(dripping.address() as AddressInfo).port}`, { limits: { answerMs: 200 } });
		await expect(slow.init()).rejects.toMatchObject({ code: 'timeout', message: expect.stringMatching(/did not end its answer/) });
		dripping.close();
		for (const wrong of ['', 'http://host/', 'tcp:host:99999', 'tcp:u:p@host:210/db'])
			expect(() => parseTargetAddress(wrong), wrong).toThrow();
		expect(() => parseTargetAddress('tcp:host:22/x')).toThrow(/port 22/);
		expect(parseTargetAddress('tcp:z.example.vn:2100/TVHP')).toEqual({ host: 'z.example.vn', port: 2_100, database: 'TVHP' });
		expect(parseTargetAddress('[::1]')).toEqual({ host: '[::1]', port: 210, database: 'Default' });
	});
});
