import { xmlText } from '../../../lib/xml-text.ts';
import { writeDatestamp } from './datestamp.ts';
import type { ListVerb, OaiError } from './request.ts';

const OAI = 'http://www.openarchives.org/OAI/2.0/';
const PROVENANCE = 'http://www.openarchives.org/OAI/2.0/provenance';
const RIGHTS = 'http://www.openarchives.org/OAI/2.0/rights/';
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

const ENVELOPE = `<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="${OAI}" ${XSI} xsi:schemaLocation="${OAI} ${OAI}OAI-PMH.xsd">`;

/** A part of a response: text, or its UTF-8. */
export type Piece = string | Uint8Array;

/**
 * A whole response (OAI-PMH 2.0 §3.2), in pieces to be sent one after another: a list of hundreds of records is not worth one more
 * copy. `attributes` echo the request; give none after badVerb or badArgument.
 */
export function* writeResponse(
	responseDateMs: number,
	baseUrl: string,
	attributes: readonly (readonly [string, string])[],
	body: Iterable<Piece>,
): Generator<Piece> {
	const echo = attributes.map(([name, value]) => ` ${name}="${xmlText(value)}"`).join('');
	const head = `${ENVELOPE}<responseDate>${writeDatestamp(responseDateMs)}</responseDate><request${echo}>${xmlText(baseUrl)}</request>`;
	yield head;
	yield* body;
	yield '</OAI-PMH>\n';
}

export const writeErrors = (errors: readonly OaiError[]): string =>
	errors.map(({ code, message }) => `<error code="${code}">${xmlText(message)}</error>`).join('');

export interface Identity {
	readonly repositoryName: string;
	readonly baseUrl: string;
	readonly adminEmail: string;
	readonly earliestMs: number;
	/** A domain name (oai-identifier.xsd); null leaves the description out. */
	readonly repositoryIdentifier: string | null;
	readonly sampleIdentifier: string;
}

/** Identify (OAI-PMH 2.0 §4.2): seconds, persistent deletions, gzip, one oai-identifier description. */
export function writeIdentify(identity: Identity): string {
	const scheme = `${OAI}oai-identifier`;
	const description =
		identity.repositoryIdentifier === null
			? ''
			: `<description><oai-identifier xmlns="${scheme}" xsi:schemaLocation="${scheme} ${scheme}.xsd"><scheme>oai</scheme>` +
				`<repositoryIdentifier>${xmlText(identity.repositoryIdentifier)}</repositoryIdentifier><delimiter>:</delimiter>` +
				`<sampleIdentifier>${xmlText(identity.sampleIdentifier)}</sampleIdentifier></oai-identifier></description>`;
	return (
		`<Identify><repositoryName>${xmlText(identity.repositoryName)}</repositoryName><baseURL>${xmlText(identity.baseUrl)}</baseURL>` +
		`<protocolVersion>2.0</protocolVersion><adminEmail>${xmlText(identity.adminEmail)}</adminEmail>` +
		`<earliestDatestamp>${writeDatestamp(identity.earliestMs)}</earliestDatestamp><deletedRecord>persistent</deletedRecord>` +
		`<granularity>YYYY-MM-DDThh:mm:ssZ</granularity><compression>gzip</compression>${description}</Identify>`
	);
}

export interface MetadataFormat {
	readonly prefix: string;
	readonly schema: string;
	readonly namespace: string;
}

export const writeMetadataFormats = (formats: readonly MetadataFormat[]): string =>
	`<ListMetadataFormats>${formats
		.map(
			({ prefix, schema, namespace }) =>
				`<metadataFormat><metadataPrefix>${prefix}</metadataPrefix><schema>${schema}</schema><metadataNamespace>${namespace}</metadataNamespace></metadataFormat>`,
		)
		.join('')}</ListMetadataFormats>`;

