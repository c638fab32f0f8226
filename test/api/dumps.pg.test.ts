import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRange } from '../../src/api/byte-range.ts';
import { listen } from '../../src/api/server.ts';
import type { DumpManifest } from '../../src/catalogue/dump-manifest.ts';
import { makeDumps } from '../../src/jobs/make-dumps.ts';
import { publicId } from '../../src/lib/ids.ts';
import { sha256Hex } from '../support/digest.ts';
import { dumpDeps } from '../support/dumps.ts';
import { hasPeer } from '../support/peers.ts';
import { TestCatalogue } from './catalogue.ts';

const run = promisify(execFile);

let catalogue: TestCatalogue;
let app: FastifyInstance;
let folder: string;
let address: string;
let full: DumpManifest;
let delta: DumpManifest;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	folder = await mkdtemp(join(tmpdir(), 'lienthong-dumps-'));
	for (let id = 1; id <= 20; id++) await catalogue.put({ id });
	await catalogue.put({ id: 21, members: [{ source: 'kin-oai', library: 'KIN', share: 'none' }] });
	const deps = dumpDeps(catalogue.database, join(folder, 'dumps'));
	await makeDumps(deps);
	await catalogue.put({ id: 1, state: 'redirect', redirectTo: 2 }, { id: 3, state: 'deleted' }, { id: 22, title: 'Nhan đề mới' });
	[delta, full] = (await makeDumps(deps)) as [DumpManifest, DumpManifest];
	await writeFile(join(folder, 'secret.txt'), 'secret');
	app = catalogue.server({ dumpsFolder: join(folder, 'dumps') });
	await listen(app, '127.0.0.1', 0);
	address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
	await rm(folder, { recursive: true, force: true });
});

