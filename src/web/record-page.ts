import { type FullRecord, wholeTitle } from '../catalogue/render-record.ts';
import type { LinkedRecord } from '../catalogue/show.ts';
import { type Html, html } from '../lib/html.ts';
import { languageTag } from '../records/code-names.ts';
import type { JsonValue, UnionJson } from '../records/render-json.ts';
import { pageText, unapiId, visible } from './frame.ts';
import { holdingPart } from './holdings.ts';
import { nameOf } from './names.ts';
import { creatorFields, descriptionFields, fieldList, type ShownField } from './record-fields.ts';
import { linkPart } from './record-links.ts';
import { searchForm } from './search-form.ts';
import { say, time, type View } from './view.ts';

export interface RecordOfPage {
	readonly record: LinkedRecord;
	/** Names of libraries by code. */
	readonly libraryName: (code: string) => string;
	/** Where the record is in other forms, on this server. */
	readonly forms: readonly RecordForm[];
}

export interface RecordForm {
	readonly name: string;
	/** Media type. */
	readonly type: string;
	readonly path: string;
}

/** One record: what it is, who holds it, who says so, and where a program finds it. */
export function recordPage(view: View, { record, libraryName, forms }: RecordOfPage): string {
	const { id, description } = record;
	const heading = visible(wholeTitle(record), say(view, 'untitled'));
	const address = `${view.publicUrl}/records/${id}`;
	return pageText(view, {
		title: heading,
		head: html`<link rel="canonical" href="${address}" />${forms.map(({ type, path }) => html`<link rel="alternate" type="${type}" href="${path}" />`)}`,
		main: html`${searchForm(view, { q: '' })}
<article aria-labelledby="title"><h1 id="title">${titleMarkup(description, heading)}</h1>${description === null ? null : unapiId(id)}
${description === null ? briefPart(view, record, libraryName) : fullPart(view, record, description, libraryName)}
<section aria-labelledby="data"><h2 id="data">${say(view, 'asData')}</h2><p>${forms.map(({ name, path }, i) => html`${i === 0 ? '' : ' · '}<a href="${path}">${name}</a>`)}</p>
<p>${say(view, 'permanent')}:</p><p class="address"><code>${address}</code></p><p class="quiet">${say(view, 'changed', { time: time(view.language, record.changedMs) })}</p></section></article>`,
	});
}

function titleMarkup(description: UnionJson | null, heading: string): Html {
	const [first, ...others] = description?.languages ?? [];
	const tag = first === undefined || others.length > 0 ? null : languageTag(first.value);
	return tag === null ? html`<bdi>${heading}</bdi>` : html`<bdi lang="${tag}">${heading}</bdi>`;
}

/** Of a record that may be found, but not handed on. */
function briefPart(view: View, { creators, year, kind, libraries }: FullRecord, libraryName: RecordOfPage['libraryName']): Html {
	const fields: ShownField[] = [
		['creators', creators.map((name) => html`<bdi>${name}</bdi>`)],
		['facet.year', year === null ? [] : [html`${year}`]],
		['facet.kind', [html`${nameOf(view.language, 'kind', kind)}`]],
		['facet.library', libraries.map((code) => html`<span lang="vi">${libraryName(code)}</span>`)],
	];
	return html`<p class="note">${say(view, 'notShared')}</p>${fieldList(view, fields)}`;
}

function fullPart(view: View, record: LinkedRecord, description: UnionJson, libraryName: RecordOfPage['libraryName']): Html {
	const refs = references(view, description);
	return html`${fieldList(view, [...creatorFields(view, description, refs), ...descriptionFields(view, record, description, refs)])}
${record.links === null ? null : linkPart(view, record.links)}
${holdingPart(view, description, libraryName)}${sourcePart(view, description, libraryName)}`;
}

const REFERENCES_MAX = 3;

/** Marks beside a value that lead to the records that state it; nothing where all of them do. */
function references(view: View, { members }: UnionJson): (value: JsonValue) => Html | null {
	return ({ sources }) => {
		if (sources.length >= members.length) return null;
		const numbers = sources.slice(0, REFERENCES_MAX).map((at) => at + 1);
		return html` <small class="quiet">[${numbers.map((n, i) => html`${i === 0 ? '' : ', '}<a href="#source-${n}"><span class="hidden">${say(view, 'statedBy')} </span>${n}</a>`)}${sources.length > REFERENCES_MAX ? ', …' : ''}]</small>`;
	};
}

function sourcePart(view: View, { members }: UnionJson, libraryName: RecordOfPage['libraryName']): Html {
	const lines = members.map(
		({ library, source, identifier, licence }, i) =>
			html`<li id="source-${i + 1}"><span lang="vi">${libraryName(library)}</span>: ${say(view, 'identifierAtSource', { id: identifier, source })}${licenceLink(view, licence)}</li>`,
	);
	return html`<section aria-labelledby="sources"><h2 id="sources">${say(view, 'sources')}</h2><p>${say(view, 'sourcesLead', { n: members.length })}</p><ol>${lines}</ol></section>`;
}

const licenceLink = (view: View, licence: string | null): Html | null =>
	licence !== null && /^https?:\/\//.test(licence) ? html` (<a href="${licence}" rel="license">${say(view, 'licence')}</a>)` : null;
