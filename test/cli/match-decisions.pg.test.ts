import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/lib/errors.ts';
import { publicId } from '../../src/lib/ids.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, matchAll, type WorldRecord } from '../support/world.ts';

const MEN: WorldRecord = { identifier: 'x', title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', year: 2000, pages: 96, isbn: '9786042012348' };
const WORLD: readonly WorldRecord[] = [
	MEN,
	{ ...MEN, identifier: 'twin' },
	{ ...MEN, identifier: 'v1', volume: 1 },
	{ ...MEN, identifier: 'v2', volume: 2 },
	{ identifier: 'stranger', title: 'Toán', author: 'Đoàn Giỏi', year: 1999, pages: 320 },
	{ identifier: 'gone', title: 'Sẽ bị xoá', year: 1990 },
];
const REASON = 'đã xem sách\n\u001b[31mở kho';
const WHO = ['--by', 'Nguyễn Thị Hoa', '--reason', REASON];

let made: TestDatabase;
const ids = new Map<string, string>();
const run = (...args: string[]): Promise<Outcome> => call(BIN, ['match', ...args], { DATABASE_URL: made.url });
const id = (identifier: string): string => ids.get(identifier) ?? '';
const decide = (verdict: string, a: string, b: string, ...more: string[]): Promise<Outcome> =>
	run('decide', verdict, id(a), id(b), ...WHO, ...more);

async function json(...args: string[]) {
	const { code, out, err } = await run(...args, '--json');
	expect([code, err]).toEqual([0, '']);
	return JSON.parse(out);
}

beforeAll(async () => {
	made = await testDatabase();
	const source = await addSource(made.database, 'hp-01');
	await harvestList(made.database, source, WORLD);
	await harvestList(made.database, source, [{ identifier: 'gone', deleted: true }]);
	await matchAll(made.database);
	const { rows } = await made.database.pool.query<{ id: number; identifier: string }>('select id, identifier from source_record');
	for (const row of rows) ids.set(row.identifier, publicId(row.id));
});
afterAll(() => made.drop());
beforeEach(async () => {
	await made.database.pool.query(`delete from decision`);
	await made.database.pool.query(
		'insert into dirty (record_id, priority) select id, 2 from source_record where not deleted on conflict do nothing',
	);
	await matchAll(made.database);
});

async function refusal(outcome: Promise<Outcome>, code: keyof typeof EXIT_CODES): Promise<string> {
	const { code: exit, out, err } = await outcome;
	expect([exit, out], err).toEqual([EXIT_CODES[code], '']);
	expect(err).toContain('what to do:');
	const { rows } = await made.database.pool.query('select from dirty');
	expect(rows).toEqual([]);
	return err;
}

describe('lienthong match decide and undo', () => {
	it('parts two records, says where they are now, and keeps who, when and why', async () => {
		const done = await decide('not-same', 'x', 'twin');
		expect(done, done.err).toMatchObject({ code: 0, err: '' });
		const number = /^decision (\d+) kept; matched: (\w{9}), (\w{9})\n$/.exec(done.out);
		expect([number?.[2], number?.[3]].sort()).toEqual([id('x'), id('twin')].sort());
		expect((await json('explain', id('x'), id('twin'))).together).toBe(false);
		const listed = await json('decisions', id('twin'));
		expect(listed).toMatchObject({
			decisions: [{ id: Number(number?.[1]), verdict: 'not-same', by: 'Nguyễn Thị Hoa', reason: REASON, undoneBy: null }],
			next: null,
		});
		expect(listed.decisions[0].atMs).toBeGreaterThan(Date.parse('2026-01-01'));
		expect(await json('undo', String(number?.[1]), '--by', 'Lan', '--reason', 'nhầm tập')).toEqual({
			id: Number(number?.[1]),
			state: 'done',
			waitsFor: null,
			unions: [id('x')],
		});
		expect((await json('explain', id('x'), id('twin'))).together).toBe(true);
		expect((await run('decisions')).out).toMatch(/not-same .*Nguyễn Thị Hoa.*đã xem sách \[31mở kho.*Lan +nhầm tập/);
		const again = await refusal(run('undo', String(number?.[1]), '--by', 'Lan', '--reason', 'nhầm tập'), 'not-found');
		expect(again).toContain(`no decision ${number?.[1]} in force`);
	});

	it('asks for confirmation of a hard conflict by its name', async () => {
		const err = await refusal(decide('same', 'v1', 'v2'), 'conflict');
		expect(err).toContain('kept apart by: volume');
		expect(err).toContain('--confirm volume');
		const done = await decide('same', 'v1', 'v2', '--confirm', 'volume', '--json');
		expect(JSON.parse(done.out)).toMatchObject({ state: 'done', unions: [id('v1')] });
		expect((await json('decisions')).decisions).toMatchObject([{ verdict: 'same', confirmed: ['volume'] }]);
	});

	it('refuses in the language of the terminal', async () => {
		const vietnamese = await call(BIN, ['match', 'decide', 'same', id('v1'), id('v2'), ...WHO], {
			DATABASE_URL: made.url,
			LANG: 'vi_VN.UTF-8',
		});
		expect(vietnamese.code).toBe(EXIT_CODES.conflict);
		expect(vietnamese.err).toBe(
			`lienthong: ${id('v1')} và ${id('v2')} phải tách riêng vì: khác tập (volume)\n  việc cần làm: nếu vẫn là một tài liệu thì thêm --confirm volume\n`,
		);
	});

	it('says what was done in the language of the terminal', async () => {
		const inVietnamese = { DATABASE_URL: made.url, LANG: 'vi_VN.UTF-8' };
		const kept = await call(BIN, ['match', 'decide', 'not-same', id('x'), id('twin'), ...WHO], inVietnamese);
		const number = /^quyết định (\d+) đã lưu; biểu ghi hợp nhất nay là \w{9}, \w{9}\n$/.exec(kept.out)?.[1] ?? '';
		const undone = await call(BIN, ['match', 'undo', number, ...WHO], inVietnamese);
		expect(undone.out).toBe(`quyết định ${number} đã huỷ; biểu ghi hợp nhất nay là ${id('x')}\n`);
	});

	it('refuses what contradicts earlier decisions, and names them', async () => {
		const first = JSON.parse((await decide('same', 'x', 'twin', '--json')).out).id;
		const second = JSON.parse((await decide('same', 'twin', 'stranger', '--json')).out).id;
		const err = await refusal(decide('not-same', 'x', 'stranger'), 'conflict');
		expect(err).toContain(`decision ${first} (`);
		expect(err).toContain(`decision ${second} (`);
		expect(err).toContain(`lienthong match undo ${first}`);
		expect(await refusal(decide('same', 'twin', 'x'), 'conflict')).toContain(`decision ${first} (`);
		expect((await json('decisions')).decisions).toHaveLength(2);
	});

	const bad: [string, () => string[], keyof typeof EXIT_CODES, RegExp][] = [
		['there is no such record', () => ['decide', 'same', id('x'), publicId(999_999), ...WHO], 'not-found', /there is no record \w{9}/],
		['the record was deleted', () => ['decide', 'same', id('x'), id('gone'), ...WHO], 'not-found', /hp-01, gone\) was deleted/],
		['it is no id', () => ['decide', 'same', id('x'), 'nonsense', ...WHO], 'usage', /"nonsense" is not the id/],
		['both are one record', () => ['decide', 'same', id('x'), id('x'), ...WHO], 'usage', /are one record/],
		['it is no verdict', () => ['decide', 'maybe', id('x'), id('twin'), ...WHO], 'usage', /"maybe" is no verdict/],
		['nobody decides', () => ['decide', 'same', id('x'), id('twin'), '--reason', 'x'], 'usage', /--by is missing/],
		['nobody says why', () => ['decide', 'same', id('x'), id('twin'), '--by', 'Lan'], 'usage', /--reason is missing/],
		['the conflict has no such name', () => ['decide', 'same', id('v1'), id('v2'), ...WHO, '--confirm', 'tập'], 'usage', /"tập"/],
		['there is no such decision', () => ['undo', '4711', '--by', 'Lan', '--reason', 'x'], 'not-found', /no decision 4711/],
		['the decision is no number', () => ['undo', 'first', '--by', 'Lan', '--reason', 'x'], 'usage', /first/],
		['nobody undoes', () => ['undo', '1', '--reason', 'x'], 'usage', /--by is missing/],
		['nobody says why it is undone', () => ['undo', '1', '--by', 'Lan'], 'usage', /--reason is missing/],
		['a record to explain does not exist', () => ['explain', publicId(999_999)], 'not-found', /no living record/],
		['a record to compare does not exist', () => ['explain', id('x'), publicId(999_999)], 'not-found', /there is no record/],
		['there is no such language', () => ['explain', id('x'), '--lang', 'fr'], 'usage', /"fr"/],
		['the place in the queue is none', () => ['queue', '--after', 'x'], 'usage', /no place in the queue/],
		['the queue is asked for nothing', () => ['queue', '--limit', '0'], 'usage', /--limit/],
		['decisions on a record that does not exist are asked for', () => ['decisions', publicId(999_999)], 'not-found', /no record/],
	];
	it.each(bad)('says so when %s', async (_, args, code, words) => {
		expect(await refusal(run(...args()), code)).toMatch(words);
	});
});

describe('lienthong match explain', () => {
	it('says why records are together and why apart, in Vietnamese and in English', async () => {
		const union = await run('explain', id('twin'), '--lang', 'vi');
		expect(union.out).toContain(`${id('x')}  (quy tắc `);
		expect(union.out).toContain(`${id('twin')}  hp-01  twin`);
		expect(union.out).toContain('ISBN giống nhau: 978604201234');
		const apart = await run('explain', id('v1'), id('v2'), '--lang', 'vi');
		expect(apart.out).toContain(`${id('v1')} ≠ ${id('v2')}`);
		expect(apart.out).toContain('!  Khác tập: 1 / 2 [volume]');
		const english = await run('explain', id('v1'), id('v2'), '--lang', 'en');
		expect(english.out).toMatch(/! {2}.*volume.*: 1 \/ 2 \[volume\]/i);
		expect(english.out).toContain('= the same   ≈ alike   ≠ different   ? stated by one only');
	});

	it('has a sign and points for each feature, which add up to what is compared with what joins', async () => {
		const { out } = await run('explain', id('x'), id('stranger'), '--lang', 'vi');
		const rows = [...out.matchAll(/^ {2}([=≈≠? ]) {2} *([+−]?\d+(?:,\d)?) {2}(.+)$/gmu)].map(([, sign, points = '', text = '']) => ({
			sign,
			points: Number(points.replace('−', '-').replace(',', '.')),
			text,
		}));
		expect(rows).toContainEqual(expect.objectContaining({ sign: '≠', text: 'Số trang khác nhau: 96 và 320, chênh 224 trang' }));
		expect(rows).toContainEqual(expect.objectContaining({ sign: '=', text: 'Nơi xuất bản giống nhau: Hà Nội' }));
		const sum = rows.pop();
		expect(sum?.text).toBe('cộng lại; từ +1,1 trở lên thì gộp');
		expect(Math.abs(rows.reduce((all, r) => all + r.points, 0) - (sum?.points ?? 0))).toBeLessThan(0.05 * rows.length + 0.05);
	});
});

describe('lienthong match queue', () => {
	it('shows doubtful pairs and union records that look wrong, page by page', async () => {
		const { pool } = made.database;
		await pool.query(
			`insert into edge (a, b, score, rules) select least(x.id, y.id), greatest(x.id, y.id), 5000, 1 from source_record x, source_record y
			where y.identifier = 'stranger' and x.identifier in ('x', 'twin')`,
		);
		await pool.query(
			`update cluster_member set union_id = (select id from source_record where identifier = 'v1')
			where record_id = (select id from source_record where identifier = 'v2')`,
		);
		const whole = await json('queue');
		expect(whole.clusters).toMatchObject([{ id: id('v1'), why: ['two-volumes'], members: 2 }]);
		expect(whole.pairs).toMatchObject([{ why: 'doubtful', score: 0.5 }]);
		const vietnamese = await run('queue', '--lang', 'vi');
		expect(vietnamese.out).toContain('Có thể là một tài liệu (điểm 0,50, 1 thư viện)');
		expect(vietnamese.out).toContain(`  ${id('stranger')}  Toán / Đoàn Giỏi, 1999  [hp-01, stranger]`);
		expect(vietnamese.out).toContain(
			`${id('v1')}  Dế Mèn phiêu lưu ký. Tập 1 / Tô Hoài, 2000\n  gộp các tập khác nhau (2 biểu ghi, 1 nguồn, 1 thư viện)`,
		);
		const first = await run('queue', '--limit', '1', '--lang', 'en');
		expect(first.out).toContain('holds different volumes (2 records, 1 source, 1 library)');
		const next = /match queue --after (\S+)/.exec(first.err)?.[1] ?? '';
		expect(await json('queue', '--after', next)).toEqual({ pairs: whole.pairs, clusters: [], next: null });
		await pool.query('delete from cluster_member');
		expect((await run('queue', '--lang', 'en')).out).toBe('Nothing waits.\n');
	});
});
