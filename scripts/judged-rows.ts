import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { corpus, csvRows, identifierOf, recordsOf, unzipped } from '../bench/samples.ts';
import { candidatesOf } from '../src/matching/candidates.ts';
import { conflictBetween } from '../src/matching/conflicts.ts';
import type { MatchFeatures } from '../src/matching/features.ts';
import { type MatchKeys, matchKeys } from '../src/matching/keys.ts';
import { FEATURES, strategyBetween } from '../src/matching/strategy.ts';
import type { MarcRecord } from '../src/records/marc.ts';
import { featuresOf } from '../test/matching/gold-judge.ts';
import { type GoldPair, readAllGold } from '../test/matching/gold-pairs.ts';
import { PRIORS } from './weight-priors.ts';

export type StrategyName = keyof typeof PRIORS;

type Weights = Readonly<Record<string, Readonly<Record<string, number>>>>;

export const byStrategy = <T>(of: (name: StrategyName) => T): Readonly<Record<StrategyName, T>> => ({
	book: of('book'),
	vietnamese: of('vietnamese'),
	serial: of('serial'),
	component: of('component'),
});

/** The columns of a strategy: its bias, then each level of each of its features, as `feature:level`. */
export const COLUMNS = byStrategy((name): readonly string[] => {
	const weights: Weights = PRIORS[name].weights;
	return ['bias', ...Object.entries(weights).flatMap(([f, levels]) => Object.keys(levels).map((level) => `${f}:${level}`))];
});

const PLACES = byStrategy((name): ReadonlyMap<string, number> => new Map(COLUMNS[name].map((c, i) => [c, i])));

/** A pair of records with its verdict, as the columns that are 1. */
export interface JudgedRow {
	readonly set: string;
	readonly strategy: StrategyName;
	readonly columns: Int32Array;
	readonly same: boolean;
	weight: number;
	/** The true clusters of the two, or what stands for them. */
	readonly clusters: readonly [string, string];
	/** Whether the two have a key in common by which they are compared. */
	readonly compared: boolean;
	readonly conflict: boolean;
	/** Of the pairs that the set lists, not of those that its clusters give. */
	readonly given: boolean;
	readonly gold?: GoldPair;
}

function columnsOf(a: MatchFeatures, b: MatchFeatures): { strategy: StrategyName; columns: Int32Array; conflict: boolean } {
	const strategy = strategyBetween(a, b).name as StrategyName;
	const columns = [0];
	for (const f of FEATURES) {
		const place = PLACES[strategy].get(`${f.name}:${f.compare(a, b)}`);
		if (place !== undefined) columns.push(place);
		else if (f.name in PRIORS[strategy].weights) throw new Error(`no prior for ${strategy} ${f.name}:${f.compare(a, b)}`);
	}
	return { strategy, columns: Int32Array.from(columns), conflict: conflictBetween(a, b) !== null };
}

const NO_KEYS: MatchKeys = { keys: [], year: 0, word: 0 };
const pairCode = (a: number, b: number): number => Math.min(a, b) * 0x4000000 + Math.max(a, b);

function featuresOrNull(record: MarcRecord): MatchFeatures | null {
	try {
		return featuresOf(record);
	} catch {
		return null;
	}
}

interface Judged {
	readonly set: string;
	readonly records: readonly MarcRecord[];
	readonly clusters: readonly string[];
	/** Pairs that are listed, by place. */
	readonly pairs: readonly (readonly [a: number, b: number, same: boolean])[];
	/** Whether the clusters say of every pair whether it is one. */
	readonly whole: boolean;
}

/** Rows of the pairs listed, of those within the true clusters, and of those compared. */
function rowsOf({ set, records, clusters, pairs, whole }: Judged): JudgedRow[] {
	const features = records.map(featuresOrNull);
	const candidates = candidatesOf(features.map((f) => (f === null ? NO_KEYS : matchKeys(f))));
	const compared = new Set(candidates.map(([a, b]) => pairCode(a, b)));
	const seen = new Set<number>();
	const rows: JudgedRow[] = [];
	const add = (a: number, b: number, same: boolean, given: boolean): void => {
		const [x, y] = [features[a] ?? null, features[b] ?? null];
		const code = pairCode(a, b);
		if (x === null || y === null || seen.has(code)) return;
		seen.add(code);
		const of: [string, string] = [clusters[a] as string, clusters[b] as string];
		rows.push({ ...columnsOf(x, y), set, same, weight: 0, clusters: of, compared: compared.has(code), given });
	};
	for (const [a, b, same] of pairs) add(a, b, same, true);
	if (whole) {
		const groups = new Map<string, number[]>();
		for (const [place, cluster] of clusters.entries()) groups.set(cluster, [...(groups.get(cluster) ?? []), place]);
		for (const group of groups.values()) for (const [i, a] of group.entries()) for (const b of group.slice(i + 1)) add(a, b, true, false);
		for (const [a, b] of candidates) add(a, b, clusters[a] === clusters[b], false);
	}
	return rows;
}

