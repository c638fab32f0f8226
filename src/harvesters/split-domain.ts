import { LIMITS } from '../lib/limits.ts';
import { isUnsupported, type RecordTarget, type ScannedTerm, type SplitIndex } from './record-target.ts';
import { both } from './slice-query.ts';

/** Where a range of an index is cut in two: the last value of the first half and the first of the second. */
export interface Cut {
	readonly low: string;
	readonly high: string;
}

/** The values of an index, in order. */
export interface SplitDomain {
	/** Where to cut between two values (inclusive; null is open); null when there is one value at most. */
	cut(low: string | null, high: string | null): Cut | null;
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1970, 0, 1) / DAY_MS;
const LAST_DAY = Date.UTC(2069, 11, 31) / DAY_MS;
const FIRST_YEAR = 1400;
const LAST_YEAR = 2100;
const SCAN_COUNT = 500;

const writeDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
const readDay = (text: string): number => Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T00:00:00Z`) / DAY_MS;

/** Halves numbers; open ends reach to `first` and `last`, and beyond: an open range stays open on its outer side. */
function numbers(first: number, last: number, read: (text: string) => number, write: (value: number) => string): SplitDomain {
	return {
		cut(low, high) {
			const from = low === null ? first : read(low);
			const to = high === null ? last : read(high);
			if (!(to > from)) return null;
			const middle = Math.floor((from + to) / 2);
			return { low: write(middle), high: write(middle + 1) };
		},
	};
}

/** Halves a list of terms by the records they have. */
export function termDomain(terms: readonly ScannedTerm[]): SplitDomain {
	const place = new Map(terms.map(({ term }, i) => [term, i]));
	const upTo: number[] = [];
	let sum = 0;
	for (const { occurrences } of terms) {
		sum += occurrences ?? 1;
		upTo.push(sum);
	}
	return {
		cut(low, high) {
			const from = low === null ? 0 : (place.get(low) ?? -1);
			const to = high === null ? terms.length - 1 : (place.get(high) ?? -1);
			if (from < 0 || to <= from) return null;
			const before = from === 0 ? 0 : (upTo[from - 1] as number);
			const half = before + ((upTo[to] as number) - before) / 2;
			let middle = from;
			while (middle < to - 1 && (upTo[middle] as number) < half) middle++;
			return { low: (terms[middle] as ScannedTerm).term, high: (terms[middle + 1] as ScannedTerm).term };
		},
	};
}

/** Every term of an index, up to LIMITS.scanTermsMax; null where the target cannot scan or an index has more. Throws Refusal. */
export async function allTerms(target: RecordTarget, index: string): Promise<readonly ScannedTerm[] | null> {
	const terms: ScannedTerm[] = [];
	const seen = new Set<string>();
	for (let from = ''; terms.length < LIMITS.scanTermsMax; ) {
		// blank is before every term, and some targets take no empty one
		const batch = await target.scan(index, from === '' ? ' ' : from, SCAN_COUNT);
		if (batch === null) return null;
		const fresh = batch.filter(({ term }) => !seen.has(term));
		if (fresh.length === 0) return terms;
		for (const one of fresh) seen.add(one.term);
		terms.push(...fresh);
		from = (fresh.at(-1) as ScannedTerm).term;
	}
	return null;
}

/** Control numbers with how many records have each: those given, else those that the target lists; null where it cannot. */
export async function controlNumbers(
	target: RecordTarget,
	given: readonly string[] | undefined,
): Promise<readonly { readonly term: string; readonly records: number }[] | null> {
	if (given !== undefined) return given.map((term) => ({ term, records: 1 }));
	try {
		const found = await allTerms(target, target.identifierIndex);
		if (found === null || found.length === 0 || !(await tellsApart(target, found))) return null;
		return found.map(({ term, occurrences }) => ({ term, records: occurrences ?? 1 }));
	} catch (error) {
		if (!isUnsupported(error)) throw error;
		return null;
	}
}

/** Whether a search by control number heeds the number: what has two of them at once is less than all that was listed. */
async function tellsApart(target: RecordTarget, terms: readonly ScannedTerm[]): Promise<boolean> {
	const [first, last] = [terms[0], terms.at(-1)];
	if (first === undefined || last === undefined || first === last) return true;
	const index = target.identifierIndex;
	const { hits } = await target.count(both({ kind: 'term', index, term: first.term }, { kind: 'term', index, term: last.term }));
	return hits !== null && hits <= terms.length / 2;
}

/** The values of an index; null when they cannot be told. Throws Refusal. */
export async function domainOf(target: RecordTarget, index: SplitIndex): Promise<SplitDomain | null> {
	if (index.values === 'days') return numbers(FIRST_DAY, LAST_DAY, readDay, writeDay);
	if (index.values === 'years') return numbers(FIRST_YEAR, LAST_YEAR, Number, String);
	const terms = await allTerms(target, index.name);
	return terms === null || terms.length < 2 ? null : termDomain(terms);
}
