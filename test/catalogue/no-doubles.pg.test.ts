import { beforeEach, expect, it } from 'vitest';
import { decide, undo } from '../../src/catalogue/decide.ts';
import { explainPair, explainUnion } from '../../src/catalogue/explain.ts';
import { listDoubts } from '../../src/catalogue/queue.ts';
import { publicId } from '../../src/lib/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { moveSource, setSourceSettings } from '../../src/store/source.ts';
import { littleCatalogue, MEN, recordNumber } from '../support/little-catalogue.ts';
import { addSource, emptyCatalogue, harvestList, matchAll, unionImage, type WorldRecord } from '../support/world.ts';

let database: Database;
let source: number;
let other: number;

const TWIN = { ...MEN, identifier: 'twin' };
const THIRD = { ...MEN, identifier: 'third' };

littleCatalogue((opened) => {
	database = opened;
});
beforeEach(async () => {
	source = await addSource(database, 'hp-01');
	other = await addSource(database, 'hp-02');
});

const noDoubles = (value: boolean | null, of = source): Promise<void> => setSourceSettings(database, of, { noDoubles: value });

async function load(of: number, ...records: WorldRecord[]): Promise<void> {
	await harvestList(database, of, records);
	await matchAll(database);
}

const idOf = async (identifier: string): Promise<string> => publicId(await recordNumber(database, identifier));

const explained = async (x: string, y: string, lang: 'vi' | 'en' = 'en') => explainPair(database, await idOf(x), await idOf(y), lang);

async function judge(verdict: 'same' | 'not-same', x: string, y: string, ...confirm: string[]): Promise<number> {
	const id = await decide(database, { verdict, a: await idOf(x), b: await idOf(y), by: 'Lan', reason: 'seen', confirm });
	await matchAll(database);
	return id;
}

it('keeps records of the source apart and lets those of others join one of them', async () => {
	await noDoubles(true);
	await load(source, MEN, TWIN);
	expect((await explained('x', 'twin')).together).toBe(false);
	await load(other, { ...MEN, identifier: 'y' });
	const { together } = await explained('x', 'y');
	expect([together, (await explained('twin', 'y')).together].sort()).toEqual([false, true]);
});

it('matches the records of the source again when it is set or taken away', async () => {
	await load(source, MEN, TWIN);
	await load(other, { ...MEN, identifier: 'y' });
	const before = await unionImage(database);
	expect((await explained('x', 'twin')).together).toBe(true);
	await noDoubles(true);
	await matchAll(database, 1);
	expect((await explained('x', 'twin')).together).toBe(false);
	const apart = await unionImage(database);
	await setSourceSettings(database, source, { noDoubles: true, encoding: 'utf-8' });
	expect((await database.pool.query('select from dirty')).rowCount).toBe(0);
	await noDoubles(null);
	await matchAll(database);
	expect(await unionImage(database)).toEqual(before);

	await emptyCatalogue(database);
	const late = await addSource(database, 'hp-02');
	await load(late, { ...MEN, identifier: 'y' });
	const early = await addSource(database, 'hp-01');
	await noDoubles(true, early);
	await load(early, TWIN, MEN);
	expect(await unionImage(database), 'whatever came first').toEqual(apart);
});

it('goes with a source that is moved, unless it is told otherwise', async () => {
	await load(source, MEN, TWIN);
	const to = { kind: 'oai-pmh', url: 'https://moved.example.vn/oai', format: null, set: null };
	await moveSource(database, source, { ...to, settings: { noDoubles: true } });
	await matchAll(database);
	expect((await explained('x', 'twin')).together).toBe(false);
	await moveSource(database, source, { ...to, settings: {} });
	await matchAll(database);
	expect((await explained('x', 'twin')).together).toBe(true);
});

it('is named in explanations, in both languages', async () => {
	await noDoubles(true);
	await load(source, MEN, TWIN);
	const vi = await explained('x', 'twin', 'vi');
	expect(vi.conflicts).toEqual([
		{ name: 'doubles', text: expect.stringContaining('Nguồn hp-01 được khai báo là không có biểu ghi trùng') },
	]);
	expect(vi.otherwise.join(' ')).toContain('cán bộ thư viện quyết định');
	expect((await explained('x', 'twin', 'en')).conflicts[0]?.text).toContain('Source hp-01 is set to have no doubles');
	await load(other, { ...MEN, identifier: 'y' });
	expect((await explained('x', 'y')).conflicts).toEqual([]);
});

it('a librarian’s "same" over it asks for confirmation, joins these two and no third, and is undone', async () => {
	await noDoubles(true);
	await load(source, MEN, TWIN, THIRD);
	await expect(judge('same', 'x', 'twin')).rejects.toMatchObject({ code: 'conflict', hint: expect.stringContaining('--confirm doubles') });
	const id = await judge('same', 'x', 'twin', 'doubles');
	expect((await explained('x', 'twin')).together).toBe(true);
	expect((await explained('x', 'third')).together).toBe(false);
	const union = await explainUnion(database, await idOf('x'), 'en', { after: null, limit: 9 });
	expect(union.members.map((m) => m.identifier).sort()).toEqual(['twin', 'x']);
	await judge('same', 'twin', 'third', 'doubles');
	expect((await explained('x', 'third')).together).toBe(true);
	await undo(database, id, 'Lan', 'nhầm');
	await matchAll(database);
	expect((await explained('x', 'twin')).together).toBe(false);
	expect((await explained('third', 'twin')).together).toBe(true);
});

it('a "same" that would join two of the source through others is refused and names the two', async () => {
	await noDoubles(true);
	await load(source, MEN, TWIN);
	await load(other, { ...MEN, identifier: 'y', title: 'Đất rừng phương Nam', isbn: '9786041234567', author: 'Đoàn Giỏi', pages: 320 });
	await judge('same', 'x', 'y');
	const refused = await judge('same', 'y', 'twin').catch((error: Error) => error);
	expect(refused).toMatchObject({ refusal: 'conflict-between-others', conflicts: ['doubles'] });
	await judge('same', 'x', 'twin', 'doubles');
	expect((await explained('y', 'twin')).together).toBe(true);
});

it('a "same" of before it was set is without effect until it is confirmed, and waits in the queue; doubtful pairs of the source do not', async () => {
	await load(source, MEN, { ...TWIN, title: 'Toán', author: 'Đoàn Giỏi', year: 1999, isbn: '9786041234567', pages: 320 });
	const id = await judge('same', 'x', 'twin');
	await noDoubles(true);
	await matchAll(database);
	expect((await explained('x', 'twin')).together).toBe(false);
	const queue = await listDoubts(database, { after: null, limit: 10 });
	expect(queue.pairs).toEqual([expect.objectContaining({ decision: id, why: 'decision-without-effect' })]);
	await undo(database, id, 'Lan', 'nhầm');
	await matchAll(database);
	await database.pool.query(
		`insert into edge (a, b, score, rules) select min(id), max(id), 5000, 1 from source_record on conflict (a, b) do update set score = 5000`,
	);
	expect((await listDoubts(database, { after: null, limit: 10 })).pairs).toEqual([]);
	await noDoubles(null);
	expect((await listDoubts(database, { after: null, limit: 10 })).pairs).toHaveLength(1);
});
