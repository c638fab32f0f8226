import type pg from 'pg';

/** For each library, the areas it stands in today: its own and all above. */
export async function areasOfLibraries(db: Pick<pg.Pool, 'query'>): Promise<Map<string, string[]>> {
	const { rows } = await db.query<{ library: string; areas: string[] }>(
		`with recursive here as (
			select distinct on (library) library, area from library_area where since <= current_date order by library, since desc
		), up as (
			select library, area from here
			union select up.library, a.parent from up join area a on a.code = up.area where a.parent is not null
		) select library, array_agg(area order by area) as areas from up group by library`,
	);
	return new Map(rows.map((r) => [r.library, r.areas]));
}

/** The kind of each library. */
export async function kindsOfLibraries(db: Pick<pg.Pool, 'query'>): Promise<Map<string, string>> {
	const { rows } = await db.query<{ code: string; kind: string }>('select code, kind from library');
	return new Map(rows.map((row) => [row.code, row.kind]));
}
