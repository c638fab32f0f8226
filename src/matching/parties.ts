import type { PartitionDecision } from './partition.ts';

/** Records that librarians' "same" links, through chains too, with what was confirmed among them. */
export interface Party {
	/** In order. */
	readonly members: readonly number[];
	/** Hard conflicts that were named and gone over. */
	readonly confirmed: ReadonlySet<string>;
	/** The decisions that link them: none goes over a conflict of its own two that it does not name. */
	readonly decisions: readonly PartitionDecision[];
	/** Pairs of one source without doubles that were said to be the same all the same. */
	readonly doubled: readonly (readonly [number, number])[];
}

/** The parties of three and more in which something was confirmed, by their first members; two are joined by their own decision. */
export function partiesOf(decisions: readonly PartitionDecision[]): Party[] {
	const parents = new Map<number, number>();
	const root = (i: number): number => {
		let at = i;
		for (let up = parents.get(at); up !== undefined && up !== at; up = parents.get(at)) at = up;
		return at;
	};
	const same = decisions.filter((d) => d.verdict === 'same');
	for (const { a, b } of same) {
		const [p, q] = [root(a), root(b)];
		parents.set(Math.min(p, q), Math.min(p, q));
		parents.set(Math.max(p, q), Math.min(p, q));
	}
	const found = new Map<
		number,
		{ members: number[]; confirmed: Set<string>; decisions: PartitionDecision[]; doubled: [number, number][] }
	>();
	for (const i of [...parents.keys()].sort((x, y) => x - y)) {
		const party = found.get(root(i));
		if (party === undefined) found.set(root(i), { members: [i], confirmed: new Set(), decisions: [], doubled: [] });
		else party.members.push(i);
	}
	for (const d of same) {
		const party = found.get(root(d.a));
		party?.decisions.push(d);
		for (const name of d.confirmed) party?.confirmed.add(name);
		if (d.doubles === true) party?.doubled.push([d.a, d.b]);
	}
	return [...found.values()].filter((p) => p.members.length > 2 && (p.confirmed.size > 0 || p.doubled.length > 0));
}

/** Whether all of `own` hang together by pairs. */
export function hangTogether(own: readonly number[], pairs: Party['doubled']): boolean {
	const all = new Set(own);
	const reached = new Set(own.slice(0, 1));
	for (const at of reached) {
		for (const [x, y] of pairs) {
			if (x === at && all.has(y)) reached.add(y);
			if (y === at && all.has(x)) reached.add(x);
		}
	}
	return reached.size === all.size;
}
