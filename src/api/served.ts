import type { FastifyInstance } from 'fastify';
import type { Served } from '../web/addresses.ts';
import type { ServerDeps } from './deps.ts';

/** Says what a server has for programs beside REST, OAI-PMH and SRU; to be asked when all its routes are there. */
export function servedBy(app: FastifyInstance, { publicUrl, z3950Port }: Pick<ServerDeps, 'publicUrl' | 'z3950Port'>): () => Served {
	const paths = new Set<string>();
	app.addHook('onRoute', ({ url }) => {
		paths.add(url);
	});
	const first = (prefix: string): string | null =>
		[...paths].filter((path) => path.startsWith(prefix) && !/[:*]/.test(path)).sort((a, b) => a.length - b.length)[0] ?? null;
	return () => ({
		z3950: z3950Port === undefined || z3950Port === null ? null : `${new URL(publicUrl).hostname}:${z3950Port}`,
		feeds: first('/feeds'),
		dumps: first('/dumps'),
	});
}
