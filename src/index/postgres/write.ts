import type { PoolClient } from 'pg';
import { numberArray } from '../../lib/number-array.ts';
import type { Removed, SearchDocument } from '../engine.ts';
import { eachFacetValue } from '../facet-values.ts';
import { terms } from '../terms.ts';
import { facetKey, NAMED, type Named } from './facets.ts';
import { documentVectors, MARK } from './tsvector.ts';

const UPSERT = `
	insert into search_document as d (id, seq, year, held, sort_title, titles, tsv, exact, facets)
	select id, seq, year, held, nullif(sort_title, '-'), nullif(titles, ''), nullif(tsv, '')::tsvector, nullif(exact, '')::tsvector, nullif(facets, '')::bigint[]
	from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], string_to_array($5, E'\\n'), string_to_array($6, E'\\n'),
		string_to_array($7, E'\\n'), string_to_array($8, E'\\n'), string_to_array($9, E'\\n'))
		as new (id, seq, year, held, sort_title, titles, tsv, exact, facets)
	on conflict (id) do update
	set seq = excluded.seq, year = excluded.year, held = excluded.held, sort_title = excluded.sort_title, titles = excluded.titles, tsv = excluded.tsv, exact = excluded.exact, facets = excluded.facets
	where d.seq < excluded.seq`;

const NAME_FACETS = `
	insert into search_facet (key, value, words)
	select key, value, words::tsvector from unnest($1::bigint[], string_to_array($2, E'\\x01'), string_to_array($3, E'\\n')) as new (key, value, words)
	on conflict do nothing`;

/** Documents changed last whose ids are kept: with more it is as quick to read the index again. */
const CHANGES_KEPT = 20_000;
const CHANGED = `
	with moved as (update search_state set version = version + $1 returning version),
		forgotten as (delete from search_change where version <= (select version from moved) - ${CHANGES_KEPT})
	insert into search_change (version, since, ids, named) select version, version - $1, $2::bigint[], $3::bigint[] from moved`;

/** Facet values met by this process and named in the database, by facet, with their keys; names are never removed from there. */
export type NamedFacets = ReadonlyMap<Named, Map<string, number>>;
export const noFacets = (): NamedFacets => new Map(NAMED.map((facet) => [facet, new Map<string, number>()]));
const NAMED_MAX = 50_000;
/** More libraries than this rank no higher. */
const HELD_MAX = 999;

/**
 * Writes a batch in one statement (and one more for facet values met for the first time). Returns those values, to be remembered when the
 * transaction has been committed.
 */
export async function writeDocuments(
	client: PoolClient,
	documents: readonly SearchDocument[],
	removed: readonly Removed[],
	named: NamedFacets,
): Promise<NamedFacets> {
	const rows = newest(documents, removed);
	const ids: number[] = [];
	const seqs: number[] = [];
	const years: number[] = [];
	const held: number[] = [];
	const titles: string[] = [];
	const inTitles: string[] = [];
	const folded: string[] = [];
	const exact: string[] = [];
	const facets: string[] = [];
	const fresh = noFacets();
	for (const row of rows) {
		ids.push(row.id);
		seqs.push(row.seq);
		if (!('kind' in row)) {
			years.push(0);
			held.push(0);
			titles.push('-');
			inTitles.push('');
			folded.push('');
			exact.push('');
			facets.push('');
			continue;
		}
		years.push(row.year ?? 0);
		held.push(Math.min(row.libraries.length, HELD_MAX));
		titles.push(row.sortTitle);
		const vectors = documentVectors(row);
		inTitles.push(vectors.titles);
		folded.push(vectors.folded);
		exact.push(vectors.exact);
		facets.push(facetArray(row, named, fresh));
	}
	await nameFacets(client, fresh);
	await client.query(UPSERT, [
		numberArray(ids),
		numberArray(seqs),
		numberArray(years),
		numberArray(held),
		titles.join('\n'),
		inTitles.join('\n'),
		folded.join('\n'),
		exact.join('\n'),
		facets.join('\n'),
	]);
	const names = [...fresh.values()].flatMap((values) => [...values.values()]);
	await client.query(CHANGED, [rows.length, numberArray(ids), numberArray(names)]);
	return fresh;
}

/** Remembers values whose names are committed; forgets a facet's when there are too many. */
export function remember(named: NamedFacets, fresh: NamedFacets): void {
	for (const [facet, values] of fresh) {
		const known = named.get(facet);
		if (known === undefined) continue;
		if (known.size + values.size > NAMED_MAX) known.clear();
		for (const [value, key] of values) known.set(value, key);
	}
}

/** The newest of each id, in the order of ids, so that two writers never wait for each other in a circle. */
function newest(documents: readonly SearchDocument[], removed: readonly Removed[]): (SearchDocument | Removed)[] {
	const byId = new Map<number, SearchDocument | Removed>();
	for (const row of [...documents, ...removed]) {
		const known = byId.get(row.id);
		if (known === undefined || known.seq < row.seq) byId.set(row.id, row);
	}
	return [...byId.values()].sort((a, b) => a.id - b.id);
}

function facetArray(document: SearchDocument, named: NamedFacets, fresh: NamedFacets): string {
	const keys = new Set<number>();
	eachFacetValue(document, (facet, value) => {
		let key = named.get(facet)?.get(value) ?? fresh.get(facet)?.get(value);
		if (key === undefined) {
			key = facetKey(facet, value);
			fresh.get(facet)?.set(value, key);
		}
		keys.add(key);
	});
	return numberArray(keys);
}

const VALUE_WORDS_MAX = 200;
const CONTROL = /[\u0000-\u0008]/g;

async function nameFacets(client: PoolClient, fresh: NamedFacets): Promise<void> {
	const names = [...fresh.values()].flatMap((values) => [...values]).sort((a, b) => a[1] - b[1]);
	if (names.length === 0) return;
	const values = names.map(([value]) => value.replaceAll(CONTROL, ' '));
	await client.query(NAME_FACETS, [numberArray(names.map(([, key]) => key)), values.join('\u0001'), values.map(valueWords).join('\n')]);
}

/** The words of a value at their places, with its beginning marked: text of a tsvector. */
const valueWords = (value: string): string =>
	[
		`${MARK.edge}:1`,
		...terms(value)
			.slice(0, VALUE_WORDS_MAX)
			.map(({ folded }, i) => `${folded}:${i + 2}`),
	].join(' ');
