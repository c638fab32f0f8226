import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ErrorCode, EXIT_CODES } from '../../src/lib/errors.ts';
import { takeLease } from '../../src/store/lease.ts';
import { MATCHER_LOCK } from '../../src/store/match-state.ts';
import { BIN, call, type Outcome, start } from '../support/command-line.ts';
import { withProvider } from '../support/harvest-rig.ts';
import { addProvider } from '../support/harvester.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { ScriptedProvider } from '../support/scripted-provider.ts';
import { SELF_SIGNED_CERTIFICATE, SELF_SIGNED_KEY } from '../support/self-signed.ts';

let made: TestDatabase;
const settings = (): Record<string, string> => ({ DATABASE_URL: made.url, ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const run = (...args: string[]): Promise<Outcome> => call(BIN, args, settings());
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

beforeAll(async () => {
	made = await testDatabase();
});

afterAll(() => made.drop());

describe('lienthong harvest', () => {
	it('looks at a source, harvests it, and makes it searchable', async () => {
		await withProvider({ sets: ['a'] }, async (provider) => {
			provider.fill(12);
			provider.remove('r3', '2026-02-01T00:00:00Z');
			await addProvider(made.database, 'one', provider.url);
			const looked = await run('source', 'test', 'one');
			expect(looked).toMatchObject({ code: 0, err: '' });
			expect(looked.out).toMatch(/^provider +Thư viện tỉnh\nsoftware +not recognised\nformats +oai_dc, marc21 \(taken\)\n/);
			expect(looked.out).toMatch(/^records +12$/m);
			expect(looked.out).toMatch(/^first +r1: Title r1$/m);
			expect(looked.out).toMatch(/^— r2\n001 r2\n245 00 \$a Title r2\n\n<record>/m);
			expect(JSON.parse((await run('source', 'test', 'one', '--json')).out)).toMatchObject({
				count: 12,
				first: { title: 'Title r1' },
				records: expect.arrayContaining([expect.objectContaining({ identifier: 'r2', read: ['001 r2', '245 00 $a Title r2'] })]),
			});

			const first = await run('harvest', 'one', '--json');
			expect(first.code).toBe(0);
			expect(first.err).toContain('one: 12/12');
			const summary = JSON.parse(lastLine(first.out));
			expect(summary).toMatchObject({ source: 'one', mode: 'full', state: 'complete', listed: 12, created: 11, deleted: 1, error: null });
			expect(summary.seconds).toBeGreaterThan(0);
			expect(await made.database.pool.query('select from dirty')).toMatchObject({ rowCount: 0 });
			expect(await made.database.pool.query('select from search_document where tsv is not null')).toMatchObject({ rowCount: 11 });

			expect(lastLine((await run('harvest', 'one')).out)).toMatch(/^run \d+ of one ended complete after [\d.]+ s: /);
			const full = JSON.parse(lastLine((await run('harvest', 'one', '--full', '--json')).out));
			expect(full).toMatchObject({ mode: 'full', state: 'complete', unchanged: 12 });
		});
	});

	it('keeps union ids when a provider changed its identifiers and the source is told so', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(3);
			await addProvider(made.database, 'moving', provider.url);
			await run('harvest', 'moving');
			const living = async (): Promise<unknown[]> =>
				(
					await made.database.pool.query(
						"select r.id, r.identifier from source_record r join source s on s.id = r.source_id where s.code = 'moving' and not r.deleted order by r.id",
					)
				).rows;
			const before = await living();
			expect(before).toHaveLength(3);
			for (const id of ['r1', 'r2', 'r3']) provider.rename(id, `oai:new:${id}`);
			const wrong = await run('source', 'set', 'moving', '--setting', 'identifierSearch=oai:new:');
			expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('identifierSearch and identifierReplace go together') });
			const told = ['--setting', 'identifierSearch=oai:new:', '--setting', 'identifierReplace='];
			expect(await run('source', 'set', 'moving', ...told)).toMatchObject({ code: 0, err: '' });
			const outcome = JSON.parse(lastLine((await run('harvest', 'moving', '--full', '--json')).out));
			expect(outcome).toMatchObject({ state: 'complete', listed: 3, created: 0, deleted: 0 });
			expect(await living()).toEqual(before);

			const marked = await run('source', 'set', 'moving', '--setting', 'deletedWhen=245$a=Title r2', '--json');
			expect(JSON.parse(marked.out)).toEqual({
				source: 'moving',
				settings: expect.arrayContaining(['identifierSearch', 'identifierReplace', 'deletedWhen']),
			});
			expect(JSON.parse(lastLine((await run('harvest', 'moving', '--full', '--json')).out))).toMatchObject({ deleted: 1 });
			await run('source', 'set', 'moving', '--setting', 'deletedWhen=null');
			await run('harvest', 'moving', '--full');
			expect(await living()).toEqual(before);
		});
	});

	it('asks a person when a replaced source brings its records under other identifiers', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(4);
			await addProvider(made.database, 'replaced', provider.url);
			await run('harvest', 'replaced');
			for (let i = 1; i <= 4; i++) provider.rename(`r${i}`, `koha:${i}`);
			expect(await run('source', 'replace', 'replaced')).toMatchObject({ code: 2, err: expect.stringContaining('--url is missing') });
			const moved = await run('source', 'replace', 'replaced', '--url', provider.url.replace('/oai', '/new/oai'));
			expect(moved).toMatchObject({ code: 0, out: expect.stringContaining('harvest it: lienthong harvest replaced') });
			const held = await run('harvest', 'replaced');
			expect(held).toMatchObject({ code: EXIT_CODES.held, err: expect.stringContaining('4 records that are gone came again') });
			expect((await run('doctor')).out).toContain('waits for a person: lienthong source rekey replaced');
			const shown = await run('source', 'rekey', 'replaced');
			expect(shown.out).toMatch(/4 records are gone, 4 came, 4 of them are the same/);
			expect(shown.out).toContain('r1 → koha:1  Title r1');
			expect(await run('source', 'rekey', 'replaced', '--accept', '--drop')).toMatchObject({ code: 2 });
			expect((await run('source', 'rekey', 'replaced', '--accept')).out).toContain('4 records took other identifiers');
			expect(await run('source', 'rekey', 'replaced')).toMatchObject({ code: EXIT_CODES['not-found'] });
			expect(JSON.parse(lastLine((await run('harvest', 'replaced', '--full', '--json')).out))).toMatchObject({ unchanged: 4 });
		});
	});

	it('leaves matching to a process that is at it', async () => {
		await withProvider({}, async (provider) => {
			provider.fill(2);
			await addProvider(made.database, 'aside', provider.url);
			const other = await made.database.pool.connect();
			await other.query('select pg_advisory_lock($1)', [MATCHER_LOCK]);
			const outcome = await run('harvest', 'aside');
			expect(outcome.code).toBe(0);
			expect(outcome.err).toContain('another process is matching or indexing');
			expect(await run('match')).toMatchObject({ code: EXIT_CODES.busy, err: expect.stringContaining('another process is matching') });
			await other.query('select pg_advisory_unlock($1)', [MATCHER_LOCK]);
			other.release();
			expect((await run('match')).out).toMatch(/^2 records matched, /);
		});
	});

	it('stops at Ctrl-C and goes on from there when called again', async () => {
		let held = true;
		const wait = { verb: 'ListRecords', from: 3, reply: (good: { body: string | Buffer }) => ({ ...good, delayMs: held ? 60_000 : 0 }) };
		await withProvider({ faults: [wait] }, async (provider) => {
			provider.fill(15);
			await addProvider(made.database, 'cut', provider.url);
			const harvest = start(BIN, ['harvest', 'cut'], settings());
			await vi.waitFor(() => expect(provider.requests.filter(({ verb }) => verb === 'ListRecords')).toHaveLength(3), { timeout: 30_000 });
			harvest.kill('SIGINT');
			expect(await harvest.outcome).toMatchObject({ code: 130, out: '', err: expect.stringContaining('lienthong: stopped') });
			held = false;
			const resumed = JSON.parse(lastLine((await run('harvest', 'cut', '--json')).out));
			expect(resumed).toMatchObject({ state: 'complete', listed: 15, created: 15 });
			expect((await run('runs', 'cut')).out.trimEnd().split('\n')).toHaveLength(2);
		});
	});
});

