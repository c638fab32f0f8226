import { Type } from 'typebox';
import { type Collection, defineCollection, readCollection, readCollections, removeCollection } from '../catalogue/collections.ts';
import { publicId } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import type { ServerDeps } from './deps.ts';
import { forOperators } from './operator.ts';
import { Problem } from './problems.ts';
import { type Api, Count, Nullable, problems, refer, Text } from './rest-kit.ts';

export const ShownCollection = Type.Object(
	{
		code: Text('Code', 'dia-chi'),
		name: Type.Object({ vi: Text('Name in Vietnamese'), en: Text('Name in English; empty when it has none') }),
		query: Nullable(Text('What belongs to it, in the words of the search box; null for a list of records')),
		titles: Count('Union records in it'),
		settled: Type.Boolean({ description: 'False while it has not been looked at since it was defined' }),
		oaiPmh: Text('OAI-PMH address of its set'),
		feed: Text('Atom feed of its new titles'),
	},
	{ $id: 'Collection', description: 'A thematic collection.' },
);
const CodeParams = Type.Object({ code: Type.String({ maxLength: 32, description: 'Code of a collection' }) });
const Definition = Type.Object(
	{
		name: Type.String({ minLength: 1, maxLength: 300, description: 'Name in Vietnamese' }),
		nameEn: Type.Optional(Type.String({ maxLength: 300, description: 'Name in English' })),
		query: Type.Optional(
			Type.String({
				minLength: 1,
				maxLength: LIMITS.queryBytesMax,
				description: 'In the words of the search box; records that it finds belong to it',
			}),
		),
		records: Type.Optional(
			Type.Array(Type.String({ maxLength: 40 }), {
				maxItems: LIMITS.collectionRecordsMax,
				description: 'Ids of records, instead of a query',
			}),
		),
	},
	{ additionalProperties: false },
);
const TAGS = ['collections'];

const collection = ({ code, nameVi, nameEn, query, titles, settled }: Collection, publicUrl: string) => ({
	code,
	name: { vi: nameVi, en: nameEn },
	query,
	titles,
	settled,
	oaiPmh: `${publicUrl}/oai?verb=ListRecords&metadataPrefix=marc21&set=collection:${code}`,
	feed: `${publicUrl}/feeds/collection/${code}.atom`,
});

/** Thematic collections: for everybody to read, for operators to define. */
export function collectionRoutes(api: Api, deps: ServerDeps): void {
	const db = { pool: deps.database };
	writeRoute(api, deps);
	api.get(
		'/collections',
		{
			schema: {
				operationId: 'listCollections',
				summary: 'Thematic collections by code',
				tags: TAGS,
				response: { 200: Type.Object({ collections: Type.Array(refer(ShownCollection)) }) },
				'x-example': {},
			},
		},
		async () => ({ collections: (await readCollections(deps.database)).map((one) => collection(one, deps.publicUrl)) }),
	);
	api.get(
		'/collections/:code',
		{
			schema: {
				operationId: 'getCollection',
				summary: 'One thematic collection',
				tags: TAGS,
				params: CodeParams,
				response: { 200: refer(ShownCollection), ...problems('bad-request', 'not-found') },
				'x-example': { path: { code: 'dia-chi' } },
			},
		},
		async ({ params }) => {
			const found = await readCollection(deps.database, params.code);
			if (found === undefined) throw new Problem('not-found', `There is no collection with the code ${params.code}.`);
			return collection(found, deps.publicUrl);
		},
	);
	api.delete(
		'/collections/:code',
		{
			...forOperators(deps),
			schema: {
				operationId: 'removeCollection',
				summary: 'Take a collection away; its records leave its set',
				tags: TAGS,
				security: [{ key: [] }],
				params: CodeParams,
				response: { 204: { description: 'Removed.' }, ...problems('bad-request', 'key-needed', 'not-found') },
				'x-example': { path: { code: 'dia-chi' } },
			},
		},
		async ({ params }, reply) => {
			await removeCollection(db, params.code);
			return reply.code(204).send();
		},
	);
}

function writeRoute(api: Api, deps: ServerDeps): void {
	api.put(
		'/collections/:code',
		{
			...forOperators(deps),
			schema: {
				operationId: 'putCollection',
				summary: 'Define a collection by a query or by a list of records, or define it anew',
				description:
					'Its records stand in the set `collection:CODE`, in the facet `collection` and in the feed a few seconds later; `settled` says so.',
				tags: TAGS,
				security: [{ key: [] }],
				params: CodeParams,
				body: Definition,
				response: { 200: refer(ShownCollection), 201: refer(ShownCollection), ...problems('bad-request', 'key-needed') },
				'x-example': {
					path: { code: 'dia-chi' },
					body: { name: 'Địa chí địa phương', nameEn: 'Local history', records: [publicId(1)] },
				},
			},
		},
		async ({ params: { code }, body: { name, nameEn, query, records } }, reply) => {
			const asked = { code, name, nameEn: nameEn ?? '', query: query ?? null, records: records ?? null };
			const isNew = await defineCollection({ pool: deps.database }, asked);
			const made = await readCollection(deps.database, code);
			if (made === undefined) throw new Problem('not-found', `The collection ${code} was removed meanwhile.`);
			return reply.code(isNew ? 201 : 200).send(collection(made, deps.publicUrl));
		},
	);
}
