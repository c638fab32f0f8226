import type { SearchEngine } from '../index/engine.ts';
import { joinQueries, type Query } from '../index/query.ts';
import { parseSearchBox } from '../index/search-box.ts';
import { checkCode, checkName } from '../lib/codes.ts';
import { AppError } from '../lib/errors.ts';
import { recordNumber } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import * as store from '../store/collection.ts';
import type { Database } from '../store/database.ts';
import { projectedUpTo } from '../store/projection.ts';
import { withLock } from '../store/session-lock.ts';
import { circleThrough, namedBy, namedCollections } from './collection-names.ts';

export type { Collection } from '../store/collection.ts';
export const { readCollections, readCollection } = store;

export interface CollectionAsked {
	readonly code: string;
	readonly name: string;
	/** Name in English; '' for none. */
	readonly nameEn: string;
	/** In the words of the search box; with it no records. */
	readonly query: string | null;
	/** Public ids, any that a record ever had. */
	readonly records: readonly string[] | null;
}

/** Defines a collection, or defines it anew; gives whether it is new. Throws AppError usage for what cannot be one. */
export async function defineCollection(db: Pick<Database, 'pool'>, asked: CollectionAsked): Promise<boolean> {
	const code = checkCode('a collection', asked.code);
	const nameVi = checkName('a collection', asked.name);
	const nameEn = asked.nameEn === '' ? '' : checkName('a collection', asked.nameEn);
	const contents = contentsOf(asked);
	return await store.putCollection(db, { code, nameVi, nameEn, contents }, (queries) => {
		const circle = circleThrough(code, queries);
		if (circle !== null)
			throw new AppError('usage', `collection ${code} would be part of itself: ${circle.join(' → ')}`, {
				hint: 'a query may name other collections, as long as none of them leads back to it',
			});
		const named = namedCollections('query' in contents ? parseSearchBox(contents.query).query : { op: 'all' });
		const missing = [...named].filter((one) => !queries.has(one));
		if (missing.length > 0)
			throw new AppError('usage', `the query names a collection that there is not: ${missing.join(', ')}`, {
				hint: 'lienthong collection list shows the collections',
			});
	});
}

/** Takes a collection away; its records leave its set as they are followed. AppError not-found, or conflict while queries of others name it. */
export async function removeCollection(db: Pick<Database, 'pool'>, code: string): Promise<void> {
	await store.removeCollection(db, code, (queries) => {
		const others = namedBy(code, queries);
		if (others.length > 0)
			throw new AppError('conflict', `collection ${code} is named by the query of ${others.join(', ')}`, {
				hint: 'define those anew without it first',
			});
	});
}

function contentsOf({ query, records }: CollectionAsked): store.Contents {
	if ((query === null) === (records === null))
		throw new AppError('usage', 'a collection is a query or a list of records', { hint: 'give one of the two' });
	if (records !== null) {
		if (records.length > LIMITS.collectionRecordsMax)
			throw new AppError('usage', `a list has ${LIMITS.collectionRecordsMax} records at most, this one ${records.length}`, {
				hint: 'define a collection of that size by a query',
			});
		return { records: records.map(numberOf) };
	}
	const text = query?.trim() ?? '';
	if (Buffer.byteLength(text) > LIMITS.queryBytesMax)
		throw new AppError('usage', `the query has more than ${LIMITS.queryBytesMax} bytes`, { hint: 'shorten it' });
	const read = parseSearchBox(text);
	if (read.query.op === 'all' || read.cut)
		throw new AppError('usage', read.cut ? 'the query has too many clauses' : `the query "${text}" asks for everything`, {
			hint: 'say what belongs to the collection: subject:"địa chí" OR title:"Hải Phòng"',
		});
	return { query: text };
}

function numberOf(id: string): number {
	const number = recordNumber(id.trim());
	if (number !== undefined) return number;
	throw new AppError('usage', `"${id}" is no id of a record`, { hint: 'ids have nine letters and digits, as in the addresses of records' });
}

export interface FollowOptions {
	readonly database: Database;
	readonly engine: SearchEngine;
	readonly signal?: AbortSignal;
}

