import { html } from '../lib/html.ts';
import { pageText } from './frame.ts';
import { searchForm } from './search-form.ts';
import type { TextName } from './texts.ts';
import { say, type View } from './view.ts';

/** A page that says why what was asked for is not here, and lets a person search on. */
export function messagePage(view: View, what: TextName, why: TextName, values: Readonly<Record<string, string>> = {}, q = ''): string {
	return pageText(view, {
		title: say(view, what),
		unlisted: true,
		main: html`<h1>${say(view, what)}</h1><p>${say(view, why, values)}</p>${searchForm(view, { q })}`,
	});
}
