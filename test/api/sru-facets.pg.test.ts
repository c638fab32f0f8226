import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSruResponse } from '../../src/protocols/sru/response-reader.ts';
import { readXml } from '../support/xcql-meaning.ts';
import { type PutUnion, TestCatalogue } from './catalogue.ts';

/** Facets of SRU 2.0 (OASIS searchRetrieve part 3 and facetedResults.xsd). */

const SHELF: readonly PutUnion[] = [
	...[1, 2, 3].map((id): PutUnion => ({ id, title: `Lịch sử ${id}` })),
	{ id: 4, title: 'Lịch sử trường', members: [{ source: 'thcs-file', library: 'THCS' }] },
	{ id: 5, title: 'Lịch sử báo', kind: 'serial', members: [{ source: 'thcs-file', library: 'THCS' }] },
	{ id: 6, title: 'Toán học' },
];

let catalogue: TestCatalogue;
let app: FastifyInstance;

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server();
	await catalogue.put(...SHELF);
	await catalogue.index(...SHELF);
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

async function ask(parameters: Readonly<Record<string, string>>, path = '/sru') {
	const { body, statusCode } = await app.inject({ url: `${path}?${new URLSearchParams({ maximumRecords: '0', ...parameters })}` });
	expect(statusCode).toBe(200);
	const { numberOfRecords, diagnostics } = readSruResponse(body);
	const root = readXml(body);
	const results = root.children.find(({ name }) => name === 'facetedResults');
	const facets = (results?.children ?? []).map((facet) => {
		const child = (name: string): string => facet.children.find((one) => one.name === name)?.text ?? '';
		const terms = facet.children.find(({ name }) => name === 'terms')?.children ?? [];
		return {
			index: child('index'),
			label: child('facetDisplayLabel'),
			terms: terms.map((term) => Object.fromEntries(term.children.map(({ name, text }) => [name, text]))),
		};
	});
	return { body, total: numberOfRecords, said: diagnostics.map(({ number, details }) => [number, details]), facets, order: root.children };
}

describe('facetLimit', () => {
	it('gives the terms of an index in all that was found, the most frequent first, however few records are asked for', async () => {
		const { facets, total, order } = await ask({ query: 'lịch sử', facetLimit: '5:lt.library' });
		expect(total).toBe(5);
		expect(facets).toEqual([
			{
				index: 'lt.library',
				label: 'Mã thư viện',
				terms: [
					{ actualTerm: 'TVT', query: '(lịch sử) and lt.library="TVT"', count: '3' },
					{ actualTerm: 'THCS', query: '(lịch sử) and lt.library="THCS"', count: '2' },
				],
			},
		]);
		expect(order.map(({ name }) => name)).toEqual(['numberOfRecords', 'nextRecordPosition', 'resultCountPrecision', 'facetedResults']);
	});

	it('takes so many for all facets, and other numbers for named ones', async () => {
		const { facets } = await ask({ query: 'lịch sử', facetLimit: '1,-1:lt.kind' });
		const sizes = Object.fromEntries(facets.map(({ index, terms }) => [index, terms.length]));
		expect(sizes).toMatchObject({ 'lt.kind': 2, 'lt.library': 1, 'dc.language': 1, 'dc.date': 1, 'dc.creator': 1, 'dc.type': 1 });
		expect(sizes).not.toHaveProperty('dc.title');
	});

	it('every query that stands with a term finds as many records as were counted', async () => {
		const { facets } = await ask({ query: 'title any "lịch toán"', facetLimit: '10' });
		const queries = facets.flatMap(({ terms }) =>
			terms.flatMap(({ query, count }) => (query === undefined ? [] : [[query, Number(count)] as const])),
		);
		expect(queries.length).toBeGreaterThan(5);
		for (const [query, count] of queries) expect([query, (await ask({ query })).total]).toEqual([query, count]);
	});

	it('a query with an order, or that no CQL stands for, gets terms without queries', async () => {
		for (const more of [{ query: 'lịch sử sortBy title' }, { query: 'lịch sử', queryType: 'searchTerms' }]) {
			const { facets } = await ask({ ...more, facetLimit: '5:lt.library' });
			expect(facets[0]?.terms[0]).toEqual({ actualTerm: 'TVT', count: '3' });
		}
	});

	it('counts what one library has at its own address, without a facet of libraries', async () => {
		const { facets } = await ask({ query: 'lịch sử', facetLimit: '10' }, '/sru/THCS');
		expect(facets.map(({ index }) => index)).not.toContain('lt.library');
		expect(
			facets
				.find(({ index }) => index === 'lt.kind')
				?.terms.map(({ actualTerm, count }) => [actualTerm, count])
				.sort(),
		).toEqual([
			['monograph', '1'],
			['serial', '1'],
		]);
	});

	it('nothing found has no facets', async () => {
		expect((await ask({ query: 'khôngcógì', facetLimit: '10' })).body).not.toContain('facetedResults');
	});

	it('what it cannot be gets the diagnostic with the part that is wrong', async () => {
		const said = async (facetLimit: string, more: Record<string, string> = {}) => (await ask({ query: 'sử', facetLimit, ...more })).said;
		expect(await said('5:dc.title')).toEqual([[16, 'dc.title']]);
		expect(await said('5:x.y')).toEqual([[16, 'x.y']]);
		for (const wrong of ['0', 'x', '-2', '5:', ':lt.kind', '5,,5', '5:lt.kind:x', Array(30).fill('5').join(',')])
			expect(await said(wrong)).toEqual([[6, 'facetLimit']]);
		expect(await said('5', { version: '1.2', operation: 'searchRetrieve' })).toEqual([[8, 'facetLimit']]);
		expect((await ask({ scanClause: 'sử', facetLimit: '5' })).said).toContainEqual([8, 'facetLimit']);
	});
});
