import { type ConflictName, stancesConflict, stancesConflicts } from './conflicts.ts';
import { hangTogether, type Party, partiesOf } from './parties.ts';

export interface PartitionRecord {
	/** Source code, U+0000, identifier: what ties are broken by. */
	readonly order: string;
	/** From `stance`. */
	readonly stance: string;
	/** Its source, when that has no doubles: no two of its records are joined by machine. */
	readonly single?: string | undefined;
}

/** A pair at or above the merge threshold; `a` and `b` are indexes into the records. */
export interface PartitionEdge {
	readonly a: number;
	readonly b: number;
	readonly score: number;
}

export interface PartitionDecision {
	readonly a: number;
	readonly b: number;
	readonly verdict: 'same' | 'not-same';
	/** Hard conflicts that the librarian named and said "same" all the same. */
	readonly confirmed: readonly string[];
	/** The librarian said so knowing that the source of both has no doubles. */
	readonly doubles?: boolean;
}

/** Scores that differ by less than one step are ties, so that the last bit of a sum never decides. */
const SCORE_STEPS = 10_000;

/** One group while groups are being joined. */
interface Group {
	members: number[];
	/** Distinct stance numbers of the members. */
	stances: Set<number>;
	/** Sources without doubles that have a member here. */
	singles: Set<string>;
	/** Records that a member must not be with. */
	enemies: Set<number>;
	/** Groups (by root) known to conflict. A conflict never goes away by joining, so it is inherited. */
	blocked: Set<number>;
	/** Pairs of stance numbers that a confirmed decision lets stand together here. */
	waived: Set<number>;
}

/** What a librarian's "same" goes over. */
interface Waiver {
	readonly conflict: boolean;
	readonly doubles: boolean;
}

const NO_WAIVER: Waiver = { conflict: false, doubles: false };

/** Stances as small numbers, and whether two of them conflict, asked once for each pair. */
class Stances {
	readonly #texts: string[] = [];
	readonly #numbers = new Map<string, number>();
	readonly #answers = new Map<number, ConflictName | null>();

	number(text: string): number {
		let n = this.#numbers.get(text);
		if (n === undefined) {
			n = this.#texts.length;
			this.#numbers.set(text, n);
			this.#texts.push(text);
		}
		return n;
	}

	/** One number for an unordered pair. */
	pair(s: number, t: number): number {
		return s < t ? s * 0x4000000 + t : t * 0x4000000 + s;
	}

	conflict(s: number, t: number): boolean {
		if (s === t) return false;
		const key = this.pair(s, t);
		let answer = this.#answers.get(key);
		if (answer === undefined) {
			answer = stancesConflict(this.#texts[s] as string, this.#texts[t] as string);
			this.#answers.set(key, answer);
		}
		return answer !== null;
	}

	names(s: number, t: number): ConflictName[] {
		return stancesConflicts(this.#texts[s] as string, this.#texts[t] as string);
	}
}

/** The state of one agglomeration: a union-find whose roots carry what forbids a join. */
class Agglomeration {
	readonly #parents: Int32Array;
	readonly #groups: Group[];
	readonly #stances = new Stances();
	readonly #records: readonly PartitionRecord[];
	/** Whether any group has a waiver: it may come to others by joining, and lift a conflict. */
	#anyWaived = false;

	constructor(records: readonly PartitionRecord[]) {
		this.#records = records;
		this.#parents = Int32Array.from(records.keys());
		this.#groups = records.map((r, i) => ({
			members: [i],
			stances: new Set([this.#stances.number(r.stance)]),
			singles: new Set(r.single === undefined ? [] : [r.single]),
			enemies: new Set(),
			blocked: new Set(),
			waived: new Set(),
		}));
	}

	root(i: number): number {
		const parents = this.#parents;
		let at = i;
		while (parents[at] !== at) {
			parents[at] = parents[parents[at] as number] as number;
			at = parents[at] as number;
		}
		return at;
	}

	#group(root: number): Group {
		return this.#groups[root] as Group;
	}

	keepApart(a: number, b: number): void {
		this.#group(a).enemies.add(b);
		this.#group(b).enemies.add(a);
	}

