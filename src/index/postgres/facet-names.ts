import type { Pool } from 'pg';
import { numberArray } from '../../lib/number-array.ts';
import { Recent } from '../../lib/recent.ts';

const KNOWN_MAX = 20_000;

/** What keys of values stand for (facets.ts); those asked for lately are known. */
export class FacetNames {
	readonly #pool: Pool;
	readonly #known = new Recent<string>(KNOWN_MAX);

	constructor(pool: Pool) {
		this.#pool = pool;
	}

	async of(keys: readonly number[]): Promise<ReadonlyMap<number, string>> {
		return await this.#known.of(keys, async (unknown) => {
			const { rows } = await this.#pool.query<{ key: number; value: string }>({
				name: 'facet-names',
				text: 'select key::float8 as key, value from search_facet where key = any ($1::bigint[])',
				values: [numberArray(unknown)],
			});
			return rows.map(({ key, value }) => [key, value] as const);
		});
	}
}
