import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stancesConflict } from '../../src/matching/conflicts.ts';
import { type PartitionDecision, type PartitionEdge, type PartitionRecord, partition } from '../../src/matching/partition.ts';

const stanceOf = (volume: string, edition = ''): string => `monograph|print|text||${volume}|${edition}|||||||`;
const record = (order: string, stance = stanceOf('')): PartitionRecord => ({ order, stance });
const edge = (a: number, b: number, score = 0.95): PartitionEdge => ({ a, b, score });
const VOLUME = ['volume'];
const same = (a: number, b: number, ...confirmed: readonly string[]): PartitionDecision => ({ a, b, verdict: 'same', confirmed });
const doubles = (a: number, b: number): PartitionDecision => ({ ...same(a, b), doubles: true });
const notSame = (a: number, b: number): PartitionDecision => ({ a, b, verdict: 'not-same', confirmed: [] });

interface Case {
	readonly records: readonly PartitionRecord[];
	readonly edges: readonly PartitionEdge[];
	readonly decisions: readonly PartitionDecision[];
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 14 }).chain((size) => {
	const index = fc.nat(size - 1);
	const pair = fc.tuple(index, index).filter(([a, b]) => a !== b);
	return fc.record({
		records: fc
			.tuple(
				fc.array(fc.tuple(fc.constantFrom('', '1', '2'), fc.constantFrom('', '1', '3')), { minLength: size, maxLength: size }),
				fc.subarray(['s0', 's1', 's2']),
			)
			.map(([stances, singles]) =>
				stances.map(([volume, edition], i) => ({
					...record(`s${i % 3}\u0000${i}`, stanceOf(volume, edition)),
					single: singles.find((source) => source === `s${i % 3}`),
				})),
			),
		edges:
			size < 2
				? fc.constant([])
				: fc.array(
						fc.tuple(pair, fc.constantFrom(0.8, 0.85, 0.85004, 0.9, 0.99)).map(([[a, b], score]) => edge(a, b, score)),
						{ maxLength: 40 },
					),
		decisions:
			size < 2
				? fc.constant([])
				: fc.array(
						fc
							.tuple(pair, fc.constantFrom('same' as const, 'not-same' as const), fc.subarray(['volume', 'edition']), fc.boolean())
							.map(([[a, b], verdict, confirmed, doubles]) => ({ a, b, verdict, confirmed, doubles })),
						{ maxLength: 5 },
					),
	});
});

/** The clusters by the records' order strings, in a form that does not depend on places. */
const named = (c: Case): string[] =>
	partition(c.records, c.edges, c.decisions)
		.map((g) =>
			g
				.map((i) => c.records[i]?.order)
				.sort()
				.join(' + '),
		)
		.sort();

function permuted(c: Case, places: readonly number[]): Case {
	const at = new Map(places.map((from, to) => [from, to]));
	const move = (i: number): number => at.get(i) as number;
	return {
		records: places.map((from) => c.records[from] as PartitionRecord),
		edges: [...c.edges].reverse().map((e) => ({ a: move(e.b), b: move(e.a), score: e.score })),
		decisions: [...c.decisions].reverse().map((d) => ({ ...d, a: move(d.b), b: move(d.a) })),
	};
}

