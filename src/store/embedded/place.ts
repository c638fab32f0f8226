import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { type Binaries, linkLibraries, program } from './binaries.ts';
import { canEnter, type Owner, runAs } from './owner.ts';

export type Say = (message: string) => void;

// Where root may put what another user must reach, the lasting place first.
const SHARED_PLACES = ['/var/lib/lienthong', '/var/tmp/lienthong'];

const SOCKET_NAME_BYTES = '/.s.PGSQL.5432'.length;
const SOCKET_PATH_BYTES_MAX = 103;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** A folder that only root can write to and everybody can enter. */
function sharedPlace(): string {
	for (const folder of SHARED_PLACES) {
		try {
			mkdirSync(folder, { recursive: true, mode: 0o755 });
			const { uid, mode } = lstatSync(folder);
			if (uid === 0 && (mode & 0o022) === 0) return folder;
		} catch {
			// Read-only: the next one.
		}
	}
	throw new AppError(
		'config',
		`the embedded Postgres needs a folder that its user can enter; none of ${SHARED_PLACES.join(', ')} will do`,
		{
			hint: 'put the project and DATA_DIR in a folder that others may enter (chmod o+x), or run as an ordinary user, or set DATABASE_URL',
		},
	);
}

/**
 * The folder for the data of a new cluster, empty and the owner's: inside `home` where the owner can get there, else in a shared
 * place, which is said.
 */
export function makeDataFolder(home: string, owner: Owner | null, say: Say): string {
	const reachable = canEnter(owner, home);
	const parent = reachable ? home : join(sharedPlace(), `${basename(dirname(realpathSync(home)))}-${digest(realpathSync(home))}`);
	if (!reachable) {
		mkdirSync(parent, { recursive: true, mode: 0o755 });
		say(`user ${owner?.name}, who runs Postgres for root, cannot enter ${home}: its data are in ${parent}`);
	}
	return join(parent, 'cluster');
}

/** Makes `folder` new, empty, closed to others and the owner's. */
export function ownFolder(folder: string, owner: Owner | null): void {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	chmodSync(folder, 0o700);
	if (owner !== null) chownSync(folder, owner.uid, owner.gid);
}

/** A folder for the socket: beside the data, or a short private one where that path is too long or has letters that need quoting. */
export function makeSocketFolder(cluster: string, owner: Owner | null): string {
	const beside = join(dirname(cluster), 'socket');
	const fits = Buffer.byteLength(beside) + SOCKET_NAME_BYTES <= SOCKET_PATH_BYTES_MAX && /^[\w./-]+$/.test(beside);
	const folder = fits ? beside : `/tmp/lienthong-${digest(cluster)}`;
	if (existsSync(folder)) {
		const { uid } = lstatSync(folder);
		if (uid !== (owner?.uid ?? process.getuid?.()) && uid !== process.getuid?.()) {
			throw new AppError('config', `${folder} belongs to another user (${uid})`, { hint: 'remove it, or move DATA_DIR' });
		}
	}
	ownFolder(folder, owner);
	return folder;
}

/** Removes what a killed server left of its socket; before a start, since its number may be that of another process by now. */
export function clearSocketFolder(folder: string): void {
	for (const name of readdirSync(folder)) if (name.startsWith('.s.PGSQL.')) rmSync(join(folder, name));
}

const works = (folder: string, owner: Owner | null): { ok: boolean; output: string } =>
	runAs(owner, program(folder, 'postgres'), ['--version']);

/**
 * A folder of programs that the owner can run: as npm installed them, or else a copy where the owner can get at it, which is said.
 * AppError `config` when they do not run on this machine at all.
 */
export function runnableBinaries(binaries: Binaries, home: string, owner: Owner | null, say: Say): string {
	const linked = linkLibraries(binaries.folder);
	if (linked && works(binaries.folder, owner).ok) return binaries.folder;
	const parent = owner === null ? home : sharedPlace();
	const copy = join(parent, `postgresql-${binaries.version}-${process.platform}-${process.arch}`);
	if (!existsSync(copy)) {
		copyBinaries(binaries.folder, copy);
		say(
			`${owner === null ? 'this user' : `user ${owner.name}, who runs Postgres for root,`} cannot use ${binaries.folder}: copied it to ${copy}`,
		);
	}
	const { ok, output } = works(copy, owner);
	if (ok) return copy;
	throw new AppError('config', `the embedded Postgres does not run on this machine: ${output}`, {
		hint: 'it needs glibc (Debian, Ubuntu, Fedora, …); elsewhere install Postgres and set DATABASE_URL=postgresql://user:password@host/database',
	});
}

function copyBinaries(from: string, to: string): void {
	const half = `${to}.${process.pid}`;
	// package: the links are listed by their path from the package's folder
	const folder = join(half, 'native');
	cpSync(from, folder, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
	linkLibraries(folder);
	makeReadable(folder);
	try {
		renameSync(folder, to);
	} catch (error) {
		// Another process was faster.
		if (!existsSync(to)) throw error;
	} finally {
		rmSync(half, { recursive: true, force: true });
	}
}

function makeReadable(folder: string): void {
	chmodSync(folder, 0o755);
	for (const name of ['bin', 'lib', 'share']) chmodSync(join(folder, name), 0o755);
}
