import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Overview, readOverview } from '../catalogue/overview.ts';
import { showLinked } from '../catalogue/show.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import type { Served } from '../web/addresses.ts';
import { PAGE_FACETS } from '../web/filters.ts';
import { homePage } from '../web/home-page.ts';
import { librariesPage } from '../web/libraries-page.ts';
import { messagePage } from '../web/message-page.ts';
import { recordPage } from '../web/record-page.ts';
import { ICON, STYLE } from '../web/style.ts';
import { day, href } from '../web/view.ts';
import type { ServerDeps } from './deps.ts';
import { kept } from './kept.ts';
import { pageRequest, paramsOf, valueText, viewOf } from './page-request.ts';
import { PROBLEMS, problemOf } from './problems.ts';
import { formsOf } from './record-forms.ts';
import { librariesByCode, sendResults, sendValues } from './result-pages.ts';
import { sendPage } from './send-page.ts';

const OVERVIEW_KEPT_MS = 60_000;
const FOR_EVER = 'public, max-age=31536000, immutable';
const ONE_DAY = 'public, max-age=86400';

/** The pages for people: the front page with the search box, results, records, libraries; `served` says what else is here for programs. */
export async function pageRoutes(app: FastifyInstance, deps: ServerDeps, served: () => Served): Promise<void> {
	const schema = { hide: true };
	const overview = kept(deps.clock, OVERVIEW_KEPT_MS, () => readOverview(deps));
	app.setErrorHandler<FastifyError>((error, request, reply) => sendFailure(request, reply, deps, error));
	app.get('/', { schema }, async (request, reply) => {
		const asked = pageRequest(request);
		const view = viewOf(request, deps.publicUrl, asked.searches ? paramsOf(asked) : []);
		if (!asked.searches) return sendPage(reply, view, homePage(view, await overview(), served()));
		return await sendResults(reply, view, asked, deps, await overview());
	});
	app.get<{ Params: { facet: string } }>('/values/:facet', { schema }, async (request, reply) => {
		const facet = PAGE_FACETS.find((one) => one === request.params.facet);
		if (facet === undefined) return sendNotFound(request, reply, deps);
		const asked = { ...pageRequest(request), page: 1, searches: true };
		const view = viewOf(request, deps.publicUrl, paramsOf(asked));
		return await sendValues(reply, view, { facet, text: valueText(request), asked }, deps, await overview());
	});
	app.get('/libraries', { schema }, async (request, reply) => {
		const { page } = pageRequest(request);
		const view = viewOf(request, deps.publicUrl, page === 1 ? [] : [['page', String(page)]]);
		return sendPage(reply, view, librariesPage(view, await overview(), page));
	});
	app.get<{ Params: { id: string } }>('/records/:id', { schema }, async (request, reply) => {
		const { id } = request.params;
		// a format behind the id, or one of Accept
		if (id.includes('.') || !wantsPage(request)) {
			return reply.redirect(`${deps.publicUrl}/api/v1/records/${encodeURIComponent(id)}`, 303);
		}
		return await sendRecord(request, reply, deps, await overview());
	});
	app.get('/style/:version', { schema }, async (_, reply) =>
		reply.type('text/css; charset=utf-8').header('cache-control', FOR_EVER).send(STYLE),
	);
	app.get('/icon.svg', { schema }, async (_, reply) => reply.type('image/svg+xml').header('cache-control', ONE_DAY).send(ICON));
}

/** Whether a client takes a page; one that asks for something else by name is sent to REST. */
export const wantsPage = (request: FastifyRequest): boolean => {
	const accepted = request.headers.accept;
	return accepted === undefined || /text\/html|text\/\*|\*\/\*/i.test(accepted);
};

async function sendRecord(
	request: FastifyRequest<{ Params: { id: string } }>,
	reply: FastifyReply,
	deps: ServerDeps,
	{ libraries }: Overview,
): Promise<FastifyReply> {
	const view = viewOf(request, deps.publicUrl);
	const shown = await showLinked(deps, recordNumber(request.params.id) ?? 0);
	switch (shown.state) {
		case 'live': {
			const forms = formsOf(shown.record.id, shown.record.shared, deps.repositoryIdentifier);
			return sendPage(reply, view, recordPage(view, { record: shown.record, libraryName: librariesByCode(libraries), forms }));
		}
		case 'moved':
			return reply.redirect(href(view, `/records/${publicId(shown.to)}`), 301);
		case 'deleted': {
			return sendPage(reply.code(410), view, messagePage(view, 'recordGone', 'recordGoneWhy', { day: day(view.language, shown.sinceMs) }));
		}
		default:
			return sendPage(reply.code(404), view, messagePage(view, 'recordUnknown', 'recordUnknownWhy'));
	}
}

/** A page that says that nothing is at an address. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply, deps: ServerDeps): FastifyReply {
	const view = viewOf(request, deps.publicUrl);
	return sendPage(reply.code(404), view, messagePage(view, 'notFound', 'notFoundWhy'));
}

function sendFailure(request: FastifyRequest, reply: FastifyReply, deps: ServerDeps, error: FastifyError): FastifyReply {
	const { code } = problemOf(error);
	const { status } = PROBLEMS[code];
	const view = viewOf(request, deps.publicUrl);
	const { q } = pageRequest(request);
	if (status === 503) reply.header('retry-after', '10');
	if (status >= 500 && status !== 503)
		deps.logger.error({ route: request.routeOptions.url, method: request.method, error }, 'a page failed');
	const what =
		'code' in error && (error.code as string) === 'timeout' ? 'tooSlow' : status === 503 ? 'busy' : status < 500 ? 'notFound' : 'failed';
	return sendPage(reply.code(status), view, messagePage(view, what, `${what}Why`, {}, q));
}
