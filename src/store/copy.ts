import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Sends rows made by CopyBinary. `target` is `table (columns)`, a constant of the caller. */
export async function copyInto(client: pg.PoolClient, target: string, rows: Uint8Array): Promise<void> {
	const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`));
	stream.end(rows);
	await finished(stream);
}
