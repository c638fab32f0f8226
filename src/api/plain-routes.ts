import type { FastifyInstance } from 'fastify';
import { databaseAnswers } from '../catalogue/reading.ts';
import { type ApiDocument, docsPage } from '../web/docs-page.ts';
import type { ServerDeps } from './deps.ts';
import { viewOf } from './page-request.ts';
import { PROBLEMS, Problem, type ProblemCode } from './problems.ts';

/** Health, the OpenAPI description and what problem types mean. */
export async function plainRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const schema = { hide: true };
	app.get('/healthz', { schema }, async () => ({ status: 'ok' }));
	app.get('/readyz', { schema }, async () => {
		try {
			await databaseAnswers(deps.database);
		} catch (error) {
			deps.logger.warn({ error }, 'the database does not answer');
			throw new Problem('busy', 'The database does not answer.');
		}
		return { status: 'ok' };
	});
	app.get('/openapi.json', { schema }, async (_, reply) =>
		reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
	);
	app.get('/docs', { schema }, async (request, reply) => {
		const page = docsPage(viewOf(request, deps.publicUrl), app.swagger() as ApiDocument);
		return reply.header('vary', 'accept-language').type('text/html; charset=utf-8').send(page);
	});
	app.get<{ Params: { code: string } }>('/problems/:code', { schema }, async (request, reply) => {
		const { code } = request.params;
		if (!Object.hasOwn(PROBLEMS, code)) throw new Problem('not-found', 'There is no such type of problem.');
		const { status, vi, en } = PROBLEMS[code as ProblemCode];
		return reply.type('text/plain; charset=utf-8').send(`${code} (HTTP ${status})\n${vi}\n${en}\n`);
	});
}
