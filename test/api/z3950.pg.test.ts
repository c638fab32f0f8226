import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listenZ3950, type Z3950Listener } from '../../src/api/z3950/listener.ts';
import { publicId } from '../../src/lib/ids.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { BerFramer } from '../../src/protocols/ber/framer.ts';
import { type Apdu, decodeApdu, encodeApdu } from '../../src/protocols/z3950/apdu.ts';
import { type Authentication, OPTION } from '../../src/protocols/z3950/init.ts';
import { SYNTAX } from '../../src/protocols/z3950/oids.ts';
import { parsePqf } from '../../src/protocols/z3950/pqf.ts';
import { createApiKey, revokeApiKey } from '../../src/store/api-key.ts';
import { hasPeer } from '../support/peers.ts';
import { harvestTarget, z3950Target } from '../support/slice-rig.ts';
import { decodedByTshark } from '../support/tshark.ts';
import { type PutUnion, TestCatalogue } from './catalogue.ts';

const RECORDS = 130;
const SHELF: readonly PutUnion[] = [
	...Array.from({ length: RECORDS }, (_, i) => ({ id: i + 1, title: `Đường về ${i + 1}` })),
	{ id: 500, title: 'Lý Sơn', isbn: '9780306406157' },
	{ id: 501, title: 'Lỵ sởn', members: [{ source: 'thcs-file', library: 'THCS' }] },
	{ id: 502, title: 'Sách kín', members: [{ source: 'kin-oai', library: 'KIN', share: 'none' as const }] },
];
const run = promisify(execFile);

let catalogue: TestCatalogue;
let listener: Z3950Listener;

let nowMs = 0;
const listen = (idleMs?: number, keysOnly = false): Promise<Z3950Listener> =>
	listenZ3950(
		{
			clock: { now: () => nowMs, sleep: () => Promise.resolve() },
			keysOnly,
			database: catalogue.database.pool,
			engine: catalogue.engine,
			repositoryIdentifier: 'lienthong.example.vn',
			logger: { error: (fields: object) => catalogue.errors.push(fields) } as never,
			...(idleMs === undefined ? {} : { idleMs }),
		},
		'127.0.0.1',
		0,
	);

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	await catalogue.put(...SHELF);
	await catalogue.index(...SHELF);
	listener = await listen();
});
afterAll(async () => {
	await listener.close();
	await catalogue.drop();
});

async function yazClient(...commands: readonly string[]): Promise<string> {
	const done = run('yaz-client', [`tcp:127.0.0.1:${listener.port}/Default`], { encoding: 'utf8' });
	done.child.stdin?.end(`${[...commands, 'quit'].join('\n')}\n`);
	return (await done).stdout;
}

