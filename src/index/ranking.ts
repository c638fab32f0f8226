import { foldText } from '../lib/fold.ts';
import { joinQueries, type Query } from './query.ts';
import { type Term, terms } from './terms.ts';

/**
 * One thing that makes a record more relevant, and how much: points add up. Each preference outweighs all that come after it in
 * `preferencesOf`, save those for words side by side, which add up. All engines count the same points, so all rank alike.
 */
export interface Preference {
	/** What the record has. */
	readonly of: Query;
	/** Looked for among words as written, marks and all, in titles, creators and subjects: `of` has no phrases then. */
	readonly marked: boolean;
	readonly points: number;
}

type Leaf = Extract<Query, { op: 'word' | 'phrase' }>;

/** Words that are looked at for what stands beside what. */
const PAIRED_WORDS_MAX = 8;
const WORDS_MAX = 16;

const POINTS = {
	marked: 1 << 16,
	wholeTitle: 1 << 15,
	titleBegins: 1 << 14,
	titlePhrase: 1 << 13,
	creatorPhrase: 1 << 12,
	subjectPhrase: 1 << 11,
	anyPhrase: 1 << 10,
	inTitle: 1 << 9,
	pairInTitle: 32,
	pair: 16,
	word: 4,
} as const;

/** What makes a record that matches a query more relevant than another; none when nothing was typed. */
export function preferencesOf(query: Query): Preference[] {
	const preferences: Preference[] = [];
	const prefer = (of: Query | undefined, points: number, marked = false): void => {
		if (of !== undefined) preferences.push({ of, points, marked });
	};
	prefer(markedWords(query), POINTS.marked, true);
	const typed: Leaf[] = [];
	collect(query, typed);
	if (typed.length === 0 || !typed.every(({ field }) => field === 'any' || field === 'title')) return preferences;
	const words = typed.flatMap((leaf) => terms(leaf.text)).slice(0, WORDS_MAX);
	if (words.length === 0) return preferences;
	const prefix = typed.at(-1)?.prefix === true;
	if (!isConjunction(query)) {
		for (const word of words) prefer({ op: 'word', field: 'title', text: word.folded }, POINTS.word);
		return preferences;
	}
	const text = words.map(({ folded }) => folded).join(' ');
	const phrase = (field: Leaf['field'], anchor?: 'start' | 'whole'): Query => ({
		op: 'phrase',
		field,
		text,
		...(anchor === undefined ? {} : { anchor }),
		...(prefix && anchor !== 'whole' ? { prefix } : {}),
	});
	prefer(phrase('title', 'whole'), POINTS.wholeTitle);
	prefer(phrase('title', 'start'), POINTS.titleBegins);
	prefer(phrase('title'), words.length > 1 ? POINTS.titlePhrase : POINTS.inTitle);
	if (typed.some(({ field }) => field === 'title')) return preferences;
	prefer(phrase('creator'), POINTS.creatorPhrase);
	prefer(phrase('subject'), POINTS.subjectPhrase);
	if (words.length > 1) besideEachOther(words, allInTitle(typed, words), phrase('any'), prefer);
	return preferences;
}

/** All the words in the title, or what will do in their place. */
function allInTitle(typed: readonly Leaf[], words: readonly Term[]): Query {
	const alike = new Map(typed.flatMap((leaf) => (leaf.op === 'word' && leaf.alike ? [[foldText(leaf.text), leaf.alike] as const] : [])));
	return {
		op: 'and',
		of: words.map(({ folded }) => {
			const others = alike.get(folded);
			return { op: 'word', field: 'title', text: folded, ...(others === undefined ? {} : { alike: others }) };
		}),
	};
}

function besideEachOther(words: readonly Term[], inTitle: Query, phrase: Query, prefer: (of: Query, points: number) => void): void {
	prefer(phrase, POINTS.anyPhrase);
	prefer(inTitle, POINTS.inTitle);
	if (words.length < 3) return;
	for (let i = 1; i < Math.min(words.length, PAIRED_WORDS_MAX); i++) {
		const text = `${(words[i - 1] as Term).folded} ${(words[i] as Term).folded}`;
		prefer({ op: 'phrase', field: 'title', text }, POINTS.pairInTitle);
		prefer({ op: 'phrase', field: 'any', text }, POINTS.pair);
	}
}

const isConjunction = (query: Query): boolean =>
	query.op === 'word' || query.op === 'phrase' || query.op === 'mask' || (query.op === 'and' && query.of.every(isConjunction));

/** The words and phrases asked for, without those under a NOT. */
function collect(query: Query, into: Leaf[]): void {
	if (query.op === 'word' || query.op === 'phrase') into.push(query);
	else if (query.op === 'and' || query.op === 'or') for (const child of query.of) collect(child, into);
}

/** The same tree with only the words typed with marks; undefined when there are none. */
function markedWords(query: Query): Query | undefined {
	if (query.op === 'and' || query.op === 'or')
		return joinQueries(
			query.op,
			query.of.flatMap((child) => markedWords(child) ?? []),
		);
	if (query.op !== 'word' && query.op !== 'phrase') return undefined;
	// what will do in its place is written otherwise
	if (query.op === 'word' && query.alike !== undefined) return undefined;
	if (query.field !== 'any' && query.field !== 'title' && query.field !== 'creator' && query.field !== 'subject') return undefined;
	const found = terms(query.text);
	return joinQueries(
		'and',
		found.flatMap((term, i): Query[] => {
			if (term.exact === term.folded) return [];
			const prefix = query.prefix === true && i === found.length - 1;
			return [{ op: 'word', field: 'any', text: term.exact, ...(prefix ? { prefix } : {}) }];
		}),
	);
}
