import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicId } from '../../src/lib/ids.ts';
import { PUBLIC_URL, type PutUnion, TestCatalogue } from '../api/catalogue.ts';
import { document } from '../index/documents.ts';
import { elementsOf, faultsOf, HOSTILE } from './page-checks.ts';

const members = [
	{ source: 'tvt-oai', library: 'TVT' },
	{ source: 'thcs-file', library: 'THCS', share: 'metadata' as const },
];
const UNIONS: readonly PutUnion[] = [
	{ id: 1, title: 'Toán 6', isbn: '9786042000017', members },
	{ id: 2, title: 'Sách kín', members: [{ source: 'kin-oai', library: 'KIN', share: 'none' }] },
	...HOSTILE.map((title, i) => ({ id: 10 + i, title })),
	...Array.from({ length: 45 }, (_, i) => ({ id: 100 + i, title: `Toán nâng cao ${i}` })),
];

let catalogue: TestCatalogue;
let app: FastifyInstance;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	await catalogue.put(...UNIONS, { id: 8, state: 'deleted' }, { id: 9, state: 'redirect', redirectTo: 1 });
	await catalogue.index(...UNIONS);
	await catalogue.engine.settle();
	app = catalogue.server();
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers: { accept: 'text/html', ...headers } });
const search = (q: string) => get(`/?${new URLSearchParams({ q })}`);

describe('the pages', () => {
	test('all that they lead to on this server is there, and whole', async () => {
		const seen = new Set<string>();
		const next = ['/', '/?lang=en', '/?q=', '/?q=to%C3%A1n&sort=title'];
		while (next.length > 0) {
			const address = (next.pop() ?? '').split('#', 1)[0] ?? '';
			if (address === '' || seen.has(address) || seen.size > 400) continue;
			seen.add(address);
			const response = await get(address);
			expect([address, response.statusCode]).toEqual([address, 200]);
			if (!String(response.headers['content-type']).startsWith('text/html')) continue;
			expect([address, faultsOf(response.body)]).toEqual([address, []]);
			for (const { attributes } of elementsOf(response.body)) if (attributes['href']?.startsWith('/')) next.push(attributes['href']);
		}
		expect(seen.size).toBeGreaterThan(100);
	});

	test.each(HOSTILE.map((text) => [text.slice(0, 30), text]))('a search for %j is answered', async (_, text) => {
		const response = await get(`/?${new URLSearchParams({ q: text.slice(0, 1_000), subject: text.slice(0, 190), lang: 'en' })}`);
		expect(response.statusCode).toBe(200);
		expect(faultsOf(response.body)).toEqual([]);
	});

	test('whatever is typed is answered, however broken the address', async () => {
		const typed = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 200 }).map((q) => `/?${new URLSearchParams({ q })}`),
			fc.string({ maxLength: 60 }).map((text) => `/?q=%${text.replaceAll(/[#\s]/g, '%')}`),
			fc
				.array(
					fc.tuple(
						fc.constantFrom('q', 'library', 'year', 'sort', 'page', 'lang', 'subject', '__proto__', 'x'),
						fc.string({ maxLength: 20 }),
					),
				)
				.map((pairs) => `/?${new URLSearchParams(pairs)}`),
		);
		await fc.assert(
			fc.asyncProperty(typed, async (url) => {
				expect((await get(url)).statusCode).toBe(200);
			}),
			{ numRuns: process.env['DEEP'] === '1' ? 5_000 : 150 },
		);
		expect(catalogue.errors).toEqual([]);
	});
});

test('every example for programs is answered, and a search of one finds what is here', async () => {
	const examples = elementsOf((await get('/')).body)
		.filter(({ name, text }) => name === 'code' && text.startsWith('curl '))
		.map(({ text }) => /^curl '(.+)'$/.exec(text)?.[1]?.replace(PUBLIC_URL, '') ?? text);
	expect(examples.length).toBeGreaterThanOrEqual(4);
	for (const url of examples) {
		const answer = await app.inject({ url });
		expect([url, answer.statusCode]).toEqual([url, 200]);
		if (url.startsWith('/api/')) expect(answer.json().total).toBeGreaterThan(0);
		if (url.startsWith('/sru')) expect(answer.body).toMatch(/<recordData>.*<\/recordData>/s);
	}
});

