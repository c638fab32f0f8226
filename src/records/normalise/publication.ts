import type { Bib, Sourced } from '../bib.ts';
import type { Fields, Place } from './fields.ts';
import { numberOf, ORDINAL_WORDS } from './numbers.ts';
import { head, tidy, trimBrackets, trimIsbd } from './trim.ts';

type Statement = Bib['publication'][number];
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** `[S.l.]`, `[s.n.]`, `[K.đ.]`: place or publisher not known. */
const NOT_KNOWN =
	/^\[?\s*(?:s\.? ?[ln]\.?|k\.? ?đ\.?|k\.? ?nxb\.?|không rõ.{0,20}|place of publication not identified|publisher not identified)\s*\]?$/i;

const clean = (text: string): string => {
	const trimmed = trimBrackets(text);
	return trimmed.length <= 40 && NOT_KNOWN.test(trimmed) ? '' : trimmed;
};

/** The places, publishers and dates of one 260 or 264; a new statement begins with each place after a publisher. */
function statementsOf(place: Place): Statement[] {
	const statements: Statement[] = [];
	let current: Writable<Statement> = {};
	const next = (): void => {
		if (current.place !== undefined || current.publisher !== undefined || current.date !== undefined) statements.push(current);
		current = {};
	};
	for (const s of place.field.subfields) {
		const role = s.code === 'a' ? 'place' : s.code === 'b' ? 'publisher' : s.code === 'c' ? 'date' : undefined;
		if (role === undefined) continue;
		const value = role === 'date' ? trimIsbd(tidy(s.value)) : clean(tidy(s.value));
		if (value === '') continue;
		if (
			(role === 'place' && (current.place !== undefined || current.publisher !== undefined)) ||
			(role === 'publisher' && current.publisher !== undefined)
		)
			next();
		current[role] = { value, path: place.path(s.code) };
	}
	next();
	return statements;
}

const PUBLICATION = '1';
const COPYRIGHT = '4';

/** 264 by its second indicator: publication first, then anything but the copyright date. */
function imprints(fields: Fields): readonly Place[] {
	const rda = fields.all('264');
	if (rda.length === 0) return fields.all('260');
	const published = rda.filter((p) => p.field.ind2 === PUBLICATION || p.field.ind2 === ' ');
	const others = rda.filter((p) => p.field.ind2 !== PUBLICATION && p.field.ind2 !== ' ' && p.field.ind2 !== COPYRIGHT);
	return [...published, ...fields.all('260'), ...(published.length === 0 ? others : [])];
}

/** Years that a publication can have; more digits round them are no year. */
const YEAR = /(?<!\d)(?:1[4-9]\d\d|20\d\d|2100)(?!\d)/;
const YEAR_RANGE = /(?<!\d)(1[4-9]\d\d|20\d\d)\]? ?[-–/] ?\[?(1[4-9]\d\d|20\d\d)(?!\d)/;
const RANGED_DATE_TYPES = 'cdikmu';

/** The year of publication: in the dates of 26X, else in 008/07-10, else a copyright date. */
export function readYear(fields: Fields, publication: readonly Statement[]): Sourced | undefined {
	for (const { date } of publication) {
		const year = date === undefined ? null : YEAR.exec(head(date.value));
		if (date !== undefined && year !== null) return { value: year[0], path: date.path };
	}
	const fixed = fields.control('008').slice(7, 11);
	if (YEAR.test(fixed)) return { value: fixed, path: '008/07-10' };
	for (const place of fields.all('264')) {
		const year = place.field.ind2 === COPYRIGHT ? YEAR.exec(head(place.text('c'))) : null;
		if (year !== null) return { value: year[0], path: place.path('c') };
	}
	return undefined;
}

/** The first date of 008 when it is another than the year of the description: one of the two is often a slip, or another printing's. */
export function readCodedYear(fields: Fields, year: Sourced | undefined): Sourced | undefined {
	const fixed = fields.control('008').slice(7, 11);
	return year === undefined || fixed === year.value || !YEAR.test(fixed) ? undefined : { value: fixed, path: '008/07-10' };
}

const NO_COUNTRY: ReadonlySet<string> = new Set(['xx', 'vp', 'und']);

/** 008/15-17, where it is a code and tells a country. */
export function readCountry(fields: Fields): Sourced | undefined {
	const value = fields.control('008').slice(15, 18).trimEnd();
	return /^[a-z]{2,3}$/.test(value) && !NO_COUNTRY.has(value) ? { value, path: '008/15-17' } : undefined;
}

/** The second year of a serial or set: of a range in 26X, else in 008/11-14. */
export function readYearEnd(fields: Fields, publication: readonly Statement[], year: Sourced | undefined): Sourced | undefined {
	for (const { date } of publication) {
		const range = date === undefined ? null : YEAR_RANGE.exec(head(date.value));
		if (date !== undefined && range !== null) return { value: range[2] as string, path: date.path };
	}
	const fixed = fields.control('008');
	const second = fixed.slice(11, 15);
	if (fixed.length < 15 || !RANGED_DATE_TYPES.includes(fixed.charAt(6)) || !YEAR.test(second)) return undefined;
	return year !== undefined && second <= year.value ? undefined : { value: second, path: '008/11-14' };
}

/** The statements of 264 and 260, in this order. */
export function readStatements(fields: Fields): Statement[] {
	const places = imprints(fields);
	return places.length === 1 ? statementsOf(places[0] as Place) : places.flatMap(statementsOf);
}

const EDITION_NUMBER = /(?:lần(?: thứ)?|ấn bản(?: thứ)?|edition) ?(\d{1,3}|\p{L}{1,8}(?: \p{L}{1,8})?)(?![\d\p{L}])/iu;
const ORDINAL = /(?<!\d)(\d{1,3})(?: ?(?:st|nd|rd|th|e|è|ème|ª|º|\.))?(?!\d)/i;
const ORDINAL_WORD = new RegExp(String.raw`(?<!\p{L})(${ORDINAL_WORDS})(?!\p{L})`, 'iu');

/** The number in an edition statement: `Tái bản lần thứ 3` is 3, `Xuất bản lần đầu` 1, `2nd ed.` 2. */
function editionNumber(statement: string): number | undefined {
	const text = head(statement);
	const times = EDITION_NUMBER.exec(text);
	if (times !== null) {
		const words = times[1] as string;
		const number = numberOf(words) ?? numberOf(words.split(' ')[0] as string);
		if (number !== undefined && number > 0) return number;
	}
	const ordinal = ORDINAL.exec(text);
	if (ordinal !== null) return Number(ordinal[1]) || undefined;
	const word = ORDINAL_WORD.exec(text);
	return word === null ? undefined : numberOf(word[1] as string);
}

/** Impressions are counted within an edition. */
const IMPRESSION = /^\W*\S+ (?:impression|printing|thousand)\b/i;
const OTHER_EDITION = /\b(\d{1,3})(?:st|nd|rd|th|d)\.? (?:ed\b|edition)/gi;

/** 250 $a; of several editions that a statement names (`1st ed. by A; 2d ed. by B`) the last. */
export function readEdition(fields: Fields): Bib['edition'] {
	const place = fields.first('250');
	const statement = place?.sourced('a', trimBrackets);
	if (place === undefined || statement === undefined) return undefined;
	let number = IMPRESSION.test(head(statement.value)) ? undefined : editionNumber(statement.value);
	if (number !== undefined) for (const [, other] of head(place.text('b')).matchAll(OTHER_EDITION)) number = Math.max(number, Number(other));
	return number === undefined ? { statement } : { statement, number };
}

/** A number of up to five digits and the word behind it; not the 4 of `3 v. in 4`. */
const COUNTED = /(?<!\bin )(?<!\d)(\d{1,5})(?!\d)\]? *(\p{L}*(?: of plates)?)/gu;
/** What is counted when it is not pages. */
const OTHER_UNITS: ReadonlySet<string> = new Set(
	'v vol vols volume volumes volumi bd bde band bände tomes teile einheiten pt pts tập tap quyển quyen cuốn cuon bộ bo cm mm min phút phut giờ gio h hr hrs giây sec cd dvd đĩa dia disc discs disk disks disque băng bang cassette map maps bản ban sheet sheets online file files mb kb gb score scores part parts phần phan in issue issues plate plates pl số so no nr fiches microfiches reel reels sound audio video videodisc videocassette audiocassette computer cuộn hộp tờ'.split(
		' ',
	),
);

