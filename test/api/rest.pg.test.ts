import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openApiYaml } from '../../src/api/openapi-document.ts';
import { publicId } from '../../src/lib/ids.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { createApiKey, revokeApiKey } from '../../src/store/api-key.ts';
import type { TestCatalogue } from './catalogue.ts';
import { ExampleWorld, RAW } from './example-world.ts';

const API = '/api/v1';

let world: ExampleWorld;
let catalogue: TestCatalogue;
let app: FastifyInstance;
let key: string;
let keyId: number;
beforeAll(async () => {
	world = await ExampleWorld.create();
	({ catalogue, app, key, keyId } = world);
});
afterAll(async () => {
	await world.close();
});

const get = (path: string, headers: Record<string, string> = {}) =>
	app.inject({ url: path.startsWith('/') ? path : `${API}/${path}`, headers });
const asOperator = (path: string) => get(path, { authorization: `Bearer ${key}` });

describe('OpenAPI', () => {
	test('openapi.yaml is what the schemas say (npm run openapi writes it)', async () => {
		const { database } = catalogue;
		const clock = { now: () => 0, sleep: () => Promise.resolve() };
		const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => logger };
		const made = await openApiYaml({
			database: database.pool,
			engine: catalogue.engine,
			publicUrl: 'x',
			repositoryIdentifier: 'x',
			adminEmail: 'x',
			clock,
			logger,
			matcher: { match: () => Promise.resolve(null), project: () => Promise.resolve() },
		});
		expect(readFileSync('openapi.yaml', 'utf8')).toBe(made);
	});

	test('is served as JSON', async () => {
		expect((await get('/openapi.json')).json()).toEqual(parse(readFileSync('openapi.yaml', 'utf8')));
	});

	interface Operation {
		readonly operationId?: string;
		readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
		readonly responses: Readonly<Record<string, unknown>>;
		readonly 'x-example'?: { readonly path?: object; readonly query?: Record<string, string>; readonly body?: object | string };
	}
	const { paths } = parse(readFileSync('openapi.yaml', 'utf8')) as { paths: Record<string, Record<string, Operation>> };
	const operations = Object.entries(paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]) => ({
			path,
			method: method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'DELETE',
			...operation,
		})),
	);
	const addressOf = (path: string, nameOf: (parameter: string) => string) =>
		path.replace(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(nameOf(parameter)));

	test('what is answered to a body too large, one of another kind, and a name too long is described', async () => {
		const asked = async (operation: (typeof operations)[number], type: string, payload: string, name: string) => {
			const { statusCode } = await app.inject({
				method: operation.method,
				url: addressOf(operation.path, () => name),
				headers: { authorization: `Bearer ${key}`, ...(payload === '' ? {} : { 'content-type': type }) },
				...(payload === '' ? {} : { payload }),
			});
			return statusCode;
		};
		const large = JSON.stringify('a'.repeat(LIMITS.requestBodyBytesMax));
		for (const operation of operations) {
			const said = Object.keys(operation.responses).map(Number);
			const type = Object.keys(operation.requestBody?.content ?? {})[0];
			if (type === 'application/json') {
				expect([operation.path, await asked(operation, type, large, '1')]).toEqual([operation.path, 413]);
				expect([operation.path, await asked(operation, 'text/css', 'a', '1')]).toEqual([operation.path, 415]);
				expect([operation.path, said]).toEqual([operation.path, expect.arrayContaining([413, 415])]);
			}
			const unnamed = await asked(operation, 'application/json', type === undefined ? '' : '{}', 'a'.repeat(300));
			expect([operation.path, said]).toEqual([operation.path, expect.arrayContaining([unnamed])]);
		}
	});

	test('every operation has an example, and every example works', async () => {
		expect(operations.length).toBeGreaterThan(12);
		for (const { path, method, operationId, 'x-example': example } of operations) {
			expect(example, path).toBeDefined();
			expect(operationId, path).toBeDefined();
			const values = new Map(Object.entries(example?.path ?? {}));
			const address = addressOf(path, (parameter) => String(values.get(parameter)));
			const response = await app.inject({
				method,
				url: `${address}?${new URLSearchParams(example?.query ?? {})}`,
				headers: { authorization: `Bearer ${key}` },
				...(example?.body === undefined ? {} : { payload: example.body }),
			});
			const worked = [200, 201, 202, 204].includes(response.statusCode);
			expect([address, worked, worked ? '' : response.body]).toEqual([address, true, '']);
		}
	});
});

