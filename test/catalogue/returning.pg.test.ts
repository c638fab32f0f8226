import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/catalogue/decide.ts';
import { listDoubts } from '../../src/catalogue/queue.ts';
import { publicId } from '../../src/lib/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { resolveUnion } from '../../src/store/union-read.ts';
import { littleCatalogue, MEN, recordNumber } from '../support/little-catalogue.ts';
import { unresolved } from '../support/resolves.ts';
import { addSource, harvestList, matchAll, type WorldRecord } from '../support/world.ts';

let database: Database;
let source: number;

const LAMP: WorldRecord = { identifier: 'x', title: 'Tắt đèn', author: 'Ngô Tất Tố', year: 1999, pages: 320 };
const first = { ...MEN, identifier: 'first' };
const second = { ...MEN, identifier: 'second' };
const third = { ...MEN, identifier: 'third' };
const gone = (r: WorldRecord): WorldRecord => ({ identifier: r.identifier, deleted: true });
const asLamp = (r: WorldRecord): WorldRecord => ({ ...LAMP, identifier: r.identifier });

littleCatalogue((opened) => {
	database = opened;
});
beforeEach(async () => {
	source = await addSource(database, 'hp-01');
});

async function list(...records: WorldRecord[]): Promise<void> {
	await harvestList(database, source, records);
	await matchAll(database);
	expect(await unresolved(database)).toEqual([]);
}

const number = (identifier: string): Promise<number> => recordNumber(database, identifier);

/** What the id of a record stands for: the identifier whose id it answers to, and the members there; null for a tombstone. */
async function leadsTo(r: WorldRecord): Promise<{ id: string; members: string[] } | null> {
	const union = await resolveUnion(database.pool, await number(r.identifier));
	if (union?.state !== 'live') return null;
	const { rows } = await database.pool.query<{ id: string }>('select identifier as id from source_record where id = $1', [union.id]);
	const members = await database.pool.query<{ identifier: string }>(
		'select identifier from cluster_member m join source_record r on r.id = m.record_id where union_id = $1 order by r.id',
		[union.id],
	);
	return { id: rows[0]?.id ?? '', members: members.rows.map((m) => m.identifier) };
}

describe('a record that comes back', () => {
	it('as what it was takes its id and its place again', async () => {
		await list(first, second, third);
		await list(gone(first));
		expect(await leadsTo(first)).toEqual({ id: 'first', members: ['second', 'third'] });
		await list(first);
		expect(await leadsTo(third)).toEqual({ id: 'first', members: ['first', 'second', 'third'] });
	});

	it('gives the union record its id back when all of it had died, whichever member comes', async () => {
		await list(first, second, third);
		await list(gone(first), gone(second), gone(third));
		expect(await Promise.all([first, second, third].map(leadsTo))).toEqual([null, null, null]);
		await list(second);
		for (const r of [first, second, third]) expect(await leadsTo(r)).toEqual({ id: 'first', members: ['second'] });
		await list(third, asLamp(first));
		expect(await leadsTo(first)).toEqual({ id: 'first', members: ['first'] });
		for (const r of [second, third]) expect(await leadsTo(r)).toEqual({ id: 'second', members: ['second', 'third'] });
	});

	it('as another publication takes its id from the cluster that answered to it meanwhile', async () => {
		await list(first, second, third);
		await list(gone(first));
		await list(asLamp(first));
		expect(await leadsTo(first)).toEqual({ id: 'first', members: ['first'] });
		for (const r of [second, third]) expect(await leadsTo(r)).toEqual({ id: 'second', members: ['second', 'third'] });
	});

	it('as another publication takes its own id and no other', async () => {
		await list(first, second, third);
		await list(gone(first));
		await list(gone(second));
		await list(asLamp(second));
		expect(await leadsTo(second)).toEqual({ id: 'second', members: ['second'] });
		expect(await leadsTo(first)).toEqual({ id: 'first', members: ['third'] });
		await list(gone(third), gone(second));
		await list(asLamp(third));
		expect(await leadsTo(third)).toEqual({ id: 'third', members: ['third'] });
		expect([await leadsTo(first), await leadsTo(second)]).toEqual([null, null]);
	});

	it('brings its decisions along, and what was decided of another text waits in the queue', async () => {
		await list(first, second, asLamp(third));
		const [a, b] = [publicId(await number('first')), publicId(await number('third'))];
		const decision = await decide(database, { verdict: 'same', a, b, by: 'Lan', reason: 'x', confirm: [] });
		await matchAll(database);
		await list(gone(third));
		expect(await leadsTo(third)).toEqual({ id: 'first', members: ['first', 'second'] });
		await list(asLamp(third));
		expect(await leadsTo(third)).toEqual({ id: 'first', members: ['first', 'second', 'third'] });
		const waiting = async (): Promise<unknown[]> => [...(await listDoubts(database, { after: null, limit: 9 })).pairs];
		expect(await waiting()).toEqual([]);
		await list(gone(third));
		await list({ ...asLamp(third), year: 1987 });
		expect(await leadsTo(third)).toEqual({ id: 'first', members: ['first', 'second', 'third'] });
		expect(await waiting()).toMatchObject([{ a, b, decision, why: 'changed-since-decided' }]);
	});
});

