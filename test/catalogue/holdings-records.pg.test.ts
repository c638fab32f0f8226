import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unpackUnion } from '../../src/records/compact.ts';
import { unpackBody } from '../../src/store/body-codec.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { removeSource } from '../../src/store/source.ts';
import { sourceTotals } from '../../src/store/totals.ts';
import { testDatabase } from '../support/postgres.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, unionImage, type WorldRecord } from '../support/world.ts';

const RUNS = process.env['DEEP'] === '1' ? 80 : 12;

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 4, applicationName: 'holdings-records' });
	drop = made.drop;
});

afterAll(async () => {
	await database.close();
	await drop();
});

const empty = (): Promise<void> => emptyCatalogue(database);

beforeEach(empty);

const TITLES = ['Đất rừng phương Nam', 'Dế Mèn phiêu lưu ký', 'Toán 6'];
const book = (n: number): WorldRecord => ({
	identifier: `b${n}`,
	control: `c${n}`,
	title: TITLES[n % 3] as string,
	author: 'Tô Hoài',
	year: 2000,
	pages: 96,
});
const held = (n: number, of: string, callNumber = `KM.${n}`): WorldRecord => ({ identifier: `h${n}`, of, callNumber });
const gone = (identifier: string): WorldRecord => ({ identifier, deleted: true });

/** Title, and path and call number of each holding, of the living union records. */
async function shown(): Promise<string[]> {
	const { rows } = await database.pool.query<{ body: Buffer }>("select body from union_record where state = 'live'");
	return rows
		.map(({ body }) => {
			const union = unpackUnion(unpackBody(body));
			const title = union.fields.find((f) => f.field.tag === '245')?.field.subfields[0]?.value;
			return [title, ...union.holdings.map((h) => `${h.path}=${h.callNumber ?? ''}`)].join('|');
		})
		.sort();
}

/** One run that lists these, matched. */
async function told(source: number, ...records: WorldRecord[]): Promise<string[]> {
	await harvestList(database, source, records);
	await matchAll(database);
	return await shown();
}

describe('a MARC holdings record', () => {
	it('stands in the union record of the record its 004 names, and says where each holding came from', async () => {
		const source = await addSource(database, 'hp-01');
		const other = await addSource(database, 'hp-02');
		await told(other, { ...book(0), title: 'Toán 7', year: 1999 });
		expect(await told(source, held(1, 'c0'))).toEqual(['Toán 7|=']);
		expect(await told(source, book(0), book(1))).toEqual(['Dế Mèn phiêu lưu ký|=', 'Toán 7|=', 'Đất rừng phương Nam|h1@1 852=KM.1']);
		expect(await database.pool.query("select from union_record where state = 'live'")).toMatchObject({ rowCount: 3 });
		expect(await database.pool.query('select from cluster_member')).toMatchObject({ rowCount: 3 });
		expect((await sourceTotals(database.pool)).find((t) => t.source === source)).toMatchObject({ stored: 2 });
	});

	it('comes after its record, changes, moves to another and goes', async () => {
		const source = await addSource(database, 'hp-01');
		expect(await told(source, book(0), book(1))).toEqual(['Dế Mèn phiêu lưu ký|=', 'Đất rừng phương Nam|=']);
		expect(await told(source, held(1, 'c0'))).toEqual(['Dế Mèn phiêu lưu ký|=', 'Đất rừng phương Nam|h1@1 852=KM.1']);
		expect(await told(source, held(1, 'c0', 'KM.9'))).toEqual(['Dế Mèn phiêu lưu ký|=', 'Đất rừng phương Nam|h1@2 852=KM.9']);
		expect(await told(source, held(1, 'c1'))).toEqual(['Dế Mèn phiêu lưu ký|h1@3 852=KM.1', 'Đất rừng phương Nam|=']);
		expect(await told(source, gone('b1'))).toEqual(['Đất rừng phương Nam|=']);
		expect(await told(source, { ...book(0), control: 'c1' })).toEqual(['Đất rừng phương Nam|h1@3 852=KM.1']);
		expect(await told(source, gone('h1'))).toEqual(['Đất rừng phương Nam|=']);
		expect(await told(source, held(1, 'c1'))).toEqual(['Đất rừng phương Nam|h1@4 852=KM.1']);
	});

	it('goes with its source, and a record that becomes one leaves its union record', async () => {
		const source = await addSource(database, 'hp-01');
		const other = await addSource(database, 'hp-02');
		await told(other, book(0));
		await told(source, book(0), book(1), held(1, 'c0'));
		expect(await shown()).toEqual(['Dế Mèn phiêu lưu ký|=', 'Đất rừng phương Nam|h1@1 852=KM.1|=']);
		expect(await told(source, { ...held(2, 'c0'), identifier: 'b1' })).toEqual(['Đất rừng phương Nam|b1@2 852=KM.2|h1@1 852=KM.1|=']);
		await removeSource(database, 'hp-01');
		await matchAll(database);
		expect(await shown()).toEqual(['Đất rừng phương Nam|=']);
		expect(await database.pool.query('select from control_number')).toMatchObject({ rowCount: 0 });
	});

	it('costs other sources nothing: no control numbers are kept of them', async () => {
		const [one, two] = [await addSource(database, 'hp-01'), await addSource(database, 'hp-02')];
		await told(one, book(0), held(1, 'c0'));
		await told(two, book(0), book(1));
		const { rows } = await database.pool.query('select distinct source_id from control_number');
		expect(rows).toEqual([{ source_id: one }]);
	});
});

