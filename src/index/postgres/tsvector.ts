import type { SearchDocument } from '../engine.ts';
import { identifierForm } from '../identifier.ts';
import { type Place, placedValues, WORDS_MAX } from '../placed-values.ts';
import type { Term } from '../terms.ts';

/**
 * Lexemes of one field only begin with a capital letter, which no folded word contains. `edge` stands before the first and after the
 * last word of the title proper, of each creator and of each subject, with their weight, so that a query can ask for the whole of one, or for
 * its beginning.
 */
export const MARK = { edge: 'T', publisher: 'P', series: 'S', classification: 'K', identifier: 'I', year: 'Y' } as const;

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
	/** The folded words of the titles, the title proper first: `< lich su > so hoc >`, so that words between blanks are looked for. */
	readonly titles: string;
}

export function documentVectors(document: SearchDocument): Vectors {
	const folded: string[] = [];
	const exact: string[] = [];
	let titles = '<';
	for (const { place, start, words, opened, closed } of placedValues(document)) {
		const { mark, weight, marked } = PUT[place];
		const at = PLACES[weight];
		if (opened) folded.push(MARK.edge + at[start - 1]);
		for (let i = 0; i < words.length; i++) {
			const term = words[i] as Term;
			folded.push(mark + term.folded + at[start + i]);
			if (marked && term.exact !== term.folded) exact.push(term.exact + at[start + i]);
		}
		if (place === 'title') titles += ` ${words.map(({ folded }) => folded).join(' ')} >`;
		if (closed) folded.push(MARK.edge + at[start + words.length]);
	}
	const addNumber = (value: string, mark: string): void => {
		const form = identifierForm(value);
		if (form !== '') folded.push(mark + form);
	};
	for (const value of document.classification) addNumber(value, MARK.classification);
	for (const value of document.identifiers) addNumber(value, MARK.identifier);
	if (document.year !== null) folded.push(MARK.year + document.year);
	return { folded: folded.join(' '), exact: exact.join(' '), titles };
}

/** How the words of a place are written: mark before, weight after, and whether they are kept with their marks too. */
const PUT: Readonly<Record<Place, { readonly mark: string; readonly weight: Weight; readonly marked: boolean }>> = {
	title: { mark: '', weight: 'A', marked: true },
	creator: { mark: '', weight: 'B', marked: true },
	subject: { mark: '', weight: 'C', marked: true },
	note: { mark: '', weight: '', marked: false },
	publisher: { mark: MARK.publisher, weight: '', marked: false },
	series: { mark: MARK.series, weight: '', marked: false },
};
