import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackUnion } from '../../src/records/compact.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, matchAll, type WorldRecord } from '../support/world.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 4, applicationName: 'holdings' });
	drop = made.drop;
});

afterAll(async () => {
	await database.close();
	await drop();
});

const book: WorldRecord = {
	identifier: 'r1',
	title: 'Đất rừng phương Nam',
	author: 'Đoàn Giỏi',
	year: 2010,
	pages: 303,
	callNumber: 'KM.1',
};
const VOLUMES: readonly WorldRecord[] = [1, 2].map((volume) => ({
	...book,
	identifier: `v${volume}`,
	title: 'Chiến tranh và hoà bình',
	volume,
}));

interface Row {
	readonly [column: string]: string | number;
}

/** Rows with the transaction that wrote them, so that one written again with the same values is seen too. */
async function written(table: 'edge' | 'match_key', columns: string): Promise<Row[]> {
	const { rows } = await database.pool.query<Row>(`select ${columns}, xmin::text as writer from ${table} order by ${columns}`);
	return rows;
}

async function unions(): Promise<{ id: number; callNumbers: (string | undefined)[]; title: string | undefined }[]> {
	const { rows } = await database.pool.query<{ id: number; body: Buffer }>(
		"select id, body from union_record where state = 'live' order by id",
	);
	return rows.map(({ id, body }) => {
		const union = unpackUnion(unpackBody(body));
		const title = union.fields.find((f) => f.field.tag === '245')?.field.subfields[0]?.value;
		return { id, callNumbers: union.holdings.map((h) => h.callNumber), title };
	});
}

const lastChange = async (): Promise<number> =>
	(await database.pool.query<{ seq: number }>('select coalesce(max(seq), 0)::int as seq from change')).rows[0]?.seq ?? 0;

describe('an update of holdings alone', () => {
	it('changes no edge, key or cluster, and is seen in the union record', async () => {
		const [a, b] = [await addSource(database, 'hp-01'), await addSource(database, 'hp-02')];
		await harvestList(database, a, [book, ...VOLUMES]);
		await harvestList(database, b, [{ ...book, title: 'Dat rung phuong Nam', author: 'Doan Gioi' }, ...VOLUMES]);
		await matchAll(database);
		const edges = await written('edge', 'a, b, score');
		const keys = await written('match_key', 'key, record_id');
		const before = await unions();
		const seen = await lastChange();
		expect(edges.length).toBeGreaterThanOrEqual(3);
		expect(before.map((u) => u.callNumbers)).toEqual([
			['KM.1', 'KM.1'],
			['KM.1', 'KM.1'],
			['KM.1', 'KM.1'],
		]);

		await harvestList(database, b, [{ ...book, title: 'Dat rung phuong Nam', author: 'Doan Gioi', callNumber: 'KĐ.7' }]);
		await matchAll(database);
		expect(await written('edge', 'a, b, score')).toEqual(edges);
		expect(await written('match_key', 'key, record_id')).toEqual(keys);
		const after = await unions();
		expect(after).toEqual(before.map((u) => (u.title === 'Đất rừng phương Nam' ? { ...u, callNumbers: ['KM.1', 'KĐ.7'] } : u)));
		const { rows } = await database.pool.query<{ id: number; op: number }>('select id, op from change where seq > $1 and entity = 1', [
			seen,
		]);
		expect(rows.map((r) => ({ ...r, id: Number(r.id) }))).toEqual([{ id: Number(before.find((u) => u.title === book.title)?.id), op: 2 }]);

		await harvestList(database, b, [{ ...book, title: 'Dat rung phuong Bac', author: 'Doan Gioi', callNumber: 'KĐ.7', pages: 120 }]);
		await matchAll(database);
		expect(await written('edge', 'a, b, score')).not.toEqual(edges);
		expect(await unions()).toHaveLength(4);
	});
});
