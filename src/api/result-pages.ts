import type { FastifyReply } from 'fastify';
import { readCollections } from '../catalogue/collections.ts';
import { namesOfAreas, type Overview } from '../catalogue/overview.ts';
import { type FoundRecords, type RecordFacet, searchRecords } from '../catalogue/search-records.ts';
import { didYouMean } from '../catalogue/suggest.ts';
import { PAGE_FACETS } from '../web/filters.ts';
import { nameOf } from '../web/names.ts';
import { IN_PAGE, type Results } from '../web/results.ts';
import { resultsPage } from '../web/results-page.ts';
import { href, type Language, type View } from '../web/view.ts';
import type { ServerDeps } from './deps.ts';
import { type PageRequest, paramsOf } from './page-request.ts';
import { sendPage } from './send-page.ts';

const FACET_VALUES = 10;
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
		facetLimit: FACET_VALUES,
		limit: IN_PAGE,
		after: undefined,
		...(offset === 0 ? {} : { offset }),
	});
	if (found.total > 0 && offset >= found.total) {
		const last = { ...asked, page: Math.ceil(found.total / IN_PAGE) };
		return reply.redirect(href(view, '/', paramsOf(last)), 302);
	}
	const meant = page === 1 && found.total < FEW_HITS ? await didYouMean(deps, q) : null;
	const shown: Shown[] = [
		...filters,
		...PAGE_FACETS.flatMap((facet) => (found.facets[facet] ?? []).map(({ value }): Shown => [facet, value])),
	];
	const results: Results = {
		...{ q, sort, page, filters, meant },
		total: found.total,
		cut: found.cut,
		noCollection: await noCollection(deps, view.language, found),
		records: found.records,
		facets: PAGE_FACETS.map((facet) => ({ facet, values: found.facets[facet] ?? [] })),
		label: await labels(deps, view.language, libraries, shown),
		libraryName: librariesByCode(libraries),
	};
	return sendPage(reply, view, resultsPage(view, results));
}

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
	const valuesOf = (facet: RecordFacet): string[] => shown.flatMap(([one, value]) => (one === facet ? [value] : []));
	const areas = await namesOfAreas(deps, valuesOf('area'));
	const collections = valuesOf('collection').length === 0 ? new Map<string, string>() : await namesOfCollections(deps, language);
	const libraryName = librariesByCode(libraries);
	return (facet, value) => {
		if (facet === 'library') return libraryName(value);
		const area = facet === 'area' ? areas.get(value) : undefined;
		if (area !== undefined) return inLanguage(language, area);
		return (facet === 'collection' ? collections.get(value) : undefined) ?? nameOf(language, facet, value);
	};
}

/** Collections that were named and that there are not, with those that there are. */
async function noCollection(deps: ServerDeps, language: Language, { unknownCollections }: FoundRecords): Promise<Results['noCollection']> {
	if (unknownCollections.length === 0) return null;
	return { named: unknownCollections, known: [...(await namesOfCollections(deps, language))] };
}

const namesOfCollections = async (deps: ServerDeps, language: Language): Promise<ReadonlyMap<string, string>> =>
	new Map((await readCollections(deps.database)).map((one) => [one.code, inLanguage(language, one)]));

const inLanguage = (language: Language, { nameVi, nameEn }: { readonly nameVi: string; readonly nameEn: string }): string =>
	language === 'en' && nameEn !== '' ? nameEn : nameVi;

/** What a library is called, by its code. */
export function librariesByCode(libraries: Overview['libraries']): (code: string) => string {
	const names = new Map(libraries.map(({ code, name }) => [code, name]));
	return (code) => names.get(code) ?? code;
}
