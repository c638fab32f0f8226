import type pg from 'pg';
import { type KnownUnion, knownUnions, standsAlready, type UnionRow, writeUnions } from '../store/union-write.ts';
import type { MemberHoldings } from './join-holdings.ts';

/** A cluster whose union record has to be made anew. */
export interface ChangedCluster {
	/** The id it answers to. */
	readonly id: number;
	/** `order` is the source code, U+0000 and the identifier there. */
	readonly members: readonly { readonly id: number; readonly no: number; readonly order: string }[];
}

/** Holdings records of members, by the member's number. */
export type HoldingsOfMembers = ReadonlyMap<number, readonly MemberHoldings[]>;

/** Makes the union rows of changed clusters (null where every member is suppressed); given by the matcher, which has the threads. */
export type MergeClusters = (clusters: readonly ChangedCluster[], holdings: HoldingsOfMembers) => Promise<(UnionRow | null)[]>;

/** What a batch makes of union records. */
export interface Outcome {
	readonly changed: readonly ChangedCluster[];
	/** The rows of `changed`, in its order. */
	readonly rows: Promise<readonly (UnionRow | null)[]>;
	/** Ids that head no cluster and may lead elsewhere than before, with the cluster they lead to, if any. */
	readonly led: ReadonlyMap<number, number | null>;
}

/**
 * Writes what the batches of one transaction made, in their order, once each: a later batch has the last word on an id. Takes the
 * change lock. A union record that comes out the same is written again only when it has a member of `loud`: records that are dirty for
 * more than other rules, so that what is shown with them may be other. Gives the number of union records written.
 */
export async function writeOutcomes(client: pg.PoolClient, outcomes: readonly Outcome[], loud: ReadonlySet<number>): Promise<number> {
	const last = new Map<number, UnionRow>();
	const touched = new Set<number>();
	for (const { changed, rows, led } of outcomes) {
		for (const [at, row] of (await rows).entries()) {
			const { id, members } = changed[at] as ChangedCluster;
			if (members.some((m) => loud.has(m.id))) touched.add(id);
			last.set(id, row ?? retired(id, null));
		}
		for (const [id, to] of led) last.set(id, retired(id, to));
	}
	const ids = [...last.keys()];
	const known = await knownUnions(
		client,
		ids,
		ids.filter((id) => !touched.has(id)),
	);
	const rows = [...last.values()].filter((row) => {
		const before = known.get(row.id);
		return row.state === 'live' ? !standsAlready(row, before) : before !== undefined && !leadsAlready(row, before, last);
	});
	await writeUnions(client, rows, known);
	return rows.length;
}

/** Whether an id that is no union record is told to lead where it does, at once or by way of the one it was said to have gone to. */
function leadsAlready(row: UnionRow, before: KnownUnion, last: ReadonlyMap<number, UnionRow>): boolean {
	if (before.state !== 'redirect') return before.state === row.state;
	const { redirectTo } = before;
	return row.redirectTo !== null && (redirectTo === row.redirectTo || last.get(redirectTo as number)?.redirectTo === row.redirectTo);
}

/** The row of an id that heads no visible cluster any more. */
const retired = (id: number, to: number | null): UnionRow => ({
	id,
	state: to === null ? 'deleted' : 'redirect',
	redirectTo: to,
	kind: 0,
	shared: false,
	sets: [],
	body: null,
});
