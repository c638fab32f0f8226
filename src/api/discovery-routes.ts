import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { sitemapPlaces, sitemapRecords, sitemapState } from '../catalogue/list-sitemap.ts';
import { xmlText } from '../lib/xml-text.ts';
import { addConditions, hasState } from './conditional.ts';
import type { ServerDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { iso } from './rest-kit.ts';

/** What browsers and search engines look for: the OpenSearch description, sitemaps, robots.txt. */

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** OpenSearch 1.1: a search box in the browser that asks the front page, and results for programs. */
const openSearchDescription = (publicUrl: string): string =>
	[
		XML,
		'<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
		'<ShortName>Liên Thông</ShortName>',
		'<LongName>Liên Thông – mục lục liên hợp</LongName>',
		'<Description>Tìm sách và tài liệu trong mục lục liên hợp của các thư viện. Search the union catalogue of the libraries.</Description>',
		`<Url type="text/html" method="get" template="${xmlText(publicUrl)}/?q={searchTerms}"/>`,
		`<Url type="application/json" method="get" template="${xmlText(publicUrl)}/api/v1/records?q={searchTerms}&amp;limit={count?}"/>`,
		`<Url type="application/opensearchdescription+xml" rel="self" template="${xmlText(publicUrl)}/opensearch.xml"/>`,
		'<Query role="example" searchTerms="lịch sử"/>',
		'<Language>vi</Language><Language>en</Language>',
		'<InputEncoding>UTF-8</InputEncoding><OutputEncoding>UTF-8</OutputEncoding>',
		'</OpenSearchDescription>\n',
	].join('');

/** Record pages are for search engines; searches and lists for programs would only keep them busy. */
const robots = (publicUrl: string): string =>
	`User-agent: *\n${UNLISTED.map((path) => `Disallow: ${path}\n`).join('')}Sitemap: ${publicUrl}/sitemap.xml\n`;
const UNLISTED = ['/api/v1/', '/oai', '/sru', '/unapi', '/?q=', '/values/', '/metrics'];

const SITEMAP = 'http://www.sitemaps.org/schemas/sitemap/0.9';

type Records = readonly { readonly id: string; readonly changedMs: number }[];

async function* sitemap(publicUrl: string, first: Records, rest: AsyncGenerator<Records>): AsyncGenerator<string> {
	const base = xmlText(publicUrl);
	const urls = (records: Records): string =>
		records.map(({ id, changedMs }) => `<url><loc>${base}/records/${id}</loc><lastmod>${iso(changedMs)}</lastmod></url>\n`).join('');
	yield `${XML}<urlset xmlns="${SITEMAP}">\n`;
	yield urls(first);
	for await (const records of rest) yield urls(records);
	yield '</urlset>\n';
}

export async function discoveryRoutes(app: FastifyInstance, deps: ServerDeps): Promise<void> {
	const schema = { hide: true };
	addConditions(app);
	app.get('/opensearch.xml', { schema }, async (_, reply) =>
		reply.type('application/opensearchdescription+xml; charset=utf-8').send(openSearchDescription(deps.publicUrl)),
	);
	app.get('/robots.txt', { schema }, async (_, reply) => reply.type('text/plain; charset=utf-8').send(robots(deps.publicUrl)));
	app.get('/sitemap.xml', { schema }, async (_, reply) => {
		const places = await sitemapPlaces(deps);
		const list = places.map((place) => `<sitemap><loc>${xmlText(deps.publicUrl)}/sitemap-${place}.xml</loc></sitemap>\n`).join('');
		return reply.type('application/xml; charset=utf-8').send(`${XML}<sitemapindex xmlns="${SITEMAP}">\n${list}</sitemapindex>\n`);
	});
	app.get<{ Params: { place: string } }>('/sitemap-:place(^\\d{1,9}$).xml', { schema }, async (request, reply) => {
		// looked at before the records, so that it is never newer than they are
		const tag = `W/"s${await sitemapState(deps)}"`;
		const pages = sitemapRecords(deps, Number(request.params.place));
		const first = await pages.next();
		if (first.done === true) throw new Problem('not-found', 'There is no such sitemap; /sitemap.xml lists them.');
		reply.header('etag', tag).header('cache-control', 'no-cache');
		if (hasState(request, tag)) return reply.code(304).send();
		return reply.type('application/xml; charset=utf-8').send(Readable.from(sitemap(deps.publicUrl, first.value, pages)));
	});
}
