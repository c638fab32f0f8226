import type pg from 'pg';
import { copyInto } from './copy.ts';
import type { StagedVersion } from './reidentify.ts';

const BATCH = 1_000;

/** Versions that an import would bring, in a table that its connection alone sees and that ends with it. */
export class ForeseenVersions {
	readonly #client: pg.PoolClient;

	constructor(client: pg.PoolClient) {
		this.#client = client;
	}

	static async open(pool: pg.Pool): Promise<ForeseenVersions> {
		const client = await pool.connect();
		await client.query('create temp table foreseen_version (like version)');
		return new ForeseenVersions(client);
	}

	/** Rows for COPY; `columns` are theirs. */
	async add(rows: Uint8Array, columns: string): Promise<void> {
		await copyInto(this.#client, `foreseen_version (${columns})`, rows);
	}

	/** Those of records with numbers below zero, a batch at a time. */
	async *come(): AsyncGenerator<StagedVersion[]> {
		yield* this.#batches(
			`select record_id as id, digest, features, body from foreseen_version
			where record_id < 0 and record_id > $1 order by record_id limit $2`,
			Number.MIN_SAFE_INTEGER,
			[],
		);
	}

	/** The living records of a source, as they are, a batch at a time. */
	async *living(sourceId: number): AsyncGenerator<StagedVersion[]> {
		yield* this.#batches(
			`select r.id, coalesce(v.digest, '') as digest, coalesce(v.features, '') as features, v.body from source_record r
			join version v on v.record_id = r.id and v.no = r.current_no
			where r.id > $1 and r.source_id = $3 and not r.deleted and r.current_no > 0 order by r.id limit $2`,
			0,
			[sourceId],
		);
	}

	close(): void {
		this.#client.release(true);
	}

	async *#batches(sql: string, from: number, more: readonly unknown[]): AsyncGenerator<StagedVersion[]> {
		for (let after = from; ; ) {
			const { rows } = await this.#client.query<StagedVersion>(sql, [after, BATCH, ...more]);
			if (rows.length > 0) yield rows;
			if (rows.length < BATCH) return;
			after = rows.at(-1)?.id ?? after;
		}
	}
}