describe.runIf(hasPeer('yaz-client'))('yaz-client', () => {
	it('is let in, with what is offered', async () => {
		const out = await yazClient();
		expect(out).toContain('Connection accepted by v3 target.');
		expect(out).toContain('Name   : lienthong');
		expect(out).toMatch(/Options: search present delSet scan sort namedResultSets/);
	});

	it('searches, and shows records in every syntax', async () => {
		const out = await yazClient(
			'find @attr 1=4 "lý sơn"',
			'format usmarc',
			'show 1',
			'format xml',
			'show 1',
			'elements dc',
			'show 1',
			'elements F',
			'format sutrs',
			'show 1',
			'format opac',
			'show 1',
		);
		expect(out).toContain('Number of hits: 2');
		expect(out).toContain('[Default]Record type: USmarc');
		expect(out).toContain(`001 ${publicId(500)}`);
		expect(out).toContain('245 10 $a Lý Sơn / $c Nguyễn Văn An');
		expect(out).toContain(`<controlfield tag="001">${publicId(500)}</controlfield>`);
		expect(out).toContain('<dc:title>Lý Sơn</dc:title>');
		expect(out).toContain('Record type: SUTRS');
		expect(out).toContain('Record type: OPAC');
		expect(out).toMatch(/localLocation: TVT\ncallNumber: 895.9\ncopyNumber: VV500/);
		expect(out).toContain('LDR    00000nam a2200000 a 4500');
	});

	it('has records in MARC-8 from a database of that name', async () => {
		const out = await yazClient(
			'base Default_MARC8',
			'find sơn',
			'marccharset marc8',
			'format usmarc',
			'show 1',
			'base tvt_marc8',
			'find sơn',
			'base TVT_MARC8',
			'find sơn',
		);
		expect(out).toMatch(/^00\d{3}nam {2}22/m);
		expect(out.normalize('NFC')).toContain('245 10 $a Lý Sơn / $c Nguyễn Văn An');
		expect(out).toMatch(/\[235\][\s\S]*Number of hits: 1/);
	});

	it('is told what is wrong, and goes on', async () => {
		const out = await yazClient(
			'find @attr 1=9999 a',
			'find @attr 1=31 xưa',
			'find @attr 1=4 @attr 5=102 a',
			'find @attr 1=4 @attr 5=2 a',
			'find @prox 0 3 1 2 k 2 lý sơn',
			'find sơn',
			'show 1+5',
			'format unimarc',
			'show 1',
			'format usmarc',
			'elements dc',
			'show 1',
			'elements F',
			'base NONE',
			'find sơn',
			'base Default',
			'find kín',
			'show 1',
			'find sơn',
		);
		expect(out).toMatch(/\[114\] Unsupported Use attribute -- v2 addinfo '9999'/);
		expect(out).toMatch(/\[126\]/);
		expect(out).toMatch(/\[120\]/);
		expect(out).toMatch(/\[9\] Truncated words too short/);
		expect(out).toMatch(/\[202\] Unsupported distance for proximity/);
		expect(out).toMatch(/\[13\] Present request out of range/);
		expect(out).toMatch(/\[239\] Record syntax not supported/);
		expect(out).toMatch(/\[25\] Specified element set name not valid for specified database -- v2 addinfo 'dc'/);
		expect(out).toMatch(/\[235\] Database does not exist -- v2 addinfo 'NONE'/);
		expect(out).toMatch(/\[15\] Record no authorized to be sent intersystem/);
		expect(out.match(/Number of hits: 2/g)).toHaveLength(2);
	});

	it('masks words, and asks for words side by side', async () => {
		const out = await yazClient(
			'find @attr 5=101 đ#ng',
			'find @attr 5=104 s#n',
			'find @attr 5=2 đường',
			'find @prox 0 1 1 2 k 2 lý sơn',
			'find @prox 0 1 1 2 k 2 sơn lý',
			'find @prox 0 1 0 2 k 2 sơn lý',
		);
		expect([...out.matchAll(/Number of hits: (\d+)/g)].map((match) => match[1])).toEqual(['130', '2', '130', '2', '0', '2']);
	});

	it('names result sets, searches in them, sorts and deletes them', async () => {
		const out = await yazClient(
			'setnames 1',
			'find đường',
			'find @and @set 1 @attr 1=4 "về 12"',
			'sort 1=31 id',
			'sort 1=4 ia',
			'show 1',
			'sort 1=1003 ia',
			'delete 1',
			'find @set 1',
		);
		expect(out).toMatch(/Number of hits: 130, setno 1[\s\S]*Number of hits: 1, setno 2/);
		expect(out).toContain('245 10 $a Đường về 12 /');
		expect(out).toMatch(/\[207\] Cannot sort according to sequence -- v2 addinfo '1003: sorted are titles from A, or dates either way'/);
		expect(out.match(/Received SortResponse: status=\w+/g)).toEqual(
			['success', 'success', 'failure'].map((status) => `Received SortResponse: status=${status}`),
		);
		expect(out).toMatch(/\[30\] Specified result set does not exist -- v2 addinfo '1'/);
	});

	it('scans', async () => {
		const out = await yazClient(
			'scan @attr 1=4 "lý"',
			'scan @attr 1=1003 n',
			'scan @attr 1=7 1',
			'scanpos 2',
			'scansize 3',
			'scan @attr 1=4 "lý"',
		);
		expect(out).toMatch(/\* Lý Sơn \(1\)/);
		expect(out).toMatch(/\* Nguyễn Văn An \(133\)/);
		expect(out).toMatch(/\[114\]/);
		expect(out).toMatch(/ {2}Đường về 130 \(1\)\n\* Lý Sơn \(1\)\n {2}Lỵ sởn \(1\)/);
	});

	it('has the titles of one library as a database', async () => {
		const out = await yazClient('base THCS', 'find sơn', 'base tvt', 'find sơn', 'base TVT', 'find @attr 1=_ALLRECORDS @attr 2=103 ""');
		expect(out).toMatch(/Number of hits: 1,[\s\S]*\[235\][\s\S]*Number of hits: 131,/);
	});
});

