import { exactText, foldText, hasVietnameseMarks } from '../lib/fold.ts';
import { remembering } from '../lib/remembering.ts';
import type { Creator, Identifier, Kind } from '../records/bib.ts';
import type { BibIdentity } from '../records/bib-from-marc.ts';
import { countsVolumes } from '../records/normalise/publication.ts';
import { isVietnameseSyllable } from '../records/vietnamese-syllable.ts';
import { companionsOf } from './companions.ts';
import { curriculumIn, withoutCurriculum } from './curriculum.ts';
import { nameSyllables, publisherName, titleNumbers, volumeSet, withoutVolume } from './normal-forms.ts';
import { ordinalsInFigures } from './ordinals.ts';
import { spelledOut } from './spelled-out.ts';
import { translatorsOf } from './translators.ts';

/**
 * What matching reads of a bib, and nothing else: no ids of ours, no arrival, no clock. Texts are folded (no marks, lower case, single
 * spaces) after Vietnamese spelling variants have been made one. Empty text, empty list and 0 mean "not stated".
 */
export interface MatchFeatures {
	readonly kind: Kind;
	/** Whether the record says that the text is Vietnamese, by its language or its title. */
	readonly isVietnamese: boolean;
	readonly carrier: string;
	readonly material: string;
	readonly title: string;
	/** `cd`, `pdf`, `daisy`, …, in order. */
	readonly formats: readonly string[];
	/** The title with its marks; '' when it carries none of Vietnamese. */
	readonly exact: string;
	readonly rest: string;
	/** Names of parts (245 $p). */
	readonly parts: string;
	readonly volumes: readonly string[];
	/** Numbers in title and rest of title that are no volume: the 6 of `Toán 6`, the years of a period. */
	readonly numbers: readonly string[];
	/** Number of the edition, 0 when none is stated, -1 for a statement without a number, REPRINTED_ONCE for a first reprint. */
	readonly edition: number;
	readonly classLevel: string;
	readonly bookType: string;
	readonly curriculum: string;
	/** Each creator as its distinct syllables in code order, titles and roles taken off; the first is the main one. */
	readonly creators: readonly string[];
	/** Those who translated, as creators are. */
	readonly translators: readonly string[];
	/** What the book stands beside or is made of, as `companionsOf` has it. */
	readonly companions: readonly string[];
	readonly responsibility: string;
	readonly years: readonly number[];
	/** The first date of 008 where it is another than the first of the years, 0 where it is not. */
	readonly codedYear: number;
	readonly pages: number;
	readonly publisher: string;
	/** Those that the record names beside it, as of a book that two houses bring out. */
	readonly otherPublishers: readonly string[];
	readonly place: string;
	/** Of publication: a MARC code, or for the parts of Australia, Canada, Great Britain and the United States its last letter. */
	readonly country: string;
	readonly languages: readonly string[];
	/** Nine digits of each valid ISBN of the record's own, without prefix and check digit. */
	readonly isbns: readonly string[];
	/** The same of ISBNs said to be of a set. */
	readonly setIsbns: readonly string[];
	readonly issns: readonly string[];
	/** System numbers, `oclc:…`, `lccn:…` or as written. */
	readonly ids: readonly string[];
	readonly host: string;
	/** Figures of the record numbers of the host (773 $w). */
	readonly hostIds: readonly string[];
	/** Numbers of 773 $g (volume, issue, year, pages) in order. */
	readonly hostNumbers: readonly string[];
}

const NONE: readonly string[] = Object.freeze([]);

const TITLE_MAX = 160;
const RESPONSIBILITY_MAX = 100;
const LIST_MAX = 6;
const PLACE_MAX = 20;
const DATE_MAX = 80;
/** `c2015.` and the like hold one year, which has been read. */
const ONE_YEAR_MAX = 7;

const folded = (text: string | undefined, max = 80): string => (text === undefined ? '' : clip(foldText(exactText(text)), max));

/** At most `max` letters, cut between words. */
function clip(text: string, max: number): string {
	if (text.length <= max) return text;
	const space = text.lastIndexOf(' ', max);
	return text.slice(0, space > max / 2 ? space : max);
}

const CREATORS_KEPT = 8_000;
const OTHERS_KEPT = 1_000;
const creatorForm = remembering((name) => nameSyllables(foldText(spelledOut(exactText(name)))), CREATORS_KEPT);
const publisherForm = remembering((name) => publisherName(folded(name)), OTHERS_KEPT);
const placeForm = remembering((name) => clip(folded(name), PLACE_MAX), OTHERS_KEPT);
const curriculumOfSeries = remembering((name) => curriculumIn(folded(name)), OTHERS_KEPT);

const sortedSet = (values: readonly string[]): string[] => {
	if (values.length < 2) return [...values];
	return [...new Set(values)].sort().slice(0, LIST_MAX);
};

