/*
 * The benchmark: harvest to matched, merged and searchable, again unchanged, the second half of a larger catalogue, serving the
 * union, dumping it, reading. Each step is a process of its own. Prints rates, CPU seconds, memory, sizes and ratios against peers measured in
 * the same run (where installed) or on such a machine before (docs/performance.md), and writes them to bench/results/.
 * `npm run bench` measures 100,000 records; `npm run bench -- --records 20000` fewer.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { corpus, type Fixture, hasTools, startFixture } from './fixture.ts';
import { ownCorpus } from './own-corpus.ts';
import { sickleRate, yazRate } from './peers.ts';

interface Step {
	readonly seconds: number;
	readonly nodeCpu: number;
	readonly postgresCpu: number;
}

interface HarvestFigures {
	readonly listed: number;
	readonly unchanged: number;
	readonly harvested: Step;
	readonly matched: Step;
	readonly searchable: Step;
	readonly peakMegabytes: number;
	readonly bytes: number;
	readonly unions: number;
}

interface ReadFigures {
	readonly records?: number;
	readonly listed?: number;
	readonly seconds: number;
	readonly nodeCpu: number;
}

/** Measured on a machine of two such cores with the same corpus; see docs/performance.md. */
const RESERVOIR = { records: 810, cpu: 155, served: 1_886 };
const METHA = { records: 6_316, cpu: 18 };

/** As `npm start` and bin/lienthong run it. */
const NODE_FLAGS = ['--max-semi-space-size=16'];

const { values } = parseArgs({ options: { records: { type: 'string', default: '100000' }, keep: { type: 'boolean', default: false } } });
const records = Number(values.records);
const scratch = mkdtempSync(join(tmpdir(), 'lienthong-bench-'));
const results: Record<string, unknown> = hasTools() ? { records } : {};

const execute = promisify(execFile);

