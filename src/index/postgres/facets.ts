import { hash53 } from '../../lib/hash.ts';
import { FACETS, type Facet, type SearchDocument } from '../engine.ts';

/**
 * A facet value in the index is one integer of at most 53 bits: the number of its facet (place in FACETS, from 1) times 2^49,
 * plus 49 bits of hash. The hash needs no look-up to write or to filter; table search_facet names the values that are shown.
 */
const FACET_UNIT = 2 ** 49;
export const FACET_BITS = 49;

export const facetNumber = (facet: Facet): number => FACETS.indexOf(facet) + 1;
export const facetKey = (facet: Facet, value: string): number => facetNumber(facet) * FACET_UNIT + (hash53(value) % FACET_UNIT);
export const facetOfKey = (key: number): Facet => FACETS[Math.floor(key / FACET_UNIT) - 1] as Facet;

/** Calls back with every facet value of a document. */
export function eachFacetValue(document: SearchDocument, each: (facet: Facet, value: string) => void): void {
	for (const value of document.libraries) each('library', value);
	for (const value of document.areas) each('area', value);
	each('kind', document.kind);
	if (document.material !== '') each('material', document.material);
	for (const value of document.languages) each('language', value);
	if (document.year !== null) each('year', String(document.year));
	for (const value of document.subjects) each('subject', value);
	for (const value of document.creators) each('creator', value);
	for (const value of document.series) each('series', value);
	if (document.classLevel !== null) each('classLevel', document.classLevel);
}