describe('results', () => {
	test('are found without marks, with filters that narrow, in pages', async () => {
		const first = elementsOf((await search('toan')).body);
		expect(first.find(({ attributes }) => attributes['role'] === 'status')?.text).toBe('Số nhan đề tìm thấy: 46 · đang xem 1–20');
		expect(first.filter(({ attributes }) => attributes['href']?.startsWith('/records/')).length).toBe(20);
		const last = elementsOf((await get('/?q=toan&page=3')).body);
		expect(last.find(({ name }) => name === 'ol')?.attributes['start']).toBe('41');
		expect(last.filter(({ attributes }) => attributes['href']?.startsWith('/records/')).length).toBe(6);
		const only = elementsOf((await get('/?q=toan&library=THCS')).body);
		expect(
			only.filter(({ attributes }) => attributes['href']?.startsWith('/records/')).map(({ attributes }) => attributes['href']),
		).toEqual([`/records/${publicId(1)}`]);
	});

	test('beyond their end lead to the last page', async () => {
		const response = await get('/?q=toan&page=50&lang=en');
		expect([response.statusCode, response.headers.location]).toEqual([302, '/?q=toan&page=3&lang=en']);
	});

	test('that are none say what to do', async () => {
		const response = await search('zzzz');
		expect(response.statusCode).toBe(200);
		expect(response.body).toContain('Không tìm thấy nhan đề nào.');
	});

	test('a search that takes too long is refused with the reason', async () => {
		const slow = catalogue.server({ engine: Object.assign(Object.create(catalogue.engine), { search: tooSlow }) });
		const response = await slow.inject({ url: '/libraries?lang=en', headers: { accept: 'text/html' } });
		await slow.close();
		expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '10']);
		expect(response.body).toContain('This search takes too long');
		expect(faultsOf(response.body)).toEqual([]);
	});
});

const tooSlow = async (): Promise<never> => {
	const { AppError } = await import('../../src/lib/errors.ts');
	throw new AppError('timeout', 'the search took longer than 5 seconds', { hint: 'add a word' });
};

describe('a filter with more values than are shown', () => {
	const series = Array.from({ length: 14 }, (_, i) => `Người viết ${i < 12 ? 'văn' : 'sử'} ${i}`);
	let schools: TestCatalogue;
	let server: FastifyInstance;
	beforeAll(async () => {
		schools = await TestCatalogue.create();
		await schools.database.pool.query(`insert into library (code, name, kind) values ('TH-LVT', 'Trường Tiểu học Lê Văn Tám', 'school')`);
		const documents = series.map((creator, i) =>
			document(i + 1, { title: `Toán ${i}`, creators: [creator, 'Tô Hoài'], libraries: i === 0 ? ['TH-LVT'] : ['TVT'] }),
		);
		await schools.engine.apply(documents, []);
		server = schools.server();
	});
	afterAll(async () => {
		await server.close();
		await schools.drop();
	});
	const page = async (url: string) => elementsOf((await server.inject({ url, headers: { accept: 'text/html' } })).body);
	const names = (elements: ReturnType<typeof elementsOf>) =>
		elements.filter(({ name, attributes }) => name === 'a' && attributes['rel'] === 'nofollow').map(({ text }) => text);

	test('has a form to look for others in, which keeps the search', async () => {
		const results = await page('/?q=toan&library=TVT&library=TH-LVT&sort=title&page=1&lang=en');
		const forms = results.filter(({ name, attributes }) => name === 'form' && attributes['class'] === 'values');
		expect(forms.map(({ attributes }) => attributes['action'])).toEqual(['/values/creator']);
		const hidden = results
			.filter(({ attributes }) => attributes['type'] === 'hidden')
			.map(({ attributes }) => [attributes['name'], attributes['value']]);
		expect(hidden.slice(-5)).toEqual([
			['q', 'toan'],
			['library', 'TVT'],
			['library', 'TH-LVT'],
			['sort', 'title'],
			['lang', 'en'],
		]);
		expect(results.find(({ name, attributes }) => name === 'label' && attributes['for'] === 'in-creator')?.text).toBe('Find in author');
	});

	test('leads to a page of all of them, of which each narrows the search', async () => {
		const all = await page('/values/creator?q=toan');
		expect(all.find(({ attributes }) => attributes['role'] === 'status')?.text).toBe('Số giá trị tìm thấy: 15');
		const some = await page('/values/creator?q=toan&library=TVT&text=vi+su&lang=en');
		expect(names(some)).toEqual(['Filter by author: Người viết sử 12', 'Filter by author: Người viết sử 13']);
		const link = some.find(({ attributes, text }) => attributes['rel'] === 'nofollow' && text.endsWith('12'))?.attributes['href'] ?? '';
		expect(link).toBe(`/?${new URLSearchParams({ q: 'toan', library: 'TVT', creator: series[12] as string, lang: 'en' })}`);
		expect((await page(link)).find(({ attributes }) => attributes['role'] === 'status')?.text).toBe('Titles found: 1');
		const none = await page('/values/creator?q=toan&text=zzz');
		expect(none.find(({ attributes }) => attributes['role'] === 'status')?.text).toBe('Không có giá trị nào khớp với chữ đã gõ.');
	});

	test('finds libraries, languages and kinds by their names', async () => {
		expect(names(await page('/values/library?q=toan&text=le+tam'))).toEqual(['Lọc theo thư viện: Trường Tiểu học Lê Văn Tám']);
		expect(names(await page('/values/library?q=toan&text=lvt'))).toEqual(['Lọc theo thư viện: Trường Tiểu học Lê Văn Tám']);
		expect(names(await page('/values/language?q=toan&text=tieng'))).toEqual(['Lọc theo ngôn ngữ: Tiếng Việt']);
		expect(names(await page('/values/kind?q=toan&text=book&lang=en'))).toEqual(['Filter by kind of record: Book']);
		expect((await server.inject('/api/v1/facets/library?text=tiểu&q=toan')).json()).toEqual({ values: [{ value: 'TH-LVT', count: 1 }] });
	});

	test('is answered whatever is typed, and not found when there is no such filter', async () => {
		for (const text of HOSTILE) {
			const answer = await server.inject({
				url: `/values/subject?${new URLSearchParams({ q: text.slice(0, 900), text, creator: text.slice(0, 190) })}`,
			});
			expect([answer.statusCode, faultsOf(answer.body)]).toEqual([200, []]);
		}
		expect((await server.inject({ url: '/values/nothing?q=' })).statusCode).toBe(404);
	});
});

