import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uploads } from '../../src/jobs/uploads.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { encodeIso2709 } from '../../src/records/iso2709.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { dropLease, takeLease } from '../../src/store/lease.ts';
import { ImportRig } from '../support/import-rig.ts';
import type { UploadTask } from '../support/upload-child.ts';
import { marcOf } from '../support/world.ts';
import { zipped } from '../support/zip-file.ts';

const rig = new ImportRig();
let folder: string;
let uploads: Uploads;
let app: FastifyInstance;
let key: string;

const newUploads = (): Uploads => new Uploads({ ...rig.harvester.deps, folder });
beforeAll(async () => {
	({ key } = await createApiKey(rig.made.database, 'files'));
});
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'lienthong-uploads-'));
	uploads = newUploads();
	app = rig.server(uploads);
});
afterEach(async () => {
	await app.close();
	await uploads.settled();
	rmSync(folder, { recursive: true });
});

const headers = () => ({ authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' });
const send = (code: string, payload: string | Buffer, query = '', more: Record<string, string> = {}) =>
	app.inject({ method: 'POST', url: `/api/v1/libraries/${code}/files${query}`, headers: { ...headers(), ...more }, payload });
const ended = async (run: number) => {
	await uploads.settled();
	return (await app.inject({ url: `/api/v1/runs/${run}`, headers: headers() })).json();
};
const titles = (code: string): Promise<string[]> =>
	rig.made.database.pool
		.query<{ identifier: string }>(
			`select identifier from source_record r join source s on s.id = r.source_id
			where s.library = $1 and not r.deleted and r.current_no > 0 order by 1`,
			[code],
		)
		.then(({ rows }) => rows.map((row) => row.identifier));
const runsOf = async (code: string): Promise<string[]> =>
	(
		await rig.made.database.pool.query<{ state: string }>(
			'select r.state from run r join source s on s.id = r.source_id where s.library = $1 order by r.id',
			[code],
		)
	).rows.map((row) => row.state);

/** Another process reads the source of this library, until it gives it back. */
async function busyElsewhere(code: string): Promise<() => Promise<void>> {
	const { pool } = rig.made.database;
	const { rows } = await pool.query<{ id: number }>('select id from source where library = $1', [code]);
	const source = rows[0]?.id ?? 0;
	const fence = (await takeLease(pool, source, 'another process', 600)) ?? 0;
	return async () => await dropLease(pool, source, fence);
}

/** Sends a file to a server that is stopped when the first records of the file are being made ready. */
async function cutOff(code: string, payload: Buffer, query = ''): Promise<{ readonly run: number }> {
	const stop = new AbortController();
	const loop = uploads.run(stop.signal);
	const { work } = rig.harvester.deps;
	const prepare = work.prepare.bind(work);
	const spy = vi.spyOn(work, 'prepare').mockImplementation(async (...args) => {
		stop.abort();
		return await prepare(...args);
	});
	const { run } = (await send(code, payload, query)).json();
	await loop;
	spy.mockRestore();
	return { run };
}

const iso = (from: number, to: number): Buffer =>
	Buffer.concat(
		Array.from({ length: to - from }, (_, i) =>
			encodeIso2709(marcOf({ identifier: `b${from + i}`, title: `Sách số ${from + i}`, year: 2001, pages: 100 })),
		),
	);
const table = (rows: number): string =>
	`Số ĐKCB,Nhan đề,Tác giả\n${Array.from({ length: rows }, (_, i) => `TK.${i},Sách số ${i},Người viết`).join('\n')}\n`;

async function workbook(rows: readonly (readonly string[])[]): Promise<Buffer> {
	const book = new ExcelJS.Workbook();
	book.addWorksheet('Sách').addRows(rows.map((row) => [...row]));
	return Buffer.from(await book.xlsx.writeBuffer());
}

/** The beginning of an old Office file with what stands in those behind a password. */
const locked = Buffer.concat([
	Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
	Buffer.alloc(1_000),
	Buffer.from('EncryptedPackage', 'utf16le'),
	Buffer.alloc(1_000),
]);

describe('a file that is sent', () => {
	it('is imported in the background as a run, a snapshot removes what it has not, and nothing stays on disk', async () => {
		const code = await rig.library();
		const first = await send(code, iso(0, 1_200), '?name=sach.mrc');
		expect(first.statusCode).toBe(202);
		const { run, address } = first.json();
		expect([first.headers.location, address]).toEqual(Array(2).fill(`https://lienthong.example.vn/api/v1/runs/${run}`));
		expect(await ended(run)).toMatchObject({ state: 'complete', mode: 'incremental', ledger: { listed: 1_200, created: 1_200 } });
		const second = (await send(code, gzipSync(iso(0, 1_000)), '?snapshot=true')).json();
		expect(await ended(second.run)).toMatchObject({ state: 'complete', mode: 'full', ledger: { unchanged: 1_000, vanished: 200 } });
		expect(await titles(code)).toHaveLength(1_000);
		expect(readdirSync(folder)).toEqual([]);
	});

	it('is read as lienthong import reads it: in a zip, as a workbook, with columns that are named', async () => {
		const code = await rig.library();
		const book = await workbook([
			['Mã', 'Chữ lớn'],
			['1', 'Tắt đèn'],
		]);
		const refused = await send(code, book, '?name=a.xlsx');
		expect([refused.statusCode, refused.json().type]).toEqual([422, 'https://lienthong.example.vn/problems/no-title-column']);
		const taken = await send(code, book, `?name=a.xlsx&column=${encodeURIComponent('Chữ lớn=title')}`);
		expect(await ended(taken.json().run)).toMatchObject({ state: 'complete', ledger: { created: 1 } });
		const packed = await send(code, await zipped({ 'sach.tsv': table(3).replaceAll(',', '\t') }));
		expect(await ended(packed.json().run)).toMatchObject({ state: 'complete', ledger: { created: 3 } });
	});

	it('as a large workbook does not keep the server from answering while it is imported', async () => {
		const code = await rig.library();
		const rows = Array.from({ length: 3_000 }, (_, i) => [`TK.${i}`, `Sách số ${i}`, 'Người viết']);
		const { run } = (await send(code, await workbook([['Số ĐKCB', 'Nhan đề', 'Tác giả'], ...rows]))).json();
		let over = false;
		const done = ended(run).finally(() => {
			over = true;
		});
		const address = await app.listen({ port: 0, host: '127.0.0.1' });
		let answered = 0;
		while (!over) {
			expect((await fetch(`${address}/healthz`)).status).toBe(200);
			if (!over) answered++;
		}
		expect(await done).toMatchObject({ state: 'complete', ledger: { created: 3_000 } });
		expect(answered).toBeGreaterThan(0);
	});

	it('gives its refused rows back as a table of the same kind, with the reason, also when it has none', async () => {
		const code = await rig.library();
		const rows = [
			['Số ĐKCB', 'Nhan đề', 'Tác giả'],
			['1', 'Tắt đèn', 'Ngô Tất Tố'],
			['2', '', 'Không tên'],
		];
		const run = (await send(code, await workbook(rows), '?name=s%C3%A1ch.xlsx')).json().run;
		await uploads.settled();
		const rejects = await app.inject({ url: `/api/v1/runs/${run}/rejects`, headers: headers() });
		expect(rejects.headers['content-disposition']).toBe(`attachment; filename*=UTF-8''reject-${run}-s%C3%A1ch.xlsx`);
		const book = new ExcelJS.Workbook();
		await book.xlsx.load(rejects.rawPayload as unknown as ArrayBuffer);
		const read = book.worksheets[0]?.getSheetValues().map((row) => (row as string[]).slice(1));
		expect(read?.slice(1)).toEqual([
			['Lý do', 'Số ĐKCB', 'Nhan đề', 'Tác giả'],
			[expect.stringContaining('Thiếu nhan đề'), '2', undefined, 'Không tên'],
		]);
		const text = (await send(code, 'Nhan đề;Tác giả\n;Không tên\n')).json().run;
		await uploads.settled();
		const lines = (await app.inject({ url: `/api/v1/runs/${text}/rejects`, headers: headers() })).body.split('\r\n');
		expect(lines).toEqual(['\ufeffLý do;Nhan đề;Tác giả', expect.stringMatching(/^"Thiếu nhan đề.*";;Không tên$/), '']);
		const good = (await send(code, table(2))).json().run;
		await uploads.settled();
		expect((await app.inject({ url: `/api/v1/runs/${good}/rejects`, headers: headers() })).statusCode).toBe(404);
		expect(readdirSync(folder)).toEqual([]);
	});

	it('shows what it would do, and its columns, and writes nothing', async () => {
		const code = await rig.library();
		const shown = await send(code, table(4), '/preview?name=sach.csv');
		expect(shown.json()).toMatchObject({
			file: 'sach.csv',
			format: 'rows',
			source: null,
			ledger: { listed: 4, created: 4 },
			table: { encoding: 'utf-8', columns: [{ field: 'barcode' }, { heading: 'Nhan đề', field: 'title' }, { field: 'author' }] },
		});
		expect(shown.json().table.first[0].fields).toContainEqual(expect.objectContaining({ tag: '245' }));
		expect(await runsOf(code)).toEqual([]);
		expect(readdirSync(folder)).toEqual([]);
	});
});

describe('a file that cannot be taken', () => {
	it.each([
		['of another kind than its name', () => Buffer.from('%PDF-1.7 …'), 'file-kind', 422],
		// every octet as often as any other, those that end fields and records of MARC among them
		[
			'bytes of whatever sort',
			() => Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7_919 + (i >> 8) * 31) % 256)),
			'file-kind',
			422,
		],
		['a password', () => locked, 'file-locked', 422],
		['cut off', async () => (await workbook([['Nhan đề'], ['a']])).subarray(0, 500), 'file-broken', 422],
		['a bomb in a zip', () => zipped({ 'sach.csv': Buffer.alloc(40_000_000, 'a') }), 'too-large', 413],
		['empty', () => Buffer.alloc(0), 'file-broken', 422],
		['two files in a zip', () => zipped({ 'a.csv': table(1), 'b.csv': table(1) }), 'file-kind', 422],
		['a table without titles', () => Buffer.from('a,b\n1,2\n'), 'no-title-column', 422],
	])('is refused with what to do: %s', async (_, make, problem, status) => {
		const code = await rig.library();
		for (const path of ['', '/preview']) {
			const answer = await send(code, await make(), `${path}?name=sach.mrc`);
			expect([answer.statusCode, answer.json().type]).toEqual([status, `https://lienthong.example.vn/problems/${problem}`]);
			// Vietnamese unless another language is asked for, with what exactly was met in brackets
			const english = await send(code, await make(), `${path}?name=sach.mrc`, { 'accept-language': 'en' });
			expect(answer.json().detail).toMatch(/^Không nhận gì .*[Hh]ãy .*\. \(/);
			expect(answer.json().detail.endsWith(`. (${english.json().detail})`)).toBe(true);
		}
		expect([await titles(code), await runsOf(code), readdirSync(folder)]).toEqual([[], [], []]);
	});

	it('leaves nothing behind when it turns out broken half-way: its run says so', async () => {
		const code = await rig.library();
		const packed = gzipSync(Buffer.alloc(60_000_000, `${table(1).split('\n')[0]}\n`));
		const { run } = (await send(code, packed)).json();
		expect(await ended(run)).toMatchObject({ state: 'failed', error: 'too-large', ledger: { vanished: 0 } });
		expect([await titles(code), readdirSync(folder)]).toEqual([[], []]);
	});

	it('is refused in both languages when there is nothing of it', async () => {
		const code = await rig.library();
		const sendNothing = async (language: string) =>
			await app.inject({
				method: 'POST',
				url: `/api/v1/libraries/${code}/files`,
				headers: { authorization: `Bearer ${key}`, 'accept-language': language },
			});
		const [vi, en] = [await sendNothing('vi'), await sendNothing('en')];
		expect([vi.statusCode, vi.json().detail]).toEqual([400, expect.stringMatching(/tệp rỗng\. Hãy xuất lại tệp/)]);
		expect([en.statusCode, en.json().detail]).toEqual([400, expect.stringMatching(/it is empty\. Export it again/)]);
	});

	it('is refused before it has come when it says that it is too large, and without a key, a library or a known parameter', async () => {
		const code = await rig.library();
		const declared = await send(code, 'x', '', { 'content-length': String(LIMITS.fileBytesMax + 1) });
		expect([declared.statusCode, declared.headers.connection]).toEqual([413, 'close']);
		const stranger = await app.inject({ method: 'POST', url: `/api/v1/libraries/${code}/files`, payload: table(1) });
		expect(stranger.statusCode).toBe(401);
		expect((await send('NOBODY', table(1))).statusCode).toBe(404);
		expect((await send(code, table(1), '?snapshto=true')).statusCode).toBe(400);
		expect((await send(code, table(1), '?source=999999')).statusCode).toBe(404);
		expect((await send(code, table(1), '?column=x')).statusCode).toBe(400);
		expect(readdirSync(folder)).toEqual([]);
	});

	it('is called by the last part of its name, and never lies anywhere else', async () => {
		const code = await rig.library();
		const name = '../../etc/..\\sách\u0000\n.csv';
		const { run } = (await send(code, table(1), `?name=${encodeURIComponent(name).replace('%00', '')}`)).json();
		expect(await ended(run)).toMatchObject({ state: 'complete', details: { notes: { file: { name: 'sách .csv' } } } });
		const up = (await send(code, table(2), `?name=${encodeURIComponent('../..')}`)).json();
		expect(await ended(up.run)).toMatchObject({ state: 'complete', details: { notes: { file: { name: 'the file' } } } });
		expect(readdirSync(folder)).toEqual([]);
	});
});

