import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { OpenSearchEngine } from '../../src/index/opensearch/engine.ts';
import { AppError } from '../../src/lib/errors.ts';
import { openDatabase } from '../../src/store/database.ts';
import { TestCatalogue } from './catalogue.ts';

let catalogue: TestCatalogue;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
});
afterAll(async () => {
	await catalogue.drop();
});

test('a taken port is named, with the setting that chooses another', async () => {
	const first = catalogue.server();
	const second = catalogue.server();
	await listen(first, '127.0.0.1', 0);
	const { port } = first.server.address() as AddressInfo;
	const error = await listen(second, '127.0.0.1', port).catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(AppError);
	expect(error).toMatchObject({
		code: 'port-taken',
		message: expect.stringContaining(String(port)),
		hint: expect.stringContaining('PORT'),
	});
	await first.close();
	await second.close();
});

test('T23: a client that sends its head letter by letter is cut off', async () => {
	const app = catalogue.server();
	await listen(app, '127.0.0.1', 0);
	const { headersTimeout, requestTimeout } = app.server;
	expect(headersTimeout).toBeGreaterThan(0);
	expect(headersTimeout).toBeLessThanOrEqual(requestTimeout);
	app.server.headersTimeout = 500;
	const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
	socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
	const trickle = setInterval(() => socket.write('a'), 50);
	let answer = '';
	socket.on('data', (bytes) => {
		answer += bytes.toString();
	});
	await new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
	clearInterval(trickle);
	expect(answer).toMatch(/^HTTP\/1\.1 408 /);
	await app.close();
}, 30_000);

test('T27: a body beyond the limit is refused', async () => {
	const app = catalogue.server();
	const response = await app.inject({
		method: 'POST',
		url: '/oai',
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
		payload: `verb=Identify&x=${'a'.repeat(100_000)}`,
	});
	expect(response.statusCode).toBe(413);
	await app.close();
});

test('without its database the server says that it is busy, and nothing of the database', async () => {
	const gone = openDatabase('postgres://nobody:hidden@127.0.0.1:1/none', { max: 1, applicationName: 'gone' });
	const app = catalogue.server({ database: gone.pool });
	for (const url of ['/readyz', '/api/v1/libraries', '/oai?verb=ListSets', '/oai/TVT?verb=Identify']) {
		const response = await app.inject({ url });
		expect([url, response.statusCode]).toEqual([url, 503]);
		expect(response.headers['retry-after']).toBeDefined();
		expect(response.body).not.toMatch(/hidden|127\.0\.0\.1:1|nobody/);
	}
	expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
	await app.close();
	await gone.close();
});

test('without its search engine the server is not ready, and a search is to be tried later', async () => {
	const engine = new OpenSearchEngine('http://nobody:hidden@127.0.0.1:1');
	const app = catalogue.server({ engine });
	const response = await app.inject({ url: '/readyz' });
	expect(response.statusCode).toBe(503);
	expect(response.json()).toMatchObject({ detail: 'The search engine does not answer.' });
	for (const url of ['/api/v1/records?q=x', '/?q=x', '/api/v1/suggest?of=title&q=xa']) {
		const refused = await app.inject({ url });
		expect([url, refused.statusCode, refused.headers['retry-after'] === undefined]).toEqual([url, 503, false]);
		expect(refused.body).not.toMatch(/hidden|127\.0\.0\.1:1|nobody/);
	}
	expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
	await app.close();
	await engine.close();
});

