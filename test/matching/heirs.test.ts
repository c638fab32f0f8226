import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answers, heirsAfter, livingEnd } from '../../src/matching/heirs.ts';

const never = (): boolean => false;

interface Batch {
	readonly births: number;
	readonly dying: (id: number) => boolean;
	readonly returning: (id: number) => boolean;
	/** Becomes another publication: in place, or when it returns. */
	readonly turning?: (id: number) => boolean;
	readonly clusterOf: (id: number) => number;
}

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

	/** Births, deaths, returns, and a new partition of all that lives. */
	batch({ births, dying, returning, turning = never, clusterOf }: Batch): void {
		const former = this.groups();
		const dead = [...this.clusters.keys()].filter(dying);
		const returned = [...this.heirs].filter(([id]) => returning(id)).map(([id, heir]) => ({ id, heir, turned: turning(id) }));
		const stayed = [...this.clusters.keys()].filter((id) => !dead.includes(id));
		const living = [...stayed, ...returned.map((r) => r.id)];
		for (let i = 0; i < births; i++) living.push(++this.born);
		const changed = heirsAfter(this.heirs, {
			left: former.map((members) => ({ members, dead: members.filter((m) => dead.includes(m)) })).filter((c) => c.dead.length > 0),
			returned,
			turned: stayed.filter(turning).map((id) => ({ id, members: former.find((g) => g.includes(id)) ?? [] })),
		});
		this.clusters.clear();
		for (const id of living) this.clusters.set(id, clusterOf(id));
		for (const [id, heir] of changed) this.heirs.set(id, heir);
		for (const { id } of returned) this.heirs.delete(id);
	}
}

const step = fc.record({ births: fc.nat(4), deathSalt: fc.nat(), returnSalt: fc.nat(), turnSalt: fc.nat(), clusterSalt: fc.nat() });
const chance = (salt: number, id: number, outOf: number): number => (Math.imul(salt ^ (id * 0x9e3779b1), 0x85ebca6b) >>> 7) % outOf;

describe('ids and heirs', () => {
	it('every id ever shown resolves for ever: to a living cluster, by redirect, or to a tombstone', () => {
		fc.assert(
			fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
				const world = new World();
				for (const s of steps) {
					world.batch({
						births: s.births,
						dying: (id) => chance(s.deathSalt, id, 3) === 0,
						returning: (id) => chance(s.returnSalt, id, 4) === 0,
						turning: (id) => chance(s.turnSalt, id, 4) === 0,
						clusterOf: (id) => chance(s.clusterSalt, id, 4),
					});
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
				world.batch({ births: 8, dying: never, returning: never, clusterOf: (id) => id % 3 });
				for (const s of steps)
					world.batch({
						births: s.births,
						dying: (id) => chance(s.deathSalt, id, 3) === 0,
						returning: never,
						clusterOf: (id) => chance(s.clusterSalt, id, 4),
					});
				const before = new Map(world.groups().map((g, at) => [g, answers(world.groups(), world.heirs).clusters[at]]));
				const cluster = new Map(world.clusters);
				world.batch({
					births: 0,
					dying: (id) => chance(salt, id, 2) === 0,
					returning: never,
					clusterOf: (id) => cluster.get(id) as number,
				});
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

	it('an id of a dead record leads to the publication that it was, or to none, whoever dies, returns or becomes another', () => {
		const PUBLICATIONS = 3;
		let led = 0;
		fc.assert(
			fc.property(fc.array(step, { minLength: 2, maxLength: 12 }), (steps) => {
				const world = new World();
				const is = new Map<number, number>();
				for (const s of steps) {
					const turning = (id: number): boolean => chance(s.turnSalt, id, 4) === 0;
					const dying = (id: number): boolean => chance(s.deathSalt, id, 3) === 0;
					const returning = (id: number): boolean => chance(s.returnSalt, id, 3) === 0;
					const clusterOf = (id: number): number => {
						const was = is.get(id);
						const now = was === undefined ? chance(s.clusterSalt, id, PUBLICATIONS) : turning(id) ? (was + 1) % PUBLICATIONS : was;
						is.set(id, now);
						return now;
					};
					world.batch({ births: s.births, dying, returning, turning, clusterOf });
					for (const id of world.heirs.keys()) {
						const end = livingEnd(id, world.heirs);
						if (end !== null) expect(is.get(end), `${id} leads to ${end}`).toBe(is.get(id));
						if (end !== null) led++;
					}
				}
			}),
			{ numRuns: 500 },
		);
		expect(led).toBeGreaterThan(100);
	});

	it('the heir is the oldest living member of the cluster that was left, for those too that led to who died', () => {
		const members = [1, 2, 3, 4];
		const died = {
			left: [
				{ members, dead: [2, 1] },
				{ members: [9], dead: [9] },
			],
			returned: [],
			turned: [],
		};
		expect([...heirsAfter(new Map([[8, 1]]), died)].sort()).toEqual([
			[1, 3],
			[2, 3],
			[8, 3],
			[9, null],
		]);
		expect(heirsAfter(new Map(), { ...died, turned: [{ id: 3, members }] }).get(1)).toBe(4);
	});

	it('a cluster that died leads to whoever of it returns as what it was', () => {
		const dead = new Map(heirsAfter(new Map([[7, 2]]), { left: [{ members: [1, 2, 3], dead: [1, 2, 3] }], returned: [], turned: [] }));
		for (const id of dead.keys()) expect(livingEnd(id, dead)).toBeNull();
		const back = (turned: boolean): Map<number, number | null> => {
			const returned = [{ id: 2, heir: dead.get(2) ?? null, turned }];
			const after = new Map([...dead, ...heirsAfter(dead, { left: [], returned, turned: [] })]);
			after.delete(2);
			return after;
		};
		expect([1, 3, 7].map((id) => livingEnd(id, back(false)))).toEqual([2, 2, 2]);
		expect([1, 3, 7].map((id) => livingEnd(id, back(true)))).toEqual([null, null, null]);
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
