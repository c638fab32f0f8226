import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeLibrary } from '../../src/store/library.ts';
import { addSource, harvestList, matchAll } from '../support/world.ts';
import { TestCatalogue } from './catalogue.ts';

/** I3 for who follows the set of a library that became part of another. */

let catalogue: TestCatalogue;
let app: FastifyInstance;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server({ oaiPageSize: 2 });
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

interface Followed {
	/** Identifiers of what is there and of what was said to be deleted. */
	readonly live: readonly string[];
	readonly gone: readonly string[];
	readonly responseDate: string;
}

async function list(set: string, from?: string): Promise<Followed> {
	const live: string[] = [];
	const gone: string[] = [];
	let responseDate = '';
	let query = `metadataPrefix=marc21&set=${set}${from === undefined ? '' : `&from=${from}`}`;
	while (query !== '') {
		const { body } = await app.inject(`/oai?verb=ListRecords&${query}`);
		responseDate ||= /<responseDate>([^<]+)/.exec(body)?.[1] ?? '';
		for (const record of body.split('<record>').slice(1)) {
			(record.startsWith('<header status="deleted">') ? gone : live).push(/<identifier>([^<]*)/.exec(record)?.[1] ?? '');
		}
		const token = /<resumptionToken[^>]*>([^<]+)/.exec(body)?.[1];
		query = token === undefined ? '' : `resumptionToken=${encodeURIComponent(token)}`;
	}
	return { live: live.sort(), gone: gone.sort(), responseDate };
}

/** What a follower holds after an incremental list. */
const after = (before: Followed, since: Followed): string[] =>
	[...new Set([...before.live, ...since.live])].filter((id) => !since.gone.includes(id)).sort();

test('records leave the set of the old library as deleted there and stand in the set of the new one', async () => {
	const { database } = catalogue;
	const titles = ['Dế mèn phiêu lưu ký', 'Mắt biếc', 'Toán 6', 'Lịch sử Hải Phòng'].map((title, i) => ({ title, identifier: `r${i}` }));
	const shared = titles[0] ?? { title: '', identifier: '' };
	await harvestList(database, await addSource(database, 'cu', 'CU'), titles);
	await harvestList(database, await addSource(database, 'moi', 'MOI'), [shared, { title: 'Số đỏ', identifier: 'r9' }]);
	await matchAll(database);
	const old = await list('library:CU');
	const into = await list('library:MOI');
	expect([old.live.length, into.live.length]).toEqual([4, 2]);
	const whole = [...new Set([...old.live, ...into.live])].sort();

	await mergeLibrary(database, 'CU', 'MOI');
	await matchAll(database);
	const oldSince = await list('library:CU', old.responseDate);
	const intoSince = await list('library:MOI', into.responseDate);
	expect(oldSince).toMatchObject({ live: [], gone: old.live });
	expect(after(old, oldSince)).toEqual([]);
	// what was in both sets, and what came over
	expect(after(into, intoSince)).toEqual(whole);
	expect((await list('library:MOI')).live).toEqual(whole);
	expect((await list('library:CU')).live).toEqual([]);
});
