import type { Pool, PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { SharedLook } from '../../../lib/shared-look.ts';
import { CopyReader } from './copy-reader.ts';

const SNAPSHOT = 'begin isolation level repeatable read read only';

/** What is held in memory, filled from rows of a table. */
export interface Held {
	readonly bytes: number;
	/** Whether it is better read again than followed. */
	readonly isWorn: boolean;
	write(columns: readonly (Buffer | null)[]): void;
}

/** How something is read and followed. */
export interface HeldKind<T extends Held> {
	readonly make: () => T;
	/** What of search_state makes all that was read before old. */
	readonly epoch: 'settled' | null;
	/** Selects all rows. */
	readonly all: string;
	/** Selects the rows of these keys, which search_change has in a column. */
	readonly some: (keys: string) => string;
	readonly changed: 'ids' | 'named';
}

interface State {
	readonly version: number;
	readonly epoch: number;
}
interface Change {
	readonly version: number;
	readonly since: number;
	readonly keys: readonly number[] | null;
}

/**
 * Keeps a part of the index in memory: reads it when it is first wanted, and then what changed, as search_change says. Whatever it gives is exactly what
 * the database has at a version. What takes more than `bytesMax` is let go, and stays away.
 */
export class MemoryKeeper<T extends Held> {
	readonly #pool: Pool;
	readonly #kind: HeldKind<T>;
	readonly #bytesMax: number;
	readonly #newestState: SharedLook<State>;
	#held: T | null = null;
	#state: State = { version: 0, epoch: 0 };
	#isTooLarge = false;
	#loading: Promise<void> | null = null;
	#following: Promise<void> | null = null;

	constructor(pool: Pool, kind: HeldKind<T>, bytesMax: number) {
		this.#pool = pool;
		this.#kind = kind;
		this.#bytesMax = bytesMax;
		this.#newestState = new SharedLook(() => this.#stateNow(pool));
	}

	/**
	 * What is held, as it is at the newest version, with that version; null while it is being read, or where it is too large. Whoever asked is to
	 * read it before anything else is waited for.
	 */
	async newest(): Promise<{ readonly held: T; readonly version: number } | null> {
		if (this.#isTooLarge || this.#bytesMax === 0) return null;
		if (this.#held !== null) {
			const { version, epoch } = await this.#newestState.ask();
			if (this.#state.version !== version || this.#state.epoch !== epoch || this.#following !== null) {
				this.#following ??= this.#follow().finally(() => {
					this.#following = null;
				});
				await this.#following.catch(() => undefined);
			}
		}
		if (this.#held === null) {
			void this.load().catch(() => undefined);
			return null;
		}
		// another round of following began meanwhile
		return this.#following === null ? { held: this.#held, version: this.#state.version } : null;
	}

	/** Reads it unless it is there. */
	async load(): Promise<void> {
		if (this.#held !== null || this.#isTooLarge || this.#bytesMax === 0) return;
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
			const state = await this.#stateNow(client);
			const held = this.#kind.make();
			await this.#take(client, held, this.#kind.all);
			this.#state = state;
			this.#held = held;
		});
	}

	async #follow(): Promise<void> {
		const held = this.#held;
		if (held === null) return;
		// whatever goes wrong half-way, this one is not read again
		this.#held = null;
		await this.#inSnapshot(async (client) => {
			const state = await this.#stateNow(client);
			if (state.epoch !== this.#state.epoch) return;
			const { rows } = await client.query<Change>(
				`select version, since, ${this.#kind.changed} as keys from search_change where version > $1 order by version`,
				[this.#state.version],
			);
			let at = this.#state.version;
			for (const change of rows) if (change.since === at) at = change.version;
			// what is no longer there to be followed is read anew
			if (at !== state.version) return;
			const keys = new Set(rows.flatMap((change) => change.keys ?? []));
			if (keys.size > 0) await this.#take(client, held, this.#kind.some(`'{${[...keys].map(Number).join(',')}}'::bigint[]`));
			if (held.isWorn) return;
			this.#state = state;
			this.#held = held;
		});
	}

	async #take(client: PoolClient, held: T, select: string): Promise<void> {
		const reader = new CopyReader();
		const stream = client.query(copyTo(`copy (${select}) to stdout (format binary)`));
		for await (const piece of stream) {
			for (const row of reader.rows(piece as Buffer)) held.write(row);
			if (held.bytes <= this.#bytesMax) continue;
			this.#isTooLarge = true;
			throw new Error(`it takes more than ${this.#bytesMax} bytes of memory`);
		}
	}

	async #stateNow(db: Pick<Pool, 'query'>): Promise<State> {
		const { rows } = await db.query<{ version: string; settled: string }>({
			name: 'search-state',
			text: 'select version, settled from search_state',
		});
		return { version: Number(rows[0]?.version), epoch: this.#kind.epoch === null ? 0 : Number(rows[0]?.settled) };
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
