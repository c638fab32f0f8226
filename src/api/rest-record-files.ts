import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { briefRecords } from '../catalogue/briefs.ts';
import { basketNumbers, foundNumbers } from '../catalogue/give-records.ts';
import type { RecordSearch } from '../catalogue/search-records.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import type { FormatName } from '../records/record-format.ts';
import { chooseFormat } from './choose-format.ts';
import type { Position } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { FORMAT_CONTENT, FORMAT_QUERY } from './record-answers.ts';
import { Brief, briefJson } from './record-json.ts';
import { type Api, problems, refer } from './rest-kit.ts';
import { type FileSender, namingFor } from './send-file.ts';

/** What the OpenAPI description says of files of many records. */
export const FILE_DESCRIPTION = `In any format but json the answer is a file of up to ${LIMITS.fileRecordsMax} records with a name of its own (Content-Disposition); where there are more, Link rel="next" is the address of the next file. Records-Given and Records-Not-Shared count what is in it and what its libraries do not hand on; Records-Too-Large names records that ISO 2709 cannot hold (99,999 bytes): they are left out, never cut, and come as marcxml.`;

const BasketQuery = Type.Object(
	{
		id: Type.Array(Type.String({ maxLength: 40 }), {
			minItems: 1,
			maxItems: LIMITS.pageRecordsMax,
			description: 'Public id of a record; repeat the parameter for more',
		}),
		...FORMAT_QUERY,
	},
	{ additionalProperties: false },
);

/** Records that somebody chose one by one, in the order chosen. */
export function basketRoute(api: Api, deps: ServerDeps, files: FileSender): void {
	api.get(
		'/records/basket',
		{
			schema: {
				operationId: 'getBasket',
				summary: 'Chosen records, as a list or a file',
				description: `An id that became part of another record gives that record; ids that lead to none are named in "missing", or in Records-Missing. ${FILE_DESCRIPTION}`,
				tags: ['records'],
				querystring: BasketQuery,
				response: {
					200: {
						description: 'The records in the order of the ids',
						content: {
							'application/json': {
								schema: Type.Object({
									records: Type.Array(refer(Brief)),
									missing: Type.Array(Type.String(), { description: 'Ids that lead to no record, or to a deleted one' }),
								}),
							},
							...FORMAT_CONTENT,
						},
					},
					...problems('bad-request', 'no-such-format', 'busy'),
				},
				'x-example': { query: { id: publicId(1), format: 'ris' } },
			},
		},
		async (request, reply) => {
			const { id, format: named, lang } = request.query;
			const format = chooseFormat(named, request.headers.accept);
			const asked = id.map((one) => ({ id: one, number: recordNumber(one) }));
			const { numbers, missing } = await basketNumbers(deps, asked);
			if (format === 'json') {
				const records = await briefRecords(deps, numbers);
				return reply
					.header('vary', 'accept')
					.send({ records: records.map((record) => briefJson(record, deps.publicUrl)), missing: [...missing] });
			}
			const headers: Record<string, string> = {};
			if (missing.length > 0) headers['records-missing'] = missing.map((one) => encodeURIComponent(one.toWellFormed())).join(', ');
			const naming = namingFor(deps, request, lang);
			return await files.send(reply, naming, { format, numbers, about: '', next: null, headers });
		},
	);
}

/** A whole result, or what of it comes after a cursor, as a file. `cursorOf` signs the position at which the next file begins. */
export async function sendResult(
	{ deps, files }: { readonly deps: ServerDeps; readonly files: FileSender },
	{ request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
	wanted: {
		readonly format: FormatName;
		readonly lang: 'vi' | 'en' | undefined;
		readonly search: Omit<RecordSearch, 'facets' | 'facetLimit'>;
		readonly cursorOf: (position: Position | null) => Promise<string | null>;
	},
): Promise<FastifyReply> {
	const { format, lang, search, cursorOf } = wanted;
	const { total, numbers, next } = await foundNumbers(deps, search);
	const cursor = await cursorOf(next ?? null);
	return await files.send(reply, namingFor(deps, request, lang), {
		format,
		numbers,
		about: search.q,
		next: cursor === null ? null : nextAddress(deps.publicUrl, request.url, cursor),
		headers: { 'records-found': String(total) },
	});
}

function nextAddress(publicUrl: string, path: string, cursor: string): string {
	const address = new URL(publicUrl + path);
	address.searchParams.set('cursor', cursor);
	return address.href;
}
