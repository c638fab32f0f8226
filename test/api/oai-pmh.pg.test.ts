import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicId } from '../../src/lib/ids.ts';
import { ask, askAll, PUBLIC_URL, REPOSITORY, readResponse, TestCatalogue } from './catalogue.ts';
import { haveSchemas, responseJudge } from './judge.ts';

const RECORDS = 10;
const PAGE = 5;
const id = (number: number): string => `oai:${REPOSITORY}:${publicId(number)}`;
const all = Array.from({ length: RECORDS }, (_, i) => i + 1);

let catalogue: TestCatalogue;
let app: FastifyInstance;

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server({ oaiPageSize: PAGE });
	await catalogue.put(
		...all.map((number) => ({
			id: number,
			sets: ['library:TVT', 'area:79', 'area:79001', 'kind:monograph', ...(number > 7 ? ['library:THCS'] : [])],
		})),
		{ id: 20, sets: ['library:KIN', 'kind:monograph'], members: [{ source: 'kin-oai', library: 'KIN', share: 'none' as const }] },
	);
	await catalogue.put(
		{ id: 21, sets: ['library:TVT'] },
		{ id: 22, sets: ['library:TVT'] },
		{ id: 23, title: 'Hai nguồn \u0007 & <b>', sets: ['library:THCS'] },
	);
	// 21 is gone, 22 is part of 1, 23 left the library
	await catalogue.put(
		{ id: 21, state: 'deleted' },
		{ id: 22, state: 'redirect', redirectTo: 1 },
		{ id: 23, title: 'Hai nguồn \u0007 & <b>', sets: ['library:TVT'] },
	);
	await catalogue.database.pool.query(
		`update union_record set stamp = case when id <= 10 then '2020-01-01T00:00:00Z'::timestamptz + (id - 1) / 2 * interval '1 day' else stamp end`,
	);
	const source = { source: 'tvt-oai', stamp: '2021-05-05T05:05:05Z' };
	await catalogue.putSource({ ...source, id: 101, identifier: 'a 1', title: 'Một' });
	await catalogue.putSource({ ...source, id: 102, identifier: 'a&2', deleted: true });
	await catalogue.putSource({ ...source, id: 103, identifier: 'a3', suppressed: true });
	await catalogue.putSource({ ...source, id: 104, identifier: 'a4', staged: true });
	for (let n = 105; n < 112; n++)
		await catalogue.putSource({ id: n, source: n % 2 ? 'tvt-two' : 'tvt-oai', identifier: `b${n}`, stamp: '2022-01-01T00:00:00Z' });
	await catalogue.putSource({ id: 120, source: 'thcs-file', identifier: 'x1', stamp: '2022-01-01T00:00:00Z' });
	await catalogue.putSource({ id: 121, source: 'kin-oai', identifier: 'x1', stamp: '2022-01-01T00:00:00Z' });
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

const errorsOf = async (args: Parameters<typeof ask>[1], path?: string) => readResponse(await ask(app, args, path)).errors;
const list = (more: Record<string, string> = {}) => ({ verb: 'ListIdentifiers', metadataPrefix: 'marc21', ...more });

