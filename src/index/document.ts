import { sortKey } from '../lib/sort-key.ts';
import type { Bib, Sourced } from '../records/bib.ts';
import type { UnionDescription } from '../records/compact.ts';
import { referenceKeys, referencesOf } from '../records/references.ts';
import type { SearchDocument } from './engine.ts';

export interface DocumentContext {
	readonly id: number;
	readonly seq: number;
	/** Codes of the collections that it is in. */
	readonly collections: readonly string[];
	/** The area of a library and all areas above it, by code. */
	readonly areas: (library: string) => readonly string[];
	/** The kind of a library. */
	readonly kindOf: (library: string) => string;
}

const text = (value: Sourced | undefined): string => value?.value ?? '';
const present = (values: readonly (Sourced | undefined)[]): string[] => unique(values.map(text).filter((value) => value !== ''));
const unique = (values: readonly string[]): string[] => (values.length < 2 ? [...values] : [...new Set(values)]);

/**
 * The search document of a live union record. `bib` is what the normaliser reads from its merged record. System numbers are left out:
 * they belong to one library's system; records are found by them in the store. What its linking fields name is there as keys, so that the record
 * that is named can ask who names it.
 */
export function searchDocument(union: UnionDescription, bib: Bib, context: DocumentContext): SearchDocument {
	const { title } = bib;
	const parts = title.parts.map((part) => `${text(part.number)} ${text(part.name)}`.trim());
	const libraries = unique(union.members.map((member) => member.library)).sort();
	return {
		id: context.id,
		seq: context.seq,
		kind: union.kind,
		title: text(title.proper),
		subtitle: text(title.rest),
		titles: unique([...parts, ...title.variants.map(text)].filter((value) => value !== '')),
		creators: unique(bib.creators.map((creator) => creator.name.value)),
		responsibility: text(title.responsibility),
		subjects: present(bib.subjects),
		publisher: present(bib.publication.map((publication) => publication.publisher)),
		series: present([...bib.series, bib.host?.title]),
		notes: present([bib.edition?.statement, ...bib.notes, bib.summary]),
		classification: present(bib.classification),
		identifiers: unique([
			...bib.identifiers.filter((identifier) => identifier.type !== 'system').map((identifier) => identifier.normal ?? identifier.value),
			...referencesOf(union).flatMap(referenceKeys),
		]),
		year: year(text(bib.year)),
		languages: present(bib.languages),
		material: bib.material.value,
		classLevel: bib.classLevel?.value ?? null,
		libraries,
		collections: context.collections,
		areas: unique(libraries.flatMap(context.areas)).sort(),
		libraryKinds: unique(libraries.map(context.kindOf)).sort(),
		sortTitle: sortKey([filed(union, text(title.proper)), ...parts].join(' ')),
	};
}

const year = (value: string): number | null => (/^[0-9]{4}$/.test(value) ? Number(value) : null);

/** The title without its initial article: MARC 21, 245 second indicator. */
function filed(union: UnionDescription, proper: string): string {
	const indicator = union.fields.find((entry) => entry.field.tag === '245')?.field.ind2 ?? '';
	const skipped = /^[1-9]$/.test(indicator) ? Number(indicator) : 0;
	return proper.length > skipped ? proper.slice(skipped) : proper;
}
