import type { FastifyInstance } from 'fastify';
import { listLibraries } from '../catalogue/list-libraries.ts';
import { catalogueTotals, databaseAnswers } from '../catalogue/reading.ts';
import type { ServerDeps } from './deps.ts';
import { type ApiDocument, docsPage } from './docs-page.ts';
import { homePage } from './home-page.ts';
import { languageOf, PROBLEMS, Problem, type ProblemCode } from './problems.ts';

const HOME_LIBRARIES_MAX = 500;

/** The front page, health, the OpenAPI description and what problem types mean. */
export async function plainRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const schema = { hide: true };
	app.get('/', { schema }, async (_, reply) => {
		const [totals, { libraries }] = await Promise.all([
			catalogueTotals(deps.database),
			listLibraries(deps, { after: null, limit: HOME_LIBRARIES_MAX }),
		]);
		const page = homePage({ publicUrl: deps.publicUrl, records: totals.records, libraries, latestHarvestMs: totals.latestHarvestMs });
		return reply.type('text/html; charset=utf-8').send(page);
	});
	app.get<{ Params: { id: string } }>('/records/:id', { schema }, async (request, reply) =>
		reply.redirect(`${deps.publicUrl}/api/v1/records/${encodeURIComponent(request.params.id)}`, 302),
	);
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
	app.get<{ Querystring: { lang?: unknown } }>('/docs', { schema }, async (request, reply) => {
		const { lang } = request.query;
		const language = lang === 'en' || lang === 'vi' ? lang : languageOf(request);
		const page = docsPage(app.swagger() as ApiDocument, language, deps.publicUrl);
		return reply.header('vary', 'accept-language').type('text/html; charset=utf-8').send(page);
	});
	app.get<{ Params: { code: string } }>('/problems/:code', { schema }, async (request, reply) => {
		const { code } = request.params;
		if (!Object.hasOwn(PROBLEMS, code)) throw new Problem('not-found', 'There is no such type of problem.');
		const { status, vi, en } = PROBLEMS[code as ProblemCode];
		return reply.type('text/plain; charset=utf-8').send(`${code} (HTTP ${status})\n${vi}\n${en}\n`);
	});
}
