import { COMPLETED, type Completed, type SearchEngine, type ValueCount } from '../index/engine.ts';
import type { Query } from '../index/query.ts';
import { parseSearchBox } from '../index/search-box.ts';
import { spellingsOf, splitsOf } from '../index/spelling.ts';
import { type Term, terms } from '../index/terms.ts';
import type { Reading } from './reading.ts';

export const COMPLETED_VALUES: readonly Completed[] = COMPLETED;

/** What was probably meant: its words with marks where the catalogue has them, and how many records have them all. */
export interface Spelling {
	readonly text: string;
	readonly total: number;
}

/** With as many hits nothing is suggested. */
const ENOUGH_HITS = 5;
/** A suggestion finds at least so many times what was typed finds. */
const TIMES_BETTER = 5;
const WORDS_MAX = 8;
/** Spellings of one word that are tried, and of all words together. */
const TRIED_A_WORD = 4;
const TRIED_MAX = 16;

/** Titles, creators or subjects that the typed letters may be the beginning of. */
export const complete = ({ engine }: Reading, of: Completed, text: string, limit: number): Promise<readonly ValueCount[]> =>
	engine.complete(of, text, limit);

/**
 * What was typed with its last word finished, or another spelling of it that finds much more; null when what was typed finds enough, nothing
 * better is known, or more was typed than words that should be there.
 */
export async function didYouMean({ engine }: Pick<Reading, 'engine'>, text: string): Promise<Spelling | null> {
	const typed = terms(text);
	if (typed.length === 0 || typed.length > WORDS_MAX) return null;
	const { query } = parseSearchBox(text);
	if (!isWords(query)) return null;
	const found = await countHits(engine, query);
	if (found >= ENOUGH_HITS) return null;
	const whole = found === 0 ? await finished(engine, typed) : null;
	return whole ?? (await respelled(engine, typed, found));
}

/** Whether a query is words and phrases that all should be there, in whatever field: what another spelling of its text alone can stand for. */
const isWords = (query: Query): boolean =>
	query.op === 'and' ? query.of.every(isWords) : (query.op === 'word' || query.op === 'phrase') && query.field === 'any';

/** The words as titles, names or subjects have them that go on with the last one: of `dat rung phuo`, `đất rừng phương`. */
async function finished(engine: SearchEngine, typed: readonly Term[]): Promise<Spelling | null> {
	const begun = typed.map(({ folded }) => folded);
	const values = await Promise.all(COMPLETED.map((of) => engine.complete(of, begun.join(' '), 1)));
	let best: { words: string[]; total: number } | null = null;
	for (const { value } of values.flat()) {
		const there = terms(value).map(({ folded }) => folded);
		const at = there.findIndex((_, i) =>
			begun.every((word, j) => (j < begun.length - 1 ? there[i + j] === word : there[i + j]?.startsWith(word))),
		);
		if (at < 0) continue;
		const words = there.slice(at, at + begun.length);
		const total = await countHits(engine, all(words));
		if (total > (best?.total ?? 0)) best = { words, total };
	}
	return best && { text: await written(engine, best.words, typed), total: best.total };
}

/** Another spelling of the words that finds much more than the `found` records that have them as they are. */
async function respelled(engine: SearchEngine, typed: readonly Term[], found: number): Promise<Spelling | null> {
	let best: { words: string[]; total: number; beside: number } | null = null;
	const tried = combinations(await alternatives(engine, typed)).slice(0, TRIED_MAX);
	for (const words of tried) {
		// two at once: a person who slipped must not take every connection
		const [beside, total] = await Promise.all([countHits(engine, phrase(words)), countHits(engine, all(words))]);
		const isTyped = words.join(' ') === typed.map(({ folded }) => folded).join(' ');
		if (isTyped || total < Math.max(1, found * TIMES_BETTER)) continue;
		if (best === null || beside > best.beside || (beside === best.beside && total > best.total)) best = { words, total, beside };
	}
	return best && { text: await written(engine, best.words, typed), total: best.total };
}

const countHits = async (engine: SearchEngine, query: Query): Promise<number> =>
	(await engine.search({ query, filters: {}, sort: 'title', limit: 0, facets: [], facetLimit: 0 })).total;

const phrase = (words: readonly string[]): Query => ({ op: 'phrase', field: 'any', text: words.join(' ') });
const all = (words: readonly string[]): Query => ({ op: 'and', of: words.map((text) => ({ op: 'word', field: 'any', text })) });

/** For each typed word the spellings that the catalogue has, itself first: those that are likelier slips, then those it has more often. */
async function alternatives(engine: SearchEngine, typed: readonly Term[]): Promise<string[][]> {
	const known = await engine.wordCounts(typed.map(({ folded }) => folded));
	const spellings = typed.map(({ folded }) => spellingsOf(folded, known.get(folded) === 0));
	const splits = typed.map(({ folded }) => (known.get(folded) === 0 ? splitsOf(folded) : []));
	const asked = new Set([...spellings.flat(), ...splits.flat(2)]);
	const counts = await engine.wordCounts([...asked]);
	const has = (word: string): boolean => (counts.get(word) ?? 0) > 0;
	return typed.map(({ folded }, i) => {
		const own = (known.get(folded) ?? 0) > 0 ? [folded] : [];
		const parted = (splits[i] ?? []).filter((words) => words.every(has)).map((words) => words.join(' '));
		const weight = (word: string, place: number): number => (counts.get(word) ?? 0) / (1 + place / 8);
		const others = (spellings[i] ?? [])
			.map((word, place) => ({ word, weight: weight(word, place) }))
			.filter((one) => one.weight > 0)
			.sort((a, b) => b.weight - a.weight)
			.map(({ word }) => word);
		return [...own, ...parted.slice(0, 2), ...others.slice(0, TRIED_A_WORD)];
	});
}

/** Every choice of one spelling for each word, those that change fewer words first. */
function combinations(choices: readonly (readonly string[])[]): string[][] {
	let made: { words: string[]; changed: number }[] = [{ words: [], changed: 0 }];
	for (const spellings of choices) {
		made = made.flatMap(({ words, changed }) =>
			spellings.map((spelling, place) => ({ words: [...words, ...spelling.split(' ')], changed: changed + place })),
		);
		made = made.sort((a, b) => a.changed - b.changed).slice(0, TRIED_MAX * 2);
	}
	return made.map(({ words }) => words);
}

/** The words as titles, subjects or names of the catalogue write them; those typed with marks as typed. */
async function written(engine: SearchEngine, words: readonly string[], typed: readonly Term[]): Promise<string> {
	for (const named of ['title', 'subject', 'creator'] as const) {
		for (const { value } of await engine.complete(named, words.join(' '), 1)) {
			const there = terms(value);
			const at = there.findIndex((_, i) => words.every((word, j) => there[i + j]?.folded === word));
			if (at >= 0)
				return there
					.slice(at, at + words.length)
					.map(({ exact }) => exact)
					.join(' ');
		}
	}
	const asTyped = new Map(typed.map(({ folded, exact }) => [folded, exact]));
	return words.map((word) => asTyped.get(word) ?? word).join(' ');
}
