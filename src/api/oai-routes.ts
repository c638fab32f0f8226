import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OaiLists } from '../catalogue/list-oai.ts';
import { signingSecret } from '../catalogue/reading.ts';
import type { ServerDeps } from './deps.ts';
import { OaiProvider, type OaiRepository } from './oai-pmh.ts';
import { PartsAhead } from './parts-ahead.ts';
import { Problem } from './problems.ts';
import { acceptsGzip, formParameters, passOverOtherBodies, readForms, sendXml, type XmlBody, xmlBody } from './xml-answer.ts';

const OAI_PAGE_SIZE = 500;

interface Answer extends XmlBody {
	/** The token of the next part of a list, null where there is none. */
	readonly next: string | null;
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

	readForms(app);
	passOverOtherBodies(app);

	const ahead = new PartsAhead<Answer>();
	const make = async (repository: OaiRepository, pairs: readonly (readonly [string, string])[], mayGzip: boolean): Promise<Answer> => {
		const { text, next } = await provider.answer(repository, pairs);
		return { ...(await xmlBody(text, mayGzip)), next };
	};
	const answer = async (repository: OaiRepository, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
		const pairs = formParameters(request);
		const mayGzip = acceptsGzip(request);
		const keyOf = (asked: typeof pairs): string => JSON.stringify([repository.baseUrl, mayGzip, asked]);
		const made = (await ahead.take(keyOf(pairs), deps.clock.now())) ?? (await make(repository, pairs, mayGzip));
		const { next } = made;
		// a first part alone is often all that is wanted; who asks for a second goes on
		if (next !== null && pairs.some(([name]) => name === 'resumptionToken')) {
			const asked = pairs.map(([name, value]): [string, string] => [name, name === 'resumptionToken' ? next : value]);
			reply.raw.once('finish', () => ahead.prepare(keyOf(asked), deps.clock.now(), () => make(repository, asked, mayGzip)));
		}
		return sendXml(reply, 'text/xml', made);
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
