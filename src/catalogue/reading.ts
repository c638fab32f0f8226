import type pg from 'pg';
import type { SearchEngine } from '../index/engine.ts';
import { ping, readTotals } from '../store/union-read.ts';
import { tokenSecret } from '../store/token-secret.ts';

/** What every read of the catalogue needs. */
export interface Reading {
	readonly database: pg.Pool;
	readonly engine: SearchEngine;
}

export const catalogueTotals = readTotals;
export const databaseAnswers = ping;

/** The key of tokens and cursors, read once when it is first needed. */
export function signingSecret(database: pg.Pool): () => Promise<Uint8Array> {
	let secret: Promise<Uint8Array> | undefined;
	return () => {
		secret ??= tokenSecret(database).catch((error: unknown) => {
			secret = undefined;
			throw error;
		});
		return secret;
	};
}
