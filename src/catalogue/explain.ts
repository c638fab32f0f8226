import { AppError } from '../lib/errors.ts';
import { publicId, recordNumber } from '../lib/ids.ts';
import { type MatchFeatures, unpackFeatures } from '../matching/features.ts';
import { areDoubles, DOUBLES } from '../matching/hard-conflicts.ts';
import { type PairScore, score } from '../matching/score.ts';
import { MERGE_AT, RULES_VERSION } from '../matching/weights.ts';
import { conflictSentence, doublesSentence, featureSentence, type Language, WHAT_IF } from '../matching/wording.ts';
import type { Database } from '../store/database.ts';
import { type DecisionRow, decisionsInForce, type JudgedRecord, judgedMembers, type Verdict } from '../store/decision.ts';
import { resolveUnion } from '../store/union-read.ts';
import { recordWithId } from './decide.ts';
import { cutPage } from './list-libraries.ts';

export interface ExplainedPart {
	readonly feature: string;
	/** 0 to 1; null when one of the two does not say. */
	readonly value: number | null;
	/** Log odds added to the score. */
	readonly evidence: number;
	readonly text: string;
}

interface NamedConflict {
	readonly name: string;
	readonly text: string;
}

export interface ExplainedPair {
	readonly a: string;
	readonly b: string;
	readonly together: boolean;
	/** 0 to 1, hard conflicts left aside. */
	readonly score: number;
	readonly rules: number;
	readonly conflicts: readonly NamedConflict[];
	readonly decisions: readonly {
		readonly id: number;
		readonly verdict: Verdict;
		readonly by: string;
		readonly reason: string;
		readonly atMs: number;
	}[];
	/** The strongest evidence first. */
	readonly parts: readonly ExplainedPart[];
	/** What would have to differ for the two to stand otherwise. */
	readonly otherwise: readonly string[];
}

export interface ExplainedMember {
	readonly id: string;
	readonly source: string;
	readonly identifier: string;
	/** The member it is most surely the same as; null for the only one. */
	readonly link: ExplainedPair | null;
}

export interface ExplainedUnion {
	readonly id: string;
	readonly rules: number;
	/** By source and identifier. */
	readonly members: readonly ExplainedMember[];
	/** The member to go on after, as `[source, identifier]`; null at the end. */
	readonly next: MemberPlace | null;
}

type MemberPlace = readonly [source: string, identifier: string];

interface MemberPage {
	readonly after: MemberPlace | null;
	readonly limit: number;
}

/** Members compared with each other to explain a cluster; beyond, each is compared with the first ones. */
const COMPARED_MAX = 60;
const four = (x: number): number => Math.round(x * 10_000) / 10_000;

/** All hard conflicts between two records, in words: of what they say, then of what their source states. */
function conflictsInWords(x: JudgedRecord, y: JudgedRecord, found: PairScore, lang: Language): NamedConflict[] {
	const [a, b] = [unpackFeatures(x.features), unpackFeatures(y.features)];
	const said = found.conflicts.map((name) => ({ name, text: conflictSentence(name, a, b, lang) }));
	return areDoubles(x.single, y.single) ? [...said, { name: DOUBLES, text: doublesSentence(x.source, lang) }] : said;
}

function otherwise(
	found: PairScore,
	conflicts: readonly NamedConflict[],
	a: MatchFeatures,
	b: MatchFeatures,
	decisions: readonly DecisionRow[],
	together: boolean,
	lang: Language,
) {
	const reasons = decisions.map((d) => `${WHAT_IF[d.verdict][lang]} (#${d.id}, ${d.by}: ${d.reason})`);
	const now = found.score.toFixed(2);
	if (together) {
		if (found.score >= MERGE_AT && conflicts.length === 0) return [...reasons, `${WHAT_IF.below[lang]} ${MERGE_AT} (${now})`];
		return reasons.length > 0 ? reasons : [WHAT_IF.chain[lang]];
	}
	for (const { text } of conflicts) reasons.push(`${WHAT_IF.conflict[lang]}: ${text}`);
	if (found.score < MERGE_AT) {
		const against = found.parts
			.filter((p) => p.evidence < 0 && p.value !== null)
			.sort((x, y) => x.evidence - y.evidence)
			.slice(0, 3);
		reasons.push(`${WHAT_IF.score[lang]} ${MERGE_AT} (${now})`, ...against.map((p) => featureSentence(p, a, b, lang)));
	}
	return reasons.length > 0 ? reasons : [WHAT_IF.blocked[lang]];
}

const between = (x: JudgedRecord, y: JudgedRecord, decisions: readonly DecisionRow[]): DecisionRow[] =>
	decisions.filter((d) => (d.a === x.id && d.b === y.id) || (d.a === y.id && d.b === x.id));

