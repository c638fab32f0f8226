import { type Html, html } from '../lib/html.ts';
import { LIMITS } from '../lib/limits.ts';
import { href, type Params, say, type View } from './view.ts';

export const SORTS = ['relevance', 'title', 'newest', 'oldest', 'changed', 'added'] as const;
export type PageSort = (typeof SORTS)[number];

interface SearchForm {
	readonly q: string;
	/** Named where results are shown. */
	readonly sort?: PageSort;
	/** Filters that a new search keeps. */
	readonly kept?: Params;
}

/** The search box: one labelled field and a button; results have the order beside it. */
export function searchForm(view: View, { q, sort, kept = [] }: SearchForm): Html {
	const hidden: Params = [...kept, ...(view.chosen ? ([['lang', view.language]] as const) : [])];
	return html`<form role="search" class="search" action="/" method="get"><label for="q">${say(view, 'searchLabel')}</label>
<div class="row"><input type="search" id="q" name="q" value="${q}" maxlength="${LIMITS.queryBytesMax}" aria-describedby="q-hint" autocomplete="off" autocapitalize="none" spellcheck="false" />
<button type="submit">${say(view, 'search')}</button></div><p id="q-hint" class="quiet">${say(view, 'searchHint')}</p>${sort === undefined ? null : sortChoice(view, sort)}
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}</form>`;
}

function sortChoice(view: View, sort: PageSort): Html {
	const options = SORTS.map((one) =>
		one === sort
			? html`<option value="${one}" selected="selected">${say(view, `sort.${one}`)}</option>`
			: html`<option value="${one}">${say(view, `sort.${one}`)}</option>`,
	);
	return html`<div class="row"><label for="sort">${say(view, 'sort')}</label> <select id="sort" name="sort">${options}</select></div>`;
}

const EXAMPLES = [
	['howTo.words', { vi: 'dat rung phuong nam', en: 'dat rung phuong nam' }],
	['howTo.phrase', { vi: '"lịch sử"', en: '"lịch sử"' }],
	['howTo.field', { vi: 'tác-giả:"nguyễn nhật ánh"', en: 'author:"nguyễn nhật ánh"' }],
	['howTo.year', { vi: 'toán năm:2010-2020', en: 'toán year:2010-2020' }],
	['howTo.or', { vi: 'thơ OR truyện', en: 'thơ OR truyện' }],
	['howTo.not', { vi: 'toán -"bài tập"', en: 'toán -"bài tập"' }],
	['howTo.prefix', { vi: 'việt*', en: 'việt*' }],
	['howTo.mask', { vi: 'nguy*n t?ng', en: 'nguy*n t?ng' }],
] as const;

/** How to search, by examples that are links. */
export function searchHelp(view: View): Html {
	const rows = EXAMPLES.map(([name, example]) => {
		const q = example[view.language];
		return html`<dt><a href="${href(view, '/', [['q', q]])}"><code>${q}</code></a></dt><dd>${say(view, name)}</dd>`;
	});
	return html`<details><summary>${say(view, 'howTo')}</summary><dl class="fields">${rows}</dl></details>`;
}
