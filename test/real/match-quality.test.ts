import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { identifierOf, recordsOf } from '../../bench/samples.ts';
import { melindaCases } from '../../scripts/judged-rows.ts';
import { type Evaluation, evaluate } from '../../src/catalogue/evaluate.ts';
import type { RawRecord } from '../../src/catalogue/prepare.ts';
import { readClusters, readPairs } from '../../src/matching/evaluate-truth.ts';
import { isDeleted } from '../../src/records/bib-from-marc.ts';
import { featuresOf, judge } from '../matching/gold-judge.ts';

const DEEP = process.env['DEEP'] === '1';
const FOLDER = '../shared/corpus/labelled';

function evaluated(set: string, truth: 'pairs' | 'clusters'): Evaluation {
	const records = recordsOf(`${FOLDER}/${set}.records.jsonl.gz`);
	const raw = records.map((record): RawRecord => {
		const decoded = { ok: true, record, repairs: [] } as const;
		return { identifier: identifierOf(record), datestamp: null, raw: '', digest: new Uint8Array(), decoded };
	});
	const numbers = records.map(identifierOf);
	const file = `${FOLDER}/${set}.${truth}.csv.gz`;
	const text = gunzipSync(readFileSync(file)).toString();
	const names = { numbers, identifiers: numbers };
	return evaluate(
		raw,
		truth === 'pairs'
			? { kind: 'pairs', pairs: readPairs(file, text, names) }
			: { kind: 'clusters', clusterOf: readClusters(file, text, names) },
		'en',
	);
}

/** What docs/matching.md says is reached, a little below the figures there. */
describe.runIf(existsSync(FOLDER))('records whose truth is known (../shared/corpus/labelled)', () => {
	describe('goldfinch', () => {
		let found: Evaluation;
		beforeAll(() => {
			found = evaluated('goldfinch', 'pairs');
		}, 120_000);

		it('joins by machine at a precision of 0.993 and finds 96 %', () => {
			expect(found.pairs.merge.precision).toBeGreaterThanOrEqual(0.993);
			expect(found.pairs.merge.recall).toBeGreaterThanOrEqual(0.96);
			expect(found.pairs.best?.f1).toBeGreaterThanOrEqual(0.983);
		});
		it('compares 995 of 1,000 true pairs', () => expect(found.blocking.completeness).toBeGreaterThanOrEqual(0.995));
		it.runIf(DEEP)(
			'gives the clusters of the whole half',
			() => {
				const { clusters, blocking } = evaluated('goldfinch', 'clusters');
				expect(clusters?.pairs.f1).toBeGreaterThanOrEqual(0.975);
				expect(blocking.completeness).toBeGreaterThanOrEqual(0.995);
			},
			120_000,
		);
	});

	it('swissbib: the hard cases, with the one cut-off', () => {
		const { pairs, blocking } = evaluated('swissbib', 'pairs');
		expect(pairs.merge.f1).toBeGreaterThanOrEqual(0.65);
		expect(blocking.completeness).toBeGreaterThanOrEqual(0.995);
		expect(blocking.candidatesPerRecord).toBeLessThanOrEqual(15);
	});

	it('vi_silver: Vietnamese spelling', () => {
		const { pairs, blocking } = evaluated('vi_silver', 'pairs');
		expect(pairs.merge.precision).toBeGreaterThanOrEqual(0.995);
		expect(pairs.merge.f1).toBeGreaterThanOrEqual(0.99);
		expect(pairs.best?.f1).toBeGreaterThanOrEqual(0.996);
		expect(blocking.completeness).toBeGreaterThanOrEqual(0.995);
	});

	it('Melinda cases: no refusal is merged by machine, six of ten others are', () => {
		const judged = melindaCases(FOLDER).map(({ a, b, same }) => ({
			same,
			merged: !isDeleted(a) && !isDeleted(b) && judge(featuresOf(a), featuresOf(b)) === 'same',
		}));
		expect(judged.filter((c) => !c.same && c.merged)).toEqual([]);
		const mergeable = judged.filter((c) => c.same);
		expect(mergeable.filter((c) => c.merged).length / mergeable.length).toBeGreaterThanOrEqual(0.6);
	});
});