/** Not the synchronous form: where the corpus is the bench's own, this process serves it. */
async function child<T>(script: string, ...args: string[]): Promise<T> {
	const { stdout, stderr } = await execute(process.execPath, [...NODE_FLAGS, join(import.meta.dirname, script), ...args], {
		timeout: 560_000,
		maxBuffer: 1 << 24,
	});
	process.stderr.write(stderr);
	return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

function say(what: string, figures: Record<string, unknown>): void {
	results[what] = figures;
	console.log(what);
	for (const [name, value] of Object.entries(figures))
		console.log(`  ${name.padEnd(34)} ${typeof value === 'number' ? round(value) : String(value)}`);
}

const round = (n: number): string => (Math.abs(n) >= 100 ? Math.round(n).toLocaleString('en') : n.toFixed(2));
const cpu = (step: Step): number => step.nodeCpu + step.postgresCpu;

async function harvesting(fixture: Fixture, folder: string): Promise<void> {
	const fresh = await child<HarvestFigures>('harvest.ts', 'fresh', folder, fixture.url);
	for (const [what, step] of [
		['harvest to matched and merged', fresh.matched],
		['harvest to searchable', fresh.searchable],
	] as const) {
		const rate = fresh.listed / step.seconds;
		say(what, {
			'records/s': rate,
			'CPU s (Node + Postgres)': `${round(step.nodeCpu)} + ${round(step.postgresCpu)} = ${round(cpu(step))}`,
			'× Reservoir, records/s': rate / RESERVOIR.records,
			'× Reservoir, CPU': (RESERVOIR.cpu * fresh.listed) / 100_000 / cpu(step),
		});
	}
	say('memory and database', {
		'peak resident MB (Node)': fresh.peakMegabytes,
		'database MB': fresh.bytes / 1e6,
		'union records': fresh.unions,
		'harvest alone, records/s': fresh.listed / fresh.harvested.seconds,
	});
	const again = await child<HarvestFigures>('harvest.ts', 'again', folder, fixture.url);
	say('unchanged second harvest', {
		'records/s': again.listed / again.searchable.seconds,
		'CPU s': cpu(again.searchable),
		unchanged: again.unchanged,
		'peak resident MB (Node)': again.peakMegabytes,
	});
}

/** The union of a folder, harvested whole over one kept connection, like any client does. */
async function serving(folder: string): Promise<void> {
	const server = spawn(process.execPath, [...NODE_FLAGS, join(import.meta.dirname, 'serve.ts'), folder], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
	const address = String((await lines.next()).value);
	const pages: number[] = [];
	let served = 0;
	let token = '';
	const begun = performance.now();
	do {
		const asked = token === '' ? 'metadataPrefix=marc21' : `resumptionToken=${encodeURIComponent(token)}`;
		const at = performance.now();
		const text = await (await fetch(`${address}/oai?verb=ListRecords&${asked}`)).text();
		pages.push(performance.now() - at);
		served += text.split('<header').length - 1;
		token = /<resumptionToken[^>]*>([^<]+)</.exec(text.slice(-1_000))?.[1] ?? '';
	} while (token !== '');
	const seconds = (performance.now() - begun) / 1000;
	server.stdin.end();
	const ended = JSON.parse(String((await lines.next()).value)) as { nodeCpu: number; peakMegabytes: number };
	const full = pages.slice(0, -1);
	const fifth = Math.max(1, Math.floor(full.length / 5));
	const mean = (ms: readonly number[]): number => ms.reduce((a, b) => a + b, 0) / ms.length;
	say('serving the union over OAI-PMH', {
		'records/s': served / seconds,
		'× Reservoir': served / seconds / RESERVOIR.served,
		'CPU s (Node)': ended.nodeCpu,
		'last pages / first pages, time': mean(full.slice(-fifth)) / mean(full.slice(0, fifth)),
		'peak resident MB (Node)': ended.peakMegabytes,
	});
}

interface DumpFigures {
	readonly records: number;
	readonly seconds: number;
	readonly nodeCpu: number;
	readonly bytes: number;
	readonly peakMegabytes: number;
}

async function dumping(folder: string): Promise<void> {
	const { marcxml, all } = await child<{ marcxml: DumpFigures; all: DumpFigures }>('dump.ts', folder);
	say('a full dump of the union, written', {
		'MARCXML, records/s': marcxml.records / marcxml.seconds,
		'MARCXML, CPU s (Node)': marcxml.nodeCpu,
		'MARCXML, MB gzipped': marcxml.bytes / 1e6,
		'all formats, records/s': all.records / all.seconds,
		'all formats, CPU s (Node)': all.nodeCpu,
		'peak resident MB (Node)': all.peakMegabytes,
	});
}

/** Records a second of the fastest package of npm that reads ISO 2709. */
async function marcjsRate(file: string): Promise<number> {
	const { records, seconds } = await child<{ records: number; seconds: number }>('marcjs.ts', file);
	return records / seconds;
}

async function reading(fixture: Fixture, folder: string): Promise<void> {
	const nowhere = await child<ReadFigures & { peakMegabytes: number }>('nowhere.ts', fixture.url);
	const rate = (nowhere.listed ?? 0) / nowhere.seconds;
	const sickle = sickleRate(fixture.url);
	say('harvest and parse to nowhere', {
		'records/s': rate,
		'CPU s': nowhere.nodeCpu,
		'× metha': rate / METHA.records,
		'× sickle (same run)': sickle === null ? 'sickle is not installed' : rate / sickle,
	});
	for (const [kind, file] of [
		['marc', join(folder, 'all.mrc')],
		['xml', join(folder, 'all.xml')],
	] as const) {
		const read = await child<ReadFigures>('codecs.ts', kind, file);
		const yaz = yazRate(kind, file, read.records ?? 0);
		const ours = (read.records ?? 0) / read.seconds;
		say(kind === 'marc' ? 'ISO 2709 to records' : 'MARCXML to records', {
			'records/s': ours,
			'× yaz-marcdump (same run)': yaz === null ? 'yaz-marcdump is not installed' : ours / yaz,
			...(kind === 'marc' ? { '× marcjs (same run)': ours / (await marcjsRate(file)) } : {}),
		});
	}
}

async function secondHalf(fixture: Fixture): Promise<void> {
	const folder = join(scratch, 'halves');
	const libraries = Array.from({ length: 8 }, (_, i) => `${fixture.url}/lib${String(i + 1).padStart(2, '0')}`);
	const first = await child<HarvestFigures>('harvest.ts', 'fresh', folder, ...libraries.slice(0, 4));
	const second = await child<HarvestFigures>('harvest.ts', 'fresh', folder, ...libraries.slice(4));
	const rate = (f: HarvestFigures): number => f.listed / f.searchable.seconds;
	say(`second half of ${first.listed + second.listed} records`, {
		'first half, records/s': rate(first),
		'second half, records/s': rate(second),
		'second / first': rate(second) / rate(first),
		'peak resident MB (Node)': Math.max(first.peakMegabytes, second.peakMegabytes),
	});
}

try {
	const folder = hasTools() ? corpus(scratch, records) : null;
	const fixture: Fixture = folder === null ? await ownCorpus(records) : await startFixture(scratch, folder);
	try {
		await harvesting(fixture, join(scratch, 'data'));
		await serving(join(scratch, 'data'));
		await dumping(join(scratch, 'data'));
		if (folder !== null) await reading(fixture, folder);
	} finally {
		fixture.stop();
	}
	if (folder !== null) {
		const large = await startFixture(scratch, corpus(scratch, records * 2));
		try {
			await secondHalf(large);
		} finally {
			large.stop();
		}
	}
	const target = join(import.meta.dirname, 'results');
	mkdirSync(target, { recursive: true });
	// the sample network has its own size, whatever was asked for
	const name = folder === null ? 'sample-network' : String(records);
	writeFileSync(join(target, `${name}.json`), `${JSON.stringify(results, null, '\t')}\n`);
} finally {
	if (!values.keep) rmSync(scratch, { recursive: true, force: true });
}
