import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { type CollectionAsked, defineCollection, followCollections, removeCollection } from '../../src/catalogue/collections.ts';
import { documentBatch } from '../../src/catalogue/document-batch.ts';
import { projectChanges } from '../../src/catalogue/project.ts';
import { publicId } from '../../src/lib/ids.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { TestCatalogue } from '../api/catalogue.ts';
import { hasPeer } from '../support/peers.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, quiet, type WorldRecord } from '../support/world.ts';

const RUNS = process.env['DEEP'] === '1' ? 40 : 6;
const run = promisify(execFile);

let catalogue: TestCatalogue;
let app: FastifyInstance;
let sources: number[] = [];
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server({ oaiPageSize: 3 });
	await listen(app, '127.0.0.1', 0);
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});
beforeEach(fresh);

async function fresh(): Promise<void> {
	await emptyCatalogue(catalogue.database);
	await catalogue.database.pool.query('truncate collection cascade');
	await catalogue.engine.clear();
	await catalogue.database.pool.query('delete from projection');
	sources = [await addSource(catalogue.database, 'tp'), await addSource(catalogue.database, 'th')];
}

const define = (asked: Partial<CollectionAsked> & { code: string }) =>
	defineCollection(catalogue.database, { name: 'Bộ sưu tập', nameEn: '', query: null, records: null, ...asked });

/** As a worker does: matches, indexes, follows collections, indexes what moved. */
async function work(): Promise<number> {
	const { database, engine } = catalogue;
	await matchAll(database);
	const project = () => projectChanges({ database, engine, logger: quiet, work: async (input) => documentBatch(input) });
	await project();
	const moved = (await followCollections({ database, engine })) ?? -1;
	await project();
	return moved;
}

async function harvest(source: number, records: readonly WorldRecord[], whole = false): Promise<number> {
	await harvestList(catalogue.database, sources[source] as number, records, { whole });
	return await work();
}

const titles = async (path: string): Promise<string[]> =>
	((await app.inject(`/api/v1/records?${path}`)).json() as { records: { title: string }[] }).records.map(({ title }) => title).sort();
const idOf = async (identifier: string): Promise<string> => {
	const { rows } = await catalogue.database.pool.query<{ id: number }>(
		'select m.union_id as id from cluster_member m join source_record r on r.id = m.record_id where r.identifier = $1',
		[identifier],
	);
	return publicId(rows[0]?.id ?? 0);
};

/** A follower of a set, with what it holds. */
class Follower {
	readonly held = new Map<string, string>();
	#from: string | null = null;
	readonly #set: string;

	constructor(set: string) {
		this.#set = set;
	}

	async follow(): Promise<Map<string, string>> {
		let query = `metadataPrefix=marc21&set=${this.#set}${this.#from === null ? '' : `&from=${this.#from}`}`;
		let first = true;
		while (query !== '') {
			const { body } = await app.inject(`/oai?verb=ListRecords&${query}`);
			if (first) this.#from = /<responseDate>([^<]+)/.exec(body)?.[1] ?? null;
			first = false;
			for (const record of body.split('<record><header').slice(1)) {
				const identifier = /<identifier>([^<]*)/.exec(record)?.[1] ?? '';
				if (record.startsWith(' status="deleted"')) this.held.delete(identifier);
				else this.held.set(identifier, /<metadata>.*<\/metadata>/s.exec(record)?.[0] ?? '');
			}
			const token = /<resumptionToken[^>]*>([^<]+)/.exec(body)?.[1];
			query = token === undefined ? '' : `resumptionToken=${encodeURIComponent(token)}`;
		}
		return this.held;
	}
}

const whole = (set: string): Promise<Map<string, string>> => new Follower(set).follow();
const TITLES = ['Lịch sử Hải Phòng', 'Địa chí Hải Phòng', 'Toán 6', 'Dế Mèn phiêu lưu ký', 'Lich su Hai Phong'] as const;

const step = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({
			op: fc.constant('harvest' as const),
			source: fc.nat({ max: 1 }),
			records: fc.array(
				fc.record({
					identifier: fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5'),
					title: fc.constantFrom(...TITLES),
					year: fc.constantFrom(1890, 2020),
				}),
				{ maxLength: 5 },
			),
			whole: fc.boolean(),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			op: fc.constant('define' as const),
			query: fc.constantFrom('hải phòng', 'year:1800-1900', '"lịch sử" OR toán', 'NOT phòng'),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ op: fc.constant('remove' as const) }) },
	{ weight: 3, arbitrary: fc.record({ op: fc.constant('follow' as const) }) },
);

