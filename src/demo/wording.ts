import { isbn10 } from './numbers.ts';
import type { Contributor, Publication } from './publication.ts';
import type { Random } from './random.ts';
import { spell } from './spelling.ts';
import type { Style } from './style.ts';
import { volumeWord } from './textbooks.ts';

/** One publication in the words of one cataloguer: every part of the description as it will be typed. */
export interface Wording {
	readonly title: string;
	readonly subtitle: string;
	readonly volume: string;
	readonly volumeName: string;
	readonly responsibility: string;
	readonly names: readonly { readonly text: string; readonly role: string; readonly corporate: boolean; readonly inverted: boolean }[];
	readonly edition: string;
	readonly place: string;
	readonly publisher: string;
	readonly year: string;
	readonly extent: string;
	readonly isbn: string;
	readonly isbnQualifier: string;
	readonly price: string;
	readonly subjects: readonly string[];
	readonly series: string;
	/** Spells a text of any other field as this cataloguer does. */
	spell(text: string): string;
}

const NUMBER_WORDS = ['', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín', 'mười'];
const ROMAN = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];
const SHORT_WORDS: Readonly<Record<string, string>> = { Tập: 'T.', Quyển: 'Q.', Phần: 'P.' };

function volumeText(publication: Publication, way: Style['volume'][number]): string {
	const { volume } = publication;
	if (volume === undefined) return '';
	const { word, number } = volume;
	if (publication.kind === 'issue') return `${word} ${number}`;
	if (way === 'short') return `${SHORT_WORDS[word] ?? `${word} `}${number}`;
	if (way === 'word' && word !== 'Part')
		return `${word} ${publication.classLevel === undefined ? (NUMBER_WORDS[number] ?? number) : volumeWord(number)}`;
	if (way === 'roman') return `${word} ${ROMAN[number] ?? number}`;
	return `${word} ${number}`;
}

const EDITION_WAYS: Readonly<Record<Style['edition'][number], (n: number) => string>> = {
	'lần thứ': (n) => `Tái bản lần thứ ${n}`,
	lần: (n) => `Tái bản lần ${n}`,
	'in lần thứ': (n) => `In lần thứ ${n}`,
	revised: (n) => `Tái bản lần thứ ${n}, có sửa chữa, bổ sung`,
};

const SHORT_PUBLISHERS: Readonly<Record<string, string>> = {
	'Giáo dục Việt Nam': 'GDVN',
	'Giáo dục': 'GD',
	'Khoa học xã hội': 'KHXH',
	'Khoa học và Kỹ thuật': 'KHKT',
	'Chính trị quốc gia': 'CTQG',
	'Văn hoá Thông tin': 'VHTT',
	'Đại học Quốc gia Hà Nội': 'ĐHQG Hà Nội',
	'Đại học Sư phạm': 'ĐHSP',
	'Quân đội nhân dân': 'QĐND',
};

const PUBLISHER_WAYS: Readonly<Record<Style['publisher'][number], (name: string) => string>> = {
	'Nxb.': (name) => `Nxb. ${name}`,
	NXB: (name) => `NXB ${name}`,
	Nxb: (name) => `Nxb ${name}`,
	'Nhà xuất bản': (name) => `Nhà xuất bản ${name}`,
	name: (name) => name,
	short: (name) => SHORT_PUBLISHERS[name] ?? name,
};

const BODIES = /^(Thư viện|Hội (?!Nhà văn$)|Viện )/;

/** Vietnamese publishing houses; companies, bodies and foreign houses are written as they are called. */
function publisherText(publication: Publication, way: Style['publisher'][number]): string {
	const { publisher, kind, material } = publication;
	const house = publication.language === 'vie' && material !== 'sound' && material !== 'video' && !publication.host?.issn;
	const asCalled = !house || kind === 'serial' || kind === 'issue' || BODIES.test(publisher);
	return asCalled ? publisher : PUBLISHER_WAYS[way](publisher);
}

const SHORT_PLACES: Readonly<Record<string, readonly string[]>> = {
	'Hà Nội': ['H.', 'H.', 'HN'],
	'Tp. Hồ Chí Minh': ['Tp. HCM', 'TP.HCM', 'T.P. Hồ Chí Minh'],
};

const SURNAMES = new Set(
	(
		'Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Cao Đoàn Trương Đinh Lâm Mai Tống ' +
		'Trịnh Lưu Phùng Ma Vương Tạ Lã ' +
		'Hà Lương Văn Tôn'
	).split(' '),
);

/** Family name, comma, rest (or given name first, as some do); names that are not built so stay as they are. */
function invert(name: string, way: 'inverted' | 'last first', foreign: boolean): string {
	const parts = name.split(' ');
	const last = parts.at(-1) ?? '';
	const first = parts[0] ?? '';
	if (parts.length < 2) return name;
	if (foreign) return `${last}, ${parts.slice(0, -1).join(' ')}`;
	if (!SURNAMES.has(first) || parts.length < 3) return name;
	return way === 'inverted' ? `${first}, ${parts.slice(1).join(' ')}` : `${last}, ${parts.slice(0, -1).join(' ')}`;
}

const FOREIGN_GENRES = new Set(['foreign', 'fantasy', 'selfhelp', 'physics', 'philosophy', 'science']);
const WESTERN = /^[\x20-\x7e\u00c0-\u00ff\u00a0]+$/;
const VIETNAMESE_ONLY = /[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]/;

