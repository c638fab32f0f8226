import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicId } from '../../src/lib/ids.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { readSruResponse, type SruResponse } from '../../src/protocols/sru/response-reader.ts';
import { readXml } from '../support/xcql-meaning.ts';
import { PUBLIC_URL, type PutUnion, TestCatalogue } from './catalogue.ts';

type Parameters = Readonly<Record<string, string>>;

const SHELF: readonly PutUnion[] = [
	...Array.from({ length: 12 }, (_, i) => ({ id: i + 1, title: `Lịch sử tập ${i + 1}` })),
	{ id: 13, title: 'Lý Sơn', isbn: '9780306406157' },
	{ id: 14, title: 'Lỵ sởn & <đảo>', members: [{ source: 'thcs-file', library: 'THCS' }] },
	{ id: 15, title: 'Sách kín', members: [{ source: 'kin-oai', library: 'KIN', share: 'none' as const }] },
];

let catalogue: TestCatalogue;
let app: FastifyInstance;

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server();
	await catalogue.put(...SHELF);
	await catalogue.index(...SHELF, { id: 16, title: 'Sách đã mất' });
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

async function ask(parameters: Parameters, path = '/sru'): Promise<{ xml: string; answer: SruResponse; type: string }> {
	const response = await app.inject({ url: `${path}?${new URLSearchParams(parameters)}` });
	expect(response.statusCode).toBe(200);
	return { xml: response.body, answer: readSruResponse(response.body), type: String(response.headers['content-type']) };
}

const search = (query: string, more: Parameters = {}): Parameters => ({ operation: 'searchRetrieve', version: '1.2', query, ...more });
const found = async (query: string, more: Parameters = {}, path = '/sru'): Promise<string[]> =>
	(await ask(search(query, more), path)).answer.records.map(({ identifier }) => identifier);
const ids = (...numbers: readonly number[]): string[] => numbers.map(publicId);
const said = async (parameters: Parameters, path = '/sru'): Promise<unknown[]> =>
	(await ask(parameters, path)).answer.diagnostics.map(({ number, details }) => [number, details]);

