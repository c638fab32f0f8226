import { afterEach, describe, expect, it } from 'vitest';
import { receivedUtf8 } from '../../src/lib/undecoded.ts';
import { explainUrl, searchRetrieveUrl } from '../../src/protocols/sru/request.ts';
import { readSruResponse, SruSyntaxError } from '../../src/protocols/sru/response-reader.ts';
import type { Reply } from '../support/scripted-provider.ts';
import { SRW, type SruAsked, type SruPageOptions, type SruServer, sruPage, sruRefusal, startSru } from '../support/scripted-sru.ts';
import { harvestTarget, sruTarget } from '../support/slice-rig.ts';

const marc = (number: number, title = `Sách &amp; báo ${number}`): string =>
	`<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">n${number}</controlfield>` +
	`<datafield tag="245" ind1="0" ind2="0"><subfield code="a">${title}</subfield></datafield></record>`;

const RECORDS = Array.from({ length: 120 }, (_, i) => marc(i + 1));
const page = (asked: SruAsked, options: SruPageOptions = {}): string => sruPage(asked, RECORDS, options);
const refusal = sruRefusal;

let server: SruServer | null = null;

afterEach(async () => {
	await server?.stop();
	server = null;
});

async function serve(answer: (asked: SruAsked) => string | Reply): Promise<string> {
	server = await startSru(answer);
	return server.url;
}

describe('an SRU server', () => {
	it.each([
		['that answers 1.1 to everything', (asked: SruAsked) => page(asked, { version: '1.1' })],
		['that answers 2.0 to everything', (asked: SruAsked) => page(asked, { version: '2.0' })],
		['that packs records as strings', (asked: SruAsked) => page(asked, { string: true })],
		['that refuses version 1.2', (asked: SruAsked) => (asked.version === '1.2' ? refusal(5) : page(asked))],
		['that refuses unescaped records', (asked: SruAsked) => (asked.packing === 'xml' ? refusal(71) : page(asked, { string: true }))],
		['that knows no schema by our names', (asked: SruAsked) => (asked.schema === '' ? page(asked) : refusal(66))],
		['that hands out 7 at once', (asked: SruAsked) => page(asked, { cap: 7 })],
	])('%s, comes whole', async (_, answer) => {
		const all = await harvestTarget(sruTarget(await serve(answer)));
		expect(all.outcome).toMatchObject({ state: 'complete', tally: { total: 120, received: 120 } });
		expect(all.listed.size).toBe(120);
		expect(all.records[0]).toMatchObject({ identifier: 'n1', raw: marc(1) });
	});

	it('that refuses high startRecords and takes no ranges, is incomplete by name', async () => {
		const capped = await harvestTarget(sruTarget(await serve((asked) => (asked.start + asked.maximum > 101 ? refusal(61) : page(asked)))));
		expect(capped.listed.size).toBe(100);
		expect(capped.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(/all records \(100 of 120/) });
	});

	it('an error never reads as an empty catalogue', async () => {
		await expect(harvestTarget(sruTarget(await serve(() => refusal(1))))).rejects.toMatchObject({ code: 'sru-error' });
		await expect(harvestTarget(sruTarget(await serve(() => refusal(3))))).rejects.toMatchObject({ code: 'login-refused' });
		await expect(harvestTarget(sruTarget(await serve(() => `<searchRetrieveResponse xmlns="${SRW}"/>`)))).rejects.toMatchObject({
			code: 'not-sru',
		});
	});

	it.each([
		['characters that XML does not allow', (xml: string) => xml.replace('báo 50', 'b\u0001áo\u001f 50'), 'xml-illegal'],
		['bytes that are not UTF-8', (xml: string) => xml.replace('báo 50', 'b\udce1o 50'), 'invalid-utf8-replaced'],
	])('that sends %s in a record, comes whole, and the record names it', async (_, spoil, repair) => {
		const records = RECORDS.map((xml, i) => (i === 49 ? spoil(xml) : xml));
		const all = await harvestTarget(sruTarget(await serve((asked) => ({ body: receivedUtf8(sruPage(asked, records)) }))));
		expect(all.outcome).toMatchObject({ state: 'complete', tally: { received: 120 } });
		expect(all.problems).toEqual([]);
		const { decoded, raw } = all.records[49] as (typeof all.records)[number];
		expect([decoded?.ok, decoded?.repairs.map(({ code }) => code)]).toEqual([true, expect.arrayContaining([repair])]);
		expect(raw).toBe(records[49]);
	});

	it('of which one record breaks every answer that it is in, gives all others; the answer is kept, and the run is incomplete', async () => {
		const records = RECORDS.map((xml, i) => (i === 49 ? xml.replace('</subfield>', '') : xml));
		const all = await harvestTarget(sruTarget(await serve((asked) => sruPage(asked, records))));
		expect(all.listed.size).toBe(119);
		expect(all.problems).toEqual([expect.stringMatching(/not well-formed/)]);
		expect(all.records.find(({ problem }) => problem !== undefined)?.raw).toContain('<controlfield tag="001">n50<');
		expect(all.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(/1 records could not be had/) });
	});
});

describe('SRU messages', () => {
	it('keep what the base address has, and follow the names of each version', () => {
		const request = { query: 'dc.title="Lý Sơn"', startRecord: 1, maximumRecords: 5, recordSchema: null, packing: 'xml' } as const;
		const old = new URL(searchRetrieveUrl('http://h/sru?x-login=1', { ...request, version: '1.1' }));
		expect(Object.fromEntries(old.searchParams)).toEqual({
			'x-login': '1',
			operation: 'searchRetrieve',
			version: '1.1',
			query: 'dc.title="Lý Sơn"',
			startRecord: '1',
			maximumRecords: '5',
			recordPacking: 'xml',
		});
		const fresh = new URL(searchRetrieveUrl('http://h/sru', { ...request, version: '2.0' })).searchParams;
		expect([fresh.has('operation'), fresh.get('recordXMLEscaping')]).toEqual([false, 'xml']);
		expect(explainUrl('http://h/sru', '1.1')).toBe('http://h/sru?operation=explain&version=1.1');
	});

	it('reads an explain record', () => {
		const text = `<explainResponse xmlns="${SRW}"><version>1.1</version><record><recordSchema>http://explain.z3950.org/dtd/2.0/</recordSchema><recordPacking>xml</recordPacking><recordData>
			<explain xmlns="http://explain.z3950.org/dtd/2.0/"><serverInfo><host>h</host><database>cat</database></serverInfo><databaseInfo><title>Thư viện</title></databaseInfo>
			<indexInfo><index><map><name set="dc">title</name></map></index></indexInfo><schemaInfo><schema name="marcxml" identifier="info:srw/schema/1/marcxml-v1.1"/></schemaInfo>
			<configInfo><setting type="maximumRecords">50</setting></configInfo></explain></recordData></record></explainResponse>`;
		expect(readSruResponse(text).explanation).toEqual({
			title: 'Thư viện',
			database: 'cat',
			indexes: ['dc.title'],
			schemas: [{ name: 'marcxml', identifier: 'info:srw/schema/1/marcxml-v1.1' }],
			maximumRecords: 50,
		});
	});

	it('refuses DTDs, other documents and broken ones', () => {
		for (const wrong of ['', '<html/>', '<!DOCTYPE x [<!ENTITY a "b">]><searchRetrieveResponse/>', '<searchRetrieveResponse><records>'])
			expect(() => readSruResponse(wrong), wrong).toThrow(SruSyntaxError);
		expect(() => readSruResponse(`<searchRetrieveResponse>${'<a>'.repeat(200)}`)).toThrow(/nested/);
	});
});
