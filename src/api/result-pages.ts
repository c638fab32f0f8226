import type { FastifyReply } from 'fastify';
import { facetValues, namesOfValues } from '../catalogue/facet-search.ts';
import type { Overview } from '../catalogue/overview.ts';
import { type FoundRecords, type RecordFacet, searchRecords } from '../catalogue/search-records.ts';
import { didYouMean } from '../catalogue/suggest.ts';
import { PAGE_FACETS } from '../web/filters.ts';
import { nameOf } from '../web/names.ts';
import { type FacetOfPage, IN_PAGE, type Results } from '../web/results.ts';
import { resultsPage } from '../web/results-page.ts';
import { valuesPage } from '../web/values-page.ts';
import { href, type Language, type View } from '../web/view.ts';
import type { ServerDeps } from './deps.ts';
import { type PageRequest, paramsOf } from './page-request.ts';
import { sendPage } from './send-page.ts';

const FACET_VALUES = 10;
/** Values of one facet in a page of their own. */
const VALUES_SHOWN = 100;
/** With fewer hits another spelling is looked for. */
const FEW_HITS = 5;

type Filters = PageRequest['filters'];
type Label = Results['label'];

/** Answers a search with a page of its results. */
export async function sendResults(
	reply: FastifyReply,
	view: View,
	asked: PageRequest,
	deps: ServerDeps,
	{ libraries }: Overview,
): Promise<FastifyReply> {
	const { q, sort, page, filters } = asked;
	const offset = (page - 1) * IN_PAGE;
	const found = await searchRecords(deps, {
		q,
		filters: byFacet(filters),
		sort,
		facets: PAGE_FACETS,
		facetLimit: FACET_VALUES + 1,
		limit: IN_PAGE,
		after: undefined,
		...(offset === 0 ? {} : { offset }),
	});
	if (found.total > 0 && offset >= found.total) {
		const last = { ...asked, page: Math.ceil(found.total / IN_PAGE) };
		return reply.redirect(href(view, '/', paramsOf(last)), 302);
	}
	const meant = page === 1 && found.total < FEW_HITS ? await didYouMean(deps, q) : null;
	const facets = PAGE_FACETS.map((facet) => cut(facet, found.facets[facet] ?? [], FACET_VALUES));
	const shown = facets.flatMap(({ facet, values }) => values.map(({ value }): Shown => [facet, value]));
	const results: Results = {
		...{ q, sort, page, filters, meant },
		total: found.total,
		cut: found.cut,
		noCollection: await noCollection(deps, view.language, found),
		records: found.records,
		facets,
		label: await labels(deps, view.language, libraries, [...filters, ...shown]),
		libraryName: librariesByCode(libraries),
	};
	return sendPage(reply, view, resultsPage(view, results));
}

/** Answers with the values of one facet among the results of a search, those that have what was typed into it. */
export async function sendValues(
	reply: FastifyReply,
	view: View,
	{ facet, text, asked }: { readonly facet: RecordFacet; readonly text: string; readonly asked: PageRequest },
	deps: ServerDeps,
	{ libraries }: Overview,
): Promise<FastifyReply> {
	const { q, filters } = asked;
	const search = { q, filters: byFacet(filters), facet, text, limit: VALUES_SHOWN + 1 };
	const { values, more } = cut(facet, await facetValues(deps, search, (value) => nameOf(view.language, facet, value)), VALUES_SHOWN);
	const shown = values.map(({ value }): Shown => [facet, value]);
	const label = await labels(deps, view.language, libraries, [...filters, ...shown]);
	return sendPage(reply, view, valuesPage(view, { q, facet, text, values, more, filters, label }));
}

const cut = (facet: RecordFacet, values: FacetOfPage['values'], most: number): FacetOfPage => ({
	facet,
	values: values.slice(0, most),
	more: values.length > most,
});

const byFacet = (filters: Filters): Readonly<Partial<Record<RecordFacet, readonly string[]>>> =>
	Object.fromEntries(
		[...new Set(filters.map(([facet]) => facet))].map((facet) => [
			facet,
			filters.flatMap(([one, value]) => (one === facet ? [value] : [])),
		]),
	);

type Shown = readonly [facet: RecordFacet, value: string];

/** What the values that a page shows are called. */
async function labels(deps: ServerDeps, language: Language, libraries: Overview['libraries'], shown: readonly Shown[]): Promise<Label> {
	const named = new Map<RecordFacet, ReadonlyMap<string, string>>([['library', new Map(libraries.map(({ code, name }) => [code, name]))]]);
	for (const facet of ['area', 'collection'] as const) {
		const codes = shown.flatMap(([one, value]) => (one === facet ? [value] : []));
		if (codes.length > 0) named.set(facet, await namesIn(deps, language, facet, codes));
	}
	return (facet, value) => named.get(facet)?.get(value) ?? nameOf(language, facet, value);
}

/** Collections that were named and that there are not, with those that there are. */
async function noCollection(deps: ServerDeps, language: Language, { unknownCollections }: FoundRecords): Promise<Results['noCollection']> {
	if (unknownCollections.length === 0) return null;
	return { named: unknownCollections, known: [...(await namesIn(deps, language, 'collection'))] };
}

/** What areas or collections are called in a language, by code. */
async function namesIn(
	deps: ServerDeps,
	language: Language,
	facet: 'area' | 'collection',
	codes?: readonly string[],
): Promise<ReadonlyMap<string, string>> {
	const names = await namesOfValues(deps, facet, codes);
	return new Map([...names].map(([code, { nameVi, nameEn }]) => [code, language === 'en' && nameEn !== '' ? nameEn : nameVi]));
}

/** What a library is called, by its code. */
export function librariesByCode(libraries: Overview['libraries']): (code: string) => string {
	const names = new Map(libraries.map(({ code, name }) => [code, name]));
	return (code) => names.get(code) ?? code;
}
