import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { RECORD_FACETS, RECORD_SORTS, type RecordFacet, recordsByNumber, searchRecords } from '../catalogue/search-records.ts';
import { type Shown, showByIdentifier, showMarcxml, showRecord } from '../catalogue/show.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { Brief, briefJson, Full, fullJson } from './record-json.ts';
import { type Api, Count, listQuery, Next, oneOf, problems, refer, Text } from './rest-kit.ts';

const FACET_VALUES = 20;
const BY_NUMBER_MAX = 50;
const PREFIX = '/api/v1';
const FILTER_VALUES_MAX = 20;

const filter = (facet: string) =>
	Type.Optional(
		Type.Array(Type.String({ maxLength: 200 }), {
			maxItems: FILTER_VALUES_MAX,
			description: `Only records with one of these values of ${facet}; repeat the parameter for more`,
		}),
	);

export const QueryText = Type.String({
	maxLength: LIMITS.queryBytesMax,
	description:
		'Words, "phrases", field:word, year:2010-2020, library:CODE, AND OR NOT, parentheses, word*; with or without Vietnamese marks',
});

/** A parameter for each facet. */
export const FILTERS = {
	library: filter('library'),
	area: filter('area'),
	kind: filter('kind'),
	material: filter('material'),
	language: filter('language'),
	year: filter('year'),
	subject: filter('subject'),
	creator: filter('creator'),
	series: filter('series'),
	classLevel: filter('classLevel'),
	decade: filter('decade'),
};

/** The filters that a request has. */
export function filtersOf(
	query: Readonly<Partial<Record<RecordFacet, readonly string[]>>>,
): Partial<Record<RecordFacet, readonly string[]>> {
	const filters: Partial<Record<RecordFacet, readonly string[]>> = {};
	for (const facet of RECORD_FACETS) {
		const values = query[facet];
		if (values !== undefined && values.length > 0) filters[facet] = values;
	}
	return filters;
}

const SEARCH = listQuery({
	q: Type.Optional(QueryText),
	sort: Type.Optional(oneOf(RECORD_SORTS, 'Order; relevance unless named')),
	facets: Type.Optional(
		Type.Array(oneOf(RECORD_FACETS, 'Facet'), {
			maxItems: RECORD_FACETS.length,
			description: 'Facets to count; repeat the parameter for more',
		}),
	),
	...FILTERS,
});
const IdParams = Type.Object({ id: Type.String({ maxLength: 40, description: 'Public id of a record' }) });

/** What every form of one record answers besides the record itself: 301 to the record an id leads to, 410, 403, 404. */
function refuse(reply: FastifyReply, shown: Exclude<Shown<unknown>, { state: 'live' }>, path: (id: string) => string): FastifyReply {
	if (shown.state === 'moved')
		return reply
			.header('location', path(publicId(shown.to)))
			.code(301)
			.send();
	if (shown.state === 'deleted')
		throw new Problem('gone', `The record was deleted on ${new Date(shown.sinceMs).toISOString().slice(0, 10)}.`);
	if (shown.state === 'withheld') throw new Problem('not-shared', 'The libraries that hold it let it be searched, but not handed on.');
	throw new Problem('not-found', 'No record ever had this id; a letter may be wrong.');
}

