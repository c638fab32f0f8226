import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ServerDeps } from '../../src/api/deps.ts';
import { Uploads } from '../../src/jobs/uploads.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { Harvester } from '../support/harvester.ts';
import { type PutUnion, TestCatalogue } from './catalogue.ts';

/** What is in quarantine. */
export const RAW = '<record>\u0000 <script>alert(1)</script>';

const RECORDS: readonly PutUnion[] = [
	{ id: 1, title: 'Lịch sử Việt Nam', isbn: '9786042000017', sets: ['library:TVT'] },
	{ id: 2, title: 'Lịch sử <script>alert(1)</script>', sets: ['library:TVT'] },
	{ id: 3, title: 'Toán học', sets: ['library:THCS'], members: [{ source: 'thcs-file', library: 'THCS', share: 'metadata' }] },
	{ id: 4, title: 'Sách kín', members: [{ source: 'kin-oai', library: 'KIN', share: 'none' }] },
];

/** A catalogue with all that the examples of the OpenAPI description speak of, a server that takes files, and an operator's key. */
export class ExampleWorld {
	readonly catalogue: TestCatalogue;
	readonly app: FastifyInstance;
	readonly key: string;
	readonly keyId: number;
	/** Where files lie that are sent. */
	readonly folder: string;
	readonly #harvester: Harvester;
	readonly #uploads: Uploads;

	private constructor(catalogue: TestCatalogue, more: Partial<ServerDeps>, { key, id }: { readonly key: string; readonly id: number }) {
		this.catalogue = catalogue;
		this.key = key;
		this.keyId = id;
		this.folder = mkdtempSync(join(tmpdir(), 'lienthong-rest-'));
		this.#harvester = new Harvester(catalogue.url);
		this.#uploads = new Uploads({ ...this.#harvester.deps, folder: this.folder });
		this.app = catalogue.server({ uploads: this.#uploads, ...more });
	}

	static async create(more: Partial<ServerDeps> = {}): Promise<ExampleWorld> {
		const catalogue = await TestCatalogue.create();
		await catalogue.put(...RECORDS, { id: 8 }, { id: 9 }, { id: 10 });
		await catalogue.put(
			{ id: 8, state: 'deleted' },
			{ id: 9, state: 'redirect', redirectTo: 10 },
			{ id: 10, state: 'redirect', redirectTo: 1 },
		);
		await catalogue.index(...RECORDS);
		await catalogue.putSource({ id: 1, source: 'tvt-oai', identifier: 'oai:tvt:1', stamp: '2026-01-01' });
		await catalogue.putSource({ id: 55, source: 'tvt-two', identifier: 'oai:two:55', stamp: '2026-01-01' });
		await catalogue.putSource({ id: 57, source: 'kin-oai', identifier: 'oai:new:57', stamp: '2026-01-01' });
		const { pool } = catalogue.database;
		await pool.query('insert into cluster_member (record_id, union_id, version_no) values (1, 1, 1), (55, 1, 1)');
		const table = { encoding: 'utf-8', delimiter: ',', headingLine: 1, headings: ['Nhan đề', 'Năm'], columns: ['title', 'year'] };
		await pool.query(
			`insert into run (source_id, mode, state, staged, finished_at, listed, created, error, notes) values
			(1, 'full', 'complete', false, now(), 3, 3, null, $1), (1, 'incremental', 'failed', true, now(), 0, 0, '{"code": "timeout", "message": "inside.example"}', '{}'),
			(2, 'full', 'complete', false, now(), 1, 1, null, '{}'),
			((select id from source where code = 'tvt-two'), 'full', 'held', true, now(), 0, 0, null, '{"held": {"state": "complete", "pairs": 1}}'),
			((select id from source where code = 'kin-oai'), 'full', 'complete', true, now(), 0, 0, null, '{"held": {"state": "complete", "pairs": 1}, "reidentified": 1}')`,
			[{ host: 'inside.example', file: { name: 'sach.csv', table } }],
		);
		await pool.query("insert into reidentified (run_id, record_id, fresh_id, identifier, last_no) values (5, 57, 58, 'oai:old:57', 0)");
		await pool.query(
			`insert into quarantine (run_id, source_id, identifier, code, reason, body) select 1, 1, 'q' || n, 'no-fields', 'hỏng', $1 from generate_series(1, 3) n`,
			[Buffer.from(RAW)],
		);
		return new ExampleWorld(catalogue, more, await createApiKey(catalogue.database, 'console'));
	}

	async close(): Promise<void> {
		await this.app.close();
		await this.#uploads.settled();
		await this.#harvester.close();
		rmSync(this.folder, { recursive: true });
		await this.catalogue.drop();
	}
}
