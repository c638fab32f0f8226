import type { SwaggerOptions } from '@fastify/swagger';
import { LIMITS } from '../lib/limits.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';

type StaticOptions = Extract<SwaggerOptions, { openapi?: unknown }>;
type Json = Record<string, unknown>;

/** What the OpenAPI description says beside its operations. */
const DESCRIPTION: NonNullable<StaticOptions['openapi']> = {
	openapi: '3.1.0',
	info: {
		title: 'Liên Thông',
		version: '1',
		description: [
			'The union catalogue over REST.',
			'Lists are paged by opaque cursors: send back "next" as `cursor` with the same other parameters, until it is null.',
			'Errors are problem details (RFC 9457); the address in their `type` tells what it means and what to do.',
			'Answers to GET have an ETag: send it as If-None-Match, and 304 says that nothing changed.',
			`A client may make ${LIMITS.requestsPerMinuteMax} requests a minute; RateLimit says with every answer how many are left.`,
		].join(' '),
		license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
	},
	servers: [{ url: '/', description: 'this server' }],
	tags: [
		{ name: 'records', description: 'Union records' },
		{ name: 'members', description: 'Libraries, areas and sources' },
		{ name: 'collections', description: 'Thematic collections: sets of OAI-PMH, a facet of the search, feeds' },
		{ name: 'files', description: 'Files of libraries that have no address to be harvested at; for operators' },
		{ name: 'operation', description: 'Runs, quarantine and changes' },
		{ name: 'decisions', description: 'Why records stand together or apart, and librarians’ lasting judgements on it; for operators' },
	],
	components: {
		securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key made by the command line; for operators.' } },
	},
};

const text = (description: string, example?: string): Json => ({
	schema: { type: 'string', ...(example === undefined ? {} : { examples: [example] }) },
	description,
});
const HEADERS = {
	RateLimit: text('Requests left (r), and seconds until all are there again (t)', '"minute";r=5999;t=60'),
	'RateLimit-Policy': text('Requests (q) in so many seconds (w)', '"minute";q=6000;w=60'),
	'Retry-After': text('Seconds to wait'),
	ETag: text('Of this state; for If-None-Match'),
	Location: text('Where it is'),
} as const;
const headers = (...names: readonly (keyof typeof HEADERS)[]): Json =>
	Object.fromEntries([...names, 'RateLimit', 'RateLimit-Policy'].map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const problem = (code: ProblemCode, ...names: readonly (keyof typeof HEADERS)[]): Json => ({
	description: PROBLEMS[code].en,
	headers: headers(...names),
	content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What every operation may answer, whatever it does: the checks before it, the limits, and conditional requests. */
const COMMON: Readonly<Record<string, Json>> = {
	304: { description: 'Not changed since the state that If-None-Match names.' },
	400: problem('bad-request'),
	404: problem('not-found'),
	413: problem('too-large'),
	415: problem('wrong-media-type'),
	429: problem('too-many-requests', 'Retry-After'),
	431: { ...problem('headers-too-large'), headers: {} },
	503: problem('busy', 'Retry-After'),
};

/** What the framework says of an answer whose route says nothing. */
const UNSAID = 'Default Response';

/** Statuses that only some operations may answer with: which. */
const ONLY: Readonly<Record<string, (operation: Json, method: string, path: string) => boolean>> = {
	304: (_operation, method) => method === 'get',
	404: (_operation, _method, path) => path.includes('{'),
	413: ({ requestBody }) => requestBody !== undefined,
	415: ({ requestBody }) => requestBody !== undefined,
};

function withCommonAnswers(operation: Json, method: string, path: string): Json {
	const common = Object.keys(COMMON).filter((status) => ONLY[status]?.(operation, method, path) ?? true);
	const responses: Record<string, Json> = Object.fromEntries(
		common.map((status) => [status, { $ref: `#/components/responses/${status}` }]),
	);
	for (const [status, answer] of Object.entries((operation['responses'] ?? {}) as Record<string, Json>)) {
		if (status === '304') continue;
		const { content, ...rest } = answer;
		responses[status] = {
			...rest,
			...(rest['description'] === UNSAID ? { description: operation['summary'] } : {}),
			headers: headers(...(status === '200' && method === 'get' ? (['ETag'] as const) : status === '301' ? (['Location'] as const) : [])),
			...(content === undefined || status === '204' || status.startsWith('3') ? {} : { content }),
		};
	}
	return { ...operation, responses };
}

/** A parameter that has a default need not be sent; the values of the example stand with the parameters and the body too, where tools look for them. */
function withExamples(operation: Json): Json {
	const example = (operation['x-example'] ?? {}) as Readonly<Record<string, Json | string | undefined>>;
	const { parameters, requestBody } = operation as { parameters?: Json[]; requestBody?: { content: Record<string, Json> } };
	const shown = parameters?.map((one) => {
		const { required, ...rest } = one;
		const value = (example[String(one['in'])] as Json | undefined)?.[String(one['name'])];
		const needed = required === true && !('default' in (one['schema'] as Json));
		return { ...rest, ...(needed ? { required } : {}), ...(value === undefined ? {} : { example: value }) };
	});
	const { body } = example;
	const content = Object.entries(requestBody?.content ?? {}).map(([type, media]) => [type, { ...media, example: body }]);
	return {
		...(shown === undefined ? {} : { parameters: shown }),
		...(body === undefined || requestBody === undefined ? {} : { requestBody: { ...requestBody, content: Object.fromEntries(content) } }),
	};
}

/** How the OpenAPI description is made from the schemas of the routes. */
export const OPENAPI: SwaggerOptions = {
	openapi: DESCRIPTION,
	refResolver: { buildLocalReference: (json, _base, _fragment, i) => (typeof json['$id'] === 'string' ? json['$id'] : `schema${i}`) },
	transformObject: (document) => {
		if (!('openapiObject' in document)) return document.swaggerObject;
		const { openapiObject } = document;
		const paths = Object.entries(openapiObject.paths ?? {}).map(([path, item]) => [
			path,
			Object.fromEntries(
				Object.entries(item as Record<string, Json>).map(([method, operation]) => [
					method,
					{ ...withCommonAnswers(operation, method, path), ...withExamples(operation) },
				]),
			),
		]);
		const components = { ...openapiObject.components, headers: HEADERS, responses: COMMON };
		return { ...openapiObject, components, paths: Object.fromEntries(paths) } as unknown as typeof openapiObject;
	},
};
