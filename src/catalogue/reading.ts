import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { SearchEngine } from '../index/engine.ts';
import { keptSetting } from '../store/setting.ts';
import { ping } from '../store/union-read.ts';

/** What every read of the catalogue needs. */
export interface Reading {
	readonly database: pg.Pool;
	readonly engine: SearchEngine;
}

export const databaseAnswers = ping;

/** The key that signs tokens and cursors: made once, kept in the database for every web process, read when it is first needed. */
export function signingSecret(database: pg.Pool): () => Promise<Uint8Array> {
	let secret: Promise<Uint8Array> | undefined;
	return () => {
		secret ??= keptSetting(database, 'token-secret', randomBytes(32).toString('hex'))
			.then((hex) => Buffer.from(hex, 'hex'))
			.catch((error: unknown) => {
				secret = undefined;
				throw error;
			});
		return secret;
	};
}
