import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { QueryConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { publicId } from '../../src/lib/ids.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { packUnion } from '../../src/records/compact.ts';
import { Iso2709Reader } from '../../src/records/iso2709.ts';
import { MarcXmlReader } from '../../src/records/marcxml-reader.ts';
import type { UnionRecord } from '../../src/records/union.ts';
import { packBody } from '../../src/store/body-codec.ts';
import { readXml } from '../support/xcql-meaning.ts';
import { PUBLIC_URL, type PutUnion, TestCatalogue } from './catalogue.ts';

const API = '/api/v1';
const HIDDEN: PutUnion = { id: 7, title: 'Kho báu kín', members: [{ source: 'kin-oai', library: 'KIN', share: 'none' }] };
const LONG = 6;
const records: readonly PutUnion[] = [
	...[1, 2, 3, 4, 5, LONG].map((id): PutUnion => ({ id, title: `Kho báu ${id}`, sets: ['library:TVT'] })),
	HIDDEN,
	{ id: 20, title: 'Lịch sử', members: [{ source: 'thcs-file', library: 'THCS', share: 'metadata' }] },
];

let catalogue: TestCatalogue;
let app: FastifyInstance;

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server({ clock: { now: () => Date.UTC(2026, 10, 26), sleep: () => Promise.resolve() } });
	await catalogue.put(...records, { id: 8 }, { id: 9 });
	await catalogue.put({ id: 8, state: 'deleted' }, { id: 9, state: 'redirect', redirectTo: 1 });
	await catalogue.index(...records);
	await makeLong();
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

/** A record that ISO 2709 has no room for. */
async function makeLong(): Promise<void> {
	const note = { tag: '500', ind1: ' ', ind2: ' ', value: '', subfields: [{ code: 'a', value: 'ơ'.repeat(4_500) }] };
	const title = { tag: '245', ind1: '1', ind2: '0', value: '', subfields: [{ code: 'a', value: 'Kho báu dài' }] };
	const member = { record: LONG, version: 1, run: 1, source: 'tvt-oai', library: 'TVT', identifier: 'x', share: 'full', licence: null };
	const union: UnionRecord = {
		kind: 'monograph',
		leader: '00000nam a2200000 a 4500',
		members: [{ ...member, share: 'full' }],
		fields: [title, ...Array.from({ length: 12 }, () => note)].map((field) => ({ field, sources: [0], rule: 'lead' })),
		holdings: [],
	};
	await catalogue.database.pool.query('update union_record set body = $2 where id = $1', [LONG, packBody(packUnion(union))]);
}

const get = (path: string, headers: Record<string, string> = {}) =>
	app.inject({ url: path.startsWith('/') ? path : `${API}/${path}`, headers });
const idsIn = (mrc: Buffer): string[] => {
	const reader = new Iso2709Reader();
	return [...reader.feed(mrc), ...reader.end()].map(({ decoded }) =>
		decoded.ok ? (decoded.record.fields.find(({ tag }) => tag === '001')?.value ?? '') : decoded.reason,
	);
};

/** What tells an answer in each format from all others. */
const FORMATS = [
	['json', 'application/json', /^\{"id":"/],
	['jsonld', 'application/ld+json', /^\{"@context":"https:\/\/schema\.org"/],
	['marcxml', 'application/marcxml+xml', /^<\?xml [^>]*>\n<record xmlns="http:\/\/www\.loc\.gov\/MARC21\/slim"/],
	['marc', 'application/marc', /^\d{5}nam a22\d{5} a 4500/],
	['marcjson', 'application/marc-in-json', /^\{"leader":"/],
	['dc', 'application/x-dc+xml', /^<\?xml [^>]*>\n<oai_dc:dc /],
	['mods', 'application/mods+xml', /^<\?xml [^>]*>\n<mods /],
	['ris', 'application/x-research-info-systems', /^TY {2}- BOOK\r\n/],
	['bibtex', 'application/x-bibtex', /^@book\{/],
	['csl', 'application/vnd.citationstyles.csl+json', /^\[\n\{"id":"/],
	['csv', 'text/csv', /^\ufeffMã biểu ghi,/],
] as const;

describe('one record', () => {
	test.each(FORMATS)('as %s by parameter, by the ending of the address and by Accept', async (format, type, beginning) => {
		const path = `records/${publicId(1)}`;
		const answers = [await get(`${path}?format=${format}`), await get(`${path}.${format}`), await get(path, { accept: type })];
		for (const answer of answers) {
			expect([answer.statusCode, String(answer.headers['content-type']).split(';')[0]]).toEqual([200, type]);
			expect(answer.body).toMatch(beginning);
			expect(answer.body).toContain('Kho báu 1');
			expect(answer.headers.vary).toMatch(/accept/);
			expect((await get(`${path}.${format}`, { 'if-none-match': String(answer.headers.etag) })).statusCode).toBe(304);
		}
		if (format !== 'json') expect(answers[0]?.headers['content-disposition']).toContain(`filename="lienthong-${publicId(1)}.`);
	});

	test('Accept: the best that there is, and what browsers send is JSON', async () => {
		const type = async (accept: string) => String((await get(`records/${publicId(1)}`, { accept })).headers['content-type']).split(';')[0];
		expect(await type('text/turtle, application/x-bibtex;q=0.5, text/csv;q=0.9')).toBe('text/csv');
		expect(await type('text/turtle;q=1, */*;q=0.1')).toBe('application/json');
		expect(await type('text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8')).toBe('application/json');
		expect(await type('application/xml')).toBe('application/marcxml+xml');
		expect(await type('text/*')).toBe('application/json');
		// the range that names a type most closely says how much it is wanted (RFC 9110 §12.5.1)
		expect(await type('application/json;q=0, text/html;q=0, */*')).toBe('application/ld+json');
		expect(await type('application/json;q=0.1, application/*')).toBe('application/ld+json');
		expect(await type('*/*, application/x-bibtex')).toBe('application/x-bibtex');
		expect(await type('application/marc;q=0.3, text/*;q=0.2')).toBe('application/marc');
	});

	test('an unknown format is refused with those there are', async () => {
		for (const [path, accept] of [
			[`records/${publicId(1)}?format=docx`, ''],
			[`records/${publicId(1)}.docx`, ''],
			[`records/${publicId(1)}.ris.docx`, ''],
			[`records/${publicId(1)}`, 'application/vnd.ms-excel'],
			[`records/${publicId(1)}`, 'application/json;q=0'],
			['records?q=kho&format=constructor', ''],
			[`records/basket?id=${publicId(1)}&format=docx`, ''],
		] as const) {
			const answer = await get(path, accept === '' ? {} : { accept });
			expect([path, answer.statusCode]).toEqual([path, 406]);
			expect(answer.json()).toMatchObject({
				type: `${PUBLIC_URL}/problems/no-such-format`,
				detail: expect.stringContaining('json, jsonld, marcxml, marc, marcjson, dc, mods, ris, bibtex, csl, csv'),
			});
		}
	});

	test('headings of a table are in the language asked for', async () => {
		const path = `records/${publicId(1)}.csv`;
		expect((await get(path, { 'accept-language': 'en' })).body).toMatch(/^\ufeffRecord ID,/);
		expect((await get(`${path}?lang=vi`, { 'accept-language': 'en' })).body).toMatch(/^\ufeffMã biểu ghi,/);
	});

	test('what moved, is not shared, was deleted or never was is so in every format', async () => {
		for (const [format] of FORMATS.slice(1)) {
			const moved = await get(`records/${publicId(9)}.${format}?lang=en`);
			expect([moved.statusCode, moved.headers.location]).toEqual([301, `${PUBLIC_URL}${API}/records/${publicId(1)}.${format}?lang=en`]);
			for (const [id, status] of [
				[publicId(7), 403],
				[publicId(8), 410],
				[publicId(77), 404],
				['nonsense', 404],
			] as const)
				expect((await get(`records/${id}.${format}`)).statusCode).toBe(status);
		}
	});

	test('a record that ISO 2709 cannot hold is refused by name, and whole elsewhere', async () => {
		const answer = await get(`records/${publicId(LONG)}.mrc`);
		expect(answer.json()).toMatchObject({ status: 406, type: `${PUBLIC_URL}/problems/does-not-fit` });
		expect(answer.json().detail).toMatch(new RegExp(`^Record ${publicId(LONG)}: the record is over 99,999 bytes at field 500`));
		expect((await get(`records/${publicId(LONG)}.xml`)).body.length).toBeGreaterThan(50_000);
	});

	test('items of a library that shares its metadata only are not told', async () => {
		expect((await get(`records/${publicId(1)}.csv`)).body).toContain(',895.9,');
		for (const [format] of FORMATS.slice(1))
			expect((await get(`records/${publicId(20)}.${format}`)).body, format).not.toMatch(/895\.9|VV20/);
	});
});

describe('a result as a file', () => {
	test('is whole, with a name, and says what is left out', async () => {
		const answer = await get('records?q=kho+báu&sort=title&format=marc');
		expect(answer.headers).toMatchObject({
			'content-type': 'application/marc',
			'content-disposition': 'attachment; filename="lienthong-kho-bau-20261126.mrc"',
			'records-found': '7',
			'records-given': '5',
			'records-not-shared': '1',
			'records-too-large': publicId(LONG),
		});
		expect(answer.headers.link).toBeUndefined();
		expect(idsIn(answer.rawPayload)).toEqual([1, 2, 3, 4, 5].map(publicId));
	});

	test.each(FORMATS.slice(1))('is one file of %s', async (format, type) => {
		const { headers, body } = await get('records?q=kho+báu&sort=title', { accept: type });
		expect([headers['records-given'], headers['records-not-shared']]).toEqual([format === 'marc' ? '5' : '6', '1']);
		for (const id of [1, 5].map(publicId)) if (format !== 'dc') expect(body).toContain(id);
		expect(body).not.toContain('Kho báu kín');
		if (type.endsWith('json')) expect(JSON.parse(body)).toHaveLength(6);
		if (type.endsWith('xml')) expect(readXml(body).children).toHaveLength(6);
		if (format === 'csv') expect(body.trimEnd().split('\r\n')).toHaveLength(7);
		if (format === 'ris') expect(body.match(/^ER {2}- /gm)).toHaveLength(6);
		if (format === 'bibtex') expect(body.match(/^@/gm)).toHaveLength(6);
	});

	test('goes on in the next file, at the address it names, without gap or repetition', async () => {
		const seen: string[] = [];
		let address = `${PUBLIC_URL}${API}/records?q=kho+b%C3%A1u&sort=title&format=marcxml&limit=3`;
		for (let files = 1; ; files++) {
			const answer = await get(address.slice(PUBLIC_URL.length));
			const reader = new MarcXmlReader();
			const read = [...reader.feed(answer.rawPayload), ...reader.end()];
			seen.push(...read.flatMap(({ decoded }) => (decoded.ok ? [decoded.record.fields[0]?.value ?? ''] : ['?'])));
			const next = /^<([^>]*)>; rel="next"$/.exec(String(answer.headers.link ?? ''))?.[1];
			if (next === undefined) {
				expect(files).toBe(3);
				break;
			}
			address = next;
		}
		expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, LONG].map(publicId).sort());
	});

	test('has no more than the limit, and names the file that follows, in parts and in order', async () => {
		const found = Array.from({ length: LIMITS.fileRecordsMax + 2_500 }, (_, i) => i + 1);
		const search = ({ limit, after }: { limit: number; after?: readonly number[] }) => {
			const from = after?.[0] ?? 0;
			const end = Math.min(found.length, from + limit);
			return Promise.resolve({ ids: found.slice(from, end), total: found.length, next: end < found.length ? [end] : null, facets: {} });
		};
		const many = catalogue.server({ engine: { ...catalogue.engine, search } as never });
		const first = await many.inject(`${API}/records?format=csv`);
		expect(first.headers).toMatchObject({ 'records-found': '12500', 'records-given': '7', 'records-not-shared': '9993' });
		const next = String(/<([^>]*)>/.exec(String(first.headers.link))?.[1]).slice(PUBLIC_URL.length);
		const second = await many.inject(next);
		expect(second.headers).toMatchObject({ 'records-found': '12500', 'records-given': '0', 'records-not-shared': '2500' });
		expect(second.headers.link).toBeUndefined();
		await many.close();
	});

	test('nothing found is a file without records, well-formed', async () => {
		expect((await get('records?q=khôngcógì&format=marcjson')).json()).toEqual([]);
		expect(readXml((await get('records?q=khôngcógì&format=mods')).body).children).toEqual([]);
	});

	test('so many at once, and one more is refused', async () => {
		let release: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const { pool } = catalogue.database;
		const query = async (...args: Parameters<typeof pool.query>) => {
			await gate;
			return await pool.query(...args);
		};
		const busy = catalogue.server({ database: { query } as never });
		const asked = Array.from({ length: LIMITS.filesAtOnceMax + 1 }, () => busy.inject(`${API}/records?q=kho&format=ris`));
		const refused = await Promise.race(asked);
		expect(refused.json()).toMatchObject({ status: 503, type: `${PUBLIC_URL}/problems/busy` });
		release();
		const codes = (await Promise.all(asked)).map(({ statusCode }) => statusCode).sort();
		expect(codes).toEqual([...Array.from({ length: LIMITS.filesAtOnceMax }, () => 200), 503]);
		expect((await busy.inject(`${API}/records?q=kho&format=ris`)).statusCode).toBe(200);
		await busy.close();
	});

	test('what fails on the way breaks off, and never looks like a file that ended', async () => {
		const ids = Array.from({ length: LIMITS.fileRecordsMax }, () => 1);
		const search = () => Promise.resolve({ ids, total: ids.length, next: null, facets: {} });
		const { pool } = catalogue.database;
		let batches = 0;
		const query = async (asked: QueryConfig) => {
			if (asked.name === 'union-by-ids' && ++batches > 3) throw new Error('gone');
			return await pool.query(asked);
		};
		const breaking = catalogue.server({ engine: { ...catalogue.engine, search } as never, database: { query } as never });
		await listen(breaking, '127.0.0.1', 0);
		const { port } = breaking.server.address() as AddressInfo;
		const answer = await fetch(`http://127.0.0.1:${port}${API}/records?q=kho&format=ris`);
		expect(answer.status).toBe(200);
		await expect(answer.text()).rejects.toThrow();
		await breaking.close();
	});

	test('a client that goes away gives its place back', async () => {
		const ids = Array.from({ length: LIMITS.fileRecordsMax }, () => 1);
		const search = () => Promise.resolve({ ids: ids.slice(0, 5_000), total: ids.length, next: [1], facets: {} });
		const large = catalogue.server({ engine: { ...catalogue.engine, search } as never });
		await listen(large, '127.0.0.1', 0);
		const { port } = large.server.address() as AddressInfo;
		for (let clients = 0; clients <= LIMITS.filesAtOnceMax; clients++) {
			const socket = connect(port, '127.0.0.1');
			socket.write(`GET ${API}/records?q=kho&format=marcxml HTTP/1.1\r\nHost: x\r\n\r\n`);
			const [head] = (await once(socket, 'data')) as [Buffer];
			expect(head.toString('latin1', 0, 12)).toMatch(/^HTTP\/1\.1 (?:200|503)/);
			socket.destroy();
		}
		let status = 503;
		while (status === 503) ({ statusCode: status } = await large.inject(`${API}/records/basket?id=${publicId(1)}&format=ris`));
		expect(status).toBe(200);
		await large.close();
	});
});

describe('a basket', () => {
	const basket = (ids: readonly string[], more = ''): string => `records/basket?${ids.map((id) => `id=${id}`).join('&')}${more}`;

	test('is a list in the order chosen, each record once, ids that lead to none by name', async () => {
		const answer = (await get(basket([publicId(3), publicId(9), publicId(1), publicId(8), 'x<y', publicId(7)]))).json();
		expect(answer.records.map((one: { id: string }) => one.id)).toEqual([3, 1, 7].map(publicId));
		expect(answer.missing).toEqual([publicId(8), 'x<y']);
	});

	test('is a file', async () => {
		const answer = await get(
			basket([publicId(3), publicId(9), publicId(8), publicId(7), publicId(LONG), 'ă\r\n'], '&format=marc').replace(
				'ă\r\n',
				'%C4%83%0D%0A',
			),
		);
		expect(answer.headers).toMatchObject({
			'content-disposition': 'attachment; filename="lienthong-20261126.mrc"',
			'records-given': '2',
			'records-not-shared': '1',
			'records-too-large': publicId(LONG),
			'records-missing': `${publicId(8)}, %C4%83%0D%0A`,
		});
		expect(idsIn(answer.rawPayload)).toEqual([3, 1].map(publicId));
	});

	test('has so many records at most', async () => {
		const ids = Array.from({ length: LIMITS.pageRecordsMax + 1 }, (_, i) => publicId(i + 1));
		expect((await get(basket(ids.slice(1)))).json().missing.length).toBeGreaterThan(400);
		expect((await get(basket(ids))).statusCode).toBe(400);
		expect((await get('records/basket')).statusCode).toBe(400);
	});
});
