import { afterAll, beforeAll, expect, it } from 'vitest';
import { KEY_HOLDERS_MAX } from '../../src/matching/keys.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';
import { addSource, drain, emptyCatalogue, harvestList, matchAll, unionImage, type WorldRecord } from '../support/world.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 8, applicationName: 'crowded-key' });
	drop = made.drop;
});
afterAll(async () => {
	await database.close();
	await drop();
});

const TITLES = 10_000;
const SYLLABLES = 'an ba bến biển bình chim cây chợ dòng đất đèn đêm giấc gió hoa hương làng lửa mưa mùa'.split(' ');

/** Four syllables of its own for each number, unlike those of its neighbours: the digits of a number far away. */
const wordsOf = (n: number, step: number): string =>
	[8000, 400, 20, 1].map((unit) => SYLLABLES[Math.floor((((n + 1) * step) % 160_000) / unit) % SYLLABLES.length] as string).join(' ');

/** Another publication under the one ISBN that a careless house printed on all of its books. */
const book = (n: number): WorldRecord => ({
	identifier: `b${n}`,
	title: wordsOf(n, 7_919),
	author: wordsOf(n, 3_083),
	year: 1960 + (n % 60),
	pages: 40 + ((n * 97) % 967),
	isbn: '9786042012348',
});

async function scale(records: readonly WorldRecord[], batchMax: number): Promise<number> {
	await harvestList(database, await addSource(database, 'hp-01'), records, { pageSize: 2_000 });
	let pairs = 0;
	for (;;) {
		const done = await drain(database, { batchMax });
		if (done === null || done.transactions === 0) return pairs;
		pairs += done.pairs;
	}
}

it('one ISBN on ten thousand titles neither joins them nor has them all compared, and falls to a key again when they go', async () => {
	const all = Array.from({ length: TITLES }, (_, n) => book(n));
	const pairs = await scale(all, 1_000);
	expect(pairs / TITLES).toBeLessThan(60);
	const twins = [5, 77, 9_999].map((n) => ({ ...book(n), identifier: `t${n}`, title: wordsOf(n, 7_919).toUpperCase() }));
	await harvestList(database, await addSource(database, 'hp-02'), twins);
	await matchAll(database);
	const { rows } = await database.pool.query<{ unions: number; found: number }>(
		`select count(distinct union_id)::int as unions,
			(select count(*)::int from source_record t join source_record b on b.identifier = replace(t.identifier, 't', 'b')
				join cluster_member x on x.record_id = t.id join cluster_member y on y.record_id = b.id and y.union_id = x.union_id
				where starts_with(t.identifier, 't')) as found
		from cluster_member`,
	);
	expect(rows[0]?.found, 'by their other keys').toBe(twins.length);
	expect(rows[0]?.unions).toBeGreaterThan(0.99 * TITLES);

	// a title that was cut short: only its ISBN tells what it is of, once few others have it
	const { title = '', isbn = '' } = book(3);
	const few: WorldRecord[] = [...all.slice(0, 30), { identifier: 'short', title, isbn }];
	const { rows: sources } = await database.pool.query<{ id: number }>("select id from source where code = 'hp-01'");
	await harvestList(database, sources[0]?.id ?? 0, few, { whole: true });
	await matchAll(database, 700);
	const crossed = await unionImage(database);
	await emptyCatalogue(database);
	await scale(few, 1_000);
	await harvestList(database, await addSource(database, 'hp-02'), twins);
	await matchAll(database);
	expect(crossed).toEqual(await unionImage(database));
}, 540_000);

it('where a key crosses its cap, only who may lose an edge by it is compared again, and what stays what it is gets no change', async () => {
	await emptyCatalogue(database);
	const few = Array.from({ length: KEY_HOLDERS_MAX - 2 }, (_, n) => book(n));
	const twin = { ...book(0), identifier: 'twin' };
	// another year and a longer word: it is compared with its like for nothing but the ISBN
	const { title, year = 0 } = book(1);
	const later: WorldRecord = { ...book(1), identifier: 'later', title: `${title} truyện`, year: year + 1 };
	const more = Array.from({ length: 20 }, (_, n) => book(KEY_HOLDERS_MAX + n));
	const seqs = async (): Promise<Map<number, number>> => {
		const { rows } = await database.pool.query<{ id: number; seq: number }>('select id, seq from union_record');
		return new Map(rows.map(({ id, seq }) => [id, seq]));
	};
	await scale([...few, twin, later], 1_000);
	const before = await seqs();
	await harvestList(database, await addSource(database, 'hp-02'), more);
	let compared = 0;
	for (let done = await drain(database); done !== null && done.records > 0; done = await drain(database)) compared += done.records;
	expect(compared - more.length, 'the one whose only key it was and what it was compared with').toBe(2);
	const after = await seqs();
	expect(
		[...before].filter(([id, seq]) => after.get(id) !== seq),
		'the cluster that falls apart',
	).toHaveLength(1);
});
