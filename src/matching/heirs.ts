/**
 * Permanent ids (design: ids). A record's number is its age: a smaller number is older. A dead record may have an heir, the oldest
 * living member of the cluster it left; an heir that dies hands on to its own, and so does one that becomes another publication.
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

/** A cluster some of whose members died. */
export interface LeftCluster {
	/** All that were in it, the dead too. */
	readonly members: readonly number[];
	readonly dead: readonly number[];
}

/** What happened to records in one batch, as far as heirs go. */
export interface Happened {
	readonly left: readonly LeftCluster[];
	/** Dead records that live again, with the heirs they had. `turned`: as another publication. */
	readonly returned: readonly { readonly id: number; readonly heir: number | null; readonly turned: boolean }[];
	/** Living records that became another publication, with all that were in the cluster they were in. */
	readonly turned: readonly { readonly id: number; readonly members: readonly number[] }[];
}

const oldestOf = (ids: readonly number[]): number | null => (ids.length === 0 ? null : ids.reduce((x, y) => Math.min(x, y)));

/** Who has whom as heir, by the heir. */
function byHeir(lines: Heirs): Map<number, number[]> {
	const found = new Map<number, number[]>();
	for (const [id, heir] of lines) {
		if (heir === null) continue;
		const others = found.get(heir);
		if (others === undefined) found.set(heir, [id]);
		else others.push(id);
	}
	return found;
}

/** These, and all whose line of heirs leads to one of them, the oldest first. */
function leadingTo(ids: readonly number[], heirOf: ReadonlyMap<number, readonly number[]>): number[] {
	const found = new Set(ids);
	for (const at of found) for (const id of heirOf.get(at) ?? []) found.add(id);
	return [...found].sort((x, y) => x - y);
}

/**
 * The heirs that change. Those that died and all that lead to them get the oldest member of their cluster that lives on as what it was; where
 * none does, they lead to each other in a ring, so that whoever returns takes the others along. A record that becomes another
 * publication keeps its own id and no other: who led to it leads on to its fellows or, when it returned, to its own heir.
 * `before` holds at least all lines that lead to the records at hand.
 */
export function heirsAfter(before: Heirs, { left, returned, turned }: Happened): Map<number, number | null> {
	const back = new Map(returned.map((r) => [r.id, r]));
	const heirOf = byHeir(new Map([...before].filter(([id]) => !back.has(id))));
	const others = returned.filter((r) => r.turned);
	const unfit = new Set([...left.flatMap((c) => c.dead), ...turned.map((t) => t.id), ...others.map((r) => r.id)]);
	const fitting = (ids: readonly number[]): number[] => ids.filter((id) => !unfit.has(id));
	const changed = new Map<number, number | null>(returned.map(({ id }) => [id, null]));
	for (const { members, dead } of left) {
		const heir = oldestOf(fitting(members));
		const all = leadingTo(dead, heirOf);
		for (const [at, id] of all.entries()) {
			const next = all[(at + 1) % all.length] as number;
			changed.set(id, heir ?? (next === id ? null : next));
		}
	}
	const instead = new Map(turned.map(({ id, members }) => [id, oldestOf(fitting(members))]));
	for (const [id, fellow] of instead) for (const from of heirOf.get(id) ?? []) changed.set(from, fellow);
	for (const { id } of others) {
		const next = onwards(id, back);
		const heir = next !== null && instead.has(next) ? (instead.get(next) ?? null) : next;
		for (const from of heirOf.get(id) ?? []) changed.set(from, heir === from ? null : heir);
	}
	return changed;
}

/** The heir that a record had which returned as another publication, past others like it; null when it had none. */
function onwards(id: number, back: ReadonlyMap<number, { readonly heir: number | null; readonly turned: boolean }>): number | null {
	let next = back.get(id)?.heir ?? null;
	for (let steps = 0; next !== null && back.get(next)?.turned === true; steps++) {
		if (steps > back.size) return null;
		next = back.get(next)?.heir ?? null;
	}
	return next;
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
