import { type AddressInfo, connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROBLEMS } from '../../src/api/problems.ts';
import { listen } from '../../src/api/server.ts';
import { publicId } from '../../src/lib/ids.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { faultsOf } from '../web/page-checks.ts';
import { TestCatalogue } from './catalogue.ts';

const API = '/api/v1';

let catalogue: TestCatalogue;
let app: FastifyInstance;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	await catalogue.put({ id: 1, title: 'Toán 6' });
	await catalogue.index({ id: 1, title: 'Toán 6' });
	app = catalogue.server();
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

describe('conditional requests', () => {
	test.each(['/libraries', '/records?q=toan', `/records/${publicId(1)}`, '/runs', '/changes'])('%s', async (path) => {
		const first = await app.inject(API + path);
		const tag = String(first.headers['etag']);
		expect(tag).toMatch(/^(W\/)?"[^"]+"$/);
		for (const known of [tag, `"x", ${tag}`, tag.replace('W/', ''), '*']) {
			const again = await app.inject({ url: API + path, headers: { 'if-none-match': known } });
			expect([known, again.statusCode, again.body]).toEqual([known, 304, '']);
			expect(again.headers['etag']).toBe(tag);
			expect(again.headers['content-type']).toBeUndefined();
		}
		expect((await app.inject({ url: API + path, headers: { 'if-none-match': '"x"' } })).body).toBe(first.body);
	});

	test('an ETag follows what changes', async () => {
		const before = await app.inject(`${API}/libraries`);
		await catalogue.database.pool.query("update library set name = 'Thư viện khác' where code = 'TVT'");
		const after = await app.inject({ url: `${API}/libraries`, headers: { 'if-none-match': String(before.headers['etag']) } });
		expect(after.statusCode).toBe(200);
		expect(after.headers['etag']).not.toBe(before.headers['etag']);
	});

	test('a refusal has none', async () => {
		expect((await app.inject(`${API}/records?x=1`)).headers['etag']).toBeUndefined();
	});
});

describe('what is refused is named, with what came and what may come', () => {
	test.each([
		[
			'/records?foo=bar',
			'Không có tham số "foo" ở đây. Các tham số có thể dùng: q, sort, facets, ',
			'There is no parameter "foo" here. Those that there are: q, sort, facets, ',
		],
		[
			'/records?sort=dep',
			'"sort" không nhận giá trị "dep". Các giá trị có thể dùng: relevance, title, ',
			'"sort" cannot be "dep". Its values: relevance, title, ',
		],
		[
			'/records?year=abc',
			'"year" không nhận giá trị "abc". Hãy viết như ví dụ này: 2015',
			'"year" cannot be "abc". Write it as in this example: 2015',
		],
		['/records?facets=library&facets=mau', '"facets" không nhận giá trị "mau". ', '"facets" cannot be "mau". '],
		[
			'/records?limit=muoi',
			'"limit" không nhận giá trị "muoi". Giá trị phải là số nguyên.',
			'"limit" cannot be "muoi". It is a whole number.',
		],
		['/records?limit=501', '"limit" nhiều nhất là 500. Giá trị đã gửi: 501.', '"limit" is at most 500. What was sent: 501.'],
		[
			`/records?q=${'x'.repeat(1001)}`,
			'"q" dài nhất là 1000 chữ. Giá trị đã gửi: 1001.',
			'"q" has at most 1000 characters. What was sent: 1001.',
		],
		['/suggest?of=title', 'Thiếu "q". Hãy thêm vào rồi gửi lại.', '"q" is missing. Send it too.'],
		['/suggest?q=&of=title', '"q" không được để trống. Hãy điền rồi gửi lại.', '"q" must not be empty. Fill it in.'],
	])('%s', async (path, vi, en) => {
		for (const [language, detail] of [
			['vi', vi],
			['en', en],
		] as const) {
			const answer = await app.inject({ url: API + path, headers: { 'accept-language': language } });
			expect(answer.statusCode).toBe(400);
			expect(answer.json().detail.slice(0, detail.length)).toBe(detail);
		}
	});

	test('in a body too', async () => {
		const { key } = await createApiKey(catalogue.database, 'thử');
		const put = async (body: object) =>
			(
				await app.inject({
					method: 'PUT',
					url: `${API}/collections/thu`,
					headers: { authorization: `Bearer ${key}`, 'accept-language': 'en' },
					payload: body,
				})
			).json();
		expect(await put({ name: 5, query: 'x' })).toMatchObject({ status: 400, detail: '"name" cannot be 5. It is text.' });
		expect(await put({ name: 'Thử', query: 'x', mau: 1 })).toMatchObject({
			detail: expect.stringMatching(/^There is no parameter "mau" here\. Those that there are: .*query/),
		});
	});
});

describe('the rate', () => {
	const limited = () => catalogue.server({ requestsPerMinute: 3 });
	const from = (ip: string) => ({ url: `${API}/libraries`, headers: { 'x-forwarded-for': ip } });

	test('is counted for each client, said with every answer, and refused with the time to wait', async () => {
		const server = limited();
		const answers = [];
		for (let i = 0; i < 4; i++) answers.push(await server.inject(from('198.51.100.7')));
		const other = await server.inject(from('198.51.100.8'));
		await server.close();
		expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429]);
		expect(answers.map(({ headers }) => headers['ratelimit-policy'])).toEqual(Array(4).fill('"minute";q=3;w=60'));
		expect(answers.map(({ headers }) => /^"minute";r=(\d);t=\d+$/.exec(String(headers['ratelimit']))?.[1])).toEqual(['2', '1', '0', '0']);
		expect(answers[3]?.headers['content-type']).toBe('application/problem+json; charset=utf-8');
		expect(answers[3]?.json()).toMatchObject({ status: 429, type: expect.stringMatching(/too-many-requests$/) });
		expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(0);
		expect(other.statusCode).toBe(200);
	});

	test('an IPv6 network of 64 bits is one client', async () => {
		const server = limited();
		const statuses = [];
		for (const ip of ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', '2001:db8:1:3::1'])
			statuses.push((await server.inject(from(ip))).statusCode);
		await server.close();
		expect(statuses).toEqual([200, 200, 200, 429, 200]);
	});

	test('is as LIMITS says, and not for OAI-PMH and pages', async () => {
		expect((await app.inject(`${API}/areas`)).headers['ratelimit-policy']).toBe(`"minute";q=${LIMITS.requestsPerMinuteMax};w=60`);
		for (const url of ['/oai?verb=Identify', '/']) expect((await app.inject(url)).headers['ratelimit']).toBeUndefined();
	});
});

