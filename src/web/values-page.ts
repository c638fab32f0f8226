import type { RecordFacet } from '../catalogue/search-records.ts';
import { html } from '../lib/html.ts';
import { chips, type Filtered, valueForm, valueList } from './filters.ts';
import { pageText, shorten } from './frame.ts';
import type { FacetOfPage } from './results.ts';
import { href, inSentence, say, type View } from './view.ts';

export interface ValuesFound extends Filtered {
	readonly q: string;
	readonly facet: RecordFacet;
	/** What is looked for in the values. */
	readonly text: string;
	readonly values: FacetOfPage['values'];
	readonly more: boolean;
}

/** The values of one facet among the results of a search, those that have what was typed; the parameters of `view` are the search. */
export function valuesPage(view: View, found: ValuesFound): string {
	const { q, facet, text, values, more } = found;
	const name = inSentence(say(view, `facet.${facet}`));
	const results = q.trim() === '' ? say(view, 'everything') : say(view, 'resultsFor', { q: shorten(q.trim(), 200) });
	const status = values.length === 0 ? 'noValues' : more ? 'valuesFirst' : 'valuesFound';
	const others = text === '' ? view.params : [...view.params, ['text', text] as const];
	return pageText(
		{ ...view, params: others },
		{
			title: `${say(view, 'valuesOf', { facet: name })}: ${results}`,
			unlisted: true,
			main: html`<h1>${say(view, 'valuesOf', { facet: name })}</h1><p>${say(view, 'valuesAmong')} <a href="${href(view, '/', view.params)}">${results}</a></p>
${chips(view, found)}${valueForm(view, facet, text)}<p role="status">${say(view, status, { n: values.length })}</p>${values.length === 0 ? null : valueList(view, found, { facet, values })}`,
		},
	);
}
