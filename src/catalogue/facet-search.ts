import type { Facet, SearchRequest, ValueCount } from '../index/engine.ts';
import { partFilters, withFilters } from '../index/filters.ts';
import { terms } from '../index/terms.ts';
import { isNamedFacet, type NamedFacet, type ValueName, valueNames } from '../store/value-names.ts';
import type { Reading } from './reading.ts';
import { readTyped } from './typed-query.ts';

/** Facets whose values are codes: people look for the names. None has more values than CODES_MAX. */
const CODED: ReadonlySet<Facet> = new Set(['library', 'area', 'collection', 'kind', 'material', 'language', 'classLevel', 'libraryKind']);
const CODES_MAX = 10_000;

/** What codes of libraries, areas or collections stand for, those that there are; all of them unless some are named. */
export const namesOfValues = (
	{ database }: Pick<Reading, 'database'>,
	facet: NamedFacet,
	codes?: readonly string[],
): Promise<ReadonlyMap<string, ValueName>> => valueNames(database, facet, codes);

export interface FacetSearch {
	readonly q: string;
	readonly filters: SearchRequest['filters'];
	readonly facet: Facet;
	/** Words, each the beginning of a word of the value or of its name; without any, all values are found. */
	readonly text: string;
	readonly limit: number;
}

/**
 * Values of a facet among the hits of a search, with the most records first. Codes of libraries, areas and collections are found by their names too,
 * others by what `called` says that they are called.
 */
export async function facetValues(
	{ database, engine }: Reading,
	{ q, filters, facet, text, limit }: FacetSearch,
	called: (value: string) => string = () => '',
): Promise<readonly ValueCount[]> {
	const request = partFilters(withFilters((await readTyped({ database }, q)).query, filters));
	const typed = folded(text);
	if (typed.length === 0 || !CODED.has(facet)) return await engine.facetValues(request, facet, text, limit);
	const names = isNamedFacet(facet) ? await valueNames(database, facet) : new Map<string, never>();
	const found = await engine.facetValues(request, facet, '', CODES_MAX);
	const begins = (value: string): boolean => {
		const { nameVi = '', nameEn = '' } = names.get(value) ?? {};
		const words = folded([value, nameVi, nameEn, called(value)].join(' '));
		return typed.every((beginning) => words.some((word) => word.startsWith(beginning)));
	};
	return found.filter(({ value }) => begins(value)).slice(0, limit);
}

const folded = (text: string): string[] => terms(text).map((term) => term.folded);
