import fc from 'fast-check';
import { FACETS } from '../../src/index/engine.ts';
import { isWordField, QUERY_FIELDS, type Query } from '../../src/index/query.ts';

const words = fc.constantFrom('lý', 'ly son', 'toán 6', '978-0-306-40615-7', 'a*', "it's \\ ' & | ! <-> :*", '漢字');
const text = fc.oneof(words, fc.constantFrom('', ' ', '\0', '\ud800'), fc.string({ unit: 'binary', maxLength: 20 }));
const masks = fc.constantFrom('s?n', 's*', '*o*n', 't?an', '??', '*ong', '1*', '2?21', '*字', '?字', 'kim*g', 'k?m', '*');
const year = fc.option(fc.integer({ min: -10, max: 99_999 }));
const flag = fc.boolean();

const queryOf = (text: fc.Arbitrary<string>, minLength: number): fc.Arbitrary<Query> =>
	fc.letrec<{ query: Query }>((tie) => ({
		query: fc.oneof(
			{ maxDepth: 4, depthIdentifier: 'query' },
			fc.constant<Query>({ op: 'all' }),
			fc.record({ op: fc.constant('word' as const), field: fc.constantFrom(...QUERY_FIELDS), text, prefix: flag }),
			fc.record({
				op: fc.constant('word' as const),
				field: fc.constantFrom(...QUERY_FIELDS),
				text,
				alike: fc.array(text, { minLength: 1, maxLength: 2 }),
			}),
			fc.record(
				{
					op: fc.constant('phrase' as const),
					field: fc.constantFrom(...QUERY_FIELDS),
					text,
					prefix: flag,
					anchor: fc.constantFrom('start' as const, 'whole' as const),
				},
				{ requiredKeys: ['op', 'field', 'text'] },
			),
			fc.record({ op: fc.constant('mask' as const), field: fc.constantFrom(...QUERY_FIELDS.filter(isWordField)), pattern: masks }),
			fc.record({ op: fc.constant('years' as const), from: year, to: year }),
			fc.record({
				op: fc.constant('value' as const),
				facet: fc.constantFrom(...FACETS),
				value: fc.oneof(fc.constantFrom('T1', 'H1', 'vie', '6', '2010', 'monograph', 'bien-dao'), text),
			}),
			fc.record({ op: fc.constant('record' as const), id: fc.integer({ min: 0, max: 2 ** 40 }) }),
			fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('query'), { minLength, maxLength: 4 }) }),
			fc.record({ op: fc.constant('not' as const), of: tie('query') }),
		),
	})).query;

/** Any query tree, also those that no language of ours makes. */
export const arbitraryQuery = queryOf(text, 0);
/** A tree in which everything says something: what says nothing finds all or nothing, which depends on what stands beside it. */
export const arbitraryQueryOfWords = queryOf(words, 1);
