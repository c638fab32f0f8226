import { describe, expect, it } from 'vitest';
import { conflictsBetween } from '../../src/matching/conflicts.ts';
import type { MatchFeatures } from '../../src/matching/features.ts';
import { score, scorePair } from '../../src/matching/score.ts';
import { FEATURES } from '../../src/matching/strategy.ts';
import { KINDS } from '../../src/records/bib.ts';
import { agrees, featuresOf, judge } from './gold-judge.ts';
import { readAllGold, readGold } from './gold-pairs.ts';

const files = readAllGold();
const pairs = files.flatMap((f) => f.pairs);

describe('the gold file', () => {
	it('has at least 400 pairs, eight of each topic and three of each verdict, at most a tenth doubtful', () => {
		expect(pairs.length).toBeGreaterThanOrEqual(400);
		for (const file of files) {
			const same = file.pairs.filter((p) => p.verdict === 'same').length;
			expect(file.topic, file.name).not.toBe('');
			expect(file.pairs.length, file.name).toBeGreaterThanOrEqual(8);
			expect(same, file.name).toBeGreaterThanOrEqual(3);
			expect(file.pairs.length - same, file.name).toBeGreaterThanOrEqual(3);
		}
		expect(pairs.filter((p) => p.verdict === 'doubt').length).toBeLessThanOrEqual(pairs.length / 10);
	});

	it('has every kind and material, in pairs of both verdicts', () => {
		for (const verdict of ['same', 'apart'] as const) {
			const features = pairs.filter((p) => p.verdict === verdict).flatMap((p) => [featuresOf(p.a), featuresOf(p.b)]);
			expect(new Set(features.map((f) => f.kind))).toEqual(new Set(KINDS));
			const materials = new Set(features.map((f) => f.material));
			for (const material of ['text', 'map', 'sound', 'video', 'music']) expect(materials).toContain(material);
		}
	});

	it('has no pair twice', () => {
		const texts = pairs.map((p) => JSON.stringify([p.a, p.b]));
		expect(new Set(texts).size).toBe(texts.length);
	});

	it('is refused with its line when it cannot be read', () => {
		expect(() => readGold('x', 'topic: t\n* 245 A\nsame 245 B')).toThrow('x:3');
		expect(() => readGold('x', 'same 245 B ;; no record before it')).toThrow('x:1');
		expect(() => readGold('x', '* 245 A\nsame -020 ;; nothing to take away')).toThrow('x:2');
		expect(() => readGold('x', '* 245 A\nsame 245 {morse:B} ;; no such spelling')).toThrow('x:2');
	});
});

/** Every two records of a file. */
function combinations(): [MatchFeatures, MatchFeatures][] {
	const found: [MatchFeatures, MatchFeatures][] = [];
	for (const file of files) {
		const records = file.pairs.flatMap((p) => [featuresOf(p.a), featuresOf(p.b)]);
		for (const [i, a] of records.entries()) for (const b of records.slice(i + 1)) found.push([a, b]);
	}
	return found;
}

describe('any two records of a topic', () => {
	it('are judged the same both ways round, by each feature, conflict and score, whatever their kinds', () => {
		const pairs = combinations();
		expect(pairs.length).toBeGreaterThan(20_000);
		const bySide = (a: MatchFeatures, b: MatchFeatures): string =>
			JSON.stringify([scorePair(a, b), score(a, b).score, conflictsBetween(a, b), FEATURES.map((f) => f.compare(a, b))]);
		for (const [a, b] of pairs) if (bySide(a, b) !== bySide(b, a)) expect(bySide(a, b)).toBe(bySide(b, a));
	});
});

for (const file of files) {
	describe(file.topic, () => {
		for (const pair of file.pairs) {
			it(`${pair.at} ${pair.fails ? 'not yet ' : ''}${pair.verdict}: ${pair.reason}`, () => {
				const a = featuresOf(pair.a);
				const b = featuresOf(pair.b);
				const judged = judge(a, b);
				expect(judge(b, a)).toBe(judged);
				expect(agrees(pair.verdict, judged), `judged ${judged}`).toBe(!pair.fails);
			});
		}
	});
}
