import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { XmlDocument } from 'libxml2-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { publicId } from '../../src/lib/ids.ts';
import { Harvester } from '../support/harvester.ts';
import { hasPeer } from '../support/peers.ts';
import { addSource, harvestList } from '../support/world.ts';
import { PUBLIC_URL, TestCatalogue } from './catalogue.ts';

const run = promisify(execFile);
const MEN = { title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', year: 2000, isbn: '9786042012348', pages: 96 };
const FOREST = { title: 'Đất rừng phương Nam', author: 'Đoàn Giỏi', year: 2019, isbn: '9786042123456', pages: 300 };

let catalogue: TestCatalogue;
let app: FastifyInstance;
let address: string;
/** Public ids of union records by title. */
const ids = new Map<string, string>();

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	const { database } = catalogue;
	app = catalogue.server();
	await listen(app, '127.0.0.1', 0);
	address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
	const province = await addSource(database, 'tvt-three', 'TVT');
	const school = await addSource(database, 'thcs-two', 'THCS');
	await harvestList(database, province, [
		{ identifier: 'a', ...MEN },
		{ identifier: 'b', title: 'Số đỏ <b>&' },
	]);
	await harvestList(database, school, [{ identifier: 'x', title: 'Toán 6' }]);
	// the school buys what the province has long had
	await harvestList(database, school, [{ identifier: 'y', ...MEN }]);
	await harvestList(database, province, [{ identifier: 'c', ...FOREST }]);
	const harvester = new Harvester(catalogue.url);
	await harvester.unite();
	await harvester.close();
	const { rows } = await database.pool.query<{ id: number; identifier: string }>(
		'select m.union_id as id, r.identifier from cluster_member m join source_record r on r.id = m.record_id',
	);
	for (const { id, identifier } of rows) ids.set(identifier, publicId(id));
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

const feed = async (path: string, headers: Record<string, string> = {}) => await app.inject({ url: path, headers });
const entries = (xml: string): string[] => [...xml.matchAll(/<entry><id>[^<]*\/records\/([^<]*)<\/id>/g)].map(([, id]) => id ?? '');
const idsOf = (...identifiers: string[]): string[] => identifiers.map((one) => ids.get(one) ?? '');

describe('feeds of new titles', () => {
	it('are newest first: of the union, of a library as it came to have them, of an area, a subject, a search', async () => {
		expect(entries((await feed('/feeds/new.atom')).body)).toEqual(idsOf('c', 'x', 'b', 'a'));
		expect(entries((await feed('/feeds/library/THCS.atom')).body)).toEqual(idsOf('y', 'x'));
		expect(ids.get('y')).toBe(ids.get('a'));
		expect(entries((await feed('/feeds/library/TVT.atom')).body)).toEqual(idsOf('c', 'b', 'a'));
		for (const area of ['79', '79001']) expect(entries((await feed(`/feeds/area/${area}.atom`)).body)).toEqual(idsOf('c', 'b', 'a'));
		expect(entries((await feed('/feeds/search.atom?q=phuong+nam')).body)).toEqual(idsOf('c'));
		expect(entries((await feed('/feeds/search.atom?library=THCS')).body)).toEqual(idsOf('x', 'a'));
		expect(entries((await feed(`/feeds/subject/${encodeURIComponent('Không có ai/cả')}.atom`)).body)).toEqual([]);
	});

	it('are Atom: every element that RFC 4287 asks for is there once, in the language asked for', async () => {
		for (const [path, language, title] of [
			['/feeds/library/TVT.atom', 'vi', 'Nhan đề mới – Thư viện tỉnh'],
			['/feeds/area/79.atom?lang=en', 'en', 'New titles – Ho Chi Minh City'],
			['/feeds/area/79001.atom?lang=en', 'en', 'New titles – Phường Sài Gòn'],
			['/feeds/search.atom?q=%22s%E1%BB%91+%C4%91%E1%BB%8F%22&lang=vi', 'vi', 'Nhan đề mới – &quot;số đỏ&quot;'],
		] as const) {
			const { body, headers } = await feed(path);
			expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8');
			expect(headers['content-language']).toBe(language);
			expect(body).toContain(`<title>${title}</title>`);
			using document = XmlDocument.fromString(body);
			const names = { a: 'http://www.w3.org/2005/Atom' };
			const count = (xpath: string): number => document.find(xpath, names).length;
			for (const one of ['id', 'title', 'updated']) expect(count(`/a:feed/a:${one}`)).toBe(1);
			expect(count('/a:feed/a:author/a:name')).toBe(1);
			expect(count("/a:feed/a:link[@rel='self']")).toBe(1);
			const all = count('/a:feed/a:entry');
			expect(all).toBeGreaterThan(0);
			for (const one of ['id', 'title', 'updated', 'published', 'summary']) expect(count(`/a:feed/a:entry[count(a:${one}) = 1]`)).toBe(all);
			// no two alternates of one type and language (§4.1.1)
			expect(new Set([...body.matchAll(/^<id>.*|<link rel="alternate" [^>]*>/gm)].map(([one]) => one)).size).toBe(
				body.match(/rel="alternate"/g)?.length,
			);
		}
		expect((await feed('/feeds/new.atom', { 'accept-language': 'en' })).body).toContain('xml:lang="en"');
	});

	it('name the libraries that have a title, since people read them', async () => {
		const { body } = await feed('/feeds/library/THCS.atom');
		expect(body).toContain('<summary>Tô Hoài. 2000. Có ở: Trường &lt;Lê &amp; Lợi&gt;; Thư viện tỉnh</summary>');
	});

	it('tell a reader that has them that nothing is new, until something is', async () => {
		const first = await feed('/feeds/new.atom');
		const tag = String(first.headers.etag);
		expect(first.headers['last-modified']).toBeDefined();
		expect((await feed('/feeds/new.atom', { 'if-none-match': tag })).statusCode).toBe(304);
		await catalogue.put({ id: 900, title: 'Mới' });
		const next = await feed('/feeds/new.atom', { 'if-none-match': tag });
		expect([next.statusCode, entries(next.body)[0]]).toEqual([200, publicId(900)]);
		await catalogue.put({ id: 900, state: 'deleted' });
	});

	it('say what is not there', async () => {
		for (const path of ['/feeds/library/NO.atom', '/feeds/area/NO.atom', '/feeds/library/%00.atom', '/feeds/x.atom'])
			expect([path, (await feed(path)).statusCode]).toEqual([path, 404]);
	});

	it('are found from the pages', async () => {
		const head = async (path: string): Promise<string[]> =>
			[...(await feed(path)).body.matchAll(/<link rel="alternate" type="application\/atom\+xml"[^>]*href="([^"]*)"/g)].map(
				([, href]) => href ?? '',
			);
		expect(await head('/')).toEqual(['/feeds/new.atom']);
		const [, found] = await head('/?q=phuong+nam&library=TVT');
		expect(entries((await feed((found ?? '').replaceAll('&amp;', '&'))).body)).toEqual(idsOf('c'));
		expect((await feed('/')).body).toContain(`curl &#39;${PUBLIC_URL}/feeds/new.atom&#39;`.replaceAll('&#39;', "'"));
	});

	it.runIf(hasPeer('feedparser'))('feedparser reads them without a complaint', async () => {
		const script = `
import sys, feedparser
f = feedparser.parse(sys.argv[1])
assert not f.bozo, f.bozo_exception
print(f.version, f.feed.title, f.feed.language)
for e in f.entries: print(e.title, '|', e.get('author', ''), '|', e.published_parsed.tm_year > 2000, e.link)`;
		const { stdout } = await run('python3', ['-c', script, `${address}/feeds/library/TVT.atom?lang=en`], {
			encoding: 'utf8',
			env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
		});
		const record = (identifier: string): string => `${PUBLIC_URL}/records/${ids.get(identifier)}`;
		expect(stdout.trim().split('\n')).toEqual([
			'atom10 New titles – Thư viện tỉnh en',
			`Đất rừng phương Nam | Đoàn Giỏi | True ${record('c')}`,
			`Số đỏ <b>& |  | True ${record('b')}`,
			`Dế Mèn phiêu lưu ký | Tô Hoài | True ${record('a')}`,
		]);
	});
});