const BATCH = 500;
const PAGE = 1_000;

/**
 * Brings collections up to what the search index has: lists, which are short and lead to records that need not have changed themselves, and those
 * defined anew by looking at everything, the others by looking at the union records that changed. Whether a record is found depends on that
 * record alone, so that is exact. Gives how many records entered or left, null when another process is doing so.
 */
export async function followCollections(options: FollowOptions): Promise<number | null> {
	const { pool } = options.database;
	const upTo = await projectedUpTo(pool, await options.engine.indexName());
	if ((await store.collectionsBehind(pool, upTo)).length === 0) return 0;
	return await withLock(pool, store.COLLECTION_LOCK, async () => {
		let moved = 0;
		for (const collection of await store.collectionsBehind(pool, upTo)) {
			if (options.signal?.aborted === true) break;
			const { query, seq } = collection;
			moved +=
				query === null || seq === null
					? await lookAtAll(options, collection, upTo)
					: await lookAtChanged(options, { ...collection, query, seq }, upTo);
		}
		return moved;
	});
}

async function lookAtAll(options: FollowOptions, collection: store.Followed, upTo: number): Promise<number> {
	const { database } = options;
	const { pool } = database;
	const wanted = new Set(collection.removed ? [] : await allOf(options, collection));
	const members = new Set(await store.membersOf(pool, collection.setId));
	const moved = await move(
		database,
		collection,
		[...wanted].filter((id) => !members.has(id)),
		[...members].filter((id) => !wanted.has(id)),
	);
	await store.setFollowed(pool, collection, upTo);
	return moved;
}

async function allOf({ database, engine }: FollowOptions, collection: store.Followed): Promise<number[]> {
	if (collection.query === null) return await store.listedUnions(database.pool, collection.id);
	const found: number[] = [];
	const search = {
		query: parseSearchBox(collection.query).query,
		filters: {},
		sort: 'added',
		limit: PAGE,
		facets: [],
		facetLimit: 0,
	} as const;
	for (let after: readonly (string | number)[] | undefined; ; ) {
		const { ids, next } = await engine.search(after === undefined ? search : { ...search, after });
		found.push(...ids);
		if (next === null) return found;
		after = next;
	}
}

/** A collection by a query that follows the union up to a change number. */
type Following = store.Followed & { readonly query: string; readonly seq: number };

async function lookAtChanged({ database, engine, signal }: FollowOptions, collection: Following, upTo: number): Promise<number> {
	const asked = parseSearchBox(collection.query).query;
	let moved = 0;
	for (let { seq } = collection; signal?.aborted !== true; ) {
		const changed = await store.changedUnions(database.pool, seq, upTo, BATCH);
		const ids = changed.map(({ id }) => id);
		const these = joinQueries(
			'or',
			ids.map((id): Query => ({ op: 'record', id })),
		);
		if (these !== undefined) {
			const query = joinQueries('and', [asked, these]) as Query;
			const wanted = new Set((await engine.search({ query, filters: {}, sort: 'added', limit: BATCH, facets: [], facetLimit: 0 })).ids);
			const [entering, leaving] = [ids.filter((id) => wanted.has(id)), ids.filter((id) => !wanted.has(id))];
			moved += await move(database, collection, entering, leaving);
		}
		seq = changed.length < BATCH ? upTo : (changed.at(-1)?.seq ?? upTo);
		if (!(await store.setFollowed(database.pool, collection, seq)) || seq >= upTo) return moved;
	}
	return moved;
}

/** In steps, so that the change log is never held for long. */
async function move(
	database: Database,
	{ setId }: store.Followed,
	entering: readonly number[],
	leaving: readonly number[],
): Promise<number> {
	let moved = 0;
	for (let at = 0; at < entering.length; at += PAGE)
		moved += await store.moveMembers(database, setId, { entering: entering.slice(at, at + PAGE), leaving: [] });
	for (let at = 0; at < leaving.length; at += PAGE)
		moved += await store.moveMembers(database, setId, { entering: [], leaving: leaving.slice(at, at + PAGE) });
	return moved;
}
