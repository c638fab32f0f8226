import type pg from 'pg';
import { Recent } from '../lib/recent.ts';
import { loadFeatures } from '../store/match-state.ts';

/** A few hundred bytes each. */
const HELD = 40_000;

/**
 * Packed features of records as they were last matched: what looks alike is matched together, so a batch asks for many that the one before
 * read. Of one drain, under the lock of the matcher: nobody else matches meanwhile. What the transaction under way has not matched is read on
 * another connection, beside its own statements.
 */
export class MatchedFeatures {
	readonly #held = new Recent<string>(HELD);
	/** Of the records that the transaction under way matches: others do not see yet that they are matched. */
	readonly #own = new Map<number, string>();
	readonly #beside: Pick<pg.Pool, 'query'>;

	constructor(beside: Pick<pg.Pool, 'query'>) {
		this.#beside = beside;
	}

	/** A transaction begins; those before it are committed. */
	beginTransaction(): void {
		this.#own.clear();
	}

	set(id: number, features: string): void {
		this.#own.set(id, features);
		this.#held.set(id, features);
	}

	forget(id: number): void {
		this.#own.delete(id);
		this.#held.forget(id);
	}

	async of(ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
		const others = ids.filter((id) => !this.#own.has(id));
		const found = new Map(await this.#held.of(others, (missing) => loadFeatures(this.#beside, missing)));
		for (const id of ids) {
			const own = this.#own.get(id);
			if (own !== undefined) found.set(id, own);
		}
		return found;
	}
}