describe.runIf(hasPeer('zoomsh'))('zoomsh', () => {
	it('takes a whole result, with and without piggyback', async () => {
		for (const piggyback of ['0', '1']) {
			const { stdout } = await run(
				'zoomsh',
				[
					`set piggyback ${piggyback}`,
					'set preferredRecordSyntax xml',
					'set presentChunk 50',
					'set count 130',
					`connect tcp:127.0.0.1:${listener.port}/Default`,
					'search @attr 1=4 đường',
					'show 0 130',
					'quit',
				],
				{ encoding: 'utf8', maxBuffer: 1 << 24 },
			);
			expect(stdout).toMatch(/: 130 hits/);
			const numbers = [...stdout.matchAll(/<controlfield tag="001">([^<]+)</g)].map((match) => match[1]);
			expect(new Set(numbers).size).toBe(RECORDS);
		}
	});

	it('takes small messages one by one', async () => {
		const { stdout } = await run(
			'zoomsh',
			[
				'set maximumRecordSize 700',
				'set preferredMessageSize 700',
				'set preferredRecordSyntax usmarc',
				`connect tcp:127.0.0.1:${listener.port}/Default`,
				'search @attr 1=4 đường',
				'show 0 20',
				'quit',
			],
			{ encoding: 'utf8', maxBuffer: 1 << 24 },
		);
		expect(new Set([...stdout.matchAll(/^001 (\S+)/gm)].map((match) => match[1])).size).toBe(20);
	});
});

describe('our own harvester', () => {
	it.each([
		['usmarc', {}],
		['xml', { presentMax: 17 }],
		['opac', {}],
	])('takes the whole as %s', async (format, settings) => {
		const target = z3950Target(`tcp:127.0.0.1:${listener.port}/TVT`, settings, format);
		const all = await harvestTarget(target, settings);
		expect(all.outcome).toMatchObject({ state: 'complete' });
		expect([...all.listed.keys()].sort()).toEqual([...Array.from({ length: RECORDS }, (_, i) => publicId(i + 1)), publicId(500)].sort());
	});
});

/** A client that says what it is told, right or wrong. */
class RawClient {
	readonly #socket: Socket;
	readonly #framer = new BerFramer();
	readonly #answers: Apdu[] = [];
	#wake: () => void = () => undefined;
	ended = false;

