import { AppError } from '../lib/errors.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { unpackFeatures } from '../matching/features.ts';
import { areDoubles, DOUBLES, HARD_CONFLICTS, type HardConflict, hardConflicts } from '../matching/hard-conflicts.ts';
import { type Database, withTransaction } from '../store/database.ts';
import {
	type DecisionRow,
	decisionsInForce,
	insertDecision,
	type JudgedRecord,
	judgedRecords,
	lockDecisions,
	undoDecision,
	type Verdict,
} from '../store/decision.ts';
import { markDirty } from '../store/intake.ts';
import { judgedNow } from './judged-now.ts';
import { RefusedDecision } from './refused-decision.ts';

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

const named = (d: DecisionRow): string =>
	`decision ${d.id} (${publicId(d.a)} ${d.verdict === 'same' ? 'same as' : 'not same as'} ${publicId(d.b)}, by ${d.by})`;

/** The source record with this public id. AppError `usage` for what is no id, `not-found` for one that was never given. */
export async function recordWithId({ pool }: Db, id: string): Promise<JudgedRecord> {
	const number = recordNumber(id);
	if (number === undefined) throw new AppError('usage', `"${id}" is not the id of a record`, { hint: 'ids have nine letters and digits' });
	const record = (await judgedNow(pool, () => judgedRecords(pool, [number])))[0];
	if (record === undefined) throw new AppError('not-found', `there is no record ${id}`, { hint: 'lienthong export lists the records' });
	return record;
}

function mustLive(record: JudgedRecord): void {
	if (record.living) return;
	throw new AppError('not-found', `record ${publicId(record.id)} (${record.source}, ${record.identifier}) was deleted`, {
		hint: 'decide on a living record of the same publication',
	});
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

function contradicted(a: JudgedRecord, b: JudgedRecord, verdict: Verdict, against: readonly DecisionRow[]): AppError {
	const what = `"${verdict}" for ${publicId(a.id)} and ${publicId(b.id)}`;
	return new RefusedDecision('contradicts-decisions', `${what} contradicts ${against.map(named).join(', ')}`, {
		hint: `undo what is wrong first: lienthong match undo ${against[0]?.id} --by WHO --reason TEXT`,
		decisions: against.map((d) => d.id),
	});
}

function refuseContradiction(a: JudgedRecord, b: JudgedRecord, verdict: Verdict, ofA: Closure, ofB: Closure): void {
	const already = ofA.decisions.find((d) => d.a === a.id && d.b === b.id && d.verdict === verdict);
	if (already !== undefined) {
		throw new RefusedDecision('decided-already', `${named(already)} says so already`, {
			hint: 'undo it first to decide anew',
			decisions: [already.id],
		});
	}
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

interface Others {
	readonly x: JudgedRecord;
	readonly y: JudgedRecord;
	readonly names: readonly HardConflict[];
}

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

const MOST_NAMED = 5;

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
	const confirm = `--confirm ${conflicts.join(',')}`;
	const missing = own.filter((name) => !given.includes(name));
	if (missing.length > 0) {
		throw new RefusedDecision('confirmation-needed', `${publicId(a.id)} and ${publicId(b.id)} are kept apart by: ${missing.join(', ')}`, {
			hint: `when they are the same all the same, add ${confirm}`,
			conflicts,
		});
	}
	const doubles = others.find((o) => o.names.includes(DOUBLES));
	if (doubles !== undefined) {
		const [p, q] = [publicId(doubles.x.id), publicId(doubles.y.id)];
		throw new RefusedDecision('conflict-between-others', `this would also join ${p} and ${q}, of one source that has no doubles`, {
			hint: `decide on these first: lienthong match decide same ${p} ${q} --confirm ${doubles.names.join(',')} --by WHO --reason TEXT`,
			conflicts: doubles.names,
		});
	}
	const unnamed = others.filter((o) => o.names.some((name) => !given.includes(name)));
	if (unnamed.length > 0) {
		const said = unnamed.slice(0, MOST_NAMED).map((o) => `${publicId(o.x.id)} and ${publicId(o.y.id)} (${o.names.join(', ')})`);
		const more = unnamed.length > said.length ? ` and ${unnamed.length - said.length} more pairs` : '';
		throw new RefusedDecision(
			'conflict-between-others',
			`this would also join ${said.join('; ')}${more}, which hard conflicts keep apart`,
			{
				hint: `when all of them are the same all the same, add ${confirm}`,
				conflicts,
			},
		);
	}
	return conflicts;
}

/** Keeps a librarian's decision and marks what it touches for the matcher; gives its number. Nothing is kept when it is refused. */
export async function decide(database: Db, judgement: Judgement): Promise<number> {
	const { verdict, by, reason, confirm } = judgement;
	const unknown = confirm.find((name) => !(HARD_CONFLICTS as readonly string[]).includes(name));
	if (unknown !== undefined)
		throw new AppError('usage', `there is no hard conflict "${unknown}"`, { hint: `one of ${HARD_CONFLICTS.join(', ')}` });
	if (by.trim() === '' || reason.trim() === '') throw new AppError('usage', 'a decision says who made it and why', { hint: 'give both' });
	const [one, two] = [await recordWithId(database, judgement.a), await recordWithId(database, judgement.b)];
	if (one.id === two.id)
		throw new AppError('usage', `${judgement.a} and ${judgement.b} are one record`, { hint: 'name two source records' });
	return await withTransaction(database, async (client) => {
		await lockDecisions(client);
		const ids = [Math.min(one.id, two.id), Math.max(one.id, two.id)] as const;
		const records = new Map((await judgedNow(client, () => judgedRecords(client, ids))).map((r) => [r.id, r]));
		const [a, b] = [records.get(ids[0]) as JudgedRecord, records.get(ids[1]) as JudgedRecord];
		mustLive(a);
		mustLive(b);
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
	if (by.trim() === '' || reason.trim() === '')
		throw new AppError('usage', 'who undoes a decision says who it is and why', { hint: 'give both' });
	await withTransaction(database, async (client) => {
		await lockDecisions(client);
		const undone = await undoDecision(client, id, by, reason);
		if (undone === undefined)
			throw new AppError('not-found', `there is no decision ${id} in force`, {
				hint: 'lienthong match decisions lists them',
			});
		await markDirty(client, [undone.a, undone.b], 0);
	});
}
