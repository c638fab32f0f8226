import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OaiLists } from '../catalogue/list-oai.ts';
import { signingSecret } from '../catalogue/reading.ts';
import type { ServerDeps } from './deps.ts';
import { OaiProvider, type OaiRepository } from './oai-pmh.ts';
import { Problem } from './problems.ts';
import { formParameters, readForms, sendXml } from './xml-answer.ts';

const OAI_PAGE_SIZE = 500;

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

	readForms(app);

	const answer = async (repository: OaiRepository, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
		sendXml(request, reply, 'text/xml', await provider.answer(repository, formParameters(request)));
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
