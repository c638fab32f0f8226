import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { signingSecret } from '../catalogue/reading.ts';
import { Cursors } from './cursor.ts';
import type { ServerDeps } from './deps.ts';
import { memberRoutes } from './rest-members.ts';
import { operationRoutes } from './rest-operations.ts';
import { recordRoutes } from './rest-records.ts';

/** REST under /api/v1: every route has a schema, which checks, types and documents it. */
export async function apiRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const api = app.withTypeProvider<TypeBoxTypeProvider>();
	const cursors = new Cursors(signingSecret(deps.database));
	recordRoutes(api, deps, cursors);
	memberRoutes(api, deps, cursors);
	operationRoutes(api, deps, cursors);
}
