import { Type } from 'typebox';
import { RECORD_FACETS, RECORD_SORTS, type RecordFacet, recordsByNumber, searchRecords } from '../catalogue/search-records.ts';
import { showByIdentifier, showInFormat, showLinked, showMarcxml } from '../catalogue/show.ts';
import { AppError } from '../lib/errors.ts';
import { hash53 } from '../lib/hash.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import { chooseFormat } from './choose-format.ts';
import type { Cursors, Position } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { FORMAT_CONTENT, FORMAT_QUERY, refuse, unchanged } from './record-answers.ts';
import { Brief, briefJson, Full, fullJson } from './record-json.ts';
import { type Api, Count, Cursor, Next, oneOf, problems, refer, Text } from './rest-kit.ts';
import { basketRoute, FILE_DESCRIPTION, sendResult } from './rest-record-files.ts';
import { describeRecord, FileSender, namingFor } from './send-file.ts';

const FACET_VALUES = 20;
const BY_NUMBER_MAX = 50;
const PAGE_RECORDS = 50;
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
		'Words, "phrases", field:word, year:2010-2020, library:CODE or a part of its name, area:CODE, collection:CODE, a kind of record, material or library by its name (kind:serial, material:map, librarykind:school), AND OR NOT, parentheses, word*; with or without Vietnamese marks',
});

/** Years and decades have one form each, so that what is none is told from what nothing is of. */
const filterOf = (facet: RecordFacet, pattern: string, example: string) =>
	Type.Optional(
		Type.Array(Type.String({ pattern, examples: [example] }), {
			maxItems: FILTER_VALUES_MAX,
			description: `Only records with one of these values of ${facet}, as ${example}; repeat the parameter for more`,
		}),
	);

/** A parameter for each facet. */
export const FILTERS = {
	library: filter('library'),
	area: filter('area'),
	kind: filter('kind'),
	material: filter('material'),
	language: filter('language'),
	year: filterOf('year', '^[0-9]{4}$', '2015'),
	subject: filter('subject'),
	creator: filter('creator'),
	series: filter('series'),
	classLevel: filter('classLevel'),
	collection: filter('collection'),
	libraryKind: filter('libraryKind'),
	decade: filterOf('decade', '^[0-9]{4}-[0-9]{4}$', '2010-2019'),
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

const SEARCH = Type.Object(
	{
		q: Type.Optional(QueryText),
		sort: Type.Optional(oneOf(RECORD_SORTS, 'Order; relevance unless named')),
		facets: Type.Optional(
			Type.Array(oneOf(RECORD_FACETS, 'Facet'), {
				maxItems: RECORD_FACETS.length,
				description: 'Facets to count; repeat the parameter for more',
			}),
		),
		...FILTERS,
		...FORMAT_QUERY,
		limit: Type.Optional(
			Type.Integer({
				minimum: 1,
				maximum: LIMITS.pageRecordsMax,
				description: `Records in a page at most, ${PAGE_RECORDS} unless named; of a file, all unless named`,
			}),
		),
		cursor: Cursor,
	},
	{ additionalProperties: false },
);
const IdParams = Type.Object({ id: Type.String({ maxLength: 40, description: 'Public id of a record' }) });
const NamedParams = Type.Object({
	id: Type.String({ maxLength: 60, description: 'Public id of a record; a format may be named behind it: `ID.ris`, `ID.mrc`, `ID.csv`' }),
});

/** Search, one record in its forms, and records by identifier. */
export function recordRoutes(api: Api, deps: ServerDeps, cursors: Cursors): void {
	const files = new FileSender(deps);
	searchRoute(api, deps, cursors, files);
	identifierRoute(api, deps);
	basketRoute(api, deps, files);
	recordRoute(api, deps);
	marcxmlRoute(api, deps);
}

function recordRoute(api: Api, deps: ServerDeps): void {
	api.get(
		'/records/:id',
		{
			schema: {
				operationId: 'getRecord',
				summary: 'One union record, in any format',
				description:
					'An id that became part of another record answers 301; a deleted one 410. JSON and JSON-LD have its links to other records; their ETag changes with them. The format is the ending of the address (`/records/ID.ris`), else the parameter `format`, else what Accept prefers, else json.',
				tags: ['records'],
				params: NamedParams,
				querystring: Type.Object(FORMAT_QUERY, { additionalProperties: false }),
				response: {
					200: { description: 'The record', content: { 'application/json': { schema: Full }, ...FORMAT_CONTENT } },
					301: { description: 'The record is at Location.' },
					304: { description: 'Not changed.' },
					...problems('bad-request', 'not-shared', 'not-found', 'gone', 'no-such-format', 'does-not-fit'),
				},
				'x-example': { path: { id: publicId(1) } },
			},
		},
		async (request, reply) => {
			const [id = '', suffix] = request.params.id.split(/\.(.*)/s, 2);
			const { format: named, lang } = request.query;
			const format = chooseFormat(suffix ?? named, request.headers.accept);
			const rest = `${suffix === undefined ? '' : `.${suffix}`}${request.url.slice(request.url.split('?')[0]?.length)}`;
			const path = (to: string): string => `${deps.publicUrl}${PREFIX}/records/${to}${rest}`;
			const number = recordNumber(id) ?? 0;
			reply.header('vary', 'accept');
			if (format === 'json') {
				const shown = await showLinked(deps, number);
				if (shown.state !== 'live') return refuse(reply, shown, path);
				const answer = fullJson(shown.record, deps.publicUrl);
				// its links change with the records at their other ends
				const links = hash53(JSON.stringify([answer.links, answer.linksCut])).toString(36);
				if (unchanged(request, reply, `j${links}-`, shown.seq, shown.changedMs)) return reply.code(304).send();
				return answer;
			}
			const naming = namingFor(deps, request, lang);
			const shown = await fitting(id, () => showInFormat(deps, number, format, naming));
			if (shown.state !== 'live') return refuse(reply, shown, path);
			describeRecord(reply, format, id);
			// as text, which has its ETag by its content, for the same reason
			if (format === 'jsonld') return reply.send(Buffer.from(shown.record).toString());
			const form = format === 'csv' ? `csv-${naming.language}-` : `${format}-`;
			if (unchanged(request, reply, form, shown.seq, shown.changedMs)) return reply.code(304).send();
			return reply.send(shown.record);
		},
	);
}

/** What a format cannot hold is said by name. */
async function fitting<T>(id: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof AppError && error.code === 'too-large')
			throw new Problem('does-not-fit', `Record ${id}: ${error.message}. ${error.hint}`);
		throw error;
	}
}

