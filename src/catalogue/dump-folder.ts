import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKSUMS, type DumpManifest, MANIFEST, TERMS } from './dump-manifest.ts';

const NAME = /^(?:full-\d{1,15}|delta-\d{1,15}-\d{1,15})$/;
/** Where removed files are written down, so that followers of a list of changes hear of it. */
export const REMOVED = 'removed.json';

/** Files of a dump that was removed to make room for newer ones. */
export interface RemovedDump {
	readonly name: string;
	readonly files: readonly string[];
	readonly at: string;
}

/** A file to be sent. */
export interface ServedFile {
	readonly path: string;
	readonly bytes: number;
	readonly modifiedMs: number;
	readonly mediaType: string;
	/** Without quotation marks; the same bytes have the same. */
	readonly tag: string;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
	[MANIFEST]: 'application/json; charset=utf-8',
	[TERMS]: 'text/plain; charset=utf-8',
	[CHECKSUMS]: 'text/plain; charset=utf-8',
};

const isMissing = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** The dumps under a folder. Each is a folder that is renamed to its name when it is whole, so what has a name is whole. */
export class DumpFolder {
	readonly path: string;
	/** A dump never changes. */
	readonly #known = new Map<string, DumpManifest>();

	constructor(path: string) {
		this.path = path;
	}

	/** Newest first, a full dump before the delta that leads to it. */
	async list(): Promise<readonly DumpManifest[]> {
		const names = await readdir(this.path).catch((error: unknown): string[] => {
			if (isMissing(error)) return [];
			throw error;
		});
		const found: DumpManifest[] = [];
		for (const name of names.filter((one) => NAME.test(one))) {
			const manifest = await this.#manifest(name);
			if (manifest !== undefined) found.push(manifest);
		}
		for (const name of this.#known.keys()) if (!names.includes(name)) this.#known.delete(name);
		return found.sort((a, b) => b.to - a.to || (a.from ?? -1) - (b.from ?? -1));
	}

	async #manifest(name: string): Promise<DumpManifest | undefined> {
		const known = this.#known.get(name);
		if (known !== undefined) return known;
		try {
			const manifest = JSON.parse(await readFile(join(this.path, name, MANIFEST), 'utf8')) as DumpManifest;
			this.#known.set(name, manifest);
			return manifest;
		} catch (error) {
			// removed since the folder was listed
			if (isMissing(error)) return undefined;
			throw error;
		}
	}

	/** What was removed, oldest first. */
	async removed(): Promise<readonly RemovedDump[]> {
		try {
			return JSON.parse(await readFile(join(this.path, REMOVED), 'utf8')) as RemovedDump[];
		} catch (error) {
			if (isMissing(error)) return [];
			throw error;
		}
	}

	/** A file of a dump; undefined for anything else, whatever the names look like. */
	async file(dump: string, name: string): Promise<ServedFile | undefined> {
		if (!NAME.test(dump)) return undefined;
		const manifest = await this.#manifest(dump);
		const entry = manifest?.files.find((file) => file.name === name);
		const mediaType = entry?.mediaType ?? (Object.hasOwn(MEDIA_TYPES, name) ? MEDIA_TYPES[name] : undefined);
		if (manifest === undefined || mediaType === undefined) return undefined;
		const path = join(this.path, dump, name);
		try {
			const { size, mtimeMs } = await stat(path);
			return { path, bytes: size, modifiedMs: mtimeMs, mediaType, tag: entry?.sha256 ?? `${dump}-${Date.parse(manifest.made)}-${name}` };
		} catch (error) {
			if (isMissing(error)) return undefined;
			throw error;
		}
	}
}
