import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { hasPeer } from '../support/peers.ts';
import { ExampleWorld } from './example-world.ts';

const SEED = 20_261_126;
const SECONDS = 120;
const CONFIG = resolve(import.meta.dirname, 'schemathesis.toml');
const OPENAPI = resolve(import.meta.dirname, '../../openapi.yaml');

const LINE_MAX = 500;

/** Runs schemathesis and gives what it printed (long lines cut: a request can have a megabyte) and its exit code. */
async function schemathesis(url: string, key: string, cwd: string): Promise<{ readonly said: string; readonly code: number | null }> {
	const args = [
		...['--config-file', CONFIG, 'run', OPENAPI, '--url', url, '--header', `Authorization: Bearer ${key}`, '--no-color'],
		...['--checks', 'all', '--exclude-checks', 'positive_data_acceptance', '--phases', 'examples,coverage,fuzzing'],
		...['--seed', String(SEED), '--generation-database', 'none', '--max-examples', '40', '--max-time', String(SECONDS)],
		...['--request-timeout', '120', '--max-response-time', '120', '--warnings', 'off'],
	];
	const run = spawn('schemathesis', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	for (const stream of [run.stdout, run.stderr])
		stream.setEncoding('utf8').on('data', (text: string) => {
			said += text;
		});
	const code = await new Promise<number | null>((ended, failed) => run.once('close', ended).once('error', failed));
	return { said: said.replaceAll(new RegExp(`(?<=.{${LINE_MAX}}).+`, 'g'), '…'), code };
}

describe.runIf(process.env['DEEP'] === '1' && hasPeer('schemathesis'))('schemathesis', () => {
	let world: ExampleWorld;
	beforeAll(async () => {
		world = await ExampleWorld.create({ requestsPerMinute: 1_000_000 });
	});
	afterAll(async () => {
		await world.close();
	});

	it('finds no 5xx, no status and no header that is not described, and no answer that does not fit its schema', async () => {
		const { app, key, folder, catalogue } = world;
		await listen(app, '127.0.0.1', 0);
		const { said, code } = await schemathesis(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, key, folder);
		expect([code, code === 0 ? '' : said]).toEqual([0, '']);
		expect(said).toMatch(/Tested: \d\d/);
		expect(catalogue.errors).toEqual([]);
	}, 400_000);
});