describe('partition', () => {
	it('does not depend on the order of records, edges and decisions', () => {
		fc.assert(
			fc.property(
				cases.chain((c) => fc.tuple(fc.constant(c), fc.shuffledSubarray([...c.records.keys()], { minLength: c.records.length }))),
				([c, places]) => {
					expect(named(permuted(c, places))).toEqual(named(c));
				},
			),
			{ numRuns: 300 },
		);
	});

	it('puts each record in one cluster, members and clusters in order', () => {
		fc.assert(
			fc.property(cases, (c) => {
				const groups = partition(c.records, c.edges, c.decisions);
				expect(groups.flat().sort((a, b) => a - b)).toEqual([...c.records.keys()]);
				const firsts = groups.map((g) => c.records[g[0] as number]?.order as string);
				expect([...firsts].sort()).toEqual(firsts);
			}),
		);
	});

	it('never joins a hard conflict that no one confirmed, nor across a "not same"', () => {
		fc.assert(
			fc.property(cases, (c) => {
				for (const group of partition(c.records, c.edges, c.decisions)) {
					const confirmed = c.decisions.some(
						(d) => d.confirmed.length > 0 && d.verdict === 'same' && group.includes(d.a) && group.includes(d.b),
					);
					for (const a of group) {
						for (const b of group) {
							if (!confirmed) expect(stancesConflict(c.records[a]?.stance ?? '', c.records[b]?.stance ?? '')).toBeNull();
							expect(c.decisions.some((d) => d.verdict === 'not-same' && d.a === a && d.b === b)).toBe(false);
						}
					}
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('never joins two records of a source without doubles, but what librarians said of two of its records', () => {
		fc.assert(
			fc.property(cases, (c) => {
				for (const group of partition(c.records, c.edges, c.decisions)) {
					for (const source of ['s0', 's1', 's2']) {
						const members = group.filter((i) => c.records[i]?.single === source);
						const said = c.decisions.filter((d) => d.doubles && d.verdict === 'same' && members.includes(d.a) && members.includes(d.b));
						expect(members.length).toBeLessThanOrEqual(Math.max(1, 1 + said.length));
					}
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('gives each record of a source without doubles the other it is likest, one to one', () => {
		const of = (order: string, single?: string): PartitionRecord => ({ ...record(order), single });
		const records = [of('s\u0000a', 's'), of('s\u0000b', 's'), of('t\u0000c'), of('t\u0000d')];
		expect(partition(records, [edge(0, 1, 1), edge(0, 2, 0.9), edge(1, 2, 0.95), edge(0, 3, 0.8)], [])).toEqual([
			[0, 3],
			[1, 2],
		]);
		expect(partition(records.slice(0, 2), [edge(0, 1)], [same(0, 1)])).toEqual([[0], [1]]);
		expect(partition(records.slice(0, 2), [edge(0, 1)], [same(0, 1, ...VOLUME)])).toEqual([[0], [1]]);
		expect(partition(records.slice(0, 2), [], [doubles(0, 1)])).toEqual([[0, 1]]);
	});

	it('joins two of a source without doubles that a librarian said are the same, and no third to them', () => {
		const records = ['a', 'b', 'c'].map((id) => ({ ...record(`s\u0000${id}`), single: 's' }));
		expect(partition(records, [edge(0, 2, 1), edge(1, 2, 1)], [doubles(0, 1)])).toEqual([[0, 1], [2]]);
		expect(partition(records, [], [doubles(0, 1), doubles(1, 2)])).toEqual([[0, 1, 2]]);
	});

	it('gives the same when the clusters it made are partitioned one by one', () => {
		fc.assert(
			fc.property(
				cases.filter((c) => c.decisions.length === 0),
				(c) => {
					for (const group of partition(c.records, c.edges, [])) {
						const at = new Map(group.map((from, to) => [from, to]));
						const inside = c.edges
							.filter((e) => at.has(e.a) && at.has(e.b))
							.map((e) => edge(at.get(e.a) as number, at.get(e.b) as number, e.score));
						expect(
							partition(
								group.map((i) => c.records[i] as PartitionRecord),
								inside,
								[],
							),
						).toHaveLength(1);
					}
				},
			),
		);
	});

	it('joins by the best edge when a record fits two groups that conflict', () => {
		const records = [record('a', stanceOf('1')), record('b', stanceOf('2')), record('c')];
		expect(partition(records, [edge(0, 2, 0.9), edge(1, 2, 0.95)], [])).toEqual([[0], [1, 2]]);
		expect(partition(records, [edge(0, 2, 0.95), edge(1, 2, 0.9)], [])).toEqual([[0, 2], [1]]);
		expect(partition(records, [edge(1, 2, 0.9), edge(0, 2, 0.9)], [])).toEqual([[0, 2], [1]]);
	});

	it('lets a "same" join without an edge, but over a conflict only when confirmed', () => {
		const records = [record('a', stanceOf('1')), record('b', stanceOf('2')), record('c', stanceOf('1')), record('d', stanceOf('2'))];
		expect(partition(records, [], [same(0, 2)])).toEqual([[0, 2], [1], [3]]);
		expect(partition(records, [], [same(0, 1)])).toEqual([[0], [1], [2], [3]]);
		expect(partition(records, [edge(0, 2), edge(1, 3)], [same(0, 1, ...VOLUME)])).toEqual([[0, 1, 2, 3]]);
	});

	it('joins records that all conflict with each other only when each conflict of theirs is confirmed', () => {
		const records = ['1', '2', '3', '4'].map((volume) => record(volume, stanceOf(volume)));
		const both = [same(0, 1, ...VOLUME), same(1, 2, ...VOLUME)];
		expect(partition(records, [], both)).toEqual([[0, 1, 2], [3]]);
		expect(partition(records, [edge(0, 3, 1)], both)).toEqual([[0, 1, 2], [3]]);
		expect(partition(records, [], [...both, notSame(0, 2)])).toEqual([[0, 1], [2], [3]]);
		expect(partition(records, [], [same(0, 1, ...VOLUME), same(1, 2)])).toEqual([[0, 1], [2], [3]]);
		const editions = [record('a', stanceOf('1', '1')), record('b', stanceOf('2', '1')), record('c', stanceOf('1', '2'))];
		expect(partition(editions, [], [same(0, 1, ...VOLUME), same(0, 2, 'edition')])).toEqual([[0, 1, 2]]);
		expect(partition(editions, [], [same(0, 1, ...VOLUME), same(0, 2, 'format')])).toEqual([[0, 1], [2]]);
	});

	it('lets a confirmed "same" that was overruled confirm nothing', () => {
		const records = [record('a', stanceOf('1')), record('b', stanceOf('2')), record('c', stanceOf('2'))];
		expect(partition(records, [edge(0, 2, 0.9)], [notSame(0, 1), same(0, 1, ...VOLUME)])).toEqual([[0], [1], [2]]);
	});

	it('puts "not same" above "same" and above every edge', () => {
		const records = [record('a'), record('b'), record('c')];
		expect(partition(records, [edge(0, 1, 1)], [notSame(0, 1), same(0, 1, ...VOLUME)])).toEqual([[0], [1], [2]]);
		expect(partition(records, [edge(0, 1, 0.9), edge(1, 2, 0.99)], [notSame(0, 2)])).toEqual([[0], [1, 2]]);
	});

	it('parts a component of ten thousand records', () => {
		const records = Array.from({ length: 10_000 }, (_, i) => record(`s\u0000${i}`, stanceOf(String(i % 50))));
		const edges = Array.from({ length: 100_000 }, (_, i) => edge(i % 10_000, (i * 7919 + 13) % 10_000, 0.8 + (i % 20) / 100)).filter(
			(e) => e.a !== e.b,
		);
		const groups = partition(records, edges, []);
		for (const group of groups) expect(new Set(group.map((i) => i % 50)).size).toBe(1);
		expect(groups.flat()).toHaveLength(10_000);
	});
});
