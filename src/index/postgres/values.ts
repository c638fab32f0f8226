import type { PoolClient } from 'pg';
import { sortKey } from '../../lib/sort-key.ts';
import type { Completed, Facet, SearchRequest, ValueCount } from '../engine.ts';
import { condition, Parameters } from './condition.ts';
import { FACET_BITS, facetNumber, type Named } from './facets.ts';
import type { Match } from './translate.ts';
import { MARK } from './tsvector.ts';

/** Names that are looked at for those with the words that were typed: the most frequent of them. */
const NAMES_MAX = 5_000;
/** What was counted beforehand is counted again when half as much changed as was counted, or when something changed and so long has passed. */
const COUNTED_FOR = '10 minutes';

/** Records that have a value, of search_facet left join search_use. */
const USES = 'coalesce(uses, 1)';

const quoted = (word: string): string => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

const keysOf = (parameters: Parameters, named: Named): string => {
	const number = facetNumber(named);
	return `key >= ${parameters.value(number * 2 ** FACET_BITS)}::bigint and key < ${parameters.value((number + 1) * 2 ** FACET_BITS)}::bigint`;
};

/** Values by count, those with as many in the Vietnamese order. */
export function inOrder(counts: readonly ValueCount[]): ValueCount[] {
	const keyed = counts.map((one) => ({ one, key: sortKey(one.value) }));
	return keyed.sort((a, b) => b.one.count - a.one.count || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ one }) => one);
}

/** SearchEngine.facetValues on the names in search_facet. */
export async function facetValues(
	client: PoolClient,
	match: Match,
	filters: SearchRequest['filters'],
	facet: Facet,
	typed: readonly string[],
	limit: number,
): Promise<ValueCount[]> {
	const parameters = new Parameters();
	const where = condition(parameters, match, filters, facet);
	const words =
		typed.length === 0 ? '' : ` and words @@ ${parameters.value(typed.map((word) => `${quoted(word)}:*`).join(' & '))}::tsquery`;
	const { rows } = await client.query<{ value: string; n: string }>(
		`with name as materialized (
			select key, value from search_facet left join search_use using (key)
			where ${keysOf(parameters, facet)}${words} order by ${USES} desc limit ${NAMES_MAX}
		)
		select value, count(*) as n from search_document, unnest(facets) as key join name using (key)
		where ${where}${typed.length === 0 ? '' : ' and facets && (select array_agg(key) from name)'}
		group by key, value order by n desc, value collate "C" limit ${parameters.value(limit)}`,
		parameters.values,
	);
	return inOrder(rows.map(({ value, n }) => ({ value, count: Number(n) })));
}

/** SearchEngine.complete on the names in search_facet, with the counts of the last `settle`. */
export async function complete(client: PoolClient, of: Completed, typed: readonly string[], limit: number): Promise<ValueCount[]> {
	const parameters = new Parameters();
	const phrase = typed.map((word, i) => (i === typed.length - 1 ? `${quoted(word)}:*` : quoted(word))).join(' <-> ');
	const begun = parameters.value(`'${MARK.edge}' <-> ${phrase}`);
	const { rows } = await client.query<{ value: string; uses: number }>(
		`select value, ${USES} as uses from search_facet left join search_use using (key)
		where words @@ ${parameters.value(phrase)}::tsquery and ${USES} > 0 and ${keysOf(parameters, of)}
		order by (words @@ ${begun}::tsquery) desc, ${USES} desc, value collate "C" limit ${parameters.value(limit)}`,
		parameters.values,
	);
	return rows.map(({ value, uses }) => ({ value, count: uses }));
}

/** SearchEngine.wordCounts, as of the last `settle`. */
export async function wordCounts(client: PoolClient, words: readonly string[]): Promise<ReadonlyMap<string, number>> {
	const { rows } = await client.query<{ word: string; uses: number }>('select word, uses from search_word where word = any ($1)', [words]);
	const uses = new Map(rows.map((row) => [row.word, row.uses]));
	return new Map(words.map((word) => [word, uses.get(word) ?? 0]));
}

/**
 * Counts names and words again when enough changed since they were last counted: names on this connection, words beside it in a transaction of their
 * own, since either count takes the processor for itself.
 */
export async function settle(client: PoolClient, beside: (work: (client: PoolClient) => Promise<void>) => Promise<void>): Promise<void> {
	const { rows } = await client.query<{ due: boolean }>(
		`select version > settled and ((version - settled) * 2 >= settled_documents or settled_at < clock_timestamp() - interval '${COUNTED_FOR}') as due
		from search_state for update`,
	);
	if (rows[0]?.due !== true) return;
	const [names, words] = await Promise.allSettled([countNames(client), beside(countWords)]);
	for (const done of [names, words]) if (done.status === 'rejected') throw done.reason;
	await client.query(
		'update search_state set settled = version, settled_at = clock_timestamp(), settled_documents = (select count(*) from search_document)',
	);
}

const COUNTING = "set local work_mem = '256MB'";

async function countNames(client: PoolClient): Promise<void> {
	await client.query(COUNTING);
	await client.query(
		`with counted as materialized (
			select key, count(*)::int as n from search_document, unnest(facets) as key where tsv is not null group by key
		), wanted as (
			select key, coalesce(n, 0) as uses from search_facet left join counted using (key) where n is distinct from 1
		), gone as (
			delete from search_use u where not exists (select from wanted w where w.key = u.key)
		)
		insert into search_use (key, uses) select key, uses from wanted
		on conflict (key) do update set uses = excluded.uses where search_use.uses <> excluded.uses`,
	);
}

async function countWords(client: PoolClient): Promise<void> {
	await client.query(COUNTING);
	// lexemes of one field only begin with a capital
	await client.query(
		`with counted as materialized (
			select word, ndoc from ts_stat('select tsv from search_document where tsv is not null') where word !~ '^[A-Z]'
		), gone as (
			delete from search_word w where not exists (select from counted c where c.word = w.word)
		)
		insert into search_word (word, uses) select word, ndoc from counted
		on conflict (word) do update set uses = excluded.uses where search_word.uses <> excluded.uses`,
	);
}
