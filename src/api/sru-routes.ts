import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OaiLists } from '../catalogue/list-oai.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Refusal } from '../protocols/sru/server/parameters.ts';
import type { ServerDeps } from './deps.ts';
import { type SruDatabase, SruServer } from './sru.ts';
import { acceptsGzip, FORM, formParameters, readForms, sendXml, xmlBody } from './xml-answer.ts';

/** SRU at `/sru` (the union) and `/sru/{library}` (the titles that one library has), by GET and POST. */
export async function sruRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const server = new SruServer(deps, deps.repositoryIdentifier);
	const lists = new OaiLists(deps.database, deps.repositoryIdentifier);
	const union: SruDatabase = { library: null, name: 'Liên Thông', url: `${deps.publicUrl}/sru` };
	readForms(app);
	app.setErrorHandler<FastifyError>(async (error, request, reply) => {
		const refusal = whyUnread(error, request);
		if (refusal === undefined) throw error;
		if (refusal.number === NO_FORM) reply.code(415).header('accept-post', FORM);
		else reply.code(200);
		return sendXml(reply, 'text/xml', await xmlBody(server.refuseUnread(refusal).xml, acceptsGzip(request)));
	});

	const answer = async (database: SruDatabase, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
		const parameters = formParameters(request);
		const { version, xml } = await server.answer(database, parameters);
		return sendXml(reply, mediaType(version, request, parameters), await xmlBody(xml, acceptsGzip(request)));
	};
	app.route({ method: ['GET', 'POST'], url: '/sru', schema: { hide: true }, handler: (request, reply) => answer(union, request, reply) });
	app.route<{ Params: { library: string } }>({
		method: ['GET', 'POST'],
		url: '/sru/:library',
		schema: { hide: true },
		handler: async (request, reply) => {
			const { library } = request.params;
			const served = library.includes('\0') ? undefined : await lists.libraryServed(library);
			const database = {
				library: served?.code,
				name: served?.name ?? library,
				url: `${deps.publicUrl}/sru/${encodeURIComponent(library)}`,
			};
			return answer(database, request, reply);
		},
	});
}

/** "General system error", as SRU has none for a request that is none of its own; "too many characters in query". */
const NO_FORM = 1;
const TOO_LONG = 12;

/** What is wrong with a body that was not read; undefined for other errors. */
function whyUnread({ code }: FastifyError, request: FastifyRequest): Refusal | undefined {
	if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { number: TOO_LONG, details: String(LIMITS.formBytesMax) };
	if (code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return undefined;
	const message = `Parameters come in the address or, by POST, as ${FORM}; SRU over SOAP is not served`;
	return { number: NO_FORM, details: request.headers['content-type'] ?? '', message };
}

const XML = /\b(?:text|application)\/xml\b/;

/** The type that 2.0 has of its own, unless the client would rather have plain XML, as a browser does (SRU 2.0 §6.4, httpAccept). */
function mediaType(version: string, request: FastifyRequest, parameters: readonly (readonly [string, string])[]): string {
	const asked = parameters.find(([name]) => name === 'httpAccept')?.[1] ?? request.headers.accept ?? '';
	return version !== '2.0' || (XML.test(asked) && !asked.includes('sru+xml')) ? 'text/xml' : 'application/sru+xml';
}
