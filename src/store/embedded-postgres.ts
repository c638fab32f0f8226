import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { AppError } from '../lib/errors.ts';
import { findBinaries } from './embedded/binaries.ts';
import { type Cluster, createCluster, runningServer, SUPERUSER, startServer, stopServer, writeSettings } from './embedded/cluster.ts';
import { FileLock } from './embedded/file-lock.ts';
import { chooseOwner } from './embedded/owner.ts';
import { clearSocketFolder, makeDataFolder, makeSocketFolder, runnableBinaries, type Say } from './embedded/place.ts';
import { type Listen, serverSettings } from './embedded/settings.ts';

/** What DATA_DIR/postgres/state.json keeps. */
interface State {
	/** Version of the data; never opened with another one. */
	readonly major: number;
	/** Folder of the data: beside the state, or where the owner can reach it. */
	readonly data: string;
	readonly port: number | null;
	readonly password: string;
}

const LOCK_MS_MAX = 180_000;
const DATABASE = 'lienthong';

export interface DatabaseHandle {
	/** For openDatabase. */
	readonly url: string;
	/** Gives it back; the last process to do so stops the embedded Postgres. */
	release(): Promise<void>;
}

/**
 * The database to use: `databaseUrl` when there is one, else the embedded Postgres under `dataDir`, made, started or joined as needed.
 * Any number of processes use it at the same time; the last one out stops it, and one left behind by a killed process is taken over.
 * `say` gets what a person should know (data put elsewhere, recovery). `settings` go over the server's own, for tests.
 */
export async function ensureDatabase(
	config: { readonly databaseUrl: string | null; readonly dataDir: string },
	say: Say,
	settings: Readonly<Record<string, string | number>> = {},
): Promise<DatabaseHandle> {
	if (config.databaseUrl !== null) return { url: config.databaseUrl, release: async () => undefined };
	const home = join(resolve(config.dataDir), 'postgres');
	makeHome(home);
	const starting = new FileLock(join(home, 'starting.lock'));
	const inUse = new FileLock(join(home, 'in-use.lock'));
	await starting.exclusive(LOCK_MS_MAX);
	try {
		const { cluster, listen, password } = await prepare(home, say);
		if ((await runningServer(cluster)) === null) {
			writeSettings(cluster, { ...serverSettings(listen, machineMemory()), ...settings });
			if ('socketFolder' in listen) clearSocketFolder(listen.socketFolder);
			await startServer(cluster, say);
		}
		if (!inUse.tryShare()) throw new AppError('busy', `${home} is being removed by another process`);
		const url = urlOf(listen, password);
		await createDatabase(url);
		return { url: url(DATABASE), release: () => leave(cluster, starting, inUse) };
	} finally {
		starting.release();
	}
}

async function leave(cluster: Cluster, starting: FileLock, inUse: FileLock): Promise<void> {
	await starting.exclusive(LOCK_MS_MAX);
	try {
		if (inUse.tryExclusive()) await stopServer(cluster);
	} finally {
		inUse.release();
		starting.release();
	}
}

/** A new folder for data that are wanted for a while, which the user that runs Postgres for root can pass through; `removeEmbedded` goes first when it is removed. */
export function freshDataDir(prefix: string): string {
	const folder = mkdtempSync(join(tmpdir(), prefix));
	chmodSync(folder, 0o711);
	return folder;
}

/** Stops the embedded Postgres under `dataDir` and removes it with all its data, wherever they are. */
export async function removeEmbedded(dataDir: string): Promise<void> {
	const home = join(resolve(dataDir), 'postgres');
	if (!existsSync(home)) return;
	const starting = new FileLock(join(home, 'starting.lock'));
	const inUse = new FileLock(join(home, 'in-use.lock'));
	await starting.exclusive(LOCK_MS_MAX);
	try {
		if (!inUse.tryExclusive()) throw new AppError('busy', `${home} is in use by another process`, { hint: 'stop it first' });
		const state = readState(home);
		if (state !== null) {
			const { cluster, listen } = await prepare(home, () => undefined);
			await stopServer(cluster);
			if ('socketFolder' in listen) rmSync(listen.socketFolder, { recursive: true, force: true });
			if (dirname(state.data) !== home) rmSync(dirname(state.data), { recursive: true, force: true });
		}
	} finally {
		inUse.release();
		starting.release();
	}
	rmSync(home, { recursive: true, force: true });
}