const SOURCES = ['hp-01', 'hp-02'] as const;

interface Step {
	readonly source: number;
	readonly records: readonly WorldRecord[];
}

const bibRecord = fc
	.tuple(fc.nat(3), fc.nat(2), fc.constantFrom('c1', 'c2', 'c3'))
	.map(([n, title, control]): WorldRecord => ({ ...book(title), identifier: `b${n}`, control }));
const holdingsRecord = fc
	.tuple(fc.nat(3), fc.constantFrom('c1', 'c2', 'c3'), fc.nat(2))
	.map(([n, of, call]): WorldRecord => held(n, of, `KM.${call}`));
const anyRecord = fc.oneof(
	{ weight: 3, arbitrary: bibRecord },
	{ weight: 3, arbitrary: holdingsRecord },
	{ weight: 2, arbitrary: fc.constantFrom('b', 'h').chain((letter) => fc.nat(3).map((n) => gone(`${letter}${n}`))) },
	// one that turns from the one into the other
	{ weight: 1, arbitrary: holdingsRecord.map((r): WorldRecord => ({ ...r, identifier: 'b0' })) },
);
const step: fc.Arbitrary<Step> = fc.record({
	source: fc.nat(SOURCES.length - 1),
	records: fc.array(anyRecord, { minLength: 1, maxLength: 6 }),
});

async function play(steps: readonly Step[], batchMax: number, each: boolean): Promise<string[]> {
	await empty();
	const ids: number[] = [];
	for (const code of SOURCES) ids.push(await addSource(database, code));
	for (const { source, records } of steps) {
		await harvestList(database, ids[source] as number, records, { pageSize: 2 });
		if (each) await matchAll(database, batchMax);
	}
	await matchAll(database, batchMax);
	return await unionImage(database);
}

/** The last word of each living record, in the order of identifiers; `reverse` puts bibliographic records last. */
function finalState(steps: readonly Step[], reverse: boolean): Step[] {
	return SOURCES.map((_, source) => {
		const last = new Map<string, WorldRecord>();
		for (const s of steps) if (s.source === source) for (const r of s.records) last.set(r.identifier, r);
		const records = [...last.values()].filter((r) => r.deleted !== true).sort((x, y) => (x.identifier < y.identifier ? -1 : 1));
		return { source, records: reverse ? records.reverse() : records };
	});
}

describe('the union with holdings records is a function of the current versions (I2)', () => {
	it('whichever came first, moved, went or was regrouped, and whatever the batches', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(step, { minLength: 1, maxLength: 6 }),
				fc.integer({ min: 1, max: 4 }),
				fc.boolean(),
				fc.boolean(),
				async (steps, batch, each, reverse) => {
					const lived = await play(steps, batch, each);
					expect(lived).toEqual(await play(finalState(steps, reverse), 1_000, false));
				},
			),
			{ numRuns: RUNS },
		);
	});
});
