import type { Scannable } from '../index/engine.ts';
import { scanFromCql } from '../index/from-cql.ts';
import { sortKey } from '../lib/sort-key.ts';
import type { CqlQuery } from '../protocols/cql/tree.ts';
import { readUnions } from '../store/union-read.ts';
import type { Reading } from './reading.ts';
import { filedTitle } from './render-record.ts';
import { refusalOf, type SruRefusal } from './search-cql.ts';

export interface TermsAsked {
	/** Code of the library whose records are counted; null for all. */
	readonly library: string | null;
	/** Terms wanted before the one asked for, and from it on. */
	readonly before: number;
	readonly count: number;
}

export interface ListedTerm {
	readonly value: string;
	readonly count: number;
}

/**
 * Terms around the one that a scan clause in CQL names, or the diagnostic of SRU that says why there are none. With `after` the list begins
 * after that term, whether it is there or not.
 */
export async function scanCql(
	reading: Reading,
	clause: CqlQuery,
	asked: TermsAsked & { readonly after: boolean },
): Promise<{ readonly terms: readonly ListedTerm[] } | { readonly refused: SruRefusal }> {
	try {
		const { of, from } = scanFromCql(clause);
		if (!asked.after) return { terms: await listTerms(reading, of, from, asked) };
		const terms = await listTerms(reading, of, from, { library: asked.library, before: 0, count: asked.count + 1 });
		const [first] = terms;
		return { terms: first !== undefined && sortKey(first.value) === sortKey(from) ? terms.slice(1) : terms.slice(0, asked.count) };
	} catch (error) {
		return { refused: refusalOf(error) };
	}
}

/** Terms in the Vietnamese order from a place on, and some before it. */
export async function listTerms({ engine, database }: Reading, of: Scannable, from: string, asked: TermsAsked): Promise<ListedTerm[]> {
	const { library, before, count: wanted } = asked;
	const found = await engine.scan({ of, from, library, before, count: wanted });
	const ids = found.flatMap(({ record }) => (record === null ? [] : [record]));
	const rows = ids.length === 0 ? [] : await readUnions(database, ids);
	const titles = new Map(rows.map((row) => [row.id, row.body === null ? '' : filedTitle(row.body)]));
	return found.flatMap(({ value, record, count }) => {
		const text = value ?? titles.get(record ?? 0) ?? '';
		return text === '' ? [] : [{ value: text, count }];
	});
}
