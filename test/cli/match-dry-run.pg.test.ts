import { afterAll, beforeAll, expect, it } from 'vitest';
import { drainDirty } from '../../src/catalogue/match.ts';
import { mergeBatch } from '../../src/catalogue/merge-batch.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import { RULES_VERSION } from '../../src/matching/weights.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, quiet, type WorldRecord } from '../support/world.ts';

const MEN: WorldRecord = { identifier: 'x', title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', year: 2000, pages: 96, isbn: '9786042012348' };

let made: TestDatabase;
const run = (...args: string[]): Promise<Outcome> => call(BIN, ['match', ...args], { DATABASE_URL: made.url });

beforeAll(async () => {
	made = await testDatabase();
	await harvestList(made.database, await addSource(made.database, 'hp-01'), [
		MEN,
		{ ...MEN, identifier: 'twin' },
		{ identifier: 'other', title: 'Số đỏ', author: 'Vũ Trọng Phụng', year: 1936 },
	]);
	// older rules, that joined nothing
	const work = {
		score: async ({ pairs }: { readonly pairs: Uint32Array }) => new Uint16Array(pairs.length / 2),
		merge: async (clusters: Parameters<typeof mergeBatch>[0]) => mergeBatch(clusters),
	};
	await drainDirty({ database: made.database, work, clock: systemClock, logger: quiet });
	await made.database.pool.query(`update setting set value = '{"version": 0}' where name = 'rules'`);
});
afterAll(() => made.drop());

it('match --dry-run shows what new rules would split and join, with samples, before match brings them', async () => {
	const { code, out } = await run('--dry-run', '--lang', 'en');
	expect(code).toBe(0);
	expect(out).toContain(`Rules of matching: 0 in the database, ${RULES_VERSION} in this program`);
	expect(out).toContain('3 records: 3 union records now, 2 by the new rules');
	expect(out).toContain('0 union records would be split, 1 would be joined from several');
	expect(out).toMatch(
		/joined from 2:\n {2}(\w{9}) {2}Dế Mèn phiêu lưu ký \/ Tô Hoài, 2000 {2}\[hp-01, x\]\n {2}---\n {2}(\w{9}) {2}Dế Mèn.*\[hp-01, twin\]\n {2}→ {2}\1, \2: score too low to be kept by the rules in use, (0\.9\d) by the new ones \(0\.75 or more joins the two\)\n {5}Years? agree/,
	);
	const vi = (await run('--dry-run', '--lang', 'vi')).out;
	expect(vi).toContain('0 biểu ghi hợp nhất sẽ bị tách, 1 sẽ được gộp từ nhiều biểu ghi');
	expect(vi).toMatch(
		/: điểm giống nhau quá thấp để lưu theo quy tắc đang dùng, 0,9\d theo quy tắc mới \(từ 0,75 trở lên thì gộp\)\n {5}Năm xuất bản/,
	);
	expect((await run('--lang', 'vi')).code).toBe(2);
	expect((await run()).code).toBe(0);
	const again = JSON.parse((await run('--dry-run', '--json')).out);
	expect(again).toMatchObject({ clusters: { now: 2, foreseen: 2 }, split: { samples: [] }, joined: { samples: [] } });
});
