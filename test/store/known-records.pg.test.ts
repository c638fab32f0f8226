import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../../src/store/database.ts';
import { insertReleased, knownRecords } from '../../src/store/intake.ts';
import { addLibrary } from '../../src/store/library.ts';
import { addSource } from '../../src/store/source.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let made: TestDatabase;
beforeAll(async () => {
	made = await testDatabase();
	await addLibrary(made.database, { code: 'TV', name: 'Thư viện', kind: 'school', area: null });
});
afterAll(() => made.drop());

let next = 1;
async function newSource(host: string, records: number): Promise<number> {
	const { id } = await addSource(made.database, { library: 'TV', kind: 'oai-pmh', url: `https://${host}/oai` });
	const rows = Array.from({ length: records }, (_, n) => ({ id: next++, identifier: `oai:${n}`, no: 1, deleted: false }));
	await withTransaction(made.database, (client) => insertReleased(client, id, rows));
	return id;
}

it('records of a source that statistics do not know yet are looked up by their identifiers, not read one and all', async () => {
	for (const host of ['a.example.vn', 'b.example.vn']) await newSource(host, 3_000);
	await made.database.pool.query('analyze source_record');
	const fresh = await newSource('c.example.vn', 3_000);
	const plans: string[] = [];
	const explained = {
		query: async (asked: { readonly text: string; readonly values: unknown[] }): Promise<pg.QueryResult> => {
			const { rows } = await made.database.pool.query<{ 'QUERY PLAN': string }>(`explain ${asked.text}`, asked.values);
			plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
			return await made.database.pool.query(asked.text, asked.values);
		},
	} as unknown as pg.Pool;
	const asked = ['oai:7', 'oai:2999', 'oai:3000'];
	const known = await knownRecords(explained, fresh, 0, false, asked);
	expect(known.map(({ identifier }) => identifier)).toEqual(asked.slice(0, 2));
	expect(plans).toHaveLength(1);
	expect(plans[0]).toContain('source_record_identifier');
});
