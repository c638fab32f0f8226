import type { Facet, SearchDocument } from './engine.ts';

/** Calls back with every facet value of a document, and with its title, which can be completed like one. */
export function eachFacetValue(document: SearchDocument, each: (facet: Facet | 'title', value: string) => void): void {
	for (const value of document.libraries) each('library', value);
	for (const value of document.areas) each('area', value);
	for (const value of document.libraryKinds) each('libraryKind', value);
	for (const value of document.collections) each('collection', value);
	each('kind', document.kind);
	if (document.material !== '') each('material', document.material);
	for (const value of document.languages) each('language', value);
	if (document.year !== null) {
		each('year', String(document.year));
		each('decade', decade(document.year));
	}
	for (const value of document.subjects) each('subject', value);
	for (const value of document.creators) each('creator', value);
	for (const value of document.series) each('series', value);
	if (document.classLevel !== null) each('classLevel', document.classLevel);
	if (document.title !== '') each('title', document.title);
}

/** The ten years that a year is in: `2010-2019`. */
const decade = (year: number): string => {
	const first = Math.floor(year / 10) * 10;
	return `${String(first).padStart(4, '0')}-${String(first + 9).padStart(4, '0')}`;
};