function isWestern(publication: Publication, who: Contributor): boolean {
	if (who.corporate || who.role !== '' || SURNAMES.has(who.name.split(' ')[0] ?? '')) return false;
	const asForeign = publication.language === 'eng' || FOREIGN_GENRES.has(publication.genre);
	return asForeign && WESTERN.test(who.name) && !VIETNAMESE_ONLY.test(who.name) && /[ .][A-Z]/.test(who.name);
}

const ROLE_SHORT: Readonly<Record<string, string>> = { 'đạo diễn': 'đ.d.' };

function wordNames(
	publication: Publication,
	way: Style['names'][number],
	isbd: boolean,
	spellOne: (text: string) => string,
): Wording['names'] {
	return publication.creators.map((who) => {
		const western = isWestern(publication, who);
		const asked = way === 'inverted' || way === 'last first' ? way : western && isbd ? 'inverted' : null;
		const plain = asked === null || who.corporate ? who.name : invert(who.name, asked, western);
		const role = who.role === '' ? '' : (ROLE_SHORT[who.role] ?? who.role);
		const text = way === 'with role' && !who.corporate ? `${plain} (${role === '' ? 'tác giả' : role})` : plain;
		return { text: spellOne(text), role: spellOne(who.role), corporate: who.corporate, inverted: text.includes(',') };
	});
}

/** `Lev Tolstoy ; Dịch: Cao Xuân Hạo, Nhữ Thành` */
function responsibilityText(creators: readonly Contributor[]): string {
	const authors = creators.filter((who) => who.role === '').map((who) => who.name);
	const roles = [...new Set(creators.map((who) => who.role))].filter((role) => role !== '');
	const others = roles.map((role) => {
		const names = creators.filter((who) => who.role === role).map((who) => who.name);
		return role === 'dịch' ? `Dịch: ${names.join(', ')}` : `${names.join(', ')} (${role})`;
	});
	return [authors.join(', '), ...others].filter((part) => part !== '').join(' ; ');
}

function extentText(random: Random, publication: Publication, way: Style['extent'][number]): string {
	const { pages, kind, material, volumes, language } = publication;
	if (material === 'map') return '1 tờ';
	if (material === 'sound') return '1 CD';
	if (material === 'video') return '1 DVD';
	if (kind === 'set') return way === 'trang' ? `${volumes} tập` : `${volumes} t.`;
	if (pages === 0) return '';
	const counted = random.chance(0.08) ? pages + random.pick([-1, 1, 2]) : pages;
	if (language === 'eng' && way !== 'trang') return `${counted} p.`;
	return way === 'tr.' ? `${counted} tr.` : way === 'tr' ? `${counted}tr` : `${counted} trang`;
}

function isbnText(isbn: string, way: Style['isbn'][number]): string {
	if (isbn === '') return '';
	const wanted = way.startsWith('10') ? isbn10(isbn) : isbn;
	return way.endsWith('hyphens') ? wanted : wanted.replaceAll('-', '');
}

const YEAR_WAYS: Readonly<Record<Style['year'][number], (year: number) => string>> = {
	plain: (year) => String(year),
	copyright: (year) => `c${year}`,
	brackets: (year) => `[${year}]`,
	'full stop': (year) => `${year}.`,
};

function yearText(publication: Publication, way: Style['year'][number]): string {
	if (publication.kind === 'serial') return `${publication.year}-`;
	if (publication.yearEnd !== undefined && publication.yearEnd > publication.year) return `${publication.year}-${publication.yearEnd}`;
	return YEAR_WAYS[way](publication.year);
}

const ordinal = (n: number): string => `${n}${n === 2 ? 'nd' : n === 3 ? 'rd' : 'th'}`;

/** Describes a publication in this style, with choices taken from `random`. */
export function wordIt(random: Random, publication: Publication, style: Style): Wording {
	const bare = random.chance(style.bare);
	const spellOne = (text: string): string => spell(text, style.spelling, bare);
	const title = spellOne(publication.title);
	const detailed = random.chance(style.detail);
	const place = random.pick(style.place);
	const english = publication.language === 'eng';
	const edition =
		publication.edition > 1
			? english
				? `${ordinal(publication.edition)} ed.`
				: EDITION_WAYS[random.pick(style.edition)](publication.edition)
			: '';
	return {
		title: random.chance(style.capitals) ? title.toUpperCase() : title,
		subtitle: spellOne(publication.subtitle),
		volume: spellOne(volumeText(publication, random.pick(style.volume))),
		volumeName: spellOne(publication.volume?.name ?? ''),
		responsibility: spellOne(responsibilityText(publication.creators)),
		names: wordNames(publication, random.pick(style.names), style.isbd, spellOne),
		edition: spellOne(edition),
		place: spellOne(place === 'short' ? random.pick(SHORT_PLACES[publication.place] ?? [publication.place]) : publication.place),
		publisher: spellOne(publisherText(publication, random.pick(style.publisher))),
		year: yearText(publication, random.pick(style.year)),
		extent: spellOne(extentText(random, publication, random.pick(style.extent))),
		isbn: random.chance(style.withoutIsbn) ? '' : isbnText(publication.isbn, random.pick(style.isbn)),
		isbnQualifier: random.chance(style.qualifier) ? spellOne(random.pick(['bìa cứng', 'bìa mềm'])) : '',
		price: publication.price > 0 && random.chance(style.price) ? spellOne(`${publication.price}đ`) : '',
		subjects: detailed ? publication.subjects.map(spellOne) : [],
		series: publication.series === '' ? '' : spellOne(publication.series),
		spell: spellOne,
	};
}
