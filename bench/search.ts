/*
 * Searching on both engines and in zebrasrv, side by side: `node bench/search.ts [--titles 200000] [--seconds 20] [--folder F] [--only Postgres]`. The same titles, the
 * same words drawn from them (so common words come as often as they are common), 32 users at once. Needs ../shared/tools, and for its parts the
 * Debian packages of zebra and what test/support/opensearch-server.ts runs OpenSearch with. With --folder, what was loaded is kept there and used again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { didYouMean } from '../src/catalogue/suggest.ts';
import { terms } from '../src/index/terms.ts';
import { howToRun, startOpenSearch, stopOpenSearch } from '../test/support/opensearch-server.ts';
import { isInstalled } from '../test/support/peers.ts';
import { startZebra } from '../test/support/zebra.ts';
import { corpus, hasTools } from './fixture.ts';
import { openFolder } from './open-folder.ts';
import { load } from './search-load.ts';

const { values } = parseArgs({
	options: {
		titles: { type: 'string', default: '200000' },
		seconds: { type: 'string', default: '20' },
		folder: { type: 'string' },
		only: { type: 'string' },
	},
});
const titles = Number(values.titles);
const seconds = Number(values.seconds);
const QUERIES = 4_000;
/** Sets of questions: what is asked in one line was not drawn for another, but common words are drawn again and again. */
const DRAWS = 4;
const READING_MS = 8_000;
const FACETS = ['library', 'area', 'kind', 'material', 'language', 'decade', 'subject', 'creator'];

if (!hasTools()) throw new Error('the generator of a large corpus is not at hand');
const scratch = values.folder ?? mkdtempSync(join(tmpdir(), 'lienthong-bench-'));
mkdirSync(scratch, { recursive: true });
const source = corpus(scratch, titles, { holders: 1 });
const records = readFileSync(join(source, 'all.mrc'));
const drawn = draw(
	Array.from(
		readFileSync(join(source, 'all.xml'), 'utf8').matchAll(/tag="245"[^>]*>\s*<subfield code="a">([^<]*)/g),
		(found) => found[1] ?? '',
	),
);
const questions = Array.from({ length: DRAWS }, (_, i) => drawn.slice(i * QUERIES, (i + 1) * QUERIES));
const [queries = []] = questions;
const dataDir = join(scratch, 'data');
const results: Record<string, unknown> = { titles };

function say(what: string, figures: object): void {
	results[what] = figures;
	console.log(what, JSON.stringify(figures));
}

/** One to three words of titles, in proportion to how common they are; always the same ones. */
function draw(all: readonly string[]): string[] {
	let seed = 1;
	const random = (below: number): number => {
		seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
		return Math.floor((seed / 2 ** 32) * below);
	};
	return Array.from({ length: DRAWS * QUERIES }, () => {
		const words = terms(all[random(all.length)] ?? '').map(({ exact }) => exact);
		const from = random(Math.max(1, words.length));
		return words.slice(from, from + 1 + random(3)).join(' ') || 'sách';
	});
}

async function loadCatalogue(): Promise<void> {
	if (existsSync(join(dataDir, 'loaded'))) return;
	const { service, close } = await openFolder(dataDir);
	const { pool } = service.database;
	await pool.query("insert into library (code, name, kind) values ('BENCH', 'Bench', 'province') on conflict do nothing");
	const run = await service.importFile({ path: join(source, 'all.mrc'), library: 'BENCH', snapshot: false });
	if (run.state !== 'complete') throw new Error(`the import ended ${run.state}`);
	await service.match();
	const began = performance.now();
	await service.project();
	say('indexing on Postgres', { 'titles/s': Math.round(titles / ((performance.now() - began) / 1000)) });
	await close();
	writeFileSync(join(dataDir, 'loaded'), '');
}

