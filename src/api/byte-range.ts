import { createReadStream } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServedFile } from '../catalogue/dump-folder.ts';
import { hasState } from './conditional.ts';
import { Problem } from './problems.ts';

export interface ByteRange {
	/** First and last byte, both included. */
	readonly first: number;
	readonly last: number;
}

/**
 * The one range of a Range header (RFC 9110 §14.1.2) in `bytes` bytes. undefined: send everything, since there is none, it is wrong, or it
 * asks for several parts, which a server may pass over; 'unsatisfiable' when it begins beyond the end.
 */
export function readRange(header: string | undefined, bytes: number): ByteRange | undefined | 'unsatisfiable' {
	const found = /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '');
	const [, from = '', to = ''] = found ?? [];
	if (from === '' && to === '') return undefined;
	if (from === '') {
		const length = Number(to);
		if (length === 0 || bytes === 0) return 'unsatisfiable';
		return { first: Math.max(0, bytes - length), last: bytes - 1 };
	}
	const first = Number(from);
	if (to !== '' && Number(to) < first) return undefined;
	if (first >= bytes) return 'unsatisfiable';
	return { first, last: to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1) };
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Whether the client has this state already (RFC 9110 §13.2.2: If-None-Match comes before If-Modified-Since). */
export function isKnown(request: FastifyRequest, tag: string, modifiedMs: number): boolean {
	const { 'if-none-match': tags, 'if-modified-since': since } = request.headers;
	if (tags !== undefined) return hasState(request, tag);
	return since !== undefined && seconds(Date.parse(since)) >= seconds(modifiedMs);
}

/** Whether the part may be sent: what the client has the rest of is still the same, to the byte (RFC 9110 §13.1.5). */
function isSame(request: FastifyRequest, tag: string, modifiedMs: number): boolean {
	const condition = request.headers['if-range'];
	if (condition === undefined || typeof condition !== 'string') return true;
	if (/^\s*(W\/)?"/.test(condition)) return condition.trim() === tag;
	return seconds(Date.parse(condition)) === seconds(modifiedMs);
}

/** Whether the file is not what the client holds to (RFC 9110 §13.2.2: If-Match, compared strongly, comes before If-Unmodified-Since). */
function isAnother(request: FastifyRequest, tag: string, modifiedMs: number): boolean {
	const { 'if-match': tags, 'if-unmodified-since': since } = request.headers;
	if (tags !== undefined) return !tags.split(',').some((one) => one.trim() === tag || one.trim() === '*');
	return since !== undefined && seconds(Date.parse(since)) < seconds(modifiedMs);
}

/**
 * Sends a file that never changes, or the part of it that is asked for: 200, 206, 304 or 416.
 * @throws Problem `not-the-same`
 */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: ServedFile): FastifyReply {
	const tag = `"${file.tag}"`;
	if (isAnother(request, tag, file.modifiedMs)) throw new Problem('not-the-same', `The file has the ETag ${tag}.`);
	reply.header('etag', tag).header('last-modified', new Date(file.modifiedMs).toUTCString()).header('accept-ranges', 'bytes');
	reply.header('cache-control', 'public, max-age=86400');
	if (isKnown(request, tag, file.modifiedMs)) return reply.code(304).send();
	const wanted =
		isSame(request, tag, file.modifiedMs) && request.method === 'GET' ? readRange(request.headers.range, file.bytes) : undefined;
	if (wanted === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.bytes}`).send();
	const { first, last } = wanted ?? { first: 0, last: file.bytes - 1 };
	reply.type(file.mediaType).header('content-length', last - first + 1);
	if (wanted !== undefined) reply.code(206).header('content-range', `bytes ${first}-${last}/${file.bytes}`);
	if (request.method === 'HEAD' || file.bytes === 0) return reply.send();
	return reply.send(createReadStream(file.path, { start: first, end: last }));
}
