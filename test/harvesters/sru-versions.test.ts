import { tmpdir } from 'node:os';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MarcRecord } from '../../src/records/marc.ts';
import { hasPeer } from '../support/peers.ts';
import { sampleMarc } from '../support/sample-marc.ts';
import type { Reply } from '../support/scripted-provider.ts';
import {
	type SruAsked,
	type SruPageOptions,
	type SruServer,
	sruDiagnosticXml,
	sruPage,
	sruRefusal,
	startSru,
	strictSru,
} from '../support/scripted-sru.ts';
import { harvestTarget, sruTarget } from '../support/slice-rig.ts';
import { startTarget, startZebra, type Target } from '../support/zebra.ts';

const VERSIONS = ['1.1', '1.2', '2.0'] as const;
type Version = (typeof VERSIONS)[number];

const marc = (number: number): string =>
	`<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">n${number}</controlfield>` +
	`<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Sách &amp; báo ${number}</subfield></datafield></record>`;
const RECORDS = Array.from({ length: 121 }, (_, i) => marc(i + 1));

let server: SruServer | null = null;

afterEach(async () => {
	await server?.stop();
	server = null;
});

async function serve(answer: (asked: SruAsked) => string | Reply): Promise<string> {
	server = await startSru(answer);
	return server.url;
}

const wholeFrom = async (url: string): Promise<void> => {
	const target = sruTarget(url);
	const all = await harvestTarget(target);
	expect(all.outcome).toMatchObject({ state: 'complete', tally: { total: 121, received: 121 } });
	expect([...all.listed.keys()]).toEqual(RECORDS.map((_, i) => `n${i + 1}`));
	expect(all.records[0]?.raw).toBe(RECORDS[0]);
};

describe.each(VERSIONS)('a server that speaks SRU %s alone', (version) => {
	it.each([false, true])('is asked in it, whether records come escaped (%s) or not, and comes whole', async (string) => {
		const url = await serve(strictSru(version, RECORDS, { string }));
		await wholeFrom(url);
		const [last] = server?.asked.slice(-1) ?? [];
		expect(last?.operation).toBe(version === '2.0' ? '' : 'searchRetrieve');
		// once it is known, nothing else is asked
		const refused = server?.asked.filter(({ version: asked, operation }) =>
			version === '2.0' ? operation !== '' || asked !== '' : asked !== version,
		);
		expect(refused?.length).toBeLessThan(5);
	});

	it.each([false, true])('explains itself, whether escaped (%s) or not', async (string) => {
		const target = sruTarget(await serve(strictSru(version, RECORDS, { string })));
		const explained = await target.explain();
		if (string) expect(explained).toEqual(await sruTarget(server?.url ?? '').explain());
		expect(explained).toMatchObject({
			title: 'Thư viện tỉnh',
			database: 'sach',
			indexes: ['dc.title', 'rec.identifier'],
			schemas: [{ name: 'marcxml', identifier: 'info:srw/schema/1/marcxml-v1.1' }],
			maximumRecords: 50,
		});
		expect(target.client.version).toBe(version === '2.0' ? null : version);
	});

	it.each([
		[1, 'sru-error', /general system error/],
		[2, 'sru-error', /temporarily unavailable/],
		[3, 'login-refused', /authentication/],
		[10, 'sru-error', /query syntax/],
		[235, 'sru-error', /database does not exist/],
	] as const)('that refuses with diagnostic %i is told so, never an empty catalogue', async (number, code, message) => {
		const url = await serve(strictSru(version, RECORDS, { answer: () => sruRefusal(number, version) }));
		await expect(harvestTarget(sruTarget(url))).rejects.toMatchObject({
			code,
			message: expect.stringMatching(message),
			hint: expect.stringMatching(/\w/),
			retriable: number === 2,
		});
	});

	it('that has a diagnostic in place of a record gives the others, and the run says how many are lacking', async () => {
		const surrogate = `<record>${sruDiagnosticXml(65, 'n7', version)}</record>`;
		const records = RECORDS.map((xml, i) => (i === 6 ? surrogate : xml));
		const page = (asked: SruAsked, options: SruPageOptions = {}): string =>
			sruPage(asked, records, { ...options, version, cap: 50 }).replaceAll(surrogate, sruDiagnosticXml(65, 'n7', version));
		const all = await harvestTarget(sruTarget(await serve(strictSru(version, records, { answer: (asked) => page(asked) }))));
		expect(all.listed.size).toBe(120);
		expect(all.problems).toEqual([expect.stringMatching(/65 \(record does not exist\)/)]);
		expect(all.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(/1 records could not be had/) });
	});

	const past = (asked: SruAsked): boolean => asked.start + asked.maximum > 101;
	it.each<[string, (asked: SruAsked) => string | null]>([
		['diagnostic 61', (asked) => (past(asked) ? sruRefusal(61, version) : null)],
		['diagnostic 6', (asked) => (past(asked) ? sruRefusal(6, version) : null)],
		['no records', (asked) => (asked.start > 100 ? sruPage(asked, [], { version, total: 121 }) : null)],
		[
			'no records and a diagnostic beside the count',
			(asked) =>
				asked.start > 100 ? sruPage(asked, [], { version, total: 121, diagnostics: sruDiagnosticXml(61, '101', version) }) : null,
		],
		[
			'records from the beginning again',
			(asked) => (asked.start > 100 ? sruPage({ ...asked, start: 1 }, RECORDS, { version, total: 121 }) : null),
		],
	])('that hands out nothing beyond the hundredth record, and says so by %s, is incomplete', async (_, answer) => {
		const all = await harvestTarget(sruTarget(await serve(strictSru(version, RECORDS, { answer }))));
		expect([...all.listed.keys()].filter((name) => name !== '')).toHaveLength(100);
		expect(all.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(/121/) });
	});
});

