import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OaiLists } from '../catalogue/list-oai.ts';
import type { ServerDeps } from './deps.ts';
import { type SruDatabase, SruServer } from './sru.ts';
import { acceptsGzip, formParameters, readForms, sendXml, xmlBody } from './xml-answer.ts';

/** SRU at `/sru` (the union) and `/sru/{library}` (the titles that one library has), by GET and POST. */
export async function sruRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const server = new SruServer(deps, deps.repositoryIdentifier);
	const lists = new OaiLists(deps.database, deps.repositoryIdentifier);
	const union: SruDatabase = { library: null, name: 'Liên Thông', url: `${deps.publicUrl}/sru` };
	readForms(app);

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

const XML = /\b(?:text|application)\/xml\b/;

/** The type that 2.0 has of its own, unless the client would rather have plain XML, as a browser does (SRU 2.0 §6.4, httpAccept). */
function mediaType(version: string, request: FastifyRequest, parameters: readonly (readonly [string, string])[]): string {
	const asked = parameters.find(([name]) => name === 'httpAccept')?.[1] ?? request.headers.accept ?? '';
	return version !== '2.0' || (XML.test(asked) && !asked.includes('sru+xml')) ? 'text/xml' : 'application/sru+xml';
}
