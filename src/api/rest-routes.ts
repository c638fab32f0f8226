import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { signingSecret } from '../catalogue/reading.ts';
import { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { Brief, StatedValue } from './record-json.ts';
import { collectionRoutes, ShownCollection } from './rest-collections.ts';
import { Decision, decisionRoutes } from './rest-decisions.ts';
import { explanationRoutes, PairExplanation } from './rest-explanations.ts';
import { fileRoutes } from './rest-files.ts';
import { ProblemDetails } from './rest-kit.ts';
import { Library, memberRoutes, Source } from './rest-members.ts';
import { operationRoutes, Run } from './rest-operations.ts';
import { recordRoutes } from './rest-records.ts';
import { Reidentification, reidentificationRoutes } from './rest-reidentifications.ts';
import { searchHelpRoutes } from './rest-search.ts';
import { ShownWebhook, webhookRoutes } from './rest-webhooks.ts';

/** REST under /api/v1: every route has a schema, which checks, types and documents it. */
export async function apiRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const api = app.withTypeProvider<TypeBoxTypeProvider>();
	// no text of ours has one, and Postgres takes none
	api.addHook('onRequest', async (request) => {
		if (request.url.includes('%00')) throw new Problem('bad-request', 'The address has the character U+0000.');
	});
	const cursors = new Cursors(signingSecret(deps.database));
	for (const schema of [
		ProblemDetails,
		StatedValue,
		Brief,
		Library,
		Source,
		Run,
		Decision,
		PairExplanation,
		ShownCollection,
		ShownWebhook,
		Reidentification,
	])
		api.addSchema(schema);
	recordRoutes(api, deps, cursors);
	searchHelpRoutes(api, deps, cursors);
	memberRoutes(api, deps, cursors);
	operationRoutes(api, deps, cursors);
	reidentificationRoutes(api, deps, cursors);
	explanationRoutes(api, deps, cursors);
	decisionRoutes(api, deps, cursors);
	collectionRoutes(api, deps);
	webhookRoutes(api, deps);
	await api.register(async (scope) => fileRoutes(scope, deps));
}
