import { describe } from 'vitest';
import { OpenSearchEngine } from '../../src/index/opensearch/engine.ts';
import { opensearchMissing, testOpenSearch } from '../support/opensearch.ts';
import { engineContract } from './engine-contract.ts';

describe.runIf(opensearchMissing === null)(opensearchMissing === null ? 'with a server' : `needs ${opensearchMissing}`, () => {
	engineContract('OpenSearch', async () => {
		const { url, drop } = await testOpenSearch();
		const engine = new OpenSearchEngine(url);
		return {
			engine,
			close: async () => {
				await engine.close();
				await drop();
			},
		};
	});
});
