import { ownText } from '../lib/own-text.ts';

const KEPT_MAX = 20_000;
let kept = new Map<string, readonly string[]>();

/** The words of a folded text; '' has none. Texts asked for again are not taken apart again. */
export function wordsOf(text: string): readonly string[] {
	let words = kept.get(text);
	if (words === undefined) {
		if (kept.size >= KEPT_MAX) kept = new Map();
		const own = ownText(text);
		words = own === '' ? [] : own.split(' ');
		kept.set(own, words);
	}
	return words;
}
