/** What tells that two records of one library are the same under two identifiers, the surest first. */
export const EVIDENCE = ['digest', 'number', 'copy', 'description', 'bib'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** A record that went or came, with what it can be known by; values of one kind of evidence are compared as they are. */
export interface Reidentifiable {
	readonly id: number;
	readonly signs: Readonly<Partial<Record<Evidence, readonly string[]>>>;
}

export interface Reidentified {
	/** The record that went. */
	readonly old: number;
	/** The one that came. */
	readonly fresh: number;
	readonly evidence: Evidence;
}

export interface Pairing {
	readonly pairs: readonly Reidentified[];
	/** Records that went and share a sign with some that came, but not one to one: they are not guessed. */
	readonly ambiguous: readonly number[];
}

/** Holders of each sign. */
function holders(records: ReadonlyMap<number, Reidentifiable>, evidence: Evidence): Map<string, number[]> {
	const bySign = new Map<string, number[]>();
	for (const { id, signs } of records.values()) {
		for (const sign of new Set(signs[evidence] ?? [])) {
			const known = bySign.get(sign);
			if (known === undefined) bySign.set(sign, [id]);
			else known.push(id);
		}
	}
	return bySign;
}

/** Pairs of which each has the other alone to go with, by all its signs of this kind. */
function agreed(
	gone: ReadonlyMap<number, Reidentifiable>,
	come: ReadonlyMap<number, Reidentifiable>,
	evidence: Evidence,
): readonly (readonly [number, number])[] {
	const comers = holders(come, evidence);
	const options = new Map<number, Set<number>>();
	const claims = new Map<number, Set<number>>();
	for (const [sign, olds] of holders(gone, evidence)) {
		for (const fresh of comers.get(sign) ?? []) {
			for (const old of olds) {
				options.set(old, (options.get(old) ?? new Set()).add(fresh));
				claims.set(fresh, (claims.get(fresh) ?? new Set()).add(old));
			}
		}
	}
	return [...options].flatMap(([old, to]) => {
		const [fresh] = to;
		return to.size === 1 && fresh !== undefined && claims.get(fresh)?.size === 1 ? [[old, fresh] as const] : [];
	});
}

/**
 * Which records that went are which that came: those that agree one to one on the surest evidence, then on the next, until nothing more agrees.
 * Records alike on one side stay unpaired unless something tells them apart. The order of the lists does not matter (design §5).
 */
export function pairOneToOne(gone: readonly Reidentifiable[], come: readonly Reidentifiable[]): Pairing {
	const olds = new Map(gone.map((record) => [record.id, record]));
	const freshs = new Map(come.map((record) => [record.id, record]));
	const pairs: Reidentified[] = [];
	for (let at = 0; at < EVIDENCE.length; at++) {
		const evidence = EVIDENCE[at] as Evidence;
		const found = agreed(olds, freshs, evidence);
		for (const [old, fresh] of found) {
			pairs.push({ old, fresh, evidence });
			olds.delete(old);
			freshs.delete(fresh);
		}
		// what was alike may be told apart now by surer evidence
		if (found.length > 0 && at > 0) at = -1;
	}
	const ambiguous = new Set<number>();
	for (const evidence of EVIDENCE) {
		const comers = holders(freshs, evidence);
		for (const [sign, ids] of holders(olds, evidence)) if (comers.has(sign)) for (const id of ids) ambiguous.add(id);
	}
	return { pairs: pairs.sort((a, b) => a.old - b.old), ambiguous: [...ambiguous].sort((a, b) => a - b) };
}
