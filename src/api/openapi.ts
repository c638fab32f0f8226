import type { SwaggerOptions } from '@fastify/swagger';

/** What the OpenAPI description says beside its operations. */
export const API_DESCRIPTION: NonNullable<Extract<SwaggerOptions, { openapi?: unknown }>['openapi']> = {
	openapi: '3.1.0',
	info: {
		title: 'Liên Thông',
		version: '1',
		description:
			'The union catalogue over REST. Lists are paged by opaque cursors: send back "next" as `cursor` with the same other parameters, until it is null. Errors are problem details (RFC 9457).',
		license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
	},
	servers: [{ url: '/', description: 'this server' }],
	tags: [
		{ name: 'records', description: 'Union records' },
		{ name: 'members', description: 'Libraries, areas and sources' },
		{ name: 'files', description: 'Files of libraries that have no address to be harvested at; for operators' },
		{ name: 'operation', description: 'Runs, quarantine and changes' },
		{ name: 'decisions', description: 'Why records stand together or apart, and librarians’ lasting judgements on it; for operators' },
	],
	components: {
		securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key made by the command line; for operators.' } },
	},
};