describe('one record', () => {
	test('has its holdings, and its other forms', async () => {
		const { body } = await get(`/records/${publicId(1)}`);
		const elements = elementsOf(body);
		expect(elements.find(({ name }) => name === 'h1')).toMatchObject({ text: 'Toán 6' });
		expect(elements.find(({ name, attributes }) => name === 'bdi' && attributes['lang'] === 'vi')?.text).toBe('Toán 6');
		const rows = elements.filter(({ name }) => name === 'tr').map(({ text }) => text);
		expect(rows[1]).toContain('Thư viện tỉnh895.9');
		expect(rows[2]).toContain('Trường <Lê & Lợi>Có; thư viện không chia sẻ chi tiết');
		expect(body).toContain('ISBN <bdi>9786042000017</bdi>');
	});

	test('is found by reference managers, and is there in every format that its page names', async () => {
		const elements = elementsOf((await get(`/records/${publicId(1)}`)).body);
		const marks = elements.filter(({ name, attributes }) => name === 'abbr' && attributes['class'] === 'unapi-id');
		expect(marks.map(({ attributes }) => attributes['title'])).toEqual([publicId(1)]);
		const links = elements.filter(({ name }) => name === 'link');
		const server = links.find(({ attributes }) => attributes['rel'] === 'unapi-server')?.attributes['href'] ?? '';
		expect((await get(`${new URL(server).pathname}?id=${publicId(1)}&format=ris`)).body).toMatch(/^TY {2}- /);
		const forms = links.filter(({ attributes }) => attributes['rel'] === 'alternate' && attributes['type'] !== undefined);
		expect(forms.length).toBeGreaterThan(10);
		for (const { attributes } of forms) {
			const answer = await get(attributes['href'] ?? '');
			expect([attributes['href'], answer.statusCode, String(answer.headers['content-type']).split(';')[0]]).toEqual([
				attributes['href'],
				200,
				attributes['type'],
			]);
		}
	});

	test('with a format behind its id is at REST', async () => {
		const { statusCode, headers } = await get(`/records/${publicId(1)}.ris`);
		expect([statusCode, headers.location]).toEqual([303, `${PUBLIC_URL}/api/v1/records/${publicId(1)}.ris`]);
	});

	test('that may only be found is shown in brief', async () => {
		const { body } = await get(`/records/${publicId(2)}?lang=en`);
		expect(body).toContain('Its libraries let this record be found');
		expect(body).not.toContain('895.9');
	});

	test('I3: moved, deleted, never given', async () => {
		const moved = await get(`/records/${publicId(9)}?lang=en`);
		expect([moved.statusCode, moved.headers.location]).toEqual([301, `/records/${publicId(1)}?lang=en`]);
		const gone = await get(`/records/${publicId(8)}`);
		expect([gone.statusCode, faultsOf(gone.body)]).toEqual([410, []]);
		for (const id of [publicId(77), 'nonsense', '%00']) {
			const unknown = await get(`/records/${id}`);
			expect([id, unknown.statusCode, faultsOf(unknown.body)]).toEqual([id, 404, []]);
		}
	});

	test('asked for as data is at REST', async () => {
		const response = await get(`/records/${publicId(1)}`, { accept: 'application/marcxml+xml' });
		expect([response.statusCode, response.headers.location]).toEqual([303, `https://lienthong.example.vn/api/v1/records/${publicId(1)}`]);
	});
});