/** Records that a chain of listed pairs links, under one name: what stands for clusters where only pairs are known. */
function linked(count: number, pairs: Judged['pairs']): string[] {
	const parents = Array.from({ length: count }, (_, i) => i);
	const root = (i: number): number => {
		let at = i;
		while (parents[at] !== at) at = parents[at] as number;
		return at;
	};
	for (const [a, b] of pairs) parents[root(a)] = root(b);
	return parents.map((_, i) => `linked ${root(i)}`);
}

/** Of `FOLDER/SET.records.jsonl.gz` with `SET.pairs.csv.gz` and, where there is one, `SET.clusters.csv.gz`. */
export function labelledRows(folder: string, set: string): JudgedRow[] {
	const records = recordsOf(`${folder}/${set}.records.jsonl.gz`);
	const places = new Map(records.map((r, i) => [identifierOf(r), i]));
	const pairs = csvRows(`${folder}/${set}.pairs.csv.gz`).map(
		([a = '', b = '', label]) => [places.get(a) as number, places.get(b) as number, label === '1'] as const,
	);
	const file = `${folder}/${set}.clusters.csv.gz`;
	const whole = existsSync(file);
	const known = new Map(whole ? csvRows(file).map(([id = '', cluster = '']) => [id, cluster]) : []);
	const clusters = whole ? records.map((r, i) => known.get(identifierOf(r)) ?? `alone ${i}`) : linked(records.length, pairs);
	return rowsOf({ set, records, clusters, pairs, whole });
}

interface JsonCase {
	readonly mergeable: boolean;
	readonly record_a: JsonRecord;
	readonly record_b: JsonRecord;
}
interface JsonRecord {
	readonly leader: string;
	readonly fields: readonly { tag: string; ind1?: string; ind2?: string; value?: string; subfields?: { code: string; value?: string }[] }[];
}

const recordOf = ({ leader, fields }: JsonRecord): MarcRecord => ({
	leader,
	fields: fields.map(({ tag, ind1 = ' ', ind2 = ' ', value = '', subfields = [] }) => ({
		tag,
		ind1,
		ind2,
		value,
		subfields: subfields.map((s) => ({ code: s.code, value: s.value ?? '' })),
	})),
});

/** The cases of `melinda_mergeable.jsonl.gz`: two records each, and whether a machine may merge them. */
export function melindaCases(folder: string): { a: MarcRecord; b: MarcRecord; same: boolean }[] {
	const lines = unzipped(`${folder}/melinda_mergeable.jsonl.gz`).trim().split('\n');
	return lines.map((line) => {
		const { mergeable, record_a, record_b } = JSON.parse(line) as JsonCase;
		return { a: recordOf(record_a), b: recordOf(record_b), same: mergeable };
	});
}

/** Their rows. */
export const melindaRows = (folder: string): JudgedRow[] =>
	melindaCases(folder).flatMap(({ a, b, same }, i) => {
		const name = `case ${i}`;
		return rowsOf({ set: 'melinda', records: [a, b], clusters: [name, name], pairs: [[0, 1, same]], whole: false });
	});

/** Of a folder with `all.mrc` and `truth.tsv`. */
export function generatedRows(folder: string): JudgedRow[] {
	const { records, truth } = corpus(folder);
	return rowsOf({ set: basename(folder), records, clusters: truth, pairs: [], whole: true }).map((row) => ({ ...row, given: true }));
}

/** Of the gold file; a doubtful pair is the same and is not. Pairs that begin with one record stand for a cluster. */
export function goldRows(): JudgedRow[] {
	const pairs = readAllGold().flatMap((file) => file.pairs);
	const bases = new Map<MarcRecord, string>();
	for (const { a, at } of pairs) if (!bases.has(a)) bases.set(a, at);
	return pairs.flatMap((gold) => {
		const [a, b] = [featuresOf(gold.a), featuresOf(gold.b)];
		const keys = new Set(matchKeys(a).keys);
		const compared = matchKeys(b).keys.some((k) => keys.has(k));
		const base = bases.get(gold.a) as string;
		const row = { ...columnsOf(a, b), set: 'gold', weight: 0, compared, given: true, gold };
		const verdicts = gold.verdict === 'doubt' ? [true, false] : [gold.verdict === 'same'];
		return verdicts.map((same): JudgedRow => ({ ...row, same, clusters: [base, base] }));
	});
}
