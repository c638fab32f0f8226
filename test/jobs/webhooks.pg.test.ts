import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerWebhook } from '../../src/catalogue/webhooks.ts';
import { addressCheck } from '../../src/cli/wiring.ts';
import { Egress } from '../../src/harvesters/egress.ts';
import { httpPost } from '../../src/harvesters/http-post.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { WebhookDelivery } from '../../src/jobs/webhook-delivery.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { readChanges } from '../../src/store/change-read.ts';
import { listWebhooks } from '../../src/store/webhook.ts';
import { TestCatalogue } from '../api/catalogue.ts';
import { hasPeer } from '../support/peers.ts';
import { quiet } from '../support/world.ts';

const LOOPBACK = ['127.0.0.0/8'];
const run = promisify(execFile);

interface Message {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

let catalogue: TestCatalogue;
let receiver: Server;
let address: string;
let received: Message[] = [];
/** What each path answers; 204 unless named. */
let statuses: Record<string, number> = {};

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	receiver = createServer(async (request, response) => {
		let body = '';
		for await (const piece of request) body += piece;
		received.push({ path: request.url ?? '', headers: request.headers, body });
		response.writeHead(statuses[request.url ?? ''] ?? 204, { location: '/elsewhere' }).end();
	});
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
	receiver.closeAllConnections();
	receiver.close();
	await catalogue.drop();
});
beforeEach(() => {
	received = [];
	statuses = {};
});
afterEach(() => catalogue.database.pool.query('delete from webhook'));

/** Tells what is due, as a worker does at each look, the waits over. */
async function tell(allowPrivate: readonly string[] = LOOPBACK): Promise<void> {
	const http = httpPost({ egress: new Egress({ allowPrivate }), userAgent: 'lienthong/test' });
	const { database } = catalogue;
	await database.pool.query("update webhook set next_at = now() - interval '1 second'");
	const delivery = new WebhookDelivery({ database, clock: systemClock, logger: quiet, http, publicUrl: 'https://lt.example.vn' });
	await delivery.tick(new AbortController().signal);
	await http.close();
}

const register = (path: string) =>
	registerWebhook(catalogue.database.pool, addressCheck(new Egress({ allowPrivate: LOOPBACK })), address + path);
const states = () => listWebhooks(catalogue.database.pool);

