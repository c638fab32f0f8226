import { type Html, html } from '../lib/html.ts';
import type { TextName } from './texts.ts';
import { href, say, type View } from './view.ts';

/** What this server has for programs beside REST, OAI-PMH and SRU. */
export interface Served {
	/** `host:port` for clients of Z39.50; null where none listens. */
	readonly z3950: string | null;
	/** Paths that show the feeds and the dumps; null where there are none. */
	readonly feeds: string | null;
	readonly dumps: string | null;
}

interface Address {
	readonly name: TextName;
	readonly is: TextName;
	readonly examples: readonly string[];
}

/** What examples search for where the catalogue has no title yet. */
const WORDS = 'ly son';

function addressesOf({ publicUrl }: View, { z3950, feeds, dumps }: Served, words: string): readonly Address[] {
	const inUrl = encodeURIComponent(words).replaceAll('%20', '+');
	const all: readonly (Address | null)[] = [
		{ name: 'address.rest', is: 'address.restIs', examples: [`curl '${publicUrl}/api/v1/records?q=${inUrl}&facets=library'`] },
		{ name: 'address.oai', is: 'address.oaiIs', examples: [`curl '${publicUrl}/oai?verb=ListRecords&metadataPrefix=marc21'`] },
		{
			name: 'address.sru',
			is: 'address.sruIs',
			examples: [`curl '${publicUrl}/sru?version=1.2&operation=searchRetrieve&query=title%3D%22${inUrl}%22&recordSchema=marcxml'`],
		},
		z3950 === null
			? null
			: {
					name: 'address.z3950',
					is: 'address.z3950Is',
					examples: [`yaz-client tcp:${z3950}/Default`, `find @attr 1=4 "${words}"`, 'format usmarc', 'show 1'],
				},
		feeds === null ? null : { name: 'address.feeds', is: 'address.feedsIs', examples: [`curl '${publicUrl}${feeds}'`] },
		dumps === null ? null : { name: 'address.dumps', is: 'address.dumpsIs', examples: [`curl '${publicUrl}${dumps}'`] },
	];
	return all.filter((one) => one !== null);
}

/** Every address for programs, with what it is for and an example that a click selects; searches are for `words`. */
export function addressPart(view: View, served: Served, words: string | null): Html {
	const parts = addressesOf(view, served, words ?? WORDS).map(
		({ name, is, examples }) => html`<h3>${say(view, name)}</h3>
<p>${say(view, is)}${name === 'address.rest' ? html` <a href="${href(view, '/docs')}">/docs</a>.` : null}</p>
${examples.map((example) => html`<p class="address"><code>${example}</code></p>`)}`,
	);
	return html`<section aria-labelledby="addresses"><h2 id="addresses">${say(view, 'addresses')}</h2><p>${say(view, 'addressesLead')}</p>
${parts}</section>`;
}