test('T26: the routes are these, and no others', async () => {
	const app = catalogue.server({ dumpsFolder: '/nowhere' });
	const routes: string[] = [];
	app.addHook('onRoute', (route) => {
		if (route.method !== 'HEAD') routes.push(`${[route.method].flat().join(',')} ${route.url}`);
	});
	await app.ready();
	await app.close();
	expect(routes.sort()).toEqual([
		'DELETE /api/v1/collections/:code',
		'DELETE /api/v1/webhooks/:id',
		'GET /',
		'GET /.well-known/resourcesync',
		'GET /api/v1/areas',
		'GET /api/v1/changes',
		'GET /api/v1/collections',
		'GET /api/v1/collections/:code',
		'GET /api/v1/decisions',
		'GET /api/v1/decisions/:id',
		'GET /api/v1/facets/:facet',
		'GET /api/v1/libraries',
		'GET /api/v1/libraries/:code',
		'GET /api/v1/quarantine',
		'GET /api/v1/quarantine/:id/raw',
		'GET /api/v1/quarantine/index',
		'GET /api/v1/queue',
		'GET /api/v1/records',
		'GET /api/v1/records/:id',
		'GET /api/v1/records/:id/explanation',
		'GET /api/v1/records/:id/explanation/:other',
		'GET /api/v1/records/:id/marcxml',
		'GET /api/v1/records/basket',
		'GET /api/v1/records/by-identifier',
		'GET /api/v1/reidentifications',
		'GET /api/v1/reidentifications/:run',
		'GET /api/v1/runs',
		'GET /api/v1/runs/:id',
		'GET /api/v1/runs/:id/rejects',
		'GET /api/v1/sources',
		'GET /api/v1/sources/:id',
		'GET /api/v1/suggest',
		'GET /api/v1/suggest/spelling',
		'GET /api/v1/webhooks',
		'GET /docs',
		'GET /dumps',
		'GET /feeds/area/:name(^.+).atom',
		'GET /feeds/collection/:name(^.+).atom',
		'GET /feeds/library/:name(^.+).atom',
		'GET /feeds/new.atom',
		'GET /feeds/search.atom',
		'GET /feeds/subject/:name(^.+).atom',
		'GET /healthz',
		'GET /icon.svg',
		'GET /libraries',
		'GET /metrics',
		'GET /openapi.json',
		'GET /opensearch.xml',
		'GET /problems',
		'GET /problems/:code',
		'GET /readyz',
		'GET /records/:id',
		'GET /resourcesync/capabilitylist.xml',
		'GET /resourcesync/changelist.xml',
		'GET /resourcesync/resourcelist.xml',
		'GET /robots.txt',
		'GET /sitemap-:place(^\\d{1,9}$).xml',
		'GET /sitemap.xml',
		'GET /style/:version',
		'GET /unapi',
		'GET /values/:facet',
		'GET,HEAD /dumps/:dump/:file',
		'GET,POST /oai',
		'GET,POST /oai/:library',
		'GET,POST /sru',
		'GET,POST /sru/:library',
		'POST /api/v1/decisions',
		'POST /api/v1/decisions/:id/undo',
		'POST /api/v1/libraries/:code/files',
		'POST /api/v1/libraries/:code/files/preview',
		'POST /api/v1/reidentifications/:run/decision',
		'POST /api/v1/reidentifications/:run/undo',
		'POST /api/v1/webhooks',
		'POST /api/v1/webhooks/:id/resume',
		'PUT /api/v1/collections/:code',
	]);
});

test.each([
	['/docs', 'vi', 'vi'],
	['/docs', 'en-GB,en', 'en'],
	['/docs?lang=en', 'vi', 'en'],
	['/docs?lang=xx', 'vi', 'vi'],
])('%s asked in %s is answered in %s', async (url, accepted, language) => {
	const response = await catalogue.server().inject({ url, headers: { 'accept-language': accepted } });
	expect(response.statusCode).toBe(200);
	expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
	expect(response.body).toContain(`<html lang="${language}">`);
	expect(response.body).toContain('<section id="searchRecords">');
});

test('a process that got no time for a while answers again at once', async () => {
	const app = catalogue.server();
	// right after the plugin that watches the event loop has begun: it has nothing to go by when it next looks
	app.register(async () => {
		const until = Date.now() + 1_500;
		while (Date.now() < until);
	});
	await app.ready();
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect((await app.inject('/healthz')).statusCode).toBe(200);
	await app.close();
});
