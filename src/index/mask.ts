import { LIMITS } from '../lib/limits.ts';
import { terms } from './terms.ts';

/** A sign of a word: any letters, or one. */
export type MaskSign = '*' | '?';

/** Letters that a word with `*` needs, so that not every word of the index is meant, and one with `?` alone. */
const ANY_LETTERS_MIN = 3;
const ONE_LETTERS_MIN = 2;

/** Why a word with signs is not searched: it has too few letters, too many signs, or is several words. */
export type MaskFault = 'short' | 'signs' | 'words';

/**
 * The pattern of a word for op `mask`: folded letters, `*` and `?`. `pieces` are letters and signs in turn. Each piece is folded as the inside of a word, since
 * the spelling of a whole syllable says nothing of a part of it.
 */
export function maskPattern(
	pieces: readonly (string | { readonly sign: MaskSign })[],
): { readonly pattern: string } | { readonly fault: MaskFault } {
	let pattern = '';
	let letters = 0;
	let signs = 0;
	for (const piece of pieces) {
		if (typeof piece === 'object') {
			signs++;
			// two side by side say no more than one
			if (piece.sign !== '*' || !pattern.endsWith('*')) pattern += piece.sign;
			continue;
		}
		if (piece === '') continue;
		const folded = foldInside(piece);
		if (folded === undefined) return { fault: 'words' };
		pattern += folded;
		letters += Array.from(folded).length;
	}
	if (signs > LIMITS.maskSignsMax) return { fault: 'signs' };
	return letters < (pattern.includes('*') ? ANY_LETTERS_MIN : ONE_LETTERS_MIN) ? { fault: 'short' } : { pattern };
}

/** Closes a syllable, so that i and y stay what they are. */
const CLOSING = 'ng';

function foldInside(piece: string): string | undefined {
	const [only, more] = terms(piece + CLOSING);
	if (only === undefined || more !== undefined || !only.folded.endsWith(CLOSING)) return undefined;
	return only.folded.slice(0, -CLOSING.length);
}

/** The letters that every word of a pattern begins with. */
export const maskBeginning = (pattern: string): string => /^[^*?]*/.exec(pattern)?.[0] ?? '';

/** Whether a word of digits alone can be meant, as a year is. */
export const masksNumbers = (pattern: string): boolean => /^[0-9*?]+$/.test(pattern);
