import { afterAll, beforeAll, expect, it } from 'vitest';
import { drainDirty, type MatchProgress, type MatchWork, waitingToMatch } from '../../src/catalogue/match.ts';
import { mergeBatch } from '../../src/catalogue/merge-batch.ts';
import { scoreBatch } from '../../src/catalogue/score-batch.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { packUnion, unpackUnion } from '../../src/records/compact.ts';
import { packBody, unpackBody } from '../../src/store/body-codec.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { testDatabase } from '../support/postgres.ts';
import { addSource, graphImage, harvestList, quiet, unionImage, type WorldRecord } from '../support/world.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
	const made = await testDatabase();
	database = openDatabase(made.url, { max: 4, applicationName: 'merging-version' });
	drop = made.drop;
});

afterAll(async () => {
	await database.close();
	await drop();
});

const book = (identifier: string, title: string, more: Partial<WorldRecord> = {}): WorldRecord => ({
	identifier,
	title,
	author: 'Tô Hoài',
	year: 2000,
	...more,
});

const merge: MatchWork['merge'] = async (clusters) => mergeBatch(clusters);
/** Older rules of merging: no extent. */
const olderMerge: MatchWork['merge'] = async (clusters) =>
	mergeBatch(clusters).map((made) => {
		const union = unpackUnion(unpackBody(made.body));
		return { ...made, body: packBody(packUnion({ ...union, fields: union.fields.filter((f) => f.field.tag !== '300') })) };
	});

const match = async (by: MatchWork['merge'], more: { decisionsOnly?: boolean } = {}): Promise<MatchProgress | null> =>
	await drainDirty({ database, work: { score: async (r) => scoreBatch(r), merge: by }, clock: systemClock, logger: quiet, ...more });

it('union records of older rules of merging are merged again, once, with their edges as they are, and only those that changed are told', async () => {
	const { pool } = database;
	const source = await addSource(database, 'hp-01');
	await harvestList(database, source, [book('a', 'O chuột', { pages: 96 }), book('b', 'Nhà nghèo'), book('c', 'O chuột', { pages: 96 })]);
	await match(merge);
	const right = await unionImage(database);
	const graph = await graphImage(database);
	await pool.query('insert into dirty (record_id, priority) select id, 1 from source_record');
	await match(olderMerge);
	await pool.query("delete from setting where name = 'merging'");
	expect(await unionImage(database)).not.toEqual(right);
	const { rows: last } = await pool.query<{ seq: number }>('select seq from change_counter');
	expect(await waitingToMatch(database)).toBe(1);
	expect((await match(merge, { decisionsOnly: true }))?.records).toBe(0);

	expect(await match(merge)).toMatchObject({ records: 3, unions: 1 });
	expect(await unionImage(database)).toEqual(right);
	expect(await graphImage(database)).toEqual(graph);
	const { rows: told } = await pool.query('select id from change where seq > $1 and entity = 1', [last[0]?.seq]);
	expect(told).toHaveLength(1);
	expect(await waitingToMatch(database)).toBe(0);
	expect(await match(merge)).toMatchObject({ records: 0, unions: 0 });
});
