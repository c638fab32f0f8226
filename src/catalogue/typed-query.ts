import { joinQueries, type Query } from '../index/query.ts';
import { parseSearchBox, type SearchBox } from '../index/search-box.ts';
import { terms } from '../index/terms.ts';
import { isNamedFacet, type NamedFacet, valueNames } from '../store/value-names.ts';
import type { Reading } from './reading.ts';

/** Codes that one name may stand for. */
const CODES_MAX = 500;
type Value = Extract<Query, { op: 'value' }>;
/** Codes by what is typed for them; none when nothing is called so. */
type Codes = (value: Value, more: readonly string[]) => readonly string[];

/**
 * Reads what a person typed into a search box (parseSearchBox) as one who knows the names of libraries, areas and collections: their codes are found
 * by the code in any case, by the name, or by words of it that stand side by side. `thư viện:Hải Phòng` needs no quotes: words that go on with the
 * value of a field belong to it as far as there is something called so. What is neither code nor name stays as it was typed, and finds nothing.
 */
export async function readTyped({ database }: Pick<Reading, 'database'>, text: string): Promise<SearchBox> {
	const read = parseSearchBox(text);
	const facets = new Set<NamedFacet>();
	collect(read.query, facets);
	if (facets.size === 0) return read;
	const called = new Map(await Promise.all([...facets].map(async (facet) => [facet, await namesOf(database, facet)] as const)));
	let { cut } = read;
	const codes: Codes = ({ facet, value }, more) => {
		const typed = folded([value, ...more].join(' '));
		const known = called.get(facet as NamedFacet) ?? [];
		const exactly = known.some(({ code }) => code === value) ? [value] : [];
		if (typed === '' || (exactly.length > 0 && more.length === 0)) return exactly;
		const found = known.filter(({ names }) => names.some((name) => name.includes(typed)));
		cut ||= found.length > CODES_MAX;
		return found.slice(0, CODES_MAX).map(({ code }) => code);
	};
	const query = resolved(read.query, codes);
	return { query, cut };
}

async function namesOf(
	database: Reading['database'],
	facet: NamedFacet,
): Promise<readonly { readonly code: string; readonly names: readonly string[] }[]> {
	const all = await valueNames(database, facet);
	return [...all.values()].map(({ code, nameVi, nameEn }) => ({
		code,
		names: [code, nameVi, nameEn].map(folded).filter((name) => name !== ''),
	}));
}

/** The words without marks, a blank around each. */
function folded(text: string): string {
	const words = terms(text).map((term) => term.folded);
	return words.length === 0 ? '' : ` ${words.join(' ')} `;
}

function collect(query: Query, into: Set<NamedFacet>): void {
	if (query.op === 'value' && isNamedFacet(query.facet)) into.add(query.facet);
	else if (query.op === 'not') collect(query.of, into);
	else if (query.op === 'and' || query.op === 'or') for (const one of query.of) collect(one, into);
}

function resolved(query: Query, codes: Codes): Query {
	switch (query.op) {
		case 'value':
			return isNamedFacet(query.facet) ? (anyOf(query, codes(query, [])) ?? query) : query;
		case 'not':
			return { op: 'not', of: resolved(query.of, codes) };
		case 'or':
			return (
				joinQueries(
					'or',
					query.of.map((one) => resolved(one, codes)),
				) ?? query
			);
		case 'and':
			return joinQueries('and', side(query.of, codes)) ?? query;
		default:
			return query;
	}
}

/** Parts that stand side by side, words given to the value before them as far as they go on with a name. */
function side(parts: readonly Query[], codes: Codes): Query[] {
	const out: Query[] = [];
	for (let at = 0; at < parts.length; at++) {
		const part = parts[at] as Query;
		if (part.op !== 'value' || !isNamedFacet(part.facet)) {
			out.push(resolved(part, codes));
			continue;
		}
		const more = wordsAfter(parts, at);
		let found = codes(part, more);
		while (found.length === 0 && more.length > 0) {
			more.pop();
			found = codes(part, more);
		}
		at += more.length;
		out.push(anyOf(part, found) ?? part);
	}
	return out;
}

function wordsAfter(parts: readonly Query[], at: number): string[] {
	const words: string[] = [];
	for (const part of parts.slice(at + 1)) {
		if (part.op !== 'word' || part.field !== 'any' || part.prefix === true) break;
		words.push(part.text);
	}
	return words;
}

const anyOf = ({ facet }: Value, codes: readonly string[]): Query | undefined =>
	joinQueries(
		'or',
		codes.map((value): Query => ({ op: 'value', facet, value })),
	);
