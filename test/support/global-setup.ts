import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDatabase, freshDataDir, removeEmbedded } from '../../src/store/embedded-postgres.ts';
import { KEEP_MARK, TEST_SETTINGS } from './postgres-folder.ts';

declare module 'vitest' {
	export interface ProvidedContext {
		/** Where the embedded Postgres of this run is, started by the first test file that wants it. */
		postgresFolder: string;
	}
}

export default async function setup(project: { provide: (key: 'postgresFolder', value: string) => void }): Promise<() => Promise<void>> {
	const folder = freshDataDir('lienthong-test-');
	project.provide('postgresFolder', folder);
	return async () => {
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