describe('records', () => {
	test('search, with filters, facets and stable cursors', async () => {
		const first = (await get('records?q=lich+su&limit=1&sort=title&facets=library&facets=kind')).json();
		expect(first.total).toBe(2);
		expect(first.facets.library).toEqual([{ value: 'TVT', count: 2 }]);
		const second = (await get(`records?q=lich+su&limit=5&sort=title&facets=library&facets=kind&cursor=${first.next}`)).json();
		expect([...first.records, ...second.records].map((r: { id: string }) => r.id).sort()).toEqual([publicId(1), publicId(2)].sort());
		expect(second.next).toBeNull();
		expect((await get('records?library=THCS')).json().records).toMatchObject([
			{ title: 'Toán học', libraries: ['THCS'], creators: ['Nguyễn Văn An'], year: '2020' },
		]);
		expect((await get('records?library=THCS&library=TVT')).json().total).toBe(3);
	});

	test('T10: a cursor is good for its own query only', async () => {
		const { next } = (await get('records?limit=1')).json();
		for (const path of [
			`records?limit=1&q=a&cursor=${next}`,
			`records?limit=1&cursor=${next}A`,
			`records?limit=1&cursor=x`,
			`libraries?cursor=${next}`,
		]) {
			expect((await get(path)).json()).toMatchObject({ status: 400, type: expect.stringMatching(/\/problems\/bad-cursor$/) });
		}
	});

	test('one record with every value and its sources', async () => {
		const record = (await get(`records/${publicId(1)}`)).json();
		expect(record).toMatchObject({
			id: publicId(1),
			title: 'Lịch sử Việt Nam',
			shared: true,
			description: { title: { proper: { value: 'Lịch sử Việt Nam', sources: [0] } } },
		});
		expect(record.description.members).toMatchObject([{ library: 'TVT', source: 'tvt-oai', identifier: 'tvt-oai:1' }]);
		expect(record.description.holdings).toMatchObject([{ library: 'TVT', items: [{ callNumber: '895.9', barcodes: ['VV1'] }] }]);
	});

	test('what its sources do not share is found, and not handed on', async () => {
		const record = (await get(`records/${publicId(4)}`)).json();
		expect(record).toMatchObject({ title: 'Sách kín', shared: false, description: null });
		expect((await get(`records/${publicId(4)}/marcxml`)).statusCode).toBe(403);
		expect((await get(`records/${publicId(3)}`)).json().description.holdings).toMatchObject([
			{ library: 'THCS', items: [{ barcodes: [] }] },
		]);
	});

	test('I3: an id that moved answers 301 to where it ends, a deleted one 410, one never given 404', async () => {
		for (const number of [9, 10, 55]) {
			const moved = await get(`records/${publicId(number)}`);
			expect([moved.statusCode, moved.headers.location]).toEqual([301, `https://lienthong.example.vn${API}/records/${publicId(1)}`]);
		}
		expect((await get(`records/${publicId(9)}/marcxml`)).headers.location).toMatch(/\/marcxml$/);
		expect((await get(`records/${publicId(8)}`)).json()).toMatchObject({ status: 410 });
		expect((await get(`records/${publicId(77)}`)).statusCode).toBe(404);
		expect((await get('records/nonsense')).statusCode).toBe(404);
		const data = await get(`/records/${publicId(1)}`, { accept: 'application/json' });
		expect(data.headers.location).toBe(`https://lienthong.example.vn${API}/records/${publicId(1)}`);
	});

	test('ETag follows the change number', async () => {
		const path = `records/${publicId(2)}`;
		const { etag } = (await get(path)).headers;
		expect((await get(path, { 'if-none-match': String(etag) })).statusCode).toBe(304);
		await catalogue.put({ id: 2, title: 'Lịch sử <script>alert(1)</script>', sets: ['library:TVT'] });
		expect((await get(path, { 'if-none-match': String(etag) })).statusCode).toBe(200);
	});

	test('MARCXML', async () => {
		const response = await get(`records/${publicId(2)}/marcxml`);
		expect(response.headers['content-type']).toBe('application/marcxml+xml; charset=utf-8');
		expect(response.body).toContain('Lịch sử &lt;script&gt;alert(1)&lt;/script&gt; /');
	});

	test('by identifier', async () => {
		const ids = async (query: string) => (await get(`records/by-identifier?${query}`)).json().records.map((r: { id: string }) => r.id);
		expect(await ids('isbn=978-604-2-00001-7')).toEqual([publicId(1)]);
		expect(await ids('isbn=9780306406157')).toEqual([]);
		expect(await ids('source=tvt-two&identifier=oai:two:55')).toEqual([publicId(1)]);
		expect(await ids('source=tvt-two&identifier=none')).toEqual([]);
		for (const query of ['', 'isbn=1&issn=2', 'source=x', 'identifier=x', 'isbn=1&identifier=2'])
			expect((await get(`records/by-identifier?${query}`)).statusCode).toBe(400);
	});
});

