import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { explainUrl, searchRetrieveUrl } from '../../src/protocols/sru/request.ts';
import { readSruResponse, SruSyntaxError } from '../../src/protocols/sru/response-reader.ts';
import { harvestTarget, sruTarget } from '../support/slice-rig.ts';

const marc = (number: number): string =>
	`<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">n${number}</controlfield>` +
	`<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Sách &amp; báo ${number}</subfield></datafield></record>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const diagnostic = (number: number): string =>
	`<d:diagnostic xmlns:d="http://www.loc.gov/zing/srw/diagnostic/"><d:uri>info:srw/diagnostic/1/${number}</d:uri><d:details>x</d:details></d:diagnostic>`;

interface Asked {
	readonly version: string;
	readonly start: number;
	readonly maximum: number;
	readonly packing: string;
	readonly schema: string;
}

const OLD = 'http://www.loc.gov/zing/srw/';
const NEW = 'http://docs.oasis-open.org/ns/search-ws/sruResponse';

function page(
	asked: Asked,
	total: number,
	options: { readonly version?: string; readonly string?: boolean; readonly cap?: number } = {},
): string {
	const { version = '1.2', string = false, cap = 1_000 } = options;
	const numbers = Array.from({ length: Math.max(0, Math.min(asked.maximum, cap, total - asked.start + 1)) }, (_, i) => asked.start + i);
	const records = numbers
		.map(
			(n) =>
				`<z:record><z:recordSchema>marcxml</z:recordSchema><z:recordPacking>${string ? 'string' : 'xml'}</z:recordPacking>` +
				`<z:recordData>${string ? escaped(marc(n)) : marc(n)}</z:recordData><z:recordPosition>${n}</z:recordPosition></z:record>`,
		)
		.join('');
	return (
		`<z:searchRetrieveResponse xmlns:z="${version === '2.0' ? NEW : OLD}">${version === '2.0' ? '' : `<z:version>${version}</z:version>`}` +
		`<z:numberOfRecords>${total}</z:numberOfRecords><z:records>${records}</z:records></z:searchRetrieveResponse>`
	);
}

const refusal = (number: number): string =>
	`<searchRetrieveResponse xmlns="${OLD}"><version>1.1</version><numberOfRecords>0</numberOfRecords><diagnostics>${diagnostic(number)}</diagnostics></searchRetrieveResponse>`;

let server: Server | null = null;

afterEach(() => {
	server?.close();
	server?.closeAllConnections();
});

async function serve(answer: (asked: Asked) => string): Promise<string> {
	const made = createServer((request, response) => {
		const { searchParams } = new URL(request.url ?? '/', 'http://x');
		const text = (name: string): string => searchParams.get(name) ?? '';
		response.setHeader('content-type', 'application/sru+xml');
		response.end(
			answer({
				version: text('version'),
				start: Number(text('startRecord')),
				maximum: Number(text('maximumRecords')),
				packing: text('recordPacking') || text('recordXMLEscaping'),
				schema: text('recordSchema'),
			}),
		);
	});
	server = made;
	await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(made.address() as AddressInfo).port}/sru`;
}

describe('an SRU server', () => {
	it.each([
		['that answers 1.1 to everything', (asked: Asked) => page(asked, 120, { version: '1.1' })],
		['that answers 2.0 to everything', (asked: Asked) => page(asked, 120, { version: '2.0' })],
		['that packs records as strings', (asked: Asked) => page(asked, 120, { string: true })],
		['that refuses version 1.2', (asked: Asked) => (asked.version === '1.2' ? refusal(5) : page(asked, 120))],
		['that refuses unescaped records', (asked: Asked) => (asked.packing === 'xml' ? refusal(71) : page(asked, 120, { string: true }))],
		['that knows no schema by our names', (asked: Asked) => (asked.schema === '' ? page(asked, 120) : refusal(66))],
		['that hands out 7 at once', (asked: Asked) => page(asked, 120, { cap: 7 })],
	])('%s, comes whole', async (_, answer) => {
		const all = await harvestTarget(sruTarget(await serve(answer)));
		expect(all.outcome).toMatchObject({ state: 'complete', tally: { total: 120, received: 120 } });
		expect(all.listed.size).toBe(120);
		expect(all.records[0]).toMatchObject({ identifier: 'n1', raw: marc(1) });
	});

	it('that refuses high startRecords and takes no ranges, is incomplete by name', async () => {
		const capped = await harvestTarget(
			sruTarget(await serve((asked) => (asked.start + asked.maximum > 101 ? refusal(61) : page(asked, 120)))),
		);
		expect(capped.listed.size).toBe(100);
		expect(capped.outcome).toMatchObject({ state: 'incomplete', reason: expect.stringMatching(/all records \(100 of 120/) });
	});

	it('an error never reads as an empty catalogue', async () => {
		await expect(harvestTarget(sruTarget(await serve(() => refusal(1))))).rejects.toMatchObject({ code: 'sru-error' });
		await expect(harvestTarget(sruTarget(await serve(() => refusal(3))))).rejects.toMatchObject({ code: 'login-refused' });
		await expect(harvestTarget(sruTarget(await serve(() => `<searchRetrieveResponse xmlns="${OLD}"/>`)))).rejects.toMatchObject({
			code: 'not-sru',
		});
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
		const text = `<explainResponse xmlns="${OLD}"><version>1.1</version><record><recordSchema>http://explain.z3950.org/dtd/2.0/</recordSchema><recordPacking>xml</recordPacking><recordData>
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
