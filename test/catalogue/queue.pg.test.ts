import { describe, expect, it } from 'vitest';
import { undo } from '../../src/catalogue/decide.ts';
import { listDoubts } from '../../src/catalogue/queue.ts';
import { judgedCatalogue, STRANGER, TWIN, VOLUME_1, VOLUME_2 } from '../support/judged-catalogue.ts';
import { MEN } from '../support/little-catalogue.ts';
import { addSource, harvestList, matchAll, type WorldRecord } from '../support/world.ts';

const { at, idOf, load, judge } = judgedCatalogue();
const [ISBN_A, ISBN_B] = ['9786042012348', '9786041234567'] as const;

/** Pairs whose score is said to be between the two thresholds. */
async function doubt(...pairs: readonly (readonly [x: string, y: string, score?: number])[]): Promise<void> {
	for (const [x, y, score] of pairs) {
		await at.database.pool.query(
			`insert into edge (a, b, score, rules) select least(x.id, y.id), greatest(x.id, y.id), $3, 1 from source_record x, source_record y
			where x.identifier = $1 and y.identifier = $2 on conflict (a, b) do update set score = excluded.score`,
			[x, y, score ?? 5000],
		);
	}
}

const queue = async (limit = 10, after: string | null = null) => await listDoubts(at.database, { after, limit });
const odd = async (): Promise<(readonly string[])[]> => (await queue()).clusters.map((c) => c.why);

/** Puts records into one union record without a decision. */
async function stand(...identifiers: string[]): Promise<void> {
	await at.database.pool.query(
		`update cluster_member set union_id = (select min(m.union_id) from cluster_member m join source_record r on r.id = m.record_id where identifier = any($1))
		where record_id in (select id from source_record where identifier = any($1))`,
		[identifiers],
	);
}

describe('doubtful pairs', () => {
	it('are asked once for two union records, by the pair that is most alike', async () => {
		await load(MEN, TWIN, VOLUME_1, { ...VOLUME_1, identifier: 'w1' });
		await doubt(['x', 'v1', 4000], ['x', 'w1', 6000], ['twin', 'v1', 5000], ['twin', 'w1', 3500]);
		const { pairs } = await queue();
		expect(pairs).toMatchObject([{ a: await idOf('x'), b: await idOf('w1'), score: 0.6 }]);
	});

	it('are told with what both sides are: title, creator, year, library and the union record that they stand in', async () => {
		await load(MEN, TWIN);
		await harvestList(at.database, at.other, [{ ...STRANGER, identifier: 'lạ' }]);
		await matchAll(at.database);
		await doubt(['twin', 'lạ']);
		await at.database.pool.query(`update library set name = 'Thư viện ' || code`);
		const [pair] = (await queue()).pairs;
		expect(pair?.sides).toEqual([
			{
				id: await idOf('twin'),
				title: 'Dế Mèn phiêu lưu ký',
				creator: 'Tô Hoài',
				year: '2000',
				library: 'hp-01',
				libraryName: 'Thư viện hp-01',
				identifier: 'twin',
				union: await idOf('x'),
			},
			{
				id: await idOf('lạ'),
				title: 'Toán',
				creator: 'Đoàn Giỏi',
				year: '1999',
				library: 'hp-02',
				libraryName: 'Thư viện hp-02',
				identifier: 'lạ',
				union: await idOf('lạ'),
			},
		]);
	});

	it('are left out within one union record, and between two once a librarian has decided on any pair of theirs', async () => {
		await load(MEN, TWIN, STRANGER, VOLUME_1);
		await doubt(['stranger', 'v1'], ['stranger', 'x'], ['stranger', 'twin']);
		const asked = async (): Promise<number> => (await queue()).pairs.length;
		expect(await asked()).toBe(2);
		await judge('not-same', 'stranger', 'v1');
		await doubt(['stranger', 'v1'], ['stranger', 'x'], ['stranger', 'twin']);
		expect(await asked()).toBe(1);
		const id = await judge('not-same', 'stranger', 'twin');
		await doubt(['stranger', 'x']);
		expect(await asked()).toBe(0);
		await undo(at.database, id, 'Lan', 'nhầm');
		await matchAll(at.database);
		await doubt(['stranger', 'x']);
		expect(await asked()).toBe(1);
	});
});

