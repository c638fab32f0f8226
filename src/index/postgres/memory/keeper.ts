import type { Pool, PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { CopyReader } from './copy-reader.ts';
import { COLUMNS, MemoryIndex } from './memory-index.ts';

const SNAPSHOT = 'begin isolation level repeatable read read only';
/** Rows of documents that changed since: with more than as many as there are documents, the index is read anew. */
const DEAD_MIN = 20_000;

interface Change {
	readonly version: number;
	readonly since: number;
	readonly ids: readonly number[];
}

/**
 * Keeps the index in memory: reads it when somebody first searches, and then what changed, as search_change says. Whatever it gives is exactly the index
 * of a version. An index that takes more than `bytesMax` is let go, and stays away.
 */
export class MemoryKeeper {
	readonly #pool: Pool;
	readonly #bytesMax: number;
	#index: MemoryIndex | null = null;
	#version = 0;
	#isTooLarge = false;
	#loading: Promise<void> | null = null;
	#following: Promise<void> | null = null;

	constructor(pool: Pool, bytesMax: number) {
		this.#pool = pool;
		this.#bytesMax = bytesMax;
	}

	/** The index at a version or a later one, with that version; null while it is being read, or where it is too large. To be read before anything else is waited for. */
	async at(version: number): Promise<{ readonly index: MemoryIndex; readonly version: number } | null> {
		if (this.#isTooLarge || this.#bytesMax === 0) return null;
		if (this.#index !== null && (this.#version < version || this.#following !== null)) {
			this.#following ??= this.#follow().finally(() => {
				this.#following = null;
			});
			await this.#following.catch(() => undefined);
		}
		if (this.#index === null) {
			void this.load().catch(() => undefined);
			return null;
		}
		return this.#following === null && this.#version >= version ? { index: this.#index, version: this.#version } : null;
	}

	/** Reads the index unless it is there. */
	async load(): Promise<void> {
		if (this.#index !== null || this.#isTooLarge) return;
		this.#loading ??= this.#read().finally(() => {
			this.#loading = null;
		});
		await this.#loading;
	}

	/** Waits for what is under way. */
	async close(): Promise<void> {
		await Promise.allSettled([this.#loading, this.#following]);
	}

	async #read(): Promise<void> {
		await this.#inSnapshot(async (client) => {
			const version = await versionOf(client);
			const index = new MemoryIndex();
			await this.#take(client, index, 'tsv is not null');
			this.#version = version;
			this.#index = index;
		});
	}

	async #follow(): Promise<void> {
		const index = this.#index;
		if (index === null) return;
		// whatever goes wrong half-way, this index is not read again
		this.#index = null;
		await this.#inSnapshot(async (client) => {
			const version = await versionOf(client);
			const { rows } = await client.query<Change>('select version, since, ids from search_change where version > $1 order by version', [
				this.#version,
			]);
			let at = this.#version;
			for (const change of rows) if (change.since === at) at = change.version;
			// what is no longer there to be followed is read anew
			if (at !== version) return;
			const ids = [...new Set(rows.flatMap((change) => change.ids))];
			if (ids.length > 0) await this.#take(client, index, `id = any ('{${ids.map(Number).join(',')}}'::bigint[])`);
			if (index.dead > Math.max(DEAD_MIN, index.rows / 2)) return;
			this.#version = version;
			this.#index = index;
		});
	}

	async #take(client: PoolClient, index: MemoryIndex, where: string): Promise<void> {
		const reader = new CopyReader();
		const stream = client.query(copyTo(`copy (select ${COLUMNS} from search_document where ${where}) to stdout (format binary)`));
		for await (const piece of stream) {
			for (const row of reader.rows(piece as Buffer)) index.write(row);
			if (index.bytes <= this.#bytesMax) continue;
			this.#isTooLarge = true;
			throw new Error(`the index takes more than ${this.#bytesMax} bytes of memory`);
		}
	}

	async #inSnapshot(work: (client: PoolClient) => Promise<void>): Promise<void> {
		const client = await this.#pool.connect();
		try {
			await client.query(SNAPSHOT);
			await work(client);
			await client.query('commit');
			client.release();
		} catch (error) {
			client.release(true);
			throw error;
		}
	}
}

async function versionOf(client: PoolClient): Promise<number> {
	const { rows } = await client.query<{ version: number }>('select version from search_state');
	return Number(rows[0]?.version);
}
