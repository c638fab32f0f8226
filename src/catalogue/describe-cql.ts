import { CONTEXT_SETS, CQL_INDEXES, type CqlIndex, scannable } from '../index/cql-indexes.ts';

/** One thing that can be searched, and the names of its indexes. */
export interface DescribedIndex {
	readonly vi: string;
	readonly en: string;
	readonly names: readonly { readonly set: string; readonly name: string }[];
	/** Whether its terms can be listed. */
	readonly scan: boolean;
}

/** What can be searched in CQL, those that search the same under one heading. */
export function describeIndexes(): readonly DescribedIndex[] {
	const groups = new Map<string, CqlIndex[]>();
	for (const index of CQL_INDEXES) groups.set(index.en, [...(groups.get(index.en) ?? []), index]);
	return [...groups.values()].map((names) => {
		const [{ vi, en, target }] = names as [CqlIndex];
		return { vi, en, names: names.map(({ set, name }) => ({ set, name })), scan: scannable(target) !== undefined };
	});
}

/** The context sets, each with the identifier that stands for it. */
export const describeSets = (): readonly { readonly name: string; readonly identifier: string }[] =>
	Object.entries(CONTEXT_SETS).map(([name, [identifier]]) => ({ name, identifier }));
