import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { PostgresSearchEngine } from '../../src/index/postgres/engine.ts';
import { systemClock } from '../../src/jobs/system-clock.ts';
import type { Uploads } from '../../src/jobs/uploads.ts';
import { silentLogger } from './harvest-rig.ts';
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

	/** A server on the database, not yet listening. */
	server(uploads?: Uploads): FastifyInstance {
		const { pool } = this.made.database;
		return createServer({
			database: pool,
			engine: new PostgresSearchEngine(pool),
			publicUrl: 'https://lienthong.example.vn',
			repositoryIdentifier: 'lienthong.example.vn',
			adminEmail: 'admin@lienthong.example.vn',
			clock: systemClock,
			logger: silentLogger,
			matcher: { match: () => Promise.resolve(null), project: () => Promise.resolve() },
			...(uploads === undefined ? {} : { uploads }),
		});
	}

	/** A file in the folder; gives its path. */
	file(name: string, content: string | Uint8Array): string {
		const path = join(this.folder, name);
		writeFileSync(path, content);
		return path;
	}
}