it('a record that becomes another publication without leaving takes its own id and no other', async () => {
	await list(first, second, third);
	await list(gone(first));
	await list(asLamp(second));
	expect(await leadsTo(second)).toEqual({ id: 'second', members: ['second'] });
	expect(await leadsTo(first)).toEqual({ id: 'first', members: ['third'] });
	await list({ ...third, year: 2001 });
	expect(await leadsTo(third)).toEqual({ id: 'first', members: ['third'] });
	await list(asLamp(third));
	expect(await leadsTo(first)).toBeNull();
	expect(await leadsTo(third)).toEqual({ id: 'second', members: ['second', 'third'] });
});

describe('an id that no union record ever answered to is a tombstone when all that it led to is gone', () => {
	const state = async (r: WorldRecord): Promise<string | undefined> =>
		(await resolveUnion(database.pool, await number(r.identifier)))?.state;

	it('because its heir became another publication', async () => {
		await list(first, second);
		await list(gone(second));
		await list(asLamp(first));
		expect([await state(first), await state(second)]).toEqual(['live', 'deleted']);
	});

	it('because the one that it answered to returned as another publication', async () => {
		await list(first, second, third);
		await list(gone(first), gone(second), gone(third));
		await list(asLamp(first));
		expect([await state(first), await state(second), await state(third)]).toEqual(['live', 'deleted', 'deleted']);
		await list(second);
		expect(await state(third)).toBe('live');
	});

	it('and unknown while it waits to be matched for the first time', async () => {
		await harvestList(database, source, [first]);
		expect(await state(first)).toBeUndefined();
	});
});

describe('an id that redirected once leads where its record stands now', () => {
	const alone: WorldRecord = { ...third, volume: 2 };

	it('when it went from one union record to another', async () => {
		await list(first, asLamp(second), alone);
		await list(third);
		expect(await leadsTo(third)).toEqual({ id: 'first', members: ['first', 'third'] });
		await list(asLamp(third));
		expect(await leadsTo(third)).toEqual({ id: 'second', members: ['second', 'third'] });
	});

	it('which is nowhere when it died as the one that it redirected to became another publication', async () => {
		await list(first, alone);
		await list(third);
		await list(gone(third), asLamp(first));
		expect(await leadsTo(first)).toEqual({ id: 'first', members: ['first'] });
		expect(await leadsTo(third)).toBeNull();
	});

	it('which is its own tombstone when all that it stood with have died', async () => {
		await list(first, alone);
		await list(third);
		await list(gone(first), gone(third));
		for (const r of [first, third]) {
			const id = await number(r.identifier);
			expect(await resolveUnion(database.pool, id)).toMatchObject({ id, state: 'deleted' });
		}
	});
});
