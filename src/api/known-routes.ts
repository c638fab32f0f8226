import type { FastifyInstance } from 'fastify';
import type { Served } from '../web/addresses.ts';
import type { ServerDeps } from './deps.ts';

/** A parameter of a route, perhaps with the pattern that it is held to. */
const PARAMETER = /:\w+(?:\(\^?([^()]*?)\$?\))?/g;

const plain = (text: string): string => text.replaceAll(/[.*+?()[\]{}^$|\\]/g, '\\$&');

/** What addresses of a route look like. */
function patternOf(url: string): RegExp {
	let source = '';
	let at = 0;
	for (const found of url.matchAll(PARAMETER)) {
		source += plain(url.slice(at, found.index)) + (found[1] ?? '[^/]+');
		at = found.index + found[0].length;
	}
	return new RegExp(`^${source}${plain(url.slice(at))}/?$`);
}

/** What is at the addresses of a server; to be asked when all its routes are there. */
export class KnownRoutes {
	readonly #methods = new Map<string, Set<string>>();
	readonly #patterns: { readonly url: string; readonly pattern: RegExp }[] = [];

	constructor(app: FastifyInstance) {
		app.addHook('onRoute', ({ url, method }) => {
			const methods = this.#methods.get(url) ?? new Set();
			if (methods.size === 0) this.#patterns.push({ url, pattern: patternOf(url) });
			for (const one of [method].flat()) methods.add(one);
			this.#methods.set(url, methods);
		});
	}

	/** The methods that an address takes; none where nothing is. */
	methodsAt(path: string): readonly string[] {
		const all = this.#patterns.filter(({ pattern }) => pattern.test(path)).flatMap(({ url }) => [...(this.#methods.get(url) ?? [])]);
		return [...new Set(all)].sort();
	}

	/** What is here for programs beside REST, OAI-PMH and SRU. */
	served({ publicUrl, z3950Port }: Pick<ServerDeps, 'publicUrl' | 'z3950Port'>): Served {
		return {
			z3950: z3950Port === undefined || z3950Port === null ? null : `${new URL(publicUrl).hostname}:${z3950Port}`,
			feeds: this.#shortest('/feeds'),
			dumps: this.#shortest('/dumps'),
		};
	}

	#shortest(prefix: string): string | null {
		const paths = [...this.#methods.keys()].filter((path) => path.startsWith(prefix) && !/[:*]/.test(path));
		return paths.sort((a, b) => a.length - b.length)[0] ?? null;
	}
}
