import type { MergedUnion, MergeMember, MergeSource } from '../catalogue/merge-batch.ts';
import { type BytePack, packBytes, unpackBytes } from '../lib/byte-pack.ts';

/*
 * Clusters on their way to a thread and union records on their way back. A message of many small objects costs more than the merge:
 * they travel as one list of numbers, one text and one string of bytes.
 */

/** Members of all clusters one after another. */
export interface PackedClusters {
	/** Members of each cluster. */
	readonly sizes: readonly number[];
	readonly sources: readonly MergeSource[];
	/** NUMBERS of each member: id, version, run, kind, place of its source in `sources`, received, stamped (not a number for none). */
	readonly numbers: Float64Array<ArrayBuffer>;
	/** The identifier of each member; U+0000, which no text of the database holds, between all. */
	readonly texts: string;
	/** Holdings records: the place of the member each is of, identifier and version; in the order of the members. */
	readonly holdings: readonly (readonly [member: number, identifier: string, no: number])[];
	/** Of the members, then of the holdings records. */
	readonly bodies: BytePack;
}

const NUMBERS = 7;
const BETWEEN = '\0';

export function packClusters(clusters: readonly (readonly MergeMember[])[]): PackedClusters {
	const members = clusters.flat();
	const sources = new Map<MergeSource, number>();
	const numbers = new Float64Array(members.length * NUMBERS);
	const texts: string[] = [];
	for (const [i, m] of members.entries()) {
		const source = sources.get(m.source) ?? sources.size;
		sources.set(m.source, source);
		numbers.set([m.id, m.no, m.run, m.kind, source, m.received, m.stamped ?? Number.NaN], i * NUMBERS);
		texts.push(m.identifier);
	}
	return {
		sizes: clusters.map((cluster) => cluster.length),
		sources: [...sources.keys()],
		numbers,
		texts: texts.join(BETWEEN),
		holdings: members.flatMap((m, i) => m.holdings.map((h) => [i, h.identifier, h.no] as const)),
		bodies: packBytes([...members.map((m) => m.body), ...members.flatMap((m) => m.holdings.map((h) => h.body))]),
	};
}

export function unpackClusters({ sizes, sources, numbers, texts, holdings, bodies }: PackedClusters): MergeMember[][] {
	const items = unpackBytes(bodies);
	const told = texts.split(BETWEEN);
	const count = numbers.length / NUMBERS;
	const held = new Map<number, MergeMember['holdings'][number][]>();
	for (const [at, [member, identifier, no]] of holdings.entries()) {
		const one = { identifier, no, body: items[count + at] as Uint8Array };
		held.set(member, [...(held.get(member) ?? []), one]);
	}
	const members = items.slice(0, count).map((body, i): MergeMember => {
		const at = i * NUMBERS;
		const stamped = numbers[at + 6] as number;
		return {
			id: numbers[at] as number,
			no: numbers[at + 1] as number,
			run: numbers[at + 2] as number,
			kind: numbers[at + 3] as number,
			source: sources[numbers[at + 4] as number] as MergeSource,
			identifier: told[i] as string,
			received: numbers[at + 5] as number,
			stamped: Number.isNaN(stamped) ? null : stamped,
			body,
			holdings: held.get(i) ?? [],
		};
	});
	let next = 0;
	return sizes.map((size) => {
		next += size;
		return members.slice(next - size, next);
	});
}

export interface PackedUnions {
	readonly unions: readonly Omit<MergedUnion, 'body'>[];
	readonly bodies: BytePack;
}

export function packUnions(unions: readonly MergedUnion[]): PackedUnions {
	return {
		unions: unions.map(({ kind, shared, libraries }) => ({ kind, shared, libraries })),
		bodies: packBytes(unions.map((union) => union.body)),
	};
}

export function unpackUnions({ unions, bodies }: PackedUnions): MergedUnion[] {
	const items = unpackBytes(bodies);
	return unions.map((union, i) => ({ ...union, body: items[i] as Uint8Array }));
}
