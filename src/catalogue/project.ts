import type { DocumentSink, NextIndex, SearchDocument, SearchEngine } from '../index/engine.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from '../store/database.ts';
import { countParked, forgetIndexes, keepParked, moveParked } from '../store/parked.ts';
import {
	liveUpTo,
	PROJECTOR_LOCK,
	type ProjectedUnion,
	projectedUpTo,
	REBUILD_LOCK,
	setProjectedUpTo,
	unionsAfter,
} from '../store/projection.ts';
import { withLock } from '../store/session-lock.ts';
import { areasOfLibraries, kindsOfLibraries } from '../store/set-membership.ts';
import type { DocumentInput } from './document-batch.ts';

/** Makes search documents somewhere with processor time to spare. */
export type DocumentWork = (input: DocumentInput) => Promise<SearchDocument[]>;

export interface ProjectOptions {
	readonly database: Database;
	readonly engine: SearchEngine;
	readonly work: DocumentWork;
	readonly logger: Logger;
	readonly signal?: AbortSignal;
	readonly onBatch?: (documents: number) => void;
}

const BATCH = 1_000;
/** Counts that may be wrong because something was merged between two of them. */
const COUNTS_MAX = 5;

/**
 * Brings the search index up to the newest change: in the order of change numbers, at least once, each batch before the cursor
 * moves. An index of an earlier program is made again first, beside the one that serves. Gives the number of union records taken, or null when
 * another process is projecting.
 */
export async function projectChanges(options: ProjectOptions): Promise<number | null> {
	const { engine } = options;
	if (await engine.isOutdated()) return await rebuildIndex(options);
	return await withLock(options.database.pool, PROJECTOR_LOCK, async () => {
		const taken = await project(options, engine, await engine.indexName());
		await engine.settle();
		return taken;
	});
}

/** Takes union records into an index, from where it is to the newest, and notes how far it came and what it refused. */
async function project(options: ProjectOptions, sink: DocumentSink, index: string): Promise<number> {
	const { pool } = options.database;
	const places = { areas: await areasOfLibraries(pool), kinds: await kindsOfLibraries(pool) };
	let cursor = await projectedUpTo(pool, index);
	let next = prepareBatch(options, places, cursor);
	let taken = 0;
	while (options.signal?.aborted !== true) {
		const batch = await next;
		if (batch.rows.length === 0) break;
		const last = batch.rows.at(-1) as ProjectedUnion;
		// the documents of the next batch are made while the index takes this one
		next = prepareBatch(options, places, last.seq);
		next.catch(() => undefined);
		const parked = await sink.apply(
			batch.documents,
			batch.rows.filter((r) => r.body === null).map(({ id, seq }) => ({ id, seq })),
		);
		for (const one of parked) options.logger.warn({ ...one, index }, 'the search index refused a record');
		await keepParked(
			pool,
			index,
			batch.rows.map(({ id }) => id),
			parked,
		);
		cursor = last.seq;
		await setProjectedUpTo(pool, index, cursor);
		taken += batch.rows.length;
		options.onBatch?.(taken);
	}
	return taken;
}

async function prepareBatch(
	options: ProjectOptions,
	places: Pick<DocumentInput, 'areas' | 'kinds'>,
	after: number,
): Promise<{ rows: ProjectedUnion[]; documents: SearchDocument[] }> {
	const rows = await unionsAfter(options.database.pool, after, BATCH);
	const unions = rows.flatMap(({ id, seq, body, collections }) => (body === null ? [] : [{ id, seq, body, collections }]));
	return { rows, documents: unions.length === 0 ? [] : await options.work({ unions, ...places }) };
}

/**
 * Makes the index again from the union records. Where the engine can, beside the one that serves, which goes on being brought up to date until the
 * new one has caught up and takes its place in one step; else in its place. Null when another process is doing so.
 */
export async function rebuildIndex(options: ProjectOptions): Promise<number | null> {
	const { engine, database } = options;
	return await withLock(database.pool, REBUILD_LOCK, async () => {
		const next = await engine.nextIndex();
		if (next !== null) return await rebuildBeside(options, next);
		const inPlace = async (): Promise<number> => {
			const index = await engine.indexName();
			await engine.clear();
			await setProjectedUpTo(database.pool, index, 0);
			return await project(options, engine, index);
		};
		const taken = await withLock(database.pool, PROJECTOR_LOCK, inPlace, { wait: true });
		await engine.settle();
		return taken;
	});
}

async function rebuildBeside(options: ProjectOptions, next: NextIndex): Promise<number | null> {
	const { engine, database, signal } = options;
	try {
		let taken = await project(options, next, next.name);
		const takePlace = async (): Promise<void> => {
			taken += await catchUp(options, next);
			signal?.throwIfAborted();
			const upTo = await projectedUpTo(database.pool, next.name);
			await next.finish();
			const name = await engine.indexName();
			await setProjectedUpTo(database.pool, name, upTo);
			await moveParked(database.pool, next.name, name);
			await forgetIndexes(database.pool, 'opensearch/', name);
		};
		await withLock(database.pool, PROJECTOR_LOCK, takePlace, { wait: true });
		return taken;
	} catch (error) {
		await next.discard().catch(() => undefined);
		throw error;
	}
}

/** Takes what changed meanwhile, until the index has as many documents as there are live union records. */
async function catchUp(options: ProjectOptions, next: NextIndex): Promise<number> {
	const { pool } = options.database;
	let taken = 0;
	for (let tries = 1; ; tries++) {
		taken += await project(options, next, next.name);
		if (options.signal?.aborted === true) return taken;
		const live = await liveUpTo(pool, await projectedUpTo(pool, next.name));
		const found = (await next.count()) + (await countParked(pool, next.name));
		if (live === found) return taken;
		if (tries === COUNTS_MAX)
			throw new AppError('internal', `the new index has ${found} of ${live} union records, so the old one stays`, {
				hint: 'lienthong reindex tries again',
			});
	}
}