function pair(x: JudgedRecord, y: JudgedRecord, decisions: readonly DecisionRow[], lang: Language): ExplainedPair {
	const [a, b] = [unpackFeatures(x.features), unpackFeatures(y.features)];
	const found = score(a, b);
	const together = x.unionId !== null && x.unionId === y.unionId;
	const ours = between(x, y, decisions);
	const conflicts = conflictsInWords(x, y, found, lang);
	return {
		a: publicId(x.id),
		b: publicId(y.id),
		together,
		score: four(found.score),
		rules: RULES_VERSION,
		conflicts,
		decisions: ours.map(({ id, verdict, by, reason, atMs }) => ({ id, verdict, by, reason, atMs })),
		parts: found.parts
			.toSorted((p, q) => Math.abs(q.evidence) - Math.abs(p.evidence))
			.map((p) => ({ feature: p.feature, value: p.value, evidence: four(p.evidence), text: featureSentence(p, a, b, lang) })),
		otherwise: otherwise(found, conflicts, a, b, ours, together, lang),
	};
}

/** How surely two members belong together: decided, then by score where nothing conflicts. */
function strength(x: JudgedRecord, y: JudgedRecord, decisions: readonly DecisionRow[]): number {
	if (between(x, y, decisions).some((d) => d.verdict === 'same')) return 2;
	const found = score(unpackFeatures(x.features), unpackFeatures(y.features));
	return found.conflicts.length > 0 || areDoubles(x.single, y.single) ? found.score - 1 : found.score;
}

/** The member that another is most surely the same as; undefined when there is no other. */
function surest(m: JudgedRecord, others: Iterable<JudgedRecord>, decisions: readonly DecisionRow[]): JudgedRecord | undefined {
	let best: { readonly other: JudgedRecord; readonly by: number } | undefined;
	for (const other of others) {
		if (other.id === m.id) continue;
		const by = strength(m, other, decisions);
		if (best === undefined || by > best.by) best = { other, by };
	}
	return best?.other;
}

const byPlace = (x: JudgedRecord, y: JudgedRecord): number => (isAfter(x, [y.source, y.identifier]) ? 1 : -1);

function isAfter(m: JudgedRecord, [source, identifier]: MemberPlace): boolean {
	return m.source === source ? m.identifier > identifier : m.source > source;
}

/** Why two records stand together or apart. AppError as `recordWithId`; `not-found` when one has been deleted. */
export async function explainPair(database: Pick<Database, 'pool'>, one: string, two: string, lang: Language): Promise<ExplainedPair> {
	const [x, y] = [await recordWithId(database, one), await recordWithId(database, two)];
	for (const r of [x, y]) {
		if (!r.living) throw new AppError('not-found', `record ${publicId(r.id)} was deleted`, { hint: 'only living records are compared' });
	}
	return pair(x, y, await decisionsInForce(database.pool, [x.id, y.id]), lang);
}

/** Why members are in the union record that an id leads to, a page of them. AppError `usage` or `not-found` when it leads to none. */
export async function explainUnion(
	{ pool }: Pick<Database, 'pool'>,
	id: string,
	lang: Language,
	{ after, limit }: MemberPage,
): Promise<ExplainedUnion> {
	const number = recordNumber(id);
	if (number === undefined) throw new AppError('usage', `"${id}" is not the id of a record`, { hint: 'ids have nine letters and digits' });
	const union = await resolveUnion(pool, number);
	if (union?.state !== 'live')
		throw new AppError('not-found', `there is no living record ${id}`, { hint: 'it was never given, or deleted' });
	const members = (await judgedMembers(pool, union.id)).filter((m) => m.living).sort(byPlace);
	const ids = members.map((m) => m.id);
	const decisions = await decisionsInForce(pool, ids);
	const compared = members.slice(0, COMPARED_MAX);
	const { rows, next } = cutPage(
		members.filter((m) => after === null || isAfter(m, after)),
		limit,
		(m): MemberPlace => [m.source, m.identifier],
	);
	const explained = rows.map((m): ExplainedMember => {
		const judged = new Set(decisions.flatMap((d) => (d.a === m.id ? [d.b] : d.b === m.id ? [d.a] : [])));
		const other = surest(m, new Set([...compared, ...members.filter((o) => judged.has(o.id))]), decisions);
		return {
			id: publicId(m.id),
			source: m.source,
			identifier: m.identifier,
			link: other === undefined ? null : pair(m, other, decisions, lang),
		};
	});
	return { id: publicId(union.id), rules: RULES_VERSION, members: explained, next };
}
