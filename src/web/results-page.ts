import { type BriefRecord, wholeTitle } from '../catalogue/render-record.ts';
import { type Html, html } from '../lib/html.ts';
import { languageTag } from '../records/code-names.ts';
import { RECORD_FORMATS } from '../records/record-format.ts';
import { chips, filterPart } from './filters.ts';
import { pageText, shorten, unapiId, visible } from './frame.ts';
import { nameOf } from './names.ts';
import { pageLinks } from './page-links.ts';
import { IN_PAGE, PAGES_MAX, type Results } from './results.ts';
import { searchForm, searchHelp } from './search-form.ts';
import { href, type Params, say, type View } from './view.ts';

const TITLE_LETTERS_MAX = 300;
const NAMES_SHOWN = 3;

/** The results of a search: hits, their order, filters that narrow, and the way on. */
export function resultsPage(view: View, results: Results): string {
	const { q, sort, filters, total, page } = results;
	const heading = q.trim() === '' ? say(view, 'everything') : say(view, 'resultsFor', { q: shorten(q.trim(), 200) });
	const last = Math.min(PAGES_MAX, Math.ceil(total / IN_PAGE));
	const kept: Params = filters.map(([facet, value]) => [facet, value]);
	const api = `/api/v1/records?${new URLSearchParams([...(q === '' ? [] : [['q', q]]), ...kept, ['sort', sort]] as [string, string][])}`;
	const feed = href(view, '/feeds/search.atom', [...(q === '' ? [] : ([['q', q]] as const)), ...kept]);
	return pageText(view, {
		title: heading,
		unlisted: true,
		head: html`<link rel="alternate" type="application/json" href="${api}" /><link rel="alternate" type="application/atom+xml" title="${say(view, 'feed.found')}" href="${feed}" />`,
		main: html`<h1>${heading}</h1>
${searchForm(view, { q, sort, kept })}${chips(view, results)}
<p role="status">${say(view, 'found', { n: total })}${total > IN_PAGE ? html` · ${shown(view, results)}` : null}</p>
${results.cut ? html`<p class="note">${say(view, 'cut')}</p>` : null}${collectionPart(view, results)}${meantPart(view, results)}
${total === 0 ? nothing(view) : html`<p class="jump"><a href="#filters">${say(view, 'toFilters')} ↓</a></p>`}
<div class="beside"><div>${hits(view, results)}${pageLinks(view, page, last)}${page >= PAGES_MAX ? html`<p class="note">${say(view, 'deepest')}</p>` : null}<p class="quiet"><a href="${api}">${say(view, 'thisAsData')}</a></p>${total === 0 ? null : downloads(view, api)}</div>
${filterPart(view, results)}</div>`,
	});
}

/** Formats that people save a result in. */
const SAVED = ['csv', 'ris', 'bibtex', 'marc', 'marcxml'] as const;

const downloads = (view: View, api: string): Html =>
	html`<p class="quiet">${say(view, 'download')}: ${SAVED.map((format, i) => html`${i === 0 ? '' : ' · '}<a href="${`${api}&format=${format}&lang=${view.language}`}" rel="nofollow">${RECORD_FORMATS[format].label}</a>`)}</p>`;
const COLLECTIONS_SHOWN = 20;

/** That a collection was named in vain, and the way to those that there are. */
function collectionPart(view: View, { noCollection }: Results): Html | null {
	if (noCollection === null) return null;
	const { named, known } = noCollection;
	const links = known
		.slice(0, COLLECTIONS_SHOWN)
		.map(
			([code, name], i) =>
				html`${i === 0 ? '' : ' · '}<a href="${href(view, '/', [['collection', code]])}"><bdi>${visible(name, code)}</bdi></a>`,
		);
	return html`<p class="note">${say(view, 'noCollection')} ${named.map((code, i) => html`${i === 0 ? '' : ', '}<bdi>${shorten(visible(code), 80)}</bdi>`)}.${links.length === 0 ? null : html` ${say(view, 'collectionsKnown')} ${links}`}</p>`;
}

/** Another spelling, as a link to what it finds. */
const meantPart = (view: View, { meant }: Results): Html | null =>
	meant === null
		? null
		: html`<p class="note">${say(view, 'meant')} <a href="${href(view, '/', [['q', meant.text]])}"><bdi>${visible(meant.text)}</bdi></a>${view.language === 'vi' ? ' ' : ''}${say(view, 'meantFound', { n: meant.total })}</p>`;

const shown = (view: View, { page, records }: Results): string =>
	say(view, 'shown', { from: (page - 1) * IN_PAGE + 1, to: (page - 1) * IN_PAGE + records.length });

const nothing = (view: View): Html =>
	html`<p class="note">${say(view, 'nothing')}</p><ul><li>${say(view, 'nothing.less')}</li><li>${say(view, 'nothing.spelling')}</li><li>${say(view, 'nothing.prefix')}</li></ul>${searchHelp(view)}`;

function hits(view: View, { records, page, libraryName }: Results): Html | null {
	if (records.length === 0) return null;
	return html`<ol class="plain hits" start="${(page - 1) * IN_PAGE + 1}">${records.map((record) => hit(view, record, libraryName))}</ol>`;
}

/** The title of a hit, in its language where it has one alone. */
function titleMarkup(view: View, record: BriefRecord): Html {
	const { languages } = record;
	const whole = wholeTitle(record);
	if (visible(whole, '') === '') return html`${say(view, 'untitled')}`;
	const tag = languages.length === 1 ? languageTag(languages[0] ?? '') : null;
	const text = shorten(whole, TITLE_LETTERS_MAX);
	return tag === null ? html`<bdi>${text}</bdi>` : html`<bdi lang="${tag}">${text}</bdi>`;
}

function hit(view: View, record: BriefRecord, libraryName: Results['libraryName']): Html {
	const { id, creators, year, kind, libraries } = record;
	const about = [...creators.slice(0, NAMES_SHOWN).map((name) => shorten(name, TITLE_LETTERS_MAX)), ...(year === null ? [] : [year])];
	const more = libraries.length - NAMES_SHOWN;
	const names = libraries.slice(0, NAMES_SHOWN).map(libraryName).join(', ');
	return html`<li><h2><a href="${href(view, `/records/${id}`)}">${titleMarkup(view, record)}</a></h2>
<p>${about.map((part, i) => html`${i === 0 ? '' : ', '}<bdi>${part}</bdi>`)}${about.length === 0 ? '' : ' · '}<span class="quiet">${nameOf(view.language, 'kind', kind)}</span></p>
<p class="quiet">${say(view, 'heldBy')}: <span lang="vi">${names}</span>${more > 0 ? ` ${say(view, 'more', { n: more })}` : ''}</p>${record.shared ? unapiId(id) : null}</li>`;
}
