import type { Facet, SearchRequest } from '../engine.ts';
import { facetKey } from './facets.ts';
import { type Clause, isOfWords, type Match } from './translate.ts';
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
	if ('facet' in match) return hasValue(parameters, match.facet, [match.value]);
	if ('record' in match) return `id = ${parameters.value(match.record)}::bigint`;
	// a document without facets has null there
	if (match.op === 'not') return `(${matchSql(parameters, match.of)}) is not true`;
	const { op, of } = match;
	// the words among them as one tsquery, so that the index finds them together
	const words = of.filter(isOfWords);
	const children: readonly Clause[] = words.length > 1 ? [{ op, of: words }, ...of.filter((child) => !isOfWords(child))] : of;
	return `(${children.map((child) => matchSql(parameters, child)).join(` ${op} `)})`;
}

/** Year 0 stands for none. */
function yearsSql(parameters: Parameters, [from, to]: readonly [number | null, number | null]): string {
	const first = parameters.value(Math.max(1, from ?? 1));
	return to === null ? `year >= ${first}::int` : `year between ${first}::int and ${parameters.value(to)}::int`;
}
