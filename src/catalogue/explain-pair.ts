import { publicId } from '../lib/ids.ts';
import { featureSentence, type Outcome, outcomeOf } from '../matching/feature-words.ts';
import type { MatchFeatures } from '../matching/features.ts';
import { areDoubles, DOUBLES } from '../matching/hard-conflicts.ts';
import { matchKeys, rungOf } from '../matching/keys.ts';
import { type PairScore, score } from '../matching/score.ts';
import { MERGE_AT, RULES_VERSION } from '../matching/weights.ts';
import { againstThem, turnsOf } from '../matching/what-if.ts';
import {
	conflictSentence,
	decisionSentence,
	doublesSentence,
	type Language,
	scoreSentence,
	turnSentence,
	WHAT_IF,
} from '../matching/wording.ts';
import type { DecisionRow, JudgedRecord, Verdict } from '../store/decision.ts';
import type { BatchKey } from '../store/match-candidates.ts';

export interface ExplainedPart {
	readonly feature: string;
	/** How the two stand to each other in it. */
	readonly outcome: Outcome;
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
	/** Log odds that any pair compared by the same weights starts from; with the evidence of all parts, the score. */
	readonly start: number;
	/** The strongest evidence first. */
	readonly parts: readonly ExplainedPart[];
	/** What would have to differ for the two to stand otherwise. */
	readonly otherwise: readonly string[];
}

/** A record to be explained: what is compared of it, and the same as the record words it. */
export interface Told extends JudgedRecord {
	readonly compared: MatchFeatures;
	readonly written: MatchFeatures;
}

/** The match keys of a record, as the store has them. */
export function keysOfRecord({ id, compared }: Told): BatchKey[] {
	const keys = matchKeys(compared);
	const rung = rungOf(keys);
	return keys.keys.map((key) => ({ record: id, key, rung, delta: 0 }));
}

const four = (x: number): number => Math.round(x * 10_000) / 10_000;

/** All hard conflicts between two records, in words: of what they say, then of what their source states. */
function conflictsInWords(x: Told, y: Told, found: PairScore, lang: Language): NamedConflict[] {
	const said = found.conflicts.map((name) => ({ name, text: conflictSentence(name, x.written, y.written, lang) }));
	return areDoubles(x.single, y.single) ? [...said, { name: DOUBLES, text: doublesSentence(x.source, lang) }] : said;
}

/** Of two records that stand together: what holds them, and what would part them. */
function ifTogether(x: Told, y: Told, found: PairScore, conflicts: readonly NamedConflict[], lang: Language): string[] {
	if (found.score < MERGE_AT || conflicts.length > 0) return [];
	const turns = turnsOf(x.compared, y.compared, true).map((turn) => turnSentence(turn, true, lang));
	return [scoreSentence(found.score, MERGE_AT, lang), ...turns, WHAT_IF['any-conflict'][lang]];
}

const AGAINST_MAX = 3;

/** Of two records that stand apart: what would join them. */
function ifApart(x: Told, y: Told, found: PairScore, conflicts: readonly NamedConflict[], lang: Language): string[] {
	const reasons = conflicts.map(({ text }) => `${text}. ${WHAT_IF.conflict[lang]}`);
	if (found.score >= MERGE_AT) return reasons;
	return [
		...reasons,
		scoreSentence(found.score, MERGE_AT, lang),
		...againstThem(x.compared, y.compared)
			.slice(0, AGAINST_MAX)
			.map((p) => featureSentence(p, x.written, y.written, lang)),
		...turnsOf(x.compared, y.compared, false).map((turn) => turnSentence(turn, false, lang)),
	];
}

export const between = (x: JudgedRecord, y: JudgedRecord, decisions: readonly DecisionRow[]): DecisionRow[] =>
	decisions.filter((d) => (d.a === x.id && d.b === y.id) || (d.a === y.id && d.b === x.id));

/** Why two records stand together or apart, as far as the two alone tell. */
export function pair(x: Told, y: Told, decisions: readonly DecisionRow[], lang: Language): ExplainedPair {
	const found = score(x.compared, y.compared);
	const together = x.unionId !== null && x.unionId === y.unionId;
	const ours = between(x, y, decisions);
	const conflicts = conflictsInWords(x, y, found, lang);
	return {
		a: publicId(x.id),
		b: publicId(y.id),
		together,
		score: four(found.score),
		rules: RULES_VERSION,
		start: found.strategy.bias,
		conflicts,
		decisions: ours.map(({ id, verdict, by, reason, atMs }) => ({ id, verdict, by, reason, atMs })),
		parts: found.parts
			.toSorted((p, q) => Math.abs(q.evidence) - Math.abs(p.evidence))
			.map((p) => ({
				feature: p.feature,
				outcome: outcomeOf(p),
				value: p.value,
				evidence: four(p.evidence),
				text: featureSentence(p, x.written, y.written, lang),
			})),
		otherwise: [
			...ours.map((d) => decisionSentence(d, together, lang)),
			...(together ? ifTogether(x, y, found, conflicts, lang) : ifApart(x, y, found, conflicts, lang)),
		],
	};
}
