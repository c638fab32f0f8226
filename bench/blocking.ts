/*
 * How the candidates of matching grow with the catalogue: keys and candidates a record, completeness (the share of pairs of one
 * publication that are compared), and records a second of the matcher, for a catalogue of 10,000 and 100,000 made-up records with known
 * truth; then the same for the next 10,000 records of other libraries.
 * `node bench/blocking.ts` takes three minutes on two cores. `--million` takes half an hour more and 4 GB of disk. Writes
 * bench/results/blocking.json.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { Growth } from './blocking-step.ts';
import { corpus, hasTools } from './fixture.ts';

const NEXT = 10_000;
const RESULTS = join(import.meta.dirname, 'results');
const HOURS = 4;

const { values } = parseArgs({ options: { million: { type: 'boolean', default: false } } });
const sizes = [10_000, 100_000, ...(values.million ? [1_000_000] : [])];
const scratch = mkdtempSync(join(tmpdir(), 'lienthong-blocking-'));

async function grown(size: number): Promise<Growth[]> {
	const folder = join(scratch, `data-${size}`);
	const args = [join(import.meta.dirname, 'blocking-step.ts'), folder, corpus(scratch, size), corpus(scratch, NEXT, { seed: 2 })];
	const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--max-semi-space-size=16', ...args], {
		timeout: HOURS * 3_600_000,
		maxBuffer: 1 << 24,
	});
	process.stderr.write(stderr);
	rmSync(folder, { recursive: true, force: true });
	return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Growth[];
}

/** What was measured before; a size that is not measured now keeps its figures. */
function before(): Record<string, readonly Growth[]> {
	try {
		return JSON.parse(readFileSync(join(RESULTS, 'blocking.json'), 'utf8')) as Record<string, readonly Growth[]>;
	} catch {
		return {};
	}
}

if (!hasTools()) {
	console.log('skipped: the generator of the corpus (gen_corpus.py) is not at hand');
} else {
	try {
		const results: Record<string, readonly Growth[]> = before();
		for (const size of sizes) {
			const figures = await grown(size);
			results[size] = figures;
			for (const { what, ...rest } of figures) console.log(`${size.toLocaleString('en')}, ${what}`, rest);
		}
		mkdirSync(RESULTS, { recursive: true });
		writeFileSync(join(RESULTS, 'blocking.json'), `${JSON.stringify(results, null, '\t')}\n`);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}
