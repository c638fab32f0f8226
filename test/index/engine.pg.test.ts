import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { testDatabase } from '../support/postgres.ts';
import { engineContract } from './engine-contract.ts';

engineContract('Postgres', async () => {
	const { database, drop } = await testDatabase();
	return { engine: new PostgresSearchEngine(database.pool), close: drop };
});
