import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/lib/errors.ts';
import { readChanges } from '../../src/store/change-read.ts';
import { BIN, call, type Outcome } from '../support/command-line.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { addSource, harvestList, matchAll } from '../support/world.ts';

const LICENCE = 'https://creativecommons.org/publicdomain/zero/1.0/';

let made: TestDatabase;
const run = (...args: string[]): Promise<Outcome> => call(BIN, args, { DATABASE_URL: made.url });

beforeAll(async () => {
	made = await testDatabase();
	await harvestList(made.database, await addSource(made.database, 'hp-01'), [
		{ identifier: 'x', title: 'Dế Mèn phiêu lưu ký', author: 'Tô Hoài', callNumber: 'VN 1' },
		{ identifier: 'gone', title: 'Toán 6' },
	]);
	await matchAll(made.database);
});
afterAll(() => made.drop());

/** The union as others have it, and what changed since the last change before: how many records of the source, how many of the union. */
async function afterSetting(...terms: string[]): Promise<{ records: string; changed: readonly number[] }> {
	const { rows } = await made.database.pool.query<{ seq: number }>('select seq from change_counter');
	expect(await run('source', 'set', 'hp-01', ...terms)).toMatchObject({ code: 0, err: '' });
	await matchAll(made.database);
	const changes = await readChanges(made.database.pool, rows[0]?.seq ?? 0, 100);
	const of = (entity: number): number => changes.filter((change) => change.entity === entity).length;
	return { records: (await run('export', '--format', 'jsonl')).out, changed: [of(2), of(1), of(4)] };
}

it('a library that shares less, more, or names a licence later is followed by all that leaves', async () => {
	const before = (await run('export', '--format', 'jsonl')).out;
	expect(before).toContain('VN 1');
	const titles = await afterSetting('--share', 'metadata', '--licence', LICENCE);
	expect(titles.records).toContain('Dế Mèn');
	expect(titles.records).not.toContain('VN 1');
	expect(titles.records).toContain(`"licence":"${LICENCE}"`);
	// whoever follows the library, and whoever follows the union, is told of each record; and of the source
	expect(titles.changed).toEqual([2, 2, 1]);
	expect(await afterSetting('--share', 'none')).toEqual({ records: '', changed: [2, 2, 1] });
	expect(await afterSetting('--share', 'full', '--licence', '')).toEqual({ records: before, changed: [2, 2, 1] });
	expect((await afterSetting('--share', 'full')).changed).toEqual([0, 0, 0]);
	expect((await run('source', 'list', '--json')).out).toContain('"share":"full","licence":null');
});

it('what is neither sharing nor a licence is refused, and changes nothing', async () => {
	for (const terms of [['--share', 'some'], ['--licence', 'CC0'], ['--licence', 'javascript:alert(1)'], []])
		expect([terms, (await run('source', 'set', 'hp-01', ...terms)).code]).toEqual([terms, EXIT_CODES.usage]);
	expect((await run('source', 'list', '--json')).out).toContain('"share":"full","licence":null');
});