	constructor(port = listener.port) {
		this.#socket = connect(port, '127.0.0.1');
		this.#socket.on('data', (bytes: Uint8Array) => {
			for (const whole of this.#framer.feed(bytes)) this.#answers.push(decodeApdu(whole));
			this.#wake();
		});
		this.#socket.on('error', () => undefined);
		this.#socket.on('close', () => {
			this.ended = true;
			this.#wake();
		});
	}

	send(bytes: Uint8Array): void {
		this.#socket.write(bytes);
	}

	/** The next answer; null when the connection ended without one. */
	async next(): Promise<Apdu | null> {
		while (this.#answers.length === 0 && !this.ended) await new Promise<void>((resolve) => (this.#wake = resolve));
		return this.#answers.shift() ?? null;
	}

	async ask(apdu: Apdu): Promise<Apdu | null> {
		this.send(encodeApdu(apdu));
		return await this.next();
	}

	async closed(): Promise<void> {
		while (!this.ended) await new Promise<void>((resolve) => (this.#wake = resolve));
	}

	drop(): void {
		this.#socket.destroy();
	}
}

const init = (more: Partial<Extract<Apdu, { kind: 'initRequest' }>> = {}): Apdu => ({
	kind: 'initRequest',
	protocolVersion: new Set([0, 1, 2]),
	options: new Set(Object.values(OPTION)),
	preferredMessageSize: 0,
	exceptionalRecordSize: 0,
	...more,
});
const search = (pqf: string, more: Partial<Extract<Apdu, { kind: 'searchRequest' }>> = {}): Extract<Apdu, { kind: 'searchRequest' }> => ({
	kind: 'searchRequest',
	smallSetUpperBound: 0,
	largeSetLowerBound: 1,
	mediumSetPresentNumber: 0,
	replaceIndicator: true,
	resultSetName: 'default',
	databaseNames: ['Default'],
	query: parsePqf(pqf, (term) => Buffer.from(term)),
	...more,
});

async function begun(more: Parameters<typeof init>[0] = {}): Promise<RawClient> {
	const client = new RawClient();
	expect(await client.ask(init(more))).toMatchObject({ kind: 'initResponse', accepted: true });
	return client;
}

describe('who is let in', () => {
	let closed: Z3950Listener;
	let key: string;
	beforeAll(async () => {
		closed = await listen(undefined, true);
		({ key } = await createApiKey(catalogue.database, 'Trường THCS', 'reader'));
	});
	afterAll(() => closed.close());
	// each test begins in another minute
	beforeEach(() => {
		nowMs += 60_000;
	});
	const password = (text: string): Authentication => ({ kind: 'password', user: 'x', password: text });
	const login = async (on: Z3950Listener, authentication?: Authentication): Promise<Apdu | null> => {
		const client = new RawClient(on.port);
		const answer = await client.ask(init(authentication === undefined ? {} : { authentication }));
		client.drop();
		return answer;
	};

	it.runIf(hasPeer('yaz-client'))('yaz-client: a key as password, as the open form and none', async () => {
		const yaz = async (on: Z3950Listener, ...auth: readonly string[]): Promise<string> => {
			const done = run('yaz-client', [...auth, `tcp:127.0.0.1:${on.port}/Default`], { encoding: 'utf8' });
			done.child.stdin?.end('find sơn\nquit\n');
			return (await done).stdout;
		};
		for (const auth of [
			['-u', `thcs/${key}`],
			['-u', key],
		]) {
			for (const on of [listener, closed]) expect(await yaz(on, ...auth)).toMatch(/Connection accepted[\s\S]*Number of hits: 2/);
		}
		for (const auth of [
			['-u', 'thcs/wrong'],
			['-u', 'wrong'],
			['-u', `thcs/${key}x`],
		]) {
			for (const on of [listener, closed]) expect(await yaz(on, ...auth)).toMatch(/Connection rejected[\s\S]*code=1011/);
		}
		for (const auth of [[], ['-u', 'anonymous']]) {
			expect(await yaz(listener, ...auth)).toContain('Number of hits: 2');
			expect(await yaz(closed, ...auth)).toMatch(/Connection rejected[\s\S]*1011[\s\S]*a key is needed/);
		}
	});

	it.runIf(hasPeer('zoomsh'))('zoomsh: user and password', async () => {
		const search = async (password: string): Promise<string> => {
			const commands = ['set user thcs', `set password ${password}`, `connect tcp:127.0.0.1:${closed.port}/Default`, 'search sơn', 'quit'];
			const { stdout, stderr } = await run('zoomsh', commands, { encoding: 'utf8' });
			return stdout + stderr;
		};
		expect(await search(key)).toContain(': 2 hits');
		expect(await search('wrong')).toMatch(/Bad Userid|1011|rejected/i);
	});

	it('our own harvester: with the key, and told why without', async () => {
		const harvest = (settings: object) => harvestTarget(z3950Target(`tcp:127.0.0.1:${closed.port}/THCS`, { ...settings }, 'usmarc'), {});
		expect((await harvest({ user: 'thcs', password: key })).listed.size).toBe(1);
		await expect(harvest({ user: 'thcs', password: 'wrong' })).rejects.toThrow(/1011/);
	});

	it('a revoked key and a key of an operator are refused, and anonymous clients where keys are needed', async () => {
		const reader = await createApiKey(catalogue.database, 'thử', 'reader');
		const operator = await createApiKey(catalogue.database, 'máy chủ');
		expect(await login(closed, password(reader.key))).toMatchObject({ accepted: true });
		await revokeApiKey(catalogue.database, reader.id);
		for (const on of [listener, closed]) {
			expect(await login(on, password(reader.key))).toMatchObject({ accepted: false, diagnostic: { condition: 1011 } });
			expect(await login(on, password(operator.key))).toMatchObject({ accepted: false, diagnostic: { condition: 1011 } });
		}
		expect(await login(listener)).toMatchObject({ accepted: true });
		expect(await login(listener, { kind: 'password' })).toMatchObject({ accepted: true });
		expect(await login(closed)).toMatchObject({ accepted: false, diagnostic: { addinfo: 'a key is needed, as the password' } });
	});

	it('an address that guesses is not listened to until the minute is over, not even with the right key', async () => {
		for (let i = 0; i < LIMITS.z3950WrongKeysPerMinuteMax; i++)
			expect(await login(closed, password(`guess ${i}`))).toMatchObject({ diagnostic: { condition: 1011 } });
		expect(await login(closed, password(key))).toMatchObject({ accepted: false, diagnostic: { condition: 1016 } });
		nowMs += 60_000;
		expect(await login(closed, password(key))).toMatchObject({ accepted: true });
	});

	it('whoever was refused can ask for nothing', async () => {
		const client = new RawClient(closed.port);
		client.send(Buffer.concat([encodeApdu(init({ authentication: { kind: 'anonymous' } })), encodeApdu(search('sơn'))]));
		expect(await client.next()).toMatchObject({ kind: 'initResponse', accepted: false });
		expect(await client.next()).toBeNull();
	});
});

describe('a session', () => {
	it('answers with the reference of the request, and to a Close with one', async () => {
		const client = await begun();
		const referenceId = Uint8Array.from([1, 2, 3]);
		expect(await client.ask({ ...search('sơn'), referenceId })).toMatchObject({ kind: 'searchResponse', resultCount: 2, referenceId });
		expect(await client.ask({ kind: 'close', reason: 0, referenceId })).toMatchObject({ kind: 'close', reason: 0, referenceId });
		await client.closed();
	});

	it('answers requests in their order, also when they come at once', async () => {
		const client = new RawClient();
		client.send(Buffer.concat([init(), search('sơn'), search('đường'), search('sơn')].map(encodeApdu)));
		await client.next();
		const counts = [await client.next(), await client.next(), await client.next()].map(
			(one) => one?.kind === 'searchResponse' && one.resultCount,
		);
		expect(counts).toEqual([2, 130, 2]);
		client.drop();
	});

	it('sends small sets with the count, some of medium ones, and none of large ones', async () => {
		const client = await begun();
		const bounds = { smallSetUpperBound: 2, largeSetLowerBound: 100, mediumSetPresentNumber: 1, recordSyntax: SYNTAX.xml };
		expect(await client.ask(search('sơn', bounds))).toMatchObject({ resultCount: 2, returned: 2, nextPosition: 0, presentStatus: 0 });
		expect(await client.ask(search('@or sơn kín', bounds))).toMatchObject({
			resultCount: 3,
			returned: 1,
			nextPosition: 2,
			presentStatus: 0,
		});
		expect(await client.ask(search('đường', bounds))).toMatchObject({ resultCount: 130, returned: 0, nextPosition: 1 });
		expect(await client.ask(search('sơn', { ...bounds, recordSyntax: SYNTAX.unimarc }))).toMatchObject({
			resultCount: 2,
			success: true,
			returned: 0,
			presentStatus: 5,
			records: { diagnostics: [{ condition: 239 }] },
		});
		client.drop();
	});

	it('keeps within the sizes that were agreed', async () => {
		const client = await begun({ preferredMessageSize: 1_000, exceptionalRecordSize: 1_000 });
		await client.ask(search('đường'));
		const present = { kind: 'presentRequest', resultSetName: 'default', start: 1, count: 100, recordSyntax: SYNTAX.usmarc } as const;
		expect(await client.ask(present)).toMatchObject({ returned: 2, nextPosition: 3, presentStatus: 2 });
		client.drop();
		const small = await begun({ preferredMessageSize: 200, exceptionalRecordSize: 200 });
		await small.ask(search('đường'));
		expect(await small.ask({ ...present, count: 1 })).toMatchObject({
			records: { records: [{ kind: 'diagnostic', diagnostic: { condition: 17 } }] },
		});
		small.drop();
	});

	it('has no names for result sets where none were agreed, and keeps so many', async () => {
		const plain = await begun({ options: new Set([OPTION.search, OPTION.present]) });
		expect(await plain.ask(search('sơn', { resultSetName: 'a' }))).toMatchObject({
			success: false,
			records: { diagnostics: [{ condition: 22 }] },
		});
		plain.drop();
		const client = await begun();
		for (let n = 0; n < LIMITS.resultSetsMax; n++) await client.ask(search('sơn', { resultSetName: `n${n}` }));
		expect(await client.ask(search('sơn', { resultSetName: 'more' }))).toMatchObject({
			success: false,
			records: { diagnostics: [{ condition: 112 }] },
		});
		expect(await client.ask(search('sơn', { resultSetName: 'n0', replaceIndicator: false }))).toMatchObject({
			records: { diagnostics: [{ condition: 21 }] },
		});
		expect(await client.ask({ kind: 'deleteRequest', function: 1 })).toMatchObject({ status: 0 });
		expect(await client.ask(search('sơn', { resultSetName: 'more' }))).toMatchObject({ success: true });
		expect(await client.ask({ kind: 'deleteRequest', function: 0, sets: ['more', 'gone'] })).toMatchObject({
			status: 1,
			statuses: [
				{ set: 'more', status: 0 },
				{ set: 'gone', status: 1 },
			],
		});
		client.drop();
	});

	it('tells a search of another type so', async () => {
		const client = await begun();
		const bytes = Buffer.from(encodeApdu(search('a')));
		// the query is [21] [1]: 0xb5 length 0xa1
		const at = bytes.indexOf(0xb5);
		expect(bytes[at + 2]).toBe(0xa1);
		bytes[at + 2] = 0xa2;
		client.send(bytes);
		expect(await client.next()).toMatchObject({ success: false, records: { diagnostics: [{ condition: 107, addinfo: '2' }] } });
		expect(await client.ask(search('sơn'))).toMatchObject({ resultCount: 2 });
		client.drop();
	});

	it.each<[string, () => readonly Uint8Array[]]>([
		['a search before Init', () => [encodeApdu(search('a'))]],
		['a second Init', () => [encodeApdu(init()), encodeApdu(init())]],
		['an answer', () => [encodeApdu(init()), encodeApdu({ kind: 'presentResponse', returned: 0, nextPosition: 0, presentStatus: 0 })]],
		['HTTP', () => [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
		['an unknown message', () => [encodeApdu(init()), Uint8Array.from([0xbf, 0x2e, 0x00])]],
		['a nesting bomb', () => [Uint8Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 0xb4 : 0x80))]],
		['a message that is too long', () => [Uint8Array.from([0xb4, 0x84, 0x7f, 0xff, 0xff, 0xff])]],
	])('ends with a Close after %s', async (_, messages) => {
		const client = new RawClient();
		for (const bytes of messages()) client.send(bytes);
		let answer = await client.next();
		if (answer?.kind === 'initResponse') answer = await client.next();
		expect(answer).toMatchObject({ kind: 'close', reason: 6 });
		await client.closed();
	});

	it('is closed when nothing is asked, and when the server ends', async () => {
		const own = await listen(50);
		const idle = new RawClient(own.port);
		expect(await idle.next()).toMatchObject({ kind: 'close', reason: 7 });
		await idle.closed();
		const open = new RawClient(own.port);
		await open.ask(init());
		const ended = own.close();
		expect(await open.next()).toMatchObject({ kind: 'close' });
		await ended;
	});

	it('is refused beyond so many from one address', async () => {
		const own = await listen();
		const clients = Array.from({ length: LIMITS.z3950SessionsPerAddressMax }, () => new RawClient(own.port));
		for (const client of clients) await client.ask(init());
		const more = new RawClient(own.port);
		expect(await more.next()).toMatchObject({ kind: 'close', reason: 4 });
		for (const client of [...clients, more]) client.drop();
		await Promise.all(clients.map((client) => client.closed()));
		await own.close();
	});

	it.runIf(hasPeer('tshark'))('is read by tshark without a complaint', async () => {
		const client = await begun();
		const present = { kind: 'presentRequest', resultSetName: 'default', start: 1, count: 2 } as const;
		const start = { kind: 'term', attributes: [{ type: 1, value: 4 }], term: Buffer.from('ly') } as const;
		const asked: Apdu[] = [
			search('@or sơn kín'),
			...Object.values(SYNTAX).map((recordSyntax) => ({ ...present, recordSyntax })),
			{ ...present, start: 9 },
			search('@attr 1=9999 a'),
			{ kind: 'scanRequest', databaseNames: ['Default'], start, count: 3, position: 2 },
			{ kind: 'scanRequest', databaseNames: ['NONE'], start, count: 3 },
			{ kind: 'sortRequest', inputs: ['default'], output: 'default', keys: [{ key: { field: 'title' }, relation: 0, caseSensitivity: 1 }] },
			{ kind: 'deleteRequest', function: 0, sets: ['default'] },
			{ kind: 'close', reason: 0 },
		];
		const answers: Apdu[] = [];
		for (const apdu of asked) answers.push((await client.ask(apdu)) as Apdu);
		const said = decodedByTshark(answers, { from: 210, to: 40_000 });
		expect(said).not.toMatch(/Malformed|BER Error/i);
		expect(said.match(/^Z39\.50 Protocol/gm)).toHaveLength(answers.length);
		client.drop();
	});

	it('leaves no error behind', () => {
		expect(catalogue.errors).toEqual([]);
	});
});
