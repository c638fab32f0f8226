import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import underPressure from '@fastify/under-pressure';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { answerBroken } from './broken-requests.ts';
import { addConditions } from './conditional.ts';
import type { ServerDeps } from './deps.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import { dumpRoutes } from './dump-routes.ts';
import { feedRoutes } from './feed-routes.ts';
import { KnownRoutes } from './known-routes.ts';
import { addMetrics } from './metrics.ts';
import { oaiRoutes } from './oai-routes.ts';
import { OPENAPI } from './openapi.ts';
import { pageRoutes, sendNotFound } from './page-routes.ts';
import { plainRoutes } from './plain-routes.ts';
import { PROBLEMS, problemOf, sendProblem } from './problems.ts';
import { limitRate } from './rate-limit.ts';
import { refusedInput } from './refused-input.ts';
import { apiRoutes } from './rest-routes.ts';
import { sruRoutes } from './sru-routes.ts';
import { unapiRoutes } from './unapi-routes.ts';
import { refuseCoercion } from './uncoerced-bodies.ts';

const BODY_MS_MAX = 30_000;
const HEADERS_MS_MAX = 15_000;
const CHECK_EVERY_MS = 1_000;
const EVENT_LOOP_DELAY_MS_MAX = 10_000;

/** The whole HTTP server, not yet listening: OAI-PMH, SRU, REST, dumps, the pages for people, health and metrics. */
export function createServer(deps: ServerDeps): FastifyInstance {
	const app = Fastify({
		logger: false,
		bodyLimit: LIMITS.requestBodyBytesMax,
		// a slow request is told off only when both timeouts are set and looked at often; of most routes the body is waited for less long (below)
		requestTimeout: LIMITS.uploadMsMax,
		http: { headersTimeout: HEADERS_MS_MAX, connectionsCheckingInterval: CHECK_EVERY_MS, maxHeaderSize: LIMITS.headerBytesMax },
		trustProxy: 'loopback',
		routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
		ajv: { customOptions: { coerceTypes: 'array', removeAdditional: false, verbose: true } },
		schemaErrorFormatter: refusedInput,
		forceCloseConnections: 'idle',
		clientErrorHandler: (error, socket) => answerBroken(error, socket, deps.publicUrl),
		// an address that no route can be asked about
		frameworkErrors: (error, request, reply) => {
			const told =
				error.code === 'FST_ERR_MAX_PARAM_LENGTH'
					? ({ code: 'not-found', detail: 'Nothing here has so long a name.' } as const)
					: problemOf(error);
			sendProblem(request, reply as unknown as FastifyReply, deps.publicUrl, told);
		},
	});
	const known = new KnownRoutes(app);
	answerFailures(app, deps, known);
	refuseSlowBodies(app);
	app.register(helmet, {
		contentSecurityPolicy: {
			useDefaults: false,
			directives: {
				defaultSrc: ["'none'"],
				styleSrc: ["'self'"],
				imgSrc: ["'self'"],
				baseUri: ["'none'"],
				formAction: ["'self'"],
				frameAncestors: ["'none'"],
			},
		},
		// data for programs of other origins
		crossOriginResourcePolicy: { policy: 'cross-origin' },
	});
	// looked at no more often: when there was no time for a single sample, the plugin takes the delay for endless and refuses everything
	app.register(underPressure, {
		maxEventLoopDelay: EVENT_LOOP_DELAY_MS_MAX,
		sampleInterval: EVENT_LOOP_DELAY_MS_MAX,
		pressureHandler: (request, reply) => {
			sendProblem(request, reply, deps.publicUrl, { code: 'busy', detail: '' });
		},
	});
	app.register(swagger, OPENAPI);
	addMetrics(app);
	app.register(async (scope) => oaiRoutes(scope, deps));
	app.register(async (scope) => sruRoutes(scope, deps));
	app.register(async (scope) => unapiRoutes(scope, deps));
	app.register(async (scope) => discoveryRoutes(scope, deps));
	app.register(async (scope) => dumpRoutes(scope, deps));
	app.register(async (scope) => feedRoutes(scope, deps));
	app.register(async (scope) => plainRoutes(scope, deps));
	app.register(async (scope) => pageRoutes(scope, deps, () => known.served(deps)));
	app.register(
		async (scope) => {
			await limitRate(scope, deps.requestsPerMinute);
			addConditions(scope);
			refuseCoercion(scope);
			await apiRoutes(scope, deps);
		},
		{ prefix: '/api/v1' },
	);
	return app;
}

declare module 'fastify' {
	interface FastifyContextConfig {
		/** The body of a request is a file, which may take its time. */
		slowBody?: boolean;
	}
}

/** What is answered where no route answers: errors, addresses that are not there, and methods that they do not take. */
function answerFailures(app: FastifyInstance, deps: ServerDeps, known: KnownRoutes): void {
	const { publicUrl, logger } = deps;
	const wrongMethod = (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined => {
		const methods = known.methodsAt(request.url.split('?', 1)[0] as string).join(', ');
		if (methods === '') return undefined;
		return sendProblem(request, reply.header('allow', methods), publicUrl, {
			code: 'method-not-allowed',
			detail: `This address takes ${methods}.`,
		});
	};
	app.setErrorHandler<FastifyError>((error, request, reply) => {
		// a body that cannot be read, where no body is wanted
		const wrong = request.is404 ? wrongMethod(request, reply) : undefined;
		if (wrong !== undefined) return wrong;
		const told = problemOf(error);
		// that another file is being read is no failure
		const isForeseen = ('statusCode' in error && error.statusCode === 503) || (error instanceof AppError && error.code === 'busy');
		if (PROBLEMS[told.code].status >= 500 && !isForeseen) {
			logger.error({ route: request.routeOptions.url, method: request.method, error }, 'a request failed');
		}
		return sendProblem(request, reply, publicUrl, told);
	});
	app.setNotFoundHandler((request, reply) => {
		const wrong = wrongMethod(request, reply);
		if (wrong !== undefined) return wrong;
		if (request.headers.accept?.includes('text/html') === true) return sendNotFound(request, reply, deps);
		return sendProblem(request, reply, publicUrl, { code: 'not-found', detail: 'Nothing is at this address; / names the addresses.' });
	});
}

/** A body that is not there after half a minute is given up with its connection, but for files. */
function refuseSlowBodies(app: FastifyInstance): void {
	app.addHook('onRequest', async (request) => {
		const { raw } = request;
		if (request.routeOptions.config.slowBody === true || raw.complete) return;
		const giveUp = (): void => {
			if (raw.complete !== false) return;
			raw.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
			raw.socket.destroySoon();
		};
		const timer = setTimeout(giveUp, BODY_MS_MAX);
		timer.unref();
		raw.once('close', () => clearTimeout(timer));
	});
}

/** Opens the server's port; AppError port-taken names the port and the setting. Resolves with the address. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
	try {
		return await app.listen({ host, port });
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'EADDRINUSE') {
			throw new AppError('port-taken', `port ${port} of ${host} is taken by another program`, {
				hint: 'Stop that program, or set PORT to a free port.',
				cause: error,
			});
		}
		if (code === 'EACCES') {
			throw new AppError('port-taken', `port ${port} of ${host} may not be opened by this user`, {
				hint: 'Set PORT to a port above 1023.',
				cause: error,
			});
		}
		if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
			throw new AppError('config', `${host} is no address of this machine`, {
				hint: 'Set HOST to one, such as 127.0.0.1 or 0.0.0.0.',
				cause: error,
			});
		}
		throw error;
	}
}
