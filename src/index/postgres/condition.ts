import { numberArray } from '../../lib/number-array.ts';
import type { Facet, SearchRequest } from '../engine.ts';
import { maskBeginning } from '../mask.ts';
import { facetKey } from './facets.ts';
import { type Clause, isOfWords, type Mask, type Match } from './translate.ts';
import { tsquery } from './tsquery.ts';

/** The parameters of a statement: the only way user text reaches it is `value`. */
export class Parameters {
	readonly values: unknown[] = [];
	value(value: unknown): string {
		this.values.push(value);
		return `$${this.values.length}`;
	}
}

/** The condition of a request; `without` leaves out the filter of one facet, whose other values are being counted. */
export function condition(parameters: Parameters, match: Match, filters: SearchRequest['filters'], without?: Facet): string {
	const parts = ['tsv is not null'];
	if (match !== 'all') parts.push(matchSql(parameters, match));
	for (const [facet, values] of Object.entries(filters) as [Facet, readonly string[]][]) {
		if (facet === without || values.length === 0) continue;
		parts.push(hasValue(parameters, facet, values));
	}
	return parts.join(' and ');
}

const hasValue = (parameters: Parameters, facet: Facet, values: readonly string[]): string =>
	`facets && ${parameters.value(values.map((value) => facetKey(facet, value)))}::bigint[]`;

function matchSql(parameters: Parameters, match: Match): string {
	if (match === 'all') return 'true';
	if (match === 'none') return 'false';
	if ('words' in match || isOfWords(match)) return `tsv @@ ${parameters.value(tsquery(match))}::tsquery`;
	if ('years' in match) return yearsSql(parameters, match.years);
	if ('mask' in match) return maskSql(parameters, match.mask);
	if ('facet' in match) return hasValue(parameters, match.facet, [match.value]);
	if ('records' in match) return `id = any (${parameters.value(numberArray(match.records))}::bigint[])`;
	// a document without facets has null there
	if (match.op === 'not') return `(${matchSql(parameters, match.of)}) is not true`;
	const { op, of } = match;
	// the words among them as one tsquery, so that the index finds them together
	const words = of.filter(isOfWords);
	const children: readonly Clause[] = words.length > 1 ? [{ op, of: words }, ...of.filter((child) => !isOfWords(child))] : of;
	return `(${children.map((child) => matchSql(parameters, child)).join(` ${op} `)})`;
}

/** How the positions of a lexeme are written where one of them has a weight; D is written as nothing. */
const POSITIONS = { '': '', A: ':[0-9ABC,]*A', B: ':[0-9ABC,]*B', C: ':[0-9ABC,]*C', D: ':([0-9]+[ABC],)*[0-9]+(,| |$)' } as const;

/**
 * Words that look like a pattern, in the text of the words of a document: `'lich':2A 'su':3A,9`. An index knows those that begin so alone. Lexemes of
 * one field begin with a capital, which no pattern without a mark means.
 */
function maskSql(parameters: Parameters, { mark, pattern, weight }: Mask): string {
	const letters = pattern.replaceAll(/[*?]/g, (sign) => (sign === '*' ? "[^' ]*" : "[^' ]"));
	const looks = `tsv::text ~ ${parameters.value(`'${mark === '' ? '(?![A-Z])' : mark}${letters}'${POSITIONS[weight]}`)}`;
	const beginning = mark + maskBeginning(pattern);
	return beginning === ''
		? looks
		: `(tsv @@ ${parameters.value(tsquery({ words: { lexemes: [{ text: beginning, prefix: true }], weight: '' } }))}::tsquery and ${looks})`;
}

/** Year 0 stands for none. */
function yearsSql(parameters: Parameters, [from, to]: readonly [number | null, number | null]): string {
	const first = parameters.value(Math.max(1, from ?? 1));
	return to === null ? `year >= ${first}::int` : `year between ${first}::int and ${parameters.value(to)}::int`;
}
