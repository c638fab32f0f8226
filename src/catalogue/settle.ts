import type { Clock } from '../lib/clock.ts';
import { publicId } from '../lib/ids.ts';
import { LIMITS } from '../lib/limits.ts';
import { countComponent } from '../store/component.ts';
import type { Database } from '../store/database.ts';
import { judgedRecords, readDecision, someDirty } from '../store/decision.ts';
import { MERGE_STEPS } from './match-graph.ts';

/** What matches decisions and brings the search index up to date. */
export interface DecisionMatcher {
	/** Gives null when another process has the matcher's lock. */
	match(options: { readonly decisionsOnly: true; readonly signal?: AbortSignal }): Promise<object | null>;
	project(options: { readonly signal?: AbortSignal }): Promise<unknown>;
}

export type WaitsFor = 'many-records' | 'another-matcher' | 'failure';

export interface Settled {
	/** done: the union is as decided; queued: the matcher will see to it. */
	readonly state: 'done' | 'queued';
	/** Why it is queued: many records hang together with the two; another process matches; matching failed. Null when done. */
	readonly waitsFor: WaitsFor | null;
	/** The union records that the two records of the decision stand in now; none while it is queued. */
	readonly unions: readonly string[];
}

export interface SettleDeps {
	readonly database: Pick<Database, 'pool'>;
	readonly matcher: DecisionMatcher;
	readonly clock: Clock;
	readonly signal?: AbortSignal;
}

const TRIES = 20;
const WAIT_MS = 250;
/** A decision that the matcher will see to. */
export const queuedFor = (waitsFor: WaitsFor): Settled => ({ state: 'queued', waitsFor, unions: [] });

/** Matches a decision that was just made or undone when few records hang together with its pair; else it stays queued. */
export async function settleWhenSmall(deps: SettleDeps, decision: number): Promise<Settled> {
	const most = LIMITS.decisionAtOnceRecordsMax;
	const pair = await pairOf(deps, decision);
	return (await countComponent(deps.database.pool, pair, MERGE_STEPS, most)) > most
		? queuedFor('many-records')
		: await settle(deps, decision);
}

/** Matches a decision that was just made or undone; queued when another process keeps the matcher's lock all the while and has not done it. */
export async function settle(deps: SettleDeps, decision: number): Promise<Settled> {
	const { database, matcher, clock, signal } = deps;
	const stop = signal === undefined ? {} : { signal };
	const pair = await pairOf(deps, decision);
	for (let tries = 0; tries < TRIES; tries++) {
		await matcher.match({ decisionsOnly: true, ...stop });
		if (!(await someDirty(database.pool, pair))) {
			await matcher.project(stop);
			const records = await judgedRecords(database.pool, pair);
			const unions = new Set(records.flatMap(({ unionId }) => (unionId === null ? [] : [publicId(unionId)])));
			return { state: 'done', waitsFor: null, unions: [...unions] };
		}
		await clock.sleep(WAIT_MS, signal);
	}
	return queuedFor('another-matcher');
}

async function pairOf({ database }: SettleDeps, decision: number): Promise<[number, number]> {
	const kept = await readDecision(database.pool, decision);
	if (kept === undefined) throw new Error(`decision ${decision} was just kept and is not there`);
	return [kept.a, kept.b];
}
