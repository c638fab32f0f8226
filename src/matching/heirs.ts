/**
 * Permanent ids (design: ids). A record's number is its age: a smaller number is older. A dead record may have an heir, the oldest
 * living member of the cluster it left; an heir that dies hands on to its own.
 */

/** Dead records and their heirs; null for one that left no living fellow behind. Living records are not in it. */
export type Heirs = ReadonlyMap<number, number | null>;

/** The living record that `id` ends in, itself when it lives, or null when its line has died out. */
export function livingEnd(id: number, heirs: Heirs): number | null {
	let at = id;
	for (let steps = 0; steps <= heirs.size; steps++) {
		const next = heirs.get(at);
		if (next === undefined) return at;
		if (next === null) return null;
		at = next;
	}
	return null;
}

/**
 * Heirs of records that died in one batch: for each the oldest living member of the cluster it was in, null when none lives.
 * Ask once the batch has been matched, with the members each cluster had before it.
 */
export function heirsOf(
	dead: readonly { readonly id: number; readonly formerCluster: readonly number[] }[],
	lives: (id: number) => boolean,
): Map<number, number | null> {
	const heirs = new Map<number, number | null>();
	for (const { id, formerCluster } of dead) {
		let oldest: number | null = null;
		for (const member of formerCluster) {
			if (member !== id && lives(member) && (oldest === null || member < oldest)) oldest = member;
		}
		heirs.set(id, oldest);
	}
	return heirs;
}

/** What every id answers with. */
export interface Answers {
	/** For each cluster, in the order given, the id it answers to. */
	readonly clusters: readonly number[];
	/** Every other id that ends in a cluster, with the id that cluster answers to. */
	readonly redirects: ReadonlyMap<number, number>;
	/** Dead ids with no living end. */
	readonly tombstones: readonly number[];
}

/**
 * The ids of clusters: each answers to the oldest id that ends in it, of its living members or of dead records whose heirs lead to
 * them; every other id redirects. `clusters` hold living members; heirs that end in a record of no given cluster are left out.
 */
export function answers(clusters: readonly (readonly number[])[], heirs: Heirs): Answers {
	const clusterOf = new Map<number, number>();
	const oldest: number[] = [];
	for (const [at, members] of clusters.entries()) {
		for (const m of members) clusterOf.set(m, at);
		oldest.push(members.reduce((x, y) => Math.min(x, y), Number.POSITIVE_INFINITY));
	}
	const ends: [id: number, cluster: number][] = [...clusterOf];
	const tombstones: number[] = [];
	for (const dead of heirs.keys()) {
		const end = livingEnd(dead, heirs);
		if (end === null) {
			tombstones.push(dead);
			continue;
		}
		const at = clusterOf.get(end);
		if (at === undefined) continue;
		ends.push([dead, at]);
		if (dead < (oldest[at] as number)) oldest[at] = dead;
	}
	const redirects = new Map<number, number>();
	for (const [id, at] of ends) if (oldest[at] !== id) redirects.set(id, oldest[at] as number);
	return { clusters: oldest, redirects, tombstones: tombstones.sort((x, y) => x - y) };
}