describe('a webhook', () => {
	it('is told what changed since it was told last, signed, and nothing when nothing changed', async () => {
		await catalogue.put({ id: 1 });
		const { secret, seq } = await register('/a?x=1');
		await tell();
		expect(received).toEqual([]);
		await catalogue.put({ id: 2 }, { id: 3 });
		await catalogue.put({ id: 2, title: 'Khác' });
		await tell();
		await tell();
		expect(received).toHaveLength(1);
		const { path, headers, body } = received[0] as Message;
		expect(path).toBe('/a?x=1');
		expect(JSON.parse(body)).toEqual({
			from: seq + 1,
			to: seq + 3,
			count: 3,
			changes: `https://lt.example.vn/api/v1/changes?after=${seq}`,
		});
		expect((await readChanges(catalogue.database.pool, seq, 10)).map((change) => change.seq)).toEqual([seq + 1, seq + 2, seq + 3]);
		const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
		const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
		expect(signature).toBe(`v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`);
		await catalogue.put({ id: 4 });
		await tell();
		expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ from: seq + 4, to: seq + 4, count: 1 });
	});

	it.runIf(hasPeer('standardwebhooks'))(
		'is believed by a reader of Standard Webhooks, which refuses another body and an old message',
		async () => {
			const { secret } = await register('/a');
			await catalogue.put({ id: 5 });
			await tell();
			const { headers, body } = received[0] as Message;
			const script = `
import sys, json
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
secret, headers, body = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
w = Webhook(secret)
print(w.verify(body, headers)['count'])
for h, b in ((headers, body + ' '), (dict(headers, **{'webhook-timestamp': str(int(headers['webhook-timestamp']) - 900)}), body)):
    try: w.verify(b, h); print('believed')
    except WebhookVerificationError: print('refused')`;
			const { stdout } = await run('python3', ['-c', script, secret, JSON.stringify(headers), body]);
			expect(stdout.trim().split('\n')).toEqual(['1', 'refused', 'refused']);
		},
	);

	it('is tried again later and later, then told of all it has missed; another is not delayed by it', async () => {
		const { seq } = await register('/broken');
		await register('/well');
		statuses['/broken'] = 500;
		const waits: number[] = [];
		for (let id = 10; id < 14; id++) {
			await catalogue.put({ id });
			await tell();
			const { rows } = await catalogue.database.pool.query<{ wait: number }>(
				"select round(extract(epoch from next_at - failing_since))::int as wait from webhook where url like '%broken'",
			);
			waits.push(rows[0]?.wait ?? 0);
		}
		expect(waits[0]).toBe(10);
		expect(waits.at(-1)).toBeGreaterThanOrEqual(80);
		expect(received.filter(({ path }) => path === '/well')).toHaveLength(4);
		expect((await states())[0]).toMatchObject({ seq, failures: 4, error: 'it answered with HTTP status 500', givenUpAt: null });
		delete statuses['/broken'];
		await tell();
		expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({ from: seq + 1, to: seq + 4, count: 4 });
		expect((await states())[0]).toMatchObject({ seq: seq + 4, failures: 0, error: null, failingSince: null });
	});

	it('is given up after three days of failures, or when the address is gone, and then left alone', async () => {
		const old = await register('/old');
		await register('/gone');
		statuses = { '/old': 302, '/gone': 410 };
		await catalogue.put({ id: 20 });
		await tell();
		expect((await states()).map(({ givenUpAt }) => givenUpAt !== null)).toEqual([false, true]);
		await catalogue.database.pool.query("update webhook set failing_since = now() - interval '73 hours' where id = $1", [old.id]);
		await tell();
		expect((await states()).map(({ givenUpAt }) => givenUpAt !== null)).toEqual([true, true]);
		const before = received.length;
		await tell();
		expect(received).toHaveLength(before);
		// a redirect is never followed
		expect(received.map(({ path }) => path)).not.toContain('/elsewhere');
	});

	it('is told by one process at a time', async () => {
		await register('/a');
		await catalogue.put({ id: 30 });
		await catalogue.database.pool.query('update webhook set next_at = now()');
		const http = httpPost({ egress: new Egress({ allowPrivate: LOOPBACK }), userAgent: 'lienthong/test' });
		const { database } = catalogue;
		const many = Array.from({ length: 5 }, () =>
			new WebhookDelivery({ database, clock: systemClock, logger: quiet, http, publicUrl: 'https://lt.example.vn' }).tick(
				new AbortController().signal,
			),
		);
		await Promise.all(many);
		await http.close();
		expect(received).toHaveLength(1);
	});

	it('is refused at a private address, when it is registered and when it is told', async () => {
		const strict = addressCheck(new Egress({ allowPrivate: [], resolve: async () => ['10.0.0.7'] }));
		for (const url of [`${address}/a`, 'http://inside.example.vn/x', 'http://[::1]/'])
			await expect(registerWebhook(catalogue.database.pool, strict, url)).rejects.toMatchObject({ code: 'address-refused' });
		for (const url of ['ftp://example.vn/', 'no address', 'https://user:word@example.vn/', `https://example.vn/${'x'.repeat(2_000)}`])
			await expect(registerWebhook(catalogue.database.pool, strict, url)).rejects.toMatchObject({ code: 'usage' });
		await register('/a');
		await catalogue.put({ id: 40 });
		await tell([]);
		expect(received).toEqual([]);
		expect((await states())[0]).toMatchObject({ failures: 1, error: expect.stringContaining('private address') });
	});
});

describe('webhooks over REST', () => {
	it('are registered, shown, resumed and removed by operators alone; the secret is shown once', async () => {
		const app = catalogue.server({ checkAddress: addressCheck(new Egress({ allowPrivate: LOOPBACK })) });
		const { key } = await createApiKey(catalogue.database, 'console');
		const ask = (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object, headers = { authorization: `Bearer ${key}` }) =>
			app.inject({ method, url: `/api/v1/webhooks${path}`, headers, ...(payload === undefined ? {} : { payload }) });
		expect((await ask('POST', '', { url: `${address}/a` }, { authorization: '' })).statusCode).toBe(401);
		expect((await ask('GET', '', undefined, { authorization: 'Bearer wrong' })).statusCode).toBe(401);
		const made = await ask('POST', '', { url: `${address}/a` });
		expect(made.statusCode).toBe(201);
		const { id, secret } = made.json() as { id: number; secret: string };
		expect(secret).toMatch(/^whsec_/);
		const shown = await ask('GET', '');
		expect(shown.json()).toMatchObject({ webhooks: [{ id, url: `${address}/a`, failures: 0, givenUp: null }] });
		expect(shown.body).not.toContain('secret');
		statuses['/a'] = 410;
		await catalogue.put({ id: 50 });
		await tell();
		expect((await ask('GET', '')).json()).toMatchObject({ webhooks: [{ givenUp: expect.any(String) }] });
		expect((await ask('POST', `/${id}/resume`)).json()).toMatchObject({ id, givenUp: null, failures: 0 });
		expect((await ask('DELETE', `/${id}`)).statusCode).toBe(204);
		expect((await ask('DELETE', `/${id}`)).statusCode).toBe(404);
		const refused = await ask('POST', '', { url: 'http://192.168.1.1/' });
		expect([refused.statusCode, refused.json()]).toEqual([
			400,
			expect.objectContaining({ detail: expect.stringContaining('private address') }),
		]);
		await app.close();
	});
});