function marcxmlRoute(api: Api, deps: ServerDeps): void {
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

const Values = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer({ minimum: 0 }) }));
const Page = Type.Object({
	total: Count('Records found'),
	records: Type.Array(refer(Brief)),
	facets: Type.Record(Type.String(), Values, { description: 'Counts of the facets asked for, over all records found' }),
	cut: Type.Boolean({ description: 'Only the beginning of q was read: it has too many clauses' }),
	unknownCollections: Type.Array(Type.String(), {
		description: 'Collections that q or the filter names and that there are not: nothing is in them',
	}),
	next: Next,
});

function searchRoute(api: Api, deps: ServerDeps, cursors: Cursors, files: FileSender): void {
	api.get(
		'/records',
		{
			schema: {
				operationId: 'searchRecords',
				summary: 'Search the union; a page, or the whole result as a file',
				description: FILE_DESCRIPTION,
				tags: ['records'],
				querystring: SEARCH,
				response: {
					200: { description: 'A page, or a file', content: { 'application/json': { schema: Page }, ...FORMAT_CONTENT } },
					...problems('bad-request', 'bad-cursor', 'no-such-format', 'busy'),
				},
				'x-example': { query: { q: 'lich su', facets: 'library', limit: 5 } },
			},
		},
		async (request, reply) => {
			const { query } = request;
			const format = chooseFormat(query.format, request.headers.accept);
			const after = await cursors.read('records', query, query.cursor);
			const filters = filtersOf(query);
			const search = { q: query.q ?? '', filters, sort: query.sort ?? 'relevance', after };
			if (format !== 'json') {
				const cursorOf = (position: Position | null) => cursors.write('records', query, position);
				const limit = query.limit ?? LIMITS.fileRecordsMax;
				return await sendResult({ deps, files }, { request, reply }, { format, lang: query.lang, search: { ...search, limit }, cursorOf });
			}
			reply.header('vary', 'accept');
			const found = await searchRecords(deps, {
				...search,
				facets: query.facets ?? [],
				facetLimit: FACET_VALUES,
				limit: query.limit ?? PAGE_RECORDS,
			});
			const next = await cursors.write('records', query, found.next);
			const facets = Object.fromEntries(Object.entries(found.facets).map(([facet, values]) => [facet, [...values]]));
			return {
				total: found.total,
				records: found.records.map((record) => briefJson(record, deps.publicUrl)),
				facets,
				cut: found.cut,
				unknownCollections: [...found.unknownCollections],
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
