import type { BriefRecord } from '../catalogue/render-record.ts';
import type { RecordFacet } from '../catalogue/search-records.ts';
import type { PageSort } from './search-form.ts';

/** Results in one page, and pages that can be turned to: further on the search is to be narrowed. */
export const IN_PAGE = 20;
export const PAGES_MAX = 50;

export interface FacetOfPage {
	readonly facet: RecordFacet;
	readonly values: readonly { readonly value: string; readonly count: number }[];
	/** There are more values than these. */
	readonly more: boolean;
}

export interface Results {
	readonly q: string;
	readonly sort: PageSort;
	/** From 1. */
	readonly page: number;
	readonly total: number;
	/** Only the beginning of q was read. */
	readonly cut: boolean;
	/** Collections that were named and that there are not, and those that there are; null when none was named in vain. */
	readonly noCollection: {
		readonly named: readonly string[];
		readonly known: readonly (readonly [code: string, name: string])[];
	} | null;
	/** What was probably meant, where it finds much more. */
	readonly meant: { readonly text: string; readonly total: number } | null;
	readonly records: readonly BriefRecord[];
	readonly facets: readonly FacetOfPage[];
	/** Values that were filtered by. */
	readonly filters: readonly (readonly [facet: RecordFacet, value: string])[];
	/** What a value of a facet is called: libraries and areas by name. */
	readonly label: (facet: RecordFacet, value: string) => string;
	/** Names of libraries by code. */
	readonly libraryName: (code: string) => string;
}
