import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDatestamp, writeDatestamp } from '../../src/protocols/oai-pmh/provider/datestamp.ts';
import { type ListState, readListToken, writeListToken } from '../../src/protocols/oai-pmh/provider/list-token.ts';
import { isSetSpec, parseRequest } from '../../src/protocols/oai-pmh/provider/request.ts';
import { writeErrors, writeResponse } from '../../src/protocols/oai-pmh/provider/response.ts';

const parse = (query: string) => parseRequest([...new URLSearchParams(query)]);
const codes = (query: string): string[] => {
	const parsed = parse(query);
	return parsed.ok ? [] : parsed.errors.map((error) => error.code);
};

describe('requests', () => {
	test.each([
		['', 'badVerb'],
		['verb=', 'badVerb'],
		['verb=identify', 'badVerb'],
		['verb=toString', 'badVerb'],
		['verb=Identify&verb=Identify', 'badVerb'],
		['verb=Identify&set=a', 'badArgument'],
		['verb=GetRecord&identifier=x', 'badArgument'],
		['verb=GetRecord&metadataPrefix=oai_dc', 'badArgument'],
		['verb=GetRecord&identifier=x&identifier=x&metadataPrefix=oai_dc', 'badArgument'],
		['verb=ListRecords', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&set=', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&set=a:', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&set=a b', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x', 'badArgument'],
		['verb=ListRecords&resumptionToken=x&until=2020-01-01', 'badArgument'],
		['verb=ListRecords&metadataPrefix=a%20b', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01&until=2020-01-01T00:00:00Z', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-02&until=2020-01-01', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&from=2023-02-29', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T25:00:00Z', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T00:00:00.5Z', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T00:00Z', 'badArgument'],
		['verb=ListRecords&metadataPrefix=oai_dc&from=2020', 'badArgument'],
	])('%s is %s', (query, code) => {
		expect(new Set(codes(query))).toEqual(new Set([code]));
	});

	test('every wrong argument is named', () => {
		expect(codes('verb=ListRecords&foo=1&bar=2')).toEqual(['badArgument', 'badArgument']);
	});

	test('a day covers its last millisecond, a second its own', () => {
		const parsed = parse('verb=ListRecords&metadataPrefix=oai_dc&from=2020-02-29&until=2020-02-29');
		expect(parsed.ok && parsed.request).toMatchObject({ selection: { fromMs: Date.UTC(2020, 1, 29), untilMs: Date.UTC(2020, 2, 1) - 1 } });
		const exact = parse('verb=ListRecords&metadataPrefix=oai_dc&until=2020-02-29T10:00:00Z');
		expect(exact.ok && exact.request).toMatchObject({ selection: { untilMs: Date.UTC(2020, 1, 29, 10) + 999 } });
	});

	test('no text makes the parser throw', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.constantFrom('verb', 'from', 'until', 'set', 'metadataPrefix', 'identifier', 'x'), fc.string())),
				(pairs) => {
					parseRequest(pairs);
				},
			),
		);
	});
});

test('datestamps are read as they are written', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59) }), (ms) => {
			const second = Math.floor(ms / 1000) * 1000;
			expect(parseDatestamp(writeDatestamp(ms))).toEqual({ granularity: 'second', firstMs: second, lastMs: second + 999 });
		}),
	);
});

test('setSpecs are matched as a whole', () => {
	expect(['a', 'a:b', "library:VN-L_1.(x)!~*'"].every(isSetSpec)).toBe(true);
	expect(['', ':a', 'a:', 'a::b', 'a b', 'a\n', 'é'].some(isSetSpec)).toBe(false);
});

test('XML-illegal characters and markup never reach the response', () => {
	const xml = [
		...writeResponse(
			0,
			'http://x/?a&b',
			[['set', 'a"<\u0001\ufffe\ud800']],
			[writeErrors([{ code: 'badArgument', message: ']]>\u0000&' }])],
		),
	].join('');
	expect(xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>')).toBe(true);
	expect(xml).toContain('set="a&quot;&lt;\ufffd"');
	expect(xml).toContain('>]]&gt;&amp;</error>');
	expect(xml).toContain('http://x/?a&amp;b');
});

describe('tokens', () => {
	const secret = Buffer.from('secret');
	const state: ListState = {
		selection: { prefix: 'marc21', set: 'library:TVT', fromMs: 1, untilMs: null },
		after: { stampMs: 5_000, seq: 77 },
		cursor: 500,
		completeListSize: 1200,
		endMs: 9_000,
		expiresMs: 100_000,
	};
	const token = writeListToken(secret, 'http://x/oai', 'ListRecords', state);

	test('carry the whole selection, in letters that need no escaping', () => {
		expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
		expect(readListToken(secret, 'http://x/oai', 'ListRecords', token, 50_000)).toEqual(state);
	});

	test('T10: every flipped bit, cut or added letter is refused', () => {
		const open = (text: string) => readListToken(secret, 'http://x/oai', 'ListRecords', text, 50_000);
		for (let i = 0; i < token.length; i++) {
			for (let bit = 0; bit < 7; bit++) {
				const flipped = token.slice(0, i) + String.fromCharCode(token.charCodeAt(i) ^ (1 << bit)) + token.slice(i + 1);
				expect(open(flipped), flipped).toBeUndefined();
			}
			expect(open(token.slice(0, i))).toBeUndefined();
		}
		expect(open(`${token}A`)).toBeUndefined();
		expect(open(`${token}=`)).toBeUndefined();
		expect(open(` ${token}`)).toBeUndefined();
	});

	test('T10: of another verb, address or key, or expired, are refused', () => {
		expect(readListToken(secret, 'http://x/oai', 'ListIdentifiers', token, 0)).toBeUndefined();
		expect(readListToken(secret, 'http://x/oai/TVT', 'ListRecords', token, 0)).toBeUndefined();
		expect(readListToken(Buffer.from('other'), 'http://x/oai', 'ListRecords', token, 0)).toBeUndefined();
		expect(readListToken(secret, 'http://x/oai', 'ListRecords', token, 100_001)).toBeUndefined();
	});
});