const marcxml = () => {
	const entry = full.files.find(({ format }) => format === 'marcxml');
	if (entry === undefined) throw new Error('no file');
	return { entry, url: `${address}/dumps/${full.name}/${entry.name}` };
};
const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') => fetch(url, { headers, method });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe('/dumps', () => {
	it('lists what there is, newest first, with addresses and checksums', async () => {
		const answer = await ask(`${address}/dumps`);
		const { dumps } = (await answer.json()) as { dumps: (DumpManifest & { files: { url: string; sha256: string }[] })[] };
		expect(dumps.map(({ name }) => name)).toEqual([full.name, delta.name, `full-${delta.from}`]);
		expect(dumps[0]?.files[0]?.url).toMatch(new RegExp(`^https://lienthong.example.vn/dumps/${full.name}/${full.name}\\.xml\\.gz$`));
		for (const { name, files } of dumps) {
			for (const file of files) expect(sha256Hex(await bytesOf(await ask(`${address}/dumps/${name}/${file.name}`)))).toBe(file.sha256);
		}
		const again = await ask(`${address}/dumps`, { 'if-none-match': answer.headers.get('etag') ?? '' });
		expect(again.status).toBe(304);
	});

	it('sends a file whole, and tells a client that has it', async () => {
		const { entry, url } = marcxml();
		const answer = await ask(url);
		expect(answer.status).toBe(200);
		expect(Object.fromEntries(answer.headers)).toMatchObject({
			'content-type': 'application/gzip',
			'accept-ranges': 'bytes',
			etag: `"${entry.sha256}"`,
			'content-length': String(entry.bytes),
		});
		expect(answer.headers.get('content-encoding')).toBeNull();
		const modified = answer.headers.get('last-modified') ?? '';
		expect((await ask(url, { 'if-none-match': `W/"x", "${entry.sha256}"` })).status).toBe(304);
		expect((await ask(url, { 'if-modified-since': modified })).status).toBe(304);
		// the tag comes first
		expect((await ask(url, { 'if-none-match': '"x"', 'if-modified-since': modified })).status).toBe(200);
		const head = await ask(url, {}, 'HEAD');
		expect([head.status, head.headers.get('content-length'), (await bytesOf(head)).length]).toEqual([200, String(entry.bytes), 0]);
	});

	it('goes on with a download where it was cut off', async () => {
		const { entry, url } = marcxml();
		const whole = await bytesOf(await ask(url));
		const rest = await ask(url, { range: 'bytes=100-', 'if-range': `"${entry.sha256}"` });
		expect([rest.status, rest.headers.get('content-range')]).toEqual([206, `bytes 100-${entry.bytes - 1}/${entry.bytes}`]);
		expect(Buffer.concat([whole.subarray(0, 100), await bytesOf(rest)])).toEqual(whole);
		expect(await bytesOf(await ask(url, { range: 'bytes=-7' }))).toEqual(whole.subarray(-7));
		expect((await ask(url, { range: 'bytes=100-', 'if-range': '"another"' })).status).toBe(200);
		expect((await ask(url, { range: 'bytes=0-1,5-6' })).status).toBe(200);
		const beyond = await ask(url, { range: `bytes=${entry.bytes}-` });
		expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${entry.bytes}`]);
	});

	it('sends nothing of a file that is not the one that the client holds to', async () => {
		const { entry, url } = marcxml();
		const modified = (await ask(url)).headers.get('last-modified') ?? '';
		const longAgo = 'Thu, 01 Jan 1970 00:00:00 GMT';
		for (const held of [{ 'if-match': '"another"' }, { 'if-match': `W/"${entry.sha256}"` }, { 'if-unmodified-since': longAgo }]) {
			const refused = await ask(url, { ...held, range: 'bytes=100-' });
			expect([held, refused.status, await refused.json()]).toEqual([
				held,
				412,
				expect.objectContaining({ type: expect.stringMatching(/\/problems\/not-the-same$/) }),
			]);
		}
		// the tag comes first
		for (const held of [
			{ 'if-match': `"another", "${entry.sha256}"`, 'if-unmodified-since': longAgo },
			{ 'if-match': '*' },
			{ 'if-unmodified-since': modified },
			{ 'if-unmodified-since': 'yesterday' },
		])
			expect([held, (await ask(url, { ...held, range: 'bytes=100-' })).status]).toEqual([held, 206]);
	});

	it('offers the files of the dumps and no others', async () => {
		await mkdir(join(folder, 'dumps', '.unfinished-full-9'));
		await writeFile(join(folder, 'dumps', full.name, 'other.txt'), 'no');
		for (const path of [
			'/dumps/..%2fsecret.txt/x',
			`/dumps/${full.name}/..%2f..%2fsecret.txt`,
			`/dumps/${full.name}/other.txt`,
			`/dumps/${full.name}/__proto__`,
			'/dumps/.unfinished-full-9/manifest.json',
			'/dumps/full-999999/manifest.json',
			'/dumps/removed.json/x',
		])
			expect([path, (await app.inject(path)).statusCode]).toEqual([path, 404]);
		expect((await app.inject(`/dumps/${full.name}/licences.txt`)).body).toContain('Thư viện tỉnh');
		expect(JSON.parse((await app.inject(`/dumps/${delta.name}/manifest.json`)).body)).toEqual(delta);
	});

	it('says that there is none yet', async () => {
		const empty = catalogue.server({ dumpsFolder: join(folder, 'nothing') });
		expect((await empty.inject('/dumps')).json()).toEqual({ dumps: [] });
		expect((await empty.inject('/resourcesync/resourcelist.xml')).body).toContain('capability="resourcelist" at="1970-01-01T00:00:00Z"');
		await empty.close();
	});
});

describe('a range', () => {
	it('lies in the file, or is refused, or is passed over', () => {
		fc.assert(
			fc.property(fc.nat({ max: 50 }), fc.option(fc.nat({ max: 60 })), fc.option(fc.nat({ max: 60 })), (bytes, from, to) => {
				const range = readRange(`bytes=${from ?? ''}-${to ?? ''}`, bytes);
				const all = Array.from({ length: bytes }, (_, i) => i);
				const wanted =
					from === null ? (to === null ? all : all.slice(Math.max(0, bytes - to))) : all.slice(from, to === null ? bytes : to + 1);
				if (range === 'unsatisfiable') expect(wanted).toEqual([]);
				else if (range !== undefined) expect(all.slice(range.first, range.last + 1)).toEqual(wanted);
			}),
		);
		for (const wrong of ['', 'bytes=', 'bytes=-', 'lines=1-2', 'bytes=5-2', 'bytes=a-b', 'bytes=1-2,4-5'])
			expect(readRange(wrong, 10)).toBeUndefined();
	});
});

describe('read by programs that are not ours', () => {
	const python = async (script: string, ...args: string[]): Promise<string> =>
		(await run('python3', ['-c', script, ...args], { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } })).stdout;
	const path = (dump: DumpManifest, format: string): string =>
		join(folder, 'dumps', dump.name, dump.files.find((f) => f.format === format)?.name ?? '');

	it.runIf(hasPeer('pymarc'))('pymarc reads the records and the deletions', async () => {
		const script = `
import sys, gzip, io, pymarc
kind, name = sys.argv[1:3]
data = gzip.open(name).read()
records = pymarc.parse_xml_to_array(io.BytesIO(data)) if kind == 'xml' else list(pymarc.MARCReader(data))
for r in records: print(r['001'].data + (' deleted' if str(r.leader)[5] == 'd' else ' ' + r['245']['a']))`;
		for (const kind of ['marcxml', 'marc']) {
			const read = async (dump: DumpManifest): Promise<string[]> =>
				(await python(script, kind === 'marc' ? 'mrc' : 'xml', path(dump, kind))).trim().split('\n').sort();
			expect(await read(delta)).toEqual([`${publicId(1)} deleted`, `${publicId(3)} deleted`, `${publicId(22)} Nhan đề mới /`].sort());
			expect(await read(full)).toHaveLength(19);
		}
	});

	it.runIf(hasPeer('sha256sum'))('sha256sum finds every file as it should be', async () => {
		const { stdout } = await run('sha256sum', ['--check', 'SHA256SUMS'], { cwd: join(folder, 'dumps', full.name) });
		expect(stdout.match(/: OK$/gm)).toHaveLength(3);
	});

	it.runIf(hasPeer('curl'))('curl goes on with a file of which it has the beginning', async () => {
		const { entry, url } = marcxml();
		const target = join(folder, 'half.gz');
		await run('curl', ['-sf', '-o', target, url]);
		await truncate(target, 50);
		await run('curl', ['-sf', '-C', '-', '-o', target, url]);
		expect(sha256Hex(await readFile(target))).toBe(entry.sha256);
	});

	it.runIf(hasPeer('resync'))('resync reads the documents of ResourceSync', async () => {
		const script = `
import sys
from resync.capability_list import CapabilityList
from resync.source_description import SourceDescription
from resync.resource_list import ResourceList
from resync.change_list import ChangeList
def read(kind, path):
    d = kind(); d.read(sys.argv[1] + path); return d
print(' '.join(r.uri for r in read(SourceDescription, '/.well-known/resourcesync')))
print(' '.join(sorted(str(r.capability) for r in read(CapabilityList, '/resourcesync/capabilitylist.xml'))))
r = read(ResourceList, '/resourcesync/resourcelist.xml')
print(' '.join(sorted(x.sha256 + ':' + str(x.length) for x in r)))
c = read(ChangeList, '/resourcesync/changelist.xml')
print(' '.join(x.change for x in c))`;
		const [description, capabilities, resources, changes] = (await python(script, address)).split('\n');
		expect(description).toBe('https://lienthong.example.vn/resourcesync/capabilitylist.xml');
		expect(capabilities).toBe('changelist resourcelist');
		expect(resources?.split(' ')).toHaveLength(9);
		for (const { sha256, bytes } of [...full.files, ...delta.files]) expect(resources).toContain(`${sha256}:${bytes}`);
		expect(changes).toBe(Array.from({ length: 9 }, () => 'created').join(' '));
	});
});
