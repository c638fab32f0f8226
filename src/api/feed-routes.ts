import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readCollection } from '../catalogue/collections.ts';
import { newTitles, newTitlesFound, newTitlesOfArea, newTitlesOfLibrary, newTitlesWith } from '../catalogue/feeds.ts';
import { showArea, showLibrary } from '../catalogue/list-libraries.ts';
import { atomFeed, type Feed, feedUpdatedMs } from './atom.ts';
import { addConditions } from './conditional.ts';
import type { ServerDeps } from './deps.ts';
import { pageRequest, paramsOf } from './page-request.ts';
import { inLanguage, languageOf, Problem } from './problems.ts';

const FEED_LETTERS_MAX = 200;

type Named = FastifyRequest<{ Params: { name: string } }>;

/** Atom feeds of new titles: of the union, a library, an area, a subject, a collection, a search. */
export async function feedRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const schema = { hide: true };
	addConditions(app);
	const send = (request: FastifyRequest, reply: FastifyReply, feed: Feed): FastifyReply => {
		const asked = (request.query as { lang?: unknown }).lang;
		const language = asked === 'vi' || asked === 'en' ? asked : languageOf(request);
		const updatedMs = feedUpdatedMs(feed);
		if (updatedMs > 0) reply.header('last-modified', new Date(updatedMs).toUTCString());
		return inLanguage(reply, language)
			.type('application/atom+xml; charset=utf-8')
			.send(atomFeed(feed, language, deps.publicUrl));
	};
	app.get('/feeds/new.atom', { schema }, async (request, reply) =>
		send(request, reply, { of: null, path: '/feeds/new.atom', page: '/?q=&sort=added', titles: await newTitles(deps) }),
	);
	app.get('/feeds/library/:name(^.+).atom', { schema }, async (request: Named, reply) => {
		const { name } = request.params;
		const library = name.includes('\0') ? undefined : await showLibrary(deps, name);
		if (library === undefined) throw new Problem('not-found', `There is no library with the code ${name}; /libraries lists them.`);
		const of = { vi: library.name, en: library.name };
		const code = encodeURIComponent(name);
		const titles = await newTitlesOfLibrary(deps, library.mergedInto ?? name);
		return send(request, reply, { of, path: `/feeds/library/${code}.atom`, page: `/?library=${code}&sort=added`, titles });
	});
	app.get('/feeds/area/:name(^.+).atom', { schema }, async (request: Named, reply) => {
		const { name } = request.params;
		const area = name.includes('\0') ? undefined : await showArea(deps, name);
		if (area === undefined) throw new Problem('not-found', `There is no area with the code ${name}; /api/v1/areas lists them.`);
		const code = encodeURIComponent(name);
		const titles = await newTitlesOfArea(deps, name);
		return send(request, reply, {
			of: { vi: area.nameVi, en: area.nameEn },
			path: `/feeds/area/${code}.atom`,
			page: `/?area=${code}&sort=added`,
			titles,
		});
	});
	app.get('/feeds/subject/:name(^.+).atom', { schema }, async (request: Named, reply) => {
		const { name } = request.params;
		if (name.length > FEED_LETTERS_MAX) throw new Problem('bad-request', 'The subject is too long.');
		const subject = encodeURIComponent(name);
		const titles = await newTitlesWith(deps, 'subject', name);
		return send(request, reply, {
			of: { vi: name, en: name },
			path: `/feeds/subject/${subject}.atom`,
			page: `/?subject=${subject}&sort=added`,
			titles,
		});
	});
	app.get('/feeds/collection/:name(^.+).atom', { schema }, async (request: Named, reply) => {
		const { name } = request.params;
		const collection = name.includes('\0') ? undefined : await readCollection(deps.database, name);
		if (collection === undefined) throw new Problem('not-found', `There is no collection ${name}; /api/v1/collections lists them.`);
		const code = encodeURIComponent(name);
		const titles = await newTitlesWith(deps, 'collection', name);
		return send(request, reply, {
			of: { vi: collection.nameVi, en: collection.nameEn },
			path: `/feeds/collection/${code}.atom`,
			page: `/?collection=${code}&sort=added`,
			titles,
		});
	});
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
