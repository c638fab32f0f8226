/*
 * Harvesting from zebrasrv against yaz-client, which presents the same records to nowhere: `node bench/z3950.ts [RECORDS]`. Needs the
 * Debian packages yaz and idzebra-2.0. Prints records a second of each, the better of two: our client reading and decoding, and a whole harvest into the
 * database, once.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase } from '../src/store/embedded-postgres.ts';
import { migrate } from '../src/store/migrate.ts';
import { addSource } from '../src/store/source.ts';
import { Harvester } from '../test/support/harvester.ts';
import { sampleMarc } from '../test/support/sample-marc.ts';
import { harvestTarget, z3950Target } from '../test/support/slice-rig.ts';
import { addLibrary } from '../test/support/world.ts';
import { startZebra } from '../test/support/zebra.ts';

const count = Number(process.argv[2] ?? 5_200);
const zebra = await startZebra(sampleMarc(count));

function rate(seconds: number): number {
	return Math.round(count / seconds);
}

async function timed(run: () => Promise<void> | void): Promise<number> {
	const began = performance.now();
	await run();
	return (performance.now() - began) / 1000;
}

/** `show` in steps as a client does; the records go to nowhere. */
function yazClient(): void {
	const shows = Array.from({ length: Math.ceil(count / 500) }, (_, i) => `show ${i * 500 + 1}+${Math.min(500, count - i * 500)}`);
	execFileSync('yaz-client', [zebra.address], {
		input: ['find @attr 1=_ALLRECORDS @attr 2=103 ""', ...shows, 'quit', ''].join('\n'),
		stdio: ['pipe', 'ignore', 'ignore'],
	});
}

async function readAndDecode(): Promise<void> {
	await harvestTarget(z3950Target(zebra.address), {});
}

const yaz = Math.max(rate(await timed(yazClient)), rate(await timed(yazClient)));
const client = Math.max(rate(await timed(readAndDecode)), rate(await timed(readAndDecode)));
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'));
const server = await ensureDatabase({ databaseUrl: null, dataDir: folder }, () => undefined);
const harvester = new Harvester(server.url, { threads: 2 });
await migrate(harvester.database);
await addLibrary(harvester.database, 'BENCH');
const { code } = await addSource(harvester.database, { library: 'BENCH', kind: 'z3950', url: zebra.address });
const stored = rate(
	await timed(async () => {
		const run = await harvester.harvest(code);
		if (run.state !== 'complete' || run.created !== count) throw new Error(`the run ended ${run.state} with ${run.created} records`);
	}),
);
console.log(
	JSON.stringify({ records: count, yazClient: yaz, client, harvest: stored, clientRatio: client / yaz, harvestRatio: stored / yaz }),
);
await harvester.close();
await server.release();
rmSync(folder, { recursive: true, force: true });
await zebra.stop();
process.exit(0);
