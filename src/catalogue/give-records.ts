import { setImmediate } from 'node:timers/promises';
import { partFilters, withFilters } from '../index/filters.ts';
import { AppError } from '../lib/errors.ts';
import { publicId } from '../lib/ids.ts';
import { type FormatName, RECORD_FORMATS, type RecordFormat, type RenderOptions } from '../records/record-format.ts';
import { sharedAmong } from '../store/shared-records.ts';
import { readUnions, resolveUnion } from '../store/union-read.ts';
import type { Reading } from './reading.ts';
import { openUnion } from './render-schema.ts';
import type { RecordSearch } from './search-records.ts';
import { readTyped } from './typed-query.ts';

/** How records are named and written: all of RenderOptions but for what differs by record. */
export interface Naming extends Pick<RenderOptions, 'agency' | 'language' | 'libraryUrl'> {
	readonly recordUrl: (id: string) => string;
}

/** Options for one record. */
export const optionsFor = ({ recordUrl, ...naming }: Naming, number: number): RenderOptions => {
	const id = publicId(number);
	return { ...naming, id, url: recordUrl(id) };
};

/** Records read, rendered and sent at once. */
const BATCH = 50;
/** Numbers asked of the search engine at once. */
const SEARCH_BATCH = 5_000;

/** The numbers of what a search finds, up to a limit, in its order; `next` says where the rest begins. */
export async function foundNumbers(
	reading: Reading,
	search: Omit<RecordSearch, 'facets' | 'facetLimit'>,
): Promise<{ readonly total: number; readonly numbers: readonly number[]; readonly next: RecordSearch['after'] | null }> {
	const asked = partFilters(withFilters((await readTyped(reading, search.q)).query, search.filters));
	const numbers: number[] = [];
	for (let after = search.after, first: number | undefined; ; ) {
		const limit = Math.min(SEARCH_BATCH, search.limit - numbers.length);
		const { sort } = search;
		const place = after === undefined ? {} : { after };
		const { ids, total, next } = await reading.engine.search({ ...asked, sort, limit, facets: [], facetLimit: 0, ...place });
		first ??= total;
		numbers.push(...ids);
		if (next === null || numbers.length >= search.limit) return { total: first, numbers, next };
		after = next;
	}
}

/** What the ids of a basket stand for now: the records, each once, in the order given, and the ids that lead to none. */
export async function basketNumbers(
	{ database }: Pick<Reading, 'database'>,
	asked: readonly { readonly id: string; readonly number: number | undefined }[],
): Promise<{ readonly numbers: readonly number[]; readonly missing: readonly string[] }> {
	const numbers = new Set<number>();
	const missing: string[] = [];
	const known = asked.flatMap(({ number }) => number ?? []);
	const rows = new Map((await readUnions(database, known)).map((row) => [row.id, row]));
	for (const { id, number } of asked) {
		const found = number === undefined ? undefined : rows.get(number);
		const row = found?.state === 'live' || number === undefined ? found : await resolveUnion(database, number);
		if (row?.state === 'live') numbers.add(row.id);
		else missing.push(id);
	}
	return { numbers: [...numbers], missing };
}

/** What of a selection goes into a file of a format. */
export interface Giving {
	readonly given: readonly number[];
	/** Records whose libraries let them be searched, but not handed on, or that went away. */
	readonly notShared: number;
	/** Public ids of records that the format cannot hold. */
	readonly tooLarge: readonly string[];
}

/** Looks before the first byte of a file is sent at what will be left out of it, so that the head of the answer can say so. */
export async function lookAhead(
	{ database }: Pick<Reading, 'database'>,
	numbers: readonly number[],
	format: FormatName,
	naming: Naming,
): Promise<Giving> {
	const shared = await sharedAmong(database, numbers);
	const notShared = numbers.length - shared.length;
	if (format !== 'marc') return { given: shared, notShared, tooLarge: [] };
	const tooLarge = new Set<number>();
	for await (const { number, record } of rendered(database, shared, format, naming)) if (record === TOO_LARGE) tooLarge.add(number);
	return { given: shared.filter((number) => !tooLarge.has(number)), notShared, tooLarge: [...tooLarge].map(publicId) };
}

/** A file of these records, in this order, in parts; flat memory. Records that went away or cannot be held meanwhile are left out. */
export async function* recordFile(
	{ database }: Pick<Reading, 'database'>,
	numbers: readonly number[],
	format: FormatName,
	naming: Naming,
): AsyncGenerator<Buffer> {
	const { head, between, foot } = (RECORD_FORMATS[format] as RecordFormat).file(naming.language);
	let parts: (string | Uint8Array)[] = [head];
	let waiting = 0;
	let any = false;
	for await (const { record } of rendered(database, numbers, format, naming)) {
		if (record === null || record === TOO_LARGE) continue;
		if (any) parts.push(between);
		parts.push(record);
		any = true;
		if (++waiting < BATCH) continue;
		yield joined(parts);
		parts = [];
		waiting = 0;
	}
	parts.push(foot);
	yield joined(parts);
}

const joined = (parts: readonly (string | Uint8Array)[]): Buffer =>
	Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));

const TOO_LARGE = Symbol('the format cannot hold it');

async function* rendered(
	database: Reading['database'],
	numbers: readonly number[],
	format: FormatName,
	naming: Naming,
): AsyncGenerator<{ readonly number: number; readonly record: string | Uint8Array | null | typeof TOO_LARGE }> {
	const { render }: RecordFormat = RECORD_FORMATS[format];
	for (let at = 0; at < numbers.length; at += BATCH) {
		const some = numbers.slice(at, at + BATCH);
		const rows = new Map((await readUnions(database, some)).map((row) => [row.id, row]));
		for (const number of some) {
			const row = rows.get(number);
			const union = row?.state === 'live' && row.shared && row.body !== null ? openUnion(row.body) : null;
			try {
				yield { number, record: union === null ? null : render(union, optionsFor(naming, number)) };
			} catch (error) {
				if (!(error instanceof AppError) || error.code !== 'too-large') throw error;
				yield { number, record: TOO_LARGE };
			}
		}
		// other requests between two batches
		await setImmediate();
	}
}
