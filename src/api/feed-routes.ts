import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readCollection } from '../catalogue/collections.ts';
import { namesOfValues } from '../catalogue/facet-search.ts';
import { newTitles, newTitlesFound, newTitlesOfArea, newTitlesOfLibrary, newTitlesWith } from '../catalogue/feeds.ts';
import { showArea, showLibrary } from '../catalogue/list-libraries.ts';
import { atomFeed, type Feed, feedUpdatedMs } from './atom.ts';
import { addConditions } from './conditional.ts';
import type { ServerDeps } from './deps.ts';
import { pageRequest, paramsOf } from './page-request.ts';
import { inLanguage, languageOf, Problem } from './problems.ts';

const FEED_LETTERS_MAX = 200;

type Named = FastifyRequest<{ Params: { name: string } }>;

/** Feeds by what the titles have in common, named as the filter of the pages is. */
const NAMED: Readonly<Record<string, (deps: ServerDeps, name: string) => Promise<Pick<Feed, 'of' | 'titles'>>>> = {
	library: async (deps, name) => {
		const library = isName(name) ? await showLibrary(deps, name) : undefined;
		if (library === undefined) throw new Problem('not-found', `There is no library with the code ${name}; /libraries lists them.`);
		return { of: { vi: library.name, en: library.name }, titles: await newTitlesOfLibrary(deps, library.mergedInto ?? name) };
	},
	area: async (deps, name) => {
		const area = isName(name) ? await showArea(deps, name) : undefined;
		if (area === undefined) throw new Problem('not-found', `There is no area with the code ${name}; /api/v1/areas lists them.`);
		return { of: { vi: area.nameVi, en: area.nameEn }, titles: await newTitlesOfArea(deps, name) };
	},
	subject: async (deps, name) => {
		if (name.length > FEED_LETTERS_MAX) throw new Problem('bad-request', 'The subject is too long.');
		return { of: { vi: name, en: name }, titles: await newTitlesWith(deps, 'subject', name) };
	},
	collection: async (deps, name) => {
		const collection = isName(name) ? await readCollection(deps.database, name) : undefined;
		if (collection === undefined) throw new Problem('not-found', `There is no collection ${name}; /api/v1/collections lists them.`);
		return { of: { vi: collection.nameVi, en: collection.nameEn }, titles: await newTitlesWith(deps, 'collection', name) };
	},
};

/** Postgres takes no U+0000. */
const isName = (name: string): boolean => !name.includes('\0');

/** Atom feeds of new titles: of the union, a library, an area, a subject, a collection, a search. */
export async function feedRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const schema = { hide: true };
	addConditions(app);
	const send = async (request: FastifyRequest, reply: FastifyReply, feed: Feed): Promise<FastifyReply> => {
		const asked = (request.query as { lang?: unknown }).lang;
		const language = asked === 'vi' || asked === 'en' ? asked : languageOf(request);
		const updatedMs = feedUpdatedMs(feed);
		if (updatedMs > 0) reply.header('last-modified', new Date(updatedMs).toUTCString());
		const codes = [...new Set(feed.titles.flatMap(({ record }) => record.libraries))];
		const names = await namesOfValues(deps, 'library', codes);
		const libraryName = (code: string): string => names.get(code)?.nameVi ?? code;
		return inLanguage(reply, language)
			.type('application/atom+xml; charset=utf-8')
			.send(atomFeed({ ...feed, libraryName }, language, deps.publicUrl));
	};
	app.get('/feeds/new.atom', { schema }, async (request, reply) =>
		send(request, reply, { of: null, path: '/feeds/new.atom', page: '/?q=&sort=added', titles: await newTitles(deps) }),
	);
	for (const [facet, find] of Object.entries(NAMED)) {
		app.get(`/feeds/${facet}/:name(^.+).atom`, { schema }, async (request: Named, reply) => {
			const { name } = request.params;
			const value = encodeURIComponent(name);
			const found = await find(deps, name);
			return send(request, reply, { ...found, path: `/feeds/${facet}/${value}.atom`, page: `/?${facet}=${value}&sort=added` });
		});
	}
	app.get('/feeds/search.atom', { schema }, async (request, reply) => {
		const asked = { ...pageRequest(request), page: 1, sort: 'added' as const };
		const { q, filters } = asked;
		const byFacet = Object.fromEntries(
			filters.map(([facet]) => [facet, filters.flatMap(([one, value]) => (one === facet ? [value] : []))]),
		);
		const titles = await newTitlesFound(deps, { q, filters: byFacet });
		const said = [q, ...filters.map(([, value]) => value)].filter((part) => part !== '').join(', ');
		const query = new URLSearchParams(paramsOf({ ...asked, sort: 'relevance' }).map(([name, value]): [string, string] => [name, value]));
		const page = new URLSearchParams(paramsOf(asked).map(([name, value]): [string, string] => [name, value]));
		return send(request, reply, {
			of: said === '' ? null : { vi: said, en: said },
			path: `/feeds/search.atom?${query}`,
			page: `/?${page}`,
			titles,
		});
	});
}
