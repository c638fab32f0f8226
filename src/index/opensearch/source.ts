import type { SearchDocument } from '../engine.ts';
import { eachFacetValue } from '../facet-values.ts';
import { identifierForm } from '../identifier.ts';
import { type Place, placedValues } from '../placed-values.ts';
import { facetTerm, PARTED } from './facet-term.ts';
import { CLASS_FIELD, EDGE, facetField, MARKED_FIELD, NUMBER_FIELD, WORD_FIELDS } from './mapping.ts';

const MARKED: ReadonlySet<Place> = new Set(['title', 'creator', 'subject']);

/** A search document as OpenSearch is given it: src/index/opensearch/mapping.ts. */
export function indexed(document: SearchDocument): object {
	const fields: Record<string, string[]> = {};
	const add = (field: string, value: string): void => {
		if (value === '') return;
		const known = fields[field];
		if (known === undefined) fields[field] = [value];
		else known.push(value);
	};
	const marked = new Set<string>();
	for (const { place, words, opened, closed } of placedValues(document)) {
		const text = words.map(({ folded }) => folded).join(' ');
		add(WORD_FIELDS.any, text);
		add(WORD_FIELDS[place], `${opened ? `${EDGE} ` : ''}${text}${closed ? ` ${EDGE}` : ''}`);
		if (MARKED.has(place)) for (const { exact, folded } of words) if (exact !== folded) marked.add(exact);
	}
	if (marked.size > 0) fields[MARKED_FIELD] = [[...marked].join(' ')];
	if (document.year !== null) add(WORD_FIELDS.any, String(document.year));
	for (const value of document.classification) add(CLASS_FIELD, identifierForm(value));
	for (const value of document.identifiers) add(NUMBER_FIELD, identifierForm(value));
	eachFacetValue(document, (facet, value) => add(facetField(facet), facetTerm(value)));
	return {
		live: true,
		id: document.id,
		seq: document.seq,
		...(document.year === null ? {} : { year: document.year }),
		held: Math.min(document.libraries.length, 999),
		order: document.sortTitle + PARTED,
		...fields,
	};
}
