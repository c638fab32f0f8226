/** How many pairs were said to match, how many do, and how many of those that were said do. */
export interface Tally {
	readonly right: number;
	readonly said: number;
	readonly real: number;
}

/** Shares from 0 to 1; null where nothing is divided by. */
export interface Figures extends Tally {
	readonly precision: number | null;
	/** 95 % interval of the precision (Wilson). */
	readonly interval: readonly [low: number, high: number] | null;
	readonly recall: number | null;
	readonly f1: number | null;
}

const Z = 1.959964;
const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Wilson's 95 % interval of a share; null of nothing. */
export function wilson(right: number, of: number): [low: number, high: number] | null {
	if (of === 0) return null;
	const p = right / of;
	const z2 = (Z * Z) / of;
	const centre = (p + z2 / 2) / (1 + z2);
	const half = (Z * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of))) / (1 + z2);
	return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

export function figuresOf({ right, said, real }: Tally): Figures {
	return {
		right,
		said,
		real,
		precision: share(right, said),
		interval: wilson(right, said),
		recall: share(right, real),
		f1: share(2 * right, said + real),
	};
}

/** A judged pair with its score, in any unit that grows with likeness. */
export interface JudgedScore {
	readonly score: number;
	readonly same: boolean;
}

/** What is said when all pairs of at least `cutoff` are. `real` counts the true pairs, those without a score too. */
export function tallyAt(pairs: readonly JudgedScore[], real: number, cutoff: number): Tally {
	const said = pairs.filter((p) => p.score >= cutoff);
	return { right: said.filter((p) => p.same).length, said: said.length, real };
}

/** The cut-off above 0 with the best F1, the highest of equals; null when no pair has a score. */
export function bestCutoff(pairs: readonly JudgedScore[], real: number): { readonly cutoff: number; readonly tally: Tally } | null {
	const sorted = pairs.filter((p) => p.score > 0).sort((x, y) => y.score - x.score);
	let best: { cutoff: number; tally: Tally } | null = null;
	let bestF1 = -1;
	let right = 0;
	for (const [i, { score, same }] of sorted.entries()) {
		if (same) right++;
		if (sorted[i + 1]?.score === score) continue;
		const said = i + 1;
		const f1 = (2 * right) / (said + real);
		if (f1 <= bestF1) continue;
		bestF1 = f1;
		best = { cutoff: score, tally: { right, said, real } };
	}
	return best;
}

const pairsAmong = (n: number): number => (n * (n - 1)) / 2;

/** Sizes of the groups that the labels make of some places. */
function sizes<T>(places: readonly number[], labelOf: (place: number) => T): Map<T, number> {
	const counts = new Map<T, number>();
	for (const place of places) counts.set(labelOf(place), (counts.get(labelOf(place)) ?? 0) + 1);
	return counts;
}

export interface ClusterFigures {
	/** Pairs of records that are in one cluster. */
	readonly pairs: Figures;
	/** B³: each record's share of its cluster that is right, and of its true cluster that is there. */
	readonly b3: { readonly precision: number | null; readonly recall: number | null; readonly f1: number | null };
	/** Clusters of two and more that are exactly a true one. */
	readonly exact: Figures;
}

/** Clusters (places) against the true label of each place; a place with the label null is left out. */
export function clusterFigures(clusters: readonly (readonly number[])[], truth: readonly (string | null)[]): ClusterFigures {
	const labelOf = (place: number): string => truth[place] as string;
	const found = clusters.map((c) => c.filter((place) => truth[place] !== null)).filter((c) => c.length > 0);
	const real = sizes(found.flat(), labelOf);
	const tally = { right: 0, said: 0, real: 0 };
	const exact = { right: 0, said: 0, real: 0 };
	const b3 = { precision: 0, recall: 0 };
	for (const n of real.values()) {
		tally.real += pairsAmong(n);
		if (n > 1) exact.real++;
	}
	for (const cluster of found) {
		const within = sizes(cluster, labelOf);
		tally.said += pairsAmong(cluster.length);
		if (cluster.length > 1) exact.said++;
		for (const [label, n] of within) {
			const whole = real.get(label) as number;
			tally.right += pairsAmong(n);
			b3.precision += (n * n) / cluster.length;
			b3.recall += (n * n) / whole;
			if (n > 1 && n === cluster.length && n === whole) exact.right++;
		}
	}
	const records = found.reduce((sum, c) => sum + c.length, 0);
	const [precision, recall] = [share(b3.precision, records), share(b3.recall, records)];
	const f1 = precision === null || recall === null ? null : share(2 * precision * recall, precision + recall);
	return { pairs: figuresOf(tally), b3: { precision, recall, f1 }, exact: figuresOf(exact) };
}
