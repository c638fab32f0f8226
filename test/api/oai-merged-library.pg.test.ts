import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeChangeNumbers } from '../../src/store/change-log.ts';
import { withTransaction } from '../../src/store/database.ts';
import { mergeLibrary } from '../../src/store/library.ts';
import { TestCatalogue } from './catalogue.ts';

/** I3 and I4 for the address of a library that became part of another. */

let catalogue: TestCatalogue;
let app: FastifyInstance;
beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	app = catalogue.server({ oaiPageSize: 2 });
	await catalogue.putSource({ id: 1, source: 'tvt-oai', identifier: 'a', title: 'Dế mèn phiêu lưu ký', stamp: '2026-01-01T00:00:00Z' });
	await catalogue.putSource({ id: 2, source: 'tvt-oai', identifier: 'b', title: 'Mắt biếc', stamp: '2026-01-01T00:00:00Z' });
	await catalogue.putSource({ id: 3, source: 'thcs-file', identifier: 'c', title: 'Toán 6', stamp: '2026-01-02T00:00:00Z' });
	// the numbers of those records are given
	await withTransaction(catalogue.database, async (client) => void (await takeChangeNumbers(client, 10)));
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});

interface Listed {
	readonly records: ReadonlyMap<string, string>;
	readonly responseDate: string;
}

/** All that an address lists, by identifier; the datestamps are not compared. */
async function list(library: string, from?: string): Promise<Listed> {
	const records = new Map<string, string>();
	let responseDate = '';
	let query = `metadataPrefix=marc21${from === undefined ? '' : `&from=${from}`}`;
	while (query !== '') {
		const { body } = await app.inject(`/oai/${library}?verb=ListRecords&${query}`);
		responseDate ||= /<responseDate>([^<]+)/.exec(body)?.[1] ?? '';
		for (const record of body.split('<record><header').slice(1)) {
			records.set(/<identifier>([^<]*)/.exec(record)?.[1] ?? '', /<metadata>.*<\/metadata>/s.exec(record)?.[0] ?? '');
		}
		const token = /<resumptionToken[^>]*>([^<]+)/.exec(body)?.[1];
		query = token === undefined ? '' : `resumptionToken=${encodeURIComponent(token)}`;
	}
	return { records, responseDate };
}

test('the old address lists what the new one does, and who followed either misses nothing', async () => {
	const before = { THCS: await list('THCS'), TVT: await list('TVT') };
	expect([...before.THCS.records.keys()]).toHaveLength(1);
	expect([...before.TVT.records.keys()]).toHaveLength(2);
	await mergeLibrary(catalogue.database, 'THCS', 'TVT');
	const whole = await list('TVT');
	expect([...whole.records.keys()]).toHaveLength(3);
	expect((await list('THCS')).records).toEqual(whole.records);
	for (const library of ['THCS', 'TVT'] as const) {
		const since = await list(library, before[library].responseDate);
		expect(new Map([...before[library].records, ...since.records])).toEqual(whole.records);
	}
});

test('it says who it is', async () => {
	const { body } = await app.inject('/oai/THCS?verb=Identify');
	expect(body).toContain('/oai/THCS</baseURL>');
	expect(body).toContain('Thư viện tỉnh');
});
