import { type Html, html } from '../lib/html.ts';
import type { JsonHolding, UnionJson } from '../records/render-json.ts';
import { number, say, type View } from './view.ts';

/** What each library has of it, with call number and place. */
export function holdingPart(view: View, { holdings }: UnionJson, libraryName: (code: string) => string): Html {
	const rows = holdings.flatMap(({ library, items }) => {
		const name = html`<span lang="vi">${libraryName(library)}</span>`;
		const detailed = together(items.filter(saysSomething));
		if (detailed.length === 0) return [html`<tr><th scope="row">${name}</th><td colspan="3" class="quiet">${say(view, 'held')}</td></tr>`];
		return detailed.map((item) => html`<tr><th scope="row">${name}</th>${itemCells(view, item)}</tr>`);
	});
	return html`<section aria-labelledby="holdings"><h2 id="holdings">${say(view, 'holdings')}</h2><div class="wide" tabindex="0" role="group" aria-labelledby="holdings"><table><caption>${say(view, 'holdingsCaption')}</caption><thead><tr><th scope="col">${say(view, 'library')}</th><th scope="col">${say(view, 'callNumber')}</th><th scope="col">${say(view, 'location')}</th><th scope="col" class="number">${say(view, 'copies')}</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** Copies that stand at one place under one call number are one line. */
function together(items: readonly JsonHolding[]): readonly JsonHolding[] {
	const lines = new Map<string, JsonHolding>();
	for (const item of items) {
		const key = JSON.stringify([item.callNumber, item.location, item.statement, item.note]);
		const line = lines.get(key);
		lines.set(key, line === undefined ? item : { ...line, copies: line.copies + item.copies });
	}
	return [...lines.values()];
}

const saysSomething = ({ callNumber, location, copies, statement, note, barcodes }: JsonHolding): boolean =>
	callNumber !== undefined || location !== undefined || copies > 0 || statement !== undefined || note !== undefined || barcodes.length > 0;

function itemCells(view: View, { callNumber, location, copies, statement, note }: JsonHolding): Html {
	const has = statement === undefined ? undefined : say(view, 'statement', { text: statement });
	const where = [location, has, note].filter((one) => one !== undefined).join('; ');
	return html`<td><bdi>${callNumber ?? ''}</bdi></td><td><bdi>${where}</bdi></td><td class="number">${copies === 0 ? '' : number(view.language, copies)}</td>`;
}
