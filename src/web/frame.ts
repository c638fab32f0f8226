import { type Html, type HtmlValue, html } from '../lib/html.ts';
import { STYLE_PATH } from './style.ts';
import { href, otherLanguage, say, type View } from './view.ts';

export interface Frame {
	/** What the tab shows, before the name of the site; null on the front page. */
	readonly title: string | null;
	readonly main: HtmlValue;
	/** Pages that search engines shall not list: results, and what is not there. */
	readonly unlisted?: boolean;
	/** More for the head: links to other forms of the page. */
	readonly head?: Html;
}

const NAMES = { vi: 'Tiếng Việt', en: 'English' } as const;
const TITLE_LETTERS_MAX = 120;

/** The text of a whole page, well-formed as XML too: landmarks, the way past the header, both languages, no script. */
export function pageText(view: View, { title, main, unlisted = false, head }: Frame): string {
	const other = otherLanguage(view);
	const tab = title === null ? 'Liên Thông' : `${shorten(title, TITLE_LETTERS_MAX)} – Liên Thông`;
	return html`<!DOCTYPE html>
<html lang="${view.language}"><head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${tab}</title><link rel="stylesheet" href="${STYLE_PATH}" /><link rel="icon" href="/icon.svg" type="image/svg+xml" />
<link rel="search" type="application/opensearchdescription+xml" title="Liên Thông" href="${view.publicUrl}/opensearch.xml" /><link rel="unapi-server" type="application/xml" title="unAPI" href="${view.publicUrl}/unapi" />
<link rel="alternate" hreflang="${other.language}" href="${view.publicUrl}${other.href}" /><link rel="alternate" type="application/atom+xml" title="${say(view, 'feed.new')}" href="${href(view, '/feeds/new.atom')}" />${unlisted ? html`<meta name="robots" content="noindex" />` : null}${head ?? null}</head>
<body><a class="skip" href="#main">${say(view, 'skip')}</a>
<header><a class="name" lang="vi" href="${href(view, '/')}">Liên Thông</a>
<a lang="${other.language}" hreflang="${other.language}" href="${other.href}">${NAMES[other.language]}</a>
<nav aria-label="${say(view, 'mainNavigation')}"><a href="${href(view, '/libraries')}">${say(view, 'libraries')}</a> · <a href="${href(view, '/')}#addresses">${say(view, 'addresses')}</a></nav></header>
<main id="main" tabindex="-1">
${main}
</main>
<footer><p>${say(view, 'footer')} <a href="${href(view, '/docs')}">${say(view, 'rest')}</a></p></footer>
</body></html>
`.toString();
}

/** The id of a record that may be handed on, for reference managers that ask unAPI. */
export const unapiId = (id: string): Html => html`<abbr class="unapi-id" title="${id}"></abbr>`;

/** A text cut at the end of a word where it is long; never in the middle of a letter. */
export function shorten(text: string, lettersMax: number): string {
	if (text.length <= lettersMax) return text;
	const cut = text
		.slice(0, lettersMax)
		.toWellFormed()
		.replace(/\ufffd$/, '');
	const space = cut.lastIndexOf(' ');
	return `${space > lettersMax / 2 ? cut.slice(0, space) : cut}…`;
}

/** A text that a person can see and click, else what stands for it. */
export const visible = (text: string, instead = '–'): string => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? text : instead);
