import type { Scannable, Sort } from '../index/engine.ts';
import { partFilters, withFilters } from '../index/filters.ts';
import { queryFromRpn, RpnRefused, scanFromRpn, sortFromRpn, sortUse } from '../index/from-rpn.ts';
import type { Query } from '../index/query.ts';
import { AppError } from '../lib/errors.ts';
import { publicId } from '../lib/ids.ts';
import { sortKey } from '../lib/sort-key.ts';
import type { RpnQuery, TermOperand } from '../protocols/z3950/rpn.ts';
import type { SortKey } from '../protocols/z3950/sort.ts';
import type { PublicUnion } from '../records/public-view.ts';
import { readUnions } from '../store/union-read.ts';
import type { Reading } from './reading.ts';
import { openUnion } from './render-schema.ts';
import { type ListedTerm, listTerms } from './scan-terms.ts';

/** What a search over Z39.50 found. The first hits keep their positions while it lives. */
export interface ResultSet {
	readonly query: Query;
	readonly sort: Sort;
	/** Code of the library whose titles were searched; null for all. */
	readonly library: string | null;
	readonly total: number;
	/** Numbers of the first hits, once they were asked for. */
	first: readonly number[] | null;
}

/** Hits whose order is kept with a result set. */
const FIRST_HITS = 1_000;

/** A diagnostic of Bib-1. */
export interface Bib1Refusal {
	readonly condition: number;
	readonly addinfo: string;
}
type Refused = { readonly refused: Bib1Refusal };

/** Searches with a query of type 1; `sets` gives a result set named as an operand. */
export async function searchRpn(
	reading: Reading,
	rpn: RpnQuery,
	library: string | null,
	sets: (name: string) => ResultSet | undefined,
): Promise<ResultSet | Refused> {
	return await answering(async () => {
		const query = queryFromRpn(rpn, (name) => sets(name)?.query);
		return await counted(reading, query, 'relevance', library);
	});
}

async function counted({ engine }: Reading, query: Query, sort: Sort, library: string | null): Promise<ResultSet> {
	const { total } = await engine.search({ ...inLibrary(query, library), sort, limit: 0, facets: [], facetLimit: 0 });
	return { query, sort, library, total, first: null };
}

const inLibrary = (query: Query, library: string | null): ReturnType<typeof partFilters> =>
	partFilters(library === null ? query : withFilters(query, { library: [library] }));

/** The same hits by title, or by year; 207 for any other order. */
export async function sortResultSet(reading: Reading, set: ResultSet, key: SortKey, descending: boolean): Promise<ResultSet | Refused> {
	const sort = sortFromRpn(key, descending);
	if (sort === undefined) {
		const asked = `${sortUse(key) ?? 'no use attribute'}${descending ? ' descending' : ''}`;
		return { refused: { condition: 207, addinfo: `${asked}: sorted are titles from A, or dates either way` } };
	}
	return await answering(() => counted(reading, set.query, sort, set.library));
}

/** A hit as it may be handed on; `union` null when it may not, or went away. */
export interface PresentedHit {
	readonly id: string;
	readonly state: 'given' | 'withheld' | 'gone';
	readonly union: PublicUnion | null;
}

/** Hits from a position on, from 1. */
export async function presentHits(
	reading: Reading,
	set: ResultSet,
	start: number,
	count: number,
): Promise<readonly PresentedHit[] | Refused> {
	return await answering(async () => {
		const ids = await idsAt(reading, set, start - 1, count);
		const rows = new Map((await readUnions(reading.database, ids)).map((row) => [row.id, row]));
		return ids.map((number): PresentedHit => {
			const id = publicId(number);
			const row = rows.get(number);
			if (row?.state !== 'live' || row.body === null) return { id, state: 'gone', union: null };
			const union = openUnion(row.body);
			return { id, state: union === null ? 'withheld' : 'given', union };
		});
	});
}

async function idsAt({ engine }: Reading, set: ResultSet, offset: number, count: number): Promise<readonly number[]> {
	const ask = async (from: number, limit: number): Promise<readonly number[]> =>
		(
			await engine.search({
				...inLibrary(set.query, set.library),
				sort: set.sort,
				limit,
				offset: from,
				facets: [],
				facetLimit: 0,
			})
		).ids;
	if (offset + count > FIRST_HITS) return await ask(offset, count);
	set.first ??= await ask(0, FIRST_HITS);
	return set.first.slice(offset, offset + count);
}

/** Terms around the one asked for; `position` is where that stands among them, from 1. */
export async function scanRpn(
	reading: Reading,
	attributeSet: string,
	start: TermOperand,
	asked: { readonly library: string | null; readonly before: number; readonly count: number },
): Promise<{ readonly terms: readonly ListedTerm[]; readonly position: number } | Refused> {
	return await answering(async () => {
		const { of, from }: { of: Scannable; from: string } = scanFromRpn(start, attributeSet);
		const terms = await listTerms(reading, of, from, asked);
		const order = sortKey(from);
		return { terms, position: terms.filter(({ value }) => sortKey(value) < order).length + 1 };
	});
}

async function answering<T>(work: () => Promise<T>): Promise<T | Refused> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof RpnRefused) return { refused: { condition: error.condition, addinfo: error.addinfo } };
		// it costs too much
		if (error instanceof AppError && (error.code === 'timeout' || error.code === 'too-large'))
			return { refused: { condition: 31, addinfo: `${error.message}: ${error.hint}` } };
		throw error;
	}
}
