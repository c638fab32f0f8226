import type { BibIdentity } from '../records/bib-from-marc.ts';
import type { MatchFeatures } from './features.ts';

/**
 * The features as their record words them, for sentences to people: matching folds texts and sorts the syllables of names. Values that it
 * takes as they are stay. Never to be compared.
 */
export function asWritten(features: MatchFeatures, bib: BibIdentity): MatchFeatures {
	const { title, publication, host } = bib;
	const published = publication.find((p) => p.publisher !== undefined) ?? publication[0];
	const isbns = (role: 'own' | 'set'): string[] => [
		...new Set(bib.identifiers.flatMap((i) => (i.type === 'isbn' && i.valid && i.role === role ? [i.normal ?? i.value] : []))),
	];
	return {
		...features,
		title: title.proper?.value ?? '',
		exact: '',
		rest: title.rest?.value ?? '',
		parts: title.parts.flatMap((p) => p.name?.value ?? []).join('. '),
		creators: bib.creators.map((c) => c.name.value),
		responsibility: title.responsibility?.value ?? '',
		publisher: published?.publisher?.value ?? '',
		otherPublishers: publication.flatMap(({ publisher }) =>
			publisher === undefined || publisher.value === published?.publisher?.value ? [] : [publisher.value],
		),
		place: published?.place?.value ?? '',
		isbns: isbns('own'),
		setIsbns: isbns('set'),
		host: host?.title?.value ?? '',
	};
}