describe('a source that cannot be harvested', () => {
	const servers: Server[] = [];
	let html = '';
	let tls = '';
	let closed = '';

	const listening = async (server: Server): Promise<string> => {
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		servers.push(server);
		return `127.0.0.1:${(server.address() as AddressInfo).port}`;
	};

	beforeAll(async () => {
		html = `http://${await listening(createServer((_, response) => response.end('<!doctype html><p>Thư viện'.padEnd(2_000))))}/`;
		tls = `https://${await listening(createTlsServer({ key: SELF_SIGNED_KEY, cert: SELF_SIGNED_CERTIFICATE }))}/oai`;
		const gone = await new ScriptedProvider().start();
		closed = gone.url;
		await gone.stop();
		await addProvider(made.database, 'unknown-host', 'http://no-such-host.invalid/oai');
		await addProvider(made.database, 'closed', closed);
		await addProvider(made.database, 'tls', tls);
		await addProvider(made.database, 'html', html);
		await addProvider(made.database, 'no-tls', html.replace('http:', 'https:'));
		await addProvider(made.database, 'private', 'http://10.1.2.3/oai');
		await addProvider(made.database, 'file', 'http://127.0.0.1/');
		await made.database.pool.query("update source set kind = 'file' where code = 'file'");
		await takeLease(made.database.pool, await addProvider(made.database, 'leased', html), 'another', 600);
	});

	afterAll(() => {
		for (const server of servers) server.close();
	});

	const cases: [string, string[], ErrorCode, string, string][] = [
		['no source is named', ['harvest'], 'usage', 'the id or code of a source is missing', '--help'],
		['it is not there', ['harvest', '4711'], 'not-found', 'there is no source 4711', 'source list'],
		['it is not there to be looked at', ['source', 'test', 'nirgends'], 'not-found', 'there is no source nirgends', 'source list'],
		['it is of another kind', ['harvest', 'file'], 'usage', 'kind file', 'lienthong import'],
		['it is of another kind to be looked at', ['source', 'test', 'file'], 'usage', 'kind file', 'lienthong import FILE'],
		['another process harvests it', ['harvest', 'leased'], 'busy', 'another process', 'lienthong runs'],
		['its host is unknown', ['harvest', 'unknown-host'], 'host-unknown', 'no-such-host.invalid', 'spelling'],
		['nothing listens there', ['harvest', 'closed'], 'connection-refused', 'nothing listens at', 'port'],
		['nothing listens there to be looked at', ['source', 'test', 'closed'], 'connection-refused', 'nothing listens at', 'port'],
		['its certificate is its own', ['harvest', 'tls'], 'certificate', 'cannot be trusted', '--setting acceptAnyCertificate=true'],
		['it speaks no TLS', ['harvest', 'no-tls'], 'certificate', 'no encryption in common', 'begins with http:'],
		['it has a private address', ['harvest', 'private'], 'address-refused', '10.1.2.3', 'add 10.1.2.3/32 to ALLOW_PRIVATE_ADDRESSES'],
		[
			'it is no OAI-PMH provider',
			['harvest', 'html'],
			'not-oai-pmh',
			'source html: the answer is no OAI-PMH but a web page',
			'check the address',
		],
	];
	it.each(cases)('says so when %s', async (_, args, code, what, hint) => {
		const { err, ...outcome } = await run(...args);
		expect(outcome.code, err).toBe(EXIT_CODES[code]);
		expect(err).toContain(what);
		expect(err.split('what to do: ')[1] ?? '').toContain(hint);
		expect(err).not.toContain('    at ');
		if (args[0] === 'harvest') expect(outcome.out).not.toContain('ended complete');
	});

	it('still prints the run, which failed', async () => {
		const { out, code } = await run('harvest', 'tls', '--json');
		expect(code).toBe(EXIT_CODES.certificate);
		expect(JSON.parse(lastLine(out))).toMatchObject({ source: 'tls', state: 'failed', listed: 0, error: { code: 'certificate' } });
	});
});
