import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Reply, send } from './scripted-provider.ts';

/** A request of SRU as a scripted server sees it; '' and 0 for what was not sent. */
export interface SruAsked {
	readonly operation: string;
	readonly version: string;
	readonly query: string;
	readonly start: number;
	readonly maximum: number;
	/** recordPacking, or recordXMLEscaping of 2.0. */
	readonly packing: string;
	readonly schema: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	/** Every parameter that was sent. */
	readonly parameters: ReadonlyMap<string, string>;
}

export interface SruPageOptions {
	readonly version?: '1.1' | '1.2' | '2.0';
	/** Records as escaped text. */
	readonly string?: boolean;
	/** Records in one answer. */
	readonly cap?: number;
	/** What it says that it found; as many as there are unless given. */
	readonly total?: number;
	/** Put behind the records. */
	readonly diagnostics?: string;
}

export const SRW = 'http://www.loc.gov/zing/srw/';
export const SRU_2 = 'http://docs.oasis-open.org/ns/search-ws/sruResponse';

export const escapedXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One diagnostic, as 1.1 and 1.2 write it, or 2.0. */
export const sruDiagnosticXml = (number: number, details = 'x', version = '1.2'): string => {
	const namespace = version === '2.0' ? 'http://docs.oasis-open.org/ns/search-ws/diagnostic' : `${SRW}diagnostic/`;
	return `<d:diagnostic xmlns:d="${namespace}"><d:uri>info:srw/diagnostic/1/${number}</d:uri><d:details>${details}</d:details></d:diagnostic>`;
};

const top = (version: string, name: string): string =>
	`<?xml version="1.0"?>\n<z:${name} xmlns:z="${version === '2.0' ? SRU_2 : SRW}">${version === '2.0' ? '' : `<z:version>${version}</z:version>`}`;

/** What a server answers to searchRetrieve that has these records, each as XML text. */
export function sruPage(asked: SruAsked, records: readonly string[], options: SruPageOptions = {}): string {
	const { version = '1.2', string = false, cap = 1_000, total = records.length, diagnostics = '' } = options;
	const from = Math.max(0, asked.start - 1);
	const packing = version === '2.0' ? 'recordXMLEscaping' : 'recordPacking';
	const shown = records.slice(from, from + Math.min(asked.maximum, cap)).map((xml, i) => {
		const data = string ? escapedXml(xml) : xml;
		return (
			`<z:record><z:recordSchema>info:srw/schema/1/marcxml-v1.1</z:recordSchema><z:${packing}>${string ? 'string' : 'xml'}</z:${packing}>` +
			`<z:recordData>${data}</z:recordData><z:recordPosition>${from + i + 1}</z:recordPosition></z:record>`
		);
	});
	const told = diagnostics === '' ? '' : `<z:diagnostics>${diagnostics}</z:diagnostics>`;
	return `${top(version, 'searchRetrieveResponse')}<z:numberOfRecords>${total}</z:numberOfRecords><z:records>${shown.join('')}</z:records>${told}</z:searchRetrieveResponse>`;
}

/** A diagnostic in place of an answer. */
export const sruRefusal = (number: number, version: '1.1' | '1.2' | '2.0' = '1.1'): string =>
	`${top(version, 'searchRetrieveResponse')}<z:numberOfRecords>0</z:numberOfRecords><z:diagnostics>${sruDiagnosticXml(number, 'x', version)}</z:diagnostics></z:searchRetrieveResponse>`;

export interface SruServer {
	readonly url: string;
	readonly port: number;
	readonly asked: readonly SruAsked[];
	stop(): Promise<void>;
}

