import type pg from 'pg';
import { loadFeatures } from '../store/match-state.ts';

/** Packed features are a few hundred bytes. */
const HELD_MAX = 20_000;

/**
 * Packed features of records as they were last matched, those read last: what looks alike is matched together, so the same neighbours are
 * asked for by one batch and the next. For one drain, under the lock of the matcher: nobody else matches meanwhile.
 */
export class RecentFeatures {
	readonly #held = new Map<number, string>();
	readonly #most: number;

	constructor(most = HELD_MAX) {
		this.#most = most;
	}

	/** A record is matched by these features from now on; null when it is matched no more. */
	note(id: number, features: string | null): void {
		this.#held.delete(id);
		if (features !== null) this.#held.set(id, features);
	}

	async load(client: pg.PoolClient, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
		const found = new Map<number, string>();
		const missing: number[] = [];
		for (const id of ids) {
			const features = this.#held.get(id);
			if (features === undefined) missing.push(id);
			else found.set(id, features);
		}
		for (const [id, features] of await loadFeatures(client, missing)) {
			found.set(id, features);
			this.#held.set(id, features);
		}
		this.#trim();
		return found;
	}

	#trim(): void {
		for (const id of this.#held.keys()) {
			if (this.#held.size <= this.#most) return;
			this.#held.delete(id);
		}
	}
}
