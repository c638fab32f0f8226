import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';
import { finalState, type Listed, listed, SOURCES } from '../support/random-world.ts';
import { unresolved } from '../support/resolves.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, unionImage, type WorldRecord } from '../support/world.ts';

const RUNS = process.env['DEEP'] === '1' ? 60 : 6;

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 8, applicationName: 'exactness' });
	drop = made.drop;
});

afterAll(async () => {
	await database.close();
	await drop();
});

const empty = (): Promise<void> => emptyCatalogue(database);

/** Plays steps; `matchAfter` says after which of them matching runs. */
async function play(steps: readonly Listed[], order: readonly number[], batchMax: number, matchEach: boolean): Promise<void> {
	const ids = new Map<string, number>();
	for (const at of order) ids.set(SOURCES[at] as string, await addSource(database, SOURCES[at] as string));
	for (const s of steps) {
		await harvestList(database, ids.get(SOURCES[s.source] as string) as number, s.records, { pageSize: s.pageSize });
		if (matchEach) await matchAll(database, batchMax);
	}
	await matchAll(database, batchMax);
}

describe('the union is a function of the current versions (I2)', () => {
	it('whatever the order of arrival, the batch size and how often matching ran', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(listed, { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 5 }),
				fc.boolean(),
				async (steps, batch, each) => {
					await empty();
					await play(steps, [0, 1, 2, 3], batch, each);
					const once = await unionImage(database);
					expect(await unresolved(database), 'every id resolves (I3)').toEqual([]);
					await empty();
					await play(finalState(steps).reverse(), [2, 0, 3, 1], 1000, false);
					expect(once).toEqual(await unionImage(database));
				},
			),
			{ numRuns: RUNS },
		);
	});

	it('and removing what a source listed leaves the union as if it had never been', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(listed, { minLength: 2, maxLength: 6 }), async (steps) => {
				await empty();
				await play(steps, [0, 1, 2, 3], 7, true);
				const { rows } = await database.pool.query<{ id: number }>('select id from source where code = $1', [SOURCES[0]]);
				await harvestList(database, rows[0]?.id ?? 0, [], { whole: true });
				await matchAll(database);
				const without = await unionImage(database);
				await empty();
				await play(
					steps.filter((s) => s.source !== 0),
					[0, 1, 2, 3],
					1000,
					false,
				);
				expect(without).toEqual(await unionImage(database));
			}),
			{ numRuns: RUNS },
		);
	});
});

describe('harvesting twice equals harvesting once (I1)', () => {
	it('and counts every record as unchanged', async () => {
		await empty();
		const source = await addSource(database, 'hp-01');
		const records = Array.from({ length: 30 }, (_, i) => ({ identifier: `r${i}`, title: `Nhan đề ${i % 7}`, year: 2000 + (i % 3) }));
		const first = await harvestList(database, source, records, { pageSize: 7 });
		await matchAll(database);
		const image = await unionImage(database);
		const second = await harvestList(database, source, records, { pageSize: 11, whole: true });
		await matchAll(database);
		expect(first).toMatchObject({ listed: 30, created: 30 });
		expect(second).toMatchObject({ listed: 30, unchanged: 30, vanished: 0 });
		expect(await unionImage(database)).toEqual(image);
	});
});

describe('keys that cross their cap', () => {
	it('leave the same union whichever way they were crossed', async () => {
		const many = (n: number): WorldRecord[] =>
			Array.from({ length: n }, (_, i) => ({
				identifier: `k${i}`,
				title: i % 2 === 0 ? 'Tuyển tập' : 'Tuyen tap',
				author: 'Nhiều tác giả',
				year: 1990 + (i % 4),
				isbn: '9786042012348',
				pages: 100 + Math.floor(i / 8),
			}));
		await empty();
		const up = await addSource(database, 'hp-01');
		for (const n of [30, 60, 130]) {
			await harvestList(database, up, many(n));
			await matchAll(database, 13);
		}
		await harvestList(database, up, many(35), { whole: true });
		await matchAll(database, 9);
		const crossed = await unionImage(database);
		await empty();
		const straight = await addSource(database, 'hp-01');
		await harvestList(database, straight, many(35));
		await matchAll(database);
		expect(crossed).toEqual(await unionImage(database));
	});
});

it('compares with a record as it is matched now, when one before was compared with what it said before', async () => {
	await empty();
	const [one, other, third] = [await addSource(database, 'hp-01'), await addSource(database, 'hp-02'), await addSource(database, 'hp-03')];
	const book: WorldRecord = { identifier: 'corrected', title: 'Bến quê', author: 'Nguyễn Minh Châu', year: 1985, pages: 120 };
	const isbn = '9786042012348';
	await harvestList(database, one, [{ ...book, isbn }]);
	await matchAll(database);
	// matched in this order, one by one: the first shares nothing with the others but the number
	await harvestList(database, other, [{ identifier: 'before', title: 'Ao làng', author: 'Ngô Văn Phú', year: 1985, pages: 50, isbn }]);
	await harvestList(database, one, [{ ...book, isbn, year: 2005, pages: 300 }]);
	await harvestList(database, third, [{ ...book, identifier: 'behind', year: 2005, pages: 300 }]);
	await matchAll(database, 1);
	const { rows } = await database.pool.query<{ members: string[] }>(
		`select array_agg(r.identifier order by r.identifier) as members from cluster_member m join source_record r on r.id = m.record_id
		group by m.union_id order by 1`,
	);
	expect(rows.map((row) => row.members)).toEqual([['before'], ['behind', 'corrected']]);
});
