import { beforeEach, expect, it } from 'vitest';
import { decide } from '../../src/catalogue/decide.ts';
import { explainPair, explainUnion } from '../../src/catalogue/explain.ts';
import { publicId } from '../../src/lib/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { littleCatalogue, MEN, recordNumber } from '../support/little-catalogue.ts';
import { addSource, harvestList, matchAll, type WorldRecord } from '../support/world.ts';

let database: Database;
let source: number;

const STRANGER: WorldRecord = { identifier: 'lạ', title: 'Số đỏ', author: 'Vũ Trọng Phụng', year: 1936, pages: 320 };

littleCatalogue((opened) => {
	database = opened;
});
beforeEach(async () => {
	source = await addSource(database, 'hp-01');
});

async function load(...records: WorldRecord[]): Promise<void> {
	await harvestList(database, source, records);
	await matchAll(database);
}

const idOf = async (identifier: string): Promise<string> => publicId(await recordNumber(database, identifier));

const pair = async (x: string, y: string, lang: 'vi' | 'en' = 'vi') => explainPair(database, await idOf(x), await idOf(y), lang);

async function judge(verdict: 'same' | 'not-same', x: string, y: string, ...confirm: string[]): Promise<number> {
	const id = await decide(database, { verdict, a: await idOf(x), b: await idOf(y), by: 'Lan', reason: 'đã xem sách', confirm });
	await matchAll(database);
	return id;
}

it('values stand as the records word them: names in their order, marks, whole ISBNs, kinds and languages by name', async () => {
	await load(MEN, { ...MEN, identifier: 'y', author: 'Tô Hoài (nhà văn)', volume: 1 });
	const { parts, conflicts } = await pair('x', 'y');
	const texts = parts.map((p) => p.text);
	expect(texts).toContain('ISBN giống nhau: 9786042012348');
	expect(texts).toContain('Nhà xuất bản giống nhau: Kim Đồng');
	expect(texts).toContain('Nơi xuất bản giống nhau: Hà Nội');
	expect(texts).toContain('Nhan đề giống nhau: Dế Mèn phiêu lưu ký');
	expect(texts.join('\n')).toContain('Tô Hoài (nhà văn)');
	expect(conflicts).toEqual([{ name: 'kind', text: 'Khác kiểu biểu ghi: Sách / Tập của bộ sách' }]);
	expect((await pair('x', 'y', 'en')).conflicts[0]?.text).toBe('Different kinds of record: Book / Volume of a set');
});

it('of two that stand together: the score, what would take it below what joins, and that a conflict would part them', async () => {
	await load(MEN, { ...MEN, identifier: 'y' });
	const { together, otherwise, score, rules } = await pair('x', 'y');
	expect([together, score > 0.9, rules > 0]).toEqual([true, true, true]);
	expect(otherwise[0]).toMatch(/^Điểm giống nhau hiện là \d,\d\d; dưới 0,75 thì hai biểu ghi không còn được gộp trực tiếp$/);
	expect(otherwise.at(-1)).toContain('nêu tập, lần xuất bản, lớp hoặc vật mang tin khác nhau');
});

it('of two that stand apart by their score: what speaks against them, and what would have to agree', async () => {
	await load(MEN, STRANGER);
	const { otherwise } = await pair('x', 'lạ');
	expect(otherwise[0]).toMatch(/^Điểm giống nhau hiện là 0,\d\d; phải từ 0,75 trở lên mới được gộp$/);
	expect(otherwise.slice(1, -1)).toContainEqual('Năm xuất bản khác nhau: 2000 và 1936, cách nhau 64 năm');
	expect(otherwise.at(-1)).toMatch(/^Nếu .* giống nhau thì điểm lên \d,\d\d$/);
	expect((await pair('x', 'lạ', 'en')).otherwise.at(-1)).toMatch(/^If .* agreed, the score would be \d\.\d\d$/);
});