/** Sets ETag and answers 304 to a client that has this state already. */
function unchanged(request: FastifyRequest, reply: FastifyReply, form: string, seq: number, changedMs: number): boolean {
	const tag = `"${form}${seq}"`;
	reply.header('etag', tag).header('last-modified', new Date(changedMs).toUTCString()).header('cache-control', 'no-cache');
	const known = request.headers['if-none-match'];
	return known?.split(',').some((part) => part.trim().replace(/^W\//, '') === tag || part.trim() === '*') ?? false;
}

/** Search, one record in its forms, and records by identifier. */
export function recordRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	searchRoute(api, deps, cursors);
	identifierRoute(api, deps);
	api.get(
		'/records/:id',
		{
			schema: {
				operationId: 'getRecord',
				summary: 'One union record',
				description: 'An id that became part of another record answers 301; a deleted one 410.',
				tags: ['records'],
				params: IdParams,
				response: {
					200: Full,
					301: { description: 'The record is at Location.' },
					304: { description: 'Not changed.' },
					...problems('not-found', 'gone'),
				},
				'x-example': { path: { id: publicId(1) } },
			},
		},
		async (request, reply) => {
			const shown = await showRecord(deps, recordNumber(request.params.id) ?? 0);
			if (shown.state !== 'live') return refuse(reply, shown, (id) => `${deps.publicUrl}${PREFIX}/records/${id}`);
			if (unchanged(request, reply, 'j', shown.seq, shown.changedMs)) return reply.code(304).send();
			return fullJson(shown.record, deps.publicUrl);
		},
	);
	api.get(
		'/records/:id/marcxml',
		{
			schema: {
				operationId: 'getRecordMarcxml',
				summary: 'One union record as MARCXML',
				tags: ['records'],
				params: IdParams,
				response: {
					200: { description: 'MARC 21 slim', content: { 'application/marcxml+xml': { schema: Type.String() } } },
					301: { description: 'The record is at Location.' },
					304: { description: 'Not changed.' },
					...problems('not-shared', 'not-found', 'gone'),
				},
				'x-example': { path: { id: publicId(1) } },
			},
		},
		async (request, reply) => {
			const shown = await showMarcxml(deps, recordNumber(request.params.id) ?? 0, deps.repositoryIdentifier);
			if (shown.state !== 'live') return refuse(reply, shown, (id) => `${deps.publicUrl}${PREFIX}/records/${id}/marcxml`);
			if (unchanged(request, reply, 'm', shown.seq, shown.changedMs)) return reply.code(304).send();
			return reply.type('application/marcxml+xml; charset=utf-8').send(`<?xml version="1.0" encoding="UTF-8"?>\n${shown.record}\n`);
		},
	);
}

function searchRoute(api: Api, deps: ServerDeps, cursors: Cursors): void {
	const Values = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer({ minimum: 0 }) }));
	api.get(
		'/records',
		{
			schema: {
				operationId: 'searchRecords',
				summary: 'Search the union',
				tags: ['records'],
				querystring: SEARCH,
				response: {
					200: Type.Object({
						total: Count('Records found'),
						records: Type.Array(refer(Brief)),
						facets: Type.Record(Type.String(), Values, { description: 'Counts of the facets asked for, over all records found' }),
						cut: Type.Boolean({ description: 'Only the beginning of q was read: it has too many clauses' }),
						next: Next,
					}),
					...problems('bad-request', 'bad-cursor'),
				},
				'x-example': { query: { q: 'lich su', facets: 'library', limit: 5 } },
			},
		},
		async ({ query }) => {
			const after = await cursors.read('records', query, query.cursor);
			const filters = filtersOf(query);
			const found = await searchRecords(deps, {
				q: query.q ?? '',
				filters,
				sort: query.sort ?? 'relevance',
				facets: query.facets ?? [],
				facetLimit: FACET_VALUES,
				limit: query.limit,
				after,
			});
			const next = await cursors.write('records', query, found.next);
			const facets = Object.fromEntries(Object.entries(found.facets).map(([facet, values]) => [facet, [...values]]));
			return {
				total: found.total,
				records: found.records.map((record) => briefJson(record, deps.publicUrl)),
				facets,
				cut: found.cut,
				next,
			};
		},
	);
}

function identifierRoute(api: Api, deps: ServerDeps): void {
	api.get(
		'/records/by-identifier',
		{
			schema: {
				operationId: 'getRecordsByIdentifier',
				summary: 'Records by ISBN, by ISSN, or by a source and what it calls its record',
				tags: ['records'],
				querystring: Type.Object(
					{
						isbn: Type.Optional(Type.String({ maxLength: 40, description: 'Ten or thirteen digits, hyphens allowed' })),
						issn: Type.Optional(Type.String({ maxLength: 20, description: 'Eight digits, hyphen allowed' })),
						source: Type.Optional(Text('Code of a source; with identifier')),
						identifier: Type.Optional(
							Type.String({ maxLength: LIMITS.identifierBytesMax, description: 'What the source calls the record' }),
						),
					},
					{ additionalProperties: false },
				),
				response: { 200: Type.Object({ records: Type.Array(refer(Brief)) }), ...problems('bad-request') },
				'x-example': { query: { isbn: '978-604-2-00001-7' } },
			},
		},
		async ({ query: { isbn, issn, source, identifier } }) => {
			const asked = [isbn, issn, source].filter((value) => value !== undefined).length;
			if (asked !== 1 || (source === undefined) !== (identifier === undefined)) {
				throw new Problem('bad-request', 'Send isbn, or issn, or source together with identifier.');
			}
			if (source !== undefined && identifier !== undefined) {
				const shown = await showByIdentifier(deps, source, identifier);
				return { records: shown.state === 'live' ? [briefJson(shown.record, deps.publicUrl)] : [] };
			}
			const records = await recordsByNumber(deps, isbn === undefined ? 'issn' : 'isbn', isbn ?? issn ?? '', BY_NUMBER_MAX);
			return { records: records.map((record) => briefJson(record, deps.publicUrl)) };
		},
	);
}
