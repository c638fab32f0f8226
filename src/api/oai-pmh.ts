import type { OaiItem, OaiLists } from '../catalogue/list-oai.ts';
import { OAI_FORMATS, type OaiPrefix } from '../catalogue/render-oai.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { readListToken, writeListToken } from '../protocols/oai-pmh/provider/list-token.ts';
import {
	isSetSpec,
	type ListVerb,
	type OaiError,
	type OaiRequest,
	parseRequest,
	type Selection,
} from '../protocols/oai-pmh/provider/request.ts';
import * as write from '../protocols/oai-pmh/provider/response.ts';

/** What one OAI-PMH address serves: the union, or one library's own records. */
export interface OaiRepository {
	/** Code of the library, null for the union. */
	readonly library: string | null;
	readonly name: string;
	readonly baseUrl: string;
}

export interface OaiSettings {
	readonly repositoryIdentifier: string;
	readonly adminEmail: string;
	readonly pageSize: number;
	readonly tokenSecret: () => Promise<Uint8Array>;
	readonly now: () => number;
}

const TOKEN_LIFE_MS = 86_400_000;
const KIND_NAMES: Readonly<Record<string, string>> = {
	library: 'Thư viện',
	area: 'Địa bàn',
	kind: 'Loại tài liệu',
	'kind:monograph': 'Sách',
	'kind:volume': 'Tập của bộ sách',
	'kind:set': 'Bộ sách',
	'kind:serial': 'Ấn phẩm định kỳ',
	'kind:issue': 'Số của ấn phẩm định kỳ',
	'kind:component': 'Bài trích',
	'kind:electronic': 'Tài liệu điện tử',
};

type Body =
	| { readonly responseDateMs?: number; readonly xml: Iterable<write.Piece>; readonly next?: string | null }
	| { readonly error: OaiError; readonly responseDateMs?: number };

const failed = (code: OaiError['code'], message: string, responseDateMs?: number): Body => ({
	error: { code, message },
	...(responseDateMs === undefined ? {} : { responseDateMs }),
});

export interface OaiAnswer {
	/** The response in pieces, made as they are asked for. */
	readonly text: Iterable<write.Piece>;
	/** The token of the next part of a list, null where there is none. */
	readonly next: string | null;
}

/** Answers OAI-PMH requests; every answer, errors included, is the text of a response with HTTP status 200. */
export class OaiProvider {
	readonly #lists: OaiLists;
	readonly #settings: OaiSettings;

	constructor(lists: OaiLists, settings: OaiSettings) {
		this.#lists = lists;
		this.#settings = settings;
	}

	async answer(repository: OaiRepository, pairs: readonly (readonly [string, string])[]): Promise<OaiAnswer> {
		const { baseUrl } = repository;
		const parsed = parseRequest(pairs);
		if (!parsed.ok) {
			const text = write.writeResponse(this.#settings.now(), baseUrl, [], [write.writeErrors(parsed.errors)]);
			return { text, next: null };
		}
		const body = await this.#body(repository, parsed.request);
		const responseDateMs = body.responseDateMs ?? this.#settings.now();
		if ('xml' in body) return { text: write.writeResponse(responseDateMs, baseUrl, parsed.attributes, body.xml), next: body.next ?? null };
		const { code } = body.error;
		// what was wrong is not echoed: it need not fit the schema
		const wrong = code === 'idDoesNotExist' ? 'identifier' : code === 'badResumptionToken' ? 'resumptionToken' : '';
		const attributes = code === 'badArgument' ? [] : parsed.attributes.filter(([name]) => name !== wrong);
		return { text: write.writeResponse(responseDateMs, baseUrl, attributes, [write.writeErrors([body.error])]), next: null };
	}

	async #body(repository: OaiRepository, request: OaiRequest): Promise<Body> {
		if ('resumptionToken' in request) return this.#resume(repository, request.verb, request.resumptionToken);
		switch (request.verb) {
			case 'Identify':
				return this.#identify(repository);
			case 'ListMetadataFormats':
				return this.#formats(repository, request.identifier);
			case 'ListSets':
				return this.#sets(repository);
			case 'GetRecord':
				return this.#record(repository, request.identifier, request.prefix);
			default:
				return this.#begin(repository, request.verb, request.selection);
		}
	}

