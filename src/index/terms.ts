import { exactText, foldText, words } from '../lib/fold.ts';

/** One word of a text as the index knows it. */
export interface Term {
	/** Without marks, i/y and tone placement in one spelling. */
	readonly folded: string;
	/** With its marks; equal to `folded` when it has none. */
	readonly exact: string;
}

/** Longer words are cut, alike in documents and queries. */
const WORD_LENGTH_MAX = 60;
/** Words come back over and over, so what they fold to is remembered: a few megabytes at most. */
const KNOWN_MAX = 30_000;
const known = new Map<string, readonly Term[]>();

const cut = (word: string): string => (word.length > WORD_LENGTH_MAX ? word.slice(0, WORD_LENGTH_MAX) : word);

/** Where a run of letters and digits may end: at any other ASCII character. */
const PARTS_WORDS = Uint8Array.from({ length: 128 }, (_, code) => (/[0-9A-Za-z]/.test(String.fromCharCode(code)) ? 0 : 1));

/** The words of a text in order; [] for a text without letters or digits. */
export function terms(text: string): Term[] {
	const out: Term[] = [];
	let start = 0;
	for (let i = 0; i <= text.length; i++) {
		const code = i === text.length ? 0x20 : text.charCodeAt(i);
		if (code >= 128 || PARTS_WORDS[code] === 0) continue;
		if (i > start) for (const term of runTerms(text.slice(start, i))) out.push(term);
		start = i + 1;
	}
	return out;
}

function runTerms(run: string): readonly Term[] {
	if (run.length > WORD_LENGTH_MAX) return readRun(run);
	let found = known.get(run);
	if (found === undefined) {
		found = readRun(run);
		if (known.size >= KNOWN_MAX) known.clear();
		known.set(run, found);
	}
	return found;
}

/** The words of a run without ASCII signs: usually one, more when other signs part it. */
function readRun(run: string): Term[] {
	return words(exactText(run)).flatMap((word) => {
		const parts = words(foldText(word));
		const [only] = parts;
		if (parts.length === 1 && only !== undefined) return [{ folded: cut(only), exact: cut(word) }];
		return parts.map((part) => ({ folded: cut(part), exact: cut(part) }));
	});
}
