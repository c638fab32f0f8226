import { afterAll, beforeAll, expect, it } from 'vitest';
import { undo } from '../../src/catalogue/decide.ts';
import { explainPair } from '../../src/catalogue/explain.ts';
import { EXIT_CODES } from '../../src/lib/errors.ts';
import { publicId } from '../../src/lib/ids.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, matchAll, type WorldRecord } from '../support/world.ts';

const MEN: WorldRecord = { identifier: 'x', title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', year: 2000, pages: 96, isbn: '9786042012348' };

let made: TestDatabase;
const run = (...args: string[]): Promise<Outcome> => call(BIN, args, { DATABASE_URL: made.url });

beforeAll(async () => {
	made = await testDatabase();
	await harvestList(made.database, await addSource(made.database, 'hp-01'), [MEN, { ...MEN, identifier: 'twin' }]);
	await matchAll(made.database);
});
afterAll(() => made.drop());

it('source set says that a library registers each title once, and takes it back', async () => {
	const { rows } = await made.database.pool.query<{ id: number }>('select id from source_record order by id');
	const [x = '', twin = ''] = rows.map(({ id }) => publicId(id));
	const together = async (): Promise<boolean> => {
		await matchAll(made.database);
		return (await explainPair(made.database, x, twin, 'en')).together;
	};
	expect(await together()).toBe(true);
	const wrong = await run('source', 'set', 'hp-01', '--setting', 'noDoubles=perhaps');
	expect(wrong).toMatchObject({ code: EXIT_CODES.usage, err: expect.stringContaining('noDoubles is true or false') });
	expect(await run('source', 'set', 'hp-01', '--setting', 'noDoubles=true')).toMatchObject({ code: 0, err: '' });
	expect(await together()).toBe(false);
	expect((await run('match', 'explain', x, twin, '--lang', 'vi')).out).toContain('không có biểu ghi trùng');
	const decide = ['match', 'decide', 'same', x, twin, '--by', 'Lan', '--reason', 'hai bản của một cuốn'];
	expect(await run(...decide)).toMatchObject({ code: EXIT_CODES.conflict, err: expect.stringContaining('--confirm doubles') });
	expect(await run(...decide, '--confirm', 'doubles')).toMatchObject({ code: 0 });
	expect(await together()).toBe(true);
	await undo(made.database, 1, 'Lan', 'nhầm');
	expect(await together()).toBe(false);
	await run('source', 'set', 'hp-01', '--setting', 'noDoubles=null');
	expect(await together()).toBe(true);
});

it('a source that is searched takes it too', async () => {
	await run('library', 'add', '--code', 'TVT', '--name', 'Thư viện tỉnh', '--kind', 'province');
	const added = await run(
		...['source', 'add', '--library', 'TVT', '--kind', 'sru', '--url', 'https://thuvien.example.vn/sru', '--setting', 'noDoubles=true'],
	);
	expect(added).toMatchObject({ code: 0, err: '' });
});
