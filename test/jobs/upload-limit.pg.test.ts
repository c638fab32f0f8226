import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Uploads } from '../../src/jobs/uploads.ts';
import { createApiKey } from '../../src/store/api-key.ts';
import { ImportRig } from '../support/import-rig.ts';

const rig = new ImportRig();

it('a body that says nothing of its length and grows past the limit is refused, is cut off, and leaves nothing', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'lienthong-limit-'));
	const { pool } = rig.made.database;
	const app = rig.server(new Uploads({ ...rig.harvester.deps, folder, fileBytesMax: 1_000_000 }));
	await app.listen({ host: '127.0.0.1', port: 0 });
	const { port } = app.server.address() as AddressInfo;
	const code = await rig.library();
	const { key } = await createApiKey(rig.made.database, 'limit');
	const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' };
	const sending = request({ port, host: '127.0.0.1', method: 'POST', path: `/api/v1/libraries/${code}/files?name=sach.csv`, headers });
	expect(sending.getHeader('content-length')).toBeUndefined();
	// it would go on for ever
	const row = Buffer.alloc(65_536, 'Nhan đề\n');
	const more = (): void => {
		while (!sending.destroyed && sending.write(row));
	};
	sending.on('drain', more).on('error', () => undefined);
	const [status, problem] = await new Promise<[number | undefined, string]>((resolve) => {
		sending.on('response', (response) => {
			let text = '';
			response.on('data', (piece) => (text += piece)).on('close', () => resolve([response.statusCode, text]));
		});
		more();
	});
	sending.destroy();
	expect([status, JSON.parse(problem)]).toMatchObject([
		413,
		{ type: expect.stringMatching(/too-large$/), detail: expect.stringMatching(/1000000 bytes/) },
	]);
	expect(readdirSync(folder)).toEqual([]);
	expect((await pool.query('select from run')).rowCount).toBe(0);
	await app.close();
	rmSync(folder, { recursive: true });
});
