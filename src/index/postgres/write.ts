import type { PoolClient } from 'pg';
import type { SearchDocument } from '../engine.ts';
import { eachFacetValue, facetKey } from './facets.ts';
import { tsvectorText } from './tsvector.ts';

const UPSERT = `
	insert into search_document as d (id, seq, year, sort_title, tsv, facets)
	select id, seq, year, nullif(sort_title, '-'), nullif(tsv, '')::tsvector, nullif(facets, '')::bigint[]
	from unnest($1::bigint[], $2::bigint[], $3::smallint[], string_to_array($4, E'\\n'), string_to_array($5, E'\\n'), string_to_array($6, E'\\n'))
		as new (id, seq, year, sort_title, tsv, facets)
	on conflict (id) do update
	set seq = excluded.seq, year = excluded.year, sort_title = excluded.sort_title, tsv = excluded.tsv, facets = excluded.facets
	where d.seq < excluded.seq`;

const NAME_FACETS = `
	insert into search_facet (key, value) select * from unnest($1::bigint[], string_to_array($2, E'\\x01'))
	on conflict do nothing`;

/** Facet values that this process knows to be named in the database; names are never removed from there. */
export type NamedFacets = Map<string, number>;
const NAMED_MAX = 200_000;

interface Removed {
	readonly id: number;
	readonly seq: number;
}

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
	const titles: string[] = [];
	const vectors: string[] = [];
	const facets: string[] = [];
	const fresh: NamedFacets = new Map();
	for (const row of rows) {
		ids.push(row.id);
		seqs.push(row.seq);
		if (!('kind' in row)) {
			years.push(0);
			titles.push('-');
			vectors.push('');
			facets.push('');
			continue;
		}
		years.push(row.year ?? 0);
		titles.push(row.sortTitle);
		vectors.push(tsvectorText(row));
		facets.push(facetArray(row, named, fresh));
	}
	if (fresh.size > 0) await nameFacets(client, fresh);
	await client.query(UPSERT, [array(ids), array(seqs), array(years), titles.join('\n'), vectors.join('\n'), facets.join('\n')]);
	return fresh;
}

/** Remembers values whose names are committed; forgets all when there are too many. */
export function remember(named: NamedFacets, fresh: NamedFacets): void {
	if (named.size + fresh.size > NAMED_MAX) named.clear();
	for (const [name, key] of fresh) named.set(name, key);
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

const array = (values: readonly number[]): string => `{${values.join(',')}}`;

function facetArray(document: SearchDocument, named: NamedFacets, fresh: NamedFacets): string {
	const keys = new Set<number>();
	eachFacetValue(document, (facet, value) => {
		const name = `${facet}=${value}`;
		let key = named.get(name) ?? fresh.get(name);
		if (key === undefined) {
			key = facetKey(facet, value);
			fresh.set(name, key);
		}
		keys.add(key);
	});
	return `{${[...keys].join(',')}}`;
}

const CONTROL = /[\u0000-\u0008]/g;

async function nameFacets(client: PoolClient, fresh: NamedFacets): Promise<void> {
	const names = [...fresh].sort((a, b) => a[1] - b[1]);
	const values = names.map(([name]) => name.slice(name.indexOf('=') + 1).replaceAll(CONTROL, ' '));
	await client.query(NAME_FACETS, [array(names.map(([, key]) => key)), values.join('\u0001')]);
}
