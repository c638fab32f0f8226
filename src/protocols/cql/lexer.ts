import { CqlError } from './error.ts';
import { COMPARISONS, type Comparison } from './tree.ts';

export type CqlToken = { readonly start: number } & (
	| { readonly type: '(' | ')' | '/' | 'end' }
	| { readonly type: 'comparison'; readonly symbol: Comparison }
	/** A word without quotation marks. */
	| { readonly type: 'word'; readonly text: string }
	/** What stands between quotation marks, with its backslashes. */
	| { readonly type: 'quoted'; readonly text: string }
);

const BLANK = /\s/;
const ENDS_WORD = /[\s()=<>/]/;

/** The tokens of a query; the last is `end`. Throws CqlError. */
export function cqlTokens(text: string): CqlToken[] {
	const tokens: CqlToken[] = [];
	let at = 0;
	while (at < text.length) {
		const letter = text.charAt(at);
		const start = at;
		if (BLANK.test(letter)) {
			at++;
			continue;
		}
		if (letter === '(' || letter === ')' || letter === '/') {
			tokens.push({ type: letter, start });
			at++;
			continue;
		}
		const symbol = COMPARISONS.find((one) => text.startsWith(one, at));
		if (symbol !== undefined) {
			tokens.push({ type: 'comparison', symbol, start });
			at += symbol.length;
			continue;
		}
		at = letter === '"' ? quotedEnd(text, start) : wordEnd(text, start);
		tokens.push(
			letter === '"'
				? { type: 'quoted', text: text.slice(start + 1, at - 1), start }
				: { type: 'word', text: text.slice(start, at), start },
		);
	}
	tokens.push({ type: 'end', start: text.length });
	return tokens;
}

function quotedEnd(text: string, start: number): number {
	for (let at = start + 1; at < text.length; at++) {
		const letter = text.charAt(at);
		if (letter === '\\') at++;
		else if (letter === '"') return at + 1;
	}
	throw new CqlError(10, 'a quotation mark is not closed', start + 1);
}

function wordEnd(text: string, start: number): number {
	let at = start;
	for (; at < text.length; at++) {
		const letter = text.charAt(at);
		if (letter === '"') throw new CqlError(10, 'a quotation mark stands inside a word: quote the whole term', at + 1);
		if (letter === '\\') {
			if (at + 1 === text.length || BLANK.test(text.charAt(at + 1))) throw new CqlError(26, 'a backslash has nothing after it', at + 1);
			at++;
		} else if (ENDS_WORD.test(letter)) break;
	}
	return at;
}
