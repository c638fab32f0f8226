import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Whether a client has this state already: If-None-Match names it, compared weakly (RFC 9110 §13.1.2). */
export function hasState(request: FastifyRequest, tag: string): boolean {
	const bare = tag.replace(/^W\//, '');
	return request.headers['if-none-match']?.split(',').some((one) => one.trim().replace(/^W\//, '') === bare || one.trim() === '*') ?? false;
}

const TAG_LETTERS = 20;

/** Gives every answer in text to a GET an ETag from its content, unless its route gave it one, and answers 304 to who has it already. */
export function addConditions(app: FastifyInstance): void {
	app.addHook('onSend', async (request, reply, payload) => {
		if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
		if (reply.getHeader('etag') !== undefined) return payload;
		const tag = `W/"${createHash('sha1').update(payload).digest('base64url').slice(0, TAG_LETTERS)}"`;
		reply.header('etag', tag).header('cache-control', 'no-cache');
		return hasState(request, tag) ? notModified(reply) : payload;
	});
}

function notModified(reply: FastifyReply): null {
	reply.code(304).removeHeader('content-length').removeHeader('content-type');
	return null;
}
