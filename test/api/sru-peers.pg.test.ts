import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { publicId } from '../../src/lib/ids.ts';
import { SRU_DIAGNOSTIC_NAMES } from '../../src/protocols/sru/diagnostics.ts';
import { hasPeer } from '../support/peers.ts';
import { harvestTarget, sruTarget } from '../support/slice-rig.ts';
import { TestCatalogue } from './catalogue.ts';

/** Clients that are not ours search over SRU; our own harvester takes the whole. Without the peers PEERS_REQUIRED=1 fails. */

const RECORDS = 130;
const run = promisify(execFile);

let catalogue: TestCatalogue;
let app: FastifyInstance;
let port: number;

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server();
	await listen(app, '127.0.0.1', 0);
	port = (app.server.address() as AddressInfo).port;
	const unions = Array.from({ length: RECORDS }, (_, i) => ({ id: i + 1, title: `Đường về ${i + 1}` }));
	await catalogue.put(...unions, { id: 500, title: 'Lý Sơn', isbn: '9780306406157' });
	await catalogue.index(...unions, { id: 500, title: 'Lý Sơn', isbn: '9780306406157' });
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

const zoomsh = async (...commands: readonly string[]): Promise<string> =>
	(await run('zoomsh', [...commands, 'quit'], { encoding: 'utf8' })).stdout;

describe.runIf(hasPeer('zoomsh'))('zoomsh', () => {
	const ask = (version: string, ...commands: readonly string[]): Promise<string> =>
		zoomsh('set sru get', `set sru_version ${version}`, `connect http://127.0.0.1:${port}/sru`, ...commands);

	it.each(['1.1', '1.2', '2.0'])('searches and shows in version %s', async (version) => {
		const out = await ask(version, 'set preferredRecordSyntax xml', 'search cql:title=sơn', 'show 0 1');
		expect(out).toMatch(/: 1 hits/);
		expect(out).toContain(`<controlfield tag="001">${publicId(500)}</controlfield>`);
		expect(out).toContain('Lý Sơn');
	});

	it.each(['1.1', '1.2', '2.0'])('pages through all hits in version %s', async (version) => {
		const out = await ask(version, 'search cql:đường', `show 0 ${RECORDS}`);
		expect(out).toMatch(new RegExp(`: ${RECORDS} hits`));
		const numbers = [...out.matchAll(/<controlfield tag="001">([^<]+)</g)].map((match) => match[1]);
		expect(new Set(numbers)).toEqual(new Set(Array.from({ length: RECORDS }, (_, i) => publicId(i + 1))));
		expect(numbers).toHaveLength(RECORDS);
	});

	it('asks for facets in version 2.0, and is told of an index that is none', async () => {
		const facets = (index: string): string => `set facets "@attr 1=${index} @attr 3=5"`;
		expect(await ask('2.0', facets('lt.library'), 'search cql:title=sơn')).toMatch(/: 1 hits/);
		expect(await ask('2.0', facets('dc.title'), 'search cql:title=sơn')).toMatch(/diagnostic\/1:16\) dc\.title/);
	});

	it.each(['1.1', '1.2', '2.0'])('is told what is wrong in version %s', async (version) => {
		expect(await ask(version, 'search cql:foo.bar=1')).toMatch(/\(info:srw\/diagnostic\/1:15\) foo/);
		expect(await ask(version, 'search cql:title=')).toMatch(/diagnostic\/1:10\) a term is missing after "="/);
	});
});

describe.runIf(hasPeer('yaz-client'))('yaz-client', () => {
	it('searches, shows and is told diagnostics, by GET and by POST', async () => {
		for (const method of ['get', 'post']) {
			const commands = [
				`sru ${method} 1.2`,
				`open http://127.0.0.1:${port}/sru`,
				'querytype cql',
				'find creator = "nguyễn văn an" and title = sơn',
				'show 1',
				'find dc.nothing = 1',
				'scan title = "lý"',
				'quit',
			];
			const done = run('yaz-client', [], { encoding: 'utf8' });
			done.child.stdin?.end(`${commands.join('\n')}\n`);
			const { stdout } = await done;
			expect(stdout).toContain('Number of hits: 1');
			expect(stdout).toContain('Lý Sơn');
			expect(stdout).toContain('Lý Sơn: 1\n');
			expect(stdout).toMatch(/info:srw\/diagnostic\/1\/16[\s\S]*dc\.nothing/);
		}
	});
});

it.runIf(hasPeer('libyaz'))('libyaz has the same words for the numbers of diagnostics', async () => {
	const script = `
import ctypes, sys
yaz = ctypes.CDLL('libyaz.so.5')
yaz.yaz_diag_srw_str.restype = ctypes.c_char_p
for number in sys.argv[1:]: print(yaz.yaz_diag_srw_str(int(number)).decode())`;
	// the list calls 1 a general error, YAZ a permanent one
	const { 1: _, ...names } = SRU_DIAGNOSTIC_NAMES;
	const numbers = Object.keys(names);
	const { stdout } = await run('python3', ['-c', script, ...numbers], { encoding: 'utf8' });
	const theirs = stdout
		.trimEnd()
		.split('\n')
		.map((words, i) => [numbers[i], words.toLowerCase()]);
	const ours = Object.entries(names).map(([number, words]) => [number, words.toLowerCase()]);
	expect(ours).toEqual(theirs);
});

describe('our own harvester', () => {
	it.each([{}, { indexes: ['dc.date'], resultSetMax: 1_000 }, { presentMax: 7 }])('takes the whole with %o', async (settings) => {
		const all = await harvestTarget(sruTarget(`http://127.0.0.1:${port}/sru`, settings), settings);
		expect(all.outcome).toMatchObject({ state: 'complete' });
		expect([...all.listed.keys()].sort()).toEqual([...Array.from({ length: RECORDS }, (_, i) => publicId(i + 1)), publicId(500)].sort());
		expect(all.records.every(({ decoded }) => decoded?.ok)).toBe(true);
	});

	it('takes one library', async () => {
		const all = await harvestTarget(sruTarget(`http://127.0.0.1:${port}/sru/TVT`, {}), {});
		expect(all.listed.size).toBe(RECORDS + 1);
	});
});