	#identifier(repository: OaiRepository, id: number): string {
		// a union record has the id of its oldest member: "source/" tells the two apart
		return `oai:${this.#settings.repositoryIdentifier}:${repository.library === null ? '' : 'source/'}${publicId(id)}`;
	}

	#number(repository: OaiRepository, identifier: string): number | undefined {
		const number = recordNumber(identifier.slice(-9));
		return number !== undefined && this.#identifier(repository, number) === identifier ? number : undefined;
	}

	async #identify(repository: OaiRepository): Promise<Body> {
		const { responseDateMs, earliestMs } = await this.#lists.earliest(repository.library);
		const xml = write.writeIdentify({
			repositoryName: repository.name,
			baseUrl: repository.baseUrl,
			adminEmail: this.#settings.adminEmail,
			earliestMs: Math.min(earliestMs, responseDateMs),
			repositoryIdentifier: this.#settings.repositoryIdentifier,
			sampleIdentifier: this.#identifier(repository, 1),
		});
		return { responseDateMs, xml: [xml] };
	}

	async #formats(repository: OaiRepository, identifier: string | null): Promise<Body> {
		if (identifier === null) return { xml: [write.writeMetadataFormats(Object.values(OAI_FORMATS))] };
		const number = this.#number(repository, identifier);
		const found = number === undefined ? undefined : await this.#lists.get(repository.library, 'oai_dc', number);
		if (found?.item === undefined) return failed('idDoesNotExist', 'No record has this identifier.');
		return { responseDateMs: found.responseDateMs, xml: [write.writeMetadataFormats(Object.values(OAI_FORMATS))] };
	}

	async #sets(repository: OaiRepository): Promise<Body> {
		if (repository.library !== null) return failed('noSetHierarchy', 'This repository has no sets.');
		const { responseDateMs, sets } = await this.#lists.sets();
		const listed = sets.filter(({ spec }) => isSetSpec(spec));
		if (listed.length === 0) return failed('noSetHierarchy', 'This repository has no sets yet.', responseDateMs);
		const tops = [...new Set(listed.map(({ spec }) => spec.split(':', 1)[0] ?? spec))].filter(
			(top) => !listed.some(({ spec }) => spec === top),
		);
		const all = [...tops.map((spec) => ({ spec, name: null })), ...listed];
		return { responseDateMs, xml: [write.writeSets(all.map(({ spec, name }) => ({ spec, name: name ?? KIND_NAMES[spec] ?? spec })))] };
	}

	async #record(repository: OaiRepository, identifier: string, prefix: string): Promise<Body> {
		const number = this.#number(repository, identifier);
		const format = prefixOf(prefix);
		const found = number === undefined ? undefined : await this.#lists.get(repository.library, format ?? 'oai_dc', number);
		if (found?.item === undefined) return failed('idDoesNotExist', 'No record has this identifier.', found?.responseDateMs);
		if (format === undefined) return failed('cannotDisseminateFormat', 'Records are given as oai_dc and marc21.', found.responseDateMs);
		return {
			responseDateMs: found.responseDateMs,
			xml: write.writeList('GetRecord', this.#items(repository, 'ListRecords', [found.item]), null),
		};
	}

	async #begin(repository: OaiRepository, verb: ListVerb, selection: Selection): Promise<Body> {
		const prefix = prefixOf(selection.prefix);
		if (prefix === undefined) return failed('cannotDisseminateFormat', 'Records are given as oai_dc and marc21.');
		if (selection.set !== null && repository.library !== null) return failed('noSetHierarchy', 'This repository has no sets.');
		return this.#list(repository, verb, selection, prefix, null);
	}

	async #resume(repository: OaiRepository, verb: ListVerb | 'ListSets', token: string): Promise<Body> {
		const refused = failed('badResumptionToken', 'The resumption token is expired, or was not given by this address for this verb.');
		if (verb === 'ListSets') return refused;
		const secret = await this.#settings.tokenSecret();
		const state = readListToken(secret, repository.baseUrl, verb, token, this.#settings.now());
		const prefix = state === undefined ? undefined : prefixOf(state.selection.prefix);
		if (state === undefined || prefix === undefined) return refused;
		return this.#list(repository, verb, state.selection, prefix, state);
	}

	async #list(
		repository: OaiRepository,
		verb: ListVerb,
		selection: Selection,
		prefix: OaiPrefix,
		state: NonNullable<ReturnType<typeof readListToken>> | null,
	): Promise<Body> {
		const page = await this.#lists.list({
			library: repository.library,
			prefix,
			withMetadata: verb === 'ListRecords',
			set: selection.set,
			after: state?.after ?? null,
			fromMs: selection.fromMs,
			untilMs: selection.untilMs,
			endMs: state?.endMs ?? null,
			limit: this.#settings.pageSize,
		});
		const { responseDateMs } = page;
		const last = page.items.at(-1);
		if (last === undefined) return failed('noRecordsMatch', 'No record is in this selection.', responseDateMs);
		const cursor = state?.cursor ?? 0;
		const given = cursor + page.items.length;
		const completeListSize = Math.max(given, state?.completeListSize ?? page.size ?? 0);
		const expiresMs = this.#settings.now() + TOKEN_LIFE_MS;
		let token: write.WrittenToken | null = null;
		if (page.more) {
			const next = { selection, after: last, cursor: given, completeListSize, endMs: page.endMs, expiresMs };
			const text = writeListToken(await this.#settings.tokenSecret(), repository.baseUrl, verb, next);
			token = { text, expiresMs, completeListSize, cursor };
		} else if (state !== null) token = { text: '', expiresMs: null, completeListSize, cursor };
		return { responseDateMs, xml: write.writeList(verb, this.#items(repository, verb, page.items), token), next: token?.text || null };
	}

	*#items(repository: OaiRepository, verb: ListVerb, items: readonly OaiItem[]): Generator<write.Piece> {
		// neighbours in a list mostly share datestamp and sets
		let tail = '';
		let previous: OaiItem | undefined;
		for (const item of items) {
			if (previous?.stampMs !== item.stampMs || previous.setSpecs !== item.setSpecs)
				tail = write.writeHeaderTail(item.stampMs, item.setSpecs);
			previous = item;
			const metadata = item.metadata?.() ?? null;
			const deleted = item.deleted || (verb === 'ListRecords' && metadata === null);
			const header = write.writeHeader(this.#identifier(repository, item.id), deleted, tail);
			if (verb === 'ListIdentifiers') yield header;
			else yield* write.writeRecord(header, metadata, write.writeAbout(item.origins, item.licences));
		}
	}
}

const prefixOf = (text: string): OaiPrefix | undefined => (text === 'oai_dc' || text === 'marc21' ? text : undefined);
