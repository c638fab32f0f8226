import { afterAll, beforeAll, expect, it } from 'vitest';
import { unpackUnion } from '../../src/records/compact.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, matchAll, type WorldRecord } from '../support/world.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 4, applicationName: 'library-rank' });
	drop = made.drop;
});

afterAll(async () => {
	await database.close();
	await drop();
});

const book: WorldRecord = { identifier: '1', title: 'Đất rừng phương Nam', author: 'Đoàn Giỏi', year: 2010, pages: 303 };

it('of records equally good, the one of the library of higher rank leads; a library that was merged has the rank of its successor', async () => {
	await database.pool.query("insert into library (code, name, kind) values ('tinh', 'Thư viện tỉnh', 'province')");
	const title = async (): Promise<string | undefined> => {
		const { rows } = await database.pool.query<{ body: Buffer }>("select body from union_record where state = 'live'");
		expect(rows).toHaveLength(1);
		const union = unpackUnion(unpackBody(rows[0]?.body ?? Buffer.alloc(0)));
		return union.fields.find((f) => f.field.tag === '245')?.field.subfields[0]?.value;
	};
	const school = await addSource(database, 'a-school');
	const province = await addSource(database, 'z-province', 'tinh');
	await harvestList(database, school, [{ ...book, title: 'ĐẤT RỪNG PHƯƠNG NAM' }]);
	await harvestList(database, province, [book]);
	await matchAll(database);
	expect(await title()).toBe('Đất rừng phương Nam');

	await database.pool.query("update library set merged_into = 'a-school' where code = 'tinh'");
	await harvestList(database, province, [{ ...book, callNumber: 'KM.2' }]);
	await matchAll(database);
	expect(await title()).toBe('ĐẤT RỪNG PHƯƠNG NAM');
});
