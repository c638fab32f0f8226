import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureDatabase, freshDataDir, removeEmbedded } from '../../src/store/embedded-postgres.ts';
import { type OpenSearchProcess, stopOpenSearch } from './opensearch-server.ts';
import { KEEP_MARK, TEST_SETTINGS } from './postgres-folder.ts';

declare module 'vitest' {
	export interface ProvidedContext {
		/** Where the embedded Postgres of this run is, started by the first test file that wants it. */
		postgresFolder: string;
		/** Where the first test file that wants OpenSearch writes how it started it. */
		opensearchNote: string;
	}
}

export default async function setup(project: {
	provide: (key: 'postgresFolder' | 'opensearchNote', value: string) => void;
}): Promise<() => Promise<void>> {
	const folder = freshDataDir('lienthong-test-');
	project.provide('postgresFolder', folder);
	const note = join(mkdtempSync(join(tmpdir(), 'lienthong-note-')), 'opensearch.json');
	project.provide('opensearchNote', note);
	return async () => {
		if (existsSync(`${note}.begun`)) stopOpenSearch(JSON.parse(readFileSync(`${note}.begun`, 'utf8')) as OpenSearchProcess);
		await rm(dirname(note), { recursive: true, force: true });
		if (existsSync(join(folder, KEEP_MARK))) {
			// Joins what the test files started, and stops it as the last one out.
			const { release } = await ensureDatabase({ databaseUrl: null, dataDir: folder }, console.error, TEST_SETTINGS);
			await release();
			console.error(`Databases of failed tests are kept: DATA_DIR=${folder}`);
			return;
		}
		await removeEmbedded(folder);
		await rm(folder, { recursive: true, force: true });
	};
}
