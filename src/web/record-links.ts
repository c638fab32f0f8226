import type { RecordLink, RecordLinks } from '../catalogue/links.ts';
import { wholeTitle } from '../catalogue/render-record.ts';
import { type Html, html } from '../lib/html.ts';
import { LINK_RELATIONS, type LinkRelation } from '../records/references.ts';
import { visible } from './frame.ts';
import { nameOf } from './names.ts';
import { fieldList, type ShownField } from './record-fields.ts';
import { href, say, type View } from './view.ts';

/** Host and series stand among the fields of the record too, so there they are shown only where they lead to a record. */
const AMONG_FIELDS: ReadonlySet<LinkRelation> = new Set(['host', 'series']);

/** The records that one is linked with, and what it names that is no record here; nothing when there are none. */
export function linkPart(view: View, { links, cut }: RecordLinks): Html | null {
	const shown = links.filter(({ relation, to }) => to !== null || !AMONG_FIELDS.has(relation));
	if (shown.length === 0) return null;
	const fields = LINK_RELATIONS.map(
		(relation): ShownField => [`link.${relation}`, shown.filter((link) => link.relation === relation).map((link) => linkText(view, link))],
	);
	const more = cut ? html`<p class="quiet">${say(view, 'linksCut')}</p>` : null;
	return html`<section aria-labelledby="related"><h2 id="related">${say(view, 'related')}</h2>${fieldList(view, fields)}${more}</section>`;
}

function linkText(view: View, { to, text }: RecordLink): Html {
	if (to === null) return html`<bdi>${text}</bdi>`;
	const about = [nameOf(view.language, 'kind', to.kind), ...to.creators.slice(0, 1), ...(to.year === null ? [] : [to.year])].join(', ');
	return html`<a href="${href(view, `/records/${to.id}`)}"><bdi>${visible(wholeTitle(to), say(view, 'untitled'))}</bdi></a> <span class="quiet">(<bdi>${about}</bdi>)</span>`;
}
