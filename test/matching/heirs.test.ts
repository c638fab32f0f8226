import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answers, heirsOf, livingEnd } from '../../src/matching/heirs.ts';

/** A small world: living records in clusters, the dead with heirs, and what every id ever shown was. */
class World {
	readonly clusters = new Map<number, number>();
	readonly heirs = new Map<number, number | null>();
	born = 0;

	groups(): number[][] {
		const byCluster = new Map<number, number[]>();
		for (const [id, cluster] of this.clusters) byCluster.set(cluster, [...(byCluster.get(cluster) ?? []), id]);
		return [...byCluster.values()].map((g) => g.sort((a, b) => a - b));
	}

	/** One batch: births, deaths, returns, and a new partition of all that lives. */
	batch(births: number, dying: (id: number) => boolean, returning: (id: number) => boolean, clusterOf: (id: number) => number): void {
		const former = this.groups();
		const dead: number[] = [];
		const returned = [...this.heirs.keys()].filter(returning);
		for (const id of [...this.clusters.keys()].filter(dying)) {
			this.clusters.delete(id);
			dead.push(id);
		}
		for (const id of returned) this.heirs.delete(id);
		const living = [...this.clusters.keys(), ...returned];
		for (let i = 0; i < births; i++) living.push(++this.born);
		this.clusters.clear();
		for (const id of living) this.clusters.set(id, clusterOf(id));
		const fellows = (id: number): number[] => former.find((g) => g.includes(id)) ?? [];
		for (const [id, heir] of heirsOf(
			dead.map((id) => ({ id, formerCluster: fellows(id) })),
			(id) => this.clusters.has(id),
		))
			this.heirs.set(id, heir);
	}
}

const step = fc.record({ births: fc.nat(4), deathSalt: fc.nat(), returnSalt: fc.nat(), clusterSalt: fc.nat() });
const chance = (salt: number, id: number, outOf: number): number => (Math.imul(salt ^ (id * 0x9e3779b1), 0x85ebca6b) >>> 7) % outOf;

describe('ids and heirs', () => {
	it('every id ever shown resolves for ever: to a living cluster, by redirect, or to a tombstone', () => {
		fc.assert(
			fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
				const world = new World();
				for (const s of steps) {
					world.batch(
						s.births,
						(id) => chance(s.deathSalt, id, 3) === 0,
						(id) => chance(s.returnSalt, id, 4) === 0,
						(id) => chance(s.clusterSalt, id, 4),
					);
					const groups = world.groups();
					const { clusters, redirects, tombstones } = answers(groups, world.heirs);
					expect(new Set(clusters).size).toBe(clusters.length);
					for (let id = 1; id <= world.born; id++) {
						const answersItself = clusters.includes(id);
						const redirected = redirects.get(id);
						const gone = tombstones.includes(id);
						expect([answersItself, redirected !== undefined, gone].filter(Boolean)).toHaveLength(1);
						if (redirected !== undefined) expect(clusters).toContain(redirected);
					}
					for (const [at, group] of groups.entries()) expect(clusters[at]).toBeLessThanOrEqual(group[0] as number);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('a deletion alone never renames a cluster that lives on', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 6 }), fc.nat(), (steps, salt) => {
				const world = new World();
				world.batch(
					8,
					() => false,
					() => false,
					(id) => id % 3,
				);
				for (const s of steps)
					world.batch(
						s.births,
						(id) => chance(s.deathSalt, id, 3) === 0,
						() => false,
						(id) => chance(s.clusterSalt, id, 4),
					);
				const before = new Map(world.groups().map((g, at) => [g, answers(world.groups(), world.heirs).clusters[at]]));
				const cluster = new Map(world.clusters);
				world.batch(
					0,
					(id) => chance(salt, id, 2) === 0,
					() => false,
					(id) => cluster.get(id) as number,
				);
				const groups = world.groups();
				const after = answers(groups, world.heirs);
				for (const [group, id] of before) {
					const at = groups.findIndex((g) => g.some((m) => group.includes(m)));
					if (at >= 0) expect(after.clusters[at]).toBe(id);
					else expect(after.tombstones).toContain(id);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('a merge redirects and a split brings the id back', () => {
		const merged = answers([[1, 2, 3]], new Map());
		expect(merged.clusters).toEqual([1]);
		expect([...merged.redirects]).toEqual([
			[2, 1],
			[3, 1],
		]);
		const parted = answers([[1], [2, 3]], new Map());
		expect(parted.clusters).toEqual([1, 2]);
		expect([...parted.redirects]).toEqual([[3, 2]]);
	});

	it('heirs hand on to their own heirs', () => {
		const heirs = new Map<number, number | null>([
			[1, 2],
			[2, 3],
			[4, null],
		]);
		expect(livingEnd(1, heirs)).toBe(3);
		expect(livingEnd(4, heirs)).toBeNull();
		expect(answers([[3, 5]], heirs)).toEqual({
			clusters: [1],
			redirects: new Map([
				[3, 1],
				[5, 1],
				[2, 1],
			]),
			tombstones: [4],
		});
	});

	it('the heir is the oldest living member of the cluster that was left', () => {
		const heirs = heirsOf(
			[
				{ id: 1, formerCluster: [1, 2, 3, 4] },
				{ id: 2, formerCluster: [1, 2, 3, 4] },
				{ id: 9, formerCluster: [9] },
			],
			(id) => id > 2 && id !== 9,
		);
		expect([...heirs]).toEqual([
			[1, 3],
			[2, 3],
			[9, null],
		]);
	});

	it('a record that returns takes its id where it now belongs', () => {
		expect(answers([[1], [2, 3]], new Map([[4, 2]])).clusters).toEqual([1, 2]);
		expect(
			answers(
				[
					[1, 7],
					[2, 3],
				],
				new Map(),
			).clusters,
		).toEqual([1, 2]);
	});
});
