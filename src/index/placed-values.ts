import type { SearchDocument } from './engine.ts';
import { type Term, terms } from './terms.ts';

/** Words of a document that are indexed; Postgres itself counts positions to 16,383. */
export const WORDS_MAX = 4000;

export type Place = 'title' | 'creator' | 'subject' | 'note' | 'publisher' | 'series';

/** A value of a document as its words, each at its place in the document, from `start` on. */
export interface PlacedValue {
	readonly place: Place;
	readonly start: number;
	readonly words: readonly Term[];
	/** Whether the beginning of the value is marked, one place before its words, and its end, one place after them. */
	readonly opened: boolean;
	readonly closed: boolean;
}

/**
 * The words of a document value by value, a place apart, so that no phrase crosses them; the title proper, each creator and each subject with
 * marked edges. What is beyond WORDS_MAX is left out. Every engine indexes exactly this.
 */
export function placedValues(document: SearchDocument): PlacedValue[] {
	const placed: PlacedValue[] = [];
	let position = 1;
	const add = (value: string, place: Place, edges = false): void => {
		if (position > WORDS_MAX) return;
		if (edges) position++;
		const found = terms(value);
		const words = found.slice(0, Math.max(0, WORDS_MAX + 1 - position));
		const start = position;
		position += words.length;
		const closed = edges && position < WORDS_MAX;
		if (words.length === found.length) position += edges ? 2 : 1;
		if (words.length > 0 || edges) placed.push({ place, start, words, opened: edges, closed });
	};
	add(document.title, 'title', true);
	if (document.subtitle !== '') add(document.subtitle, 'title');
	for (const value of document.titles) add(value, 'title');
	for (const value of document.creators) add(value, 'creator', true);
	if (document.responsibility !== '') add(document.responsibility, 'creator');
	for (const value of document.subjects) add(value, 'subject', true);
	for (const value of document.publisher) add(value, 'publisher');
	for (const value of document.series) add(value, 'series');
	for (const value of document.notes) add(value, 'note');
	return placed;
}
