/*
 * Records a second over Z39.50 (Present) and SRU, in pages, of ours on Postgres and of zebrasrv with the same records: `node bench/present.ts --folder F`, a
 * folder that bench/search.ts was given. The client is yaz-client for the one and plain HTTP for the other, one session at a time. Needs the
 * Debian packages yaz and idzebra-2.0.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { createServer, listen } from '../src/api/server.ts';
import { listenZ3950 } from '../src/api/z3950/listener.ts';
import { startZebra } from '../test/support/zebra.ts';
import { openFolder, serverDeps } from './open-folder.ts';

const { values } = parseArgs({ options: { folder: { type: 'string' }, titles: { type: 'string', default: '200000' } } });
if (values.folder === undefined) throw new Error('--folder names what bench/search.ts loaded');
const folder = values.folder;
const WORD = 'nam';
const RECORDS = 5_000;
const PAGES = [50, 500];

/** Finds, and shows records in pages; what comes goes to nowhere. Gives seconds, less those of a session that finds only. */
async function yazClient(address: string, format: string, page: number): Promise<number> {
	const shows = Array.from({ length: RECORDS / page }, (_, i) => `show ${i * page + 1}+${page}`);
	const session = async (commands: readonly string[]): Promise<number> => {
		const began = performance.now();
		const client = spawn('yaz-client', [address], { stdio: ['pipe', 'ignore', 'ignore'] });
		client.stdin.end([`format ${format}`, 'elements F', `find ${WORD}`, ...commands, 'quit', ''].join('\n'));
		await new Promise((done) => client.once('exit', done));
		return (performance.now() - began) / 1000;
	};
	return (await session(shows)) - (await session([]));
}

async function sru(url: string, page: number): Promise<number> {
	const began = performance.now();
	for (let start = 1; start <= RECORDS; start += page) {
		const { body } = await request(`${url}&maximumRecords=${page}&startRecord=${start}`);
		const text = await body.text();
		const given = text.split(/<\/(?:\w+:)?recordData>/).length - 1;
		if (given !== page) throw new Error(`${given} records instead of ${page}: ${text.slice(0, 300)}`);
	}
	return (performance.now() - began) / 1000;
}

async function measure(name: string, z3950: string, sruUrl: string): Promise<void> {
	const figures: Record<string, number> = {};
	const best = async (what: string, run: () => Promise<number>): Promise<void> => {
		figures[what] = Math.round(RECORDS / Math.min(await run(), await run()));
	};
	for (const page of PAGES) {
		for (const format of ['usmarc', 'xml']) await best(`Present ${format} ${page}`, () => yazClient(z3950, format, page));
		await best(`SRU marcxml ${page}`, () => sru(sruUrl, page));
	}
	console.log(name, JSON.stringify(figures));
}

const query = (version: string): string => `version=${version}&operation=searchRetrieve&query=${encodeURIComponent(`"${WORD}"`)}`;

const opened = await openFolder(join(folder, 'data'));
const deps = serverDeps(opened);
const app = createServer(deps);
const url = await listen(app, '127.0.0.1', 0);
const z3950 = await listenZ3950({ ...deps, keysOnly: false }, '127.0.0.1', 0);
await measure('ours', `tcp:127.0.0.1:${z3950.port}/Default`, `${url}/sru?${query('1.2')}`);
await z3950.close();
await app.close();
await opened.close();
const zebra = await startZebra(readFileSync(join(folder, `corpus-${values.titles}-1`, 'all.mrc')));
await measure('zebrasrv', zebra.address, `http://127.0.0.1:${zebra.port}/Default?${query('1.1')}`);
await zebra.stop();
process.exit(0);
