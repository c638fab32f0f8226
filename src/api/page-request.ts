import type { FastifyRequest } from 'fastify';
import { RECORD_FACETS, RECORD_SORTS, type RecordFacet } from '../catalogue/search-records.ts';
import { LIMITS } from '../lib/limits.ts';
import { VALUE_LETTERS_MAX } from '../web/filters.ts';
import { PAGES_MAX } from '../web/results.ts';
import type { PageSort } from '../web/search-form.ts';
import { LANGUAGES, type Params, type View } from '../web/view.ts';
import { languageOf } from './problems.ts';

const FILTERS_MAX = 40;
const FILTER_LETTERS_MAX = 200;

/** What a person asked a page for. Nothing in an address is an error: what cannot be read is as if it was not there. */
export interface PageRequest {
	readonly q: string;
	readonly sort: PageSort;
	readonly page: number;
	readonly filters: readonly (readonly [facet: RecordFacet, value: string])[];
	/** Something is searched for, be it everything (`?q=`). */
	readonly searches: boolean;
}

/** The parameters of an address. Browsers encode them as forms do, and what is broken is taken as it stands. */
const parametersOf = (request: FastifyRequest): URLSearchParams => {
	const at = request.url.indexOf('?');
	return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1));
};

export function pageRequest(request: FastifyRequest): PageRequest {
	const parameters = parametersOf(request);
	const q = parameters.get('q') ?? '';
	const page = Number(parameters.get('page'));
	const filters = [...parameters]
		.flatMap(([name, value]) => {
			const facet = RECORD_FACETS.find((one) => one === name);
			return facet === undefined || value === '' || value.length > FILTER_LETTERS_MAX ? [] : [[facet, value] as const];
		})
		.slice(0, FILTERS_MAX);
	return {
		q: q.slice(0, LIMITS.queryBytesMax),
		sort: RECORD_SORTS.find((one) => one === parameters.get('sort')) ?? 'relevance',
		page: Number.isInteger(page) && page >= 1 ? Math.min(page, PAGES_MAX) : 1,
		filters,
		searches: parameters.has('q') || filters.length > 0,
	};
}

/** What is looked for in the values of a facet. */
export const valueText = (request: FastifyRequest): string => (parametersOf(request).get('text') ?? '').slice(0, VALUE_LETTERS_MAX);

/** The view of a page: its language from the address, else from what the browser asks for. */
export function viewOf(request: FastifyRequest, publicUrl: string, params: Params = []): View {
	const chosen = LANGUAGES.find((one) => one === parametersOf(request).get('lang'));
	const path = request.url.split('?', 1)[0] as string;
	return { language: chosen ?? languageOf(request), chosen: chosen !== undefined, publicUrl, path, params };
}

/** The parameters that make the same results again. */
export const paramsOf = ({ q, sort, page, filters, searches }: PageRequest): Params => [
	...(searches && (q !== '' || filters.length === 0) ? ([['q', q]] as const) : []),
	...filters,
	...(sort === 'relevance' ? [] : ([['sort', sort]] as const)),
	...(page === 1 ? [] : ([['page', String(page)]] as const)),
];
