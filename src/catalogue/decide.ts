import { recordNumber } from '../lib/ids.ts';
import { areDoubles, DOUBLES, HARD_CONFLICTS, type HardConflict, hardConflicts } from '../matching/hard-conflicts.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { type Database, withTransaction } from '../store/database.ts';
import {
	type DecisionRow,
	decisionsInForce,
	insertDecision,
	type JudgedRecord,
	judgedMembers,
	judgedRecords,
	lockDecisions,
	undoDecision,
	type Verdict,
} from '../store/decision.ts';
import { markDirty } from '../store/intake.ts';
import { resolveUnion } from '../store/union-read.ts';
import {
	contradicted,
	mustConfirm,
	noConflict,
	noId,
	noneInForce,
	noRecord,
	type Others,
	oneRecord,
	saidAlready,
	unsigned,
	unsignedUndo,
	wasDeleted,
	wouldJoinDoubles,
	wouldJoinOthers,
} from './decision-words.ts';
import { judgedNow } from './judged-now.ts';

type Db = Pick<Database, 'pool'>;

export interface Judgement {
	/** Public ids of two source records; the id of a union record is that of one of its source records. */
	readonly a: string;
	readonly b: string;
	readonly verdict: Verdict;
	readonly by: string;
	readonly reason: string;
	/** Names of the hard conflicts that "same" goes over, those between others that it joins too. */
	readonly confirm: readonly string[];
}

/** The source record with this public id. AppError `usage` for what is no id, `not-found` for one that was never given. */
export async function recordWithId({ pool }: Db, id: string): Promise<JudgedRecord> {
	const number = recordNumber(id);
	if (number === undefined) throw noId(id);
	const record = (await judgedNow(pool, () => judgedRecords(pool, [number])))[0];
	if (record === undefined) throw noRecord(id);
	return record;
}

const ALIVE_NAMED = 3;

/** AppError `not-found` for a record that was deleted; it names living ones of the publication that its id leads to. */
export async function mustLive(db: Pick<Database['pool'], 'query'>, record: JudgedRecord): Promise<void> {
	if (record.living) return;
	const union = await resolveUnion(db, record.id);
	const members = union?.state === 'live' ? await judgedNow(db, () => judgedMembers(db, union.id)) : [];
	throw wasDeleted(record, members.filter((m) => m.living).slice(0, ALIVE_NAMED));
}

interface Closure {
	readonly records: ReadonlySet<number>;
	/** All decisions in force on any of them. */
	readonly decisions: readonly DecisionRow[];
}

/** Everything that decisions in force say is the same as this record. */
async function closureOf(db: Pick<Database['pool'], 'query'>, start: number): Promise<Closure> {
	const records = new Set([start]);
	const decisions = new Map<number, DecisionRow>();
	let frontier = [start];
	while (frontier.length > 0) {
		const next = new Set<number>();
		for (const d of await decisionsInForce(db, frontier)) {
			decisions.set(d.id, d);
			if (d.verdict === 'same') for (const id of [d.a, d.b]) if (!records.has(id)) next.add(id);
		}
		for (const id of next) records.add(id);
		frontier = [...next];
	}
	return { records, decisions: [...decisions.values()] };
}

/** The decisions "same" that lead from one record to another, in order. */
function pathBetween(decisions: readonly DecisionRow[], from: number, to: number): DecisionRow[] {
	const steps = new Map<number, readonly DecisionRow[]>([[from, []]]);
	for (const [at, path] of steps) {
		if (at === to) return [...path];
		for (const d of decisions) {
			if (d.verdict !== 'same' || (d.a !== at && d.b !== at)) continue;
			const next = d.a === at ? d.b : d.a;
			if (!steps.has(next)) steps.set(next, [...path, d]);
		}
	}
	return [];
}

function refuseContradiction(a: JudgedRecord, b: JudgedRecord, verdict: Verdict, ofA: Closure, ofB: Closure): void {
	const already = ofA.decisions.find((d) => d.a === a.id && d.b === b.id && d.verdict === verdict);
	if (already !== undefined) throw saidAlready(already);
	if (verdict === 'not-same') {
		if (ofA.records.has(b.id)) throw contradicted(a, b, verdict, pathBetween(ofA.decisions, a.id, b.id));
		return;
	}
	const between = (d: DecisionRow): boolean =>
		(ofA.records.has(d.a) && ofB.records.has(d.b)) || (ofA.records.has(d.b) && ofB.records.has(d.a));
	const apart = ofA.decisions.filter((d) => d.verdict === 'not-same' && between(d));
	const first = apart[0];
	if (first === undefined) return;
	const [inA, inB] = ofA.records.has(first.a) ? [first.a, first.b] : [first.b, first.a];
	throw contradicted(a, b, verdict, [...apart, ...pathBetween(ofA.decisions, a.id, inA), ...pathBetween(ofB.decisions, b.id, inB)]);
}

