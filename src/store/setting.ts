import type pg from 'pg';

/** Reads a setting, or keeps `initial` as its value for ever when there is none yet: the same answer in every process. */
export async function keptSetting(db: Pick<pg.Pool, 'query'>, name: string, initial: string): Promise<string> {
	await db.query('insert into setting (name, value) values ($1, to_jsonb($2::text)) on conflict (name) do nothing', [name, initial]);
	const { rows } = await db.query<{ value: string }>("select value #>> '{}' as value from setting where name = $1", [name]);
	return rows[0]?.value ?? initial;
}
