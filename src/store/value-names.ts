import type pg from 'pg';

type Db = Pick<pg.Pool, 'query'>;

/** What a code stands for; `nameEn` '' where it has no English name. */
export interface ValueName {
	readonly code: string;
	readonly nameVi: string;
	readonly nameEn: string;
}

const NAMES = {
	library: 'select code, name as "nameVi", \'\' as "nameEn" from library where true',
	area: 'select code, name_vi as "nameVi", name_en as "nameEn" from area where true',
	collection: 'select code, name_vi as "nameVi", name_en as "nameEn" from collection where removed_at is null',
} as const;

/** Facets whose values are codes of what has a name. */
export type NamedFacet = keyof typeof NAMES;
export const isNamedFacet = (facet: string): facet is NamedFacet => Object.hasOwn(NAMES, facet);

/** The names of some values of a facet by code, of all unless some are named. */
export async function valueNames(
	db: Db,
	facet: NamedFacet,
	codes: readonly string[] | null = null,
): Promise<ReadonlyMap<string, ValueName>> {
	const { rows } = await db.query<ValueName>(`${NAMES[facet]} and ($1::text[] is null or code = any($1)) order by code`, [codes]);
	return new Map(rows.map((row) => [row.code, row]));
}