/** Searches in Postgres, or in OpenSearch at an address. */
async function ours(engine: string, openSearchUrl: string | null): Promise<void> {
	const server: ChildProcess = spawn(
		process.execPath,
		['--max-semi-space-size=16', join(import.meta.dirname, 'serve.ts'), dataDir, ...(openSearchUrl === null ? [] : [openSearchUrl])],
		{ stdio: ['pipe', 'pipe', 'inherit'] },
	);
	const lines = createInterface({ input: server.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
	const address = String((await lines.next()).value);
	const facets = FACETS.map((facet) => `&facets=${facet}`).join('');
	const search = (q: string, more: string): string => `${address}/api/v1/records?limit=10&q=${encodeURIComponent(q)}${more}`;
	// a process that has just begun answers from the database while it reads the index into memory
	await (await fetch(search('sách', ''))).text();
	await setTimeout(READING_MS);
	for (const [i, what, more] of [
		[0, 'ten records', ''],
		[2, 'ten records, eight facets', facets],
	] as const) {
		const [begun = [], later = []] = questions.slice(i, i + 2).map((all) => all.map((q) => search(q, more)));
		// the compilers of both processes are at work, and no answer is kept yet
		say(`${engine}: ${what}, the first ${seconds} s`, await load(begun, seconds));
		const first = await load(later, seconds);
		say(`${engine}: ${what}`, first);
		// as on a day when nothing is harvested: what was asked before is asked again
		say(`${engine}: ${what}, asked again`, await load(later.slice(0, first.requests), seconds));
	}
	const begun = queries.map((q) => `${address}/api/v1/suggest?of=title&q=${encodeURIComponent(q.slice(0, Math.max(3, q.length - 1)))}`);
	say(`${engine}: completion of titles`, await load(begun, seconds / 2));
	const sru = queries.map(
		(q) => `${address}/sru?version=1.2&operation=searchRetrieve&maximumRecords=10&query=${encodeURIComponent(cql(q))}`,
	);
	say(`${engine}: the same words over SRU`, await load(sru, seconds));
	server.stdin?.end();
	say(`${engine}: the server`, JSON.parse(String((await lines.next()).value)));
	await new Promise((done) => server.once('exit', done));
}

const cql = (q: string): string =>
	q
		.split(' ')
		.map((word) => `"${word}"`)
		.join(' and ');

async function zebra(): Promise<void> {
	const target = await startZebra(records);
	const url = (q: string): string =>
		`http://127.0.0.1:${target.port}/Default?version=1.1&operation=searchRetrieve&maximumRecords=10&query=${encodeURIComponent(cql(q))}`;
	say('zebrasrv: the same words over SRU', await load(queries.map(url), seconds));
	await target.stop();
}

async function openSearch(): Promise<void> {
	const server = await startOpenSearch(1_024);
	try {
		const { service, close } = await openFolder(dataDir, server.url);
		const began = performance.now();
		const indexed = (await service.project()) ?? 0;
		// a server at OPENSEARCH_URL may have them from an earlier run
		if (indexed > 0) say('indexing on OpenSearch', { 'titles/s': Math.round(indexed / ((performance.now() - began) / 1000)) });
		const at = performance.now();
		await didYouMean({ engine: service.engine }, 'lichj xuwr');
		say('OpenSearch: spelling', { ms: Math.round(performance.now() - at) });
		await close();
		await ours('OpenSearch', server.url);
	} finally {
		stopOpenSearch(server);
	}
}

try {
	await loadCatalogue();
	const isWanted = (what: string): boolean => values.only === undefined || values.only === what;
	if (isWanted('Postgres')) await ours('Postgres', null);
	if (isWanted('OpenSearch') && typeof howToRun() === 'string') await openSearch();
	if (isWanted('zebrasrv') && isInstalled('zebrasrv')) await zebra();
	if (values.only === undefined)
		writeFileSync(join(import.meta.dirname, 'results', `search-${titles}.json`), `${JSON.stringify(results, null, '\t')}\n`);
} finally {
	if (values.folder === undefined) rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