const conflictsOf = (x: JudgedRecord, y: JudgedRecord): HardConflict[] =>
	hardConflicts({ said: unpackFeatures(x.features), single: x.single }, { said: unpackFeatures(y.features), single: y.single });

/** Other records that this would join, one of each side, and that hard conflicts keep apart. */
function conflictsBetweenOthers(a: JudgedRecord, b: JudgedRecord, around: readonly JudgedRecord[], ofA: Closure, ofB: Closure): Others[] {
	// a librarian who says so of two records of a source without doubles says so of those that are the same as either
	const doubled = areDoubles(a.single, b.single) ? a.single : null;
	const living = around.filter((r) => r.living);
	const found: Others[] = [];
	for (const x of living.filter((r) => ofA.records.has(r.id))) {
		for (const y of living.filter((r) => ofB.records.has(r.id))) {
			if (x.id === a.id && y.id === b.id) continue;
			const names = conflictsOf(x, y).filter((name) => name !== DOUBLES || x.single !== doubled);
			if (names.length > 0) found.push({ x, y, names });
		}
	}
	return found;
}

/** The hard conflicts that "same" has to name, those between others that it would join too; refused when one is not named. */
function conflictsToConfirm(
	a: JudgedRecord,
	b: JudgedRecord,
	around: readonly JudgedRecord[],
	ofA: Closure,
	ofB: Closure,
	given: readonly string[],
): HardConflict[] {
	const own = conflictsOf(a, b);
	const others = ofA.records.has(b.id) ? [] : conflictsBetweenOthers(a, b, around, ofA, ofB);
	const conflicts = HARD_CONFLICTS.filter((name) => own.includes(name) || others.some((o) => o.names.includes(name)));
	const missing = own.filter((name) => !given.includes(name));
	if (missing.length > 0) throw mustConfirm(a, b, missing, conflicts);
	const doubles = others.find((o) => o.names.includes(DOUBLES));
	if (doubles !== undefined) throw wouldJoinDoubles(doubles);
	const unnamed = others.filter((o) => o.names.some((name) => !given.includes(name)));
	if (unnamed.length > 0) throw wouldJoinOthers(unnamed, conflicts);
	return conflicts;
}

/** Keeps a librarian's decision and marks what it touches for the matcher; gives its number. Nothing is kept when it is refused. */
export async function decide(database: Db, judgement: Judgement): Promise<number> {
	const { verdict, by, reason, confirm } = judgement;
	const unknown = confirm.find((name) => !(HARD_CONFLICTS as readonly string[]).includes(name));
	if (unknown !== undefined) throw noConflict(unknown);
	if (by.trim() === '' || reason.trim() === '') throw unsigned();
	const [one, two] = [await recordWithId(database, judgement.a), await recordWithId(database, judgement.b)];
	if (one.id === two.id) throw oneRecord(judgement.a, judgement.b);
	return await withTransaction(database, async (client) => {
		await lockDecisions(client);
		const ids = [Math.min(one.id, two.id), Math.max(one.id, two.id)] as const;
		const records = new Map((await judgedNow(client, () => judgedRecords(client, ids))).map((r) => [r.id, r]));
		const [a, b] = [records.get(ids[0]) as JudgedRecord, records.get(ids[1]) as JudgedRecord];
		await mustLive(client, a);
		await mustLive(client, b);
		const [ofA, ofB] = [await closureOf(client, a.id), await closureOf(client, b.id)];
		refuseContradiction(a, b, verdict, ofA, ofB);
		const around = await judgedNow(client, () => judgedRecords(client, [...ofA.records, ...ofB.records]));
		const confirmed = verdict === 'same' ? conflictsToConfirm(a, b, around, ofA, ofB, confirm) : [];
		const id = await insertDecision(client, { verdict, by, reason, confirmed }, a, b);
		await markDirty(client, ids, 0);
		return id;
	});
}

/** Takes a decision out of force; it is kept, with who undid it, when and why. AppErrors usage, not-found. */
export async function undo(database: Db, id: number, by: string, reason: string): Promise<void> {
	if (by.trim() === '' || reason.trim() === '') throw unsignedUndo();
	await withTransaction(database, async (client) => {
		await lockDecisions(client);
		const undone = await undoDecision(client, id, by, reason);
		if (undone === undefined) throw noneInForce(id);
		await markDirty(client, [undone.a, undone.b], 0);
	});
}
