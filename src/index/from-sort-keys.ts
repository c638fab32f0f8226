import { findCqlIndex } from './cql-indexes.ts';
import type { Sort } from './engine.ts';
import { sortBy } from './from-cql.ts';
import { QueryRefused } from './query-refused.ts';

/** Schemas whose name before a path says nothing of the index. */
const SCHEMA = /^(?:dc|marcxml|info:srw\/schema\/1\/.*)?$/i;

/**
 * The order that a sortKeys parameter asks for (SRU 1.1): keys parted by blanks, each `path,schema,ascending,caseSensitive,missingValue`; a path is
 * the name of an index here. Throws QueryRefused.
 */
export function sortFromKeys(sortKeys: string): Sort {
	const keys = sortKeys.trim().split(/\s+/);
	if (keys.length > 1) throw new QueryRefused(84, String(keys.length), 'one sort key at a time');
	const [path = '', schema = '', ascending = '', caseSensitive = '', missing = ''] = (keys[0] ?? '').split(',');
	if (!SCHEMA.test(schema)) throw new QueryRefused(87, schema);
	if (!/^[01]?$/.test(ascending)) throw new QueryRefused(90, ascending);
	if (!/^0?$/.test(caseSensitive)) throw new QueryRefused(91, caseSensitive);
	if (!/^(?:highValue)?$/.test(missing)) throw new QueryRefused(92, missing);
	const [set, name] = path.includes('.') ? path.split('.', 2) : [undefined, path];
	const index = findCqlIndex(set, name ?? '');
	if (index === undefined) throw new QueryRefused(88, path);
	return sortBy(index, path, ascending === '0');
}
