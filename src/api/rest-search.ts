import { Type } from 'typebox';
import { facetValues } from '../catalogue/facet-search.ts';
import { listParked } from '../catalogue/list-operations.ts';
import { RECORD_FACETS } from '../catalogue/search-records.ts';
import { COMPLETED_VALUES, complete, didYouMean } from '../catalogue/suggest.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { forOperators } from './operator.ts';
import { type Api, Count, Id, iso, listQuery, Next, oneOf, problems, Text, Time } from './rest-kit.ts';
import { FILTERS, filtersOf, QueryText } from './rest-records.ts';

const VALUES_MAX = 100;
const COMPLETIONS_MAX = 20;
const Value = Type.Object({ value: Type.String(), count: Count('Records with it') });
const Typed = (description: string) => Type.String({ minLength: 1, maxLength: 200, description });

/** What helps while a person types: completions, spelling, values of a facet; and what the search index refused. */
export function searchHelpRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	completionRoute(api, deps);
	spellingRoute(api, deps);
	facetRoute(api, deps);
	parkedRoute(api, deps, cursors);
}

function completionRoute(api: Api, deps: ServerDeps): void {
	api.get(
		'/suggest',
		{
			schema: {
				operationId: 'completeText',
				summary: 'Titles, creators or subjects that begin like what was typed',
				description:
					'With or without Vietnamese marks; the last word may be unfinished. Those that begin so come first, then the most frequent.',
				tags: ['records'],
				querystring: Type.Object(
					{
						q: Typed('What was typed so far'),
						of: oneOf(COMPLETED_VALUES, 'What to complete'),
						limit: Type.Integer({ minimum: 1, maximum: COMPLETIONS_MAX, default: 10, description: 'Values at most' }),
					},
					{ additionalProperties: false },
				),
				response: { 200: Type.Object({ values: Type.Array(Value) }), ...problems('bad-request') },
				'x-example': { query: { q: 'lich s', of: 'title' } },
			},
		},
		async ({ query }) => ({ values: [...(await complete(deps, query.of, query.q, query.limit))] }),
	);
}

function spellingRoute(api: Api, deps: ServerDeps): void {
	api.get(
		'/suggest/spelling',
		{
			schema: {
				operationId: 'suggestSpelling',
				summary: 'What was probably meant',
				description:
					'Another spelling of the words that finds much more: sounds alike, unconverted Telex or VNI keys, a letter too many or too few.',
				tags: ['records'],
				querystring: Type.Object({ q: Typed('What was typed into the search box') }, { additionalProperties: false }),
				response: {
					200: Type.Object({
						suggestion: Type.Union(
							[Type.Object({ text: Text('To search for instead'), total: Count('Records with these words') }), Type.Null()],
							{
								description: 'null when what was typed finds enough, or nothing better is known',
							},
						),
					}),
					...problems('bad-request'),
				},
				'x-example': { query: { q: 'lichj xu' } },
			},
		},
		async ({ query }) => ({ suggestion: await didYouMean(deps, query.q) }),
	);
}

function facetRoute(api: Api, deps: ServerDeps): void {
	api.get(
		'/facets/:facet',
		{
			schema: {
				operationId: 'listFacetValues',
				summary: 'Values of one facet among the records of a search',
				description: 'With the most records first; as if the facet itself were no filter of the search.',
				tags: ['records'],
				params: Type.Object({ facet: oneOf(RECORD_FACETS, 'Facet') }),
				querystring: Type.Object(
					{
						q: Type.Optional(QueryText),
						text: Type.Optional(
							Type.String({
								maxLength: 200,
								description:
									'Only values that have, for each of these words, a word that begins like it; libraries, areas and collections by their names too',
							}),
						),
						...FILTERS,
						limit: Type.Integer({ minimum: 1, maximum: VALUES_MAX, default: 20, description: 'Values at most' }),
					},
					{ additionalProperties: false },
				),
				response: { 200: Type.Object({ values: Type.Array(Value) }), ...problems('bad-request') },
				'x-example': { path: { facet: 'creator' }, query: { q: 'lich su', text: 'nguy' } },
			},
		},
		async ({ params, query }) => {
			const { q = '', text = '', limit } = query;
			return { values: [...(await facetValues(deps, { q, filters: filtersOf(query), facet: params.facet, text, limit }))] };
		},
	);
}

function parkedRoute(api: Api, deps: ServerDeps, cursors: Cursors): void {
	api.get(
		'/quarantine/index',
		{
			...forOperators(deps),
			schema: {
				operationId: 'listParked',
				summary: 'Union records that the search index refused',
				tags: ['operation'],
				security: [{ key: [] }],
				querystring: listQuery({}),
				response: {
					200: Type.Object({
						records: Type.Array(Type.Object({ id: Id, at: Time('When'), reason: Text('Why, in the words of the index') })),
						next: Next,
					}),
					...problems('bad-request', 'bad-cursor', 'key-needed'),
				},
				'x-example': { query: { limit: LIMITS.pageRecordsMax } },
			},
		},
		async ({ query }) => {
			const at = await cursors.read('parked', query, query.cursor);
			const rows = await listParked(deps, at === undefined ? 0 : (recordNumber(String(at[0])) ?? 0), query.limit + 1);
			const page = rows.slice(0, query.limit).map((row) => ({ id: publicId(row.id), at: iso(row.atMs), reason: row.reason }));
			const last = page.at(-1);
			return { records: page, next: await cursors.write('parked', query, rows.length > page.length && last ? [last.id] : null) };
		},
	);
}
