import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentBatch } from '../../src/catalogue/document-batch.ts';
import { type DocumentWork, projectChanges, rebuildIndex } from '../../src/catalogue/project.ts';
import { OpenSearchEngine } from '../../src/index/opensearch/engine.ts';
import { INDEX } from '../../src/index/opensearch/mapping.ts';
import { parseSearchBox } from '../../src/index/search-box.ts';
import { readParked } from '../../src/store/parked.ts';
import { type PutUnion, TestCatalogue } from '../api/catalogue.ts';
import { busyProxy } from '../support/busy-proxy.ts';
import { opensearchMissing, testOpenSearch } from '../support/opensearch.ts';
import { quiet } from '../support/world.ts';

const work: DocumentWork = async (input) => documentBatch(input);
const union = (id: number, title: string, more: Partial<PutUnion> = {}): PutUnion => ({
	id,
	title,
	members: [{ source: 'tvt-oai', library: 'TVT' }],
	...more,
});

describe.runIf(opensearchMissing === null)(opensearchMissing === null ? 'an index on OpenSearch' : `needs ${opensearchMissing}`, () => {
	let catalogue: TestCatalogue;
	let server: Awaited<ReturnType<typeof testOpenSearch>>;
	let engine: OpenSearchEngine;

	beforeAll(async () => {
		catalogue = await TestCatalogue.create();
		server = await testOpenSearch();
		engine = new OpenSearchEngine(server.url);
		await catalogue.put(...Array.from({ length: 30 }, (_, i) => union(i + 1, `Sách thứ ${i + 1}`)));
		await project();
	}, 300_000);
	afterAll(async () => {
		await engine.close();
		await server.drop();
		await catalogue.drop();
	});

	const options = (more: { engine?: OpenSearchEngine; work?: DocumentWork } = {}) => ({
		database: catalogue.database,
		engine,
		work,
		logger: quiet,
		...more,
	});
	const project = (more = {}) => projectChanges(options(more));
	const found = async (text: string): Promise<number> =>
		(
			await engine.search({
				query: parseSearchBox(text).query,
				filters: {},
				sort: 'title',
				limit: 0,
				facets: [],
				facetLimit: 0,
			})
		).total;
	const indexes = async (): Promise<string[]> =>
		Object.keys((await (await fetch(`${server.url}-*/_settings/index.uuid`)).json()) as object);
	const projections = async (): Promise<string[]> =>
		(await catalogue.database.pool.query<{ name: string }>('select name from projection')).rows.map(({ name }) => name);

	test('is made again beside the one that serves, which stays whole and is brought up to date', async () => {
		const before = await engine.indexName();
		let batches = 0;
		const slow: DocumentWork = async (input) => {
			if (++batches === 1) {
				// while the new index is being made, records come and go, and those who search see it
				await catalogue.put(union(31, 'Cuốn mới'), union(1, '', { state: 'deleted' }));
				expect(await project()).toBe(2);
				expect(await found('moi')).toBe(1);
				expect(await found('')).toBe(30);
			}
			return documentBatch(input);
		};
		expect(await rebuildIndex(options({ work: slow }))).toBe(32);
		expect(await found('')).toBe(30);
		expect(await found('moi')).toBe(1);
		expect(await engine.indexName()).not.toBe(before);
		expect(await indexes()).toHaveLength(1);
		expect(await projections()).toEqual([await engine.indexName()]);
		expect(await project()).toBe(0);
	});

	test('is left as it is when the new one cannot be finished', async () => {
		const before = await engine.indexName();
		const broken: DocumentWork = () => Promise.reject(new Error('no memory'));
		await expect(rebuildIndex(options({ work: broken }))).rejects.toThrow('no memory');
		expect(await engine.indexName()).toBe(before);
		expect(await indexes()).toHaveLength(1);
		expect(await found('')).toBe(30);
	});

	test('is made again by itself after a program that indexed other things, and when it was lost', async () => {
		const [origin, alias] = [server.url.slice(0, server.url.lastIndexOf('/')), server.url.slice(server.url.lastIndexOf('/') + 1)];
		const asked = (method: string, path: string, body?: object) =>
			fetch(`${origin}/${path}`, { method, headers: { 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) });
		const [old] = await indexes();
		await asked('PUT', `${alias}-v0-old`, INDEX);
		await asked('POST', '_aliases', { actions: [{ remove_index: { index: old } }, { add: { index: `${alias}-v0-old`, alias } }] });
		expect(await engine.isOutdated()).toBe(true);
		expect(await project()).toBe(31);
		expect(await engine.isOutdated()).toBe(false);
		expect(await found('')).toBe(30);
		await asked('DELETE', (await indexes())[0] as string);
		const restarted = new OpenSearchEngine(server.url);
		expect(await project({ engine: restarted })).toBe(31);
		await restarted.close();
		expect(await found('')).toBe(30);
	});

	test('refuses single records, which are parked with the reason until they are taken', async () => {
		const wrong: DocumentWork = async (input) => documentBatch(input).map((one) => (one.id === 41 ? { ...one, year: 99_999 } : one));
		await catalogue.put(union(40, 'Tốt'), union(41, 'Hỏng'), union(42, 'Cũng tốt'));
		expect(await project({ work: wrong })).toBe(3);
		expect(await found('tot')).toBe(2);
		const parked = async () => readParked(catalogue.database.pool, await engine.indexName(), 0, 10);
		expect(await parked()).toEqual([
			{ id: 41, seq: expect.any(Number), reason: expect.stringMatching(/year.*99999/), atMs: expect.any(Number) },
		]);
		// a new index knows of its own refusals
		await rebuildIndex(options({ work: wrong }));
		expect(await parked()).toHaveLength(1);
		await catalogue.put(union(41, 'Lành'));
		await project();
		expect(await parked()).toEqual([]);
		expect(await found('lanh')).toBe(1);
	});

	test('gets every record from a server that is too busy for some', async () => {
		const proxy = await busyProxy(server.url, ['busy', 'half', 'busy', 'half']);
		const behind = new OpenSearchEngine(proxy.url);
		await catalogue.put(...Array.from({ length: 9 }, (_, i) => union(50 + i, `Bận ${i}`)));
		expect(await project({ engine: behind })).toBe(9);
		expect(proxy.bulks()).toBe(5);
		expect(await found('ban')).toBe(9);
		expect(await readParked(catalogue.database.pool, await engine.indexName(), 0, 10)).toEqual([]);
		await behind.close();
		await proxy.close();
	});
});
