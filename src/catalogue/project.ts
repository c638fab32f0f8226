import type { SearchDocument, SearchEngine } from '../index/engine.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from '../store/database.ts';
import { PROJECTOR_LOCK, type ProjectedUnion, projectedUpTo, setProjectedUpTo, unionsAfter } from '../store/projection.ts';
import { areasOfLibraries } from '../store/set-membership.ts';
import type { DocumentInput } from './document-batch.ts';

/** Makes search documents somewhere with processor time to spare. */
export type DocumentWork = (input: DocumentInput) => Promise<SearchDocument[]>;

export interface ProjectOptions {
	readonly database: Database;
	readonly engine: SearchEngine;
	/** Name of the index whose progress is kept. */
	readonly index: string;
	readonly work: DocumentWork;
	readonly logger: Logger;
	readonly signal?: AbortSignal;
	readonly onBatch?: (documents: number) => void;
}

const BATCH = 1_000;

/**
 * Brings the search index up to the newest change: in the order of change numbers, at least once, each batch before the cursor
 * moves. Gives the number of union records taken, or null when another process is projecting.
 */
export async function projectChanges(options: ProjectOptions): Promise<number | null> {
	return await asProjector(options, () => project(options));
}

async function asProjector<T>({ database }: ProjectOptions, work: () => Promise<T>): Promise<T | null> {
	const client = await database.pool.connect();
	try {
		const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [PROJECTOR_LOCK]);
		if (rows[0]?.held !== true) return null;
		try {
			return await work();
		} finally {
			await client.query('select pg_advisory_unlock($1)', [PROJECTOR_LOCK]);
		}
	} finally {
		client.release();
	}
}

async function project(options: ProjectOptions): Promise<number> {
	const { pool } = options.database;
	const areas = await areasOfLibraries(pool);
	let cursor = await projectedUpTo(pool, options.index);
	let next = prepareBatch(options, areas, cursor);
	let taken = 0;
	while (options.signal?.aborted !== true) {
		const batch = await next;
		if (batch.rows.length === 0) break;
		const last = batch.rows.at(-1) as ProjectedUnion;
		// the documents of the next batch are made while the index takes this one
		next = prepareBatch(options, areas, last.seq);
		next.catch(() => undefined);
		await options.engine.apply(
			batch.documents,
			batch.rows.filter((r) => r.body === null).map(({ id, seq }) => ({ id, seq })),
		);
		cursor = last.seq;
		await setProjectedUpTo(pool, options.index, cursor);
		taken += batch.rows.length;
		options.onBatch?.(taken);
	}
	return taken;
}

async function prepareBatch(
	options: ProjectOptions,
	areas: ReadonlyMap<string, string[]>,
	after: number,
): Promise<{ rows: ProjectedUnion[]; documents: SearchDocument[] }> {
	const rows = await unionsAfter(options.database.pool, after, BATCH);
	const unions = rows.flatMap(({ id, seq, body }) => (body === null ? [] : [{ id, seq, body }]));
	return { rows, documents: unions.length === 0 ? [] : await options.work({ unions, areas }) };
}

/** Empties the index and projects everything again; null when another process is projecting. */
export async function rebuildIndex(options: ProjectOptions): Promise<number | null> {
	return await asProjector(options, async () => {
		await options.engine.clear();
		await setProjectedUpTo(options.database.pool, options.index, 0);
		return await project(options);
	});
}
