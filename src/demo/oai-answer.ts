import type { SampleLibrary, SampleRecord } from './cataloguing.ts';
import { escapeXml } from './render.ts';

/** An error that OAI-PMH answers with (OAI-PMH 2.0, 3.6). */
class Refusal extends Error {
	readonly code: string;
	constructor(code: string, text: string) {
		super(text);
		this.code = code;
	}
}

type Arguments = ReadonlyMap<string, string>;

/** Required and optional arguments of each verb (OAI-PMH 2.0, 4). */
const VERBS: Readonly<Record<string, { readonly required: readonly string[]; readonly optional: readonly string[] }>> = {
	Identify: { required: [], optional: [] },
	ListMetadataFormats: { required: [], optional: ['identifier'] },
	ListSets: { required: [], optional: ['resumptionToken'] },
	GetRecord: { required: ['identifier', 'metadataPrefix'], optional: [] },
	ListIdentifiers: { required: ['metadataPrefix'], optional: ['from', 'until', 'set', 'resumptionToken'] },
	ListRecords: { required: ['metadataPrefix'], optional: ['from', 'until', 'set', 'resumptionToken'] },
};

const SET_NAMES: Readonly<Record<string, string>> = {
	sach: 'Sách',
	'dinh-ky': 'Báo, tạp chí',
	'dia-chi': 'Địa chí Hải Phòng',
	'giao-khoa': 'Sách giáo khoa',
};

const PREFIX = /^[\w\-.!~*'()]+$/;
const SET_SPEC = /^[\w\-.!~*'()]+(:[\w\-.!~*'()]+)*$/;

/** Values that could not be echoed in a valid answer. */
function checkForm(name: string, value: string): void {
	const pattern = name === 'metadataPrefix' ? PREFIX : name === 'set' ? SET_SPEC : undefined;
	if (pattern !== undefined && !pattern.test(value)) throw new Refusal('badArgument', `${name} is malformed`);
}

function checkedArguments(parameters: URLSearchParams): { verb: string; given: Arguments } {
	const given = new Map<string, string>();
	const verb = parameters.get('verb') ?? '';
	const known = VERBS[verb];
	if (known === undefined || parameters.getAll('verb').length !== 1) throw new Refusal('badVerb', 'verb is missing, repeated or unknown');
	for (const [name, value] of parameters) {
		if (name === 'verb') continue;
		if (given.has(name)) throw new Refusal('badArgument', `${name} is repeated`);
		if (!known.required.includes(name) && !known.optional.includes(name))
			throw new Refusal('badArgument', `${name} is not an argument of ${verb}`);
		checkForm(name, value);
		given.set(name, value);
	}
	if (given.has('resumptionToken')) {
		if (given.size > 1) throw new Refusal('badArgument', 'resumptionToken stands alone');
		return { verb, given };
	}
	for (const name of known.required) if (!given.has(name)) throw new Refusal('badArgument', `${name} is missing`);
	return { verb, given };
}

