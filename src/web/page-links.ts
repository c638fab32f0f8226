import { type Html, html } from '../lib/html.ts';
import { href, say, type View } from './view.ts';

/** The way to the page before and the page after; null where there is one page only. */
export function pageLinks(view: View, page: number, last: number): Html | null {
	if (last < 2) return null;
	const others = view.params.filter(([name]) => name !== 'page');
	const to = (target: number): string => href(view, view.path, target === 1 ? others : [...others, ['page', String(target)]]);
	return html`<nav class="pages" aria-label="${say(view, 'pages')}">${page > 1 ? html`<a rel="prev" href="${to(page - 1)}">← ${say(view, 'previous')}</a>` : null}<span>${say(view, 'page', { page, last })}</span>${page < last ? html`<a rel="next" href="${to(page + 1)}">${say(view, 'next')} →</a>` : null}</nav>`;
}