	/** The stances of two records, as a pair that may be waived. */
	#stancePair(a: number, b: number): number {
		const stanceOf = (i: number): number => this.#stances.number((this.#records[i] as PartitionRecord).stance);
		return this.#stances.pair(stanceOf(a), stanceOf(b));
	}

	#conflictNames(a: number, b: number): ConflictName[] {
		return stancesConflicts((this.#records[a] as PartitionRecord).stance, (this.#records[b] as PartitionRecord).stance);
	}

	/** The source without doubles that both records are of. */
	#singleOf(a: number, b: number): string | undefined {
		const [x, y] = [this.#records[a]?.single, this.#records[b]?.single];
		return x === y ? x : undefined;
	}

	#foes(x: Group, rootOfOther: number): boolean {
		for (const enemy of x.enemies) if (this.root(enemy) === rootOfOther) return true;
		return false;
	}

	#conflict(x: Group, y: Group, waived: number | null): boolean {
		for (const s of x.stances) {
			for (const t of y.stances) {
				if (!this.#stances.conflict(s, t)) continue;
				const pair = this.#stances.pair(s, t);
				if (pair !== waived && !x.waived.has(pair) && !y.waived.has(pair)) return true;
			}
		}
		return false;
	}

	/** Whether a source without doubles would have two records in one group, other than the one whose two records were decided on. */
	#doubles(x: Group, y: Group, but: string | undefined): boolean {
		const [few, many] = x.singles.size <= y.singles.size ? [x.singles, y.singles] : [y.singles, x.singles];
		for (const source of few) if (source !== but && many.has(source)) return true;
		return false;
	}

	/**
	 * Joins the groups of two records unless something keeps them apart. `waiver`: a librarian said "same" over the conflict of
	 * these two, so their stances may stand together in the group they end in, and only there; over a source without doubles it
	 * lets these two groups be joined, and no third.
	 */
	join(a: number, b: number, waiver = NO_WAIVER): void {
		let p = this.root(a);
		let q = this.root(b);
		if (p === q) return;
		if (this.#group(p).members.length < this.#group(q).members.length) [p, q] = [q, p];
		const big = this.#group(p);
		const small = this.#group(q);
		if (big.blocked.has(q)) return;
		const foes = big.enemies.size <= small.enemies.size ? this.#foes(big, q) : this.#foes(small, p);
		const waived = waiver.conflict ? this.#stancePair(a, b) : null;
		const twice = waiver.doubles ? this.#singleOf(a, b) : undefined;
		if (foes || this.#doubles(big, small, twice) || this.#conflict(big, small, waived)) {
			if (foes || (waiver === NO_WAIVER && !this.#anyWaived)) {
				big.blocked.add(q);
				small.blocked.add(p);
			}
			return;
		}
		this.#absorb(p, q);
		if (waived !== null) {
			big.waived.add(waived);
			this.#anyWaived = true;
		}
	}

	/**
	 * Joins a whole party at once, before anything else is joined, when nothing but what was named in it keeps any two of its members
	 * apart: members that all conflict with each other cannot be joined one after another. Else it is left as it is.
	 */
	joinParty({ members, confirmed, decisions, doubled }: Party): void {
		const all = new Set(members);
		const waived = new Set<number>();
		const stances = [...new Set(members.flatMap((m) => [...this.#group(m).stances]))];
		for (const m of members) for (const enemy of this.#group(m).enemies) if (all.has(enemy)) return;
		for (const d of decisions) if (!this.#conflictNames(d.a, d.b).every((name) => d.confirmed.includes(name))) return;
		for (const [i, s] of stances.entries()) {
			for (const t of stances.slice(i + 1)) {
				if (!this.#stances.conflict(s, t)) continue;
				if (!this.#stances.names(s, t).every((name) => confirmed.has(name))) return;
				waived.add(this.#stances.pair(s, t));
			}
		}
		for (const source of new Set(members.flatMap((m) => this.#records[m]?.single ?? []))) {
			const own = members.filter((m) => this.#records[m]?.single === source);
			if (!hangTogether(own, doubled)) return;
		}
		const first = members[0] as number;
		for (const m of members.slice(1)) this.#absorb(first, m);
		for (const pair of waived) this.#group(first).waived.add(pair);
		if (waived.size > 0) this.#anyWaived = true;
	}

	#absorb(p: number, q: number): void {
		const big = this.#group(p);
		const small = this.#group(q);
		this.#parents[q] = p;
		for (const m of small.members) big.members.push(m);
		for (const s of small.stances) big.stances.add(s);
		for (const s of small.singles) big.singles.add(s);
		for (const e of small.enemies) big.enemies.add(e);
		for (const w of small.waived) big.waived.add(w);
		for (const other of small.blocked) {
			const group = this.#group(other);
			group.blocked.delete(q);
			group.blocked.add(p);
			big.blocked.add(other);
		}
		small.members = [];
		small.blocked.clear();
	}

	groups(): number[][] {
		const found: number[][] = [];
		for (const [i, group] of this.#groups.entries()) if (this.#parents[i] === i) found.push(group.members);
		return found;
	}
}

/** The rank of each record by its order string (code units; equal strings rank by stance). */
function ranks(records: readonly PartitionRecord[]): Int32Array {
	const sorted = [...records.keys()].sort((i, j) => compareRecords(records[i] as PartitionRecord, records[j] as PartitionRecord));
	const rank = new Int32Array(records.length);
	for (const [place, i] of sorted.entries()) rank[i] = place;
	return rank;
}

function compareRecords(x: PartitionRecord, y: PartitionRecord): number {
	if (x.order !== y.order) return x.order < y.order ? -1 : 1;
	if (x.stance !== y.stance) return x.stance < y.stance ? -1 : 1;
	return 0;
}

interface RankedPair {
	readonly low: number;
	readonly high: number;
	readonly steps: number;
}

const bestFirst = (x: RankedPair, y: RankedPair): number => y.steps - x.steps || x.low - y.low || x.high - y.high;

/**
 * Parts records into clusters: librarians' "same" first (over hard conflicts only when all are confirmed), then edges from the best down; two
 * groups join only when no stance of one conflicts with a stance of the other, no source without doubles has members in both, and no
 * "not same" stands between them. A function of the
 * set of records, edges and decisions: the order they are given in does not matter. Groups and their members come in order of `order`.
 */
export function partition(
	records: readonly PartitionRecord[],
	edges: readonly PartitionEdge[],
	decisions: readonly PartitionDecision[],
): number[][] {
	const rank = ranks(records);
	const byRank = new Int32Array(records.length);
	for (const [i, place] of rank.entries()) byRank[place] = i;
	const ordered = Array.from(byRank, (i) => records[i] as PartitionRecord);
	const ranked = (a: number, b: number, steps: number): RankedPair => {
		const p = rank[a] as number;
		const q = rank[b] as number;
		return p < q ? { low: p, high: q, steps } : { low: q, high: p, steps };
	};
	const work = new Agglomeration(ordered);
	const same: RankedPair[] = [];
	const at = (i: number): number => rank[i] as number;
	const moved = decisions.map((d) => ({ ...d, a: at(d.a), b: at(d.b) }));
	for (const d of decisions) {
		const pair = ranked(d.a, d.b, (d.confirmed.length > 0 ? 2 : 0) + (d.doubles ? 1 : 0));
		if (d.verdict === 'same') same.push(pair);
		else work.keepApart(pair.low, pair.high);
	}
	for (const party of partiesOf(moved)) work.joinParty(party);
	for (const { low, high, steps } of same.sort(bestFirst))
		work.join(low, high, steps === 0 ? NO_WAIVER : { conflict: steps >= 2, doubles: steps % 2 === 1 });
	const pairs = edges.map((e) => ranked(e.a, e.b, Math.round(e.score * SCORE_STEPS)));
	for (const pair of pairs.sort(bestFirst)) work.join(pair.low, pair.high);
	const groups = work.groups().map((g) => g.sort((x, y) => x - y));
	groups.sort((x, y) => (x[0] as number) - (y[0] as number));
	return groups.map((g) => g.map((place) => byRank[place] as number));
}
