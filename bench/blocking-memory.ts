/*
 * Keys and candidates a record and completeness (the share of the pairs of one publication that are compared) of a whole catalogue, in memory: what
 * bench/blocking.ts measures through the database, for sizes that would take it an hour. A million records take some 3 GB:
 * `node --max-old-space-size=12000 bench/blocking-memory.ts CORPUS_DIR ...`; a folder holds all.mrc and, in the same order, truth.tsv (third column:
 * cluster). Prints one JSON line for each.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { candidatesOf } from '../src/matching/candidates.ts';
import { matchFeatures } from '../src/matching/features.ts';
import { type MatchKeys, matchKeys } from '../src/matching/keys.ts';
import { packFeatures, unpackFeatures } from '../src/matching/packed-features.ts';
import { bibFromMarc } from '../src/records/bib-from-marc.ts';
import { Iso2709Reader } from '../src/records/iso2709.ts';
import { peakMegabytes } from './processes.ts';
import { rows } from './samples.ts';

async function keysOf(file: string): Promise<MatchKeys[]> {
	const reader = new Iso2709Reader();
	const keys: MatchKeys[] = [];
	const take = (read: ReturnType<typeof reader.feed>): void => {
		for (const { decoded } of read) {
			const bib = decoded.ok ? bibFromMarc(decoded.record) : null;
			if (bib === null || !('bib' in bib)) throw new Error(`${file}: record ${keys.length + 1} cannot be read`);
			keys.push(matchKeys(unpackFeatures(packFeatures(matchFeatures(bib.bib)))));
		}
	};
	for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) take(reader.feed(chunk as Buffer));
	take(reader.end());
	return keys;
}

function truthOf(file: string): { clusters: readonly string[]; pairs: number } {
	const clusters = rows(readFileSync(file, 'utf8'), '\t').map((row) => row[2] as string);
	const sizes = new Map<string, number>();
	for (const cluster of clusters) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
	return { clusters, pairs: [...sizes.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0) };
}

const round = (n: number, places: number): number => Number(n.toFixed(places));

for (const folder of process.argv.slice(2)) {
	const keys = await keysOf(join(folder, 'all.mrc'));
	const truth = truthOf(join(folder, 'truth.tsv'));
	if (truth.clusters.length !== keys.length) throw new Error(`${keys.length} records and ${truth.clusters.length} lines of truth`);
	const pairs = candidatesOf(keys);
	const found = pairs.filter(([a, b]) => truth.clusters[a] === truth.clusters[b]).length;
	console.log(
		JSON.stringify({
			records: keys.length,
			keysPerRecord: round(keys.reduce((sum, k) => sum + k.keys.length, 0) / keys.length, 2),
			candidatesPerRecord: round(pairs.length / keys.length, 2),
			completeness: round(found / truth.pairs, 4),
			peakMegabytes: peakMegabytes(),
		}),
	);
}
