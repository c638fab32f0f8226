import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OaiLists } from '../catalogue/list-oai.ts';
import { signingSecret } from '../catalogue/reading.ts';
import type { ServerDeps } from './deps.ts';
import { OaiProvider, type OaiRepository } from './oai-pmh.ts';
import { PartsAhead } from './parts-ahead.ts';
import { Problem } from './problems.ts';

const OAI_PAGE_SIZE = 500;
const BODY_BYTES_MAX = 65_536;
const GZIP_BYTES_MIN = 1_024;
const gzipped = promisify(gzip);

interface Answer {
	readonly body: Buffer;
	/** Whether the body is compressed. */
	readonly gzip: boolean;
	/** The token of the next part of a list, null where there is none. */
	readonly next: string | null;
}

/** Whether the client takes gzip (RFC 9110 §12.5.3). */
function acceptsGzip(header: string | undefined): boolean {
	for (const part of (header ?? '').split(',')) {
		const [coding, ...parameters] = part.split(';').map((p) => p.trim().toLowerCase());
		if (coding === 'gzip' || coding === 'x-gzip' || coding === '*') return !parameters.some((p) => /^q=0(\.0*)?$/.test(p));
	}
	return false;
}

/** OAI-PMH at `/oai` (the union) and `/oai/{library}` (one library's own records), by GET and POST. */
export async function oaiRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const lists = new OaiLists(deps.database, deps.repositoryIdentifier);
	const provider = new OaiProvider(lists, {
		repositoryIdentifier: deps.repositoryIdentifier,
		adminEmail: deps.adminEmail,
		pageSize: deps.oaiPageSize ?? OAI_PAGE_SIZE,
		tokenSecret: signingSecret(deps.database),
		now: () => deps.clock.now(),
	});
	const union: OaiRepository = { library: null, name: 'Liên Thông', baseUrl: `${deps.publicUrl}/oai` };

	app.removeAllContentTypeParsers();
	app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (_, body, done) =>
		done(null, body),
	);
	// another type carries no arguments that OAI-PMH knows: badVerb says so
	app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (_, _body, done) => done(null, ''));

	const ahead = new PartsAhead<Answer>();
	const make = async (repository: OaiRepository, pairs: readonly (readonly [string, string])[], mayGzip: boolean): Promise<Answer> => {
		const { text, next } = await provider.answer(repository, pairs);
		const xml = encode(text);
		if (xml.length < GZIP_BYTES_MIN || !mayGzip) return { body: xml, gzip: false, next };
		return { body: await gzipped(xml, { level: 1 }), gzip: true, next };
	};
	const answer = async (repository: OaiRepository, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
		const pairs = argumentsOf(request);
		const mayGzip = acceptsGzip(request.headers['accept-encoding']);
		const keyOf = (asked: typeof pairs): string => JSON.stringify([repository.baseUrl, mayGzip, asked]);
		const made = (await ahead.take(keyOf(pairs), deps.clock.now())) ?? (await make(repository, pairs, mayGzip));
		const { next } = made;
		// a first part alone is often all that is wanted; who asks for a second goes on
		if (next !== null && pairs.some(([name]) => name === 'resumptionToken')) {
			const asked = pairs.map(([name, value]): [string, string] => [name, name === 'resumptionToken' ? next : value]);
			reply.raw.once('finish', () => ahead.prepare(keyOf(asked), deps.clock.now(), () => make(repository, asked, mayGzip)));
		}
		reply.type('text/xml; charset=utf-8').header('cache-control', 'no-store').header('vary', 'accept-encoding');
		if (made.gzip) reply.header('content-encoding', 'gzip');
		return reply.send(made.body);
	};
	app.route({ method: ['GET', 'POST'], url: '/oai', schema: { hide: true }, handler: (request, reply) => answer(union, request, reply) });
	app.route<{ Params: { library: string } }>({
		method: ['GET', 'POST'],
		url: '/oai/:library',
		schema: { hide: true },
		handler: async (request, reply) => {
			const { library } = request.params;
			const served = library.includes('\0') ? undefined : await lists.libraryServed(library);
			if (served === undefined)
				throw new Problem('not-found', `There is no library with the code ${library}; /api/v1/libraries lists them.`);
			return answer(
				{ library: served.code, name: served.name, baseUrl: `${deps.publicUrl}/oai/${encodeURIComponent(library)}` },
				request,
				reply,
			);
		},
	});
}

const BYTES_OF_LETTER_MAX = 3;
const RESPONSE_BYTES_START = 16_384;

/** Pieces as UTF-8, each encoded as soon as it is made: half the time of joining them first, and a third of the memory. */
function encode(pieces: Iterable<string | Uint8Array>): Buffer {
	let bytes = Buffer.allocUnsafe(RESPONSE_BYTES_START);
	let length = 0;
	for (const piece of pieces) {
		const most = typeof piece === 'string' ? piece.length * BYTES_OF_LETTER_MAX : piece.length;
		if (bytes.length - length < most) {
			const grown = Buffer.allocUnsafe(bytes.length * 2 + most);
			bytes.copy(grown, 0, 0, length);
			bytes = grown;
		}
		if (typeof piece === 'string') length += bytes.write(piece, length, 'utf8');
		else {
			bytes.set(piece, length);
			length += piece.length;
		}
	}
	return bytes.subarray(0, length);
}

function argumentsOf(request: FastifyRequest): [string, string][] {
	const text =
		request.method === 'POST' ? String(request.body ?? '') : request.url.slice(request.url.indexOf('?') + 1 || request.url.length);
	return [...new URLSearchParams(text)];
}