describe('protocols.md §1.3', () => {
	test('1: pages go on after a position, not at an offset: a record that changes moves to the end and nothing is skipped', async () => {
		const own = await TestCatalogue.create();
		const server = own.server({ oaiPageSize: 2 });
		try {
			await own.put(...[1, 2, 3, 4, 5, 6].map((number) => ({ id: number, sets: [] })));
			await own.database.pool.query(`update union_record set stamp = stamp - interval '1 day'`);
			const first = readResponse(await ask(server, list()));
			await own.database.pool.query(`update change_counter set stamp = stamp + interval '1 hour'`);
			await own.put({ id: 1, sets: [] }, { id: 4, sets: [] });
			const second = readResponse(await ask(server, { verb: 'ListIdentifiers', resumptionToken: first.token ?? '' }));
			const third = readResponse(await ask(server, { verb: 'ListIdentifiers', resumptionToken: second.token ?? '' }));
			expect([first, second, third].flatMap((page) => page.records.map((r) => r.identifier))).toEqual([1, 2, 3, 5, 6].map(id));
			expect(third.token).toBe('');
			const later = readResponse(await ask(server, list({ from: first.responseDate })));
			expect(later.records.map((r) => r.identifier)).toEqual([id(1), id(4)]);
		} finally {
			await server.close();
			await own.drop();
		}
	});

	test('1: when all that was left has changed, the last part is not empty', async () => {
		const own = await TestCatalogue.create();
		const server = own.server({ oaiPageSize: 2 });
		try {
			await own.put(...[1, 2, 3].map((number) => ({ id: number, sets: [] })));
			await own.database.pool.query(`update union_record set stamp = stamp - interval '1 day'`);
			const first = readResponse(await ask(server, list()));
			await own.database.pool.query(`update change_counter set stamp = stamp + interval '1 hour'`);
			await own.put({ id: 3, sets: [] });
			const second = readResponse(await ask(server, { verb: 'ListIdentifiers', resumptionToken: first.token ?? '' }));
			expect(second.errors).toEqual([]);
			expect(second.records.map((r) => r.identifier)).toEqual([id(3)]);
			expect(second.token).toBe('');
		} finally {
			await server.close();
			await own.drop();
		}
	});

	test('2: an empty token ends a split list, also when its size is a multiple of the page; none when it fits', async () => {
		const { pages } = await askAll(app, list({ until: '2020-01-31' }));
		expect(pages.map((page) => page.records.length)).toEqual([5, 5]);
		expect(pages[1]?.token).toBe('');
		const fits = await askAll(app, list({ until: '2020-01-02' }));
		expect(fits.pages.map((page) => [page.records.length, page.token])).toEqual([[4, undefined]]);
		expect((await askAll(app, list({ until: '2020-01-02', from: '2020-01-01' }))).pages).toHaveLength(1);
	});

	test('3: cursor counts records and completeListSize is the size, on every page', async () => {
		const { pages, records } = await askAll(app, list());
		expect(pages.map((page) => page.cursor)).toEqual(['0', '5', '10']);
		expect(new Set(pages.map((page) => page.size))).toEqual(new Set([String(records.length)]));
		expect(records).toHaveLength(14);
	});

	test('4: a token carries the set and the dates, and is URL-safe', async () => {
		const { pages, records } = await askAll(app, list({ set: 'library:TVT', until: '2020-01-31' }));
		expect(pages[0]?.token).toMatch(/^[A-Za-z0-9_-]+$/);
		expect(records.map((r) => r.identifier)).toEqual(all.map(id));
	});

	test('5: a token can be sent again and gives the same page', async () => {
		const first = readResponse(await ask(app, list()));
		const again = async () => readResponse(await ask(app, { verb: 'ListIdentifiers', resumptionToken: first.token ?? '' })).records;
		expect(await again()).toEqual(await again());
	});

	test('5: a token works on another web process', async () => {
		const first = readResponse(await ask(app, list()));
		const other = catalogue.server({ oaiPageSize: PAGE });
		const page = readResponse(await ask(other, { verb: 'ListIdentifiers', resumptionToken: first.token ?? '' }));
		expect(page.records).toHaveLength(PAGE);
		await other.close();
	});

	test('6: day granularity is taken, mixed granularity is badArgument', async () => {
		expect((await askAll(app, list({ from: '2020-01-02', until: '2020-01-03' }))).records.map((r) => r.identifier)).toEqual(
			[3, 4, 5, 6].map(id),
		);
		expect(await errorsOf(list({ from: '2020-01-02', until: '2020-01-03T00:00:00Z' }))).toEqual(['badArgument']);
	});

	test('7: from and until mean the header datestamp, both ends included', async () => {
		const at = '2020-01-03T00:00:00Z';
		const { records } = await askAll(app, list({ from: at, until: at }));
		expect(records.map((r) => [r.identifier, r.datestamp])).toEqual([
			[id(5), at],
			[id(6), at],
		]);
		expect((await askAll(app, list({ from: '2020-01-03T00:00:01Z', until: '2020-01-03T23:59:59Z' }))).pages[0]?.errors).toEqual([
			'noRecordsMatch',
		]);
	});

	test('8: times are UTC, and a fresh record is not hidden', async () => {
		const now = new Date().toISOString().slice(0, 10);
		const page = readResponse(await ask(app, list({ from: now })));
		expect(page.responseDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
		expect(Math.abs(Date.parse(page.responseDate) - Date.now())).toBeLessThan(600_000);
		expect(page.records.map((r) => r.identifier)).toContain(id(23));
	});

	test('9: earliestDatestamp is not later than any datestamp; before it there is nothing', async () => {
		const earliest = /<earliestDatestamp>([^<]*)/.exec(await ask(app, { verb: 'Identify' }))?.[1] ?? '';
		const { records } = await askAll(app, list());
		for (const record of records) expect(record.datestamp >= earliest).toBe(true);
		expect(await errorsOf(list({ until: '2019-01-01' }))).toEqual(['noRecordsMatch']);
	});

	test('10: protocol errors have status 200, and what was wrong is not echoed', async () => {
		const unknown = await ask(app, { verb: 'GetRecord', identifier: 'oai:x:"<1', metadataPrefix: 'oai_dc' });
		expect(readResponse(unknown).errors).toEqual(['idDoesNotExist']);
		expect(readResponse(unknown).request).toBe(`<request verb="GetRecord" metadataPrefix="oai_dc">${PUBLIC_URL}/oai</request>`);
		const bad = await ask(app, { verb: 'Nope' });
		expect(readResponse(bad).request).toBe(`<request>${PUBLIC_URL}/oai</request>`);
		expect(await errorsOf(list({ metadataPrefix: 'mods' }))).toEqual(['cannotDisseminateFormat']);
		expect(await errorsOf({ verb: 'GetRecord', identifier: id(1), metadataPrefix: 'mods' })).toEqual(['cannotDisseminateFormat']);
		expect(await errorsOf({ verb: 'ListSets', resumptionToken: 'x' })).toEqual(['badResumptionToken']);
		expect(await errorsOf({ verb: 'ListMetadataFormats', identifier: id(999) })).toEqual(['idDoesNotExist']);
		expect(await errorsOf({ verb: 'GetRecord', identifier: id(1).toUpperCase(), metadataPrefix: 'oai_dc' })).toEqual(['idDoesNotExist']);
	});

	test('11: a deleted record has a header in every verb, and no metadata', async () => {
		const xml = await ask(app, { verb: 'GetRecord', identifier: id(21), metadataPrefix: 'marc21' });
		expect(readResponse(xml).records).toMatchObject([{ deleted: true, sets: ['library:TVT'] }]);
		expect(xml).not.toContain('<metadata>');
		expect(xml).not.toContain('<about>');
		const { records } = await askAll(app, { verb: 'ListRecords', metadataPrefix: 'oai_dc' });
		expect(
			records
				.filter((r) => r.deleted)
				.map((r) => r.identifier)
				.sort(),
		).toEqual([id(20), id(21), id(22)].sort());
		expect((await askAll(app, list())).records).toEqual(records);
	});

	test('11: leaving a set reads as deleted in requests for that set, and only there', async () => {
		const inSet = async (set?: string) =>
			(await askAll(app, list(set === undefined ? {} : { set }))).records.find((r) => r.identifier === id(23));
		expect(await inSet('library:THCS')).toMatchObject({ deleted: true, sets: ['library:THCS'] });
		expect(await inSet('library:TVT')).toMatchObject({ deleted: false, sets: ['library:TVT'] });
		expect(await inSet()).toMatchObject({ deleted: false, sets: ['library:TVT'] });
		const got = readResponse(await ask(app, { verb: 'GetRecord', identifier: id(23), metadataPrefix: 'oai_dc' }));
		expect(got.records[0]?.deleted).toBe(false);
	});

	test('12: a merged record is a deletion of one id, and the other lives', async () => {
		const { records } = await askAll(app, list());
		expect(records.find((r) => r.identifier === id(22))?.deleted).toBe(true);
		expect(records.find((r) => r.identifier === id(1))?.deleted).toBe(false);
	});

	test('13: a set includes those below it, has a name, and a wrong one is an error', async () => {
		const sets = await ask(app, { verb: 'ListSets' });
		expect([...sets.matchAll(/<setSpec>([^<]*)<\/setSpec><setName>([^<]*)/g)].map((m) => [m[1], m[2]])).toEqual([
			['area', 'Địa bàn'],
			['kind', 'Loại tài liệu'],
			['library', 'Thư viện'],
			['area:79', 'Thành phố Hồ Chí Minh'],
			['area:79001', 'Phường Sài Gòn'],
			['kind:monograph', 'Sách'],
			['library:KIN', 'Thư viện kín'],
			['library:THCS', 'Trường &lt;Lê &amp; Lợi&gt;'],
			['library:TVT', 'Thư viện tỉnh'],
		]);
		expect((await askAll(app, list({ set: 'area' }))).records.map((r) => r.identifier)).toEqual(all.map(id));
		expect(await errorsOf(list({ set: 'area:7' }))).toEqual(['noRecordsMatch']);
		expect(await errorsOf(list({ set: '' }))).toEqual(['badArgument']);
	});

	test('14: illegal characters are stripped on the way out', async () => {
		const xml = await ask(app, { verb: 'GetRecord', identifier: id(23), metadataPrefix: 'marc21' });
		expect(xml).not.toContain('\u0007');
		expect(readResponse(xml).titles).toEqual(['Hai nguồn  &amp; &lt;b&gt; /']);
	});

	test('15: XML declaration first, UTF-8, text/xml', async () => {
		const response = await app.inject({ url: '/oai?verb=Identify' });
		expect(response.headers['content-type']).toBe('text/xml; charset=utf-8');
		expect(response.rawPayload.subarray(0, 38).toString()).toBe('<?xml version="1.0" encoding="UTF-8"?>');
	});

	test('16: baseURL is the public one; POST and a slash at the end are answered without a redirect', async () => {
		for (const url of ['/oai', '/oai/']) {
			const response = await app.inject({
				method: 'POST',
				url,
				headers: { 'content-type': 'application/x-www-form-urlencoded' },
				payload: 'verb=Identify',
			});
			expect(response.statusCode).toBe(200);
			expect(response.body).toContain(`<baseURL>${PUBLIC_URL}/oai</baseURL>`);
		}
		const other = await app.inject({ method: 'POST', url: '/oai', headers: { 'content-type': 'application/json' }, payload: '{}' });
		expect(readResponse(other.body).errors).toEqual(['badVerb']);
	});

	test('17: gzip when the client takes it', async () => {
		const response = await app.inject({
			url: '/oai?verb=ListRecords&metadataPrefix=marc21',
			headers: { 'accept-encoding': 'br, gzip;q=0.5' },
		});
		expect(response.headers['content-encoding']).toBe('gzip');
		expect(readResponse(gunzipSync(response.rawPayload).toString()).records).toHaveLength(PAGE);
		const refused = await app.inject({ url: '/oai?verb=ListRecords&metadataPrefix=marc21', headers: { 'accept-encoding': 'gzip;q=0' } });
		expect(refused.headers['content-encoding']).toBeUndefined();
	});

	test('18: one oai-identifier description, with a dotted repositoryIdentifier', async () => {
		const xml = await ask(app, { verb: 'Identify' });
		expect([...xml.matchAll(/<oai-identifier /g)]).toHaveLength(1);
		expect(/<repositoryIdentifier>([^<]*)/.exec(xml)?.[1]).toBe(REPOSITORY);
		expect(/<sampleIdentifier>([^<]*)/.exec(xml)?.[1]).toBe(id(1));
	});
});

test('T10: tokens of another verb or address, damaged or expired, are badResumptionToken', async () => {
	const token = readResponse(await ask(app, list())).token ?? '';
	expect(await errorsOf({ verb: 'ListRecords', resumptionToken: token })).toEqual(['badResumptionToken']);
	expect(await errorsOf({ verb: 'ListIdentifiers', resumptionToken: token }, '/oai/TVT')).toEqual(['badResumptionToken']);
	expect(await errorsOf({ verb: 'ListIdentifiers', resumptionToken: `${token}x` })).toEqual(['badResumptionToken']);
	const late = catalogue.server({ oaiPageSize: PAGE, clock: { now: () => Date.now() + 2 * 86_400_000, sleep: () => Promise.resolve() } });
	expect(readResponse(await ask(late, { verb: 'ListIdentifiers', resumptionToken: token })).errors).toEqual(['badResumptionToken']);
	await late.close();
});

describe('/oai/{library}', () => {
	const own = (number: number): string => `oai:${REPOSITORY}:source/${publicId(number)}`;

	test('lists the records of all its sources, deleted and suppressed ones as deleted, staged ones not at all', async () => {
		const { pages, records } = await askAll(app, list(), '/oai/TVT');
		expect(records.map((r) => [r.identifier, r.deleted])).toEqual([
			[own(101), false],
			[own(102), true],
			[own(103), true],
			...[105, 106, 107, 108, 109, 110, 111].map((n) => [own(n), false]),
		]);
		expect(pages.map((page) => [page.cursor, page.size])).toEqual([
			['0', '10'],
			['5', '10'],
		]);
	});

	test('gives what the source shares, and what is private never', async () => {
		const full = await ask(app, { verb: 'GetRecord', identifier: own(101), metadataPrefix: 'marc21' }, '/oai/TVT');
		expect(full).toContain('<subfield code="p">VV01</subfield>');
		expect(full).not.toContain('kín');
		expect(full).toContain(
			'<baseURL>https://tvt.example.vn/oai</baseURL><identifier>a 1</identifier><datestamp>2026-01-01T00:00:00Z</datestamp>',
		);
		expect(full).not.toContain('hidden');
		const metadata = await ask(app, { verb: 'GetRecord', identifier: own(120), metadataPrefix: 'marc21' }, '/oai/THCS');
		expect(metadata).toContain('tag="245"');
		expect(metadata).not.toContain('VV01');
		expect(metadata).not.toContain('<provenance');
		expect((await askAll(app, list(), '/oai/KIN')).records).toMatchObject([{ deleted: true }]);
	});

	test('has no sets, its own address, and no records of other libraries', async () => {
		expect(await errorsOf({ verb: 'ListSets' }, '/oai/TVT')).toEqual(['noSetHierarchy']);
		expect(await errorsOf(list({ set: 'library:TVT' }), '/oai/TVT')).toEqual(['noSetHierarchy']);
		expect(await errorsOf({ verb: 'GetRecord', identifier: own(120), metadataPrefix: 'marc21' }, '/oai/TVT')).toEqual(['idDoesNotExist']);
		expect(await errorsOf({ verb: 'GetRecord', identifier: id(101), metadataPrefix: 'marc21' }, '/oai/TVT')).toEqual(['idDoesNotExist']);
		expect(await ask(app, { verb: 'Identify' }, '/oai/TVT')).toContain(`<baseURL>${PUBLIC_URL}/oai/TVT</baseURL>`);
		expect((await app.inject({ url: '/oai/NONE?verb=Identify' })).statusCode).toBe(404);
	});
});

test('marc21 of the union has provenance of every member that shares, and the licence', async () => {
	const xml = await ask(app, { verb: 'GetRecord', identifier: id(1), metadataPrefix: 'marc21' });
	expect(xml).toContain(
		'<baseURL>https://tvt.example.vn/oai</baseURL><identifier>tvt-oai:1</identifier><datestamp>2026-01-01T00:00:00Z</datestamp>',
	);
	expect(xml).toContain('harvestDate="2026-01-02T03:04:05Z"');
	expect(xml).toContain('<rightsReference ref="https://creativecommons.org/publicdomain/zero/1.0/"/>');
});

describe.runIf(haveSchemas)('every kind of response is valid against ../shared/schemas', () => {
	const requests: readonly (readonly [Record<string, string>, string])[] = [
		...['/oai', '/oai/TVT'].flatMap((path) =>
			[
				{ verb: 'Identify' },
				{ verb: 'ListMetadataFormats' },
				{ verb: 'ListSets' },
				...['marc21', 'oai_dc'].flatMap((metadataPrefix) => [
					{ verb: 'ListIdentifiers', metadataPrefix },
					{ verb: 'ListRecords', metadataPrefix },
					{ verb: 'ListRecords', metadataPrefix, until: '2020-01-01' },
				]),
				{ verb: 'ListRecords', metadataPrefix: 'nope' },
				{ verb: 'ListRecords', resumptionToken: '"<nope>' },
				{ verb: '"<nope>' },
				{},
			].map((args) => [args as Record<string, string>, path] as const),
		),
		...[1, 20, 21, 22, 23, 999].flatMap((n) =>
			['marc21', 'oai_dc'].map((metadataPrefix) => [{ verb: 'GetRecord', identifier: id(n), metadataPrefix }, '/oai'] as const),
		),
		[{ verb: 'ListMetadataFormats', identifier: id(1) }, '/oai'],
		[{ verb: 'ListRecords', metadataPrefix: 'marc21', set: 'library:THCS' }, '/oai'],
		[{ verb: 'GetRecord', identifier: 'a" <b', metadataPrefix: 'x' }, '/oai'],
	];

	test('all of them', async () => {
		const judge = responseJudge();
		try {
			for (const [args, path] of requests) {
				const xml = await ask(app, args, path);
				expect(() => judge.validate(xml), `${path} ${JSON.stringify(args)}`).not.toThrow();
			}
			expect(() => judge.validate('<a/>')).toThrow();
		} finally {
			judge.dispose();
		}
	});
});
