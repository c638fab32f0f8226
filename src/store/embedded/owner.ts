import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { AppError } from '../../lib/errors.ts';

/** The user that Postgres runs as; null: the one who runs this process. */
export interface Owner {
	readonly name: string;
	readonly uid: number;
	readonly gid: number;
}

const CANDIDATES = ['lienthong', 'postgres', 'nobody'];

const isRoot = (): boolean => process.getuid?.() === 0;

/** Postgres refuses to run as root: picks an unprivileged user, made when there is none. `known` is the owner of existing data. */
export function chooseOwner(known: { readonly uid: number } | null): Owner | null {
	if (!isRoot()) return null;
	if (known !== null) {
		const owner = users().find((user) => user.uid === known.uid);
		if (owner !== undefined) return owner;
		throw new AppError('config', `the embedded Postgres belongs to user ${known.uid}, which this machine does not have`, {
			hint: `create it: useradd --system --uid ${known.uid} lienthong`,
		});
	}
	const existing = pick();
	if (existing !== undefined) return existing;
	spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'lienthong']);
	const made = pick();
	if (made !== undefined) return made;
	throw new AppError('config', 'Postgres does not run as root, and there is no other user to run it as', {
		hint: 'create one: useradd --system lienthong; or run as an ordinary user; or set DATABASE_URL=postgresql://user:password@host/database',
	});
}

function users(): Owner[] {
	if (!existsSync('/etc/passwd')) return [];
	return readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.map((line) => line.split(':'))
		.filter((fields) => fields.length >= 7)
		.map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

function pick(): Owner | undefined {
	const all = users();
	return CANDIDATES.map((name) => all.find((user) => user.name === name && user.uid !== 0)).find((user) => user !== undefined);
}

/** What every program of Postgres is started with: no setting of the caller's leaks in, whatever LANG or PGDATA say. */
export function asOwner(owner: Owner | null): { uid?: number; gid?: number; cwd: string; env: Record<string, string> } {
	const env = { HOME: '/', PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
	const cwd = process.platform === 'win32' ? 'C:\\' : '/';
	return owner === null ? { cwd, env } : { uid: owner.uid, gid: owner.gid, cwd, env };
}

/** Runs a program to its end as the owner; its output, or undefined when it could not run or failed. */
export function runAs(owner: Owner | null, file: string, args: readonly string[]): { ok: boolean; output: string } {
	const { status, stdout, stderr, error } = spawnSync(file, args, { ...asOwner(owner), encoding: 'utf8', timeout: 600_000 });
	return { ok: status === 0, output: error === undefined ? `${stdout}${stderr}`.trim() : error.message };
}

/** Whether the owner can get at a folder: as it is, through all folders above it. */
export function canEnter(owner: Owner | null, folder: string): boolean {
	return owner === null || runAs(owner, '/bin/sh', ['-c', 'test -x "$0"', folder]).ok;
}
