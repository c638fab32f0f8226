import { type Filters, withFilters } from '../index/filters.ts';
import type { Query } from '../index/query.ts';
import { type NewTitle, newestOfLibraries, newestTitles, titlesAdded } from '../store/feed-read.ts';
import { areasOfLibraries } from '../store/set-membership.ts';
import { readBriefs } from './briefs.ts';
import type { Reading } from './reading.ts';
import type { BriefRecord } from './render-record.ts';
import { readTyped } from './typed-query.ts';

/** A title of a feed, and when it came. */
export interface FeedTitle {
	readonly record: BriefRecord;
	readonly addedMs: number;
}

export const FEED_TITLES = 50;

/** The newest titles of the union. */
export const newTitles = async (reading: Reading): Promise<FeedTitle[]> =>
	shown(reading, await newestTitles(reading.database, FEED_TITLES));

/** The titles that a library had last. */
export const newTitlesOfLibrary = async (reading: Reading, code: string): Promise<FeedTitle[]> =>
	shown(reading, await newestOfLibraries(reading.database, [code], FEED_TITLES));

/** The titles that the libraries of an area and of all below it had last. */
export async function newTitlesOfArea(reading: Reading, code: string): Promise<FeedTitle[]> {
	const libraries = [...(await areasOfLibraries(reading.database))].filter(([, areas]) => areas.includes(code)).map(([library]) => library);
	return await shown(reading, await newestOfLibraries(reading.database, libraries, FEED_TITLES));
}

/** The newest titles that a search finds. Throws AppError timeout. */
export async function newTitlesFound(
	reading: Reading,
	{ q, filters }: { readonly q: string; readonly filters: Filters },
): Promise<FeedTitle[]> {
	return await newTitlesOf(reading, withFilters((await readTyped(reading, q)).query, filters));
}

/** The newest titles with a value of a facet. Throws AppError timeout. */
export const newTitlesWith = (reading: Reading, facet: 'subject' | 'collection', value: string): Promise<FeedTitle[]> =>
	newTitlesOf(reading, { op: 'value', facet, value });

async function newTitlesOf(reading: Reading, query: Query): Promise<FeedTitle[]> {
	const { ids } = await reading.engine.search({ query, filters: {}, sort: 'added', limit: FEED_TITLES, facets: [], facetLimit: 0 });
	return await shown(reading, await titlesAdded(reading.database, ids));
}

async function shown({ database }: Reading, titles: readonly NewTitle[]): Promise<FeedTitle[]> {
	const records = await readBriefs(
		{ database },
		titles.map(({ id }) => id),
	);
	return titles.flatMap(({ id, addedMs }) => {
		const record = records.get(id);
		return record === undefined ? [] : [{ record, addedMs }];
	});
}
