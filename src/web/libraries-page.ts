import type { Overview } from '../catalogue/overview.ts';
import { type Html, html } from '../lib/html.ts';
import { pageText, visible } from './frame.ts';
import { nameOf } from './names.ts';
import { pageLinks } from './page-links.ts';
import { href, number, say, type View } from './view.ts';

const IN_PAGE = 100;

/** The member libraries in the Vietnamese order, with what each holds and where its own records are. */
export function librariesPage(view: View, { libraries }: Overview, wanted: number): string {
	const last = Math.max(1, Math.ceil(libraries.length / IN_PAGE));
	const page = Math.min(wanted, last);
	const rows = libraries.slice((page - 1) * IN_PAGE, page * IN_PAGE).map(({ code, name, kind, titles }): Html => {
		const own = `/oai/${encodeURIComponent(code)}`;
		return html`<tr><th scope="row" lang="vi"><a href="${href(view, '/', [['library', code]])}">${visible(name, code)}</a></th><td>${nameOf(view.language, 'libraryKind', kind)}</td><td class="number">${number(view.language, titles)}</td><td><a href="${own}?verb=Identify">${own}</a></td></tr>`;
	});
	return pageText(view, {
		title: say(view, 'libraries'),
		main: html`<h1 id="libraries">${say(view, 'libraries')}</h1><div class="wide" tabindex="0" role="group" aria-labelledby="libraries"><table><thead><tr><th scope="col">${say(view, 'library')}</th><th scope="col">${say(view, 'kindOfLibrary')}</th><th scope="col" class="number">${say(view, 'titles')}</th><th scope="col">${say(view, 'itsRecords')} (OAI-PMH)</th></tr></thead><tbody>${rows}</tbody></table></div>${pageLinks(view, page, last)}`,
	});
}
