import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicId } from '../../src/lib/ids.ts';
import { goldRecord } from '../matching/gold-pairs.ts';
import { PUBLIC_URL, type PutUnion, TestCatalogue } from './catalogue.ts';

const JOURNAL: PutUnion = {
	id: 1,
	kind: 'serial',
	marc: goldRecord('LDR as | 022 0866-7497 | 245 Nghiên cứu lịch sử | 310 Hàng tháng | 780 $t Văn Sử Địa'),
};
const ARTICLE: PutUnion = {
	id: 2,
	kind: 'component',
	marc: goldRecord('LDR aa | 245 Chế độ quân điền | 773 $t Nghiên cứu lịch sử $x 0866-7497 $g Số 4 (1962), tr. 3-10'),
};
const HIDDEN: PutUnion = {
	id: 3,
	kind: 'component',
	marc: goldRecord('LDR aa | 245 Bài kín | 773 $x 0866-7497'),
	members: [{ source: 'kin-oai', library: 'KIN', share: 'none' }],
};

let catalogue: TestCatalogue;
let app: FastifyInstance;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	await catalogue.put(JOURNAL, ARTICLE, HIDDEN);
	await catalogue.index(JOURNAL, ARTICLE, HIDDEN);
	app = catalogue.server();
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

const get = (number: number, ending = '', headers: Record<string, string> = {}) =>
	app.inject({ url: `/api/v1/records/${publicId(number)}${ending}`, headers });
const page = async (number: number, language: string): Promise<string> =>
	(await app.inject({ url: `/records/${publicId(number)}?lang=${language}`, headers: { accept: 'text/html' } })).body;
const addressOf = (number: number): string => `${PUBLIC_URL}/records/${publicId(number)}`;

test('JSON has the links of a record, with what is said where no record is certain', async () => {
	const text = 'Nghiên cứu lịch sử. Số 4 (1962), tr. 3-10. ISSN 0866-7497';
	const host = { relation: 'host', id: publicId(1), url: addressOf(1), kind: 'serial', title: 'Nghiên cứu lịch sử', text };
	expect((await get(2)).json()).toMatchObject({ links: [host], linksCut: false });
	const none = { relation: 'preceding', id: null, url: null, kind: null, title: 'Văn Sử Địa', text: 'Văn Sử Địa' };
	const part = { relation: 'part', id: publicId(2), url: addressOf(2), kind: 'component', title: 'Chế độ quân điền', text: '' };
	expect((await get(1)).json().links).toEqual([none, part]);
	expect((await get(3)).json()).toMatchObject({ description: null, links: [] });
});

test('JSON-LD has them as parts; MARC stays as its libraries have it', async () => {
	const host = { '@type': 'Periodical', '@id': addressOf(1), name: 'Nghiên cứu lịch sử', issn: '0866-7497' };
	expect((await get(2, '.jsonld')).json().isPartOf).toMatchObject(host);
	expect((await get(1, '.jsonld')).json().hasPart).toEqual({ '@type': 'CreativeWork', '@id': addressOf(2), name: 'Chế độ quân điền' });
	const { body } = await get(2, '/marcxml');
	expect(body).toContain(
		'<datafield tag="773" ind1=" " ind2=" "><subfield code="t">Nghiên cứu lịch sử</subfield><subfield code="x">0866-7497</subfield><subfield code="g">Số 4 (1962), tr. 3-10</subfield></datafield>',
	);
	expect((await get(1, '/marcxml')).body).not.toContain('Chế độ quân điền');
});

test('the page of a record leads to the others, in Vietnamese and English', async () => {
	expect(await page(2, 'vi')).toContain(
		`<dt>Nằm trong</dt><dd><span><a href="/records/${publicId(1)}?lang=vi"><bdi>Nghiên cứu lịch sử</bdi></a>`,
	);
	expect(await page(2, 'en')).toContain(`<dt>Part of</dt><dd><span><a href="/records/${publicId(1)}?lang=en">`);
	const journal = await page(1, 'vi');
	expect(journal).toContain('<h2 id="related">Tài liệu liên quan</h2>');
	expect(journal).toContain('<dt>Tiếp nối nhan đề</dt><dd><span><bdi>Văn Sử Địa</bdi>');
	expect(journal).toContain(
		`<dt>Các bài và các phần</dt><dd><span><a href="/records/${publicId(2)}?lang=vi"><bdi>Chế độ quân điền</bdi></a>`,
	);
	expect(journal).not.toContain('Bài kín');
	expect(await page(3, 'vi')).not.toContain('Tài liệu liên quan');
});

test('its ETag changes when the record at the other end does', async () => {
	for (const ending of ['', '.jsonld']) {
		const { etag } = (await get(2, ending)).headers;
		const again = () => get(2, ending, { 'if-none-match': String(etag) });
		expect((await again()).statusCode).toBe(304);
		const renamed = ending === '' ? 'Nghiên cứu lịch sử mới' : 'Nghiên cứu lịch sử';
		await catalogue.put({ ...JOURNAL, marc: goldRecord(`LDR as | 022 0866-7497 | 245 ${renamed} | 310 Hàng tháng`) });
		expect((await again()).statusCode).toBe(200);
	}
});