function curriculumInSeries(bib: BibIdentity): string {
	for (const series of bib.series) {
		const code = curriculumOfSeries(series.value);
		if (code !== '') return code;
	}
	return '';
}

function isbnCores(identifiers: readonly Identifier[], role: Identifier['role']): string[] {
	const cores: string[] = [];
	for (const id of identifiers) {
		if (id.type === 'isbn' && id.valid && id.role === role && id.normal?.length === 13) cores.push(id.normal.slice(3, 12));
	}
	return sortedSet(cores);
}

const ID_LENGTH_MAX = 40;

function systemIds(identifiers: readonly Identifier[]): string[] {
	const ids: string[] = [];
	for (const id of identifiers) {
		if (id.role !== 'own') continue;
		if (id.type !== 'lccn' && id.type !== 'oclc' && id.type !== 'system') continue;
		const text = id.normal ?? id.value;
		if (text.length > 2 && text.length <= ID_LENGTH_MAX) ids.push(id.type === 'system' ? text : `${id.type}:${text}`);
	}
	return sortedSet(ids);
}

function creatorNames(creators: readonly Creator[]): string[] {
	const names: string[] = [];
	for (const creator of creators) {
		const name = creatorForm(creator.name.value);
		if (name !== '' && !names.includes(name)) names.push(name);
		if (names.length === LIST_MAX) break;
	}
	return names;
}

const FOUR_FIGURES = /(?<!\d)(?:1[4-9]|20)\d\d(?!\d)/g;

/** `[188-?]`, `19--`: a decade or century that a cataloguer supposed. 008 gives its first year, which is no year of publication. */
const SUPPOSED_DATE = /(?<!\d)(?:1[4-9]|20)(?:\d[-?]|--)(?!\d)/;

const isSupposed = ({ year, publication }: BibIdentity): boolean =>
	year?.path.startsWith('008') === true &&
	publication.some(({ date }) => date !== undefined && SUPPOSED_DATE.test(date.value.slice(0, DATE_MAX)));

/** The year of publication first, then others that the record states: of copyright, of a reprint, the last of a set. */
function yearsOf(bib: BibIdentity): number[] {
	const years: number[] = [];
	const add = (n: number): void => {
		if (n > 0 && n < 10_000 && !years.includes(n) && years.length < LIST_MAX) years.push(n);
	};
	if (!isSupposed(bib)) for (const year of [bib.year, bib.yearEnd]) add(Number(year?.value));
	for (const { date } of bib.publication) {
		if (date !== undefined && date.value.length > ONE_YEAR_MAX)
			for (const [year] of date.value.slice(0, DATE_MAX).matchAll(FOUR_FIGURES)) add(Number(year));
	}
	return years;
}

/** `GT` at the beginning of a title is short for `Giáo trình`, textbook. */
function textbookSpelledOut(exact: string): string {
	if (!exact.startsWith('gt ')) return exact;
	return `${hasVietnameseMarks(exact) ? 'giáo trình' : 'giao trinh'}${exact.slice(2)}`;
}

/**
 * A microform that only 008 or 245 $h tells, while 300 has the pages or volumes of a book, is described as the book that was filmed:
 * `filmed`. One that 007, 338 or 300 tells is another publication.
 */
function carrierOf({ carrier, extent }: BibIdentity): string {
	const told = carrier.path.startsWith('008') || carrier.path.startsWith('245');
	return carrier.value === 'microform' && told && (extent?.pages !== undefined || countsVolumes(extent)) ? 'filmed' : carrier.value;
}

/** The figures of 773 $w, whatever agency or prefix stands before them. */
function hostIdsOf({ host }: BibIdentity): string[] {
	const numbers = (host?.identifiers ?? [])
		.filter((id) => id.path.endsWith('$w'))
		.map((id) => /[1-9]\d{0,19}$/.exec(id.value.trim())?.[0] ?? '');
	return sortedSet(numbers.filter((n) => n !== ''));
}

/** `Niên giám thống kê. $n 2019` is no volume of a set, but the title with a number. */
const YEAR = /^(?:19|20)\d\d$/;

const yearAsVolume = ({ title }: BibIdentity): string => (YEAR.test(title.volume?.value ?? '') ? (title.volume?.value ?? '') : '');

function kindOf(bib: BibIdentity, volumes: readonly string[]): Kind {
	if (bib.kind === 'volume' && yearAsVolume(bib) !== '') return 'monograph';
	return bib.kind === 'monograph' && volumes.length > 0 ? 'volume' : bib.kind;
}

/** The volume, unless it is only the number within a series. */
function volumesOf(bib: BibIdentity, inTitle: string): string[] {
	const volume = bib.title.volume;
	if (volume !== undefined && YEAR.test(volume.value)) return [];
	if (volume !== undefined && !volume.path.startsWith('490') && !volume.path.startsWith('830')) return sortedSet(volumeSet(volume.value));
	return inTitle === '' ? [] : [inTitle];
}

