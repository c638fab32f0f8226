import { expect, it } from 'vitest';
import { decide, undo } from '../../src/catalogue/decide.ts';
import { explainPair, explainUnion } from '../../src/catalogue/explain.ts';
import { listDoubts } from '../../src/catalogue/queue.ts';
import { publicId } from '../../src/lib/ids.ts';
import { judgedCatalogue, STRANGER, TWIN, VOLUME_1, VOLUME_2 } from '../support/judged-catalogue.ts';
import { MEN } from '../support/little-catalogue.ts';
import { harvestList, matchAll } from '../support/world.ts';

const { at, idOf, load, judge } = judgedCatalogue();

async function together(x: string, y: string): Promise<boolean> {
	return (await explainPair(at.database, await idOf(x), await idOf(y), 'en')).together;
}

it('"not same" parts what scores would join, outlives a re-match, and is undone', async () => {
	await load(MEN, TWIN);
	expect(await together('x', 'twin')).toBe(true);
	const id = await judge('not-same', 'x', 'twin');
	expect(await together('x', 'twin')).toBe(false);
	await at.database.pool.query('insert into dirty (record_id, priority) select id, 2 from source_record');
	await matchAll(at.database);
	expect(await together('x', 'twin')).toBe(false);
	await undo(at.database, id, 'Lan', 'nhầm');
	await matchAll(at.database);
	expect(await together('x', 'twin')).toBe(true);
	const { rows } = await at.database.pool.query('select undone_by, undone_at is not null as undone from decision');
	expect(rows).toEqual([{ undone_by: 'Lan', undone: true }]);
	await expect(undo(at.database, id, 'Lan', 'nhầm')).rejects.toThrow(`no decision ${id} in force`);
});

it('"same" joins strangers; over a hard conflict only when it is named', async () => {
	await load(MEN, STRANGER, VOLUME_1, VOLUME_2);
	await judge('same', 'x', 'stranger');
	expect(await together('x', 'stranger')).toBe(true);
	await expect(judge('same', 'v1', 'v2')).rejects.toMatchObject({ code: 'conflict', hint: expect.stringContaining('--confirm volume') });
	expect(await together('v1', 'v2')).toBe(false);
	await judge('same', 'v1', 'v2', 'volume');
	expect(await together('v1', 'v2')).toBe(true);
});

it('"same" joins records that all conflict with each other when every conflict is named, and is undone whole', async () => {
	await load(VOLUME_1, VOLUME_2, { ...VOLUME_2, identifier: 'v3', volume: 3 });
	const first = await judge('same', 'v1', 'v2', 'volume');
	await expect(judge('same', 'v2', 'v3')).rejects.toMatchObject({ refusal: 'confirmation-needed', conflicts: ['volume'] });
	const id = await judge('same', 'v2', 'v3', 'volume');
	expect([await together('v1', 'v2'), await together('v2', 'v3'), await together('v1', 'v3')]).toEqual([true, true, true]);
	expect((await listDoubts(at.database, { after: null, limit: 10 })).pairs).toEqual([]);
	await undo(at.database, id, 'Lan', 'nhầm');
	await matchAll(at.database);
	expect([await together('v1', 'v2'), await together('v2', 'v3'), await together('v1', 'v3')]).toEqual([true, false, false]);
	await judge('same', 'v2', 'v3', 'volume');
	await undo(at.database, first, 'Lan', 'nhầm');
	await matchAll(at.database);
	expect([await together('v1', 'v2'), await together('v2', 'v3'), await together('v1', 'v3')]).toEqual([false, true, false]);
});

it('names the pairs of others that a "same" would join over a conflict, and what they are kept apart by', async () => {
	await load(STRANGER, VOLUME_1, VOLUME_2);
	await judge('same', 'v1', 'stranger', 'kind');
	const refused = await judge('same', 'v2', 'stranger', 'kind').catch((error: Error) => error);
	expect(refused).toMatchObject({ refusal: 'conflict-between-others', conflicts: ['kind', 'volume'] });
	expect((refused as Error).message).toContain(`${await idOf('v1')} and ${await idOf('v2')} (volume)`);
	await judge('same', 'v2', 'stranger', 'kind', 'volume');
	expect([await together('v1', 'v2'), await together('v1', 'stranger')]).toEqual([true, true]);
});

it('refuses by name what contradicts the closure of earlier decisions', async () => {
	await load(MEN, TWIN, STRANGER);
	const first = await judge('same', 'x', 'twin');
	const second = await judge('same', 'twin', 'stranger');
	const refused = await judge('not-same', 'x', 'stranger').catch((error: Error) => error.message);
	expect(refused).toContain(`decision ${first} `);
	expect(refused).toContain(`decision ${second} `);
	await undo(at.database, second, 'Lan', 'nhầm');
	const apart = await judge('not-same', 'x', 'stranger');
	await expect(judge('same', 'twin', 'stranger')).rejects.toThrow(`decision ${apart} `);
});

it('a decision says when a record does not exist, is no id, or was deleted', async () => {
	await load(MEN, TWIN);
	const base = { verdict: 'same', by: 'Lan', reason: 'seen', confirm: [] } as const;
	const x = await idOf('x');
	await expect(decide(at.database, { ...base, a: x, b: publicId(999_999) })).rejects.toMatchObject({ code: 'not-found' });
	await expect(decide(at.database, { ...base, a: x, b: 'nonsense' })).rejects.toMatchObject({ code: 'usage' });
	await expect(decide(at.database, { ...base, a: x, b: x })).rejects.toMatchObject({ code: 'usage' });
	const twin = await idOf('twin');
	await load({ ...TWIN, deleted: true });
	await expect(decide(at.database, { ...base, a: x, b: twin })).rejects.toThrow('was deleted');
});

it('a decision stays in force when a record changes what it says, and the pair returns to the queue', async () => {
	await load(MEN, TWIN);
	const id = await judge('not-same', 'x', 'twin');
	expect((await listDoubts(at.database, { after: null, limit: 10 })).pairs.filter((p) => p.decision === id)).toEqual([]);
	await load({ ...TWIN, callNumber: '895' });
	expect((await listDoubts(at.database, { after: null, limit: 10 })).pairs.filter((p) => p.decision === id)).toEqual([]);
	await load({ ...TWIN, year: 2001 });
	expect(await together('x', 'twin')).toBe(false);
	expect((await listDoubts(at.database, { after: null, limit: 10 })).pairs).toContainEqual(
		expect.objectContaining({ decision: id, why: 'changed-since-decided' }),
	);
});

it('a union record is explained member by member, in both languages', async () => {
	await load(MEN, VOLUME_1, VOLUME_2);
	await harvestList(at.database, at.other, [TWIN]);
	await matchAll(at.database);
	const union = await explainUnion(at.database, await idOf('twin'), 'vi', { after: null, limit: 50 });
	expect(union.members.map((m) => m.identifier)).toEqual(expect.arrayContaining(['x', 'twin']));
	expect(union.members.every((m) => m.link !== null && m.link.rules > 0)).toBe(true);
	expect(JSON.stringify(union)).toContain('ISBN giống nhau: 978604201234');
	const pair = await explainPair(at.database, await idOf('v1'), await idOf('v2'), 'vi');
	expect(pair.conflicts).toEqual([{ name: 'volume', text: 'Khác tập: 1 / 2' }]);
	expect(pair.otherwise.join(' ')).toContain('Khác tập: 1 / 2');
});
