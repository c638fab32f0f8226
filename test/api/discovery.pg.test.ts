import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicId } from '../../src/lib/ids.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { FORMAT_NAMES } from '../../src/records/record-format.ts';
import { readXml } from '../support/xcql-meaning.ts';
import { PUBLIC_URL, TestCatalogue } from './catalogue.ts';

const FAR = LIMITS.sitemapAddressesMax * 3 + 5;
let catalogue: TestCatalogue;
let app: FastifyInstance;

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server();
	await catalogue.put({ id: 1, title: 'Lịch sử' }, { id: 2 }, { id: 3 }, { id: LIMITS.sitemapAddressesMax - 1 }, { id: FAR });
	await catalogue.put({ id: 5, title: 'Kín', members: [{ source: 'kin-oai', library: 'KIN', share: 'none' }] });
	await catalogue.put({ id: LIMITS.sitemapAddressesMax * 2, members: [{ source: 'kin-oai', library: 'KIN', share: 'none' }] });
	await catalogue.put({ id: 2, state: 'deleted' }, { id: 3, state: 'redirect', redirectTo: 1 });
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
const texts = (xml: string, name: string): string[] =>
	[...xml.matchAll(new RegExp(`<${name}>([^<]*)<`, 'g'))].map(([, text]) => text ?? '');

describe('sitemaps', () => {
	test('the index names those that have records, and each has its shared records once', async () => {
		const index = await get('/sitemap.xml');
		expect(readXml(index.body).name).toBe('sitemapindex');
		expect(index.headers['content-type']).toBe('application/xml; charset=utf-8');
		const addresses = texts(index.body, 'loc');
		expect(addresses).toEqual([`${PUBLIC_URL}/sitemap-0.xml`, `${PUBLIC_URL}/sitemap-3.xml`]);
		const all: string[] = [];
		for (const address of addresses) {
			const { body } = await get(address.slice(PUBLIC_URL.length));
			expect(readXml(body).name).toBe('urlset');
			expect(texts(body, 'lastmod').every((day) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(day))).toBe(true);
			all.push(...texts(body, 'loc'));
		}
		expect(all).toEqual([1, LIMITS.sitemapAddressesMax - 1, FAR].map((id) => `${PUBLIC_URL}/records/${publicId(id)}`));
	});

	test('they have the state that they are of, so that who has it is not sent it again', async () => {
		for (const url of ['/sitemap.xml', '/sitemap-0.xml', '/openapi.json', '/docs', '/opensearch.xml', '/robots.txt']) {
			const tag = String((await get(url)).headers.etag);
			expect(tag, url).toMatch(/^W\/"/);
			const again = await get(url, { 'if-none-match': tag });
			expect([again.statusCode, again.body], url).toEqual([304, '']);
		}
		const before = String((await get('/sitemap-0.xml')).headers.etag);
		await catalogue.put({ id: 7 });
		const after = await get('/sitemap-0.xml', { 'if-none-match': before });
		expect([after.statusCode, texts(after.body, 'loc').length]).toEqual([200, 3]);
		await catalogue.put({ id: 7, state: 'deleted' });
	});

	test('there is no other', async () => {
		for (const place of ['1', '2', '4', 'x', '999999999', '9999999999']) expect((await get(`/sitemap-${place}.xml`)).statusCode).toBe(404);
	});

	test('robots.txt names the index and keeps robots off what is for programs', async () => {
		const { body, headers } = await get('/robots.txt');
		expect(headers['content-type']).toBe('text/plain; charset=utf-8');
		expect(body).toContain(`\nSitemap: ${PUBLIC_URL}/sitemap.xml\n`);
		expect(body).toMatch(/^User-agent: \*\nDisallow: \/api\/v1\/\n/);
		expect(body).not.toMatch(/^Disallow: \/records/m);
	});
});

test('the OpenSearch description is valid: a short name, templates that can be filled in and answer', async () => {
	const { body, headers } = await get('/opensearch.xml');
	expect(headers['content-type']).toBe('application/opensearchdescription+xml; charset=utf-8');
	const root = readXml(body);
	expect(root.name).toBe('OpenSearchDescription');
	const child = (name: string) => root.children.find((one) => one.name === name)?.text ?? '';
	expect([child('ShortName').length <= 16, child('LongName').length <= 48, child('Description').length <= 1024]).toEqual([
		true,
		true,
		true,
	]);
	const templates = [...body.matchAll(/type="([^"]*)"[^>]*template="([^"]*)"/g)].map(([, type, template = '']) => [
		type,
		template.replaceAll('&amp;', '&'),
	]);
	expect(templates.map(([type]) => type)).toEqual(['text/html', 'application/json', 'application/opensearchdescription+xml']);
	for (const [type, template = ''] of templates) {
		expect(template.startsWith(`${PUBLIC_URL}/`)).toBe(true);
		const url = template.slice(PUBLIC_URL.length).replace('{searchTerms}', encodeURIComponent('lịch sử')).replace('{count?}', '10');
		const answer = await get(url);
		expect([type, answer.statusCode]).toEqual([type, 200]);
		expect(answer.headers['content-type']).toContain(type);
	}
});

describe('unAPI', () => {
	test('lists its formats, for all records and for one', async () => {
		const all = await get('/unapi');
		expect([all.statusCode, all.headers['content-type']]).toEqual([200, 'application/xml; charset=utf-8']);
		const list = readXml(all.body);
		expect(list.name).toBe('formats');
		expect(list.children).toHaveLength(FORMAT_NAMES.length);
		const one = await get(`/unapi?id=${publicId(1)}`);
		expect(one.statusCode).toBe(300);
		expect(one.body).toContain(`<formats id="${publicId(1)}">`);
		expect(one.body).toContain('<format name="oai_dc" type="application/x-dc+xml" docs=');
	});

	test('gives the record in every format it lists', async () => {
		const { body } = await get(`/unapi?id=${publicId(1)}`);
		for (const [, name, type] of body.matchAll(/<format name="([^"]*)" type="([^"]*)"/g)) {
			const answer = await get(`/unapi?id=${publicId(1)}&format=${name}`);
			expect([name, answer.statusCode, String(answer.headers['content-type']).split(';')[0]]).toEqual([name, 200, type]);
			expect(answer.body).toContain('Lịch sử');
		}
	});

	test('takes the address of a record and its OAI identifier for its id', async () => {
		for (const id of [`${PUBLIC_URL}/records/${publicId(1)}`, `oai:lienthong.example.vn:${publicId(1)}`])
			expect((await get(`/unapi?format=ris&id=${encodeURIComponent(id)}`)).body).toContain(`ID  - ${publicId(1)}`);
	});

	test('says what is wrong', async () => {
		for (const [query, status] of [
			[`id=${publicId(1)}&format=docx`, 406],
			[`id=${publicId(1)}&format=json`, 406],
			[`id=${publicId(77)}&format=ris`, 404],
			[`id=${publicId(77)}`, 404],
			['id=%3Cx%3E', 404],
			[`id=${publicId(2)}&format=ris`, 410],
			[`id=${publicId(5)}&format=ris`, 403],
			['id=a&id=b', 400],
		] as const)
			expect([query, (await get(`/unapi?${query}`)).statusCode]).toEqual([query, status]);
		const moved = await get(`/unapi?id=${publicId(3)}&format=ris`);
		expect([moved.statusCode, moved.headers.location]).toEqual([301, `${PUBLIC_URL}/unapi?id=${publicId(1)}&format=ris`]);
	});
});
