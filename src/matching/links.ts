import { exactText, foldText, hasVietnameseMarks } from '../lib/fold.ts';
import type { Bib, Identifier, Kind } from '../records/bib.ts';
import { type Reference, type ReferenceRelation, titleStem } from '../records/references.ts';
import { CONFLICTS, carrierClass } from './conflicts.ts';
import { type MatchFeatures, matchFeatures } from './features.ts';
import { nameSyllables, withoutVolume } from './normal-forms.ts';

/** Which record a reference is to, and which records belong together though they are of different kinds. All of it is pure and errs towards no link. */

/** A record as it is looked at for links. */
export interface LinkSide {
	readonly bib: Bib;
	readonly features: MatchFeatures;
	/** Codes of the libraries that hold it. */
	readonly libraries: readonly string[];
}

export const linkSide = (bib: Bib, libraries: readonly string[]): LinkSide => ({ bib, features: matchFeatures(bib), libraries });

const share = (a: readonly string[], b: readonly string[]): boolean => a.some((x) => b.includes(x));

/** Valid ISBNs and ISSNs of one role in their normal forms. */
export const numbersOf = ({ identifiers }: Pick<Bib, 'identifiers'>, ...roles: readonly Identifier['role'][]): string[] =>
	identifiers.flatMap(({ type, valid, role, normal }) =>
		(type === 'isbn' || type === 'issn') && valid && normal !== undefined && roles.includes(role) ? [normal] : [],
	);

/** The titles of a record for comparing, the title proper first. */
function stemsOf({ title }: Bib): string[] {
	const proper = title.proper?.value ?? '';
	const whole = [proper, ...title.parts.flatMap(({ number, name }) => [number?.value, name?.value])].join(' ');
	return [...new Set([proper, whole, ...title.variants.map(({ value }) => value)].map(titleStem))].filter((stem) => stem !== '');
}

/** Whether a record has a title, with its marks. */
export const isTitled = (title: string, bib: Bib): boolean => stemsOf(bib).includes(titleStem(title));

/** Whether a stated title may be the record's: one begins as the other, without marks. Abbreviations and other words do not agree. */
function titleMayBe(stated: string, bib: Bib): boolean {
	const asked = foldText(titleStem(stated));
	return stemsOf(bib)
		.map(foldText)
		.some((own) => own.startsWith(asked) || asked.startsWith(own));
}

/** Words that say what a publication is, but not which: `Kỷ yếu hội thảo khoa học`. */
const GENERIC = exactText(
	`tạp chí báo tập san chuyên san nội san đặc san kỷ yếu hội thảo hội nghị khoa học công nghệ kỹ thuật thông tin bản tin thông báo
	tuyển tập toàn tập tổng tập bài viết báo cáo luận án luận văn nghiên cứu phát triển giáo dục kinh tế quốc gia quốc tế và của các
	bulletin journal proceedings conference review annals newsletter magazine science technology research of the and international national`,
);
const GENERIC_WORDS = new Set(GENERIC.split(' '));
const GENERIC_WITHOUT_MARKS = new Set(foldText(GENERIC).split(' '));
const WORDS_MIN = 2;

/** Whether a title could be of many publications. */
export function isGeneric(title: string): boolean {
	const stem = titleStem(title);
	const words = stem.split(' ');
	const known = hasVietnameseMarks(stem) ? GENERIC_WORDS : GENERIC_WITHOUT_MARKS;
	return words.length < WORDS_MIN || words.every((word) => known.has(word) || /^\d+$/.test(word));
}

/** What a reference can be to. */
const SUITS: Readonly<Record<ReferenceRelation, (kind: Kind) => boolean>> = {
	host: (kind) => kind !== 'component',
	series: (kind) => kind === 'serial' || kind === 'set',
	preceding: (kind) => kind === 'serial',
	succeeding: (kind) => kind === 'serial',
	'other-format': (kind) => kind !== 'component',
};

const isIssn = (number: string): boolean => number.length === 9;

/** Whether a record has a number that a reference gives, as its own; an ISSN is of a serial. */
function hasNumber({ isbns, issns, relation }: Reference, { bib }: LinkSide): boolean {
	if (!SUITS[relation](bib.kind)) return false;
	const own = numbersOf(bib, ...(relation === 'series' ? (['own', 'set'] as const) : (['own'] as const)));
	return own.some((number) => (isIssn(number) ? bib.kind === 'serial' && issns.includes(number) : isbns.includes(number)));
}

/** The only one of several, or of those among them that pass; undefined when that leaves several or none. */
function only<T>(found: readonly T[], ...tests: readonly ((one: T) => boolean)[]): T | undefined {
	let left = found;
	for (const test of tests) {
		if (left.length < 2) break;
		const passed = left.filter(test);
		if (passed.length > 0) left = passed;
	}
	return left.length === 1 ? left[0] : undefined;
}

/**
 * The record that a reference is to by ISBN or ISSN. Where several have the number (an ISSN that print and online share), the one with the title that
 * is stated, else the one in the same physical form; else none.
 */
export function namedByNumber<T extends LinkSide>(reference: Reference, from: LinkSide, found: readonly T[]): T | undefined {
	const own = found.filter((one) => hasNumber(reference, one) && (reference.relation !== 'other-format' || inOtherForm(from, one)));
	return only(
		own,
		({ bib }) => isTitled(reference.title, bib),
		({ features }) => carrierClass(features.carrier) === carrierClass(from.features.carrier),
	);
}

/** Whether the record under a control number that a reference gives is what it says: numbers outlive their records, so a title must not speak against it. */
export const mayBeUnderControl = ({ title, relation }: Reference, { bib }: LinkSide): boolean =>
	SUITS[relation](bib.kind) && (title === '' || titleMayBe(title, bib));

