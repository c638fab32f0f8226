import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Intake } from '../../src/catalogue/intake.ts';
import type { RawRecord } from '../../src/catalogue/prepare.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { withTransaction } from '../../src/store/database.ts';
import { openRun } from '../../src/store/harvest-run.ts';
import { takeLease } from '../../src/store/lease.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, localWork, marcOf } from '../support/world.ts';

let made: TestDatabase;

beforeAll(async () => {
	made = await testDatabase();
});

afterAll(() => made.drop());

type Item = RawRecord & { readonly deleted: boolean };

const alive = (identifier: string): Item => ({
	identifier,
	datestamp: null,
	raw: identifier,
	digest: new Uint8Array(16).fill(identifier.length),
	decoded: { ok: true, record: marcOf({ identifier, title: `Title ${identifier}` }), repairs: [] },
	deleted: false,
});
const dead = (identifier: string): Item => ({ ...alive(identifier), decoded: null, digest: new Uint8Array(0), deleted: true });

describe('parts that share a transaction', () => {
	it('leave a record as the last of them has it, with all that follows from it', async () => {
		const { database } = made;
		const sourceId = await addSource(database, 'shared');
		const fence = (await takeLease(database.pool, sourceId, 'test', 60)) as number;
		const run = await withTransaction(database, (client) => openRun(client, sourceId, { mode: 'full' }));
		const intake = new Intake(database, localWork, systemClock, {
			id: run.id,
			sourceId,
			fence,
			staged: false,
			format: () => 1,
			ledger: run.ledger,
		});
		// whoever holds the row of the source keeps the first commit waiting, so that the others come together
		const client = await database.pool.connect();
		await client.query('begin');
		await client.query('select 1 from source where id = $1 for update', [sourceId]);
		const parts = [[alive('first')], [dead('back'), alive('gone')], [alive('back'), dead('gone')]];
		for (const [at, part] of parts.entries()) await intake.accept({ items: part, handle: part, repairs: [], checkpoint: { at } });
		await client.query('rollback');
		client.release();
		await intake.flush();
		const { rows } = await database.pool.query(
			`select identifier, deleted, current_no as no, exists (select 1 from dirty d where d.record_id = r.id) as dirty,
				(select op from change where id = r.id and entity = 2 order by seq desc limit 1) as op
			from source_record r where source_id = $1 order by 1`,
			[sourceId],
		);
		expect(rows).toEqual([
			{ identifier: 'back', deleted: false, no: 1, dirty: true, op: 1 },
			{ identifier: 'first', deleted: false, no: 1, dirty: true, op: 1 },
			{ identifier: 'gone', deleted: true, no: 1, dirty: true, op: 3 },
		]);
		expect(intake.ledger).toMatchObject({ listed: 5, created: 2, updated: 1, deleted: 2 });
	});
});
