import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partFilters, withFilters } from '../../src/index/filters.ts';
import type { Query } from '../../src/index/query.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { arbitraryQuery } from './arbitrary-query.ts';

const library = (value: string): Query => ({ op: 'value', facet: 'library', value });
const word: Query = { op: 'word', field: 'any', text: 'toán' };

describe('filters in the query tree', () => {
	it('are one of the values of each facet', () => {
		expect(withFilters(word, { library: ['A', 'B'], year: ['2010'], subject: [] })).toEqual({
			op: 'and',
			of: [word, { op: 'or', of: [library('A'), library('B')] }, { op: 'value', facet: 'year', value: '2010' }],
		});
		expect(withFilters({ op: 'all' }, { library: ['A'] })).toEqual(library('A'));
		expect(withFilters(word, {})).toBe(word);
	});

	it('are found again, whoever wrote them', () => {
		expect(partFilters(withFilters(word, { library: ['A', 'B'], year: ['2010'] }))).toEqual({
			query: word,
			filters: { library: ['A', 'B'], year: ['2010'] },
		});
		expect(partFilters(parseSearchBox('toán thư-viện:TVT').query)).toEqual({ query: word, filters: { library: ['TVT'] } });
		expect(partFilters(library('A'))).toEqual({ query: { op: 'all' }, filters: { library: ['A'] } });
	});

	it.each<[string, Query]>([
		['under a NOT', { op: 'and', of: [word, { op: 'not', of: library('A') }] }],
		['beside words in an OR', { op: 'and', of: [word, { op: 'or', of: [word, library('A')] }] }],
		['of two facets in an OR', { op: 'or', of: [library('A'), { op: 'value', facet: 'area', value: '79' }] }],
	])('%s are none', (_, query) => {
		expect(partFilters(query)).toEqual({ query, filters: {} });
	});

	it('of a facet that has one already narrow further', () => {
		const query: Query = { op: 'and', of: [library('A'), word, library('B')] };
		expect(partFilters(query)).toEqual({ query: { op: 'and', of: [word, library('B')] }, filters: { library: ['A'] } });
	});

	it('parting twice changes nothing', () => {
		fc.assert(
			fc.property(arbitraryQuery, (query) => {
				const { query: rest, filters } = partFilters(query);
				const again = partFilters(withFilters(rest, filters));
				expect(Object.keys(again.filters)).toEqual(expect.arrayContaining(Object.keys(filters)));
			}),
		);
	});
});
