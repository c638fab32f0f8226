import { type MatchFeatures, matchFeatures } from '../../src/matching/features.ts';
import { matchKeys } from '../../src/matching/keys.ts';
import { scorePair } from '../../src/matching/score.ts';
import { DOUBTFUL_AT, MERGE_AT } from '../../src/matching/weights.ts';
import { bibFromMarc } from '../../src/records/bib-from-marc.ts';
import type { MarcRecord } from '../../src/records/marc.ts';
import { repairText } from '../../src/records/repair-text.ts';
import type { GoldPair } from './gold-pairs.ts';

/** The features of a record on the path of intake: mended, read as a bib, normalised. */
export function featuresOf(record: MarcRecord): MatchFeatures {
	const read = bibFromMarc(repairText(record).record);
	if ('ignoredAs' in read) throw new Error(`a record of class ${read.ignoredAs} in the gold file`);
	return matchFeatures(read.bib);
}

/** What a score comes to at these thresholds. */
export const verdictAt = (score: number, mergeAt = MERGE_AT, doubtfulAt = DOUBTFUL_AT): GoldPair['verdict'] =>
	score >= mergeAt ? 'same' : score >= doubtfulAt ? 'doubt' : 'apart';

/** What the matcher makes of two records: joined, kept for a librarian to look at, or apart. */
export function judge(a: MatchFeatures, b: MatchFeatures): GoldPair['verdict'] {
	const keys = new Set(matchKeys(a).keys);
	if (!matchKeys(b).keys.some((k) => keys.has(k))) return 'apart';
	const score = scorePair(a, b);
	return verdictAt(score);
}

/** A librarian who says "apart" does not mind to be asked; one who says "doubt" does not want to be passed over. */
export const agrees = (verdict: GoldPair['verdict'], judged: GoldPair['verdict']): boolean =>
	verdict === 'apart' ? judged !== 'same' : judged === verdict;
