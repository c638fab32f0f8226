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
}

const ESCAPED = /^["\\*?^]$/;

/**
 * Reads the signs of a term (OASIS CQL 2.0 §5.5, masked): `*` at the end of a word, `^` at the beginning and end of the term, a backslash before a sign
 * that stands for itself. `?` and `*` elsewhere are understood and refused (28), `^` inside is refused (32), other escapes too (26).
 */
export function readCqlTerm(raw: string): CqlTerm {
	let text = '';
	let anchoredStart = false;
	let anchoredEnd = false;
	const openAt: number[] = [];
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
		} else if (letter === '?') throw new CqlTermError(28, '?');
		else if (letter === '*') {
			if (!(next === '' || /[\s^]/.test(next)) || !/\S$/.test(text)) throw new CqlTermError(28, '*');
			openAt.push(text.length);
		} else text += letter;
	}
	return { text, anchoredStart, anchoredEnd, openAt };
}
