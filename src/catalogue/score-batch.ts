import type { BytePack } from '../lib/byte-pack.ts';
import { textReader } from '../lib/packed-texts.ts';
import type { MatchFeatures } from '../matching/features.ts';
import { unpackFeatures } from '../matching/packed-features.ts';
import { scorePair } from '../matching/score.ts';
import { DOUBTFUL_AT } from '../matching/weights.ts';

/** Scores are kept in ten-thousandths. */
export const SCORE_STEPS = 10_000;
const DOUBTFUL_STEPS = Math.round(DOUBTFUL_AT * SCORE_STEPS);

export interface ScoreRequest {
	/** Packed features of the records to compare, in UTF-8. */
	readonly features: BytePack;
	/** Places in `features`, two for each pair. */
	readonly pairs: Uint32Array<ArrayBuffer>;
}

/** The score of each pair in ten-thousandths, 0 below the doubtful threshold. Pure computing, made for a worker thread. */
export function scoreBatch({ features, pairs }: ScoreRequest): Uint16Array<ArrayBuffer> {
	const textAt = textReader(features);
	const unpacked: (MatchFeatures | undefined)[] = new Array(features.offsets.length - 1);
	const at = (place: number): MatchFeatures => {
		unpacked[place] ??= unpackFeatures(textAt(place));
		return unpacked[place];
	};
	const scores = new Uint16Array(pairs.length / 2);
	for (let i = 0; i < scores.length; i++) {
		const steps = Math.round(scorePair(at(pairs[2 * i] as number), at(pairs[2 * i + 1] as number)) * SCORE_STEPS);
		if (steps >= DOUBTFUL_STEPS) scores[i] = steps;
	}
	return scores;
}