describe('languages', () => {
	test.each([
		['/', 'vi', 'vi'],
		['/', 'en-GB,en;q=0.9', 'en'],
		['/', 'fr', 'vi'],
		['/?lang=en', 'vi', 'en'],
		['/?lang=vi', 'en', 'vi'],
		['/?lang=xx', 'en', 'en'],
		['/?q=toan&lang=en', 'vi', 'en'],
	])('%s for %s is in %s', async (url, accepted, language) => {
		const response = await get(url, { 'accept-language': accepted });
		expect(response.headers['content-language']).toBe(language);
		expect(response.headers['vary']).toContain('accept-language');
		expect(elementsOf(response.body)[0]?.attributes['lang']).toBe(language);
	});

	test('are remembered by addresses, and by them alone', async () => {
		const response = await get('/?q=toan&lang=en');
		expect(response.headers['set-cookie']).toBeUndefined();
		const links = elementsOf(response.body).filter(({ name, attributes }) => name === 'a' && /^\/(?!api)/.test(attributes['href'] ?? ''));
		expect(
			links.filter(({ attributes }) => !/[?&]lang=/.test(attributes['href'] ?? '')).map(({ attributes }) => attributes['href']),
		).toEqual([]);
	});
});

test('an address that is not there: a page for people, a problem for programs', async () => {
	const page = await get('/no/such/thing');
	expect([page.statusCode, faultsOf(page.body)]).toEqual([404, []]);
	expect((await get('/no/such/thing', { accept: '*/*' })).json()).toMatchObject({ status: 404 });
	expect((await get('/records/%F0%90')).json()).toMatchObject({ status: 400 });
	expect((await get(`/records/${'a'.repeat(300)}`)).json()).toMatchObject({ status: 404 });
});

test('the style is kept for ever, and pages have no room for scripts', async () => {
	const { headers, body } = await get('/');
	expect(headers['content-security-policy']).toBe(
		"default-src 'none';style-src 'self';img-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
	);
	const style = await get(/href="(\/style\/[^"]*)"/.exec(body)?.[1] ?? '');
	expect([style.statusCode, style.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
	expect(style.headers['cache-control']).toContain('immutable');
});

test('what was probably meant is a link', async () => {
	const { body } = await search('tooan nang cao');
	const link = elementsOf(body).find(({ name, attributes }) => name === 'a' && attributes['href'] === '/?q=to%C3%A1n+n%C3%A2ng+cao');
	expect(link?.text).toBe('toán nâng cao');
});

test('a record is at its address in every format', async () => {
	const { body } = await get(`/records/${publicId(1)}`);
	const forms = elementsOf(body).filter(
		({ name, attributes }) => name === 'link' && attributes['rel'] === 'alternate' && attributes['type'] !== undefined,
	);
	expect(forms.length).toBeGreaterThan(10);
	for (const { attributes } of forms) {
		const response = await get(attributes['href'] ?? '', { accept: '*/*' });
		expect([attributes['href'], response.statusCode]).toEqual([attributes['href'], 200]);
		expect(response.headers['content-type']).toContain(attributes['type'] ?? '');
	}
	const ris = await get(`/records/${publicId(1)}.ris`);
	expect([ris.statusCode, ris.headers.location]).toEqual([303, `https://lienthong.example.vn/api/v1/records/${publicId(1)}.ris`]);
});
