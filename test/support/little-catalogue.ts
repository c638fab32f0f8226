import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { type TestDatabase, testDatabase } from './postgres.ts';
import { emptyCatalogue, type WorldRecord } from './world.ts';

/** A book that tests of matching have copies of. */
export const MEN: WorldRecord = {
	identifier: 'x',
	title: 'Dế Mèn phiêu lưu ký',
	author: 'Tô Hoài',
	year: 2000,
	pages: 96,
	isbn: '9786042012348',
};

/** A catalogue for the tests of a file, empty before each of them; `opened` is given its database before the first. */
export function littleCatalogue(opened: (database: Database) => void): void {
	let made: TestDatabase;
	beforeAll(async () => {
		made = await testDatabase();
		opened(made.database);
	});
	beforeEach(async () => {
		await emptyCatalogue(made.database);
	});
	afterAll(async () => {
		await made.drop();
	});
}

/** The number of a record; 0 when there is none. */
export async function recordNumber(database: Database, identifier: string): Promise<number> {
	const { rows } = await database.pool.query<{ id: number }>('select id from source_record where identifier = $1', [identifier]);
	return rows[0]?.id ?? 0;
}
