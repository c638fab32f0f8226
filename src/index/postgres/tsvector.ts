import type { SearchDocument } from '../engine.ts';
import { identifierForm } from '../identifier.ts';
import { terms } from '../terms.ts';

/**
 * Lexemes of one field only begin with a capital letter, which no folded word contains. `edge` stands before the first and after the
 * last word of the title proper, of each creator and of each subject, with their weight, so that a query can ask for the whole of one, or for
 * its beginning.
 */
export const MARK = { edge: 'T', publisher: 'P', series: 'S', classification: 'K', identifier: 'I' } as const;

/** Words of a document that are indexed; Postgres itself counts positions to 16,383. */
const WORDS_MAX = 4000;

type Weight = 'A' | 'B' | 'C' | '';
const places = (weight: Weight): string[] => Array.from({ length: WORDS_MAX + 1 }, (_, position) => `:${position}${weight}`);
const PLACES: Readonly<Record<Weight, readonly string[]>> = { A: places('A'), B: places('B'), C: places('C'), '': places('') };

/** The texts of a document's two tsvectors, made here so that no text search configuration of the database matters. */
export interface Vectors {
	/**
	 * Folded words: title with weight A, creators B, subjects C, notes D; publisher, series and numbers as lexemes of their own.
	 * Values are a position apart, so that no phrase crosses them.
	 */
	readonly folded: string;
	/** The words of title, creators and subjects that have marks, with them, at the same positions. */
	readonly exact: string;
}

export function documentVectors(document: SearchDocument): Vectors {
	const folded: string[] = [];
	const exact: string[] = [];
	let position = 1;
	const add = (value: string, weight: Weight): void => {
		for (const term of terms(value)) {
			if (position > WORDS_MAX) return;
			const place = PLACES[weight][position++] as string;
			folded.push(term.folded + place);
			if (term.exact !== term.folded) exact.push(term.exact + place);
		}
		position++;
	};
	const addPlain = (value: string, mark: string): void => {
		for (const term of terms(value)) {
			if (position > WORDS_MAX) return;
			folded.push(mark + term.folded + PLACES[''][position++]);
		}
		position++;
	};
	const addNumber = (value: string, mark: string): void => {
		const form = identifierForm(value);
		if (form !== '') folded.push(mark + form);
	};
	const addWhole = (value: string, weight: Weight): void => {
		if (position > WORDS_MAX) return;
		folded.push(MARK.edge + PLACES[weight][position++]);
		add(value, weight);
		// not beyond the last place, where it would stand beside no word
		if (position <= WORDS_MAX) folded.push(MARK.edge + PLACES[weight][position - 1]);
		position++;
	};
	addWhole(document.title, 'A');
	if (document.subtitle !== '') add(document.subtitle, 'A');
	for (const value of document.titles) add(value, 'A');
	for (const value of document.creators) addWhole(value, 'B');
	if (document.responsibility !== '') add(document.responsibility, 'B');
	for (const value of document.subjects) addWhole(value, 'C');
	for (const value of document.publisher) addPlain(value, MARK.publisher);
	for (const value of document.series) addPlain(value, MARK.series);
	for (const value of document.notes) addPlain(value, '');
	for (const value of document.classification) addNumber(value, MARK.classification);
	for (const value of document.identifiers) addNumber(value, MARK.identifier);
	if (document.year !== null) folded.push(String(document.year));
	return { folded: folded.join(' '), exact: exact.join(' ') };
}
