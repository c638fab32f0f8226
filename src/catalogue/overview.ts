import { terms } from '../index/terms.ts';
import { sortKey } from '../lib/sort-key.ts';
import * as store from '../store/overview.ts';
import { briefRecords } from './briefs.ts';
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
	/** Words without marks that a title here begins with, for examples of searches; null where no title will do. */
	readonly exampleWords: string | null;
}

/** Records of the first hits that are looked at for an example, and words of their titles. */
const LOOKED_AT = 20;
const EXAMPLE_WORDS_MAX = 4;

/** The first words of the first title that has several and may be handed on, Vietnamese where there is one. */
async function exampleWords({ database, engine }: Reading): Promise<string | null> {
	const { ids } = await engine.search({
		query: { op: 'all' },
		filters: {},
		sort: 'relevance',
		limit: LOOKED_AT,
		facets: [],
		facetLimit: 0,
	});
	const titles = (await briefRecords({ database }, ids))
		.filter(({ shared }) => shared)
		.map(({ title }) => terms(title).slice(0, EXAMPLE_WORDS_MAX))
		.filter((words) => words.length > 1);
	const title = titles.find((words) => words.some(({ exact, folded }) => exact !== folded)) ?? titles[0];
	return title === undefined ? null : title.map(({ folded }) => folded).join(' ');
}

/** Titles and libraries as the search engine counts them, so that a number and the search it leads to agree. */
export async function readOverview(reading: Reading): Promise<Overview> {
	const { database, engine } = reading;
	const [found, libraries, harvests, words] = await Promise.all([
		engine.search({ query: { op: 'all' }, filters: {}, sort: 'changed', limit: 1, facets: ['library'], facetLimit: LIBRARIES_MAX }),
		store.libraryNames(database, LIBRARIES_MAX),
		store.recentHarvests(database, HARVESTS),
		exampleWords(reading),
	]);
	const titles = new Map(found.facets.library?.map(({ value, count }) => [value, count]));
	const keyed = libraries.map((library) => ({
		key: sortKey(library.name),
		library: { ...library, titles: titles.get(library.code) ?? 0 },
	}));
	keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
	return { titles: found.total, libraries: keyed.map(({ library }) => library), harvests, exampleWords: words };
}
