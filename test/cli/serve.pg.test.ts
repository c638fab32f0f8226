import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXIT_CODES } from '../../src/lib/errors.ts';
import { publicId } from '../../src/lib/ids.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { BIN, call, type Outcome, type Running, start } from '../support/command-line.ts';
import { withProvider } from '../support/harvest-rig.ts';
import { addProvider } from '../support/harvester.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, matchAll } from '../support/world.ts';

let made: TestDatabase;
const settings = (): Record<string, string> => ({ DATABASE_URL: made.url, ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8', LOG_LEVEL: 'error' });

beforeAll(async () => {
	made = await testDatabase();
});

afterAll(() => made.drop());

async function stopped(server: Running, signal: 'SIGINT' | 'SIGTERM'): Promise<Outcome> {
	server.kill(signal);
	return await server.outcome;
}

describe('lienthong serve', () => {
	it('works as separate processes for web and worker over one database, and ends them in peace', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(7);
			await addProvider(made.database, 'due', provider.url, { schedule: '0 2 * * *' });
			await made.database.pool.query("update source set due_at = now() where code = 'due'");
			const web = start(BIN, ['serve', '--role', 'web'], { ...settings(), PORT: '0' });
			const worker = start(BIN, ['serve', '--role', 'worker'], settings());
			await worker.says(/^working: /);
			const [, address = ''] = await web.says(/^ +(http:\/\/127\.0\.0\.1:\d+)\/ /m);
			const found = async (): Promise<unknown> => {
				const answer = await fetch(`${address}/api/v1/records?q=title`);
				return await answer.json();
			};
			await vi.waitFor(async () => expect(await found()).toMatchObject({ total: 7 }), { timeout: 40_000, interval: 200 });
			const { records } = (await found()) as { records: { url: string }[] };
			for (const { url } of records) expect(url.startsWith(`${address}/records/`)).toBe(true);
			expect(await (await fetch(`${address}/oai?verb=Identify`)).text()).toContain(`<baseURL>${address}/oai</baseURL>`);
			expect(await stopped(worker, 'SIGTERM')).toMatchObject({ code: 0, err: '' });
			expect(await stopped(web, 'SIGINT')).toMatchObject({ code: 0, err: '' });
		});
	});

	it('matches and indexes a decision before it answers, also where no worker runs', async () => {
		const { database } = made;
		const book = { title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', year: 2000, pages: 96, isbn: '9786042012348' };
		await harvestList(database, await addSource(database, 'decided'), [
			{ ...book, identifier: 'x' },
			{ ...book, identifier: 'twin' },
		]);
		await matchAll(database);
		const { rows } = await database.pool.query<{ id: number }>(
			"select r.id from source_record r join source s on s.id = r.source_id where s.code = 'decided'",
		);
		const [a, b] = rows.map(({ id }) => publicId(id));
		const { key } = await createApiKey(database, 'console');
		const web = start(BIN, ['serve', '--role', 'web'], { ...settings(), PORT: '0' });
		const [, address = ''] = await web.says(/^ +(http:\/\/127\.0\.0\.1:\d+)\/ /m);
		const answer = await fetch(`${address}/api/v1/decisions`, {
			method: 'POST',
			headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
			body: JSON.stringify({ verdict: 'not-same', a, b, by: 'Lan', reason: 'đã xem sách' }),
		});
		expect([answer.status, await answer.json()]).toEqual([
			201,
			expect.objectContaining({ state: 'done', unions: expect.arrayContaining([a, b]) }),
		]);
		const found = await (await fetch(`${address}/api/v1/records?q=${encodeURIComponent('Dế Mèn')}`)).json();
		expect(found).toMatchObject({ total: 2 });
		expect(await stopped(web, 'SIGTERM')).toMatchObject({ code: 0, err: '' });
	});

	it('ends at once when it cannot listen', async () => {
		const other = createServer();
		await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
		const port = String((other.address() as AddressInfo).port);
		const outcome = await call(BIN, ['serve'], { ...settings(), PORT: port });
		expect(outcome).toMatchObject({ code: EXIT_CODES['port-taken'], out: '' });
		expect(outcome.err).toContain(`port ${port} of 127.0.0.1 is taken`);
		expect(await call(BIN, ['serve'], { ...settings(), HOST: '192.0.2.1', PORT: '0' })).toMatchObject({
			code: EXIT_CODES.config,
			err: expect.stringContaining('192.0.2.1 is no address of this machine'),
		});
		expect(await call(BIN, ['serve', '--role', 'both'], settings())).toMatchObject({
			code: EXIT_CODES.usage,
			err: expect.stringContaining('one of all, web, worker'),
		});
		other.close();
	});
});
