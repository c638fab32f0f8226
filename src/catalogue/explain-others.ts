import { publicId } from '../lib/ids.ts';
import { conflictsBetween } from '../matching/conflicts.ts';
import { areDoubles } from '../matching/hard-conflicts.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { scorePair } from '../matching/score.ts';
import { conflictSentence, doublesSentence, type Language, MISSED, WHAT_IF } from '../matching/wording.ts';
import type { Database } from '../store/database.ts';
import { type DecisionRow, decisionsInForce, type JudgedRecord, judgedMembers, scoreKept, someDirty } from '../store/decision.ts';
import { between, keysOfRecord, type Told } from './explain-pair.ts';
import { judgedNow, ofOtherRules } from './judged-now.ts';
import { MERGE_STEPS } from './match-graph.ts';
import { SCORE_STEPS } from './score-batch.ts';

type Db = Pick<Database['pool'], 'query'>;

/** Pairs of others that are named, and steps of a chain. */
const NAMED_MAX = 3;

const nameOf = (r: JudgedRecord): string => `${publicId(r.id)} (${r.source}, ${r.identifier})`;

/** Why two records stand together or apart when neither what they say nor a decision on the two tells: others hold or part them. */
export async function throughOthers(db: Db, x: Told, y: Told, lang: Language): Promise<string[]> {
	if (x.unionId === null || y.unionId === null) return [WHAT_IF.waiting[lang]];
	if (x.unionId === y.unionId) return [await chain(db, x, y, lang)];
	if ((await someDirty(db, [x.id, y.id])) || (await ofOtherRules(db))) return [WHAT_IF.waiting[lang]];
	if ((await scoreKept(db, x.id, y.id)) === null) {
		const keys = new Set(keysOfRecord(x).map(({ key }) => key));
		return [MISSED[keysOfRecord(y).some(({ key }) => keys.has(key)) ? 'crowded-key' : 'no-key'][lang]];
	}
	return await inTheWay(db, x, y, lang);
}

/** What joins two members of a cluster: the shortest way over others, each like the one before or decided to be the same. */
async function chain(db: Db, x: Told, y: Told, lang: Language): Promise<string> {
	const members = await judgedNow(db, () => judgedMembers(db, x.unionId as number));
	const decisions = await decisionsInForce(
		db,
		members.map((m) => m.id),
	);
	const ways = new Map<number, readonly JudgedRecord[]>([[x.id, [x]]]);
	for (const [at, way] of ways) {
		if (at === y.id) return `${WHAT_IF.chain[lang]}: ${way.map(nameOf).join(' → ')}`;
		const last = way.at(-1) as JudgedRecord;
		for (const m of members) if (!ways.has(m.id) && joins(last, m, decisions)) ways.set(m.id, [...way, m]);
	}
	return WHAT_IF.chain[lang];
}

function joins(a: JudgedRecord, b: JudgedRecord, decisions: readonly DecisionRow[]): boolean {
	if (between(a, b, decisions).some((d) => d.verdict === 'same')) return true;
	if (areDoubles(a.single, b.single)) return false;
	return Math.round(scorePair(unpackFeatures(a.features), unpackFeatures(b.features)) * SCORE_STEPS) >= MERGE_STEPS;
}

/** Which members of the two clusters cannot be together, one of each, and why. */
async function inTheWay(db: Db, x: Told, y: Told, lang: Language): Promise<string[]> {
	const membersOf = (r: Told): Promise<JudgedRecord[]> => judgedNow(db, () => judgedMembers(db, r.unionId as number));
	const [ofX, ofY] = [await membersOf(x), await membersOf(y)];
	const decisions = await decisionsInForce(
		db,
		ofX.map((m) => m.id),
	);
	const found: string[] = [];
	for (const p of ofX) {
		for (const q of ofY) {
			if (found.length === NAMED_MAX) return found;
			const why = whatParts(p, q, decisions, lang);
			if (why !== undefined) found.push(`${WHAT_IF.blocked[lang]}: ${nameOf(p)} ≠ ${nameOf(q)}: ${why}`);
		}
	}
	return found.length > 0 ? found : [WHAT_IF.again[lang]];
}

function whatParts(p: JudgedRecord, q: JudgedRecord, decisions: readonly DecisionRow[], lang: Language): string | undefined {
	const apart = between(p, q, decisions).find((d) => d.verdict === 'not-same');
	if (apart !== undefined) return `${WHAT_IF['kept-apart'][lang]} (#${apart.id}, ${apart.by}: ${apart.reason})`;
	const [a, b] = [unpackFeatures(p.features), unpackFeatures(q.features)];
	const conflict = conflictsBetween(a, b)[0];
	if (conflict !== undefined) return conflictSentence(conflict, a, b, lang);
	return areDoubles(p.single, q.single) ? doublesSentence(p.source, lang) : undefined;
}
