import type pg from 'pg';
import { type Heirs, heirsAfter, type LeftCluster } from '../matching/heirs.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { scorePair } from '../matching/score.ts';
import { deadLeadingTo, returnedRecords, type Subject, setHeirs } from '../store/match-state.ts';

/** Whether two descriptions, an earlier and a later one of one record, cannot be of one publication: a hard conflict, or nothing alike. */
const isAnother = (before: string, now: string): boolean => before !== now && scorePair(unpackFeatures(before), unpackFeatures(now)) === 0;

/**
 * Gives the dead their heirs, takes them from the returned, and says who now leads to the records at hand, and whose heirs are others than
 * before. `former`: who was in the union records that the batch touches, by their numbers.
 */
export async function settleHeirs(
	client: pg.PoolClient,
	{ subjects, records }: { readonly subjects: readonly Subject[]; readonly records: readonly number[] },
	former: ReadonlyMap<number, readonly number[]>,
): Promise<{ readonly heirs: Heirs; readonly changed: readonly number[] }> {
	const died = subjects.filter((s) => !s.living && s.unionId !== null);
	const before = new Map<number, number | null>(await deadLeadingTo(client, [...records, ...died.map((s) => s.id)]));
	const membersOf = (s: Subject): readonly number[] => former.get(s.unionId as number) ?? [];
	const changed = heirsAfter(before, {
		left: leftClusters(died, membersOf),
		returned: await whoReturned(client, subjects, before),
		turned: subjects
			.filter((s) => s.living && s.unionId !== null && s.changed && s.matchedFeatures !== null && isAnother(s.matchedFeatures, s.features))
			.map((s) => ({ id: s.id, members: membersOf(s) })),
	});
	await setHeirs(client, [...changed]);
	const living = new Set(records);
	return { heirs: new Map([...before, ...changed].filter(([id]) => !living.has(id))), changed: [...changed.keys()] };
}

function leftClusters(died: readonly Subject[], membersOf: (s: Subject) => readonly number[]): LeftCluster[] {
	const dead = new Map<number, { readonly members: readonly number[]; readonly dead: number[] }>();
	for (const s of died) {
		const cluster = dead.get(s.unionId as number);
		if (cluster === undefined) dead.set(s.unionId as number, { members: membersOf(s), dead: [s.id] });
		else cluster.dead.push(s.id);
	}
	return [...dead.values()];
}

/** Dead records that live again: they have heirs, or others lead to them. */
async function whoReturned(
	client: pg.PoolClient,
	subjects: readonly Subject[],
	before: Heirs,
): Promise<{ readonly id: number; readonly heir: number | null; readonly turned: boolean }[]> {
	const ledTo = new Set(before.values());
	const back = new Map(
		subjects.filter((s) => s.living && s.unionId === null && (s.heir !== null || ledTo.has(s.id))).map((s) => [s.id, s.features]),
	);
	return (await returnedRecords(client, [...back.keys()])).map((r) => ({
		id: r.id,
		heir: r.heir,
		turned: r.before !== null && r.before !== '' && isAnother(r.before, back.get(r.id) as string),
	}));
}