/** An SRU server on this machine that answers as told. */
export async function startSru(answer: (asked: SruAsked) => string | Reply | Promise<Reply | string>): Promise<SruServer> {
	const all: SruAsked[] = [];
	const server = createServer(async (request, response) => {
		const { searchParams } = new URL(request.url ?? '/', 'http://x');
		const text = (name: string): string => searchParams.get(name) ?? '';
		const asked: SruAsked = {
			operation: text('operation'),
			version: text('version'),
			query: text('query'),
			start: Number(text('startRecord')),
			maximum: Number(text('maximumRecords')),
			packing: text('recordPacking') || text('recordXMLEscaping'),
			schema: text('recordSchema'),
			headers: request.headers,
			parameters: new Map(searchParams),
		};
		all.push(asked);
		const reply = await answer(asked);
		send(response, {
			headers: { 'content-type': 'application/sru+xml' },
			...(typeof reply === 'string' ? { body: reply } : reply),
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/sru`,
		port,
		asked: all,
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** What a strict server knows of parameters, by version (SRU 1.1 and 1.2 of the Library of Congress; OASIS searchRetrieve 2.0, part 3). */
const KNOWN: Readonly<Record<'1.1' | '1.2' | '2.0', readonly string[]>> = {
	'1.1': ['operation', 'version', 'query', 'startRecord', 'maximumRecords', 'recordPacking', 'recordSchema'],
	'1.2': ['operation', 'version', 'query', 'startRecord', 'maximumRecords', 'recordPacking', 'recordSchema'],
	'2.0': ['query', 'queryType', 'startRecord', 'maximumRecords', 'recordXMLEscaping', 'recordPacking', 'recordSchema'],
};

const explainRecord = (max: number): string =>
	'<explain xmlns="http://explain.z3950.org/dtd/2.0/"><serverInfo><host>h</host><port>80</port><database>sach</database></serverInfo>' +
	'<databaseInfo><title>Thư viện tỉnh</title></databaseInfo><indexInfo><set name="dc" identifier="info:srw/cql-context-set/1/dc-v1.1"/>' +
	'<index><map><name set="dc">title</name></map></index><index><map><name set="rec">identifier</name></map></index></indexInfo>' +
	'<schemaInfo><schema name="marcxml" identifier="info:srw/schema/1/marcxml-v1.1"/></schemaInfo>' +
	`<configInfo><setting type="maximumRecords">${max}</setting></configInfo></explain>`;

function explainPage(version: '1.1' | '1.2' | '2.0', string: boolean, max: number): string {
	const data = string ? escapedXml(explainRecord(max)) : explainRecord(max);
	return (
		`${top(version, 'explainResponse')}<z:record><z:recordSchema>http://explain.z3950.org/dtd/2.0/</z:recordSchema>` +
		`<z:recordPacking>${string ? 'string' : 'xml'}</z:recordPacking><z:recordData>${data}</z:recordData></z:record></z:explainResponse>`
	);
}

/** Why a strict server of one version refuses a request; null when it does not. */
function objection(version: '1.1' | '1.2' | '2.0', { parameters, operation, version: asked }: SruAsked): number | null {
	if (version === '2.0') return [...parameters.keys()].some((name) => !KNOWN[version].includes(name)) ? 8 : null;
	if (operation === '') return parameters.has('query') ? 7 : null;
	if (operation !== 'searchRetrieve' && operation !== 'explain') return 4;
	if (asked !== version) return 5;
	return [...parameters.keys()].some((name) => !KNOWN[version].includes(name)) ? 8 : null;
}

/** A server that speaks one version alone, to the letter. */
export function strictSru(
	version: '1.1' | '1.2' | '2.0',
	records: readonly string[],
	options: SruPageOptions & { readonly answer?: (asked: SruAsked) => string | null } = {},
): (asked: SruAsked) => string {
	return (asked) => {
		const wrong = objection(version, asked);
		const { string = false, cap = 50 } = options;
		if (wrong !== null)
			return asked.operation === 'explain'
				? `${top(version, 'explainResponse')}<z:diagnostics>${sruDiagnosticXml(wrong, version, version)}</z:diagnostics></z:explainResponse>`
				: sruRefusal(wrong, version);
		if (asked.operation === 'explain' || asked.query === '') return explainPage(version, string, cap);
		const packing = string ? 'string' : 'xml';
		if (asked.packing !== '' && asked.packing !== packing) return sruRefusal(71, version);
		return options.answer?.(asked) ?? sruPage(asked, records, { ...options, version, cap });
	};
}
