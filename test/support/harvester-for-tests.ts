import { afterAll, beforeAll } from 'vitest';
import { Harvester } from './harvester.ts';
import { type TestDatabase, testDatabase } from './postgres.ts';

/** A database and a worker for the tests of a file, from before the first until after the last. */
export function harvesterForTests(take: (database: TestDatabase, worker: Harvester) => void): void {
	let database: TestDatabase;
	let worker: Harvester;
	beforeAll(async () => {
		database = await testDatabase();
		worker = new Harvester(database.url);
		take(database, worker);
	});
	afterAll(async () => {
		await worker.close();
		await database.drop();
	});
}
