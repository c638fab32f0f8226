import type { Pool } from 'pg';
import { numberArray } from '../../lib/number-array.ts';

const KNOWN_MAX = 20_000;

/** What keys of values stand for (facets.ts); those asked for before are known. */
export class FacetNames {
	readonly #pool: Pool;
	readonly #known = new Map<number, string>();

	constructor(pool: Pool) {
		this.#pool = pool;
	}

	async of(keys: readonly number[]): Promise<ReadonlyMap<number, string>> {
		const names = new Map<number, string>();
		const unknown: number[] = [];
		for (const key of keys) {
			const name = this.#known.get(key);
			if (name === undefined) unknown.push(key);
			else names.set(key, name);
		}
		if (unknown.length === 0) return names;
		const { rows } = await this.#pool.query<{ key: number; value: string }>({
			name: 'facet-names',
			text: 'select key::float8 as key, value from search_facet where key = any ($1::bigint[])',
			values: [numberArray(unknown)],
		});
		if (this.#known.size + rows.length > KNOWN_MAX) this.#known.clear();
		for (const { key, value } of rows) {
			names.set(key, value);
			this.#known.set(key, value);
		}
		return names;
	}
}
