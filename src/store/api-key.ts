import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { checkName } from '../lib/codes.ts';
import { AppError } from '../lib/errors.ts';
import type { Database } from './database.ts';

type Db = Pick<Database, 'kysely'>;

/** Keys begin with this, so that they are found when they leak. */
const PREFIX = 'lt_';
const KEY_BYTES = 32;

export interface ApiKey {
	readonly id: number;
	readonly name: string;
	readonly role: string;
	readonly createdAt: Date;
	readonly revokedAt: Date | null;
}

/** What a key opens: what operators alone may see and do over REST, or a session of Z39.50. */
export const KEY_ROLES = ['operator', 'reader'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

export interface NewKey {
	readonly id: number;
	readonly name: string;
	readonly role: KeyRole;
	readonly key: string;
}

/** Makes a key. It is given this once; only its SHA-256 is stored. */
export async function createApiKey(db: Db, name: string, role: KeyRole = 'operator'): Promise<NewKey> {
	const text = checkName('a key', name);
	const key = PREFIX + randomBytes(KEY_BYTES).toString('base64url');
	const hash = createHash('sha256').update(key, 'utf8').digest();
	const { id } = await db.kysely.insertInto('api_key').values({ name: text, hash, role }).returning('id').executeTakeFirstOrThrow();
	return { id, name: text, role, key };
}

export async function listApiKeys(db: Db): Promise<ApiKey[]> {
	return await db.kysely
		.selectFrom('api_key')
		.select(['id', 'name', 'role', 'created_at as createdAt', 'revoked_at as revokedAt'])
		.orderBy('id')
		.execute();
}

/** Revokes a key for good. AppErrors not-found, conflict (revoked already). */
export async function revokeApiKey(db: Db, id: number): Promise<void> {
	const key = await db.kysely.selectFrom('api_key').select('revoked_at').where('id', '=', id).executeTakeFirst();
	if (key === undefined)
		throw new AppError('not-found', `there is no key ${id}`, { hint: 'lienthong key list shows the keys with their ids' });
	const { numUpdatedRows } = await db.kysely
		.updateTable('api_key')
		.set({ revoked_at: sql<Date>`now()` })
		.where('id', '=', id)
		.where('revoked_at', 'is', null)
		.executeTakeFirst();
	if (numUpdatedRows === 0n) throw new AppError('conflict', `key ${id} was revoked before`, { hint: 'nothing is left to do' });
}