describe('union records that look wrong', () => {
	it('have members of two volumes; not once a librarian has decided that these are one', async () => {
		await load(VOLUME_1, { ...VOLUME_1, identifier: 'w1' }, VOLUME_2);
		const id = await judge('same', 'v1', 'v2', 'volume');
		expect(await odd()).toEqual([]);
		await undo(at.database, id, 'Lan', 'nhầm');
		expect(await odd()).toEqual([['two-volumes']]);
		await matchAll(at.database);
		expect(await odd()).toEqual([]);
	});

	it('are told with their title, creator, year and libraries', async () => {
		await load(VOLUME_1, VOLUME_2);
		await stand('v1', 'v2');
		expect((await queue()).clusters).toEqual([
			{
				id: await idOf('v1'),
				title: 'Dế Mèn phiêu lưu ký. Tập 1',
				creator: 'Tô Hoài',
				year: '2000',
				why: ['two-volumes'],
				members: 2,
				sources: 1,
				libraries: 1,
			},
		]);
	});

	it('have two ISBNs that no record of theirs joins; ISBNs that one record names are one family, and so are those that a librarian says', async () => {
		const named = (identifier: string, isbn: string): WorldRecord => ({ ...STRANGER, identifier, isbn });
		await load(named('a', ISBN_A), named('b', ISBN_B));
		await stand('a', 'b');
		expect(await odd()).toEqual([['two-isbns']]);
		const both = { ...STRANGER, identifier: 'both', isbn: ISBN_A, otherIsbn: ISBN_B };
		await load(both);
		await stand('a', 'b', 'both');
		expect(await odd()).toEqual([]);
		await load({ ...both, deleted: true });
		await stand('a', 'b');
		expect(await odd()).toEqual([['two-isbns']]);
		await judge('same', 'a', 'b');
		expect(await odd()).toEqual([]);
	});

	it('are large for the sources that they come from, not for their number', async () => {
		const copies = (of: string, n: number): WorldRecord[] => Array.from({ length: n }, (_, i) => ({ ...MEN, identifier: `${of}${i}` }));
		await load(...copies('p', 10));
		expect(await odd()).toEqual([]);
		await load(...copies('p', 11));
		expect((await queue()).clusters).toMatchObject([{ why: ['large'], members: 11, sources: 1 }]);
		await harvestList(at.database, at.other, copies('q', 1));
		await matchAll(at.database);
		expect(await odd()).toEqual([]);
	});
});

it('the queue has pairs and union records in one order: by the libraries whose readers see it, page by page', async () => {
	const large = Array.from({ length: 12 }, (_, i) => ({ ...STRANGER, identifier: `s${i}` }));
	await load({ ...MEN, identifier: 'p0' }, ...large, VOLUME_1, { ...VOLUME_1, identifier: 'tập', title: 'Tắt đèn' });
	await harvestList(at.database, at.other, [{ ...MEN, identifier: 'q0', isbn: ISBN_B }]);
	await harvestList(at.database, await addSource(at.database, 'hp-03'), [{ ...VOLUME_1, identifier: 'w1' }]);
	await matchAll(at.database);
	await stand('p0', 'q0');
	await at.database.pool.query('delete from edge where score < 7500');
	await doubt(['v1', 'p0'], ['tập', 's0']);
	const whole = await queue();
	expect(whole.clusters.map(({ why, members, libraries }) => ({ why, members, libraries }))).toEqual([
		{ why: ['two-isbns'], members: 2, libraries: 2 },
		{ why: ['large'], members: 12, libraries: 1 },
	]);
	expect(whole.pairs.map(({ why, libraries, score }) => ({ why, libraries, score }))).toEqual([
		{ why: 'doubtful', libraries: 3, score: 0.5 },
		{ why: 'doubtful', libraries: 1, score: 0.5 },
	]);
	const order: string[] = [];
	for (let after: string | null = null, at = 0; at === 0 || after !== null; at++) {
		const page = await queue(1, after);
		order.push(...page.pairs.map((p) => `pair ${p.libraries}`), ...page.clusters.map((c) => `${c.why.join()} ${c.libraries}`));
		after = page.next;
	}
	expect(order).toEqual(['pair 3', 'two-isbns 2', 'large 1', 'pair 1']);
	await expect(queue(1, '1.x')).rejects.toMatchObject({ code: 'usage' });
});
