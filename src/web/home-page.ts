import type { LibraryOverview, Overview } from '../catalogue/overview.ts';
import { type Html, html } from '../lib/html.ts';
import { addressPart, type Served } from './addresses.ts';
import { pageText, visible } from './frame.ts';
import { searchForm, searchHelp } from './search-form.ts';
import { href, number, say, time, type View } from './view.ts';

const LARGEST = 10;

/** The front page: the search box, what is held, the latest harvests, and every address for programs. */
export function homePage(view: View, overview: Overview, served: Served): string {
	const { libraries } = overview;
	const largest = [...libraries].sort((a, b) => b.titles - a.titles).slice(0, LARGEST);
	return pageText(view, {
		title: null,
		main: html`<h1 lang="vi">Liên Thông</h1><p>${say(view, 'tagline')}</p>
${searchForm(view, { q: '' })}${searchHelp(view)}
<section aria-labelledby="holds"><h2 id="holds">${say(view, 'holds')}</h2>${figures(view, overview)}
${largest.length === 0 ? null : html`<h3>${say(view, 'largest')}</h3><ul class="plain values">${largest.map((library) => libraryLine(view, library))}</ul>`}
<p><a href="${href(view, '/libraries')}">${say(view, 'allLibraries', { n: libraries.length })}</a></p></section>
${harvestPart(view, overview)}
${addressPart(view, served, overview.exampleWords)}`,
	});
}

function figures(view: View, { titles, libraries, harvests }: Overview): Html {
	const latest = harvests[0];
	const rows: readonly (readonly [string, string])[] = [
		[say(view, 'titles'), number(view.language, titles)],
		[say(view, 'libraries'), number(view.language, libraries.length)],
		[say(view, 'latestHarvest'), latest === undefined ? say(view, 'noHarvest') : time(view.language, latest.finishedMs)],
	];
	return html`<dl class="figures">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

const libraryLine = (view: View, { code, name, titles }: LibraryOverview): Html =>
	html`<li><a lang="vi" href="${href(view, '/', [['library', code]])}">${visible(name, code)}</a><span class="count">${number(view.language, titles)}</span></li>`;

function harvestPart(view: View, { harvests, libraries }: Overview): Html | null {
	if (harvests.length === 0) return null;
	const names = new Map(libraries.map(({ code, name }) => [code, name]));
	const counts = ['created', 'updated', 'deleted'] as const;
	const rows = harvests.map(
		(harvest) =>
			html`<tr><td lang="vi">${names.get(harvest.library) ?? harvest.library}</td><td>${time(view.language, harvest.finishedMs)}</td>${counts.map((count) => html`<td class="number">${number(view.language, harvest[count])}</td>`)}</tr>`,
	);
	return html`<section aria-labelledby="harvests"><h2 id="harvests">${say(view, 'harvests')}</h2><div class="wide" tabindex="0" role="group" aria-labelledby="harvests"><table><caption>${say(view, 'harvestsCaption')}</caption><thead><tr><th scope="col">${say(view, 'library')}</th><th scope="col">${say(view, 'ended')}</th>${counts.map((count) => html`<th scope="col" class="number">${say(view, count)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