export const writeSets = (sets: readonly { readonly spec: string; readonly name: string }[]): string =>
	`<ListSets>${sets.map(({ spec, name }) => `<set><setSpec>${spec}</setSpec><setName>${xmlText(name)}</setName></set>`).join('')}</ListSets>`;

/** What stands in the header between identifier and its end; separate so that a list makes each distinct one once. */
export const writeHeaderTail = (stampMs: number, setSpecs: readonly string[]): string =>
	`</identifier><datestamp>${writeDatestamp(stampMs)}</datestamp>${setSpecs.map((spec) => `<setSpec>${spec}</setSpec>`).join('')}</header>`;

export const writeHeader = (identifier: string, deleted: boolean, tail: string): string =>
	`${deleted ? '<header status="deleted">' : '<header>'}<identifier>${xmlText(identifier)}${tail}`;

/** One record; `metadata` is the XML of one element, null for a deleted record, which has no `about` either. */
export function* writeRecord(header: string, metadata: Piece | null, about: string): Generator<Piece> {
	if (metadata === null) return yield `<record>${header}</record>`;
	yield `<record>${header}<metadata>`;
	yield metadata;
	yield `</metadata>${about}</record>`;
}

/** `token` null: the list fits in one response; `text` '': this is the last part of a split list (OAI-PMH 2.0 §3.5). */
export interface WrittenToken {
	readonly text: string;
	readonly expiresMs: number | null;
	readonly completeListSize: number;
	readonly cursor: number;
}

export function* writeList(verb: 'GetRecord' | ListVerb, items: Iterable<Piece>, token: WrittenToken | null): Generator<Piece> {
	yield `<${verb}>`;
	yield* items;
	if (token === null) {
		yield `</${verb}>`;
		return;
	}
	const expires = token.expiresMs === null ? '' : ` expirationDate="${writeDatestamp(token.expiresMs)}"`;
	yield `<resumptionToken${expires} completeListSize="${token.completeListSize}" cursor="${token.cursor}">${token.text}</resumptionToken></${verb}>`;
}

/** Where a record came from (guidelines-provenance): the OAI-PMH repository it was harvested from. */
export interface Origin {
	readonly baseUrl: string;
	readonly identifier: string;
	readonly stampMs: number;
	readonly harvestedMs: number;
	readonly namespace: string;
}

/** Neighbours in a list come from few repositories, mostly harvested within the same seconds: what is alike is written once. */
const beginnings = new Map<string, string>();
const BEGINNINGS_MAX = 1_000;

function beginningOf({ baseUrl, harvestedMs }: Origin): string {
	const key = `${harvestedMs} ${baseUrl}`;
	let made = beginnings.get(key);
	if (made === undefined) {
		made =
			`<about><provenance xmlns="${PROVENANCE}" xsi:schemaLocation="${PROVENANCE} ${PROVENANCE}.xsd">` +
			`<originDescription harvestDate="${writeDatestamp(harvestedMs)}" altered="true"><baseURL>${xmlText(baseUrl)}</baseURL><identifier>`;
		if (beginnings.size >= BEGINNINGS_MAX) beginnings.clear();
		beginnings.set(key, made);
	}
	return made;
}

const provenance = (origin: Origin): string =>
	`${beginningOf(origin)}${xmlText(origin.identifier)}</identifier><datestamp>${writeDatestamp(origin.stampMs)}</datestamp>` +
	`<metadataNamespace>${origin.namespace}</metadataNamespace></originDescription></provenance></about>`;

const rights = (licence: string): string =>
	`<about><rights xmlns="${RIGHTS}" xsi:schemaLocation="${RIGHTS} http://www.openarchives.org/OAI/2.0/rights.xsd"><rightsReference ref="${xmlText(licence)}"/></rights></about>`;

/** The `about` containers of a record: one with provenance for each origin, one with rights for each licence. */
export function writeAbout(origins: readonly Origin[], licences: readonly string[]): string {
	let text = '';
	for (const origin of origins) text += provenance(origin);
	for (const licence of licences) text += rights(licence);
	return text;
}