describe.each(VERSIONS.flatMap((asked) => VERSIONS.map((answered) => [asked, answered] as const)))(
	'a server that takes %s and answers in %s',
	(taken, answered) => {
		it('comes whole', async () => {
			await wholeFrom(
				await serve((asked) => {
					const isTaken = taken === '2.0' ? asked.operation === '' : asked.version === taken;
					return isTaken ? sruPage(asked, RECORDS, { version: answered }) : sruRefusal(5, answered);
				}),
			);
		});
	},
);

it('is asked at once in the version that its refusal names', async () => {
	const url = await serve((asked) =>
		asked.version === '2.0' ? sruPage(asked, RECORDS, { version: '2.0' }) : sruRefusal(5).replace('>x<', '>2.0<'),
	);
	await wholeFrom(url);
	expect(server?.asked.slice(0, 2).map(({ version }) => version)).toEqual(['1.2', '2.0']);
});

/** Stands before a real server and lets through one version alone, as it came. */
async function onlyIn(version: Version, target: Target): Promise<string> {
	const made = await startSruProxy(version, `http://127.0.0.1:${target.port}/Default`);
	server = made;
	return made.url;
}

async function startSruProxy(version: Version, base: string): Promise<SruServer> {
	return await startSru(async (asked) => {
		const own = asked.version || '2.0';
		if (own !== version) return sruRefusal(5, '1.1');
		const answer = await fetch(`${base}?${new URLSearchParams([...asked.parameters])}`);
		return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
	});
}

describe.runIf(hasPeer('zebrasrv'))('zebrasrv', () => {
	const records: readonly MarcRecord[] = sampleMarc(230);
	let zebra: Target;
	beforeAll(async () => {
		zebra = await startZebra(records);
		return () => zebra.stop();
	});

	it.each(VERSIONS)('comes whole in SRU %s', async (version) => {
		const target = sruTarget(await onlyIn(version, zebra));
		const all = await harvestTarget(target);
		expect(all.outcome).toMatchObject({ state: 'complete', tally: { total: 230, received: 230 } });
		expect(all.records.every(({ decoded }) => decoded?.ok)).toBe(true);
		await expect(
			target.client.search({ query: 'dc.title=(', startRecord: 1, maximumRecords: 1, recordSchema: null }),
		).rejects.toMatchObject({
			code: 'sru-error',
			message: expect.stringMatching(/10 \(query syntax error\)/),
		});
	});
});

describe.runIf(hasPeer('yaz-ztest'))('yaz-ztest', () => {
	let ztest: Target;
	beforeAll(async () => {
		ztest = await startTarget('yaz-ztest', (port) => [`tcp:127.0.0.1:${port}`], { cwd: tmpdir(), database: 'Default' });
		return () => ztest.stop();
	});

	it.each(VERSIONS)('answers in SRU %s, and its records can be read', async (version) => {
		const { client } = sruTarget(await onlyIn(version, ztest));
		const found = await client.search({ query: 'computer', startRecord: 1, maximumRecords: 3, recordSchema: null });
		expect(found.numberOfRecords).toBeGreaterThan(0);
		expect(found.records.length).toBeGreaterThan(0);
		expect(found.records[0]?.data).toMatch(/<(?:\w+:)?record/);
		expect(client.version).toBe(version === '2.0' ? null : version);
	});
});
