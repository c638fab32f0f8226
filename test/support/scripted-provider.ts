import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is answered to one request. `cutAfter`: the connection dies after so many bytes. */
export interface Reply {
	status?: number;
	headers?: Record<string, string>;
	body: string | Buffer;
	cutAfter?: number;
	delayMs?: number;
}

export interface ProviderRequest {
	readonly verb: string;
	readonly params: URLSearchParams;
	readonly rawQuery: string;
	readonly headers: IncomingMessage['headers'];
	/** The path asked for, without the query. */
	readonly path: string;
}

/** Changes the good answer to requests of a verb; `from`: the first of them that it hits (1), `times`: how many (all). */
export interface Fault {
	readonly verb?: string;
	readonly from?: number;
	readonly times?: number;
	readonly reply: (good: Reply, request: ProviderRequest) => Reply;
}

export interface ProviderRecord {
	readonly identifier: string;
	readonly datestamp: string;
	readonly deleted: boolean;
	readonly title: string;
	readonly sets: readonly string[];
}

export interface ProviderOptions {
	readonly pageSize?: number;
	readonly granularity?: 'day' | 'second';
	readonly deletedRecord?: 'no' | 'transient' | 'persistent';
	readonly earliestDatestamp?: string;
	/** null: noSetHierarchy. */
	readonly sets?: readonly string[] | null;
	readonly formats?: readonly (readonly [prefix: string, namespace: string])[];
	readonly now?: () => string;
	readonly order?: (records: ProviderRecord[]) => ProviderRecord[];
	/** Answers to `from` and `until` of seconds are badArgument although they are advertised. */
	readonly refusesSeconds?: boolean;
	readonly render?: (record: ProviderRecord) => string;
	readonly token?: (token: string) => string;
	/** Turns a token that `token` made into what it was made of. */
	readonly readToken?: (token: string) => string;
	readonly tokenAttributes?: (cursor: number, size: number) => string;
	readonly faults?: readonly Fault[];
}

export const MARCXML = 'http://www.loc.gov/MARC21/slim';
const OAI_DC = 'http://www.openarchives.org/OAI/2.0/oai_dc/';
const ROOT = 'xmlns="http://www.openarchives.org/OAI/2.0/"';

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A MARCXML record with a title, as text. */
export const marc = (id: string, title: string, attributes = ` xmlns="${MARCXML}"`): string =>
	`<record${attributes}><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">${escaped(id)}</controlfield>` +
	`<datafield tag="245" ind1="0" ind2="0"><subfield code="a">${escaped(title)}</subfield></datafield></record>`;

export const header = (record: ProviderRecord): string =>
	`<header${record.deleted ? ' status="deleted"' : ''}><identifier>${escaped(record.identifier)}</identifier><datestamp>${record.datestamp}</datestamp></header>`;

export const renderMarc = (record: ProviderRecord): string =>
	`<record>${header(record)}${record.deleted ? '' : `<metadata>${marc(record.identifier, record.title)}</metadata>`}</record>`;

export const errorPage = (code: string, text = 'no'): string =>
	`<?xml version="1.0" encoding="UTF-8"?><OAI-PMH ${ROOT}><responseDate>2026-06-01T00:00:00Z</responseDate><request>http://x/</request><error code="${code}">${text}</error></OAI-PMH>`;

/** An OAI-PMH provider on loopback that misbehaves by script. Its change log is the oracle: `living()` is what a harvest has to end with. */
export class ScriptedProvider {
	readonly #server: Server;
	readonly #options: ProviderOptions;
	readonly #records = new Map<string, ProviderRecord>();
	readonly #hits = new Map<Fault, number>();
	/** Every change there was, oldest first. */
	readonly log: ProviderRecord[] = [];
	readonly requests: ProviderRequest[] = [];

	constructor(options: ProviderOptions = {}) {
		this.#options = options;
		this.#server = createServer((request, response) => this.#answer(request, response));
	}