describe('while a file is imported', () => {
	it('others of the same library wait for their turn, in the order in which they came, and one of another library does not', async () => {
		const [code, other] = [await rig.library(), await rig.library()];
		await send(code, iso(0, 3_000));
		await uploads.settled();
		const giveBack = await busyElsewhere(code);
		const [second, third] = [(await send(code, iso(0, 1_000), '?snapshot=true')).json().run, (await send(code, table(5))).json().run];
		expect(await runsOf(code)).toEqual(['complete', 'queued', 'queued']);
		const state = async (run: number) => (await app.inject({ url: `/api/v1/runs/${run}` })).json();
		expect(await state(third)).toMatchObject({ state: 'queued', finished: null, ledger: { listed: 0 } });
		expect((await send(other, iso(0, 10))).statusCode).toBe(202);
		await uploads.settled();
		expect([await runsOf(code), await runsOf(other)]).toEqual([['complete', 'queued', 'queued'], ['complete']]);
		await giveBack();
		await uploads.tick();
		await uploads.settled();
		expect(await runsOf(code)).toEqual(['complete', 'complete', 'complete']);
		// had the third been taken first, the second would have removed its records
		expect(await state(second)).toMatchObject({ mode: 'full', ledger: { listed: 1_000, unchanged: 1_000, vanished: 2_000 } });
		expect([(await titles(code)).length, readdirSync(folder)]).toEqual([1_005, []]);
	});

	it('first files of a library that come at once are all taken', async () => {
		const code = await rig.library();
		const answers = await Promise.all([send(code, iso(0, 100)), send(code, iso(100, 200)), send(code, iso(200, 300))]);
		expect(answers.map((answer) => answer.statusCode)).toEqual([202, 202, 202]);
		await uploads.settled();
		expect([await runsOf(code), (await titles(code)).length]).toEqual([['complete', 'complete', 'complete'], 300]);
	});

	it('so many may wait, and no more; one that waits survives the end of the process', async () => {
		const code = await rig.library();
		await send(code, iso(0, 10));
		await uploads.settled();
		const giveBack = await busyElsewhere(code);
		const answers = [];
		for (let i = 0; i <= LIMITS.filesQueuedMax; i++) answers.push(await send(code, iso(i + 10, i + 11)));
		expect(answers.map((answer) => answer.statusCode)).toEqual([...Array(LIMITS.filesQueuedMax).fill(202), 503]);
		expect(answers.at(-1)?.headers['retry-after']).toBeDefined();
		expect(readdirSync(folder)).toHaveLength(LIMITS.filesQueuedMax);
		expect((await runsOf(code)).filter((state) => state === 'queued')).toHaveLength(LIMITS.filesQueuedMax);
		// a process that ended looks for nothing any more
		await uploads.settled();
		await giveBack();
		uploads = newUploads();
		await uploads.tick();
		await uploads.settled();
		expect([new Set(await runsOf(code)), (await titles(code)).length]).toEqual([new Set(['complete']), 10 + LIMITS.filesQueuedMax]);
		expect(readdirSync(folder)).toEqual([]);
	});

	it('one that was cut off is not lost when another file is imported meanwhile from the command line', async () => {
		const code = await rig.library();
		const { run } = await cutOff(code, iso(0, 12_000));
		await rig.harvester.importFile(rig.file('between.mrc', iso(12_000, 12_010)), code);
		expect(await runsOf(code)).toEqual(['queued', 'complete']);
		uploads = newUploads();
		await uploads.tick();
		expect(await ended(run)).toMatchObject({ state: 'complete', ledger: { listed: 12_000, created: 12_000 } });
		expect((await titles(code)).length).toBe(12_010);
	});

	it('one whose file is nowhere is given up after a day, and holds up nobody', async () => {
		const code = await rig.library();
		await send(code, iso(0, 10));
		await uploads.settled();
		const upload = { file: 'nowhere', name: 'sach.mrc', columns: {} };
		const { rows } = await rig.made.database.pool.query<{ id: number }>(
			`insert into run (source_id, mode, state, staged, notes) select id, 'full', 'queued', true, $2 from source where library = $1 returning id`,
			[code, { upload }],
		);
		const lost = rows[0]?.id ?? 0;
		await send(code, iso(10, 20));
		await uploads.settled();
		expect(await runsOf(code)).toEqual(['complete', 'queued', 'complete']);
		await rig.made.database.pool.query("update run set started_at = now() - interval '2 days' where id = $1", [lost]);
		await uploads.tick();
		expect(await ended(lost)).toMatchObject({ state: 'failed', error: 'not-found' });
		expect((await titles(code)).length).toBe(20);
	});

	it('a stop cuts it off, and the next process on this machine goes on with the same run', async () => {
		const code = await rig.library();
		const { run } = await cutOff(code, iso(0, 12_000), '?snapshot=true');
		expect(await runsOf(code)).toEqual(['running']);
		expect([await titles(code), readdirSync(folder).length]).toEqual([[], 1]);
		uploads = newUploads();
		await uploads.tick();
		expect(await ended(run)).toMatchObject({ state: 'complete', mode: 'full', ledger: { listed: 12_000, created: 12_000, repeated: 0 } });
		expect([(await titles(code)).length, readdirSync(folder)]).toEqual([12_000, []]);
	});

	it.each([1, 12, 40])(
		'a kill loses nothing: its run is gone on with by the next process (%i queries after it began)',
		async (dieAfter) => {
			const code = await rig.library();
			const path = rig.file('kill.mrc', iso(0, 12_000));
			const task: UploadTask = { databaseUrl: rig.made.url, folder, library: code, path, dieAfter };
			const child = spawnSync(process.execPath, ['test/support/upload-child.ts', JSON.stringify(task)], { encoding: 'utf8' });
			expect([child.signal, await titles(code)]).toEqual(['SIGKILL', []]);
			expect([['queued'], ['running']]).toContainEqual(await runsOf(code));
			uploads = newUploads();
			await vi.waitFor(
				async () => {
					await uploads.tick();
					await uploads.settled();
					expect(await runsOf(code)).toEqual(['complete']);
				},
				{ timeout: 55_000, interval: 200 },
			);
			expect(await ended(Number(child.stdout))).toMatchObject({ mode: 'full', ledger: { listed: 12_000, created: 12_000, repeated: 0 } });
			expect([(await titles(code)).length, readdirSync(folder)]).toEqual([12_000, []]);
		},
		60_000,
	);

	it('a file that was spoilt after a kill ends its run as failed, and takes nothing', async () => {
		const code = await rig.library();
		const stop = new AbortController();
		const loop = uploads.run(stop.signal);
		const { run } = (await send(code, iso(0, 12_000))).json();
		stop.abort();
		await loop;
		writeFileSync(join(folder, readdirSync(folder)[0] ?? ''), '');
		uploads = newUploads();
		await uploads.tick();
		expect(await ended(run)).toMatchObject({ state: 'failed', error: 'file-broken' });
		expect([await titles(code), readdirSync(folder)]).toEqual([[], []]);
	});

	it('one that breaks off while it is sent leaves nothing; what lies for a day and is waited for by no run is removed', async () => {
		const code = await rig.library();
		await app.listen({ host: '127.0.0.1', port: 0 });
		const { port } = app.server.address() as AddressInfo;
		const sending: ClientRequest = request({
			port,
			host: '127.0.0.1',
			method: 'POST',
			path: `/api/v1/libraries/${code}/files`,
			headers: { ...headers(), 'content-length': 1_000_000 },
		});
		sending.on('error', () => undefined);
		sending.write(iso(0, 10));
		await vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(1), 50_000);
		sending.destroy();
		await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), 50_000);
		expect(await runsOf(code)).toEqual([]);
		for (const name of ['old', 'new']) writeFileSync(join(folder, name), 'x');
		utimesSync(join(folder, 'old'), 1, 1);
		await uploads.tick();
		expect([existsSync(join(folder, 'old')), existsSync(join(folder, 'new'))]).toEqual([false, true]);
	});
});

it('a file that meets a fault of this program is given up, and the next one has its turn', async () => {
	const code = await rig.library();
	const prepare = vi.spyOn(rig.harvester.deps.work, 'prepare').mockRejectedValueOnce(new TypeError('x is not a function'));
	const first = (await send(code, table(3))).json();
	expect(await ended(first.run)).toMatchObject({ state: 'failed', error: 'internal' });
	prepare.mockRestore();
	const second = (await send(code, table(3))).json();
	expect(await ended(second.run)).toMatchObject({ state: 'complete', ledger: { created: 3 } });
	expect(readdirSync(folder)).toEqual([]);
});

it('a file is gone on with when the database was gone for a moment', async () => {
	const code = await rig.library();
	const gone = Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });
	const prepare = vi.spyOn(rig.harvester.deps.work, 'prepare').mockRejectedValueOnce(gone);
	const { run } = (await send(code, table(3))).json();
	await uploads.settled();
	expect(await runsOf(code)).toEqual(['running']);
	prepare.mockRestore();
	await uploads.tick();
	expect(await ended(run)).toMatchObject({ state: 'complete', ledger: { created: 3 } });
});