/** What a list request selects; a resumption token is this, in base64url. */
interface Selection {
	readonly prefix: string;
	/** Instants, both included; '' when open. */
	readonly from: string;
	readonly until: string;
	readonly set: string;
	/** Datestamp and identifier of the last record sent. */
	readonly after: string;
	readonly sent: number;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** A from or until as an instant; a day means its first or last second. */
function instant(library: SampleLibrary, value: string | undefined, endOfDay: boolean): string {
	if (value === undefined) return '';
	const allowed = DAY.test(value) || (library.granularity === 'second' && SECOND.test(value));
	if (!allowed || Number.isNaN(Date.parse(value))) throw new Refusal('badArgument', `${value} is not a date this server can use`);
	return DAY.test(value) ? `${value}T${endOfDay ? '23:59:59' : '00:00:00'}Z` : value;
}

function requireFormat(library: SampleLibrary, prefix: string): void {
	if (prefix !== 'oai_dc' && (prefix === '' || prefix !== library.marcPrefix)) {
		throw new Refusal('cannotDisseminateFormat', 'no such metadata format here');
	}
}

function selectionOf(library: SampleLibrary, given: Arguments): Selection {
	const prefix = given.get('metadataPrefix') ?? '';
	const from = given.get('from');
	const until = given.get('until');
	if (from !== undefined && until !== undefined && from.length !== until.length)
		throw new Refusal('badArgument', 'from and until differ in granularity');
	const selection = {
		prefix,
		from: instant(library, from, false),
		until: instant(library, until, true),
		set: given.get('set') ?? '',
		after: '',
		sent: 0,
	};
	if (selection.from !== '' && selection.until !== '' && selection.from > selection.until)
		throw new Refusal('badArgument', 'from is later than until');
	if (given.has('set') && !library.sets) throw new Refusal('noSetHierarchy', 'this server has no sets');
	requireFormat(library, prefix);
	return selection;
}

const encodeToken = (selection: Selection): string => Buffer.from(JSON.stringify(selection)).toString('base64url');

function decodeToken(library: SampleLibrary, token: string): Selection {
	try {
		const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
		if (isSelection(read) && encodeToken(read) === token) {
			requireFormat(library, read.prefix);
			return read;
		}
	} catch {}
	throw new Refusal('badResumptionToken', 'this server did not give that token');
}

function isSelection(read: unknown): read is Selection {
	if (typeof read !== 'object' || read === null) return false;
	const { sent, ...texts } = read as Record<string, unknown>;
	return (
		Number.isInteger(sent) &&
		Object.keys(texts).join() === 'prefix,from,until,set,after' &&
		Object.values(texts).every((text) => typeof text === 'string')
	);
}

const place = (record: SampleRecord): string => `${record.datestamp} ${record.identifier}`;

function isSelected(record: SampleRecord, { prefix, from, until, set }: Selection): boolean {
	if (!record.deleted && !record.metadata.has(prefix)) return false;
	if (set !== '' && record.setSpec !== set) return false;
	return (from === '' || record.datestamp >= from) && (until === '' || record.datestamp <= until);
}

function header(library: SampleLibrary, record: SampleRecord): string {
	const stamp = library.granularity === 'day' ? record.datestamp.slice(0, 10) : record.datestamp;
	const set = library.sets ? `<setSpec>${record.setSpec}</setSpec>` : '';
	const status = record.deleted ? ' status="deleted"' : '';
	return `<header${status}><identifier>${escapeXml(record.identifier)}</identifier><datestamp>${stamp}</datestamp>${set}</header>`;
}

function fullRecord(library: SampleLibrary, record: SampleRecord, prefix: string): string {
	const metadata = record.metadata.get(prefix) ?? '';
	return `<record>${header(library, record)}${metadata === '' ? '' : `<metadata>${metadata}</metadata>`}</record>`;
}

/** One page of a list, with the token for the rest; the last page of several has an empty token (OAI-PMH 2.0, 3.5). */
function list(library: SampleLibrary, verb: string, given: Arguments): string {
	const token = given.get('resumptionToken');
	const selection = token === undefined ? selectionOf(library, given) : decodeToken(library, token);
	const all = library.records.filter((record) => isSelected(record, selection));
	const page = all.filter((record) => place(record) > selection.after).slice(0, library.pageSize);
	const last = page.at(-1);
	if (last === undefined) throw new Refusal(token === undefined ? 'noRecordsMatch' : 'badResumptionToken', 'nothing to list');
	const sent = selection.sent + page.length;
	const body = page
		.map((record) => (verb === 'ListRecords' ? fullRecord(library, record, selection.prefix) : header(library, record)))
		.join('\n');
	const attributes = `completeListSize="${all.length}" cursor="${selection.sent}"`;
	if (sent < all.length)
		return `${body}\n<resumptionToken ${attributes}>${encodeToken({ ...selection, after: place(last), sent })}</resumptionToken>`;
	return token === undefined ? body : `${body}\n<resumptionToken ${attributes}/>`;
}

function identify(library: SampleLibrary, baseUrl: string): string {
	const earliest = library.records[0]?.datestamp ?? '';
	const day = library.granularity === 'day';
	const sample = library.records[0]?.identifier ?? '';
	return (
		`<repositoryName>${escapeXml(library.name)}</repositoryName>` +
		`<baseURL>${escapeXml(baseUrl)}</baseURL><protocolVersion>2.0</protocolVersion>` +
		`<adminEmail>quantri@${library.namespace}</adminEmail><earliestDatestamp>${day ? earliest.slice(0, 10) : earliest}</earliestDatestamp>` +
		`<deletedRecord>${library.deletedRecord}</deletedRecord><granularity>${day ? 'YYYY-MM-DD' : 'YYYY-MM-DDThh:mm:ssZ'}</granularity>` +
		`${library.gzip ? '<compression>gzip</compression>' : ''}` +
		'<description><oai-identifier xmlns="http://www.openarchives.org/OAI/2.0/oai-identifier">' +
		`<scheme>oai</scheme><repositoryIdentifier>${library.namespace}</repositoryIdentifier><delimiter>:</delimiter>` +
		`<sampleIdentifier>${sample}</sampleIdentifier></oai-identifier></description>`
	);
}

function findRecord(library: SampleLibrary, identifier: string | undefined): SampleRecord {
	const found = library.records.find((record) => record.identifier === identifier);
	if (found === undefined) throw new Refusal('idDoesNotExist', 'no record with this identifier');
	return found;
}

const format = (prefix: string, schema: string, namespace: string): string =>
	`<metadataFormat><metadataPrefix>${prefix}</metadataPrefix><schema>${schema}</schema>` +
	`<metadataNamespace>${namespace}</metadataNamespace></metadataFormat>`;

function listFormats(library: SampleLibrary, given: Arguments): string {
	const record = given.has('identifier') ? findRecord(library, given.get('identifier')) : undefined;
	const has = (prefix: string): boolean => record === undefined || record.deleted || record.metadata.has(prefix);
	const dc = format('oai_dc', 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd', 'http://www.openarchives.org/OAI/2.0/oai_dc/');
	const marcSchema = 'http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd';
	const marc = library.marcPrefix === '' ? '' : format(library.marcPrefix, marcSchema, 'http://www.loc.gov/MARC21/slim');
	return (has('oai_dc') ? dc : '') + (has(library.marcPrefix) ? marc : '');
}

function listSets(library: SampleLibrary, given: Arguments): string {
	if (given.has('resumptionToken')) throw new Refusal('badResumptionToken', 'sets come on one page');
	if (!library.sets) throw new Refusal('noSetHierarchy', 'this server has no sets');
	return Object.entries(SET_NAMES)
		.map(([spec, name]) => `<set><setSpec>${spec}</setSpec><setName>${name}</setName></set>`)
		.join('');
}

function getRecord(library: SampleLibrary, given: Arguments): string {
	const record = findRecord(library, given.get('identifier'));
	const prefix = given.get('metadataPrefix') ?? '';
	requireFormat(library, prefix);
	if (!record.deleted && !record.metadata.has(prefix)) throw new Refusal('cannotDisseminateFormat', 'the record has no such format');
	return fullRecord(library, record, prefix);
}

function content(library: SampleLibrary, baseUrl: string, verb: string, given: Arguments): string {
	if (verb === 'Identify') return identify(library, baseUrl);
	if (verb === 'ListMetadataFormats') return listFormats(library, given);
	if (verb === 'ListSets') return listSets(library, given);
	return verb === 'GetRecord' ? getRecord(library, given) : list(library, verb, given);
}

function requestElement(baseUrl: string, attributes: ReadonlyMap<string, string>): string {
	const written = [...attributes].map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');
	return `<request${written}>${escapeXml(baseUrl)}</request>`;
}

/** The error element, and the request's attributes only where the specification allows them (OAI-PMH 2.0, 3.2). */
function refused(baseUrl: string, parameters: URLSearchParams, refusal: Refusal): string {
	const echo = ['noRecordsMatch', 'noSetHierarchy', 'cannotDisseminateFormat'].includes(refusal.code)
		? new Map(parameters)
		: new Map<string, string>();
	return `${requestElement(baseUrl, echo)}<error code="${refusal.code}">${escapeXml(refusal.message)}</error>`;
}

/** The answer of a library's server to one request; `now` in milliseconds since 1970. */
export function answer(library: SampleLibrary, baseUrl: string, parameters: URLSearchParams, now: number): string {
	let body: string;
	try {
		const { verb, given } = checkedArguments(parameters);
		const inner = content(library, baseUrl, verb, given);
		body = `${requestElement(baseUrl, new Map([['verb', verb], ...given]))}<${verb}>${inner}</${verb}>`;
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		body = refused(baseUrl, parameters, error);
	}
	return (
		'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" ' +
		'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
		'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">' +
		`<responseDate>${new Date(now).toISOString().slice(0, 19)}Z</responseDate>${body}</OAI-PMH>\n`
	);
}
