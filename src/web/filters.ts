import type { RecordFacet } from '../catalogue/search-records.ts';
import { type Html, html } from '../lib/html.ts';
import { shorten, visible } from './frame.ts';
import type { FacetOfPage, Results } from './results.ts';
import { href, inSentence, number, type Params, say, type View } from './view.ts';

/** Facets that a page shows, in this order; those before `OPEN` unfolded. */
export const PAGE_FACETS: readonly RecordFacet[] = [
	'library',
	'material',
	'language',
	'decade',
	'year',
	'subject',
	'creator',
	'series',
	'classLevel',
	'kind',
	'area',
	'libraryKind',
	'collection',
];
const OPEN = 3;
const LABEL_LETTERS_MAX = 80;
/** Letters that are looked for in values. */
export const VALUE_LETTERS_MAX = 200;

export type Filtered = Pick<Results, 'filters' | 'label'>;

const isChosen = ({ filters }: Pick<Results, 'filters'>, facet: RecordFacet, value: string): boolean =>
	filters.some(([name, one]) => name === facet && one === value);

/** What makes the same search again, from its first page. */
const searched = (view: View): Params => view.params.filter(([name]) => name !== 'page');

/** The address of the search with one value more, or one less. */
function toggled(view: View, results: Pick<Results, 'filters'>, facet: RecordFacet, value: string): string {
	const others = searched(view);
	const params: Params = isChosen(results, facet, value)
		? others.filter(([name, one]) => !(name === facet && one === value))
		: [...others, [facet, value]];
	return href(view, '/', params);
}

/** The filters in use, each a link that removes it. */
export function chips(view: View, results: Filtered): Html | null {
	if (results.filters.length === 0) return null;
	const links = results.filters.map(
		([facet, value]) =>
			html`<a href="${toggled(view, results, facet, value)}"><span class="hidden">${say(view, 'removeFilter')} </span>${say(view, `facet.${facet}`)}: <bdi>${shorten(visible(results.label(facet, value)), LABEL_LETTERS_MAX)}</bdi> ✕</a>`,
	);
	return html`<nav class="chips" aria-label="${say(view, 'chosenFilters')}">${links}</nav>`;
}

/** Values that narrow the results, with counts; null when there are none. */
export function filterPart(view: View, results: Filtered & Pick<Results, 'facets'>): Html | null {
	const facets = results.facets.filter(({ values }) => values.length > 0);
	if (facets.length === 0) return null;
	const parts = facets.map((one, i) => facetPart(view, results, one, i < OPEN));
	return html`<aside aria-labelledby="filters"><h2 id="filters">${say(view, 'filters')}</h2>${parts}</aside>`;
}

function facetPart(view: View, results: Filtered, { facet, values, more }: FacetOfPage, open: boolean): Html {
	const inside = html`<summary>${say(view, `facet.${facet}`)}</summary>${valueList(view, results, { facet, values: inOrder(facet, values) })}${more ? moreValues(view, facet) : null}`;
	return open || results.filters.some(([name]) => name === facet)
		? html`<details open="open">${inside}</details>`
		: html`<details>${inside}</details>`;
}

/** A field to look for a value in, for those that are not shown, and the way to all of them. */
const moreValues = (view: View, facet: RecordFacet): Html =>
	html`${valueForm(view, facet, '')}<p><a href="${href(view, `/values/${facet}`, searched(view))}" rel="nofollow">${say(view, 'moreValues')}<span class="hidden">: ${say(view, `facet.${facet}`)}</span></a></p>`;

/** A form that finds values of a facet among the results: a labelled field and a button. */
export function valueForm(view: View, facet: RecordFacet, text: string): Html {
	const id = `in-${facet}`;
	const kept: Params = [...searched(view), ...(view.chosen ? ([['lang', view.language]] as const) : [])];
	return html`<form class="values" action="/values/${facet}" method="get"><label for="${id}">${say(view, 'findValue', { facet: inSentence(say(view, `facet.${facet}`)) })}</label>
<div class="row"><input type="search" id="${id}" name="text" value="${text}" maxlength="${VALUE_LETTERS_MAX}" autocomplete="off" autocapitalize="none" spellcheck="false" /><button type="submit">${say(view, 'search')}<span class="hidden">: ${say(view, `facet.${facet}`)}</span></button></div>
${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}</form>`;
}

/** Values of a facet with counts, each a link that narrows the search by it, or no longer. */
export const valueList = (view: View, results: Filtered, { facet, values }: Pick<FacetOfPage, 'facet' | 'values'>): Html =>
	html`<ul class="plain values">${values.map((one) => valueLine(view, results, facet, one))}</ul>`;

/** Years from the newest, classes from the first, all else as it is found most. */
function inOrder(facet: RecordFacet, values: FacetOfPage['values']): FacetOfPage['values'] {
	if (facet === 'year' || facet === 'decade') return values.toSorted((a, b) => (a.value < b.value ? 1 : -1));
	return facet === 'classLevel' ? values.toSorted((a, b) => Number(a.value) - Number(b.value)) : values;
}

function valueLine(view: View, results: Filtered, facet: RecordFacet, { value, count }: FacetOfPage['values'][number]): Html {
	const chosen = isChosen(results, facet, value);
	const action = chosen ? say(view, 'removeFilter') : say(view, 'addFilter', { facet: inSentence(say(view, `facet.${facet}`)) });
	const name = html`<span class="hidden">${action} </span><bdi>${shorten(visible(results.label(facet, value)), LABEL_LETTERS_MAX)}</bdi>${chosen ? ' ✕' : ''}`;
	const link = chosen
		? html`<a class="chosen" href="${toggled(view, results, facet, value)}">${name}</a>`
		: html`<a href="${toggled(view, results, facet, value)}" rel="nofollow">${name}</a>`;
	return html`<li>${link}<span class="count">${number(view.language, count)}</span></li>`;
}
