import { hash53 } from '../../lib/hash.ts';
import { FACETS, type Facet } from '../engine.ts';

/**
 * A facet value in the index is one integer of at most 53 bits: the number of its facet (place in FACETS, from 1) times 2^49,
 * plus 49 bits of hash. The hash needs no look-up to write or to filter; table search_facet names the values that are shown.
 */
const FACET_UNIT = 2 ** 49;
export const FACET_BITS = 49;

/** Titles are named like values, so that they can be completed; no number has more than four bits. */
const TITLE_NUMBER = 15;

export type Named = Facet | 'title';
export const NAMED: readonly Named[] = [...FACETS, 'title'];

export const facetNumber = (facet: Named): number => (facet === 'title' ? TITLE_NUMBER : FACETS.indexOf(facet) + 1);
export const facetKey = (facet: Named, value: string): number => facetNumber(facet) * FACET_UNIT + (hash53(value) % FACET_UNIT);
export const facetOfKey = (key: number): Facet => FACETS[Math.floor(key / FACET_UNIT) - 1] as Facet;
