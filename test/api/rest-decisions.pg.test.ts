import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { publicId } from '../../src/lib/ids.ts';
import { LIMITS } from '../../src/lib/limits.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { MATCHER_LOCK } from '../../src/store/match-state.ts';
import { recordNumber } from '../support/little-catalogue.ts';
import { addSource, drain, harvestList, matchAll, type WorldRecord } from '../support/world.ts';
import { PUBLIC_URL, TestCatalogue } from './catalogue.ts';

const MEN: WorldRecord = { identifier: 'x', title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', year: 2000, pages: 96, isbn: '9786042012348' };
const TWIN = { ...MEN, identifier: 'twin' };
const VOLUME_1 = { ...MEN, identifier: 'v1', volume: 1 };
const VOLUME_2 = { ...MEN, identifier: 'v2', volume: 2 };
const STRANGER: WorldRecord = { identifier: 'stranger', title: 'Toán', author: 'Đoàn Giỏi', year: 1999, pages: 320 };

let catalogue: TestCatalogue;
let app: FastifyInstance;
let key: string;
let source: number;

beforeAll(async () => {
	catalogue = await TestCatalogue.create();
	const { database } = catalogue;
	app = catalogue.server({ matcher: { match: (options) => drain(database, options), project: async () => undefined } });
	({ key } = await createApiKey(database, 'bàn biên mục'));
});
afterAll(async () => {
	await app.close();
	await catalogue.drop();
});
beforeEach(async () => {
	await catalogue.database.pool.query(
		`truncate source, library, run, source_record, version, parcel, dirty, match_key, edge, cluster_member, union_record, change, decision,
			staged_change, run_page, library_area cascade`,
	);
	source = await addSource(catalogue.database, 'hp-01');
});

async function load(...records: WorldRecord[]): Promise<void> {
	await harvestList(catalogue.database, source, records);
	await matchAll(catalogue.database);
}

const idOf = async (identifier: string): Promise<string> => publicId(await recordNumber(catalogue.database, identifier));

async function ask(path: string, body?: object, language?: string) {
	const response = await app.inject({
		method: body === undefined ? 'GET' : 'POST',
		url: `/api/v1/${path}`,
		headers: { authorization: `Bearer ${key}`, ...(language === undefined ? {} : { 'accept-language': language }) },
		...(body === undefined ? {} : { payload: body }),
	});
	return { status: response.statusCode, headers: response.headers, json: response.json() };
}

const judge = async (verdict: 'same' | 'not-same', x: string, y: string, more: object = {}) =>
	await ask('decisions', { verdict, a: await idOf(x), b: await idOf(y), by: 'Lan', reason: 'đã xem sách', ...more });

const kept = async (): Promise<number> => {
	const { rows } = await catalogue.database.pool.query<{ n: number }>('select count(*) as n from decision');
	return rows[0]?.n ?? -1;
};

describe('decisions', () => {
	test('one is kept with who, when and why, and answered with the union records that came of it', async () => {
		await load(MEN, TWIN);
		const made = await judge('not-same', 'x', 'twin');
		expect(made).toMatchObject({
			status: 201,
			headers: { location: `${PUBLIC_URL}/api/v1/decisions/${made.json.decision.id}` },
			json: {
				state: 'done',
				decision: {
					verdict: 'not-same',
					by: 'Lan [bàn biên mục]',
					reason: 'đã xem sách',
					undoneBy: null,
					undoneAt: null,
					undoneReason: null,
				},
			},
		});
		expect(made.json.unions.toSorted()).toEqual([await idOf('x'), await idOf('twin')].toSorted());
		expect(Date.parse(made.json.decision.at)).toBeGreaterThan(Date.parse('2026-01-01'));
		expect((await ask(`decisions/${made.json.decision.id}`)).json).toEqual(made.json.decision);
		const undone = await ask(`decisions/${made.json.decision.id}/undo`, { by: 'Hoa', reason: 'nhầm tập' });
		expect(undone).toMatchObject({
			status: 200,
			json: {
				state: 'done',
				unions: [await idOf('x')],
				decision: { undoneBy: 'Hoa [bàn biên mục]', undoneAt: expect.any(String), undoneReason: 'nhầm tập' },
			},
		});
		expect((await ask(`decisions/${made.json.decision.id}/undo`, { by: 'Hoa', reason: 'nhầm tập' })).status).toBe(404);
	});

	test('"same" over a hard conflict asks for confirmation naming it', async () => {
		await load(VOLUME_1, VOLUME_2);
		const refused = await judge('same', 'v1', 'v2');
		expect(refused).toMatchObject({
			status: 409,
			headers: { 'content-type': 'application/problem+json; charset=utf-8', 'content-language': 'vi' },
			json: { type: `${PUBLIC_URL}/problems/confirmation-needed`, title: expect.stringContaining('Cần xác nhận'), conflicts: ['volume'] },
		});
		const [v1, v2] = [await idOf('v1'), await idOf('v2')];
		expect(refused.json.detail).toBe(
			`${v1} và ${v2} phải tách riêng vì: khác tập (volume). Nếu vẫn là một tài liệu thì nêu tên trong "conflicts" vào "confirm".`,
		);
		const english = await ask('decisions', { verdict: 'same', a: v1, b: v2, by: 'Lan', reason: 'x' }, 'en');
		expect(english.json.detail).toBe(
			`${v1} and ${v2} are kept apart by: volume. When they are the same all the same, name "conflicts" in "confirm".`,
		);
		expect(await kept()).toBe(0);
		expect((await judge('same', 'v1', 'v2', { confirm: ['volume'] })).json).toMatchObject({
			state: 'done',
			unions: [await idOf('v1')],
			decision: { confirmed: ['volume'] },
		});
	});

	test('what contradicts earlier decisions is refused by name', async () => {
		await load(MEN, TWIN, STRANGER);
		const first = (await judge('same', 'x', 'twin')).json.decision.id;
		const second = (await judge('same', 'twin', 'stranger')).json.decision.id;
		const refused = await ask(
			'decisions',
			{ verdict: 'not-same', a: await idOf('x'), b: await idOf('stranger'), by: 'Lan', reason: 'x' },
			'en',
		);
		expect(refused.json).toMatchObject({
			status: 409,
			type: `${PUBLIC_URL}/problems/contradicts-decisions`,
			title: 'Earlier decisions say otherwise',
			decisions: [first, second],
		});
		expect((await judge('same', 'x', 'twin')).json).toMatchObject({ type: expect.stringMatching(/decided-already$/), decisions: [first] });
		expect(await kept()).toBe(2);
	});

	test('of two that contradict each other and come at once, one is kept', async () => {
		await load(MEN, TWIN);
		const made = await Promise.all([judge('same', 'x', 'twin'), judge('not-same', 'x', 'twin')]);
		expect(made.map(({ status }) => status).sort()).toEqual([201, 409]);
		expect(await kept()).toBe(1);
	});

	test('what would also join others that conflict is refused by name', async () => {
		await load(MEN, STRANGER, VOLUME_1, VOLUME_2);
		await judge('same', 'v1', 'stranger', { confirm: ['kind'] });
		await judge('same', 'v2', 'x', { confirm: ['kind'] });
		expect(await kept()).toBe(2);
		const { json } = await judge('same', 'x', 'stranger');
		expect(json).toMatchObject({ status: 409, type: expect.stringMatching(/conflict-between-others$/), conflicts: ['kind', 'volume'] });
		expect(json.detail).toContain(await idOf('v2'));
		expect(await kept()).toBe(2);
		expect((await judge('same', 'x', 'stranger', { confirm: ['kind', 'volume'] })).status).toBe(201);
	});

	test('bad input: records that do not exist, texts that say nothing, names of nothing', async () => {
		await load(MEN, TWIN);
		const [a, b] = [await idOf('x'), await idOf('twin')];
		const base = { verdict: 'same', a, b, by: 'Lan', reason: 'x' };
		for (const [change, status, words] of [
			[{ b: publicId(999_999) }, 404, `no record ${publicId(999_999)}`],
			[{ b: 'nonsense!' }, 400, 'nonsense!'],
			[{ b: a }, 400, 'one record'],
			[{ verdict: 'maybe' }, 400, 'verdict'],
			[{ by: '  ' }, 400, '"by"'],
			[{ reason: '' }, 400, 'reason'],
			[{ reason: 'a\u0000b' }, 400, '"reason"'],
			[{ reason: 'a'.repeat(LIMITS.decisionTextMax + 1) }, 400, 'reason'],
			[{ confirm: ['nothing'] }, 400, '"nothing"'],
			[{ more: 1 }, 400, '"more"'],
		] as const) {
			const { json } = await ask('decisions', { ...base, ...change }, 'en');
			expect([json.status, json.detail], JSON.stringify(change).slice(0, 80)).toEqual([status, expect.stringContaining(words)]);
		}
		for (const path of ['decisions/77', 'decisions/77/undo', `decisions?record=${publicId(999_999)}`])
			expect((await ask(path, path.endsWith('undo') ? { by: 'Lan', reason: 'nhầm' } : undefined)).status, path).toBe(404);
		await load({ ...TWIN, deleted: true });
		expect((await ask('decisions', base, 'en')).json).toMatchObject({ status: 404, detail: expect.stringContaining('was deleted') });
		expect(await kept()).toBe(0);
		expect(catalogue.errors).toEqual([]);
	});

	test('on the id of a union record whose head was deleted names living records of it', async () => {
		await load(MEN, TWIN, STRANGER);
		await load({ identifier: 'x', deleted: true });
		const [x, twin, stranger] = [await idOf('x'), await idOf('twin'), await idOf('stranger')];
		const refused = await judge('same', 'x', 'stranger');
		expect(refused.json).toMatchObject({
			status: 404,
			detail: `biểu ghi ${x} (hp-01, x) đã bị xoá. Hãy chọn một biểu ghi còn dùng của cùng tài liệu: ${twin} (hp-01, twin).`,
		});
		const english = await ask(`records/${x}/explanation/${stranger}`, undefined, 'en');
		expect(english.json.detail).toBe(
			`record ${x} (hp-01, x) was deleted. Take a living record of the same publication: ${twin} (hp-01, twin).`,
		);
		await load({ identifier: 'twin', deleted: true });
		expect((await judge('same', 'x', 'stranger')).json.detail).toBe(
			`biểu ghi ${x} (hp-01, x) đã bị xoá. Không còn biểu ghi nào của tài liệu này.`,
		);
	});

	test('are listed newest first, page by page, all of them or those on one record', async () => {
		await load(MEN, TWIN, STRANGER);
		const numbers: number[] = [];
		for (const [x, y] of [
			['x', 'twin'],
			['x', 'stranger'],
			['twin', 'stranger'],
		] as const)
			numbers.push((await judge('not-same', x, y)).json.decision.id);
		await ask(`decisions/${numbers[0]}/undo`, { by: 'Lan', reason: 'nhầm tập' });
		const pages = async (query: string): Promise<number[]> => {
			const seen: number[] = [];
			for (let next: string | null = ''; next !== null; ) {
				const { json } = await ask(`decisions?limit=1${query}${next === '' ? '' : `&cursor=${next}`}`);
				seen.push(...json.decisions.map((d: { id: number }) => d.id));
				next = json.next;
			}
			return seen;
		};
		expect(await pages('')).toEqual(numbers.toReversed());
		expect(await pages(`&record=${await idOf('x')}`)).toEqual([numbers[1], numbers[0]]);
		const { next } = (await ask('decisions?limit=1')).json;
		expect((await ask(`decisions?record=${await idOf('x')}&cursor=${next}`)).json.type).toMatch(/bad-cursor$/);
	});
});

describe('a decision answers at once, or says that it is queued', () => {
	/** So many copies of one book, every pair with an edge: as long as no key has too many holders, that is what matching finds. */
	async function loadCopies(count: number): Promise<void> {
		const { pool } = catalogue.database;
		await load(...Array.from({ length: count }, (_, i) => ({ ...MEN, identifier: `copy-${i}` })));
		await pool.query(
			'insert into edge select x.id, y.id, 9999, 1 from source_record x join source_record y on x.id < y.id on conflict do nothing',
		);
		await pool.query('insert into dirty (record_id, priority) select id, 2 from source_record');
		await matchAll(catalogue.database);
		const { rows } = await pool.query('select count(*) as n from cluster_member group by union_id');
		expect(rows).toEqual([{ n: count }]);
	}

	test('by how many records hang together with its pair', async () => {
		const most = LIMITS.decisionAtOnceRecordsMax;
		expect(most).toBe(199);
		await loadCopies(most);
		const small = await judge('not-same', 'copy-3', 'copy-7');
		expect(small.json).toMatchObject({ state: 'done', unions: [expect.any(String), expect.any(String)] });
		expect((await ask(`decisions/${small.json.decision.id}/undo`, { by: 'Lan', reason: 'nhầm tập' })).json).toMatchObject({
			state: 'done',
			unions: [await idOf('copy-0')],
		});
		await loadCopies(most + 1);
		const large = await judge('not-same', 'copy-3', 'copy-7');
		expect(large).toMatchObject({
			status: 202,
			headers: { location: `${PUBLIC_URL}/api/v1/decisions/${large.json.decision.id}` },
			json: { state: 'queued', waitsFor: 'many-records', unions: [] },
		});
		const path = `records/${await idOf('copy-3')}/explanation/${await idOf('copy-7')}`;
		expect((await ask(path)).json.together).toBe(true);
		await matchAll(catalogue.database);
		expect((await ask(path)).json.together).toBe(false);
		expect(await ask(`decisions/${large.json.decision.id}/undo`, { by: 'Lan', reason: 'nhầm tập' })).toMatchObject({
			status: 202,
			json: { state: 'queued', waitsFor: 'many-records', decision: { undoneReason: 'nhầm tập' } },
		});
	});

	test('queued too while another process matches and does not come to it', async () => {
		await load(MEN, TWIN);
		const other = await catalogue.database.pool.connect();
		await other.query('select pg_advisory_lock($1)', [MATCHER_LOCK]);
		expect(await judge('not-same', 'x', 'twin')).toMatchObject({
			status: 202,
			json: { state: 'queued', waitsFor: 'another-matcher', unions: [] },
		});
		await other.query('select pg_advisory_unlock($1)', [MATCHER_LOCK]);
		other.release();
		await matchAll(catalogue.database);
		expect((await ask(`records/${await idOf('x')}/explanation/${await idOf('twin')}`)).json.together).toBe(false);
	});
});

describe('a decision', () => {
	async function decideOn(match: () => Promise<null>) {
		await load(MEN, TWIN);
		const elsewhere = catalogue.server({ matcher: { match, project: async () => undefined } });
		const response = await elsewhere.inject({
			method: 'POST',
			url: '/api/v1/decisions',
			headers: { authorization: `Bearer ${key}` },
			payload: { verdict: 'not-same', a: await idOf('x'), b: await idOf('twin'), by: 'Lan', reason: 'x' },
		});
		await elsewhere.close();
		return { status: response.statusCode, ...response.json() };
	}

	test('that another process matches in the meantime is done', async () => {
		const answer = await decideOn(() => matchAll(catalogue.database).then(() => null));
		expect(answer).toMatchObject({ status: 201, state: 'done', waitsFor: null, unions: [expect.any(String), expect.any(String)] });
	});

	test('that cannot be matched is kept, queued and logged', async () => {
		expect(await decideOn(() => Promise.reject(new Error('no room')))).toMatchObject({
			status: 202,
			state: 'queued',
			waitsFor: 'failure',
			unions: [],
		});
		expect(catalogue.errors.splice(0)).toMatchObject([{ error: { message: 'no room' } }]);
		expect(await kept()).toBe(1);
	});
});

describe('explanations', () => {
	test('of two records, in the language of the client', async () => {
		await load(MEN, VOLUME_1, VOLUME_2);
		const path = `records/${await idOf('v1')}/explanation/${await idOf('v2')}`;
		const vietnamese = await ask(path);
		expect(vietnamese).toMatchObject({
			status: 200,
			headers: { 'content-language': 'vi', vary: expect.stringContaining('accept-language') },
			json: { together: false, conflicts: [{ name: 'volume', text: 'Khác tập: 1 / 2' }] },
		});
		expect(vietnamese.json.otherwise.join(' ')).toContain('Khác tập: 1 / 2');
		const english = await ask(path, undefined, 'en');
		expect(english.headers['content-language']).toBe('en');
		expect(english.json.conflicts[0].text).toMatch(/volume/i);
		const decided = (await judge('same', 'v1', 'v2', { confirm: ['volume'] })).json.decision;
		const { id, verdict, by, reason, at } = decided;
		expect((await ask(path)).json).toMatchObject({ together: true, decisions: [{ id, verdict, by, reason, at }] });
	});

	test('of a union record: every member once, by any id that leads to it, page by page', async () => {
		const members = ['a', 'b', 'c', 'd', 'e'].map((identifier) => ({ ...MEN, identifier }));
		await load(...members, STRANGER);
		const whole = (await ask(`records/${await idOf('d')}/explanation`)).json;
		expect(whole.id).toBe(await idOf('a'));
		expect(whole.members.map((m: { identifier: string }) => m.identifier)).toEqual(['a', 'b', 'c', 'd', 'e']);
		for (const m of whole.members) expect(m.link).toMatchObject({ a: m.id, together: true, rules: whole.rules });
		const seen: unknown[] = [];
		for (let next: string | null = ''; next !== null; ) {
			const { json } = await ask(`records/${await idOf('a')}/explanation?limit=2${next === '' ? '' : `&cursor=${next}`}`);
			seen.push(...json.members);
			next = json.next;
		}
		expect(seen).toEqual(whole.members);
		expect((await ask(`records/${await idOf('stranger')}/explanation`)).json.members).toMatchObject([{ link: null }]);
	});

	test('of records that are not there', async () => {
		await load(MEN);
		const x = await idOf('x');
		expect((await ask(`records/${publicId(999_999)}/explanation`)).json).toMatchObject({ status: 404, title: 'Không tìm thấy' });
		expect((await ask('records/nonsense/explanation')).status).toBe(400);
		expect((await ask(`records/${x}/explanation/${publicId(999_999)}`)).status).toBe(404);
		expect((await ask(`records/${x}/explanation/nonsense`)).status).toBe(400);
	});
});

test('the queue goes on by cursor, pairs and odd union records in one order', async () => {
	await load(MEN, TWIN, STRANGER, VOLUME_1, VOLUME_2);
	const { pool } = catalogue.database;
	await pool.query('update cluster_member set union_id = $1 where record_id = $2', [
		await recordNumber(catalogue.database, 'v1'),
		await recordNumber(catalogue.database, 'v2'),
	]);
	await pool.query(
		`insert into edge (a, b, score, rules) select least(x.id, y.id), greatest(x.id, y.id), 5000, 1 from source_record x, source_record y
		where y.identifier = 'stranger' and x.identifier in ('x', 'v1')`,
	);
	const whole = (await ask('queue')).json;
	expect(whole.clusters).toMatchObject([{ why: ['two-volumes'], members: 2, libraries: 1 }]);
	expect(whole.pairs).toHaveLength(2);
	expect(whole.pairs[0].sides).toContainEqual({
		id: await idOf('stranger'),
		title: 'Toán',
		creator: 'Đoàn Giỏi',
		year: '1999',
		library: 'hp-01',
		libraryName: 'hp-01',
		identifier: 'stranger',
		union: await idOf('stranger'),
	});
	const seen = { pairs: [] as unknown[], clusters: [] as unknown[] };
	for (let next: string | null = ''; next !== null; ) {
		const { json } = await ask(`queue?limit=1${next === '' ? '' : `&cursor=${next}`}`);
		expect(json.pairs.length + json.clusters.length).toBe(1);
		seen.pairs.push(...json.pairs);
		seen.clusters.push(...json.clusters);
		next = json.next;
	}
	expect(seen).toEqual({ pairs: whole.pairs, clusters: whole.clusters });
	expect((await ask('queue?cursor=x')).json.type).toMatch(/bad-cursor$/);
});
