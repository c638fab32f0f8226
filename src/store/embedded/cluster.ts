import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { program } from './binaries.ts';
import { asOwner, type Owner, runAs } from './owner.ts';
import { ownFolder, type Say } from './place.ts';

/** One Postgres with its data; `programs` is a folder that the owner can run from. */
export interface Cluster {
	readonly data: string;
	readonly programs: string;
	readonly owner: Owner | null;
	readonly log: string;
}

/** The superuser of the embedded Postgres, and the name of its database. */
export const SUPERUSER = 'lienthong';

const POLL_MS = 20;
const SLOW_START_MS = 5_000;
// Recovery after a crash reads back at most max_wal_size; even a slow disk does that in this time.
const START_MS_MAX = 600_000;
const LOG_BYTES_MAX = 10_000_000;

/** Makes an empty cluster: UTF-8, order of code points, letters by Unicode, whatever LANG says. */
export function createCluster(cluster: Cluster, password: string): void {
	const half = `${cluster.data}.new`;
	rmSync(half, { recursive: true, force: true });
	ownFolder(half, cluster.owner);
	const secret = `${cluster.data}.secret`;
	ownFolder(secret, cluster.owner);
	const passwordFile = join(secret, 'password');
	writeFileSync(passwordFile, `${password}\n`);
	const { ok, output } = runAs(cluster.owner, program(cluster.programs, 'initdb'), [
		`--pgdata=${half}`,
		`--username=${SUPERUSER}`,
		`--pwfile=${passwordFile}`,
		'--auth=scram-sha-256',
		'--encoding=UTF8',
		'--locale=C',
		'--locale-provider=builtin',
		'--builtin-locale=C.UTF-8',
		'--text-search-config=simple',
		'--no-instructions',
	]);
	rmSync(secret, { recursive: true, force: true });
	if (!ok) {
		throw new AppError('database', `initdb could not make ${half}: ${output}`, {
			hint: 'see the message; free disk space and rights on DATA_DIR are what it needs',
		});
	}
	renameSync(half, cluster.data);
}

/** Replaces our settings; those of ALTER SYSTEM, which the operator may set, come after and win. */
export function writeSettings(cluster: Cluster, settings: Readonly<Record<string, string | number>>): void {
	const lines = Object.entries(settings).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`);
	writeFileSync(
		join(cluster.data, 'lienthong.conf'),
		`# Written at each start; use ALTER SYSTEM for settings of your own.\n${lines.join('\n')}\n`,
		{ mode: 0o644 },
	);
	const main = join(cluster.data, 'postgresql.conf');
	const text = readFileSync(main, 'utf8');
	if (!text.includes("include 'lienthong.conf'")) writeFileSync(main, `${text}\ninclude 'lienthong.conf'\n`);
}

/** The first and eighth line of postmaster.pid: the process, and how far it is. */
function pidFile(cluster: Cluster): { pid: number; status: string } | null {
	const path = join(cluster.data, 'postmaster.pid');
	if (!existsSync(path)) return null;
	const lines = readFileSync(path, 'utf8').split('\n');
	return { pid: Number(lines[0]), status: lines[7]?.trim() ?? '' };
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Whether `pid` is a server on this cluster, and not some process that got the number of a dead one. */
function isServer(pid: number, cluster: Cluster): boolean {
	if (!isAlive(pid)) return false;
	const commandLine = `/proc/${pid}/cmdline`;
	if (process.platform !== 'linux') return true;
	try {
		return readFileSync(commandLine, 'utf8').split('\0').includes(cluster.data);
	} catch {
		return false;
	}
}

/** The process number of the server when it runs and takes connections; waits while one starts up or shuts down. */
export async function runningServer(cluster: Cluster): Promise<number | null> {
	for (let waited = 0; waited < START_MS_MAX; waited += POLL_MS) {
		const file = pidFile(cluster);
		if (file === null || !isServer(file.pid, cluster)) return null;
		if (file.status === 'ready') return file.pid;
		await wait(POLL_MS);
	}
	throw new AppError('database', `the Postgres on ${cluster.data} neither starts nor stops`, { hint: `look at the end of ${cluster.log}` });
}

/** A number that no process has, so that Postgres sees a stale file as stale but still looks for living children of the dead server. */
const NO_PROCESS = 2_147_483_646;

function retireStalePidFile(cluster: Cluster): void {
	const file = pidFile(cluster);
	if (file === null || !isAlive(file.pid) || isServer(file.pid, cluster)) return;
	const path = join(cluster.data, 'postmaster.pid');
	writeFileSync(path, readFileSync(path, 'utf8').replace(/^\d+/, String(NO_PROCESS)));
}

function openLog(cluster: Cluster): number {
	if (existsSync(cluster.log) && statSync(cluster.log).size > LOG_BYTES_MAX) renameSync(cluster.log, `${cluster.log}.1`);
	return openSync(cluster.log, 'a', 0o600);
}

const endOf = (log: string): string => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');

/** What Postgres says while the children of a killed server are still about to end. */
const CHILDREN_LEFT = 'is still in use';
const CHILDREN_END_MS = 500;
const START_TRIES = 20;

/** Starts the server in a session of its own, so that neither a key press nor the death of this process ends it. */
export async function startServer(cluster: Cluster, say: Say): Promise<void> {
	retireStalePidFile(cluster);
	for (let tries = 1; ; tries++) {
		const failure = await tryStart(cluster, say);
		if (failure === null) return;
		if (tries === START_TRIES || !failure.includes(CHILDREN_LEFT)) {
			throw new AppError('database', `the embedded Postgres did not start: ${failure}`, { hint: `the whole log: ${cluster.log}` });
		}
		await wait(CHILDREN_END_MS);
	}
}

/** null when it runs, else why not. */
async function tryStart(cluster: Cluster, say: Say): Promise<string | null> {
	const log = openLog(cluster);
	const child = spawn(program(cluster.programs, 'postgres'), ['-D', cluster.data], {
		...asOwner(cluster.owner),
		detached: true,
		stdio: ['ignore', log, log],
	});
	closeSync(log);
	let ended: string | undefined;
	child.once('error', (error) => {
		ended = error.message;
	});
	child.once('exit', (code, signal) => {
		ended = `it ended with ${signal ?? code}`;
	});
	child.unref();
	for (let waited = 0; waited < START_MS_MAX; waited += POLL_MS) {
		if (ended !== undefined) return `${ended}\n${endOf(cluster.log)}`;
		const file = pidFile(cluster);
		if (file?.pid === child.pid && file?.status === 'ready') return null;
		if (waited === SLOW_START_MS) say('Postgres is recovering from a crash');
		await wait(POLL_MS);
	}
	return 'it was not ready in time';
}

/** Stops the server after ending its connections, and waits for it. */
export async function stopServer(cluster: Cluster): Promise<void> {
	if ((await runningServer(cluster)) === null) return;
	const { ok, output } = runAs(cluster.owner, program(cluster.programs, 'pg_ctl'), [
		'stop',
		'-D',
		cluster.data,
		'-m',
		'fast',
		'-w',
		'-t',
		'300',
	]);
	if (!ok && (await runningServer(cluster)) !== null) {
		throw new AppError('database', `the embedded Postgres did not stop: ${output}`, { hint: `look at the end of ${cluster.log}` });
	}
}