function makeHome(home: string): void {
	try {
		mkdirSync(home, { recursive: true });
	} catch (error) {
		throw new AppError('config', `cannot make ${home}: ${error instanceof Error ? error.message : error}`, {
			hint: 'set DATA_DIR to a folder that this user may write to, for example DATA_DIR=/srv/lienthong',
			cause: error,
		});
	}
}

const stateFile = (home: string): string => join(home, 'state.json');

/** Data that lie beside the state are the state's, wherever the folder was moved or copied to since. */
function readState(home: string): State | null {
	try {
		const state = JSON.parse(readFileSync(stateFile(home), 'utf8')) as State;
		const beside = join(home, 'cluster');
		return existsSync(beside) ? { ...state, data: beside } : state;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw new AppError('database', `cannot read ${stateFile(home)}: ${error instanceof Error ? error.message : error}`, {
			hint: 'it belongs to the user who made it: run as that user, or set DATA_DIR to another folder',
			cause: error,
		});
	}
}

/** Bytes; of the container, where that has less than the machine. */
const machineMemory = (): number => Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

/** Everything needed to start or join, with the cluster made when there is none. Under the lock. */
async function prepare(home: string, say: Say): Promise<{ cluster: Cluster; listen: Listen; password: string }> {
	const binaries = findBinaries();
	const known = readState(home);
	if (known !== null) checkData(known, binaries.major);
	const owner = chooseOwner(known === null ? null : statSync(known.data));
	const programs = runnableBinaries(binaries, home, owner, say);
	const data = known?.data ?? makeDataFolder(home, owner, say);
	const cluster: Cluster = { data, programs, owner, log: join(home, 'postgres.log') };
	const state = known ?? (await create(home, cluster, binaries.major));
	const listen = state.port === null ? { socketFolder: makeSocketFolder(data, owner) } : { port: state.port };
	return { cluster, listen, password: state.password };
}

function checkData(state: State, major: number): void {
	if (!existsSync(state.data)) {
		throw new AppError('database', `the data of the embedded Postgres are gone from ${state.data}`, {
			hint: 'bring them back from a backup, or remove the folder postgres in DATA_DIR to begin with an empty database',
		});
	}
	if (state.major === major) return;
	throw new AppError(
		'database',
		`the data in ${state.data} are those of PostgreSQL ${state.major}; this program brings PostgreSQL ${major}`,
		{
			hint: `dump them with PostgreSQL ${state.major} (pg_dump) and restore them into an empty DATA_DIR, or go back to the lienthong that made them`,
		},
	);
}

async function create(home: string, cluster: Cluster, major: number): Promise<State> {
	const state: State = {
		major,
		data: cluster.data,
		port: process.platform === 'win32' ? await freePort() : null,
		password: randomBytes(24).toString('base64url'),
	};
	// Left by a process that was killed before it wrote the state.
	rmSync(cluster.data, { recursive: true, force: true });
	createCluster(cluster, state.password);
	const half = `${stateFile(home)}.new`;
	writeFileSync(half, `${JSON.stringify(state, null, '\t')}\n`, { mode: 0o600 });
	renameSync(half, stateFile(home));
	return state;
}

function freePort(): Promise<number> {
	return new Promise((done, failed) => {
		const server = createServer();
		server.once('error', failed);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => (typeof address === 'object' && address !== null ? done(address.port) : failed(new Error('no port'))));
		});
	});
}

const urlOf =
	(listen: Listen, password: string) =>
	(database: string): string =>
		'port' in listen
			? `postgresql://${SUPERUSER}:${password}@127.0.0.1:${listen.port}/${database}`
			: `postgresql://${SUPERUSER}:${password}@/${database}?host=${encodeURIComponent(listen.socketFolder)}`;

async function createDatabase(url: (database: string) => string): Promise<void> {
	const client = new pg.Client({ connectionString: url('postgres') });
	await client.connect();
	try {
		const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
		if (rowCount === 0) await client.query(`create database ${DATABASE} template template0`);
	} finally {
		await client.end();
	}
}