describe('searchRetrieve', () => {
	it.each(['1.1', '1.2', '2.0'])('answers in version %s', async (version) => {
		const { answer, xml, type } = await ask({ ...search('title = "lý sơn"', { version }) });
		expect(answer).toMatchObject({
			kind: 'searchRetrieve',
			version: version === '2.0' ? null : version,
			numberOfRecords: 2,
			diagnostics: [],
		});
		expect(answer.records.map(({ position }) => position)).toEqual([1, 2]);
		// 1.1 has no recordIdentifier
		expect(answer.records.map(({ identifier }) => identifier)).toEqual(version === '1.1' ? ['', ''] : ids(13, 14));
		expect(answer.records[0]).toMatchObject({ schema: 'info:srw/schema/1/marcxml-v1.1', diagnostic: null });
		expect(answer.records[0]?.data).toContain('<subfield code="a">Lý Sơn /</subfield>');
		expect(xml).toContain(
			version === '2.0'
				? '<searchRetrieveResponse xmlns="http://docs.oasis-open.org/ns/search-ws/sruResponse"><numberOfRecords>2'
				: `<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><version>${version}</version>`,
		);
		expect(type).toBe(`${version === '2.0' ? 'application/sru+xml' : 'text/xml'}; charset=utf-8`);
	});

	it('is of version 2.0 without operation and version', async () => {
		const { answer } = await ask({ query: 'title = "lý sơn"', recordXMLEscaping: 'string' });
		expect(answer).toMatchObject({ version: null, numberOfRecords: 2, precision: 'exact' });
	});

	it('takes words as a person types them', async () => {
		expect((await ask({ query: 'ly son OR "tap 3"', queryType: 'searchTerms' })).answer.numberOfRecords).toBe(3);
	});

	it('reads a form that is sent by POST', async () => {
		const response = await app.inject({
			method: 'POST',
			url: '/sru',
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			payload: new URLSearchParams(search('"Lỵ sởn"')).toString(),
		});
		expect(response.statusCode).toBe(200);
		expect(readSruResponse(response.body).records.map(({ identifier }) => identifier)).toEqual(ids(14, 13));
	});

	it('gives records in each schema, by name and by identifier, packed both ways', async () => {
		const schemas = [
			['marcxml', 'record', 'http://www.loc.gov/MARC21/slim'],
			['info:srw/schema/1/marcxml-v1.1', 'record', 'http://www.loc.gov/MARC21/slim'],
			['dc', 'srw_dc:dc', 'info:srw/schema/1/dc-schema'],
			['info:srw/schema/1/dc-v1.1', 'srw_dc:dc', 'info:srw/schema/1/dc-schema'],
			['mods', 'mods', 'http://www.loc.gov/mods/v3'],
			['http://www.loc.gov/mods/v3', 'mods', 'http://www.loc.gov/mods/v3'],
			['oai_dc', 'oai_dc:dc', 'http://www.openarchives.org/OAI/2.0/oai_dc/'],
		] as const;
		for (const [recordSchema, name, namespace] of schemas) {
			const texts: string[] = [];
			for (const recordPacking of ['xml', 'string']) {
				const { answer, xml } = await ask(search('title = "Lỵ sởn"', { recordSchema, recordPacking }));
				expect(xml).toContain(`<recordPacking>${recordPacking}</recordPacking>`);
				expect(answer.records).toHaveLength(2);
				texts.push(answer.records[0]?.data ?? '');
			}
			expect(texts[0]).toBe(texts[1]);
			expect(readXml(texts[0] ?? '').name).toBe(name);
			expect(texts[0]).toContain(`="${namespace}"`);
			expect(texts[0]).toContain('Lỵ sởn &amp; &lt;đảo&gt;');
		}
	});

	it('hands out a list by positions, whole', async () => {
		const all: string[] = [];
		let startRecord = 1;
		for (let next: RegExpExecArray | null; ; startRecord = Number(next[1])) {
			const { answer, xml } = await ask(
				search('title = "lịch sử" sortBy title', { startRecord: String(startRecord), maximumRecords: '5' }),
			);
			expect(answer.numberOfRecords).toBe(12);
			all.push(...answer.records.map(({ identifier }) => identifier));
			next = /<nextRecordPosition>(\d+)</.exec(xml);
			if (next === null) break;
		}
		expect(all).toEqual(ids(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
	});

	it('counts without records, and never gives more than the limit', async () => {
		expect((await ask(search('lịch', { maximumRecords: '0' }))).answer).toMatchObject({
			numberOfRecords: 12,
			records: [],
			diagnostics: [],
		});
		const { answer } = await ask(search('lịch', { maximumRecords: '999999999999' }));
		expect(answer.records).toHaveLength(12);
		expect(answer.diagnostics).toEqual([]);
		expect((await ask(search('lịch'))).answer.records).toHaveLength(10);
		expect((await ask(search('nothingatall', { startRecord: '7' }))).answer).toMatchObject({ numberOfRecords: 0, diagnostics: [] });
	});

	it('sorts by sortBy, and by sortKeys of SRU 1.1', async () => {
		const last = ids(12, 11, 10);
		expect((await found('title = lịch sortBy title')).slice(0, 3)).toEqual(ids(1, 2, 3));
		expect((await found('title = lịch', { sortKeys: 'title' })).slice(0, 3)).toEqual(ids(1, 2, 3));
		expect((await found('title = lịch', { sortKeys: 'dc.title,dc,1,0,highValue' })).slice(0, 3)).toEqual(ids(1, 2, 3));
		expect((await found('title = lịch sortBy date/sort.descending', { sortKeys: 'title' })).slice(0, 3)).toEqual(last);
	});

	it('says which record is not handed on, and which went away', async () => {
		const { answer } = await ask(search('sách'));
		const byId = new Map(answer.records.map((record) => [record.identifier, record]));
		expect(answer.numberOfRecords).toBe(2);
		expect(byId.get(publicId(15))).toMatchObject({
			schema: 'info:srw/schema/1/diagnostics-v1.1',
			diagnostic: { number: 68, details: publicId(15) },
		});
		expect(byId.get(publicId(16))?.diagnostic).toMatchObject({ number: 65 });
	});

	it('finds one record by its id, and all', async () => {
		expect(await found(`rec.id = ${publicId(13)}`)).toEqual(ids(13));
		expect((await ask(search('cql.allRecords = 1'))).answer.numberOfRecords).toBe(16);
		expect(await found('isbn = 0-306-40615-2')).toEqual(ids(13));
		expect(await found('lt.library = THCS and date within "2019 2021"')).toEqual(ids(14));
	});

	it('echoes the query as XCQL until 1.2', async () => {
		const echo = '<xQuery><searchClause xmlns="http://www.loc.gov/zing/cql/xcql/"><index>title</index>';
		expect((await ask(search('title = "lý sơn"'))).xml).toContain(echo);
		expect((await ask(search('title = "lý sơn"', { version: '2.0' }))).xml).not.toContain('xQuery');
	});

	it('passes over what begins with x- and parameters without a value, and says that stylesheets are not for it', async () => {
		expect(
			(await ask(search('lịch', { 'x-foo': '1', extraRequestData: '<a/>', sortKeys: '', stylesheet: '' }))).answer.diagnostics,
		).toEqual([]);
		const styled = await ask(search('lịch', { stylesheet: '/a.xsl' }));
		expect(styled.answer.records).toHaveLength(10);
		expect(styled.answer.diagnostics).toMatchObject([{ number: 110, details: '/a.xsl' }]);
	});
});

describe('one library', () => {
	it('has an address with its own titles', async () => {
		expect(await found('cql.allRecords = 1', {}, '/sru/THCS')).toEqual(ids(14));
		const { answer } = await ask({ operation: 'explain', version: '1.2' }, '/sru/THCS');
		expect(answer.explanation).toMatchObject({ title: 'Trường <Lê & Lợi>', database: 'sru/THCS' });
	});

	it('that there is not answers with a diagnostic', async () => {
		expect(await said(search('a'), '/sru/NONE')).toEqual([[235, 'NONE']]);
		expect(await said({}, '/sru/%00')).toEqual([[235, '']]);
	});
});

describe('explain', () => {
	it.each<[string, Parameters]>([
		['1.1', { operation: 'explain', version: '1.1' }],
		['1.2', { operation: 'explain', version: '1.2' }],
		['1.2', { operation: 'explain' }],
		['2.0', {}],
		['2.0', { version: '2.0' }],
		['2.0', { operation: 'explain', version: '2.0', recordXMLEscaping: 'string' }],
	])('in version %s for %o', async (version, parameters) => {
		const { answer, xml } = await ask(parameters);
		expect(answer.kind).toBe('explain');
		expect(answer.version).toBe(version === '2.0' ? null : version);
		if (parameters['recordXMLEscaping'] === 'string') expect(xml).toContain('&lt;explain ');
		else {
			expect(answer.explanation).toMatchObject({ title: 'Liên Thông', database: 'sru', maximumRecords: LIMITS.sruRecordsMax });
			expect(answer.explanation?.schemas.map(({ name }) => name)).toEqual(['marcxml', 'dc', 'mods', 'oai_dc']);
			expect(xml).toContain(`<host>${new URL(PUBLIC_URL).hostname}</host><port>443</port>`);
		}
	});

	it('names indexes that are all answered', async () => {
		const { answer } = await ask({});
		expect(answer.explanation?.indexes.length).toBeGreaterThan(40);
		for (const index of answer.explanation?.indexes ?? []) {
			const term = /date|year/i.test(index) ? '2020' : '1';
			expect(await said(search(`${index} = ${term}`)), index).toEqual([]);
		}
	});
});

describe('scan', () => {
	const scan = async (scanClause: string, more: Parameters = {}, path = '/sru'): Promise<string[]> => {
		const { xml } = await ask({ operation: 'scan', version: '1.2', scanClause, ...more }, path);
		const term = /<term><value>([^<]*)<\/value><numberOfRecords>(\d+)<\/numberOfRecords><\/term>/g;
		return [...xml.matchAll(term)].map((match) => `${match[1]} ${match[2]}`);
	};

	it('lists titles and values around a term', async () => {
		expect(await scan('title = "lịch sử tập 11"', { maximumTerms: '3' })).toEqual(['Lịch sử. tập 11 1', 'Lịch sử. tập 12 1', 'Lý Sơn 1']);
		expect(await scan('title = "lịch sử tập 11"', { maximumTerms: '3', responsePosition: '2' })).toEqual([
			'Lịch sử. tập 10 1',
			'Lịch sử. tập 11 1',
			'Lịch sử. tập 12 1',
		]);
		expect(await scan('title = "lịch sử tập 11"', { maximumTerms: '2', responsePosition: '0' })).toEqual(['Lịch sử. tập 12 1', 'Lý Sơn 1']);
		expect(await scan('title = "lịch sử tập 11a"', { maximumTerms: '1', responsePosition: '0' })).toEqual(['Lịch sử. tập 12 1']);
		expect(await scan('title = "lịch sử tập 11"', { maximumTerms: '2', responsePosition: '3' })).toEqual([
			'Lịch sử. tập 9 1',
			'Lịch sử. tập 10 1',
		]);
		expect(await scan('dc.creator = n')).toEqual(['Nguyễn Văn An 16']);
		expect(await scan('lt.library = a')).toEqual(['KIN 1', 'THCS 1', 'TVT 14']);
		expect(await scan('dc.date = 1000')).toEqual(['2020 16']);
	});

	it('counts the titles of one library, and is of 2.0 without operation and version', async () => {
		expect(await scan('lt.library = a', {}, '/sru/THCS')).toEqual(['THCS 1']);
		const { xml } = await ask({ scanClause: 'creator = n' });
		expect(xml).toContain('<scanResponse xmlns="http://docs.oasis-open.org/ns/search-ws/scan"><terms><term><value>Nguyễn Văn An</value>');
	});

	it.each<[Parameters, number, string]>([
		[{ operation: 'scan', version: '1.2' }, 7, 'scanClause'],
		[{ operation: 'scan', version: '1.1', scanClause: 'title=a', responsePosition: '-1' }, 6, 'responsePosition'],
		[{ operation: 'scan', version: '1.1', scanClause: 'title=a', responsePosition: 'x' }, 6, 'responsePosition'],
		[{ scanClause: 'title=a', maximumTerms: '0' }, 6, 'maximumTerms'],
		[{ scanClause: 'title=a', maximumTerms: 'all' }, 6, 'maximumTerms'],
		[{ scanClause: 'title=a', maximumTerms: '5', responsePosition: '7' }, 120, '7'],
		[{ scanClause: 'title=' }, 10, 'a term is missing after "=" (character 7)'],
		[{ scanClause: 'title=a and b' }, 48, ''],
		[{ scanClause: 'isbn=a' }, 16, 'isbn'],
		[{ scanClause: 'nothing=a' }, 16, 'nothing'],
		[{ scanClause: 'x.title=a' }, 15, 'x'],
		[{ scanClause: 'title any a' }, 19, 'any'],
		[{ scanClause: 'title=a', query: 'a' }, 8, 'scanClause'],
	])('refuses %o', async (parameters, number, details) => {
		expect((await ask(parameters)).answer.diagnostics).toMatchObject([{ number, details }]);
	});
});

describe('what is wrong', () => {
	it.each<[Parameters, number, string]>([
		[{ operation: 'explain', version: '1.0' }, 5, '2.0'],
		[search('a', { version: '9.9' }), 5, '2.0'],
		[{ operation: 'update', version: '1.2' }, 4, 'update'],
		[{ operation: 'searchRetrieve', version: '1.2' }, 7, 'query'],
		[{ operation: 'searchRetrieve', version: '2.0' }, 7, 'query'],
		[{ operation: 'searchRetrieve', version: '1.2', query: '' }, 7, 'query'],
		[search('a', { startRecord: '0' }), 6, 'startRecord'],
		[search('a', { startRecord: 'one' }), 6, 'startRecord'],
		[search('a', { startRecord: '-1' }), 6, 'startRecord'],
		[search('a', { startRecord: '1.5' }), 6, 'startRecord'],
		[search('a', { maximumRecords: '-1' }), 6, 'maximumRecords'],
		[search('a', { maximumRecords: 'ten' }), 6, 'maximumRecords'],
		[search('a', { resultSetTTL: 'long' }), 6, 'resultSetTTL'],
		[search('a', { recordPacking: 'zip' }), 71, 'zip'],
		[search('a', { version: '2.0', recordXMLEscaping: 'zip' }), 71, 'zip'],
		[{ operation: 'explain', version: '1.1', recordPacking: 'zip' }, 71, 'zip'],
		[search('lịch', { startRecord: '13' }), 61, '13'],
		[search('lịch', { startRecord: '999999999999999' }), 61, '999999999999999'],
		[search('a', { recordSchema: 'unimarc' }), 66, 'unimarc'],
		[search('a', { recordXPath: '/a' }), 72, '/a'],
		[search('a', { maxRecords: '5' }), 8, 'maxRecords'],
		[search('a', { queryType: 'pqf' }), 11, 'pqf'],
		[search('a and'), 10, 'the query ends where a term is expected (character 6)'],
		[search('lý and (sơn'), 10, 'a parenthesis is not closed, before or at: (sơn (character 8)'],
		[search('x'.repeat(LIMITS.cqlBytesMax + 1)), 12, `a query may have ${LIMITS.cqlBytesMax} bytes (character ${LIMITS.cqlBytesMax + 1})`],
		[search('foo.bar = a'), 15, 'foo'],
		[search('dc.coverage = a'), 16, 'dc.coverage'],
		[search('title encloses a'), 19, 'encloses'],
		[search('title =/stem a'), 20, 'stem'],
		[search('title > a'), 22, '> dc.title'],
		[search('title = ""'), 27, 'dc.title'],
		[search('title = "s?ch hay"'), 33, '?'],
		[search('title = *ch'), 29, '*ch'],
		[search('date = now'), 36, 'now'],
		[search('a prox date = 2015'), 39, 'prox'],
		[search('a prox/distance<=5 b'), 41, '5'],
		[search('a and/x b'), 46, 'x'],
		[search('cql.resultSetId = 5'), 50, 'cql.resultSetId'],
		[search('lịch', { sortKeys: 'bogus' }), 88, 'bogus'],
		[search('lịch', { sortKeys: 'creator' }), 82, 'creator'],
		[search('lịch', { sortKeys: 'title date' }), 84, '2'],
		[search('lịch', { sortKeys: 'title,,0' }), 90, 'title'],
		[search('lịch', { sortKeys: 'title,,x' }), 90, 'x'],
		[search('lịch', { sortKeys: 'title,,,1' }), 91, '1'],
		[search('lịch', { sortKeys: 'title,,,,abort' }), 92, 'abort'],
		[search('lịch', { sortKeys: 'title,onix' }), 87, 'onix'],
	])('%o', async (parameters, number, details) => {
		const { answer } = await ask(parameters);
		expect(answer.diagnostics).toMatchObject([{ number, details, uri: `info:srw/diagnostic/1/${number}` }]);
		expect(answer.diagnostics[0]?.message).not.toBe('');
		expect(answer.records).toEqual([]);
	});

	it('is never an error of HTTP, whatever is sent', async () => {
		const odd = [
			'%',
			'%ff',
			'%00',
			'ế',
			'"',
			'\\',
			'(',
			'&&=',
			'query=%ff%fe',
			'query=%00',
			'version=2.0&query=%ED%A0%80',
			'a'.repeat(5_000),
		];
		for (const text of odd)
			for (const url of [`/sru?${text}`, `/sru?operation=searchRetrieve&version=1.2&query=${text}`]) {
				const { statusCode, body } = await app.inject({ url });
				expect(statusCode, url).toBe(200);
				expect(readSruResponse(body).kind).not.toBe('other');
			}
		expect(catalogue.errors).toEqual([]);
	});

	it.each(['text/xml; charset=utf-8', 'application/soap+xml', 'application/json'])(
		'a POST of %s, which is no form, is told so',
		async (type) => {
			const { statusCode, headers, body } = await app.inject({
				method: 'POST',
				url: '/sru/TVT',
				headers: { 'content-type': type },
				payload: '<Envelope/>',
			});
			expect([statusCode, headers['accept-post'], headers['content-type']]).toEqual([
				415,
				'application/x-www-form-urlencoded',
				'text/xml; charset=utf-8',
			]);
			expect(readSruResponse(body).diagnostics).toMatchObject([{ number: 1, details: type }]);
		},
	);

	it('a form that is too long is told so, as one over SRU', async () => {
		const { statusCode, body } = await app.inject({
			method: 'POST',
			url: '/sru',
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			payload: `operation=searchRetrieve&version=1.2&query=${'a'.repeat(LIMITS.formBytesMax)}`,
		});
		expect(statusCode).toBe(200);
		expect(readSruResponse(body).diagnostics).toMatchObject([{ number: 12, details: String(LIMITS.formBytesMax) }]);
	});
});
