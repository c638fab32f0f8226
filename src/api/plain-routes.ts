import type { FastifyInstance } from 'fastify';
import { databaseAnswers } from '../catalogue/reading.ts';
import { type ApiDocument, docsPage } from '../web/docs-page.ts';
import { helpWith, problemPage, problemsPage } from '../web/problem-page.ts';
import { addConditions } from './conditional.ts';
import type { ServerDeps } from './deps.ts';
import { viewOf } from './page-request.ts';
import { PROBLEMS, Problem, type ProblemCode } from './problems.ts';

/** Health, the OpenAPI description and what problem types mean. */
export async function plainRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const schema = { hide: true };
	addConditions(app);
	app.get('/healthz', { schema }, async () => ({ status: 'ok' }));
	app.get('/readyz', { schema }, async () => {
		try {
			await databaseAnswers(deps.database);
		} catch (error) {
			deps.logger.warn({ error }, 'the database does not answer');
			throw new Problem('busy', 'The database does not answer.');
		}
		try {
			await deps.engine.indexName();
		} catch (error) {
			deps.logger.warn({ error }, 'the search engine does not answer');
			throw new Problem('busy', 'The search engine does not answer.');
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
	problemRoutes(app, deps);
}

/** What the types of problems mean: a page for people, a text for programs. */
function problemRoutes(app: FastifyInstance, { publicUrl }: ServerDeps): void {
	const schema = { hide: true };
	const html = 'text/html; charset=utf-8';
	app.get('/problems', { schema }, async (request, reply) => {
		const all = Object.entries(PROBLEMS).map(([code, problem]) => ({ code, ...problem }));
		return reply
			.header('vary', 'accept-language')
			.type(html)
			.send(problemsPage(viewOf(request, publicUrl), all));
	});
	app.get<{ Params: { code: string } }>('/problems/:code', { schema }, async (request, reply) => {
		const { code } = request.params;
		if (!Object.hasOwn(PROBLEMS, code)) throw new Problem('not-found', 'There is no such type of problem.');
		const problem = { code, ...PROBLEMS[code as ProblemCode] };
		reply.header('vary', 'accept, accept-language');
		if (request.headers.accept?.includes('text/html') === true)
			return reply.type(html).send(problemPage(viewOf(request, publicUrl), problem));
		const lines = [`${code} (HTTP ${problem.status})`, problem.vi, helpWith(code, 'vi'), problem.en, helpWith(code, 'en'), ''];
		return reply.type('text/plain; charset=utf-8').send(lines.join('\n'));
	});
}
