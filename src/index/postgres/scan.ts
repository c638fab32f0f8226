import { setImmediate } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { AppError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { sortKey } from '../../lib/sort-key.ts';
import type { Facet, ScannedTerm, ScanRequest } from '../engine.ts';
import { Parameters } from './condition.ts';
import { FACET_BITS, facetKey, facetNumber } from './facets.ts';

interface Value {
	readonly key: number;
	readonly value: string;
	readonly order: string;
}

/** The values of each facet in order, as last read. Names are never taken away, so as many names are the same names. */
export type SortedValues = Map<Facet, readonly Value[]>;

/** Values sorted without a pause for other work. */
const SLICE = 4_000;
/** Values looked at for each one wanted before the list is said to end: names stay when the last record that had them goes. */
const ROUNDS_MAX = 8;

/** SearchEngine.scan on table search_document and the names in search_facet. */
export async function scan(client: PoolClient, sorted: SortedValues, request: ScanRequest): Promise<ScannedTerm[]> {
	if (request.of === 'title') return scanTitles(client, request);
	const values = await sortedValues(client, sorted, request.of);
	const place = lowerBound(values, sortKey(request.from));
	const before = await counted(client, values, place - 1, -1, request.before, request.library);
	return [...before.reverse(), ...(await counted(client, values, place, 1, request.count, request.library))];
}

async function scanTitles(client: PoolClient, request: ScanRequest): Promise<ScannedTerm[]> {
	const read = async (compared: string, direction: string, limit: number): Promise<ScannedTerm[]> => {
		const parameters = new Parameters();
		const where = request.library === null ? '' : ` and facets && ${parameters.value([facetKey('library', request.library)])}::bigint[]`;
		const { rows } = await client.query<{ n: string; id: string }>(
			`select count(*) as n, min(id) as id from search_document
			where tsv is not null and sort_title ${compared} ${parameters.value(sortKey(request.from))}${where}
			group by sort_title order by sort_title ${direction} limit ${parameters.value(limit)}`,
			parameters.values,
		);
		return rows.map(({ n, id }) => ({ value: null, record: Number(id), count: Number(n) }));
	};
	const before = request.before === 0 ? [] : await read('<', 'desc', request.before);
	return [...before.reverse(), ...(await read('>=', 'asc', request.count))];
}

async function sortedValues(client: PoolClient, sorted: SortedValues, facet: Facet): Promise<readonly Value[]> {
	const unit = 2 ** FACET_BITS;
	const range = [facetNumber(facet) * unit, (facetNumber(facet) + 1) * unit];
	const { rows: counts } = await client.query<{ n: string }>('select count(*) as n from search_facet where key >= $1 and key < $2', range);
	const count = Number(counts[0]?.n);
	const known = sorted.get(facet);
	if (known?.length === count) return known;
	if (count > LIMITS.scanValuesMax)
		throw new AppError('too-large', `there are more than ${LIMITS.scanValuesMax} values to list`, {
			hint: 'search for the beginning of one instead',
		});
	const { rows } = await client.query<{ key: string; value: string }>(
		'select key, value from search_facet where key >= $1 and key < $2',
		range,
	);
	const values: Value[] = [];
	for (const { key, value } of rows) {
		if (values.length % SLICE === SLICE - 1) await setImmediate();
		values.push({ key: Number(key), value, order: sortKey(value) });
	}
	values.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.value < b.value ? -1 : 1));
	sorted.set(facet, values);
	return values;
}

function lowerBound(values: readonly Value[], order: string): number {
	let low = 0;
	let high = values.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((values[middle] as Value).order < order) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** The first values from a place on, in one direction, that records have. */
async function counted(
	client: PoolClient,
	values: readonly Value[],
	from: number,
	step: 1 | -1,
	wanted: number,
	library: string | null,
): Promise<ScannedTerm[]> {
	const found: ScannedTerm[] = [];
	let at = from;
	for (let round = 0; round < ROUNDS_MAX && found.length < wanted && values[at] !== undefined; round++) {
		const some: Value[] = [];
		for (; some.length < wanted && values[at] !== undefined; at += step) some.push(values[at] as Value);
		const counts = await countEach(client, some, library);
		for (const { key, value } of some) {
			const count = counts.get(key) ?? 0;
			if (count > 0 && found.length < wanted) found.push({ value, record: null, count });
		}
	}
	return found;
}

async function countEach(client: PoolClient, values: readonly Value[], library: string | null): Promise<ReadonlyMap<number, number>> {
	const parameters = new Parameters();
	const keys = parameters.value(values.map(({ key }) => key));
	const where = library === null ? '' : ` and facets && ${parameters.value([facetKey('library', library)])}::bigint[]`;
	const { rows } = await client.query<{ key: string; n: string }>(
		`select key, (select count(*) from search_document where tsv is not null and facets && array[key]${where}) as n from unnest(${keys}::bigint[]) as key`,
		parameters.values,
	);
	return new Map(rows.map(({ key, n }) => [Number(key), Number(n)]));
}