it('what speaks against two never agrees, and their points add up to the score', async () => {
	await load(MEN, { ...MEN, identifier: 'y', author: 'Vũ Trọng Phụng', year: 2003, pages: 320, isbn: '9786041234567' });
	const { otherwise, parts, start, score } = await pair('x', 'y');
	expect(parts.filter((p) => p.outcome === 'agrees' && p.evidence < 0).map((p) => p.feature)).toContain('place');
	expect(otherwise.join('\n')).not.toContain('giống nhau:');
	expect(otherwise).toContain('Năm xuất bản khác nhau: 2000 và 2003, cách nhau 3 năm');
	const sum = parts.reduce((all, p) => all + p.evidence, start);
	expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(score, 3);
});

it('of two that others hold together: the way from one to the other', async () => {
	await load(MEN, { ...MEN, identifier: 'y' }, STRANGER);
	await judge('same', 'y', 'lạ');
	const { together, otherwise } = await pair('x', 'lạ');
	expect(together).toBe(true);
	const named = async (identifier: string): Promise<string> => `${await idOf(identifier)} (hp-01, ${identifier})`;
	expect(otherwise).toEqual([
		`Hai biểu ghi không được gộp trực tiếp mà qua các biểu ghi khác: ${await named('x')} → ${await named('y')} → ${await named('lạ')}`,
	]);
});

it('of two that only others keep apart: which they are and why', async () => {
	await load(MEN, { ...MEN, identifier: 'y' }, { ...MEN, identifier: 'z' });
	const id = await judge('not-same', 'x', 'z');
	const [apart, other] = (await pair('y', 'z')).together ? ['x', 'y'] : ['y', 'z'];
	const { together, otherwise } = await pair(apart, other, 'en');
	expect(together).toBe(false);
	expect(otherwise.join()).toContain(`a librarian decided that they are not the same (#${id}, Lan: đã xem sách)`);
	expect(otherwise.join()).toContain(`${await idOf('x')} (hp-01, x)`);
	expect(otherwise.join()).toContain(`${await idOf('z')} (hp-01, z)`);
});

it('tells of keys that too many share: such records are not compared, and each says so', async () => {
	await load(...Array.from({ length: 50 }, (_, i) => ({ ...MEN, identifier: `k${i}` })));
	const { together, otherwise } = await pair('k1', 'k2');
	expect([together, otherwise]).toEqual([
		false,
		['Hai biểu ghi chỉ chung những khoá mà quá nhiều biểu ghi cùng mang, nên không được đem ra so sánh'],
	]);
	const [member] = (await explainUnion(database, await idOf('k1'), 'vi', { after: null, limit: 1 })).members;
	expect(member?.notes[0]).toMatch(/^\d+ khoá so sánh của biểu ghi này bị bỏ qua vì quá nhiều biểu ghi cùng mang/);
});

it('tells that a record waits to be matched, and what decisions do', async () => {
	await harvestList(database, source, [MEN, { ...MEN, identifier: 'y' }]);
	expect((await pair('x', 'y')).otherwise).toEqual(['Biểu ghi đang chờ được so sánh']);
	await matchAll(database);
	const id = await judge('not-same', 'x', 'y');
	expect((await pair('x', 'y')).otherwise[0]).toBe(
		`Cán bộ thư viện đã quyết định đây là hai tài liệu khác nhau (#${id}, Lan: đã xem sách); chỉ khi huỷ quyết định này thì kết quả mới có thể khác`,
	);
});

it('of a member: what was mended in it as it was received, so that a wrong reading is found', async () => {
	await load(MEN);
	const repairs = [{ code: 'tcvn3-repaired', at: '245$a', detail: 'D\u00d5 M\u00ccn' }];
	await database.pool.query('update version set repairs = $1', [JSON.stringify(repairs)]);
	const { members } = await explainUnion(database, await idOf('x'), 'vi', { after: null, limit: 9 });
	expect(members.map((m) => m.notes)).toEqual([['Khi nhận, 245$a đã đổi từ TCVN3 (ABC) sang Unicode; nguyên văn: DÕ MÌn']]);
});
