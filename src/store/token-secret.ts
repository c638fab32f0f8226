import { randomBytes } from 'node:crypto';
import type pg from 'pg';

/** The key that signs resumption tokens and cursors: made once, kept in the database, so that every web process knows it. */
export async function tokenSecret(database: pg.Pool): Promise<Uint8Array> {
	await database.query(`insert into setting (name, value) values ('token-secret', to_jsonb($1::text)) on conflict (name) do nothing`, [
		randomBytes(32).toString('hex'),
	]);
	const { rows } = await database.query<{ value: string }>(`select value #>> '{}' as value from setting where name = 'token-secret'`);
	const value = rows[0]?.value;
	if (value === undefined) throw new Error('the setting token-secret could not be made');
	return Buffer.from(value, 'hex');
}
