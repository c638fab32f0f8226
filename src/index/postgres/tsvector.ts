import type { SearchDocument } from '../engine.ts';
import { identifierForm } from '../identifier.ts';
import { terms } from '../terms.ts';

/**
 * Lexemes of one field only begin with a capital letter, which no folded word contains. `TITLE` stands before the first and
 * after the last word of the title proper, so that a query can ask for the whole title.
 */
export const MARK = { title: 'T', publisher: 'P', series: 'S', classification: 'K', identifier: 'I' } as const;

/** Words of a document that are indexed; Postgres itself counts positions to 16,383. */
const WORDS_MAX = 4000;

/**
 * The text of a document's tsvector: title words with weight A, creators B, subjects C, notes D, each also with its marks where it
 * has any (not in notes); publisher and series as lexemes of their own. Values are a position apart, so that no phrase crosses them.
 */
export function tsvectorText(document: SearchDocument): string {
	let out = '';
	let position = 1;
	const add = (value: string, weight: string, mark = '', exact = true): void => {
		for (const term of terms(value)) {
			if (position > WORDS_MAX) return;
			out += ` ${mark}${term.folded}:${position}${weight}`;
			if (exact && term.exact !== term.folded) out += ` ${term.exact}:${position}${weight}`;
			position++;
		}
		position++;
	};
	out = `${MARK.title}:${position++}A`;
	add(document.title, 'A');
	out += ` ${MARK.title}:${position - 1}A`;
	position++;
	if (document.subtitle !== '') add(document.subtitle, 'A');
	for (const value of document.titles) add(value, 'A');
	for (const value of document.creators) add(value, 'B');
	if (document.responsibility !== '') add(document.responsibility, 'B');
	for (const value of document.subjects) add(value, 'C');
	for (const value of document.publisher) add(value, '', MARK.publisher, false);
	for (const value of document.series) add(value, '', MARK.series, false);
	for (const value of document.notes) add(value, '', '', false);
	for (const value of document.classification) out += joined(MARK.classification, value);
	for (const value of document.identifiers) out += joined(MARK.identifier, value);
	if (document.year !== null) out += ` ${document.year}`;
	return out;
}

function joined(mark: string, value: string): string {
	const form = identifierForm(value);
	return form === '' ? '' : ` ${mark}${form}`;
}
