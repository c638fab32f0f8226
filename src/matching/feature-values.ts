import { CODE_NAMES, codeName, languageName } from '../records/code-names.ts';
import { isbn13Of } from '../records/normalise/identifiers.ts';
import { type MatchFeatures, REPRINTED_ONCE } from './features.ts';
import type { FeatureName } from './strategy.ts';

export type Language = 'vi' | 'en';
export type Words = Readonly<Record<Language, string>>;

type Value = (f: MatchFeatures, language: Language) => string;

/** Nine digits of an ISBN that was folded for matching as the ISBN it is; one as written stays. */
const isbnText = (isbn: string): string => (isbn.length === 9 ? isbn13Of(isbn) : isbn);

const titleOf = (f: MatchFeatures): string => f.exact || f.title;

/** Title, rest and parts with the marks that cataloguing has for them. */
function wholeTitle(f: MatchFeatures): string {
	const told = f.rest === '' ? titleOf(f) : `${titleOf(f)} : ${f.rest}`;
	return f.parts === '' ? told : `${told}. ${f.parts}`;
}

function editionText({ edition }: MatchFeatures, language: Language): string {
	if (edition === 0) return '';
	if (edition < 0) return language === 'vi' ? 'không ghi số' : 'without a number';
	if (edition === REPRINTED_ONCE) return language === 'vi' ? 'tái bản lần thứ nhất' : 'first reprint';
	return String(edition);
}

function extentText(f: MatchFeatures, language: Language): string {
	return f.pages === 0 ? titleOf(f) : `${titleOf(f)}, ${f.pages} ${language === 'vi' ? 'tr.' : 'p.'}`;
}

const imprintText = (f: MatchFeatures): string => [f.years.join(', '), f.publisher].filter((text) => text !== '').join(', ');

/** What a record says of each feature, for people; '' when it says nothing. */
export const FEATURE_VALUES: Readonly<Record<FeatureName, Value>> = {
	title: titleOf,
	translator: (f) => (f.translators.length === 0 ? '' : f.responsibility || f.translators.join('; ')),
	companion: wholeTitle,
	isbn: (f) => f.isbns.map(isbnText).join(', '),
	creator: (f) => f.creators.join('; ') || f.responsibility,
	year: (f) => f.years.join(', '),
	kind: (f, language) => codeName(CODE_NAMES.kind, language, f.kind),
	carrier: (f, language) => codeName(CODE_NAMES.carrier, language, f.carrier),
	'whole-title': wholeTitle,
	parts: (f) => f.parts,
	responsibility: (f) => f.responsibility,
	pages: (f) => (f.pages === 0 ? '' : String(f.pages)),
	'title-extent': extentText,
	reprint: imprintText,
	marks: titleOf,
	rest: (f) => [f.rest, f.parts].filter((text) => text !== '').join('. '),
	volume: (f) => f.volumes.join(', '),
	edition: editionText,
	numbers: (f) => f.numbers.join(', '),
	publisher: (f) => [f.publisher, ...f.otherPublishers].filter((name) => name !== '').join('; '),
	place: (f) => f.place,
	language: (f, language) => f.languages.map((code) => languageName(language, code)).join(', '),
	issn: (f) => f.issns.join(', '),
	'system-number': (f) => f.ids.join(', '),
	'set-isbn': (f) => [...f.setIsbns, ...f.isbns].map(isbnText).join(', '),
	'host-number': (f) => f.hostIds.join(', '),
	host: (f) => f.host,
};