/** `enk` and `stk` are parts of one country. */
function countryOf({ country }: BibIdentity): string {
	if (country === undefined) return '';
	return country.value.length === 3 ? country.value.charAt(2) : country.value;
}

const OTHER_PUBLISHERS_MAX = 3;

function otherPublishers({ publication }: BibIdentity, first: string): readonly string[] {
	if (publication.length < 2) return NONE;
	const names = publication.map(({ publisher }) => publisherForm(publisher?.value ?? '')).filter((name) => name !== '' && name !== first);
	return names.length === 0 ? NONE : [...new Set(names)].slice(0, OTHER_PUBLISHERS_MAX);
}

/** `Tái bản lần thứ nhất` is neither the first edition nor the second. */
export const REPRINTED_ONCE = 1.5;
const REPRINT = /^(?:tái bản|tb\b|in lại|tai ban|reprint)/i;

function editionOf({ edition }: BibIdentity): number {
	if (edition === undefined) return 0;
	if (edition.number === 1 && REPRINT.test(edition.statement.value)) return REPRINTED_ONCE;
	return edition.number ?? -1;
}

/** Half of the words of a marked title: French and Portuguese have some of the marks. */
const isVietnameseTitle = (exact: string): boolean => {
	const words = exact.split(' ');
	return words.filter(isVietnameseSyllable).length * 2 >= words.length;
};

const isVietnameseText = (exact: string): boolean => exact !== '' && hasVietnameseMarks(exact) && isVietnameseTitle(exact);

/** Reads the features of a bib. A pure function of the bib. */
export function matchFeatures(bib: BibIdentity): MatchFeatures {
	const proper = bib.title.proper === undefined ? '' : clip(exactText(bib.title.proper.value), TITLE_MAX);
	const classLevel = bib.classLevel?.value ?? '';
	const bookType = bib.bookType?.value ?? '';
	const isSchoolBook = classLevel !== '' || bookType !== '';
	const whole = ordinalsInFigures(spelledOut(textbookSpelledOut(proper)));
	const named = isSchoolBook ? withoutCurriculum(whole) : { title: whole, curriculum: '' };
	const { title: exact, volume: volumeInTitle } = withoutVolume(named.title);
	const title = foldText(exact);
	const exactRest = ordinalsInFigures(spelledOut(exactText(bib.title.rest?.value ?? '')));
	const rest = clip(foldText(exactRest), TITLE_MAX);
	const parts = bib.title.parts
		.map((p) => folded(p.name?.value))
		.filter((p) => p !== '')
		.join(' ');
	const marked = exact !== title && hasVietnameseMarks(exact);
	const languages = sortedSet(bib.languages.map((l) => l.value).filter((l) => l !== 'und' && l !== 'zxx' && l !== 'mul'));
	const publication = bib.publication.find((p) => p.publisher !== undefined) ?? bib.publication[0];
	const publisher = publisherForm(publication?.publisher?.value ?? '');
	const volumes = volumesOf(bib, volumeInTitle);
	return {
		kind: kindOf(bib, volumes),
		isVietnamese:
			languages.includes('vie') || (marked && isVietnameseTitle(exact)) || (languages.length === 0 && isVietnameseText(exactRest)),
		carrier: carrierOf(bib),
		material: bib.material.value,
		formats: bib.formats ?? NONE,
		title,
		exact: marked ? exact : '',
		rest,
		parts: clip(parts, TITLE_MAX),
		volumes,
		numbers: sortedSet(titleNumbers([title, rest, yearAsVolume(bib)].filter((text) => text !== '').join(' '))),
		edition: editionOf(bib),
		classLevel,
		bookType,
		curriculum: curriculumInSeries(bib) || (isSchoolBook ? named.curriculum || curriculumIn(rest) : ''),
		creators: creatorNames(bib.creators),
		translators: translatorsOf(bib.creators, bib.title.responsibility?.value ?? ''),
		companions: companionsOf(title, rest === '' ? parts : `${rest} ${parts}`),
		responsibility: folded(bib.title.responsibility?.value, RESPONSIBILITY_MAX),
		years: yearsOf(bib),
		codedYear: Number(bib.codedYear?.value ?? 0),
		pages: bib.extent?.pages ?? 0,
		publisher,
		otherPublishers: otherPublishers(bib, publisher),
		place: placeForm(publication?.place?.value ?? ''),
		country: countryOf(bib),
		languages,
		isbns: isbnCores(bib.identifiers, 'own'),
		setIsbns: isbnCores(bib.identifiers, 'set'),
		issns: sortedSet(bib.identifiers.flatMap((i) => (i.type === 'issn' && i.valid && i.role === 'own' ? [i.normal ?? i.value] : []))),
		ids: systemIds(bib.identifiers),
		host: folded(bib.host?.title?.value),
		hostIds: hostIdsOf(bib),
		hostNumbers: bib.host?.related === undefined ? [] : (bib.host.related.value.match(/\d+/g) ?? []).slice(0, LIST_MAX),
	};
}
