import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Shown } from '../catalogue/show.ts';
import { publicId } from '../lib/ids.ts';
import { FORMAT_NAMES, RECORD_FORMATS } from '../records/record-format.ts';
import { ANY_FORMATS } from './choose-format.ts';
import { hasState } from './conditional.ts';
import { Problem } from './problems.ts';
import { oneOf } from './rest-kit.ts';

/** What every form of one record answers besides the record itself: 301 to the record an id leads to, 410, 403, 404. */
export function refuse(reply: FastifyReply, shown: Exclude<Shown<unknown>, { state: 'live' }>, path: (id: string) => string): FastifyReply {
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
export function unchanged(request: FastifyRequest, reply: FastifyReply, form: string, seq: number, changedMs: number): boolean {
	const tag = `"${form}${seq}"`;
	reply.header('etag', tag).header('last-modified', new Date(changedMs).toUTCString()).header('cache-control', 'no-cache');
	return hasState(request, tag);
}

/** Query parameters of every answer that comes in several formats. */
export const FORMAT_QUERY = {
	format: Type.Optional(
		Type.String({
			maxLength: 100,
			examples: ['ris'],
			description: `${ANY_FORMATS.join(', ')}. Without it the Accept header decides, and without that it is json`,
		}),
	),
	lang: Type.Optional(oneOf(['vi', 'en'], 'Language of the headings of csv; else that of Accept-Language')),
};

/** The media types of all formats but JSON, for the response 200 of a route. */
export const FORMAT_CONTENT = Object.fromEntries(
	FORMAT_NAMES.map((name) => {
		const { mediaType, title } = RECORD_FORMATS[name];
		return [(mediaType.split(';')[0] as string).trim(), { schema: Type.String({ description: `format=${name}: ${title}` }) }];
	}),
);
