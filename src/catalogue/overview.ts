import { sortKey } from '../lib/sort-key.ts';
import * as store from '../store/overview.ts';
import type { Reading } from './reading.ts';

const LIBRARIES_MAX = 5_000;
const HARVESTS = 5;

export interface LibraryOverview extends store.LibraryName {
	/** Titles that it holds: what a search for them finds. */
	readonly titles: number;
}

/** What the union holds, for a front page. */
export interface Overview {
	/** Titles that can be found. */
	readonly titles: number;
	/** In the Vietnamese order of their names. */
	readonly libraries: readonly LibraryOverview[];
	/** Newest first. */
	readonly harvests: readonly store.RecentHarvest[];
}

/** Titles and libraries as the search engine counts them, so that a number and the search it leads to agree. */
export async function readOverview({ database, engine }: Reading): Promise<Overview> {
	const [found, libraries, harvests] = await Promise.all([
		engine.search({ query: { op: 'all' }, filters: {}, sort: 'changed', limit: 1, facets: ['library'], facetLimit: LIBRARIES_MAX }),
		store.libraryNames(database, LIBRARIES_MAX),
		store.recentHarvests(database, HARVESTS),
	]);
	const titles = new Map(found.facets.library?.map(({ value, count }) => [value, count]));
	const keyed = libraries.map((library) => ({
		key: sortKey(library.name),
		library: { ...library, titles: titles.get(library.code) ?? 0 },
	}));
	keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
	return { titles: found.total, libraries: keyed.map(({ library }) => library), harvests };
}