/**
 * The record that a reference is to by its title alone: the only one with that title, with its marks, and with something beside the title that agrees.
 * For a periodical that is a library that holds both or the publisher; for a book its author, or publisher and year.
 */
export function namedByTitle<T extends LinkSide>(reference: Reference, from: LinkSide, found: readonly T[]): T | undefined {
	const { title, relation } = reference;
	if (title === '' || relation === 'series' || relation === 'other-format' || isGeneric(title)) return undefined;
	const titled = only(found.filter(({ bib }) => SUITS[relation](bib.kind) && isTitled(title, bib)));
	if (titled === undefined || contradicts(reference, titled)) return undefined;
	return agreesBesideTitle(reference, from, titled) ? titled : undefined;
}

/** A number that is stated and of which the record has another says that it is another. */
function contradicts({ isbns, issns }: Reference, { bib }: LinkSide): boolean {
	const own = numbersOf(bib, 'own', 'set', 'cancelled', 'other-format');
	const differs = (stated: readonly string[], ofKind: (number: string) => boolean): boolean =>
		stated.length > 0 && own.some(ofKind) && !share(stated, own);
	return differs(issns, isIssn) || differs(isbns, (number) => !isIssn(number));
}

function agreesBesideTitle({ creator, imprint }: Reference, from: LinkSide, { bib, features, libraries }: LinkSide): boolean {
	const stated = foldText(exactText(imprint));
	const published = features.publisher !== '' && ` ${stated} `.includes(` ${features.publisher} `);
	if (bib.kind === 'serial') return published || share(from.libraries, libraries);
	const author = nameSyllables(foldText(exactText(creator)));
	if (author !== '' && features.creators.includes(author)) return true;
	return published && features.years.some((year) => stated.includes(String(year)));
}

/** What must agree between a volume and its set, and between two forms of one publication. */
const WITHIN_SET = ['edition', 'class-level', 'book-type', 'curriculum', 'material', 'carrier', 'format'] as const;
const ACROSS_FORMS = ['edition', 'class-level', 'book-type', 'curriculum', 'volume', 'title-numbers'] as const;

const workTitle = (title: string): string => withoutVolume(exactText(title)).title;

/** Titles under which a volume may name its set: its own without the volume, and series with a number. */
const setTitles = ({ bib }: LinkSide): string[] =>
	[bib.title.proper?.value ?? '', ...bib.series.flatMap(({ value, volume }) => (volume === undefined ? [] : [value]))]
		.map(workTitle)
		.filter((title) => title !== '');

/** Titles of a set to look for from one of its volumes. */
export const titlesOfSet = (volume: LinkSide): readonly string[] => [...new Set(setTitles(volume))];

/** Whether a volume is of a set: they share an ISBN said to be of the set, or title and publisher or author, and the years do not speak against it. */
export function isVolumeOf(volume: LinkSide, set: LinkSide): boolean {
	const [v, s] = [volume.features, set.features];
	if (volume.bib.kind !== 'volume' || set.bib.kind !== 'set' || WITHIN_SET.some((name) => CONFLICTS[name](v, s))) return false;
	const ofSet = numbersOf(set.bib, 'own', 'set');
	if (share(numbersOf(volume.bib, 'set'), ofSet)) return true;
	const title = workTitle(set.bib.title.proper?.value ?? '');
	if (title === '' || !setTitles(volume).includes(title)) return false;
	return share(numbersOf(volume.bib, 'own'), ofSet) || (withinYears(v, set) && sameMakers(v, s, title));
}

function withinYears({ years }: MatchFeatures, { bib, features }: LinkSide): boolean {
	const [first, last = first] = features.years;
	const open = bib.publication.some(({ date }) => /[-–]\s*[\])]?$/.test(date?.value ?? ''));
	const year = years[0];
	return year !== undefined && first !== undefined && last !== undefined && year >= first && (open || year <= last);
}

/** Author or publisher agree and neither is another; under a title like `Tuyển tập` the author must. */
function sameMakers(a: MatchFeatures, b: MatchFeatures, title: string): boolean {
	const [authors, others] = [a.creators, b.creators];
	const author = share(authors, others);
	if (!author && authors.length > 0 && others.length > 0) return false;
	const [publisher, other] = [a.publisher, b.publisher];
	if (publisher !== other && publisher !== '' && other !== '') return false;
	return author || (publisher !== '' && publisher === other && !isGeneric(title));
}

/** Kinds within which there may be other forms of one publication. */
const formsOf = (kind: Kind): Kind => (kind === 'electronic' || kind === 'set' ? 'monograph' : kind);

function inOtherForm(a: LinkSide, b: LinkSide): boolean {
	return (
		carrierClass(a.features.carrier) !== carrierClass(b.features.carrier) &&
		formsOf(a.bib.kind) === formsOf(b.bib.kind) &&
		!ACROSS_FORMS.some((name) => CONFLICTS[name](a.features, b.features))
	);
}

/**
 * Whether two records are one publication in two physical forms: a number that one says is of the other form is the other's own, or they have a
 * number and the title in common. Symmetric.
 */
export function areForms(a: LinkSide, b: LinkSide): boolean {
	if (!inOtherForm(a, b)) return false;
	const [ownA, ownB] = [numbersOf(a.bib, 'own'), numbersOf(b.bib, 'own')];
	if (share(numbersOf(a.bib, 'other-format'), ownB) || share(ownA, numbersOf(b.bib, 'other-format'))) return true;
	return share(ownA, ownB) && share(stemsOf(a.bib), stemsOf(b.bib));
}