describe('methods', () => {
	test.each([
		['DELETE', `${API}/records`],
		['PUT', `${API}/records/${publicId(1)}`],
		['TRACE', `${API}/libraries?limit=1`],
		['QUERY', `${API}/runs/1`],
		['POST', '/'],
	] as const)('%s %s is not taken', async (method, url) => {
		const response = await app.inject({ method: method as 'PUT', url, headers: { accept: 'text/html' } });
		expect([response.statusCode, response.headers['allow']]).toEqual([405, 'GET, HEAD']);
		expect(response.json()).toMatchObject({ status: 405 });
	});

	test('a body that cannot be read makes no difference', async () => {
		const response = await app.inject({
			method: 'PATCH',
			url: `${API}/records`,
			headers: { 'content-type': 'application/json' },
			payload: '{',
		});
		expect(response.statusCode).toBe(405);
	});

	test('where nothing is nothing is taken', async () => {
		expect((await app.inject({ method: 'DELETE', url: `${API}/nothing` })).statusCode).toBe(404);
	});
});

test('a value of another type is refused in a body, and read in an address', async () => {
	const { key } = await createApiKey(catalogue.database, 'types');
	const decision = { verdict: 'not-same', a: publicId(1), b: publicId(1), by: 'Hoa', reason: false };
	const response = await app.inject({
		method: 'POST',
		url: `${API}/decisions`,
		headers: { authorization: `Bearer ${key}` },
		payload: decision,
	});
	expect(response.json()).toMatchObject({ status: 400, detail: '"reason" không nhận giá trị false. Giá trị phải là chữ.' });
	expect((await app.inject(`${API}/records?limit=1&facets=library`)).statusCode).toBe(200);
});

describe('types of problems', () => {
	test.each(Object.entries(PROBLEMS))('%s is told of at its address, in both languages', async (code, { status, vi, en }) => {
		const text = await app.inject(`/problems/${code}`);
		expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
		const lines = text.body.trimEnd().split('\n');
		expect(lines).toEqual([`${code} (HTTP ${status})`, vi, expect.stringMatching(/\S/), en, expect.stringMatching(/\S/)]);
		const page = await app.inject({ url: `/problems/${code}?lang=en`, headers: { accept: 'text/html' } });
		expect(page.body).toContain(`<h1>${en}</h1>`);
		expect(faultsOf(page.body)).toEqual([]);
	});

	test('headers: as much as there is room for', async () => {
		const { body } = await app.inject('/problems/headers-too-large');
		expect(body.match(/\d+(?= KB)/g)).toEqual(Array(2).fill(String(LIMITS.headerBytesMax / 1024)));
	});

	test('are all on one page', async () => {
		const { body } = await app.inject('/problems?lang=en');
		expect(faultsOf(body)).toEqual([]);
		for (const code of Object.keys(PROBLEMS)) expect(body).toContain(`href="/problems/${code}?lang=en"`);
	});
});

test('five thousand letters in a search box are read as far as they may be, and refused by SRU with its own diagnostic', async () => {
	const server = catalogue.server();
	const address = await listen(server, '127.0.0.1', 0);
	const typed = encodeURIComponent('ề'.repeat(5_000));
	const page = await fetch(`${address}/?q=${typed}`);
	expect(page.status).toBe(200);
	expect(await page.text()).toContain('Câu tìm quá dài nên chỉ phần đầu được dùng.');
	const sru = await fetch(`${address}/sru?query=${typed}`);
	expect(sru.status).toBe(200);
	expect(await sru.text()).toContain('info:srw/diagnostic/1/12');
	await server.close();
});

test('a request that cannot be read is told so in problem details', async () => {
	const server = catalogue.server();
	await listen(server, '127.0.0.1', 0);
	const ask = async (text: string): Promise<string> => {
		const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
		let answer = '';
		socket.on('data', (bytes) => {
			answer += bytes.toString();
		});
		socket.write(text);
		await new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
		return answer;
	};
	const long = await ask(`GET /${'a'.repeat(LIMITS.headerBytesMax)} HTTP/1.1\r\nHost: x\r\n\r\n`);
	expect(long).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\nContent-Type: application\/problem\+json/);
	expect(long).toContain('/problems/headers-too-large');
	expect(await ask('no HTTP at all\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
	// as curl sends it, and as a person copies it
	for (const typed of ['/api/v1/records?q=đất', '/api/v1/records?q=dat rung', '/api/v1/records/đ'])
		expect([typed, await ask(`GET ${typed} HTTP/1.1\r\nHost: x\r\n\r\n`)]).toEqual([
			typed,
			expect.stringMatching(/400 Bad Request[\s\S]+mã hoá[\s\S]+%C4%91[\s\S]+percent-encoded/),
		]);
	expect(await ask('GET / HTTP/1.1\r\nHost: x\r\nX y: z\r\n\r\n')).toContain('Invalid header token');
	await server.close();
});
