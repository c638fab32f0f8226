import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { testDatabase } from '../support/postgres.ts';
import { type EngineUnderTest, engineContract } from './engine-contract.ts';
import { valuesContract } from './values-contract.ts';

async function makeEngine(): Promise<EngineUnderTest> {
	const { database, drop } = await testDatabase();
	return { engine: new PostgresSearchEngine(database.pool), close: drop };
}

engineContract('Postgres', makeEngine);
valuesContract('Postgres', makeEngine);