	async start(): Promise<this> {
		await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
		return this;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}/oai`;
	}

	put(identifier: string, datestamp: string, change: Partial<ProviderRecord> = {}): void {
		const record = { identifier, datestamp, deleted: false, title: `Title ${identifier}`, sets: [], ...change };
		this.log.push(record);
		this.#records.set(identifier, record);
	}

	/** The same record under another identifier. */
	rename(from: string, to: string): void {
		const record = this.#records.get(from) as ProviderRecord;
		this.#records.delete(from);
		this.#records.set(to, { ...record, identifier: to });
	}

	remove(identifier: string, datestamp: string): void {
		this.put(identifier, datestamp, { ...this.#records.get(identifier), identifier, datestamp, deleted: true });
	}

	/** `count` records `r1`, `r2`, …, a minute apart from 2026-01-01 on. */
	fill(count: number, sets: readonly string[] = []): this {
		for (let i = 1; i <= count; i++) this.put(`r${i}`, new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString().replace('.000', ''), { sets });
		return this;
	}

	living(): string[] {
		return [...this.#records.values()]
			.filter((r) => !r.deleted)
			.map((r) => r.identifier)
			.sort();
	}

	#answer(request: IncomingMessage, response: ServerResponse): void {
		const [path = '', rawQuery = ''] = (request.url ?? '').split('?', 2);
		const params = new URLSearchParams(rawQuery);
		const asked: ProviderRequest = { verb: params.get('verb') ?? '', params, rawQuery, headers: request.headers, path };
		this.requests.push(asked);
		let reply: Reply = { body: this.#good(asked) };
		for (const fault of this.#options.faults ?? []) {
			if (fault.verb !== undefined && fault.verb !== asked.verb) continue;
			const hit = (this.#hits.get(fault) ?? 0) + 1;
			this.#hits.set(fault, hit);
			const first = fault.from ?? 1;
			if (hit >= first && hit < first + (fault.times ?? Number.POSITIVE_INFINITY)) reply = fault.reply(reply, asked);
		}
		setTimeout(() => send(response, reply), reply.delayMs ?? 0);
	}

	#good(request: ProviderRequest): string {
		const now = this.#options.now?.() ?? '2026-06-01T00:00:00Z';
		const top = `<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH ${ROOT}><responseDate>${now}</responseDate><request verb="${request.verb}">${this.url}</request>`;
		const body = this.#verb(request);
		return `${top}${body}</OAI-PMH>`;
	}

	#verb(request: ProviderRequest): string {
		const { granularity = 'second', deletedRecord = 'persistent', earliestDatestamp, sets = null } = this.#options;
		switch (request.verb) {
			case 'Identify':
				return (
					`<Identify><repositoryName>Thư viện tỉnh</repositoryName><baseURL>${this.url}</baseURL><protocolVersion>2.0</protocolVersion><adminEmail>a@library.example</adminEmail>` +
					`<earliestDatestamp>${earliestDatestamp ?? '2026-01-01T00:00:00Z'}</earliestDatestamp><deletedRecord>${deletedRecord}</deletedRecord>` +
					`<granularity>${granularity === 'day' ? 'YYYY-MM-DD' : 'YYYY-MM-DDThh:mm:ssZ'}</granularity></Identify>`
				);
			case 'ListMetadataFormats': {
				const formats = this.#options.formats ?? [
					['oai_dc', OAI_DC],
					['marc21', MARCXML],
				];
				return `<ListMetadataFormats>${formats.map(([p, n]) => `<metadataFormat><metadataPrefix>${p}</metadataPrefix><schema>http://x/${p}.xsd</schema><metadataNamespace>${n}</metadataNamespace></metadataFormat>`).join('')}</ListMetadataFormats>`;
			}
			case 'ListSets':
				if (sets === null) return '<error code="noSetHierarchy">none</error>';
				return `<ListSets>${sets.map((s) => `<set><setSpec>${s}</setSpec><setName>Set ${s}</setName></set>`).join('')}</ListSets>`;
			case 'ListRecords':
				return this.#list(request);
			default:
				return '<error code="badVerb">what?</error>';
		}
	}

	#list({ params }: ProviderRequest): string {
		const { pageSize = 5, granularity = 'second' } = this.#options;
		const token = params.get('resumptionToken');
		let at = 0;
		let selection = { from: params.get('from') ?? '', until: params.get('until') ?? '', set: params.get('set') ?? '' };
		if (token !== null) {
			const parts = (this.#options.readToken?.(token) ?? token).split('|');
			if (parts.length !== 4) return '<error code="badResumptionToken">not mine</error>';
			at = Number(parts[0]);
			selection = { from: parts[1] as string, until: parts[2] as string, set: parts[3] as string };
		} else {
			const wrong = [selection.from, selection.until].some(
				(d) =>
					d !== '' &&
					d.length !== 10 &&
					(granularity === 'day' || this.#options.refusesSeconds === true || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(d)),
			);
			if (wrong) return '<error code="badArgument">granularity</error>';
			if (params.get('metadataPrefix') === null) return '<error code="badArgument">metadataPrefix</error>';
		}
		const all = this.#selected(selection);
		if (all.length === 0) return '<error code="noRecordsMatch">nothing</error>';
		const render = this.#options.render ?? renderMarc;
		const page = all
			.slice(at, at + pageSize)
			.map(render)
			.join('\n');
		const next = at + pageSize;
		const attributes = this.#options.tokenAttributes?.(at, all.length) ?? ` completeListSize="${all.length}" cursor="${at}"`;
		const raw = `${next}|${selection.from}|${selection.until}|${selection.set}`;
		const more =
			next < all.length
				? `<resumptionToken${attributes}>${this.#options.token?.(raw) ?? raw}</resumptionToken>`
				: at > 0
					? `<resumptionToken${attributes}/>`
					: '';
		return `<ListRecords>${page}${more}</ListRecords>`;
	}

	#selected({ from, until, set }: { from: string; until: string; set: string }): ProviderRecord[] {
		const keepsDeletions = (this.#options.deletedRecord ?? 'persistent') !== 'no';
		const found = [...this.#records.values()].filter(
			(r) =>
				(keepsDeletions || !r.deleted) &&
				(from === '' || r.datestamp.slice(0, from.length) >= from) &&
				(until === '' || r.datestamp.slice(0, until.length) <= until) &&
				(set === '' || r.sets.some((s) => s === set || s.startsWith(`${set}:`))),
		);
		found.sort((a, b) => (a.datestamp < b.datestamp ? -1 : a.datestamp > b.datestamp ? 1 : 0));
		return this.#options.order?.(found) ?? found;
	}
}

export function send(response: ServerResponse, reply: Reply): void {
	const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
	response.writeHead(reply.status ?? 200, {
		'content-type': 'text/xml',
		...(reply.cutAfter === undefined ? {} : { 'content-length': body.length }),
		...reply.headers,
	});
	if (reply.cutAfter === undefined) response.end(body);
	else response.write(body.subarray(0, reply.cutAfter), () => response.destroy());
}
