import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchInMemory } from '../../src/catalogue/evaluate.ts';
import { KEY_HOLDERS_MAX } from '../../src/matching/keys.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, marcOf, matchAll, type WorldRecord } from '../support/world.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 8, applicationName: 'evaluate' });
	drop = made.drop;
});

afterAll(async () => {
	await database.close();
	await drop();
});

const TITLES = ['Đất rừng phương Nam', 'Dat rung phuong Nam', 'Toán 6', 'Toán 7', 'Dế Mèn phiêu lưu ký', 'Dế mèn phiêu lưu kí', 'Số đỏ'];
const AUTHORS = ['Đoàn Giỏi', 'Tô Hoài', 'Doan Gioi', 'Vũ Trọng Phụng'];

/** Records that meet, conflict and chain; and numbers and titles that far more share than are compared by one key, on each step of the ladder. */
function sample(): WorldRecord[] {
	const records: WorldRecord[] = [];
	for (let n = 0; n < 180; n++) {
		records.push({
			identifier: `few-${n}`,
			title: TITLES[n % TITLES.length] as string,
			author: AUTHORS[(n >> 2) % AUTHORS.length] as string,
			year: 1998 + ((n >> 1) % 5),
			...(n % 3 === 0 ? { volume: 1 + ((n >> 3) % 2) } : {}),
			...(n % 4 === 0 ? { pages: 96 + 8 * ((n >> 4) % 3) } : {}),
		});
	}
	for (let n = 0; n < 3 * KEY_HOLDERS_MAX; n++) {
		const word = ['Một', 'Hai', 'Ba'][n % 3] as string;
		records.push({
			identifier: `isbn-${n}`,
			title: n % 2 === 0 ? `${word} chuyện kể thứ ${n >> 2}` : `${word} quyển sách`,
			year: n < 2 * KEY_HOLDERS_MAX ? 2001 : 2002 + (n % 3),
			isbn: '9786042012348',
			pages: 100 + (n >> 3),
		});
	}
	return records;
}

const named = (groups: readonly (readonly string[])[]): string[] => groups.map((g) => [...g].sort().join(' ')).sort();

describe('matching in memory', () => {
	it('makes the clusters and compares the pairs that the database makes of the same records', async () => {
		const records = sample();
		const source = await addSource(database, 'records');
		await harvestList(database, source, records);
		// in many batches: keys cross their cap on the way
		await matchAll(database, 50);
		const { rows } = await database.pool.query<{ ids: string[] }>(
			`select array_agg(r.identifier) as ids from cluster_member m join source_record r on r.id = m.record_id group by m.union_id`,
		);
		const matched = matchInMemory(
			records.map((r) => ({
				identifier: r.identifier,
				datestamp: null,
				raw: '',
				digest: new Uint8Array(16),
				decoded: { ok: true, record: marcOf(r), repairs: [] },
			})),
		);
		const idOf = (place: number): string => records[place]?.identifier ?? '';
		const found = matched.clusters.map((c) => c.map(idOf));
		expect(named(found)).toEqual(named(rows.map((r) => r.ids)));
		expect(found.filter((c) => c.length > 1).length).toBeGreaterThan(10);
		const holders = new Map<number, number>();
		for (const { keys } of matched.keys) for (const key of keys) holders.set(key, (holders.get(key) ?? 0) + 1);
		expect(Math.max(...holders.values())).toBeGreaterThan(2 * KEY_HOLDERS_MAX);
		const edges = await database.pool.query<{ a: string; b: string; score: number }>(
			`select x.identifier as a, y.identifier as b from edge e join source_record x on x.id = e.a join source_record y on y.id = e.b`,
		);
		const compared = new Set(matched.candidates.map(([a, b]) => [idOf(a), idOf(b)].sort().join(' ')));
		const unknown = edges.rows.filter(({ a, b }) => !compared.has([a, b].sort().join(' ')));
		expect(edges.rows.length).toBeGreaterThan(100);
		expect(unknown).toEqual([]);
	});
});
