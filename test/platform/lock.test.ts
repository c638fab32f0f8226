import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

interface Locked {
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Whether the package at `path` would find `name`, in its own node_modules or in one above. */
function isLocked(packages: Readonly<Record<string, Locked>>, path: string, name: string): boolean {
	const inner = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`;
	if (packages[inner] !== undefined) return true;
	return path !== '' && isLocked(packages, path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name);
}

it('package-lock.json names the packages of other kinds of machines too, or npm ci would refuse it', () => {
	const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
	const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
		Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !isLocked(packages, path, name)),
	);
	expect(missing).toEqual([]);
});
