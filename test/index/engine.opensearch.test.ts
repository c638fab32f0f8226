import { describe } from 'vitest';
import { OpenSearchEngine } from '../../src/index/opensearch/engine.ts';
import { opensearchMissing, testOpenSearch } from '../support/opensearch.ts';
import { type EngineUnderTest, engineContract } from './engine-contract.ts';
import { valuesContract } from './values-contract.ts';

async function makeEngine(): Promise<EngineUnderTest> {
	const { url, drop } = await testOpenSearch();
	const engine = new OpenSearchEngine(url);
	return {
		engine,
		close: async () => {
			await engine.close();
			await drop();
		},
	};
}

describe.runIf(opensearchMissing === null)(opensearchMissing === null ? 'with a server' : `needs ${opensearchMissing}`, () => {
	engineContract('OpenSearch', makeEngine);
	valuesContract('OpenSearch', makeEngine);
});