function pagesOf(statement: string): number {
	let pages = 0;
	for (const [, digits, unit] of head(statement).matchAll(COUNTED)) {
		const number = Number(digits);
		if (number > pages && !OTHER_UNITS.has((unit as string).toLowerCase()) && !(unit as string).endsWith(' of plates')) pages = number;
	}
	return pages;
}

const COUNTED_PAGES = /(?<!\d)(\d{1,5})\]? *(?:p|pp|pages?|tr|trang)(?!\p{L})/giu;

/** Pages that stand in 300 $b, where a cataloguer began the subfield too early: `vi p., 1 l., $b 9-96 p.` */
function pagesBehind(place: Place): number {
	let pages = 0;
	for (const [, digits] of head(place.text('b')).matchAll(COUNTED_PAGES)) pages = Math.max(pages, Number(digits));
	return pages;
}

/** 300 $a and the largest number of pages in it or behind it. */
export function readExtent(fields: Fields): Bib['extent'] {
	for (const place of fields.all('300')) {
		const statement = place.sourced('a', trimIsbd);
		if (statement === undefined) continue;
		const pages = Math.max(pagesOf(statement.value), pagesBehind(place));
		return pages === 0 ? { statement } : { statement, pages };
	}
	return undefined;
}

const VOLUME_NAMES = 'tập|tap|quyển|quyen|cuốn|cuon|t\\.|v(?:ol(?:s|ume[ns]?|umi)?)?|bde?|bände|teile|einheiten|tomes|pts?|osaa';
/** `3 tập`, `2 v. in 1`, `44 v ;` */
const COUNTED_VOLUMES = new RegExp(String.raw`^[[(<]?\s*(\d{1,3})\s*[\])>]?\s*(?:${VOLUME_NAMES})(?!\p{L})`, 'iu');
/** `v. :`, `v. <1 >`: a set that goes on. A roman five before a number of pages (`v. 183 p.`) is none. */
const OPEN_VOLUMES =
	/^[[(<]?\s*(?:(?:tập|tap|quyển|quyen|cuốn|cuon|t\.|vols?\.?|volumes?|bde?\.?|bände)(?!\p{L})|v\.(?!,? *\d+ *(?:p|pages?|s|tr|l|leaves)(?!\p{L}))|v *(?:[:;]|$))/iu;

/** Whether 300 $a counts more than one volume (`3 tập`, `2 v.`). */
export function countsSeveral(extent: Bib['extent']): boolean {
	const counted = extent === undefined ? null : COUNTED_VOLUMES.exec(head(extent.statement.value));
	return counted !== null && counted[1] !== '1';
}

/** The same, and a set that goes on (`v.`): the record describes a set. */
export const countsVolumes = (extent: Bib['extent']): boolean =>
	countsSeveral(extent) || (extent !== undefined && OPEN_VOLUMES.test(head(extent.statement.value)));