describe('a collection by a query', () => {
	it('holds what the query finds, and whoever follows its set ends with the same, whatever came, changed, merged or left', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
				await fresh();
				const follower = new Follower('collection:chu-de');
				let query: string | null = null;
				for (const one of steps) {
					if (one.op === 'harvest') await harvest(one.source, [...new Map(one.records.map((r) => [r.identifier, r])).values()], one.whole);
					else if (one.op === 'define') {
						({ query } = one);
						await define({ code: 'chu-de', query });
						await work();
					} else if (one.op === 'remove') {
						if (query !== null) await removeCollection(catalogue.database, 'chu-de');
						query = null;
						await work();
					} else expect(await follower.follow()).toEqual(await whole('collection:chu-de'));
				}
				const found = query === null ? [] : await titles(`q=${encodeURIComponent(query)}&limit=100`);
				expect(await titles('collection=chu-de&limit=100')).toEqual(found);
				const held = await follower.follow();
				expect(held).toEqual(await whole('collection:chu-de'));
				expect(held.size).toBe(found.length);
				// and nothing is left to do
				expect(await work()).toBe(0);
			}),
			{ numRuns: RUNS },
		);
	});

	it('is a set with a name, a facet and a feed; entering and leaving are changes', async () => {
		await harvest(0, [
			{ identifier: 'a', title: 'Lịch sử Hải Phòng' },
			{ identifier: 'b', title: 'Toán 6' },
		]);
		await define({ code: 'dia-chi', name: 'Địa chí', nameEn: 'Local history', query: 'hải phòng' });
		const { rows: before } = await catalogue.database.pool.query<{ seq: number }>('select seq from change_counter');
		expect(await work()).toBe(1);
		const changes = (await app.inject(`/api/v1/changes?after=${before[0]?.seq}`)).json() as { changes: object[] };
		expect(changes.changes).toEqual([expect.objectContaining({ entity: 'record', operation: 'updated', id: await idOf('a') })]);
		expect((await app.inject('/oai?verb=ListSets')).body).toContain('<setSpec>collection:dia-chi</setSpec><setName>Địa chí</setName>');
		const { facets } = (await app.inject('/api/v1/records?facets=collection')).json() as { facets: object };
		expect(facets).toEqual({ collection: [{ value: 'dia-chi', count: 1 }] });
		const feed = (await app.inject('/feeds/collection/dia-chi.atom?lang=en')).body;
		expect(feed).toContain('<title>New titles – Local history</title>');
		expect(feed.match(/<entry>/g)).toHaveLength(1);
		const page = (await app.inject({ url: '/?q=', headers: { 'accept-language': 'en' } })).body;
		expect(page).toContain('Local history');
		// its only record says something else now
		expect(await harvest(0, [{ identifier: 'a', title: 'Lịch sử Nam Định' }])).toBe(1);
		expect(await titles('collection=dia-chi')).toEqual([]);
		expect((await app.inject('/oai?verb=ListIdentifiers&metadataPrefix=marc21&set=collection:dia-chi')).body).toContain('status="deleted"');
	});

	it.runIf(hasPeer('sickle'))('sickle harvests its set, with what has left it', async () => {
		await harvest(0, [
			{ identifier: 'a', title: 'Lịch sử Hải Phòng' },
			{ identifier: 'b', title: 'Địa chí Hải Phòng' },
			{ identifier: 'c', title: 'Toán 6' },
		]);
		await define({ code: 'hp', query: '"hải phòng"' });
		await work();
		await harvest(0, [{ identifier: 'b', title: 'Dế Mèn' }]);
		const script = `
import sys
from sickle import Sickle
for r in Sickle(sys.argv[1]).ListRecords(metadataPrefix='oai_dc', set='collection:hp'):
    print(r.header.identifier.split(':')[-1], r.header.deleted)`;
		const address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/oai`;
		const { stdout } = await run('python3', ['-c', script, address]);
		expect(stdout.trim().split('\n').sort()).toEqual([`${await idOf('a')} False`, `${await idOf('b')} True`].sort());
	});
});

describe('a query that names collections', () => {
	const titlesOf = async (q: string) => titles(`q=${encodeURIComponent(q)}&limit=100`);

	it('holds what is in them, as they change, however they are nested', async () => {
		await harvest(0, [
			{ identifier: 'a', title: 'Lịch sử Hải Phòng' },
			{ identifier: 'b', title: 'Địa chí Hải Phòng' },
			{ identifier: 'c', title: 'Toán 6' },
		]);
		await define({ code: 'hp', query: '"hải phòng"' });
		await define({ code: 'su', query: 'collection:hp lịch-sử' });
		await define({ code: 'khac', query: 'NOT bộ-sưu-tập:su' });
		for (let i = 0; i < 3; i++) await work();
		expect(await titlesOf('collection:hp')).toEqual(['Lịch sử Hải Phòng', 'Địa chí Hải Phòng']);
		expect(await titlesOf('collection:su')).toEqual(['Lịch sử Hải Phòng']);
		expect(await titlesOf('collection:khac')).toEqual(['Toán 6', 'Địa chí Hải Phòng']);
		expect(await titlesOf('bộ sưu tập:hp -collection:su')).toEqual(['Địa chí Hải Phòng']);
		const sru = await app.inject(`/sru?query=${encodeURIComponent('collection=hp and title=lịch')}&version=1.2&operation=searchRetrieve`);
		expect(sru.body).toContain('<numberOfRecords>1</numberOfRecords>');
		await define({ code: 'hp', query: 'toán' });
		for (let i = 0; i < 3; i++) await work();
		expect(await titlesOf('collection:su')).toEqual([]);
		expect(await titlesOf('collection:khac')).toEqual(['Lịch sử Hải Phòng', 'Toán 6', 'Địa chí Hải Phòng']);
	});

	it('is refused by name when it would be part of itself, or names what is not there', async () => {
		await define({ code: 'a', query: 'toán' });
		await define({ code: 'b', query: 'collection:a' });
		await define({ code: 'c', query: 'văn OR (sử -collection:b)' });
		await expect(define({ code: 'a', query: 'collection:a' })).rejects.toThrow('collection a would be part of itself: a → a');
		await expect(define({ code: 'a', query: 'toán OR collection:c' })).rejects.toThrow('a → c → b → a');
		await expect(define({ code: 'd', query: 'collection:d' })).rejects.toThrow('d → d');
		await expect(define({ code: 'd', query: 'collection:e toán' })).rejects.toThrow('a collection that there is not: e');
		await expect(removeCollection(catalogue.database, 'b')).rejects.toThrow('collection b is named by the query of c');
		await removeCollection(catalogue.database, 'c');
		await removeCollection(catalogue.database, 'b');
		await define({ code: 'a', query: 'văn' });
	});

	it('two that are defined at once do not name each other', async () => {
		await define({ code: 'a', query: 'toán' });
		await define({ code: 'b', query: 'văn' });
		const both = await Promise.allSettled([define({ code: 'a', query: 'collection:b' }), define({ code: 'b', query: 'collection:a' })]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	});

	it('in the search box finds nothing in one that there is not, and says which there are', async () => {
		await harvest(0, [{ identifier: 'a', title: 'Toán 6' }]);
		await define({ code: 'sgk', name: 'Sách giáo khoa', nameEn: 'Textbooks', query: 'toán' });
		await work();
		const rest = (await app.inject('/api/v1/records?q=collection:skg')).json();
		expect(rest).toMatchObject({ total: 0, unknownCollections: ['skg'] });
		expect((await app.inject('/api/v1/records?q=collection:sgk')).json()).toMatchObject({ total: 1, unknownCollections: [] });
		const page = await app.inject({ url: '/?q=b%E1%BB%99+s%C6%B0u+t%E1%BA%ADp:skg&lang=en', headers: { accept: 'text/html' } });
		expect(page.statusCode).toBe(200);
		expect(page.body).toContain('There is no collection with the code <bdi>skg</bdi>.');
		expect(page.body).toContain('<a href="/?collection=sgk&amp;lang=en"><bdi>Textbooks</bdi></a>');
	});
});

describe('a collection by a list', () => {
	const BOOK = { title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', year: 2000, isbn: '9786042012348', pages: 96 };

	it('follows its records into what they become part of, out when they are gone, and back', async () => {
		await harvest(0, [{ identifier: 'a', title: 'Toán 6' }]);
		await harvest(1, [{ identifier: 'x', ...BOOK }]);
		const listed = await idOf('x');
		await define({ code: 'quy', records: [listed] });
		await work();
		expect(await titles('collection=quy')).toEqual([BOOK.title]);
		// the older record turns out to be the same book: the listed id redirects to it
		await harvest(0, [{ identifier: 'a', ...BOOK }]);
		expect(await idOf('a')).toBe(await idOf('x'));
		expect(await idOf('x')).not.toBe(listed);
		expect(await titles('collection=quy')).toEqual([BOOK.title]);
		await harvest(0, [{ identifier: 'a', deleted: true }]);
		await harvest(1, [{ identifier: 'x', deleted: true }]);
		expect(await titles('collection=quy')).toEqual([]);
		await harvest(1, [{ identifier: 'x', ...BOOK }]);
		expect(await titles('collection=quy')).toEqual([BOOK.title]);
		expect((await whole('collection:quy')).size).toBe(1);
	});
});

describe('collections over REST', () => {
	it('are defined by operators, seen by everybody, and refused when they say nothing', async () => {
		await harvest(0, [{ identifier: 'a', title: 'Toán 6' }]);
		const { key } = await createApiKey(catalogue.database, 'console');
		const put = (code: string, payload: object, authorization = `Bearer ${key}`) =>
			app.inject({ method: 'PUT', url: `/api/v1/collections/${code}`, headers: { authorization }, payload });
		expect((await put('sgk', { name: 'Sách giáo khoa', query: 'toán' }, 'Bearer wrong')).statusCode).toBe(401);
		expect((await put('sgk', { name: 'Sách giáo khoa', query: 'toán' })).statusCode).toBe(201);
		await work();
		const again = await put('sgk', { name: 'SGK', nameEn: 'Textbooks', query: 'toán' });
		expect([again.statusCode, again.json()]).toEqual([
			200,
			expect.objectContaining({ name: { vi: 'SGK', en: 'Textbooks' }, titles: 1, settled: false }),
		]);
		await work();
		expect((await app.inject('/api/v1/collections')).json()).toMatchObject({ collections: [{ code: 'sgk', titles: 1, settled: true }] });
		for (const wrong of [{}, { query: 'toán', records: [] }, { query: ' ' }, { records: ['not-an-id'] }])
			expect((await put('x', { name: 'X', ...wrong })).statusCode).toBe(400);
		expect((await put('một', { name: 'X', query: 'toán' })).statusCode).toBe(400);
		const remove = () => app.inject({ method: 'DELETE', url: '/api/v1/collections/sgk', headers: { authorization: `Bearer ${key}` } });
		expect((await remove()).statusCode).toBe(204);
		expect((await remove()).statusCode).toBe(404);
		expect(await work()).toBe(1);
		expect((await app.inject('/api/v1/collections/sgk')).statusCode).toBe(404);
		expect(await titles('collection=sgk')).toEqual([]);
	});
});
