import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { Harvester } from './harvester.ts';
import { type TestDatabase, testDatabase } from './postgres.ts';

/** A database, a harvester on it and a folder for files, there from the first test of a file to its last. */
export class ImportRig {
	made!: TestDatabase;
	harvester!: Harvester;
	folder = '';
	#libraries = 0;

	constructor() {
		beforeAll(async () => {
			this.made = await testDatabase();
			this.harvester = new Harvester(this.made.url);
			this.folder = mkdtempSync(join(tmpdir(), 'lienthong-import-'));
		});
		afterAll(async () => {
			await this.harvester.close();
			await this.made.drop();
			rmSync(this.folder, { recursive: true });
		});
	}

	/** A new library; gives its code. */
	async library(): Promise<string> {
		const code = `lib${++this.#libraries}`;
		await this.made.database.pool.query("insert into library (code, name, kind) values ($1, $1, 'school')", [code]);
		return code;
	}

	/** A file in the folder; gives its path. */
	file(name: string, content: string | Uint8Array): string {
		const path = join(this.folder, name);
		writeFileSync(path, content);
		return path;
	}
}
