import type { FullRecord } from '../catalogue/render-record.ts';
import { type Html, html } from '../lib/html.ts';
import type { JsonValue, UnionJson } from '../records/render-json.ts';
import { visible } from './frame.ts';
import { nameOf } from './names.ts';
import type { TextName } from './texts.ts';
import { href, say, type View } from './view.ts';

/** A labelled field of a record with its values; shown only when it has one. */
export type ShownField = readonly [label: TextName, values: readonly Html[]];
type References = (value: JsonValue) => Html | null;

export function fieldList(view: View, fields: readonly ShownField[]): Html {
	const rows = fields
		.filter(([, values]) => values.length > 0)
		.map(([label, values]) => html`<dt>${say(view, label)}</dt><dd>${values.map((value) => html`<span>${value}</span>`)}</dd>`);
	return html`<dl class="fields">${rows}</dl>`;
}

const present = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);

/** A value as a link to all that has it. */
const searchLink = (view: View, facet: string, value: JsonValue, refs: References): Html =>
	html`<a href="${href(view, '/', [[facet, value.value]])}"><bdi>${visible(value.value)}</bdi></a>${refs(value)}`;

/** Who made it. */
export function creatorFields(view: View, { creators, title }: UnionJson, refs: References): ShownField[] {
	return [
		[
			'creators',
			creators.map((creator) => {
				const more = [...present(creator.dates), ...creator.roles].join(', ');
				return html`${searchLink(view, 'creator', creator, refs)}${more === '' ? null : html` <span class="quiet">(${more})</span>`}`;
			}),
		],
		['responsibility', present(title.responsibility).map((value) => html`<bdi>${value.value}</bdi>${refs(value)}`)],
	];
}

/** All else that describes it, in the order of a catalogue card. */
export function descriptionFields(view: View, { kind }: FullRecord, description: UnionJson, refs: References): ShownField[] {
	const { language } = view;
	const plain = (value: JsonValue): Html => html`<bdi>${value.value}</bdi>${refs(value)}`;
	const { material, carrier, host, year, yearEnd } = description;
	const form = [nameOf(language, 'kind', kind), nameOf(language, 'material', material.value), nameOf(language, 'carrier', carrier.value)];
	const years = [...present(year), ...present(yearEnd)].map(({ value }) => value).join('–');
	return [
		['otherTitles', description.title.variants.map(plain)],
		['edition', present(description.edition).map(plain)],
		['publication', description.publication.map((one) => publicationText(one, refs))],
		['facet.year', year === undefined ? [] : [html`${years}${refs(year)}`]],
		['extent', present(description.extent).map(plain)],
		['facet.material', [html`${[...new Set(form)].join('; ')}`]],
		[
			'host',
			present(host?.title).map(
				(value) => html`${searchLink(view, 'series', value, refs)}${host?.related === undefined ? null : html`, ${plain(host.related)}`}`,
			),
		],
		[
			'series',
			description.series.map(
				(one) => html`${searchLink(view, 'series', one, refs)}${one.volume === undefined ? null : ` ; ${one.volume}`}`,
			),
		],
		['languages', description.languages.map((one) => html`${nameOf(language, 'language', one.value)}${refs(one)}`)],
		['facet.classLevel', present(description.classLevel).map((one) => html`${nameOf(language, 'classLevel', one.value)}${refs(one)}`)],
		['audience', description.audience.map(plain)],
		['subjects', description.subjects.map((one) => searchLink(view, 'subject', one, refs))],
		['classification', description.classification.map((one) => html`${one.scheme.toUpperCase()} ${plain(one)}`)],
		['identifiers', description.identifiers.filter(({ type }) => type !== 'system').map((one) => identifierText(view, one, refs))],
		['summary', present(description.summary).map(plain)],
		['notes', description.notes.map(plain)],
		['links', description.links.flatMap((one) => present(outsideLink(one, refs)))],
	];
}

function publicationText({ place, publisher, date }: UnionJson['publication'][number], refs: References): Html {
	const stated = [place, publisher, date].filter((one) => one !== undefined);
	const first = stated[0];
	return html`${stated.map((one, i) => html`${i === 0 ? '' : ', '}<bdi>${one.value}</bdi>`)}${first === undefined ? null : refs(first)}`;
}

function identifierText(view: View, one: UnionJson['identifiers'][number], refs: References): Html {
	const name = one.type === 'other' ? nameOf(view.language, 'identifier', 'other') : one.type.toUpperCase();
	return html`${name} <bdi>${one.valid ? (one.normal ?? one.value) : one.value}</bdi>${one.qualifier === undefined ? null : html` <span class="quiet">(${one.qualifier})</span>`}${refs(one)}`;
}

/** A link that a record has, when it is one that a browser may follow: http or https alone. */
function outsideLink(one: UnionJson['links'][number], refs: References): Html | undefined {
	const url = URL.parse(one.value);
	if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
	return html`<a href="${url.href}" rel="external nofollow noopener"><bdi>${visible(one.label ?? '', url.host)}</bdi></a>${refs(one)}`;
}
