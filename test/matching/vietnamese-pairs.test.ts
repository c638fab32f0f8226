import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type MatchFeatures, matchFeatures } from '../../src/matching/features.ts';
import { matchKeys } from '../../src/matching/keys.ts';
import { scorePair } from '../../src/matching/score.ts';
import { MERGE_AT } from '../../src/matching/weights.ts';
import { bibFromMarc } from '../../src/records/bib-from-marc.ts';
import type { MarcField } from '../../src/records/marc.ts';

const FOLDER = '../shared/corpus/labelled';
const lines = (name: string): string[] =>
	gunzipSync(readFileSync(`${FOLDER}/${name}`))
		.toString()
		.trim()
		.split(/\r?\n/);

type JsonField = Record<string, string | { ind1: string; ind2: string; subfields: Record<string, string>[] }>;

function featuresOf(line: string): [id: string, features: MatchFeatures] {
	const { leader, fields } = JSON.parse(line) as { leader: string; fields: JsonField[] };
	const read = fields.flatMap((f) =>
		Object.entries(f).map(([tag, content]): MarcField => {
			if (typeof content === 'string') return { tag, ind1: ' ', ind2: ' ', value: content, subfields: [] };
			return {
				tag,
				ind1: content.ind1,
				ind2: content.ind2,
				value: '',
				subfields: content.subfields.flatMap((s) => Object.entries(s).map(([code, value]) => ({ code, value }))),
			};
		}),
	);
	const found = bibFromMarc({ leader, fields: read });
	if (!('bib' in found)) throw new Error(line);
	return [read.find((f) => f.tag === '001')?.value ?? '', matchFeatures(found.bib)];
}

describe.runIf(existsSync(`${FOLDER}/vi_silver.pairs.csv.gz`))('labelled pairs of a Vietnamese library (shared corpus)', () => {
	it('are told apart and brought together', () => {
		const features = new Map(lines('vi_silver.records.jsonl.gz').map(featuresOf));
		let met = 0;
		let truePairs = 0;
		let right = 0;
		let wrong = 0;
		for (const line of lines('vi_silver.pairs.csv.gz').slice(1)) {
			const [id1 = '', id2 = '', label] = line.split(',');
			const a = features.get(id1) as MatchFeatures;
			const b = features.get(id2) as MatchFeatures;
			const joined = scorePair(a, b) >= MERGE_AT;
			if (label === '1') {
				truePairs++;
				const keys = new Set(matchKeys(a).keys);
				if (matchKeys(b).keys.some((k) => keys.has(k))) met++;
				if (joined) right++;
			} else if (joined) wrong++;
		}
		expect(met / truePairs).toBeGreaterThan(0.97);
		expect(right / (right + wrong)).toBeGreaterThan(0.99);
		expect(right / truePairs).toBeGreaterThan(0.95);
	});
});
