import type { Query } from '../index/query.ts';
import { parseSearchBox } from '../index/search-box.ts';

/** Codes of the collections that a query names, in whatever part of it. */
export function namedCollections(query: Query): ReadonlySet<string> {
	const found = new Set<string>();
	const look = (part: Query): void => {
		if (part.op === 'value' && part.facet === 'collection') found.add(part.value);
		else if (part.op === 'not') look(part.of);
		else if (part.op === 'and' || part.op === 'or') part.of.forEach(look);
	};
	look(query);
	return found;
}

/** Saved queries of collections by code; null for lists. */
export type SavedQueries = ReadonlyMap<string, string | null>;

/** The way from a collection by what queries name back to itself, its code first and last; null when there is none. */
export function circleThrough(code: string, queries: SavedQueries): readonly string[] | null {
	const seen = new Set<string>();
	const follow = (path: readonly string[]): readonly string[] | null => {
		for (const named of namesOf(queries.get(path.at(-1) as string))) {
			if (named === code) return [...path, named];
			if (seen.has(named)) continue;
			seen.add(named);
			const found = follow([...path, named]);
			if (found !== null) return found;
		}
		return null;
	};
	return follow([code]);
}

/** Collections whose queries name this one. */
export const namedBy = (code: string, queries: SavedQueries): readonly string[] =>
	[...queries].flatMap(([other, query]) => (other !== code && namesOf(query).has(code) ? [other] : []));

const namesOf = (query: string | null | undefined): ReadonlySet<string> =>
	namedCollections(query === null || query === undefined ? { op: 'all' } : parseSearchBox(query).query);