describe('lists', () => {
	test('libraries, areas, sources, runs and quarantine go on by cursor to the end', async () => {
		for (const [path, name, size] of [
			['libraries', 'libraries', 3],
			['areas', 'areas', 2],
			['sources', 'sources', 4],
			// with that of the example
			['runs', 'runs', 6],
			['quarantine', 'entries', 3],
			['runs?source=1', 'runs', 2],
			['sources?library=TVT', 'sources', 2],
			['areas?parent=79', 'areas', 1],
		] as const) {
			const seen: unknown[] = [];
			let cursor: string | null = '';
			while (cursor !== null) {
				const page: Record<string, unknown> & { next: string | null } = (
					await asOperator(`${path}${path.includes('?') ? '&' : '?'}limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
				).json();
				seen.push(...(page[name] as unknown[]));
				cursor = page.next;
			}
			expect(new Set(seen.map((one) => JSON.stringify(one))).size, path).toBe(size);
		}
	});

	test('a library with its area and OAI-PMH address', async () => {
		expect((await get('libraries/TVT')).json()).toMatchObject({
			code: 'TVT',
			area: '79001',
			records: 2,
			oaiPmh: 'https://lienthong.example.vn/oai/TVT',
		});
		expect((await get('libraries/NONE')).statusCode).toBe(404);
	});

	test('changes follow one another without a gap', async () => {
		const first = (await get('changes?limit=3')).json();
		expect(first).toMatchObject({
			more: true,
			last: 3,
			changes: [{ seq: 1, entity: 'record', operation: 'created', id: publicId(1) }, { seq: 2 }, { seq: 3 }],
		});
		const rest = (await get(`changes?after=${first.last}`)).json();
		expect(rest.changes[0].seq).toBe(4);
		expect(rest.more).toBe(false);
		expect(rest.changes.map((c: { operation: string }) => c.operation)).toContain('redirected');
	});
});

describe('T12, T14: what operators alone may see', () => {
	test('every operator route refuses a stranger, a wrong key and a revoked one', async () => {
		const operator: { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; url: string }[] = [];
		const server = catalogue.server();
		server.addHook('onRoute', (route) => {
			if (!route.config?.operator) return;
			for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const)
				if ([route.method].flat().includes(method)) operator.push({ method, url: route.url });
		});
		await server.ready();
		await server.close();
		expect(operator.map(({ method, url }) => `${method} ${url.slice(API.length)}`).sort()).toEqual([
			'DELETE /collections/:code',
			'DELETE /webhooks/:id',
			'GET /decisions',
			'GET /decisions/:id',
			'GET /quarantine',
			'GET /quarantine/:id/raw',
			'GET /quarantine/index',
			'GET /queue',
			'GET /records/:id/explanation',
			'GET /records/:id/explanation/:other',
			'GET /reidentifications',
			'GET /reidentifications/:run',
			'GET /runs/:id/rejects',
			'GET /webhooks',
			'POST /decisions',
			'POST /decisions/:id/undo',
			'POST /libraries/:code/files',
			'POST /libraries/:code/files/preview',
			'POST /reidentifications/:run/decision',
			'POST /reidentifications/:run/undo',
			'POST /webhooks',
			'POST /webhooks/:id/resume',
			'PUT /collections/:code',
		]);
		const second = await createApiKey(catalogue.database, 'second');
		await revokeApiKey(catalogue.database, second.id);
		for (const { method, url: path } of operator) {
			const url = path
				.replace('records/:id', `records/${publicId(1)}`)
				.replace(':id', '1')
				.replace(':run', '4')
				.replace(':other', publicId(55));
			for (const authorization of [undefined, 'Bearer wrong', `Bearer ${second.key}`, `Basic ${key}`, 'Bearer']) {
				const response = await app.inject({ method, url, headers: authorization === undefined ? {} : { authorization } });
				expect([response.statusCode, response.headers['www-authenticate']], `${url} ${authorization}`).toEqual([401, 'Bearer']);
			}
			if (method === 'GET') expect((await asOperator(url)).statusCode, url).toBe(200);
		}
		expect(keyId).toBeGreaterThan(0);
	});

	test('no secret is told to anybody, settings to operators only', async () => {
		const everybody = (await get('sources')).body;
		expect(everybody).not.toContain('hidden');
		expect(everybody).not.toContain('schedule');
		const operators = (await asOperator('sources/1')).json();
		expect(operators.operation).toMatchObject({ schedule: '0 2 * * *', settings: { pageSize: 5 } });
		expect(JSON.stringify(operators)).not.toContain('hidden');
		expect((await get('runs')).body).not.toContain('inside.example');
		expect((await get('runs/2')).json()).toMatchObject({ state: 'failed', error: 'timeout' });
		expect((await asOperator('runs/2')).json().details.error).toEqual({ code: 'timeout', message: 'inside.example' });
		const dump = await catalogue.database.pool.query('select k::text from api_key k');
		expect(JSON.stringify(dump.rows)).not.toContain(key);
	});

	test('T6: quarantined bytes come as they were received, as plain text that no browser runs', async () => {
		const response = await asOperator('quarantine/1/raw');
		expect(response.rawPayload.toString()).toBe(RAW);
		expect(response.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
	});
});

describe('problems', () => {
	test.each([
		['records?limit=0', 400],
		['records?limit=501', 400],
		['records?limit=abc', 400],
		['records?nope=1', 400],
		[`records?q=${'a'.repeat(1001)}`, 400],
		['records?sort=year;drop', 400],
		['records?facets=x', 400],
		['records?year=abc', 400],
		['records?year=2020&year=2010-2020', 400],
		['records?decade=2020', 400],
		['runs/0', 400],
		['runs/abc', 400],
		['sources/99999999999', 400],
		['runs/999', 404],
		['nothing', 404],
		['changes?after=-1', 400],
	])('%.40s answers %i', async (path, status) => {
		const response = await get(path);
		expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
		expect(response.json()).toMatchObject({
			status,
			title: expect.any(String),
			type: expect.stringMatching(/^https:\/\/lienthong\.example\.vn\/problems\/[a-z-]+$/),
		});
		expect(response.statusCode).toBe(status);
	});

	test('titles are Vietnamese, or English when asked for; types have a page', async () => {
		expect((await get('runs/999')).json().title).toBe('Không tìm thấy');
		const english = (await get('runs/999', { 'accept-language': 'en-GB,vi;q=0.5' })).json();
		expect(english.title).toBe('Not found');
		expect((await get(new URL(english.type).pathname)).statusCode).toBe(200);
		expect((await get('/problems/toString')).statusCode).toBe(404);
		for (const [accepted, title] of [
			['fr, en;q=0.5', 'Not found'],
			['en;q=0.1, vi;q=0.2', 'Không tìm thấy'],
			['vi;q=0, en', 'Not found'],
			['zh, en;q=0', 'Không tìm thấy'],
			['vi-VN,vi;q=0.9,en;q=0.8', 'Không tìm thấy'],
			['*', 'Không tìm thấy'],
		] as const)
			expect([accepted, (await get('runs/999', { 'accept-language': accepted })).json().title]).toEqual([accepted, title]);
	});

	test('T25: no text in any parameter makes an error of ours', async () => {
		const payloads = [
			"'; drop table run; --",
			'\u0000',
			'%00',
			'\ud800',
			'{}',
			'[]',
			'1e9',
			'-1',
			'../../etc/passwd',
			'<script>',
			'"'.repeat(500),
			'(((((',
			'a AND',
			'*',
		];
		const names = ['q', 'sort', 'facets', 'library', 'area', 'kind', 'year', 'subject', 'limit', 'cursor'];
		const paths = [
			...payloads.flatMap((p) => names.map((name) => `records?${name}=${encodeURIComponent(p.toWellFormed())}`)),
			...payloads.flatMap((p) =>
				[
					'records/',
					'libraries/',
					'sources/',
					'runs/',
					'records/by-identifier?isbn=',
					'records/by-identifier?source=a&identifier=',
					'changes?after=',
					'areas?parent=',
				].map((path) => path + encodeURIComponent(p.toWellFormed())),
			),
			...payloads.map((p) => `/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=${encodeURIComponent(p.toWellFormed())}`),
			...payloads.map((p) => `/oai/${encodeURIComponent(p.toWellFormed())}?verb=Identify`),
		];
		for (const path of paths) {
			const response = await get(path);
			expect(response.statusCode, path).toBeLessThan(500);
		}
		expect(catalogue.errors).toEqual([]);
	});

	test('an error of ours tells the client nothing, and the log everything', async () => {
		const broken = catalogue.server({
			engine: { ...catalogue.engine, search: () => Promise.reject(new Error('inside: secret')) } as never,
		});
		const response = await broken.inject({ url: `${API}/records` });
		await broken.close();
		expect(response.statusCode).toBe(500);
		expect(response.body).not.toContain('inside');
		expect(catalogue.errors.splice(0)).toMatchObject([{ error: { message: 'inside: secret' } }]);
	});
});

describe('other addresses', () => {
	test('the front page is escaped, without scripts, under a strict policy', async () => {
		const response = await get('/');
		expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
		expect(response.body).toContain('Trường &lt;Lê &amp; Lợi&gt;');
		expect(response.body).not.toContain('<script');
		expect(response.headers['content-security-policy']).toContain("default-src 'none'");
		expect(response.body).toContain('<dt>Thư viện</dt><dd>3</dd>');
	});

	test('health and metrics', async () => {
		expect((await get('/healthz')).statusCode).toBe(200);
		expect((await get('/readyz')).statusCode).toBe(200);
		const metrics = (await get('/metrics')).body;
		expect(metrics).toMatch(/lienthong_http_requests_total\{route="\/api\/v1\/records",status="200"\} \d+/);
	});
});
