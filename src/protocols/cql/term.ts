/** Why a term cannot be searched: number and details of a diagnostic of SRU. */
export class CqlTermError extends Error {
	override readonly name = 'CqlTermError';
	readonly number: 26 | 28 | 32;

	constructor(number: CqlTermError['number'], message: string) {
		super(message);
		this.number = number;
	}
}

export interface CqlTerm {
	/** What is searched, escapes resolved. */
	readonly text: string;
	/** `^` before the first letter. */
	readonly anchoredStart: boolean;
	/** `^` after the last. */
	readonly anchoredEnd: boolean;
	/** Offsets in `text` after a `*` that ends a word, in order. */
	readonly openAt: readonly number[];
	/** The other `*`, and `?`, with the offset in `text` before which each stands, in order. */
	readonly masks: readonly { readonly at: number; readonly sign: '*' | '?' }[];
}

const ESCAPED = /^["\\*?^]$/;

/**
 * Reads the signs of a term (OASIS CQL 2.0 §5.5, masked): `*` and `?` in a word, `^` at the beginning and end of the term, a backslash before a sign
 * that stands for itself. `*` and `?` without a letter beside them are refused (28), `^` inside (32) and other escapes (26) too.
 */
export function readCqlTerm(raw: string): CqlTerm {
	let text = '';
	let anchoredStart = false;
	let anchoredEnd = false;
	const signs: { at: number; sign: '*' | '?' }[] = [];
	for (let at = 0; at < raw.length; at++) {
		const letter = raw.charAt(at);
		const next = raw.charAt(at + 1);
		if (anchoredEnd && letter.trim() !== '') throw new CqlTermError(32, '^');
		if (letter === '\\') {
			if (!ESCAPED.test(next)) throw new CqlTermError(26, `\\${next}`);
			text += next;
			at++;
		} else if (letter === '^') {
			if (text.trim() === '' && !anchoredStart) anchoredStart = true;
			else anchoredEnd = true;
		} else if (letter === '?' || letter === '*') signs.push({ at: text.length, sign: letter });
		else text += letter;
	}
	const alone = signs.find(({ at }) => !/\S/.test(text.slice(Math.max(0, at - 1), at + 1)));
	if (alone !== undefined) throw new CqlTermError(28, alone.sign);
	// one that ends a word which has no other opens it
	const opens = (one: { at: number; sign: '*' | '?' }): boolean =>
		one.sign === '*' && /^\s|^$/.test(text.slice(one.at)) && /\S$/.test(text.slice(0, one.at)) && countIn(text, signs, one.at) === 1;
	const openAt = signs.filter(opens).map(({ at }) => at);
	return { text, anchoredStart, anchoredEnd, openAt, masks: signs.filter((one) => !opens(one)) };
}

/** How many of some places are in the word around one of them. */
function countIn(text: string, signs: readonly { readonly at: number }[], place: number): number {
	let from = place;
	let to = place;
	while (from > 0 && /\S/.test(text.charAt(from - 1))) from--;
	while (to < text.length && /\S/.test(text.charAt(to))) to++;
	return signs.filter(({ at }) => at >= from && at <= to).length;
}
