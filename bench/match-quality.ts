/**
 * How well and how fast records are matched, in memory: features, keys with their ladder, scores, partition, merge, against a known truth.
 * usage: node bench/match-quality.ts CORPUS_DIR [SET.records.jsonl.gz ...]
 * CORPUS_DIR holds all.mrc and truth.tsv (third column: cluster) in the same order; beside SET.records.jsonl.gz (MARC in JSON) stands
 * SET.clusters.csv.gz (id,cluster). Prints one JSON object for each.
 */
import { existsSync } from 'node:fs';
import { candidatesOf } from '../src/matching/candidates.ts';
import { stance } from '../src/matching/conflicts.ts';
import { type MatchFeatures, matchFeatures } from '../src/matching/features.ts';
import { matchKeys } from '../src/matching/keys.ts';
import { type MergeMember, mergeRecords } from '../src/matching/merge.ts';
import { packFeatures, unpackFeatures } from '../src/matching/packed-features.ts';
import { partition } from '../src/matching/partition.ts';
import { scorePair } from '../src/matching/score.ts';
import { MERGE_AT } from '../src/matching/weights.ts';
import type { Bib } from '../src/records/bib.ts';
import { bibFromMarc } from '../src/records/bib-from-marc.ts';
import type { MarcRecord } from '../src/records/marc.ts';
import { corpus, labelled, type Sample } from './samples.ts';

function groupBy<K>(places: readonly number[], key: (place: number) => K): number[][] {
	const groups = new Map<K, number[]>();
	for (const place of places) {
		const group = groups.get(key(place));
		if (group === undefined) groups.set(key(place), [place]);
		else group.push(place);
	}
	return [...groups.values()];
}

const round = (n: number, places = 4): number => Number(n.toFixed(places));
const pairsIn = (groups: readonly (readonly number[])[]): number => groups.reduce((sum, g) => sum + (g.length * (g.length - 1)) / 2, 0);

/** Runs a step and keeps its CPU time in microseconds for each thing it did. */
function timed<T>(costs: Record<string, number>, name: string, count: (result: T) => number, step: () => T): T {
	const before = process.cpuUsage();
	const result = step();
	const used = process.cpuUsage(before);
	costs[name] = round((used.user + used.system) / Math.max(1, count(result)), 2);
	return result;
}

function memberOf(sample: Sample, bibs: readonly Bib[], i: number): MergeMember {
	const member = {
		record: i,
		version: 1,
		run: 1,
		source: `s${i % 8}`,
		library: `l${i % 8}`,
		identifier: String(i),
		share: 'full',
		licence: null,
	} as const;
	return { member, record: sample.records[i] as MarcRecord, bib: bibs[i] as Bib, modified: '', rank: i % 4 };
}

function measure(sample: Sample): object {
	const costs: Record<string, number> = {};
	const each = (list: readonly unknown[]): number => list.length;
	const bibs = timed(costs, 'bib', each, () =>
		sample.records.map((r) => {
			const read = bibFromMarc(r);
			if (!('bib' in read)) throw new Error('the sample has a record that is no bibliographic one');
			return read.bib;
		}),
	);
	const features = timed(costs, 'features', each, () => bibs.map(matchFeatures));
	const packed = timed(costs, 'pack', each, () => features.map(packFeatures));
	const read = timed(costs, 'unpack', each, () => packed.map(unpackFeatures));
	const keys = timed(costs, 'keys', each, () => read.map(matchKeys));
	const pairs = candidatesOf(keys);
	const edges = timed(
		costs,
		'score',
		() => pairs.length,
		() =>
			pairs
				.map(([a, b]) => ({ a, b, score: scorePair(read[a] as MatchFeatures, read[b] as MatchFeatures) }))
				.filter((e) => e.score >= MERGE_AT),
	);
	const places = read.map((f, i) => ({ order: String(i).padStart(9, '0'), stance: stance(f) }));
	const clusters = timed(
		costs,
		'partition',
		() => read.length,
		() => partition(places, edges, []),
	);
	timed(
		costs,
		'merge',
		() => read.length,
		() => clusters.map((c) => mergeRecords(c.map((i) => memberOf(sample, bibs, i)))),
	);
	const trueClusters = groupBy([...read.keys()], (i) => sample.truth[i]);
	const truePairs = pairsIn(trueClusters);
	const right = pairsIn(clusters.flatMap((c) => groupBy(c, (i) => sample.truth[i])));
	return {
		sample: sample.name,
		records: read.length,
		precision: round(right / pairsIn(clusters)),
		recall: round(right / truePairs),
		completeness: round(pairs.filter(([a, b]) => sample.truth[a] === sample.truth[b]).length / truePairs),
		candidatesPerRecord: round(pairs.length / read.length, 2),
		keysPerRecord: round(keys.reduce((sum, k) => sum + k.keys.length, 0) / read.length, 2),
		bytesPerRecord: round(packed.reduce((sum, p) => sum + Buffer.byteLength(p), 0) / read.length, 0),
		cpuMicroseconds: costs,
	};
}

const given = process.argv.slice(2);
if (given.length === 0) {
	console.error('usage: node bench/match-quality.ts CORPUS_DIR [SET.records.jsonl.gz ...]');
	process.exit(2);
}
for (const path of given) {
	if (!existsSync(path)) {
		console.error(`${path}: no such file or folder`);
		process.exit(2);
	}
	console.log(JSON.stringify(measure(path.endsWith('.gz') ? labelled(path) : corpus(path))));
}
